"""The audit: which changes of Table 1 explain a divergence, and which cells are checked.

Two kinds of question. A *repair search* changes one cell, or two, to every value in
range and asks which changes give back the printed numbers. The *pinning map* changes
each cell by its smallest step and asks which printed numbers notice.
"""

import re
from dataclasses import dataclass
from functools import cache, cached_property
from itertools import chain, combinations

import numpy as np
import pandas as pd

from . import claims, quantities, table1
from .batch import PER_MONTH, Curves, Variants, agree, decode, encode, parse

LONGEST = 48  # months; the longest time in Table 1 is 36
DERIVED = ("censored", "lower", "upper")  # parts of Table 5 that follow from the others


# --- the printed numbers of the first course --------------------------------------


@cache
def first_course_block():
    """The printed numbers about the outcome of the first course, each once.

    The first row of Table 5 and the read-offs of its curve, as registered: printed,
    rounding, compute, and ``derived``, true of a number that follows from others.
    """
    register = claims.stored()
    of_block = register["compute"].str.match(r"(table5|survival_at)\(\"first\"")
    total = register["compute"].str.contains('"n"')
    block = register[of_block & ~total].drop_duplicates(["compute", "printed"])
    derived = block["compute"].str.contains("|".join(f'"{part}"' for part in DERIVED))
    return block[["claim", "printed", "rounding", "compute"]].assign(derived=derived)


@cache
def caption_of_figure_1():
    """The censoring times listed under Figure 1: months -> patients."""
    register = claims.stored()
    register = register[register["section"] == "figure-1"]
    months = register["compute"].str.extract(r"event == 0 and relief_months == ([\d.]+)")[0]
    listed = register[months.notna()]
    return {
        float(months[name]): int(claims.printed_number(printed))
        for name, printed in listed["printed"].items()
    }


def _caption_codes():
    """The caption's list as sorted codes, one per censored patient."""
    months = [time for time, count in caption_of_figure_1().items() for _ in range(count)]
    return np.sort(encode(months, np.zeros(len(months))))


def _fits_caption(codes):
    """Whether the censored of each recoding (recodings x patients) are those listed."""
    expected = _caption_codes()
    censored = np.where(codes & 1, codes, np.iinfo(codes.dtype).max)
    ordered = np.sort(censored, axis=1)
    counted = (codes & 1).sum(axis=1) == len(expected)
    return counted & (ordered[:, : len(expected)] == expected).all(axis=1)


def _of_curves(curves, compute):
    """The value of a number of the block, from batched curves."""
    function, arguments, _ = parse(compute)
    if function is quantities.survival_at:
        return 100 * curves.survival_at(*arguments[1:])
    return curves.table5(*arguments[1:])


def _matched(curves, numbers):
    """Which numbers each recoding gives back, numbers x recodings.

    numbers : rows of the block, as named tuples.
    """
    return np.array(
        [
            agree(number.printed, _of_curves(curves, number.compute), number.rounding)
            for number in numbers
        ]
    )


def _first_course():
    """Labels, patient numbers and codes of the first course as tabulated."""
    cycles = table1.read().course(1)
    return cycles["patient"].to_numpy(), encode(cycles["relief_months"], cycles["event"])


# --- one cell ---------------------------------------------------------------------


@dataclass(frozen=True)
class Search:
    """Every change of one patient's outcome, and which printed numbers it gives back.

    patients : numbers of the patients; codes : their outcomes as tabulated.
    matched : patients x outcomes x numbers of the block, outcomes in order of code:
        every hundredth of a month, relapse before censored.
    caption : patients x outcomes, whether the censored are those under Figure 1.
    """

    patients: np.ndarray
    codes: np.ndarray
    matched: np.ndarray
    caption: np.ndarray

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
        asked = np.ones(len(first_course_block()), dtype=bool)
        if not derived:
            asked = ~first_course_block()["derived"].to_numpy()
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
        free = ~first_course_block()["derived"].to_numpy()
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
def single_cell_search():
    """All patients of the first course x every 0.01 month up to `LONGEST` x event or not.

    Evaluated once for patients with the same outcome: they can stand for each other.
    """
    patients, codes = _first_course()
    numbers = list(first_course_block().itertuples())
    outcomes = np.arange(2 * (LONGEST * PER_MONTH + 1), dtype=np.int32)
    matched, caption = {}, {}
    for code, row in zip(*np.unique(codes, return_index=True), strict=True):
        versions = _with_changed(codes, [row], outcomes[:, None])
        parts = [_matched(Curves(chunk), numbers) for chunk in _chunks(versions)]
        matched[code], caption[code] = np.concatenate(parts, axis=1).T, _fits_caption(versions)
    of_patients = (np.array([found[code] for code in codes]) for found in (matched, caption))
    return Search(patients, codes, *of_patients)


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


