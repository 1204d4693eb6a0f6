"""Many versions of Table 1 at once: the register's quantities as arrays.

`Curves` is the batched twin of `correll2004.stats.survival.KaplanMeier`, `Variants` that of
`correll2004.paper.quantities.evaluate`, `agree` that of `correll2004.paper.rounding.agrees`; tests
hold each equal to its original. They exist for speed alone: the audit asks the same
question of hundreds of thousands of tables.
"""

import re
from dataclasses import replace
from functools import cache

import numpy as np
import pandas as pd

from ..data import courses
from ..stats.curves import Curves, encode
from . import quantities, tables

parse = cache(quantities.parse)

# --- any quantity of the register -------------------------------------------------


SUMMARY = {
    "Mean": lambda rows: rows.mean(axis=1),
    "Median": lambda rows: np.median(rows, axis=1),
    "Standard deviation": lambda rows: rows.std(axis=1, ddof=1),
    "25th percentile": lambda rows: np.quantile(rows, 0.25, axis=1, method="weibull"),
    "75th percentile": lambda rows: np.quantile(rows, 0.75, axis=1, method="weibull"),
    "Maximum": lambda rows: rows.max(axis=1),
    "Minimum": lambda rows: rows.min(axis=1),
}


@cache
def _frame(base, level):
    """Patients or cycles as `quantities` puts them before a condition."""
    return {"patients": quantities._patients, "cycles": quantities._cycles}[level](base)


@cache
def _unchanged(base, level, expression):
    """An expression over the columns of a Table 1 as it stands, 1 x rows."""
    named = quantities.named_columns(_frame(base, level), expression)
    return named.eval(expression, engine="python").to_numpy()[None, :]


class Variants:
    """Versions of a Table 1, most cells of which stay as they are.

    base : `correll2004.table1.Table1`.
    changed : column of ``patients`` or ``cycles`` -> array, versions x rows.
    """

    def __init__(self, base, changed):
        self.base = base
        self.changed = changed
        self.n = len(next(iter(changed.values())))
        self._frames = {level: _frame(base, level) for level in ("patients", "cycles")}
        self._curves_of = {}
        of_patient = base.cycles["patient"].to_numpy() - 1
        self._arrays = {
            "patients": {name: rows for name, rows in changed.items() if name in base.patients},
            "cycles": {
                name: rows[:, of_patient] if name in base.patients else rows
                for name, rows in changed.items()
            },
        }
        for column, derived, classes in (
            ("rate_max_mg_per_h", "rate_class", tables.rate_class),
            ("infusion_days", "day_class", tables.day_class),
        ):
            if column in changed:
                names = np.asarray(classes(changed[column].ravel()).astype(str))
                self._arrays["cycles"][derived] = names.reshape(changed[column].shape)

    def values(self, call):
        """The value of a ``compute`` call in every version, an array of floats."""
        function, arguments, keywords = parse(call)
        twin = getattr(self, f"_{function.__name__}", None)
        if twin is None:  # slowly, table by table
            versions = map(self.table1, range(self.n))
            return np.array([function(v, *arguments, **keywords).value for v in versions])
        return np.broadcast_to(np.asarray(twin(*arguments, **keywords), dtype=float), self.n)

    def table1(self, version):
        """One version as a `Table1`."""
        frames = {"patients": self.base.patients.copy(), "cycles": self.base.cycles.copy()}
        for column, rows in self.changed.items():
            frames["patients" if column in self.base.patients else "cycles"][column] = rows[version]
        return replace(self.base, **frames)

    # Each of the following is the twin of the function of that name in `quantities`.
    # Where nothing that it reads is changed, one row stands for all versions.

    def _evaluate(self, level, expression):
        """An expression over the columns, (versions or 1) x rows."""
        frame, arrays = self._frames[level], self._arrays[level]
        names = [name for name in frame if re.search(rf"\b{name}\b", expression)]
        if not any(name in arrays for name in names):
            return _unchanged(self.base, level, expression)
        long = {
            name: arrays[name].ravel() if name in arrays else np.tile(frame[name], self.n)
            for name in names
        }
        return pd.DataFrame(long).eval(expression, engine="python").to_numpy().reshape(self.n, -1)

    def _where(self, level, condition):
        if not condition:
            return np.ones((1, len(self._frames[level])), dtype=bool)
        return self._evaluate(level, condition).astype(bool)

    def _column(self, level, name):
        arrays = self._arrays[level]
        return arrays[name] if name in arrays else self._frames[level][name].to_numpy()[None, :]

    def _count_of_patients(self, where=""):
        return self._where("patients", where).sum(axis=1)

    def _count_of_cycles(self, where=""):
        return self._where("cycles", where).sum(axis=1)

    def _share(self, level, where, of):
        base = self._where(level, of)
        return 100 * (base & self._where(level, where)).sum(axis=1) / base.sum(axis=1)

    def _share_of_patients(self, where, of=""):
        return self._share("patients", where, of)

    def _share_of_cycles(self, where, of=""):
        return self._share("cycles", where, of)

    def _ratio_of_patients(self, where, to):
        return self._count_of_patients(where) / self._count_of_patients(to)

    def _mean(self, level, column, where):
        chosen = self._where(level, where)
        return (self._column(level, column) * chosen).sum(axis=1) / chosen.sum(axis=1)

    def _mean_of_patients(self, column, where=""):
        return self._mean("patients", column, where)

    def _mean_of_cycles(self, column, where=""):
        return self._mean("cycles", column, where)

    def _extreme_of_cycles(self, which, column):
        return {"min": np.min, "max": np.max}[which](self._column("cycles", column), axis=1)

    def _value_of_patient(self, patient, column):
        here = (self._frames["patients"]["patient"] == patient).to_numpy()
        return self._evaluate("patients", column)[:, here][:, 0]

    def _value_of_cycle(self, label, column):
        here = (self._frames["cycles"]["label"] == label).to_numpy()
        return self._column("cycles", column)[:, here][:, 0]

    def _table2(self, row, column):
        level = "patients" if column in self.base.patients else "cycles"
        return SUMMARY[row](self._column(level, column))

    def _table3(self, row, course, part):
        return self._class_cell("rate_class", row, course, part)

    def _table4(self, row, course, part):
        return self._class_cell("day_class", row, course, part)

    def _class_cell(self, column, row, course, part):
        of = self._course(course)
        counts = (self._column("cycles", column)[:, of] == row).sum(axis=1)
        return counts if part == "n" else 100 * counts / of.sum()

    def _course(self, course):
        """Which cycles belong to a course, or to ``"all"``."""
        number = self._frames["cycles"]["cycle"].to_numpy()
        return number == courses.COURSES[course] if course != "all" else number > 0

    def _modal_rate_class(self, course, edge):
        counts = [self._table3(row, course, "n") for row in tables.RATE_CLASSES]
        position = np.argmax(counts, axis=0)
        return np.array(tables.RATE_EDGES)[position + (edge == "high")]

    def _curves(self, course):
        if course not in self._curves_of:
            of = self._course(course)
            months, event = (self._column("cycles", name) for name in ("relief_months", "event"))
            codes = encode(*np.broadcast_arrays(months[:, of], event[:, of]))
            self._curves_of[course] = Curves(codes)
        return self._curves_of[course]

    def _table5(self, course, statistic, part):
        return self._curves(course).table5(statistic, part)

    def _survival_at(self, course, months):
        return 100 * self._curves(course).survival_at(months)

    def _survival_just_before(self, course, months):
        return 100 * self._curves(course).survival_just_before(months)
