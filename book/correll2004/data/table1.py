"""Table 1: the printed strings read, checked and coded into typed frames.

`cells` has the rules for one cell, `layout` those across rows, `frames` makes the typed
columns. A repair, a named hypothesis about a single cell, replaces the printed string before
the rules are applied; the file itself is never changed.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from ..paths import DATA
from . import dictionary, frames, layout, validation
from .dictionary import Dictionary
from .faults import DataError, Fault

PATH = DATA / "table1.csv"
REPAIRS_PATH = DATA / "repairs.csv"

# Strings to read in place of the printed ones, by label of the row and column.
Changes = Mapping[tuple[str, str], str]


@dataclass(frozen=True, eq=False)
class Table1:
    """Table 1 in its forms.

    Attributes
    ----------
    raw : DataFrame of str, 47 x 12
        The printed strings, None where blank, indexed by file row (the header is row 1).
    patients : DataFrame, 33 rows
        Columns as the data dictionary's resource ``patients``.
    cycles : DataFrame, 47 rows
        Columns as its resource ``cycles``.
    rules : Dictionary
        The data dictionary that it was checked by.
    repairs : tuple of str
        Identifiers of the repairs applied, empty for the table as printed.
    """

    raw: pd.DataFrame
    patients: pd.DataFrame
    cycles: pd.DataFrame
    rules: Dictionary
    repairs: tuple[str, ...] = ()

    def course(self, number: int) -> pd.DataFrame:
        """Cycles of the first (1), second (2) or third (3) course; none for another number."""
        return self.cycles[self.cycles["cycle"] == number]

    def without(self, patient: int) -> "Table1":
        """Leave one patient out.

        Parameters
        ----------
        patient : int
            Number of the patient, as printed.

        Returns
        -------
        Table1

        Raises
        ------
        KeyError
            If there is no such patient.
        """
        if patient not in set(self.patients["patient"]):
            raise KeyError(patient)
        kept = (self.cycles["patient"] != patient).to_numpy()
        return replace(
            self,
            raw=self.raw[kept],
            patients=self.patients[self.patients["patient"] != patient].reset_index(drop=True),
            cycles=self.cycles[kept].reset_index(drop=True),
        )


# --- reading ----------------------------------------------------------------------


def read_repairs(path: Path = REPAIRS_PATH, rules: Dictionary | None = None) -> pd.DataFrame:
    """Read the named repairs.

    Parameters
    ----------
    path : Path
        Of the file.
    rules : Dictionary, optional
        The project's own if not given.

    Returns
    -------
    DataFrame
        One row per replaced cell, columns as in the dictionary.

    Raises
    ------
    DataError
        Listing every fault; also if a repair is of no column of Table 1, or of its order.
    """
    rules = rules or dictionary.load()
    table = validation.read_table(path, rules, "repairs")
    columns = set(rules.fields("table1")) - {"patient", "cycle"}
    rule = f"is not a column that a repair can change: {', '.join(sorted(columns))}"
    wrong = validation.by_row(table.loc[~table["column"].isin(columns), "column"])
    if faults := [Fault(path.name, row, "column", column, rule) for row, column in wrong]:
        raise DataError(faults)
    return table


def read_file(
    path: Path = PATH, rules: Dictionary | None = None, change: Changes | None = None
) -> Table1:
    """Read, check and code a file with a Table 1, as it is now.

    Parameters
    ----------
    path : Path
        Of the file.
    rules : Dictionary, optional
        The project's own if not given.
    change : mapping of (label, column) to str, optional
        As in `read`.

    Returns
    -------
    Table1

    Raises
    ------
    DataError
        Listing every fault with file, row, column, value and rule.
    """
    rules = rules or dictionary.load()
    raw = validation.read_strings(path, list(rules.fields("table1")))
    return from_strings(_changed(raw, change or {}, path.name), path.name, rules)


def read(change: Changes | None = None) -> Table1:
    """Read the paper's Table 1, once for the same changes.

    Parameters
    ----------
    change : mapping of (label, column) to str, optional
        Strings to read in place of the printed ones, by label of the row and column, such
        as ``{("1", "relief_months"): "2"}``; an empty string leaves the cell blank. The
        file stays as it is.

    Returns
    -------
    Table1

    Raises
    ------
    DataError
        As `read_file`.
    TypeError
        For a change to something other than a string.
    """
    return _read_once(
        tuple(((str(label), column), text) for (label, column), text in (change or {}).items())
    )


@cache
def _read_once(changes: tuple[tuple[tuple[str, str], str], ...]) -> Table1:
    return read_file(change=dict(changes))


class ReplacedCell(NamedTuple):
    """A cell that a repair replaces.

    Attributes
    ----------
    row : int
        Row of the repair in its own file.
    patient, cycle : int
        Numbers of the patient and the course.
    column : str
        Of Table 1.
    printed, read_as : str or None
        What is printed in the cell, and what is read in its place; None where blank.
    """

    row: int
    patient: int
    cycle: int
    column: str
    printed: str | None
    read_as: str | None


def replaced_cells(repairs: pd.DataFrame, repair: str) -> tuple[ReplacedCell, ...]:
    """Cells that a repair replaces.

    Parameters
    ----------
    repairs : DataFrame
        As `read_repairs` returns it.
    repair : str
        Identifier of the repair.

    Returns
    -------
    tuple of ReplacedCell
        Empty for an unknown repair.
    """
    rows = repairs.loc[repairs["repair"] == repair, list(ReplacedCell._fields[1:])]
    return tuple(ReplacedCell(*row) for row in rows.itertuples())


def repaired(table: Table1, repair: str, repairs: pd.DataFrame) -> Table1:
    """Apply one more repair to a `Table1`, once for the same table and cells.

    Parameters
    ----------
    table : Table1
    repair : str
        Identifier of the repair.
    repairs : DataFrame
        As `read_repairs` returns it.

    Returns
    -------
    Table1

    Raises
    ------
    KeyError
        For an unknown repair.
    DataError
        If the table does not hold what the repair replaces, or cannot be read with what it
        puts there.
    """
    cells = replaced_cells(repairs, repair)
    if not cells:
        raise KeyError(repair)
    return _with_cells(table, repair, cells)


@cache
def _with_cells(table: Table1, repair: str, changes: tuple[ReplacedCell, ...]) -> Table1:
    raw, replaced, position = table.raw.copy(), {}, layout.numbering(table.raw)
    for cell in changes:
        here = (position["patient"] == cell.patient) & (position["cycle"] == cell.cycle)
        if list(raw.loc[here, cell.column]) != [cell.printed]:
            rule = "is not what Table 1 prints in that cell"
            fault = Fault(REPAIRS_PATH.name, cell.row, "printed", cell.printed or "", rule)
            raise DataError([fault])
        raw.loc[here, cell.column] = cell.read_as
        replaced[raw.index[here].tolist()[0], cell.column] = cell.row
    return from_strings(raw, PATH.name, table.rules, (*table.repairs, repair), replaced)


def from_strings(
    raw: pd.DataFrame,
    name: str,
    rules: Dictionary | None = None,
    repairs: tuple[str, ...] = (),
    replaced: Mapping[tuple[int, str], int] | None = None,
) -> Table1:
    """Check and code the strings of a Table 1.

    Parameters
    ----------
    raw : DataFrame of str, 47 x 12
        The strings, None where blank, indexed by file row.
    name : str
        Name of the file, for messages.
    rules : Dictionary, optional
        The project's own if not given.
    repairs : tuple of str
        Identifiers of those applied.
    replaced : mapping of (row, column) to int, optional
        Row of the repair in its own file, by row and column of the cell.

    Returns
    -------
    Table1

    Raises
    ------
    DataError
        Listing every fault.
    """
    rules = rules or dictionary.load()
    faults = validation.cell_faults(raw, name, rules, "table1")
    legible = _without(faults, raw)
    faults += layout.layout_faults(raw, name)
    patients, cycles, parse_faults = frames.typed(legible, name)
    faults += parse_faults
    faults += _range_faults(raw, patients, rules, "patients", name)
    faults += _range_faults(raw, cycles, rules, "cycles", name)
    if faults:
        raise DataError([_at_its_source(fault, replaced or {}) for fault in faults])
    return Table1(
        raw=legible,
        patients=patients.reset_index(drop=True),
        cycles=cycles.reset_index(drop=True),
        rules=rules,
        repairs=repairs,
    )


def _changed(raw: pd.DataFrame, changes: Changes, name: str) -> pd.DataFrame:
    """A copy of the strings with some cells changed."""
    raw, labels, faults = raw.copy(), layout.labels(raw), []
    for (label, column), text in changes.items():
        here = raw.index[labels == str(label)]
        if not isinstance(text, str):
            raise TypeError(f"a cell of Table 1 is a string, not {type(text).__name__}: {text!r}")
        if column not in raw:
            rule = f"is not a column of Table 1: {', '.join(raw.columns)}"
            faults.append(Fault(name, 0, "-", str(column), rule))
        elif here.empty:
            faults.append(Fault(name, 0, column, str(label), _no_such_row(str(label), labels)))
        else:
            raw.loc[here, column] = text or None
    if faults:
        raise DataError(faults)
    return raw


def _no_such_row(label: str, labels: "pd.Series[str]") -> str:
    """Why a label is wrong, with the rows that its patient has."""
    number = "".join(re.findall("^[0-9]*", label))
    rows = labels[labels.str.fullmatch(f"{number}[abc]?")]
    hint = f": this patient has {', '.join(rows)}" if len(rows) else ""
    return f"is not a row of Table 1{hint}"


def _without(faults: list[Fault], raw: pd.DataFrame) -> pd.DataFrame:
    """A copy of the strings, None where a cell has a fault."""
    legible = raw.copy()
    for fault in faults:
        legible.at[fault.row, fault.column] = None
    return legible


def _at_its_source(fault: Fault, replaced: Mapping[tuple[int, str], int]) -> Fault:
    """The fault of a cell that a repair replaced is a fault of the repair."""
    row = replaced.get((fault.row, fault.column))
    return replace(fault, file=REPAIRS_PATH.name, row=row, column="read_as") if row else fault


def _range_faults(
    raw: pd.DataFrame, frame: pd.DataFrame, rules: Dictionary, resource: str, name: str
) -> list[Fault]:
    """Rules of the typed columns, reported at the printed cells they come from.

    Numbering is left to `layout`.
    """
    fields = rules.fields(resource)
    source: dict[str, str] = {name: field.get("source", "") for name, field in fields.items()}
    if unknown := [column for column, cell in source.items() if cell not in raw]:
        rule = f"is a column of {resource} with no column of table1 as its source"
        raise DataError([Fault(dictionary.PATH.name, 0, "-", column, rule) for column in unknown])
    faults = []
    for row, column, value, rule in validation.broken_rules(frame, rules, resource):
        unparsed = validation.is_missing(value)  # reported already
        if not unparsed and source[column] not in ("patient", "cycle"):
            cell: str | None = raw[source[column]][row]
            faults.append(Fault(name, row, source[column], cell or "", rule))
    return faults
