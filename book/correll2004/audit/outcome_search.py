"""Which changes of one patient's outcome reproduce the printed numbers of the first course.

The outcome of every patient is replaced by a relapse and by a censoring at every hundredth of a
month. Each change is compared with all printed numbers of the first course: the first row of
Table 5, and the survival probabilities of its curve.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from ..data import validation
from ..data.table1 import Table1
from ..paper import calls, quantities, rounding
from ..paper.calls import Call
from ..paper.records import Files
from ..paper.rounding import which_agree
from ..stats.curves import PER_MONTH, BoolArray, Curves, FloatArray, IntArray, decode, encode

LONGEST = 48  # months; the longest time in Table 1 is 36
DERIVED = ("censored", "lower", "upper")  # parts of Table 5 that follow from the others


# --- the printed numbers of the first course --------------------------------------


@cache
def first_course_block(files: Files) -> pd.DataFrame:
    """The printed numbers that depend on the outcomes of the first course, each once.

    These are the first row of Table 5 and the survival probabilities of its curve. Columns
    claim, printed and rounding, as in the register; call, a `Call`; and derived, true for a
    number that follows from the others.
    """
    register = files.register.query("compute != ''")
    parsed = register["compute"].map(calls.parse)
    in_block = [
        call.quantity in ("table5", "survival_at")
        and call["course"] == "first"
        and call["part"] != "n"
        for call in parsed
    ]
    block = register[in_block].drop_duplicates(["compute", "printed"])
    derived = [call["part"] in DERIVED for call in parsed[block.index]]
    return block[["claim", "printed", "rounding"]].assign(call=parsed[block.index], derived=derived)


@cache
def caption_of_figure_1(files: Files) -> dict[float, int]:
    """The censoring times listed under Figure 1: months -> patients."""
    caption = files.register.query("section == 'figure-1' and compute != ''")
    parsed = zip(caption["printed"], caption["compute"].map(calls.parse), strict=True)
    return {
        float(call["months"]): int(rounding.printed_number(printed))
        for printed, call in parsed
        if call.quantity == "count_of_censored"
    }


def caption_codes(files: Files) -> IntArray:
    """The times of `caption_of_figure_1` as sorted codes, one per censored patient."""
    months = [time for time, count in caption_of_figure_1(files).items() for _ in range(count)]
    return np.sort(encode(months, np.zeros(len(months))))


def fits_caption(codes: IntArray, expected: IntArray) -> BoolArray:
    """Whether the censored times of each recoding are those of the caption.

    codes : recodings x patients; expected : `caption_codes`.
    """
    censored = np.where(codes & 1, codes, np.iinfo(codes.dtype).max)
    ordered = np.sort(censored, axis=1)
    counted = (codes & 1).sum(axis=1) == len(expected)
    return counted & (ordered[:, : len(expected)] == expected).all(axis=1)


def _values(curves: Curves, call: Call) -> FloatArray:
    """The value that a call of the block has in each recoding, from the curves of all."""
    if call.quantity == "survival_at":
        return 100 * curves.survival_at(call["months"])
    return quantities.table5_values(curves, call["statistic"], call["part"])


def reproduced(curves: Curves, block: pd.DataFrame) -> BoolArray:
    """Which numbers each recoding reproduces, numbers x recodings.

    block : all rows of `first_course_block`, or some.
    """
    return np.array(
        [
            which_agree(number["printed"], _values(curves, number["call"]), number["rounding"])
            for _, number in validation.rows(block)
        ]
    )


def first_course_codes(table: Table1) -> tuple[IntArray, IntArray]:
    """Numbers of the patients of the first course, and the codes of their outcomes."""
    cycles = table.course(1)
    return cycles["patient"].to_numpy(), encode(cycles["relief_months"], cycles["event"])


# --- one cell ---------------------------------------------------------------------


@dataclass(frozen=True)
class Search:
    """Every change of one patient's outcome, and which printed numbers it reproduces.

    patients : numbers of the patients; codes : their outcomes as tabulated.
    matched : patients x outcomes x numbers of the block, whether the number is reproduced.
        Outcomes are in order of their code: every hundredth of a month, relapse before censored.
    caption : patients x outcomes, whether the censored times are those under Figure 1.
    block : the numbers, a frame of `first_course_block`.
    """

    patients: IntArray
    codes: IntArray
    matched: BoolArray
    caption: BoolArray
    block: pd.DataFrame

    @cached_property
    def scores(self) -> IntArray:
        """How many numbers are reproduced, patients x outcomes; -1 at the outcome as tabulated."""
        scores = self.matched.sum(axis=2)
        scores[np.arange(len(self.codes)), self.codes] = -1
        return scores

    @property
    def n_changes(self) -> int:
        """Number of changes searched."""
        return self.caption.size - len(self.codes)

    def complete(self, derived: bool = True) -> pd.DataFrame:
        """Changes that reproduce every number: columns patient, months, event, caption.

        derived : whether the numbers that follow from others have to be reproduced too.
        """
        needed = derived | ~self.block["derived"].to_numpy(dtype=bool)
        rows, codes = np.nonzero(self.matched[:, :, needed].all(axis=2) & (self.scores >= 0))
        months, event = decode(codes)
        return pd.DataFrame(
            {
                "patient": self.patients[rows],
                "months": months,
                "event": event,
                "caption": self.caption[rows, codes],
            }
        )

    def profile(self, patient: int) -> pd.DataFrame:
        """How many numbers each outcome of a patient reproduces: months x event (1, 0)."""
        scores = self.scores[list(self.patients).index(patient)]
        months = np.arange(len(scores) // 2) / PER_MONTH
        return pd.DataFrame({1: scores[::2], 0: scores[1::2]}, index=months)

    def steps(self, patient: int, event: int, until: float) -> pd.DataFrame:
        """`profile` of one event as runs of equal values: columns first, last, matched.

        until : last time in months.
        """
        matched = self.profile(patient)[event].loc[:until]
        months = matched.index.to_series()
        runs = (matched != matched.shift()).cumsum().to_numpy()
        return pd.DataFrame(
            {
                "first": months.groupby(runs).first(),
                "last": months.groupby(runs).last(),
                "matched": matched.groupby(runs).first(),
            }
        )

    def ranking(self) -> pd.DataFrame:
        """The best changes of each patient to a relapse and to a censoring, best first.

        Columns patient, event, matched (how many numbers are reproduced), free (how many of
        these follow from no other, at most), times (months, as text), caption (whether one of
        the changes leaves the censored times as under Figure 1).
        """
        free = ~self.block["derived"].to_numpy(dtype=bool)
        found: list[dict[str, Any]] = []
        for row, patient in enumerate(self.patients):
            for event in (1, 0):
                scores = self.scores[row, 1 - event :: 2]
                hundredths = np.flatnonzero(scores == scores.max())
                best = 2 * hundredths + 1 - event
                found.append(
                    {
                        "patient": patient,
                        "event": event,
                        "matched": scores.max(),
                        "free": self.matched[row, best][:, free].sum(axis=1).max(),
                        "times": intervals_text(intervals(hundredths)),
                        "caption": self.caption[row, best].any(),
                    }
                )
        return pd.DataFrame(found).sort_values("matched", ascending=False, kind="stable")


@cache
def single_cell_search(files: Files) -> Search:
    """All patients of the first course x every 0.01 month up to `LONGEST` x event or not.

    Patients with the same outcome have the same results, which are computed once.
    """
    patients, codes = first_course_codes(files.table1)
    block, expected = first_course_block(files), caption_codes(files)
    outcomes = np.arange(2 * (LONGEST * PER_MONTH + 1), dtype=np.int32)
    matched, caption = {}, {}
    for code, row in zip(*np.unique(codes, return_index=True), strict=True):
        versions = with_changed(codes, [row], outcomes[:, None])
        parts = [reproduced(Curves(chunk), block) for chunk in chunks(versions)]
        matched[code] = np.concatenate(parts, axis=1).T
        caption[code] = fits_caption(versions, expected)
    by_patient = [np.array([found[code] for code in codes]) for found in (matched, caption)]
    return Search(patients, codes, by_patient[0], by_patient[1], block)


# --- recodings, for this search and that of pairs ---------------------------------


CHUNK = 2000  # recodings at once, which fit in the processor's cache


def chunks(versions: IntArray) -> list[IntArray]:
    """Recodings (recodings x patients) in parts of about `CHUNK`."""
    return np.array_split(versions, len(versions) // CHUNK + 1)


def intervals(hundredths: ArrayLike) -> list[tuple[float, float]]:
    """Runs of consecutive hundredths of a month as ``(first, last)`` in months."""
    times = np.asarray(hundredths)
    runs = np.split(times, np.flatnonzero(np.diff(times) > 1) + 1)
    return [(run[0] / PER_MONTH, run[-1] / PER_MONTH) for run in runs if len(run)]


def intervals_text(found: Iterable[tuple[float, float]]) -> str:
    """Intervals as text, such as ``1.23–1.35, 2``."""
    return ", ".join(f"{a:g}" if a == b else f"{a:g}–{b:g}" for a, b in found)


def with_changed(codes: IntArray, patients: list[int], recoded: IntArray) -> IntArray:
    """The codes of all patients in every recoding, recodings x patients.

    patients : positions of those with other codes; recoded : these, recodings x such patients.
    """
    versions = np.tile(codes, (len(recoded), 1))
    versions[:, patients] = recoded
    return versions