# --- two cells --------------------------------------------------------------------


def coarse_times():
    """Times of the two-cell search, in months: Table 1's own and round ones.

    Round are the quarters up to 6 months, whole months up to 36, and 42 and 48.
    """
    own = table1.read().cycles["relief_months"].unique()
    return np.unique(np.concatenate([own, np.arange(0, 6, 0.25), np.arange(6, 37), [42, LONGEST]]))


EXCHANGED = "R1, with the outcomes of two patients exchanged"
UNNOTICED = "R1, and a second change that no number notices"
WITH = "the patient of R1 read otherwise, and another patient"
WITHOUT = "two other patients"
PAIR = ["patient", "months", "event", "other", "other_months", "other_event", "caption", "data"]
KINDS = [EXCHANGED, UNNOTICED, WITH, WITHOUT]


@dataclass(frozen=True)
class PairSearch:
    """Two-cell changes of the first course that give back every number of the block.

    n_times : times on the grid; n_changes : changes of two cells on the grid.
    n_counted : of these, changes with the printed number of events, none left out.
    found : one row per change: patient, months and event of both cells; caption; kind,
        one of `KINDS`; data, a number that changes with equal sets of outcomes share.
    """

    n_times: int
    n_changes: int
    n_counted: int
    found: pd.DataFrame


def pair_table():
    """`pair_search` counted by kind: changes, different data sets, fitting the caption."""
    found = pair_search().found
    table = found.groupby("kind").agg(
        changes=("caption", "size"), data=("data", "nunique"), caption=("caption", "sum")
    )
    table.loc["all"] = [len(found), found["data"].nunique(), found["caption"].sum()]
    return table.reindex([*KINDS, "all"], fill_value=0)


@cache
def pair_search():
    """All pairs of patients of the first course, both recoded on the coarse grid.

    Only recodings with the printed number of events are evaluated: no other can match;
    and those of one pair of outcomes only once, whichever patients had them.
    """
    patients, codes = _first_course()
    block = first_course_block()
    options = encode(np.repeat(coarse_times(), 2), np.tile([1, 0], len(coarse_times())))
    heights = block["compute"].str.startswith("survival_at")
    parts = [list(part.itertuples()) for part in (block[heights], block[~heights])]
    events_needed = int(block.loc[block["compute"].str.contains('"events"'), "printed"].iloc[0])
    n_changes = n_counted = 0
    found, known = [], {}
    for one, other in combinations(range(len(codes)), 2):
        first, second = (options[options != codes[row]] for row in (one, other))
        n_changes += len(first) * len(second)
        kept = np.count_nonzero(np.delete(codes, [one, other]) % 2 == 0)
        chosen = np.nonzero((2 - first % 2)[:, None] - second % 2 == events_needed - kept)
        n_counted += len(chosen[0])
        outcomes = codes[one], codes[other]
        if outcomes not in known:
            recoded = np.transpose([first[chosen[0]], second[chosen[1]]])
            versions = _with_changed(codes, [one, other], recoded)
            full = [_matching_all(chunk, parts) for chunk in _chunks(versions)]
            known[outcomes] = np.concatenate(full)[:, [one, other]]
        versions = _with_changed(codes, [one, other], known[outcomes])
        found += [_pair(patients, version, one, other) for version in versions]
    frame = pd.DataFrame(found, columns=PAIR)
    frame["kind"] = list(_kinds(frame))
    frame["data"] = pd.factorize(frame["data"])[0]
    return PairSearch(len(coarse_times()), n_changes, n_counted, frame)


def _with_changed(codes, rows, recoded):
    """The codes once for each row of ``recoded``, which gives some patients others."""
    versions = np.tile(codes, (len(recoded), 1))
    versions[:, rows] = recoded
    return versions


