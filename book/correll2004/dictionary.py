"""The data dictionary, ``data/datapackage.json``, as a validator.

The dictionary is a Frictionless Table Schema; each column's constraints are stated
there and nowhere else. This module turns them into a lazy pandera schema, and reads
the files: what it cannot trust it refuses by name, with a `DataError`.
"""

import csv
import io
import json
import re
import sys
import unicodedata
import warnings
from dataclasses import dataclass
from functools import cache

import pandas as pd
import pandera.pandas as pa

from .paths import DATA

# pandera makes frames up with hypothesis, where it is installed. Nobody asks for that here,
# and every chapter's kernel would wait a tenth of a second: pandera is not to find it.
_found = sys.modules.setdefault("hypothesis", None)
import pandera.strategies.pandas_strategies  # noqa: E402, F401

if _found is None:
    del sys.modules["hypothesis"]

PATH = DATA / "datapackage.json"
LIST_SEPARATOR = ";"
SHOWN = 200  # characters of a value in a message


@dataclass(frozen=True, order=True)
class Fault:
    """One broken rule: where, what stands there, and which rule.

    Row 0 is the file as a whole, column ``-`` the row as a whole.
    """

    file: str
    row: int
    column: str
    value: str
    rule: str

    def __str__(self):
        place = [self.file]
        place += [f"row {self.row}"] if self.row else []
        place += [f"column {self.column}"] if self.column != "-" else []
        line = f"{', '.join(place)}: {_shown(self.value)} {self.rule}"
        return "".join(c if c.isprintable() else repr(c)[1:-1] for c in line)


def _shown(value):
    """A value in a message, in quotes, and not all of a long one."""
    shown = repr(value)
    return shown if len(shown) <= SHOWN else f"{shown[: SHOWN - 20]}… ({len(value)} characters)"


class DataError(ValueError):
    """The data break their rules. ``faults`` lists every fault, in file order."""

    def __init__(self, faults):
        self.faults = sorted(set(faults))
        count = len(self.faults)
        head = f"{count} fault{'s' if count != 1 else ''} in the data"
        super().__init__("\n  ".join([head, *map(str, self.faults)]))


@cache
def load(path=PATH):
    """The datapackage as a dict.

    Raises DataError where the file is no JSON, or has not the parts that are read here.
    """
    try:
        package = json.loads(_text(path), object_pairs_hook=_without_doubles)
    except (ValueError, RecursionError) as error:
        if isinstance(error, DataError):
            raise
        rule = f"is no JSON: {getattr(error, 'msg', error)}"
        raise DataError(
            [Fault(path.name, getattr(error, "lineno", 0), "-", "the file", rule)]
        ) from None
    if faults := [Fault(path.name, 0, *fault) for fault in _package_faults(package)]:
        raise DataError(faults)
    return package


def resource(name):
    """The resource of that name. Raises DataError where there is none."""
    for entry in load()["resources"]:
        if entry["name"] == name:
            return entry
    raise DataError([Fault(PATH.name, 0, "-", name, "is not among its resources")])


def fields(name):
    """Fields of a resource, by column name, in order."""
    return {field["name"]: field for field in resource(name)["schema"]["fields"]}


def arranged(frame, name):
    """A frame's columns of a resource, in order. Raises DataError where it lacks one."""
    columns = list(fields(name))
    if lacking := [column for column in columns if column not in frame]:
        rule = f"is a column of {name} that does not exist"
        raise DataError([Fault(PATH.name, 0, "-", column, rule) for column in lacking])
    return frame[columns]


# --- the dictionary's own form ----------------------------------------------------

_TYPES = {"string": str, "integer": int, "number": (int, float), "boolean": bool}
_RESOURCE = {"name": str, "path": str, "description": str, "schema": dict}
_RESOURCE_ALSO = dict.fromkeys(["title", "profile", "format", "mediatype", "encoding"], str)
_SCHEMA = {"fields": list}
_SCHEMA_ALSO = dict.fromkeys(["missingValues", "primaryKey", "foreignKeys"], list)
_FIELD = {"name": str, "type": str, "description": str}
_FIELD_ALSO = dict.fromkeys(["title", "unit", "example", "source"], str)
_FIELD_ALSO |= {"codes": dict, "constraints": dict}


def _without_doubles(pairs):
    """A JSON object as a dict; the second of two equal keys would hide the first."""
    found = dict(pairs)
    if len(found) != len(pairs):
        keys = [key for key, _ in pairs]
        raise ValueError(f"a key stands twice: {next(k for k in keys if keys.count(k) > 1)}")
    return found


