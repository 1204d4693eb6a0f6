"""The pinning map: which printed numbers no longer agree if a cell of Table 1 changes a little."""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import pandas as pd

from ..data import validation
from ..data.table1 import Table1
from ..paper import calls
from ..paper.calls import Call
from ..paper.records import Files
from ..paper.rounding import which_agree
from ..paper.versions import Versions, versions_of
from ..stats.curves import BoolArray, FloatArray


@cache
def agreeing_claims(files: Files, base: Table1) -> pd.DataFrame:
    """The computed claims that agree with Table 1, each call and printed value once."""
    register = files.register.query("compute != ''")
    register = register.drop_duplicates(["compute", "printed", "rounding"])
    version = versions_of(base)
    agree = [
        which_versions_agree(
            version, claim["printed"], calls.parse(claim["compute"]), claim["rounding"]
        )[0]
        for _, claim in validation.rows(register)
    ]
    return register[agree]


def which_versions_agree(versions: Versions, printed: str, call: Call, rounding: str) -> BoolArray:
    """In which versions of Table 1 the value of a call agrees with a printed string."""
    return which_agree(printed, call.compute(versions).values, rounding)


# Column of the map -> column of Table 1 as printed, the step of which its cells are multiples
# (None: one unit of the last printed digit), and its heading.
COLUMNS: dict[str, tuple[str, float | None, str]] = {
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
    values: dict[str, float]


def smallest_steps(base: Table1, column: str, printed_digit: bool) -> Iterator[Step]:
    """Every change of a cell of a column by one step, up or down.

    A change of the column ``event`` is from relapse to censored or back, at the same time.
    """
    if column == "event":
        events = enumerate(base.cycles["event"])
        return (Step(row, {"event": 1 - event}) for row, event in events)
    step = None if printed_digit else COLUMNS[column][1]

    def neighbours(number: str) -> list[float]:
        size = 10.0 ** -len(number.partition(".")[2]) if step is None else step
        return [float(number) - size, float(number) + size]

    return _steps(base, column, neighbours)


def steps_to(base: Table1, column: str, values: FloatArray) -> Iterator[Step]:
    """Every change of a cell of a column, other than ``event``, to another one of some values."""
    return _steps(base, column, lambda number: values[values != float(number)])


def _steps(base: Table1, column: str, others: Callable[[str], Iterable[float]]) -> Iterator[Step]:
    """The possible changes of each cell to what ``others`` returns for its number as printed."""
    level = base.patients if column in base.patients else base.cycles
    rows = [cells for _, cells in validation.rows(level)]
    for row, printed in enumerate(base.raw[COLUMNS[column][0]].dropna()):
        number, moving = _cell(printed, column)
        for value in others(number) if number is not None else ():
            values = dict.fromkeys(moving, round(float(value), 10))
            if _possible({**rows[row], **values}, column):
                yield Step(row, values)


def _cell(printed: str, column: str) -> tuple[str | None, tuple[str, ...]]:
    """The number of a printed cell that belongs to a column, and the columns that change with it.

    None if there is no number. A rate printed as one number is a cell of the maximum alone, and
    both ends change with it.
    """
    numbers = re.findall(r"[0-9]+(?:\.[0-9]+)?", printed)
    constant = column in RATES and len(numbers) == 1
    if not numbers or (constant and column == RATES[0]):
        return None, ()
    number = numbers[0] if column == RATES[0] else numbers[-1]
    return number, RATES if constant else (column,)


def _possible(row: dict[str, Any], column: str) -> bool:
    """Whether Table 1 could have a row with this value in a column."""
    in_order = column not in RATES or row[RATES[0]] <= row[RATES[1]]
    return bool(in_order and 0 <= row[column] <= HIGHEST.get(column, np.inf))


def versions_with(base: Table1, column: str, steps: list[Step]) -> Versions:
    """One version of Table 1 for every step."""
    level = base.patients if column in base.patients else base.cycles
    names = dict.fromkeys(name for step in steps for name in step.values)
    kind = int if column == "event" else float
    changed = {name: np.tile(level[name].to_numpy(kind), (len(steps), 1)) for name in names}
    for version, step in enumerate(steps):
        for name, value in step.values.items():
            changed[name][version, step.row] = value
    return Versions(base, changed)


def pinning(files: Files, printed_digit: bool = False) -> pd.DataFrame:
    """The printed numbers that pin each numeric cell of Table 1.

    A printed number pins a cell if it agrees with Table 1 under all repairs, and no longer
    agrees once the cell changes by one step, up or down. Steps are those of `COLUMNS`, or
    with ``printed_digit`` one unit of the cell's own last printed digit.

    Returns one row per numeric cell: cycle (label), column and claims, a tuple of ids.
    Computed once for the same steps: not to be changed in place.
    """
    return _pinning(files, printed_digit)


@cache
def _pinning(files: Files, printed_digit: bool) -> pd.DataFrame:
    base = files.repaired
    keys = ["compute", "printed", "rounding"]
    ids = files.register.reset_index().groupby(keys)["id"].agg(tuple)
    agreeing = [claim for _, claim in validation.rows(agreeing_claims(files, base)[keys])]
    labels = base.cycles["label"]
    cells = []
    for column in COLUMNS:
        steps = list(smallest_steps(base, column, printed_digit))
        versions = versions_with(base, column, steps)
        rows = labels[base.cycles["cycle"] == 1] if column in base.patients else labels
        pins: dict[str, set[str]] = {rows.iloc[step.row]: set() for step in steps}
        for claim in agreeing:
            call = calls.parse(claim["compute"])
            kept = which_versions_agree(versions, claim["printed"], call, claim["rounding"])
            for version in np.flatnonzero(~kept):
                pins[rows.iloc[steps[version].row]].update(ids[tuple(claim.values())])
        cells += [(label, column, tuple(sorted(names))) for label, names in pins.items()]
    frame = pd.DataFrame(cells, columns=["cycle", "column", "claims"])
    order = dict(zip(labels, range(len(labels)), strict=True))
    return frame.sort_values("cycle", key=lambda cycles: cycles.map(order), kind="stable")


def pinning_map(files: Files, printed_digit: bool = False) -> pd.DataFrame:
    """How many printed numbers pin each cell: cycles x columns, NaN if the cell has no number."""
    cells = pinning(files, printed_digit)
    counts = cells.assign(n=cells["claims"].map(len)).pivot(
        index="cycle", columns="column", values="n"
    )
    return counts.loc[files.table1.cycles["label"], list(COLUMNS)]


def pinning_summary(files: Files) -> pd.DataFrame:
    """`pinning_map` by column: cells, unpinned, median (number of pins), unpinned_digit.

    ``unpinned_digit`` is for steps of one unit of the last printed digit. The last row, ``all``,
    is of all cells.
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
    """Labels of the cycles whose cell no printed number pins, by column, as text."""
    counts = pinning_map(files)
    return pd.Series({name: ", ".join(counts.index[counts[name] == 0]) for name in counts})
