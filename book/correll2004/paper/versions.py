"""Versions of Table 1: the table as printed, or thousands of it with some cells changed."""

import ast
from collections.abc import Mapping
from functools import cache

import numpy as np
import pandas as pd

from ..data.classes import day_class, rate_class
from ..data.courses import COURSES
from ..data.table1 import Table1
from ..stats.curves import Array, Curves


class Versions:
    """Versions of a Table 1 that differ in some columns.

    Parameters
    ----------
    table : `Table1` that the versions have in common.
    changed : arrays, versions x rows, by column of ``patients`` or ``cycles``. Without it
        there is one version, the table itself.

    Columns are read as arrays of versions x rows, or 1 x rows where no version differs.
    """

    def __init__(self, table: Table1, changed: Mapping[str, Array] | None = None):
        self.table = table
        self.n = len(next(iter(changed.values()))) if changed else 1
        self._curves: dict[str, Curves] = {}
        patients, cycles = table.patients["patient"], table.cycles["patient"]
        of_patient = pd.Index(patients).get_indexer(cycles)
        self._changed: dict[str, dict[str, Array]] = {"patients": {}, "cycles": {}}
        for column, rows in (changed or {}).items():
            if column in table.patients:
                self._changed["patients"][column] = rows
                rows = rows[:, of_patient]
            self._changed["cycles"][column] = rows
        for column, name, classes in _CLASSES:
            if column in self._changed["cycles"]:
                rows = self._changed["cycles"][column]
                found = np.asarray(classes(rows.ravel()).astype(str))
                self._changed["cycles"][name] = found.reshape(rows.shape)

    def column(self, level: str, name: str) -> Array:
        """A column of ``patients`` or ``cycles``."""
        if name in self._changed[level]:
            return self._changed[level][name]
        return _frames(self.table)[level][name].to_numpy()[None, :]

    def evaluate(self, level: str, expression: str) -> Array:
        """An expression over the columns of ``patients`` or ``cycles``."""
        names, changed = _names_in(expression), self._changed[level]
        if not any(name in changed for name in names):
            return _unchanged(self.table, level, expression)
        frame = _frames(self.table)[level]
        long = {
            name: changed[name].ravel() if name in changed else np.tile(frame[name], self.n)
            for name in names
            if name in frame
        }
        return pd.DataFrame(long).eval(expression, engine="python").to_numpy().reshape(self.n, -1)

    def where(self, level: str, condition: str) -> Array:
        """Which rows meet a condition; all of them where it is empty."""
        if not condition:
            return np.ones((1, len(_frames(self.table)[level])), dtype=bool)
        return self.evaluate(level, condition).astype(bool)

    def of_course(self, course: str) -> Array:
        """Which cycles belong to a course, or to ``all``, 1 x cycles."""
        number = self.column("cycles", "cycle")
        return number == COURSES[course] if course != "all" else number > 0

    def labels(self, level: str) -> Array:
        """Labels of the rows."""
        return _frames(self.table)[level]["label"].to_numpy()

    def curves(self, course: str) -> Curves:
        """Kaplan-Meier estimates of a course, one per version."""
        if course not in self._curves:
            of = self.of_course(course)[0]
            months, event = (self.column("cycles", name) for name in ("relief_months", "event"))
            times = np.broadcast_arrays(months[:, of], event[:, of])
            self._curves[course] = Curves.of_times(*times)
        return self._curves[course]


@cache
def versions_of(table: Table1) -> Versions:
    """A `Table1` as a set of one version, made once."""
    return Versions(table)


_CLASSES = (
    ("rate_max_mg_per_h", "rate_class", rate_class),
    ("infusion_days", "day_class", day_class),
)


@cache
def _frames(table: Table1) -> dict[str, pd.DataFrame]:
    """Patients, and cycles with the patient's columns and the classes of Tables 3 and 4."""
    patients = table.patients.fillna({"patient_facts": ""})
    cycles = table.cycles.fillna({"cycle_facts": ""})
    for column, name, classes in _CLASSES:
        cycles[name] = classes(cycles[column]).astype(str)
    cycles = cycles.merge(patients, on="patient", validate="many_to_one")
    labelled = patients.assign(label=patients["patient"].astype(str))
    return {"patients": labelled, "cycles": cycles}


@cache
def _names_in(expression: str) -> tuple[str, ...]:
    tree = ast.parse(expression.strip(), mode="eval")
    return tuple({node.id: 0 for node in ast.walk(tree) if isinstance(node, ast.Name)})


@cache
def _unchanged(table: Table1, level: str, expression: str) -> Array:
    """An expression over the columns of a Table 1 itself, 1 x rows."""
    frame = _frames(table)[level]
    named = frame[[name for name in _names_in(expression) if name in frame]]
    return named.eval(expression, engine="python").to_numpy()[None, :]