def _package_faults(package):
    """Yield ``(column, value, rule)`` where the dictionary cannot be used as it stands.

    A key that is not known counts: a misspelt constraint would be no constraint.
    """
    entries = package.get("resources") if isinstance(package, dict) else None
    if not isinstance(entries, list) or not entries:
        yield "-", "resources", "is missing, or no list"
        return
    names = []
    for entry in entries:
        where = _name(entry)
        names.append(where)
        faults = list(_part_faults(entry, where, _RESOURCE, _RESOURCE_ALSO))
        faults = faults or list(_part_faults(entry["schema"], where, _SCHEMA, _SCHEMA_ALSO))
        yield from faults or _field_faults(entry["schema"], where)
    yield from _doubles(names, "-")


def _name(part):
    """The name of a resource or a field; a dash where it has none that can be one."""
    name = part.get("name") if isinstance(part, dict) else None
    return name if isinstance(name, str) and re.fullmatch(r"[\w-]+", name, re.ASCII) else "-"


def _part_faults(part, where, needed, also):
    """A part of the dictionary: every key known and of its kind, the needed ones there."""
    if not isinstance(part, dict):
        yield where, str(part), "is no object with names and values"
        return
    for key in needed:
        if key not in part:
            yield where, key, "is missing, but required"
    for key, value in part.items():
        kind = (needed | also).get(key)
        if kind is None:
            yield where, key, "is not a word of the data dictionary"
        elif not isinstance(value, kind) or value in ("", []):
            yield where, str(value), f"cannot stand as {key}"
    if "name" in needed and _name(part) == "-":
        yield where, str(part.get("name")), "is no name"


def _field_faults(schema, where):
    names = []
    for field in schema["fields"]:
        if faults := list(_part_faults(field, where, _FIELD, _FIELD_ALSO)):
            yield from faults
            continue
        names.append(_name(field))
        place = f"{where}.{_name(field)}"
        if field["type"] not in _TYPES:
            yield place, field["type"], f"is not {', '.join(_TYPES)}"
        else:
            yield from _rule_faults(field, place)
    yield from _doubles(names, where)
    for key in schema.get("primaryKey", []):
        if key not in names:
            yield where, str(key), "cannot be of the primary key: it is no column"


def _rule_faults(field, place):
    """Constraints: known ones, of the kind that goes with the column's type."""
    kind = _TYPES[field["type"]]
    known = {"required": bool, "unique": bool, "enum": list}
    known |= {"pattern": str} if kind is str else {}
    known |= {"minimum": kind, "maximum": kind} if field["type"] in ("integer", "number") else {}
    rules = field.get("constraints", {})
    yield from _part_faults(rules, place, {}, known)
    for value in rules.get("enum", []):
        if not isinstance(value, kind):
            yield place, str(value), f"is no {field['type']}"
    try:
        re.compile(rules.get("pattern", ""))
    except (re.error, TypeError, RecursionError, OverflowError) as error:
        yield place, str(rules["pattern"]), f"is no regular expression: {error}"
    for value in field.get("codes", {}).values():
        if not isinstance(value, str):
            yield place, str(value), "is no meaning of a code"


def _doubles(names, where):
    for name in names:
        if names.count(name) > 1:
            yield where, name, "stands twice"


# --- rules ------------------------------------------------------------------------


def _checks(field):
    """pandera checks for one field; each check's error is the rule as a reader sees it."""
    rules = field.get("constraints", {})
    unit = f" {field['unit']}" if "unit" in field else ""
    checks = []
    if "enum" in rules:
        allowed = rules["enum"]
        words = " or ".join([", ".join(map(str, allowed[:-1])), str(allowed[-1])])
        checks.append(pa.Check.isin(allowed, error=f"is not {words}"))
    if "pattern" in rules:
        hint = f"; an example is {field['example']}" if "example" in field else ""
        error = f"does not have the form of this column{hint}"
        # Fullmatch: with match alone, $ would let a line end at the end of a cell pass.
        form = re.compile(rules["pattern"])
        checks.append(
            pa.Check(lambda text: bool(form.fullmatch(text)), element_wise=True, error=error)
        )
    if "minimum" in rules:
        low = rules["minimum"]
        checks.append(pa.Check.ge(low, error=f"is below {low}{unit}"))
    if "maximum" in rules:
        high = rules["maximum"]
        checks.append(pa.Check.le(high, error=f"is above {high}{unit}"))
    if "codes" in field and "enum" not in rules and field["type"] == "string":
        codes = set(field["codes"])
        checks.append(
            pa.Check(
                lambda text: set(text.split(LIST_SEPARATOR)) <= codes,
                element_wise=True,
                error="has a code that the data dictionary does not list",
            )
        )
    return checks


@cache
def schema(name):
    """Lazy pandera schema of a resource, made from its constraints."""
    columns = {}
    for column, field in fields(name).items():
        rules = field.get("constraints", {})
        columns[column] = pa.Column(
            checks=_checks(field),
            nullable=not rules.get("required", False),
            unique=rules.get("unique", False),
        )
    return pa.DataFrameSchema(columns, strict=True, ordered=True)


