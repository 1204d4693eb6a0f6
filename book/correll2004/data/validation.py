"""Tables read from CSV files and held to the data dictionary, every fault at once."""

import csv
import io
import re
import unicodedata
from collections.abc import Callable, Iterator
from pathlib import Path

import pandas as pd

from .dictionary import LIST_SEPARATOR, PATH, TYPES, Dictionary, is_of_type
from .faults import DataError, Fault, read_text

# --- constraints ------------------------------------------------------------------


def broken_rules(
    frame: pd.DataFrame, rules: Dictionary, name: str
) -> Iterator[tuple[object, str, object, str]]:
    """Yield ``(index, column, value, rule)`` for every constraint that a frame breaks.

    frame : columns as those of the resource ``name``, or DataError is raised; missing
    values are None or NaN. A frame without rows breaks no constraint.
    """
    fields = rules.fields(name)
    if frame.empty:
        return
    if list(frame) != list(fields):
        rule = f"are not the columns of {name}"
        raise DataError([Fault(PATH.name, 0, "-", ",".join(fields), rule)])
    for column, field in fields.items():
        cells = list(frame[column].items())
        present = [(index, value) for index, value in cells if not _is_missing(value)]
        constraints = field.get("constraints", {})
        if constraints.get("required"):
            for index, value in cells:
                if _is_missing(value):
                    yield index, column, None, "is missing, but required"
        if constraints.get("unique"):
            values = pd.Series([value for _, value in present], dtype=object)
            for (index, value), again in zip(present, values.duplicated(keep=False), strict=True):
                if again:
                    yield index, column, value, "appears twice in a column of unique values"
        check = _check_of(field)
        for index, value in present:
            for rule in check(value):
                yield index, column, value, rule


def _is_missing(value: object) -> bool:
    return value is None or value != value


def _check_of(field: dict) -> Callable[[object], list[str]]:
    """A function that says which rules of a field a value breaks, in words."""
    kind, tests = TYPES[field["type"]], list(_tests_of(field))

    def check(value):
        whole = kind is int and isinstance(value, float) and value.is_integer()
        if not (whole or is_of_type(value, kind)):
            return [f"is not of type {field['type']}"]
        return [rule for is_broken, rule in tests if is_broken(value)]

    return check


def _tests_of(field: dict) -> Iterator[tuple[Callable[[object], bool], str]]:
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
    """A CSV file as strings, None where blank, indexed by file row.

    Raises DataError, every fault at once, if the file cannot be read or is not UTF-8,
    the header differs from ``columns``, a row has another number of cells, or the last
    row has no line end, as in a file that was cut off.
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
    frame = pd.DataFrame(body, columns=columns, index=index, dtype=object)
    return frame.where(frame != "", None)


def read_table(path: Path, rules: Dictionary, name: str) -> pd.DataFrame:
    """A checked file: integers where the dictionary says so, else strings; None where blank.

    name : of its resource. Raises DataError, listing every fault.
    """
    fields = rules.fields(name)
    frame, faults = read_strings(path, list(fields)), []
    whole = [column for column, field in fields.items() if field["type"] == "integer"]
    for column in whole:
        for row, value in frame[column].items():
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
    """Faults of a frame's cells and of its primary key.

    file : its name in the faults; name : of its resource, whose columns it has.
    """
    faults, fields = {}, rules.fields(name)
    for column in frame:
        for row, value in frame[column].items():
            if isinstance(value, str) and (rule := _unsafe_characters(value)):
                faults[row, column] = Fault(file, row, column, value, rule)
    unsafe, faults = set(faults), list(faults.values())
    for row, column, value, rule in broken_rules(frame, rules, name):
        if (row, column) not in unsafe:
            value = "" if value is None else str(value)
            rule += _unusual_characters(value, fields[column])
            faults.append(Fault(file, row, column, value, rule))
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


def _unusual_characters(value: str, field: dict) -> str:
    """Names of the characters that look like others, for the message on a refused cell."""
    usual = field.get("constraints", {}).get("pattern", "")
    found = dict.fromkeys(c for c in value if not c.isascii() and c not in usual)
    return f" (it has {', '.join(map(_named, list(found)[:3]))})" if found else ""


def _named(character: str) -> str:
    return f"U+{ord(character):04X} {unicodedata.name(character, '')}".rstrip()


def _primary_key_faults(frame: pd.DataFrame, file: str, resource: dict) -> list[Fault]:
    """Rows that repeat the primary key of another; single columns are ``unique`` anyway."""
    keys = resource["schema"].get("primaryKey", [])
    if len(keys) < 2:
        return []
    rule = f"appears twice with the same {', '.join(keys[:-1])}"
    return [
        Fault(file, row, keys[-1], str(frame.at[row, keys[-1]]), rule)
        for row in frame.index[frame.duplicated(keys)]
    ]
