"""Tables read from CSV files and held to the data dictionary, every fault at once."""

import csv
import io
import re
import unicodedata
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pandas as pd

from .dictionary import LIST_SEPARATOR, PATH, TYPES, Dictionary, Json, is_of_type
from .faults import DataError, Fault, read_text

# --- constraints ------------------------------------------------------------------


Cell = tuple[int, Any]  # row and value of a cell of a frame; the column may be of any type


def by_row(column: pd.Series) -> list[Cell]:
    """Rows of the file and values of a column that is indexed by them."""
    return list(zip(column.index.tolist(), column, strict=True))


def rows(frame: pd.DataFrame) -> list[tuple[Any, dict[str, Any]]]:
    """Labels of the rows of a frame, each with its cells by column."""
    columns, values = frame.columns.tolist(), frame.astype(object).to_numpy().tolist()
    cells = [dict(zip(columns, row, strict=True)) for row in values]
    return list(zip(frame.index.tolist(), cells, strict=True))


def broken_rules(
    frame: pd.DataFrame, rules: Dictionary, name: str
) -> Iterator[tuple[int, str, Any, str]]:
    """Find every constraint that the cells of a frame break.

    Parameters
    ----------
    frame : DataFrame
        Columns as those of the resource, missing values None or NaN, indexed by row of the
        file. Without rows it breaks no constraint.
    rules : Dictionary
    name : str
        Of the resource.

    Yields
    ------
    row : int
    column : str
    value : object
        None where a required value is missing.
    rule : str
        The rule in words, as in `Fault`.

    Raises
    ------
    DataError
        If the columns are not those of the resource.
    """
    fields = rules.fields(name)
    if frame.empty:
        return
    if list(frame) != list(fields):
        rule = f"are not the columns of {name}"
        raise DataError([Fault(PATH.name, 0, "-", ",".join(fields), rule)])
    for column, field in fields.items():
        for row, value, rule in _broken_in_column(by_row(frame[column]), field):
            yield row, column, value, rule


def _broken_in_column(cells: list[Cell], field: Json) -> Iterator[tuple[int, Any, str]]:
    """Row, value and rule of every constraint that the cells of a column break."""
    present = [(row, value) for row, value in cells if not is_missing(value)]
    constraints = field.get("constraints", {})
    if constraints.get("required"):
        for row, value in cells:
            if is_missing(value):
                yield row, None, "is missing, but required"
    if constraints.get("unique"):
        for row, value in _repeated(present):
            yield row, value, "appears twice in a column of unique values"
    check = _check_of(field)
    for row, value in present:
        for rule in check(value):
            yield row, value, rule


def is_missing(value: object) -> bool:
    """Whether a value is None or NaN."""
    return value is None or value != value


def _repeated(cells: list[Cell]) -> list[Cell]:
    """The cells whose value another has too."""
    again = pd.Series([value for _, value in cells], dtype=object).duplicated(keep=False)
    return [cell for cell, is_repeated in zip(cells, again, strict=True) if is_repeated]


def _check_of(field: Json) -> Callable[[Any], list[str]]:
    """A function that says which rules of a field a value breaks, in words."""
    kind, tests = TYPES[field["type"]], list(_tests_of(field))

    def check(value: Any) -> list[str]:
        whole = kind is int and isinstance(value, float) and value.is_integer()
        if not (whole or is_of_type(value, kind)):
            return [f"is not of type {field['type']}"]
        return [rule for is_broken, rule in tests if is_broken(value)]

    return check


def _tests_of(field: Json) -> Iterator[tuple[Callable[[Any], bool], str]]:
    """The tests of a field's values, each with the rule as a reader sees it."""
    constraints = field.get("constraints", {})
    unit = f" {field['unit']}" if "unit" in field else ""
    if "enum" in constraints:
        allowed = constraints["enum"]
        rule = f"must be one of {', '.join(map(str, allowed))}"
        yield lambda value: value not in allowed, rule
    if "pattern" in constraints:
        hint = f"; an example is {field['example']}" if "example" in field else ""
        # Fullmatch: with match alone, $ would let a line end at the end of a cell pass.
        form = re.compile(constraints["pattern"])
        rule = f"does not have the form of this column{hint}"
        yield lambda text: not form.fullmatch(text), rule
    if "minimum" in constraints:
        low = constraints["minimum"]
        yield lambda number: number < low, f"is below {low}{unit}"
    if "maximum" in constraints:
        high = constraints["maximum"]
        yield lambda number: number > high, f"is above {high}{unit}"
    if "codes" in field and "enum" not in constraints and field["type"] == "string":
        codes = set(field["codes"])
        rule = "has a code that the data dictionary does not list"
        yield lambda text: not codes.issuperset(text.split(LIST_SEPARATOR)), rule


# --- files ------------------------------------------------------------------------

# Up to nine digits: an integer of any machine, and of no spreadsheet's making.
_WHOLE = re.compile(r"[0-9]{1,9}")
_PLAIN = re.compile(r"[!-~]+(?: [!-~]+)*")


