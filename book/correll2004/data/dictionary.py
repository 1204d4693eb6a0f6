"""The data dictionary, ``data/datapackage.json``: read, and checked for its own form.

It is a Frictionless Table Schema. Columns, units, codes and limits are stated there and
nowhere else; `validation` holds the tables to them.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd

from ..paths import DATA
from .faults import DataError, Fault, read_text

PATH = DATA / "datapackage.json"
LIST_SEPARATOR = ";"

Json = dict[str, Any]  # an object of the JSON file

# Column, value and rule of a fault of the dictionary; a Python type, or several.
_Found = Iterator[tuple[str, str, str]]
_Kind = type | tuple[type, ...]


@dataclass(frozen=True, eq=False)
class Dictionary:
    """The data dictionary.

    Attributes
    ----------
    resources : dict of str to dict
        Its resources, as in the file, by name.
    """

    resources: dict[str, Json]

    def resource(self, name: str) -> Json:
        """The resource of that name.

        Raises
        ------
        DataError
            If there is none.
        """
        if name not in self.resources:
            raise DataError([Fault(PATH.name, 0, "-", name, "is not among its resources")])
        return self.resources[name]

    def fields(self, name: str) -> dict[str, Json]:
        """Fields of a resource, by column name, in order.

        Raises
        ------
        DataError
            If there is no resource of that name.
        """
        return {field["name"]: field for field in self.resource(name)["schema"]["fields"]}

    def in_order(self, frame: pd.DataFrame, name: str) -> pd.DataFrame:
        """A frame's columns that a resource has, in its order.

        Parameters
        ----------
        frame : DataFrame
            With more columns, or in another order.
        name : str
            Of the resource.

        Returns
        -------
        DataFrame

        Raises
        ------
        DataError
            If a column of the resource is missing.
        """
        columns = list(self.fields(name))
        if missing := [column for column in columns if column not in frame]:
            rule = f"is a column of {name} that is not computed"
            raise DataError([Fault(PATH.name, 0, "-", column, rule) for column in missing])
        return frame[columns]


def read(path: Path = PATH) -> Dictionary:
    """Read a data dictionary, and check its own form.

    Parameters
    ----------
    path : Path
        Of the JSON file.

    Returns
    -------
    Dictionary

    Raises
    ------
    DataError
        Listing every fault of its form.
    """
    text = read_text(path)
    try:
        package = json.loads(text, object_pairs_hook=_with_unique_keys)
    except (ValueError, RecursionError) as error:
        row, rule = (
            getattr(error, "lineno", 0),
            f"is not valid JSON: {getattr(error, 'msg', error)}",
        )
        raise DataError([Fault(path.name, row, "-", "the file", rule)]) from None
    if faults := [Fault(path.name, 0, *fault) for fault in _package_faults(package)]:
        raise DataError(faults)
    return Dictionary({entry["name"]: entry for entry in package["resources"]})


@cache
def load() -> Dictionary:
    """The project's own data dictionary, read once."""
    return read()


def resource(name: str) -> Json:
    """A resource of the project's own data dictionary."""
    return load().resource(name)


def fields(name: str) -> dict[str, Json]:
    """Fields of a resource of the project's own data dictionary."""
    return load().fields(name)


# --- the dictionary's own form ----------------------------------------------------


TYPES: dict[str, _Kind] = {"string": str, "integer": int, "number": (int, float), "boolean": bool}
_WORDS: dict[_Kind, str] = {
    str: "text",
    int: "a whole number",
    (int, float): "a number",
    bool: "true or false",
    list: "a list that is not empty",
    dict: "an object",
}
_RESOURCE: dict[str, _Kind] = {"name": str, "path": str, "description": str, "schema": dict}
_RESOURCE_ALSO: dict[str, _Kind] = dict.fromkeys(
    ["title", "profile", "format", "mediatype", "encoding"], str
)
_SCHEMA: dict[str, _Kind] = {"fields": list}
_SCHEMA_ALSO: dict[str, _Kind] = dict.fromkeys(["missingValues", "primaryKey", "foreignKeys"], list)
_FIELD: dict[str, _Kind] = {"name": str, "type": str, "description": str}
_FIELD_ALSO: dict[str, _Kind] = dict.fromkeys(["title", "unit", "example", "source"], str)
_FIELD_ALSO |= {"codes": dict, "constraints": dict}


