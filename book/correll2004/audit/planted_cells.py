"""Slips planted in the reliefs, rates and days of Table 1, and what a search of them finds.

Each number is changed to every other printed number of its column. The search then makes every
such change in every other cell of the column, and asks after which all numbers agree again.
"""

from functools import cache

import numpy as np
import pandas as pd

from ..data import validation
from ..data.table1 import Table1
from ..paper import calls
from ..paper.records import Files
from ..paper.rounding import printed_number, rounded, which_agree
from ..paper.versions import Versions
from ..stats.curves import BoolArray, IntArray
from .error_rates import Planted
from .pinning import (
    COLUMNS,
    RATES,
    agreeing_claims,
    steps_to,
    versions_with,
    which_versions_agree,
)

SEARCHED = ("relief_percent", "rate_max_mg_per_h", "rate_low_mg_per_h", "infusion_days")
COMPARED = "all numbers"


@cache
def numbers_of_repaired(files: Files) -> pd.DataFrame:
    """Collect the paper's numbers as they would be printed if they came from Table 1 repaired.

    Parameters
    ----------
    files : Files

    Returns
    -------
    DataFrame
        Columns printed, compute and rounding of the register. Where a claim differs, printed is
        what the repaired table gives; shares said to exceed a number, and that do not, are left
        out.
    """
    keys = ["compute", "printed", "rounding"]
    numbers = files.register.query("compute != ''").drop_duplicates(keys)[keys]
    agreeing = agreeing_claims(files, files.repaired).index
    numbers = numbers[numbers.index.isin(agreeing) | (numbers["rounding"] == "half up")].copy()
    differ = ~numbers.index.isin(agreeing)
    numbers.loc[differ, "printed"] = [
        str(rounded(calls.evaluate(call, files.repaired).value, printed_number(printed)))
        for call, printed, _ in numbers[differ].to_numpy()
    ]
    return numbers.drop_duplicates()


def _agree_all(versions: Versions, numbers: pd.DataFrame) -> BoolArray:
    """In which versions every number of some of `numbers_of_repaired` agrees."""
    agree = np.ones(versions.n, dtype=bool)
    for _, number in validation.rows(numbers):
        call = calls.parse(number["compute"])
        agree &= which_versions_agree(versions, number["printed"], call, number["rounding"])
    return agree


def _of_table2(numbers: pd.DataFrame, column: str) -> pd.DataFrame:
    """The numbers in a column of Table 2."""
    parsed = numbers["compute"].map(calls.parse)
    return numbers[[call.quantity == "table2" and call["column"] == column for call in parsed]]


@cache
def slips(files: Files, column: str) -> tuple[Planted, ...]:
    """Plant every slip of a column, and search for it.

    Parameters
    ----------
    files : Files
    column : str
        One of `SEARCHED`.

    Returns
    -------
    tuple of Planted
    """
    base, numbers = files.repaired, numbers_of_repaired(files)
    changes = list(steps_to(base, column, np.unique(base.cycles[column])))
    versions = versions_with(base, column, changes)
    rows = np.array([change.row for change in changes])
    noticed = ~_agree_all(versions, numbers)
    others: dict[int, set[int]] = {}
    for slip, change in _restoring(files, column, versions, rows, noticed):
        others.setdefault(int(slip), set()).add(int(rows[change]))
    labels = base.cycles["label"]
    found = []
    for slip, row in enumerate(rows):
        # Undone, the slip leaves the table from which the numbers come.
        named = sorted({row, *others.get(slip, ())}) if noticed[slip] else []
        candidates = tuple(frozenset([labels[each]]) for each in named)
        result = bool(noticed[slip]), candidates
        found.append(Planted(COLUMNS[column][-1], COMPARED, frozenset([labels[row]]), *result))
    return tuple(found)


def _restoring(
    files: Files, column: str, versions: Versions, rows: IntArray, noticed: BoolArray
) -> IntArray:
    """Slips, and changes of another row with which all agrees again: n x 2 numbers of versions.

    Mean and standard deviation are compared first, from sums; then the rest of Table 2's column,
    and then the other numbers, each part with the changes that are left.
    """
    numbers = numbers_of_repaired(files)
    table2 = _of_table2(numbers, column)
    possible = noticed[:, None] & (rows[:, None] != rows)
    both = np.argwhere(possible & _moments_agree(files.repaired, column, versions, table2))
    parts = [numbers[start : start + 20] for start in range(0, len(numbers), 20)]
    for compared in (table2, *parts):
        if len(both):
            both = both[_agree_all(_merged(files.repaired, column, versions, both), compared)]
    return both


def _merged(base: Table1, column: str, versions: Versions, both: IntArray) -> Versions:
    """Versions of Table 1 with the changes of two; both : n x 2, their numbers."""
    changed = {}
    for name in RATES if column in RATES else (column,):
        rows = versions.column("cycles", name)
        first, second = np.broadcast_to(rows, (versions.n, rows.shape[1]))[both.T]
        changed[name] = np.where(second != base.cycles[name].to_numpy(), second, first)
    return Versions(base, changed)


def _moments_agree(
    base: Table1, column: str, versions: Versions, table2: pd.DataFrame
) -> BoolArray:
    """Whether mean and standard deviation agree with the changes of two versions, all x all."""
    printed = base.cycles[column].to_numpy(float)
    own, n = printed - printed.mean(), len(printed)
    moved = versions.column("cycles", column) - printed.mean()
    total = np.add.outer(moved.sum(axis=1), moved.sum(axis=1))
    squares = np.add.outer((moved**2).sum(axis=1), (moved**2).sum(axis=1)) - (own**2).sum()
    values = {
        "Mean": printed.mean() + total / n,
        "Standard deviation": np.sqrt(np.maximum(squares - total**2 / n, 0) / (n - 1)),
    }
    agree = np.ones(total.shape, dtype=bool)
    for _, number in validation.rows(table2):
        row = calls.parse(number["compute"])["row"]
        if row in values:
            agree &= which_agree(number["printed"], values[row], number["rounding"])
    return agree
