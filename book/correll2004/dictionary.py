"""The data dictionary, ``data/datapackage.json``, as a validator.

The dictionary is a Frictionless Table Schema; each column's constraints are stated
there and nowhere else. This module turns them into a lazy pandera schema.
"""

import csv
import json
import re
import warnings
from dataclasses import dataclass
from functools import cache

import pandas as pd
import pandera.pandas as pa

from .paths import DATA

LIST_SEPARATOR = ";"


@dataclass(frozen=True, order=True)
class Fault:
    """One broken rule: where, what stands there, and which rule."""

    file: str
    row: int
    column: str
    value: str
    rule: str

    def __str__(self):
        return f"{self.file}, row {self.row}, column {self.column}: {self.value!r} {self.rule}"


class DataError(ValueError):
    """The data break their rules. ``faults`` lists every fault, in file order."""

    def __init__(self, faults):
        self.faults = sorted(set(faults))
        count = len(self.faults)
        head = f"{count} fault{'s' if count != 1 else ''} in the data"
        super().__init__("\n  ".join([head, *map(str, self.faults)]))


@cache
def load():
    """The datapackage as a dict."""
    return json.loads((DATA / "datapackage.json").read_text(encoding="utf-8"))


def resource(name):
    """The resource of that name. Raises KeyError where there is none."""
    for entry in load()["resources"]:
        if entry["name"] == name:
            return entry
    raise KeyError(name)


def fields(name):
    """Fields of a resource, by column name, in order."""
    return {field["name"]: field for field in resource(name)["schema"]["fields"]}


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

    The frame must have the resource's columns; missing values are None or NaN. A frame
    without rows breaks no rule here.
    """
    if frame.empty:
        return
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


def read_strings(path, columns):
    """A CSV file as strings, None where blank, indexed by file row.

    Raises DataError, every fault at once, where the file is missing or not UTF-8,
    the header differs from ``columns`` or a row has another number of cells.
    """
    name = path.name
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = list(csv.reader(file, strict=True))
    except FileNotFoundError:
        raise DataError([Fault(name, 0, "-", str(path), "does not exist")]) from None
    except UnicodeDecodeError as error:
        bad = repr(error.object[error.start : error.end])
        raise DataError([Fault(name, 0, "-", bad, "is not UTF-8")]) from None
    except csv.Error as error:
        raise DataError([Fault(name, 0, "-", str(error), "is not readable as CSV")]) from None
    header, body = (rows[0], rows[1:]) if rows else ([], [])
    if header != columns:
        rule = f"is not the header {','.join(columns)}"
        raise DataError([Fault(name, 1, "-", ",".join(header), rule)])
    faults = [
        Fault(name, number, "-", ",".join(row), f"has {len(row)} cells, not {len(columns)}")
        for number, row in enumerate(body, start=2)
        if len(row) != len(columns)
    ]
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
    return frame, _faults(frame, path, name)


def _faults(frame, path, name):
    return [
        Fault(path.name, row, column, "" if value is None else str(value), rule)
        for row, column, value, rule in broken_rules(frame, name)
    ]


def read(path, name):
    """A checked file of the package: integers where the dictionary says so, else strings.

    Blank cells are None. Raises DataError, listing every fault.
    """
    frame, faults = read_strings(path, list(fields(name))), []
    for column, field in fields(name).items():
        if field["type"] == "integer":
            for row, value in frame[column].items():
                if not re.fullmatch(r"[0-9]+", value or ""):
                    rule = "is not a whole number"
                    faults.append(Fault(path.name, row, column, value or "", rule))
    if faults:
        raise DataError(faults)
    whole = [column for column, field in fields(name).items() if field["type"] == "integer"]
    frame = frame.astype(dict.fromkeys(whole, int))
    faults = _faults(frame, path, name)
    if faults:
        raise DataError(faults)
    return frame