def _matching_all(versions, parts):
    """The recodings that give back every number of the block; the quick parts come first."""
    for numbers in parts:
        if len(versions):
            versions = versions[_matched(Curves(versions), numbers).all(axis=0)]
    return versions


def _pair(patients, version, one, other):
    """One two-cell change as a row of `PairSearch.found`, in the order of `PAIR`."""
    cells = zip(patients[[one, other]], *decode(version[[one, other]]), strict=True)
    caption, data = bool(_fits_caption(version[None])[0]), tuple(np.sort(version))
    return (*chain.from_iterable(cells), caption, data)


def _kinds(pairs):
    """Which of `KINDS` each two-cell change is, given the single-cell repairs."""
    single = single_cell_search().full()
    repaired = set(single["patient"])
    outcomes = set(single[["patient", "months", "event"]].itertuples(index=False, name=None))
    course = table1.read(("R1",)).course(1)
    single_data = tuple(np.sort(encode(course["relief_months"], course["event"])))
    for pair in pairs.itertuples():
        cells = {
            (pair.patient, pair.months, pair.event),
            (pair.other, pair.other_months, pair.other_event),
        }
        if pair.data == single_data:
            yield EXCHANGED
        elif cells & outcomes:
            yield UNNOTICED
        else:
            yield WITH if {pair.patient, pair.other} & repaired else WITHOUT


# --- the two standard deviations --------------------------------------------------


# Column of cycles -> unit, smallest and largest value tried, and steps of the grids; the
# last and finest holds the others.
SD_GRIDS = {
    "infusion_days": ("days", 0.01, 60, (1, 0.25, 0.1, 0.01)),
    "relief_percent": ("percent", 0, 100, (1, 0.1, 0.01)),
}


def _grid(column, step):
    _, low, high, steps = SD_GRIDS[column]
    fine = np.round(np.arange(round(low / steps[-1]), round(high / steps[-1]) + 1) * steps[-1], 10)
    return fine[on_grid(fine, step)]


def on_grid(values, step):
    """Which values are multiples of a step."""
    return np.isclose(np.asarray(values) / step, np.rint(np.asarray(values) / step), atol=1e-6)


@cache
def sd_repairs(column):
    """Single-cell changes of a column of cycles that give back its printed SD.

    column : a column of `SD_GRIDS`; every cell takes every value of its finest grid.

    Returns one row per change that matches: cycle, value, ``table2`` (the column of
    Table 2 agrees altogether), ``all`` (so does every other printed number that agreed
    before) and ``hidden`` (rounded, the value is still what Table 1 prints in the cell).
    """
    base = table1.read()
    printed = base.cycles[column].to_numpy()
    grid = _grid(column, SD_GRIDS[column][-1][-1])
    call = f'table2("Standard deviation", "{column}")'
    register = claims.stored()
    target = register[register["compute"] == call].iloc[0]
    matches = agree(target["printed"], _sd_with_one_changed(printed, grid), target["rounding"])
    rows, places = np.nonzero(matches & (grid[None, :] != printed[:, None]))
    versions = np.tile(printed, (len(rows), 1))
    versions[np.arange(len(rows)), rows] = grid[places]
    found = pd.DataFrame({"cycle": base.cycles["label"].to_numpy()[rows], "value": grid[places]})
    cells = base.raw[column].to_numpy()[rows]
    found["hidden"] = [claims.agrees(*pair) for pair in zip(cells, found["value"], strict=True)]
    found["table2"] = found["all"] = True
    if len(found):
        variants = Variants(base, {column: versions})
        for claim in _agreeing(base).itertuples():
            kept = agree(claim.printed, variants.values(claim.compute), claim.rounding)
            found["all"] &= kept
            if re.match(rf"table2\(.*\"{column}\"", claim.compute):
                found["table2"] &= kept
    return found


def _sd_with_one_changed(values, grid):
    """SD with n - 1 after each value becomes each of the grid's, values x grid."""
    n, centre = len(values), values.mean()
    old, new = (values - centre)[:, None], (grid - centre)[None, :]
    sums = new - old
    squares = np.sum((values - centre) ** 2) - old**2 + new**2
    return np.sqrt((squares - sums**2 / n) / (n - 1))