def broken_rules(frame, name):
    """Yield ``(index, column, value, rule)`` for every rule that a frame breaks.

    The frame must have the resource's columns, or DataError is raised; missing values
    are None or NaN. A frame without rows breaks no rule here.
    """
    if frame.empty:
        return
    if list(frame) != list(fields(name)):
        rule = f"are not the columns of {name}"
        raise DataError([Fault(PATH.name, 0, "-", ",".join(fields(name)), rule)])
    try:
        with warnings.catch_warnings():
            # pandera puts its report together in a way that pandas warns of.
            warnings.simplefilter("ignore", FutureWarning)
            schema(name).validate(frame, lazy=True)
    except pa.errors.SchemaErrors as errors:
        for case in errors.failure_cases.itertuples():
            if pd.isna(case.index):
                raise
            rule = {
                "not_nullable": "is missing, but required",
                "field_uniqueness": "stands twice in a column of unique values",
            }.get(case.check, case.check)
            yield case.index, case.column, case.failure_case, rule


# --- files ------------------------------------------------------------------------

# Up to nine digits: an integer of any machine, and of no spreadsheet's making.
_WHOLE = re.compile(r"[0-9]{1,9}")
_PLAIN = re.compile(r"[!-~]+(?: [!-~]+)*")


def _text(path):
    """A file's text, without a byte order mark. Raises DataError where it has none."""
    name = path.name
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        raise DataError([Fault(name, 0, "-", str(path), "does not exist")]) from None
    except OSError as error:
        rule = f"cannot be read: {error.strerror}"
        raise DataError([Fault(name, 0, "-", str(path), rule)]) from None
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        row = len(error.object[: error.start + 1].splitlines())
        bad = repr(error.object[error.start : error.end])
        raise DataError([Fault(name, row, "-", bad, "is not UTF-8")]) from None


def read_strings(path, columns):
    """A CSV file as strings, None where blank, indexed by file row.

    Raises DataError, every fault at once, where the file cannot be read or is not UTF-8,
    the header differs from ``columns``, a row has another number of cells, or the last
    row has no line end, as in a file that was cut off.
    """
    name, text = path.name, _text(path)
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


def strings_and_faults(path, name):
    """A file of the package as strings, with the faults of its cells.

    Returns the frame of `read_strings` and a list of `Fault`. Raises DataError where
    the file cannot be read as a table of these columns.
    """
    frame = read_strings(path, list(fields(name)))
    return frame, cell_faults(frame, path.name, name)


def cell_faults(frame, file, name):
    """Faults of a frame's cells, one list for all rules; ``file`` is named in them."""
    faults = {}
    for column in frame:
        for row, value in frame[column].items():
            if isinstance(value, str) and (rule := _untrusted(value)):
                faults[row, column] = Fault(file, row, column, value, rule)
    hidden, faults = set(faults), list(faults.values())
    for row, column, value, rule in broken_rules(frame, name):
        if (row, column) not in hidden:
            value = "" if value is None else str(value)
            rule += _foreign(value, fields(name)[column])
            faults.append(Fault(file, row, column, value, rule))
    return faults + _key_faults(frame, file, name)


def _untrusted(value):
    """Why a cell's characters cannot be taken at sight, or None."""
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


def _foreign(value, field):
    """Names of the characters that look like others, for the message on a refused cell."""
    usual = field.get("constraints", {}).get("pattern", "")
    found = dict.fromkeys(c for c in value if not c.isascii() and c not in usual)
    return f" (it has {', '.join(map(_named, list(found)[:3]))})" if found else ""


def _named(character):
    return f"U+{ord(character):04X} {unicodedata.name(character, '')}".rstrip()


def _key_faults(frame, file, name):
    """Rows that repeat the primary key of another; single columns are ``unique`` anyway."""
    keys = resource(name)["schema"].get("primaryKey", [])
    if len(keys) < 2:
        return []
    rule = f"stands twice with the same {', '.join(keys[:-1])}"
    return [
        Fault(file, row, keys[-1], str(frame.at[row, keys[-1]]), rule)
        for row in frame.index[frame.duplicated(keys)]
    ]


def read(path, name):
    """A checked file of the package: integers where the dictionary says so, else strings.

    Blank cells are None. Raises DataError, listing every fault.
    """
    frame, faults = read_strings(path, list(fields(name))), []
    whole = [column for column, field in fields(name).items() if field["type"] == "integer"]
    for column in whole:
        for row, value in frame[column].items():
            if not _WHOLE.fullmatch(value or ""):
                rule = "is not a whole number" + _foreign(value or "", {})
                faults.append(Fault(path.name, row, column, value or "", rule))
    if faults:
        raise DataError(faults)
    frame = frame.astype(dict.fromkeys(whole, int))
    faults = cell_faults(frame, path.name, name)
    if faults:
        raise DataError(faults)
    return frame
