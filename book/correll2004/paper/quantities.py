"""The quantities that claims are held against, each a function of Table 1.

The ``compute`` column of ``data/claims.csv`` is a call of one of these functions with
literal arguments, such as ``share_of_cycles("rate_max_mg_per_h <= 25")``. Conditions
are pandas queries over the columns of the data dictionary; for cycles, the patient's
columns can be named too. Every function returns a `Quantity`.
"""

import ast
import inspect
from dataclasses import dataclass
from functools import cache

from ..data import courses
from ..stats import summary
from . import course_curves, tables


@dataclass(frozen=True)
class Quantity:
    """A value, and the patients (``9``) or cycles (``22a``) that enter it."""

    value: float
    members: tuple[str, ...]


@cache
def _patients(table1):
    return table1.patients.fillna({"patient_facts": ""})


@cache
def _cycles(table1):
    """Cycles with the patient's columns, and the classes of Tables 3 and 4."""
    cycles = table1.cycles.fillna({"cycle_facts": ""})
    cycles["rate_class"] = tables.rate_class(cycles["rate_max_mg_per_h"]).astype(str)
    cycles["day_class"] = tables.day_class(cycles["infusion_days"]).astype(str)
    return cycles.merge(_patients(table1), on="patient", validate="many_to_one")


@cache
def _computed(function, table1):
    """A table, computed once for all its cells. Not to be changed in place."""
    return function(table1)


def named_columns(frame, expression):
    """The columns that an expression can name: pandas makes a Series of each it is given."""
    return frame[[column for column in frame if column in expression]]


def _where(frame, condition):
    if not condition:
        return frame
    return frame.loc[named_columns(frame, condition).query(condition, engine="python").index]


def _labels(frame):
    column = "label" if "label" in frame else "patient"
    return tuple(frame[column].astype(str))


def _course(table1, course):
    return table1.course(courses.COURSES[course])


# --- counts, shares and means -----------------------------------------------------


def count_of_patients(table1, where=""):
    """Number of patients that meet a condition."""
    chosen = _where(_patients(table1), where)
    return Quantity(len(chosen), _labels(chosen))


def share_of_patients(table1, where, of=""):
    """Percentage of patients, or of those that meet ``of``, that meet a condition."""
    return _share(_where(_patients(table1), of), where)


def count_of_cycles(table1, where=""):
    """Number of infusion cycles that meet a condition."""
    chosen = _where(_cycles(table1), where)
    return Quantity(len(chosen), _labels(chosen))


def count_of_patients_with_cycles(table1, where):
    """Number of patients with at least one infusion cycle that meets a condition."""
    chosen = _where(_cycles(table1), where)
    return Quantity(chosen["patient"].nunique(), _labels(chosen))


def share_of_cycles(table1, where, of=""):
    """Percentage of infusion cycles, or of those that meet ``of``, that meet a condition."""
    return _share(_where(_cycles(table1), of), where)


def _share(base, where):
    chosen = _where(base, where)
    return Quantity(100 * len(chosen) / len(base), _labels(chosen))


def ratio_of_patients(table1, where, to):
    """Patients that meet one condition per patient that meets another."""
    chosen, reference = _where(_patients(table1), where), _where(_patients(table1), to)
    return Quantity(len(chosen) / len(reference), _labels(chosen) + _labels(reference))


def mean_of_patients(table1, column, where=""):
    """Mean of a column over the patients that meet a condition."""
    chosen = _where(_patients(table1), where)
    return Quantity(chosen[column].mean(), _labels(chosen))


def summary_of_cycles(table1, row, column):
    """Row of Table 2 for a column of the patients, repeated over their cycles."""
    cycles = _cycles(table1)
    return Quantity(summary.summary(cycles[column])[row], _labels(cycles))


def extreme_of_cycles(table1, which, column):
    """Smallest (``"min"``) or largest (``"max"``) value of a column over all cycles."""
    cycles = _cycles(table1)
    value = cycles[column].agg(which)
    return Quantity(value, _labels(cycles[cycles[column] == value]))


def mean_of_cycles(table1, column, where=""):
    """Mean of a column over the infusion cycles that meet a condition."""
    chosen = _where(_cycles(table1), where)
    return Quantity(chosen[column].mean(), _labels(chosen))