def sd_repair_counts():
    """`sd_repairs` counted, one row per unit and step of the grid.

    Columns tried, sd, table2, all (changes), cells (cycles among the last) and hidden.
    """
    rows = {}
    for column, (unit, *_, steps) in SD_GRIDS.items():
        printed = table1.read().cycles[column].to_numpy()
        for step in steps:
            found = sd_repairs(column)
            found = found[on_grid(found["value"], step)]
            kept = found[found["all"]]
            rows[unit, step] = {
                "tried": int((_grid(column, step)[None, :] != printed[:, None]).sum()),
                "sd": len(found),
                "table2": int(found["table2"].sum()),
                "all": len(kept),
                "cells": kept["cycle"].nunique(),
                "hidden": int(kept["hidden"].sum()),
            }
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis(["Unit", "Step"])


def sd_repair_cells():
    """The cells that one change repairs with all else kept, by unit and cycle.

    Columns printed, low and high (on the finest grid) and whole (a whole number that
    does; missing where there is none).
    """
    raw = table1.read().raw.set_axis(table1.read().cycles["label"])
    parts = {}
    for column, (unit, *_) in SD_GRIDS.items():
        fine = sd_repairs(column).query("all")
        whole = fine[on_grid(fine["value"], 1)]
        part = fine.groupby("cycle", sort=False)["value"].agg(low="min", high="max")
        part.insert(0, "printed", raw[column])
        parts[unit] = part.join(whole.groupby("cycle")["value"].first().rename("whole"))
    return pd.concat(parts, names=["unit", "cycle"])


def sd_repair_values():
    """`sd_repair_cells` by unit and printed value, the cycles of a value together."""
    cells = sd_repair_cells().reset_index()
    keys = ["unit", "printed", "low", "high", "whole"]
    groups = cells.groupby(keys, sort=False, dropna=False)["cycle"].agg(", ".join)
    return groups.reset_index().set_index(["unit", "printed"])


@cache
def _agreeing(base):
    """The computed claims that agree with a Table 1, each call and printed value once."""
    register = claims.stored().query("compute != ''")
    register = register.drop_duplicates(["compute", "printed", "rounding"])
    unchanged = Variants(base, {"event": base.cycles["event"].to_numpy()[None, :]})
    agrees = [
        bool(agree(claim.printed, unchanged.values(claim.compute), claim.rounding)[0])
        for claim in register.itertuples()
    ]
    return register[agrees]


# --- the pinning map --------------------------------------------------------------

# Column of the map -> column of Table 1 as printed, the smallest step on which its
# cells lie (None: one unit of the last printed digit), and its heading.
COLUMNS = {
    "age_years": ("age_years", 1, "Age"),
    "crps_months": ("crps_months", None, "CRPS"),
    "rate_low_mg_per_h": ("dosage_mg_per_h", 0.5, "Rate, low"),
    "rate_max_mg_per_h": ("dosage_mg_per_h", 0.5, "Rate, max."),
    "infusion_days": ("infusion_days", 0.25, "Days"),
    "relief_percent": ("relief_percent", 1, "Relief, %"),
    "relief_months": ("relief_months", 0.25, "Months"),
    "event": ("relief_months", None, "Sign"),
}
RATES = ("rate_low_mg_per_h", "rate_max_mg_per_h")
HIGHEST = {"relief_percent": 100}


@dataclass(frozen=True)
class Step:
    """One change of one numeric cell: row of its frame, and new values by column."""

    row: int
    values: dict


def _steps(base, column, printed_digit):
    """Every smallest change, up or down, of a column's cells.

    The sign of an outcome moves from relapse to censored or back, its time unchanged.
    """
    source, step, _ = COLUMNS[column]
    level = base.patients if column in base.patients else base.cycles
    rows = level.to_dict("records")
    for row, printed in enumerate(base.raw[source].dropna()):
        if column == "event":
            yield Step(row, {"event": 1 - rows[row]["event"]})
            continue
        number, moving = _cell(printed, column)
        if number is None:
            continue
        size = 10.0 ** -len(number.partition(".")[2]) if printed_digit or step is None else step
        for moved in (float(number) - size, float(number) + size):
            values = dict.fromkeys(moving, round(moved, 10))
            if _possible({**rows[row], **values}, column):
                yield Step(row, values)


