"""Which change of one patient's outcome gives the printed numbers of the first course.

Every patient, every hundredth of a month, relapse or censored: each change is evaluated on
all printed numbers of Table 5's first row and the values read off its curve.
"""

from dataclasses import dataclass
from functools import cache, cached_property

import numpy as np
import pandas as pd

from ..data.table1 import Table1
from ..paper import calls, quantities, rounding
from ..paper.records import Files
from ..paper.rounding import agree
from ..stats.curves import PER_MONTH, Curves, decode, encode

LONGEST = 48  # months; the longest time in Table 1 is 36
DERIVED = ("censored", "lower", "upper")  # parts of Table 5 that follow from the others


# --- the printed numbers of the first course --------------------------------------


@cache
def first_course_block(files: Files) -> pd.DataFrame:
    """The printed numbers about the outcome of the first course, each once.

    The first row of Table 5 and the read-offs of its curve, as registered: printed,
    rounding, call (a `Call`), and ``derived``, true of a number that follows from others.
    """
    register = files.register.query("compute != ''")
    asked = register["compute"].map(calls.parse)
    of_block = [
        call.quantity in ("table5", "survival_at")
        and call["course"] == "first"
        and call["part"] != "n"
        for call in asked
    ]
    block = register[of_block].drop_duplicates(["compute", "printed"])
    derived = [call["part"] in DERIVED for call in asked[block.index]]
    return block[["claim", "printed", "rounding"]].assign(call=asked[block.index], derived=derived)


@cache
def caption_of_figure_1(files: Files) -> dict[float, int]:
    """The censoring times listed under Figure 1: months -> patients."""
    caption = files.register.query("section == 'figure-1' and compute != ''")
    asked = caption["compute"].map(calls.parse)
    return {
        float(call["months"]): int(rounding.printed_number(caption.at[name, "printed"]))
        for name, call in asked.items()
        if call.quantity == "count_of_censored"
    }


def caption_codes(files: Files) -> np.ndarray:
    """The list of `caption_of_figure_1` as sorted codes, one per censored patient."""
    months = [time for time, count in caption_of_figure_1(files).items() for _ in range(count)]
    return np.sort(encode(months, np.zeros(len(months))))


def _fits_caption(codes, expected):
    """Whether the censored of each recoding (recodings x patients) are those listed.

    expected : `caption_codes`.
    """
    censored = np.where(codes & 1, codes, np.iinfo(codes.dtype).max)
    ordered = np.sort(censored, axis=1)
    counted = (codes & 1).sum(axis=1) == len(expected)
    return counted & (ordered[:, : len(expected)] == expected).all(axis=1)


def _of_curves(curves, call):
    """The value of a number of the block, from the curves of all recodings."""
    if call.quantity == "survival_at":
        return 100 * curves.survival_at(call["months"])
    return quantities.table5_values(curves, call["statistic"], call["part"])


def _matched(curves, numbers):
    """Which numbers each recoding gives back, numbers x recodings.

    numbers : rows of the block, as named tuples.
    """
    return np.array(
        [
            agree(number.printed, _of_curves(curves, number.call), number.rounding)
            for number in numbers
        ]
    )


def _first_course(table: Table1):
    """Patient numbers and codes of the first course."""
    cycles = table.course(1)
    return cycles["patient"].to_numpy(), encode(cycles["relief_months"], cycles["event"])


# --- one cell ---------------------------------------------------------------------