def read_strings(path: Path, columns: list[str]) -> pd.DataFrame:
    """Read a CSV file as strings.

    Parameters
    ----------
    path : Path
        Of the file.
    columns : list of str
        Its header.

    Returns
    -------
    DataFrame of str
        None where blank, indexed by row of the file; the header is row 1.

    Raises
    ------
    DataError
        Listing every fault, if the file cannot be read or is not UTF-8, the header is
        another, a row has another number of cells, or the last row has no line end, as in
        a file that was cut off.
    """
    name, text = path.name, read_text(path)
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        rows = list(reader)
    except csv.Error as error:
        rule = f"is not readable as CSV: {error}"
        raise DataError([Fault(name, reader.line_num, "-", "the file", rule)]) from None
    header, body = (rows[0], rows[1:]) if rows else ([], [])
    if header != columns:
        rule = f"is not the header {','.join(columns)}"
        raise DataError([Fault(name, 1, "-", ",".join(header), rule)])
    faults = [
        Fault(name, number, "-", ",".join(row), f"has {len(row)} cells, not {len(columns)}")
        for number, row in enumerate(body, start=2)
        if len(row) != len(columns)
    ]
    if not text.endswith(("\n", "\r")):
        rule = "ends without a line end: the file may have been cut off there"
        faults.append(Fault(name, len(rows), "-", ",".join(rows[-1]), rule))
    if faults:
        raise DataError(faults)
    index = pd.RangeIndex(2, len(body) + 2, name="row")
    cells = [[cell or None for cell in row] for row in body]
    return pd.DataFrame(cells, columns=columns, index=index, dtype=object)


def read_table(path: Path, rules: Dictionary, name: str) -> pd.DataFrame:
    """Read a CSV file, and hold it to the data dictionary.

    Parameters
    ----------
    path : Path
        Of the file.
    rules : Dictionary
    name : str
        Of its resource.

    Returns
    -------
    DataFrame
        Integers where the dictionary says so, else strings; None where blank. Indexed by
        row of the file.

    Raises
    ------
    DataError
        Listing every fault.
    """
    fields = rules.fields(name)
    frame, faults = read_strings(path, list(fields)), []
    whole = [column for column, field in fields.items() if field["type"] == "integer"]
    for column in whole:
        for row, value in by_row(frame[column]):
            if not _WHOLE.fullmatch(value or ""):
                rule = "is not a whole number" + _unusual_characters(value or "", {})
                faults.append(Fault(path.name, row, column, value or "", rule))
    if not faults:
        frame = frame.astype(dict.fromkeys(whole, int))
        faults = cell_faults(frame, path.name, rules, name)
    if faults:
        raise DataError(faults)
    return frame


def cell_faults(frame: pd.DataFrame, file: str, rules: Dictionary, name: str) -> list[Fault]:
    """Find the faults of a frame's cells and of its primary key.

    Parameters
    ----------
    frame : DataFrame
        Columns as those of the resource, indexed by row of the file.
    file : str
        Its name in the faults.
    rules : Dictionary
    name : str
        Of the resource.

    Returns
    -------
    list of Fault

    Raises
    ------
    DataError
        If the columns are not those of the resource.
    """
    unsafe = {
        (row, column): Fault(file, row, column, value, rule)
        for column in frame.columns.tolist()
        for row, value in by_row(frame[column])
        if isinstance(value, str) and (rule := _unsafe_characters(value))
    }
    faults = list(unsafe.values())
    for row, column, value, rule in broken_rules(frame, rules, name):
        if (row, column) not in unsafe:
            text = "" if value is None else str(value)
            rule += _unusual_characters(text, rules.fields(name)[column])
            faults.append(Fault(file, row, column, text, rule))
    return faults + _primary_key_faults(frame, file, rules.resource(name))


def _unsafe_characters(value: str) -> str | None:
    """Why a cell's characters may not be what they seem, or None."""
    if _PLAIN.fullmatch(value):
        return None
    for character in value:
        if not character.isprintable():
            return f"has a character that cannot be seen: {_named(character)}"
    if value != value.strip() or "  " in value:
        return "has a space at an end, or two in a row"
    if "\ufffd" in value:
        return f"has lost a character in saving: {_named(chr(0xFFFD))}"
    for beyond_ascii in re.findall(r"[^\0-\x7f]+", value):
        try:
            beyond_ascii.encode("cp1252").decode("utf-8")
        except UnicodeError:
            continue
        return "is UTF-8 that was opened as Windows-1252"
    return None


def _unusual_characters(value: str, field: Json) -> str:
    """Names of the characters that look like others, for the message on a refused cell."""
    usual = field.get("constraints", {}).get("pattern", "")
    found = dict.fromkeys(c for c in value if not c.isascii() and c not in usual)
    return f" (it has {', '.join(map(_named, list(found)[:3]))})" if found else ""


def _named(character: str) -> str:
    return f"U+{ord(character):04X} {unicodedata.name(character, '')}".rstrip()


def _primary_key_faults(frame: pd.DataFrame, file: str, resource: Json) -> list[Fault]:
    """Rows that repeat the primary key of another; single columns are ``unique`` anyway."""
    keys = resource["schema"].get("primaryKey", [])
    if len(keys) < 2:
        return []
    rule = f"appears twice with the same {', '.join(keys[:-1])}"
    return [
        Fault(file, row, keys[-1], str(frame.at[row, keys[-1]]), rule)
        for row in frame.index[frame.duplicated(keys)]
    ]