def _cell(printed, column):
    """The number of a printed cell that belongs to a column, and the columns it moves.

    None where there is no number. A rate printed as one number has one cell, under the
    maximum, and moves both ends.
    """
    numbers = re.findall(r"[0-9]+(?:\.[0-9]+)?", printed)
    constant = column in RATES and len(numbers) == 1
    if not numbers or (constant and column == RATES[0]):
        return None, ()
    number = numbers[0] if column == RATES[0] else numbers[-1]
    return number, RATES if constant else (column,)


def _possible(row, column):
    """Whether a moved cell could stand in Table 1."""
    in_order = column not in RATES or row[RATES[0]] <= row[RATES[1]]
    return in_order and 0 <= row[column] <= HIGHEST.get(column, np.inf)


def _variants(base, column, steps):
    """Table 1 once for every step."""
    level = base.patients if column in base.patients else base.cycles
    names = dict.fromkeys(name for step in steps for name in step.values)
    kind = int if column == "event" else float
    changed = {name: np.tile(level[name].to_numpy(kind), (len(steps), 1)) for name in names}
    for version, step in enumerate(steps):
        for name, value in step.values.items():
            changed[name][version, step.row] = value
    return Variants(base, changed)


def pinning(printed_digit=False):
    """The printed numbers that each numeric cell of Table 1 is pinned by.

    A printed number pins a cell if it agrees with Table 1 under repair R1 and no longer
    agrees once the cell moves by one step, up or down. Steps are those of `COLUMNS`, or
    with ``printed_digit`` one unit of the cell's own last printed digit.

    Returns one row per numeric cell: cycle (label), column and claims, a tuple of ids.
    Made once for the same steps: not to be changed in place.
    """
    return _pinning(printed_digit)


@cache
def _pinning(printed_digit):
    base = table1.read(("R1",))
    keys = ["compute", "printed", "rounding"]
    ids = claims.stored().reset_index().groupby(keys)["id"].agg(tuple)
    agreeing = _agreeing(base)
    labels = base.cycles["label"]
    cells = []
    for column in COLUMNS:
        steps = list(_steps(base, column, printed_digit))
        variants = _variants(base, column, steps)
        rows = labels[base.cycles["cycle"] == 1] if column in base.patients else labels
        pins = {rows.iloc[step.row]: set() for step in steps}
        for claim in agreeing[keys].itertuples(index=False):
            kept = agree(claim.printed, variants.values(claim.compute), claim.rounding)
            for version in np.flatnonzero(~kept):
                pins[rows.iloc[steps[version].row]].update(ids[tuple(claim)])
        cells += [(label, column, tuple(sorted(names))) for label, names in pins.items()]
    frame = pd.DataFrame(cells, columns=["cycle", "column", "claims"])
    order = dict(zip(labels, range(len(labels)), strict=True))
    return frame.sort_values("cycle", key=lambda cycles: cycles.map(order), kind="stable")


def pinning_map(printed_digit=False):
    """How many printed numbers pin each cell: cycles x columns, NaN where no number stands."""
    cells = pinning(printed_digit)
    counts = cells.assign(n=cells["claims"].map(len)).pivot(
        index="cycle", columns="column", values="n"
    )
    return counts.loc[table1.read().cycles["label"], list(COLUMNS)]


def pinning_summary():
    """`pinning_map` by column: cells, unpinned, median pins, unpinned_digit.

    ``unpinned_digit`` counts with steps of one unit of the last printed digit. The last
    row, ``all``, counts all cells.
    """
    counts, by_digit = pinning_map(), pinning_map(printed_digit=True)
    summary = pd.DataFrame(
        {
            "cells": counts.notna().sum(),
            "unpinned": (counts == 0).sum(),
            "median": counts.median(),
            "unpinned_digit": (by_digit == 0).sum(),
        }
    )
    summary.loc["all"] = summary.sum()
    summary.loc["all", "median"] = counts.stack().median()
    return summary


def unpinned():
    """Labels of the cycles whose cell nothing pins, by column."""
    counts = pinning_map()
    return pd.Series({name: ", ".join(counts.index[counts[name] == 0]) for name in counts})