@dataclass(frozen=True)
class Search:
    """Every change of one patient's outcome, and which printed numbers it gives back.

    patients : numbers of the patients; codes : their outcomes as tabulated.
    matched : patients x outcomes x numbers of the block, outcomes in order of code:
        every hundredth of a month, relapse before censored.
    caption : patients x outcomes, whether the censored are those under Figure 1.
    block : the numbers, a frame of `first_course_block`.
    """

    patients: np.ndarray
    codes: np.ndarray
    matched: np.ndarray
    caption: np.ndarray
    block: pd.DataFrame

    @cached_property
    def scores(self):
        """Numbers given back, patients x outcomes; -1 where nothing is changed."""
        scores = self.matched.sum(axis=2)
        scores[np.arange(len(self.codes)), self.codes] = -1
        return scores

    @property
    def n_changes(self):
        return self.caption.size - len(self.codes)

    def full(self, derived=True):
        """Changes that give back every number: patient, months, event, caption.

        derived : whether numbers that follow from others have to agree as well.
        """
        asked = derived | ~self.block["derived"].to_numpy()
        rows, codes = np.nonzero(self.matched[:, :, asked].all(axis=2) & (self.scores >= 0))
        months, event = decode(codes)
        return pd.DataFrame(
            {
                "patient": self.patients[rows],
                "months": months,
                "event": event,
                "caption": self.caption[rows, codes],
            }
        )

    def profile(self, patient):
        """Numbers given back by every outcome of one patient: months x event (1, 0)."""
        scores = self.scores[list(self.patients).index(patient)]
        months = np.arange(len(scores) // 2) / PER_MONTH
        return pd.DataFrame({1: scores[::2], 0: scores[1::2]}, index=months)

    def steps(self, patient, event, until):
        """`profile` of one direction as runs of equal height: columns first, last, matched."""
        heights = self.profile(patient).loc[:until, event]
        run = (heights != heights.shift()).cumsum()
        frame = heights.reset_index().groupby(run.to_numpy())
        return pd.DataFrame(
            {
                "first": frame["index"].first(),
                "last": frame["index"].last(),
                "matched": frame[event].first(),
            }
        )

    def ranking(self):
        """The best changes of each patient in each direction, best first.

        Columns patient, event, matched (numbers given back), free (most of these that
        follow from no other), times (months on the grid, as text), caption (whether
        any of them leaves the censored as under Figure 1).
        """
        free = ~self.block["derived"].to_numpy()
        found = []
        for row, patient in enumerate(self.patients):
            for event in (1, 0):
                scores = self.scores[row, 1 - event :: 2]
                ticks = np.flatnonzero(scores == scores.max())
                best = 2 * ticks + 1 - event
                found.append(
                    {
                        "patient": patient,
                        "event": event,
                        "matched": scores.max(),
                        "free": self.matched[row, best][:, free].sum(axis=1).max(),
                        "times": spans(intervals(ticks)),
                        "caption": self.caption[row, best].any(),
                    }
                )
        return pd.DataFrame(found).sort_values("matched", ascending=False, kind="stable")


@cache
def single_cell_search(files: Files) -> Search:
    """All patients of the first course x every 0.01 month up to `LONGEST` x event or not.

    Evaluated once for patients with the same outcome: they can stand for each other.
    """
    patients, codes = _first_course(files.table1)
    block, expected = first_course_block(files), caption_codes(files)
    numbers = list(block.itertuples())
    outcomes = np.arange(2 * (LONGEST * PER_MONTH + 1), dtype=np.int32)
    matched, caption = {}, {}
    for code, row in zip(*np.unique(codes, return_index=True), strict=True):
        versions = _with_changed(codes, [row], outcomes[:, None])
        parts = [_matched(Curves(chunk), numbers) for chunk in _chunks(versions)]
        matched[code] = np.concatenate(parts, axis=1).T
        caption[code] = _fits_caption(versions, expected)
    of_patients = (np.array([found[code] for code in codes]) for found in (matched, caption))
    return Search(patients, codes, *of_patients, block)


CHUNK = 2000  # recodings at once: few enough for the processor's cache


def _chunks(versions):
    return np.array_split(versions, len(versions) // CHUNK + 1)


def intervals(ticks):
    """Runs of consecutive hundredths of a month as ``(first, last)`` in months."""
    ticks = np.asarray(ticks)
    runs = np.split(ticks, np.flatnonzero(np.diff(ticks) > 1) + 1)
    return [(run[0] / PER_MONTH, run[-1] / PER_MONTH) for run in runs if len(run)]


def spans(found):
    """Intervals as text, such as ``1.23–1.35, 2``."""
    return ", ".join(f"{a:g}" if a == b else f"{a:g}–{b:g}" for a, b in found)


def _with_changed(codes, rows, recoded):
    """The codes once for each row of ``recoded``, which gives some patients others."""
    versions = np.tile(codes, (len(recoded), 1))
    versions[:, rows] = recoded
    return versions