def is_of_type(value: object, kind: _Kind) -> bool:
    """Whether a value is of a Python type; true and false are no numbers."""
    return isinstance(value, kind) and (kind is bool or not isinstance(value, bool))


def _with_unique_keys(pairs: list[tuple[str, object]]) -> Json:
    """A JSON object as a dict; the second of two equal keys would hide the first."""
    found = dict(pairs)
    if len(found) != len(pairs):
        keys = [key for key, _ in pairs]
        twice = next(key for key in keys if keys.count(key) > 1)
        raise ValueError(f"a key appears twice: {twice}")
    return found


def _package_faults(package: object) -> _Found:
    """Faults of the whole file.

    A key that is not known counts: a misspelt constraint would be no constraint.
    """
    entries = package.get("resources") if isinstance(package, dict) else None
    if not isinstance(entries, list) or not entries:
        yield "-", "resources", "must be a list that is not empty"
        return
    names = []
    for entry in entries:
        where = _name(entry)
        names.append(where)
        faults = list(_key_faults(entry, where, _RESOURCE, _RESOURCE_ALSO))
        faults = faults or list(_key_faults(entry["schema"], where, _SCHEMA, _SCHEMA_ALSO))
        yield from faults or _schema_faults(entry["schema"], where)
    yield from _repetitions(names, "-")


def _name(part: object) -> str:
    """The name of a resource or a field; a dash where it has no valid one."""
    name = part.get("name") if isinstance(part, dict) else None
    return name if isinstance(name, str) and re.fullmatch(r"[\w-]+", name, re.ASCII) else "-"


def _key_faults(
    part: object, where: str, needed: dict[str, _Kind], also: dict[str, _Kind]
) -> _Found:
    """Faults of an object's keys: all must be known and of their type, some are needed."""
    if not isinstance(part, dict):
        yield where, str(part), "must be an object with names and values"
        return
    for key in needed:
        if key not in part:
            yield where, key, "is missing, but required"
    for key, value in part.items():
        kind = (needed | also).get(key)
        if kind is None:
            yield where, key, "is not a key that the data dictionary knows"
        elif not is_of_type(value, kind) or value in ("", []):
            yield where, str(value), f"is not valid as {key}: it must be {_WORDS[kind]}"
    if "name" in needed and _name(part) == "-":
        yield where, str(part.get("name")), "must be a name of letters, digits, - and _"


def _schema_faults(schema: Json, where: str) -> _Found:
    names = []
    for field in schema["fields"]:
        if faults := list(_key_faults(field, where, _FIELD, _FIELD_ALSO)):
            yield from faults
            continue
        names.append(_name(field))
        place = f"{where}.{_name(field)}"
        if field["type"] not in TYPES:
            yield place, field["type"], f"must be one of {', '.join(TYPES)}"
        else:
            yield from _constraint_faults(field, place)
    yield from _repetitions(names, where)
    for key in schema.get("primaryKey", []):
        if key not in names:
            yield where, str(key), "is in the primary key, but is not a column"


def _constraint_faults(field: Json, place: str) -> _Found:
    """Faults of a field's constraints: known ones, of the type of its column."""
    kind = TYPES[field["type"]]
    known: dict[str, _Kind] = {"required": bool, "unique": bool, "enum": list}
    known |= {"pattern": str} if kind is str else {}
    known |= {"minimum": kind, "maximum": kind} if field["type"] in ("integer", "number") else {}
    constraints = field.get("constraints", {})
    yield from _key_faults(constraints, place, {}, known)
    allowed = constraints.get("enum", [])
    for value in allowed if isinstance(allowed, list) else []:
        if not is_of_type(value, kind):
            yield place, str(value), f"is not of type {field['type']}"
    try:
        re.compile(constraints.get("pattern", ""))
    except (re.error, TypeError, RecursionError, OverflowError) as error:
        yield place, str(constraints["pattern"]), f"is not a valid regular expression: {error}"
    for value in field.get("codes", {}).values():
        if not isinstance(value, str):
            yield place, str(value), "must be text: the meaning of a code"


def _repetitions(names: list[str], where: str) -> _Found:
    for name in names:
        if names.count(name) > 1:
            yield where, name, "appears twice"