def sum_of_cycles(table1, column, where):
    """Sum of a column over the infusion cycles that meet a condition."""
    chosen = _where(_cycles(table1), where)
    return Quantity(chosen[column].sum(), _labels(chosen))


def value_of_patient(table1, patient, column):
    """A patient's own value in a column, or in an expression such as ``crps_months / 12``."""
    chosen = _patients(table1).query("patient == @patient", engine="python")
    (value,) = chosen.eval(column, engine="python")
    return Quantity(value, (str(patient),))


def value_of_cycle(table1, label, column):
    """A cycle's own value in a column."""
    (value,) = _cycles(table1).query("label == @label", engine="python")[column]
    return Quantity(value, (label,))


# --- the paper's tables -----------------------------------------------------------


def table2(table1, row, column):
    """A cell of Table 2."""
    frame = _patients(table1) if column in table1.patients else table1.cycles
    return Quantity(_computed(tables.table2, table1).at[row, column], _labels(frame))


def table3(table1, row, course, part):
    """A cell of Table 3; part ``"n"`` or ``"percent"``."""
    return _class_cell(table1, _computed(tables.table3, table1), "rate_class", row, course, part)


def table4(table1, row, course, part):
    """A cell of Table 4; part ``"n"`` or ``"percent"``."""
    return _class_cell(table1, _computed(tables.table4, table1), "day_class", row, course, part)


def _class_cell(table1, table, column, row, course, part):
    cycles = _cycles(table1)
    if course != "all":
        cycles = cycles[cycles["cycle"] == courses.COURSES[course]]
    members = cycles[cycles[column] == row]
    return Quantity(table.at[row, (course, part)], _labels(members))


def modal_rate_class(table1, course, edge):
    """Edge in mg/h of the class of Table 3 that holds most cycles.

    edge : ``"low"`` (exclusive) or ``"high"``.
    """
    position = int(_computed(tables.table3, table1)[course, "n"].to_numpy().argmax())
    value = tables.RATE_EDGES[position + (edge == "high")]
    members = table3(table1, tables.RATE_CLASSES[position], course, "n").members
    return Quantity(value, members)


def table5(table1, course, statistic, part):
    """A cell of Table 5."""
    value = _computed(tables.table5, table1).at[(course, statistic), part]
    return Quantity(value, _labels(_course(table1, course)))


# --- the curves -------------------------------------------------------------------


def survival_at(table1, course, months):
    """Kaplan-Meier S(t) = P(T > t) in percent, read off the curve at t."""
    curve = course_curves.of_course(table1, courses.COURSES[course])
    return Quantity(100 * curve.survival_at(months), _labels(_course(table1, course)))


def survival_just_before(table1, course, months):
    """Kaplan-Meier S(t-) = P(T >= t) in percent: relief for at least t."""
    curve = course_curves.of_course(table1, courses.COURSES[course])
    return Quantity(100 * curve.survival_just_before(months), _labels(_course(table1, course)))


def longest_follow_up(table1, course):
    """Largest time of a course in months, event or censored."""
    cycles = _course(table1, course)
    value = cycles["relief_months"].max()
    return Quantity(value, _labels(cycles[cycles["relief_months"] == value]))


# --- the calls of the register ----------------------------------------------------


@cache
def names():
    """The functions that a ``compute`` call may name."""
    return {
        name: function
        for name, function in globals().items()
        if inspect.isfunction(function)
        and function.__module__ == __name__
        and not name.startswith("_")
        and name not in {"evaluate", "named_columns", "names", "parse"}
    }


def parse(call):
    """Function, positional and keyword arguments of a ``compute`` call.

    Raises ValueError where it is no call of a function of this module with literals.
    """
    try:
        node = ast.parse(call, mode="eval").body
        function = names()[node.func.id]
        arguments = [ast.literal_eval(argument) for argument in node.args]
        keywords = {word.arg: ast.literal_eval(word.value) for word in node.keywords}
        inspect.signature(function).bind(None, *arguments, **keywords)
    except (SyntaxError, AttributeError, KeyError, ValueError, TypeError):
        raise ValueError(f"is not a call of a known quantity with literals: {call}") from None
    return function, arguments, keywords


@cache
def evaluate(call, table1):
    """`Quantity` of a ``compute`` call on a Table 1. Raises ValueError as `parse` does."""
    function, arguments, keywords = parse(call)
    return function(table1, *arguments, **keywords)
