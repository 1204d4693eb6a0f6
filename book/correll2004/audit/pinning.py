"""The pinning map: each cell moved by its smallest step, and the printed numbers that notice."""

import re
from dataclasses import dataclass
from functools import cache

import numpy as np
import pandas as pd

from ..data.table1 import Table1
from ..paper import calls
from ..paper.records import Files
from ..paper.rounding import agree
from ..paper.versions import Versions, versions_of


@cache
def agreeing_claims(files: Files, base: Table1) -> pd.DataFrame:
    """The computed claims that agree with a Table 1, each call and printed value once."""
    register = files.register.query("compute != ''")
    register = register.drop_duplicates(["compute", "printed", "rounding"])
    return register[
        [
            bool(kept_in(versions_of(base), claim.printed, claim.compute, claim.rounding)[0])
            for claim in register.itertuples()
        ]
    ]


def kept_in(versions, printed, compute, rounding):
    """In which versions of Table 1 a claim's value agrees with the printed string."""
    return agree(printed, calls.parse(compute).of(versions).values, rounding)


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


def _versions(base, column, steps):
    """Table 1 once for every step."""
    level = base.patients if column in base.patients else base.cycles
    names = dict.fromkeys(name for step in steps for name in step.values)
    kind = int if column == "event" else float
    changed = {name: np.tile(level[name].to_numpy(kind), (len(steps), 1)) for name in names}
    for version, step in enumerate(steps):
        for name, value in step.values.items():
            changed[name][version, step.row] = value
    return Versions(base, changed)


def pinning(files: Files, printed_digit: bool = False) -> pd.DataFrame:
    """The printed numbers that each numeric cell of Table 1 is pinned by.

    A printed number pins a cell if it agrees with Table 1 under every repair and no longer
    agrees once the cell moves by one step, up or down. Steps are those of `COLUMNS`, or
    with ``printed_digit`` one unit of the cell's own last printed digit.

    Returns one row per numeric cell: cycle (label), column and claims, a tuple of ids.
    Made once for the same steps: not to be changed in place.
    """
    return _pinning(files, printed_digit)


@cache
def _pinning(files, printed_digit):
    base = files.repaired
    keys = ["compute", "printed", "rounding"]
    ids = files.register.reset_index().groupby(keys)["id"].agg(tuple)
    agreeing = agreeing_claims(files, base)
    labels = base.cycles["label"]
    cells = []
    for column in COLUMNS:
        steps = list(_steps(base, column, printed_digit))
        versions = _versions(base, column, steps)
        rows = labels[base.cycles["cycle"] == 1] if column in base.patients else labels
        pins = {rows.iloc[step.row]: set() for step in steps}
        for claim in agreeing[keys].itertuples(index=False):
            kept = kept_in(versions, claim.printed, claim.compute, claim.rounding)
            for version in np.flatnonzero(~kept):
                pins[rows.iloc[steps[version].row]].update(ids[tuple(claim)])
        cells += [(label, column, tuple(sorted(names))) for label, names in pins.items()]
    frame = pd.DataFrame(cells, columns=["cycle", "column", "claims"])
    order = dict(zip(labels, range(len(labels)), strict=True))
    return frame.sort_values("cycle", key=lambda cycles: cycles.map(order), kind="stable")


def pinning_map(files: Files, printed_digit: bool = False) -> pd.DataFrame:
    """How many printed numbers pin each cell: cycles x columns, NaN where no number stands."""
    cells = pinning(files, printed_digit)
    counts = cells.assign(n=cells["claims"].map(len)).pivot(
        index="cycle", columns="column", values="n"
    )
    return counts.loc[files.table1.cycles["label"], list(COLUMNS)]


def pinning_summary(files: Files) -> pd.DataFrame:
    """`pinning_map` by column: cells, unpinned, median pins, unpinned_digit.

    ``unpinned_digit`` counts with steps of one unit of the last printed digit. The last
    row, ``all``, counts all cells.
    """
    counts, by_digit = pinning_map(files), pinning_map(files, printed_digit=True)
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


def unpinned(files: Files) -> pd.Series:
    """Labels of the cycles whose cell nothing pins, by column."""
    counts = pinning_map(files)
    return pd.Series({name: ", ".join(counts.index[counts[name] == 0]) for name in counts})
