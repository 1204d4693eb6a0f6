"""Versions of Table 1: the table as printed, or thousands of it with some cells changed."""

import ast
from collections.abc import Mapping
from functools import cache

import numpy as np
import pandas as pd

from ..data.classes import day_class, rate_class
from ..data.courses import COURSES
from ..data.table1 import Table1
from ..stats.curves import Array, BoolArray, Curves


class Versions:
    """Versions of a Table 1 that differ in some columns.

    Parameters
    ----------
    table : Table1
        The table that the versions have in common.
    changed : mapping of str to ndarray, shape (n_versions, n_rows), optional
        By column of ``patients`` or ``cycles``. Without it there is one version, the table
        itself.

    Attributes
    ----------
    table : Table1
    n : int
        Number of versions.

    Notes
    -----
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
        """Read a column.

        Parameters
        ----------
        level : {"patients", "cycles"}
        name : str
            Of the column; cycles have the patient's columns too.

        Returns
        -------
        ndarray, shape (n_versions, n_rows) or (1, n_rows)

        Raises
        ------
        KeyError
            If there is no such column.
        """
        if name in self._changed[level]:
            return self._changed[level][name]
        return _frames(self.table)[level][name].to_numpy()[None, :]

    def evaluate(self, level: str, expression: str) -> Array:
        """Evaluate an expression over the columns.

        Parameters
        ----------
        level : {"patients", "cycles"}
        expression : str
            As pandas reads it, such as ``crps_months / 12``.

        Returns
        -------
        ndarray, shape (n_versions, n_rows) or (1, n_rows)
        """
        names, changed = _names_in(expression), self._changed[level]
        if not any(name in changed for name in names):
            return _unchanged(self.table, level, expression)
        frame = _frames(self.table)[level]
        long = {
            name: changed[name].ravel() if name in changed else np.tile(frame[name], self.n)
            for name in names
            if name in frame
        }
        values = pd.DataFrame(long).eval(expression, engine="python")
        return np.asarray(values).reshape(self.n, -1)

    def where(self, level: str, condition: str) -> BoolArray:
        """Find the rows that meet a condition.

        Parameters
        ----------
        level : {"patients", "cycles"}
        condition : str
            An expression, as in `evaluate`; empty for all rows.

        Returns
        -------
        ndarray of bool, shape (n_versions, n_rows) or (1, n_rows)
        """
        if not condition:
            return np.ones((1, len(_frames(self.table)[level])), dtype=bool)
        return self.evaluate(level, condition).astype(bool)

    def of_course(self, course: str) -> BoolArray:
        """Find the cycles of a course.

        Parameters
        ----------
        course : {"first", "second", "third", "all"}

        Returns
        -------
        ndarray of bool, shape (1, n_cycles)
        """
        number = self.column("cycles", "cycle")
        return np.asarray(number == COURSES[course] if course != "all" else number > 0)

    def labels(self, level: str) -> Array:
        """Labels of the ``patients`` (``9``) or ``cycles`` (``22a``)."""
        return np.asarray(_frames(self.table)[level]["label"])

    def curves(self, course: str) -> Curves:
        """Kaplan-Meier estimates of a course (``first``, ``second``), one per version."""
        if course not in self._curves:
            of = self.of_course(course)[0]
            months, event = (self.column("cycles", name) for name in ("relief_months", "event"))
            times = np.broadcast_arrays(months[:, of], event[:, of])
            self._curves[course] = Curves.of_times(*times)
        return self._curves[course]


@cache
def versions_of(table: Table1) -> Versions:
    """Take a table as a set of one version, made once.

    Parameters
    ----------
    table : Table1

    Returns
    -------
    Versions
    """
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
    return np.asarray(named.eval(expression, engine="python"))[None, :]
