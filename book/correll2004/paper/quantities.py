"""The quantities that claims are held against, each computed once for all versions of Table 1.

A version is Table 1 with some cells changed; Table 1 as printed is a set of one version. The
``compute`` column of ``data/claims.csv`` is a call of one of these functions with literal
arguments, such as ``share_of_cycles("rate_max_mg_per_h <= 25")``, which
`correll2004.paper.calls` parses. The arguments mean the same in all of them:

- ``versions``: the versions of Table 1;
- ``where``, ``of``, ``to``: conditions, pandas expressions over the columns of the data
  dictionary, of the patients or the cycles; for cycles, the patient's columns can be named
  too. Empty for all;
- ``column``: a column of the data dictionary;
- ``course``: ``first``, ``second`` or ``third``, in the tables also ``all``;
- ``months``: a time in months.

All return a `Quantity` with one value per version. A share or mean of no case is NaN. KeyError
is raised for a course, row, part or column that there is not.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from ..data.classes import RATE_CLASSES, RATE_EDGES
from ..data.courses import COURSES
from ..stats.curves import Z95, Array, BoolArray, Curves, FloatArray, IntArray
from ..stats.summary import SUMMARY
from .versions import Versions


@dataclass(frozen=True)
class Quantity:
    """Values of a quantity, and whom they are computed from.

    Attributes
    ----------
    values : ndarray of float, shape (n_versions,)
    labels : ndarray of str, shape (n_rows,)
        Labels of patients (``9``) or of cycles (``22a``).
    chosen : ndarray of bool, shape (n_versions, n_rows) or (1, n_rows)
        Which of them enter the value; one row where they are the same in all versions.
    base : ndarray of int, shape (n_versions,) or (1,), optional
        Number of cases that a share is of; None where the quantity is no share.
    is_count : bool
        Whether the values are numbers of patients or cycles.
    """

    values: FloatArray
    labels: Array
    chosen: BoolArray
    base: IntArray | None = None
    is_count: bool = False

    @property
    def value(self) -> float:
        """The value in the first version."""
        return float(self.values[0])

    @property
    def members(self) -> tuple[str, ...]:
        """The labels that enter the value in the first version."""
        return tuple(map(str, self.labels[self.chosen[0]]))


# --- the functions that a call may name -------------------------------------------

QUANTITIES: dict[str, Callable[..., Quantity]] = {}


def quantity(function: Callable[..., Quantity]) -> Callable[..., Quantity]:
    """Make a function one that a ``compute`` call may name."""
    QUANTITIES[function.__name__] = function
    return function


def _of_rows(
    versions: Versions,
    level: str,
    values: Array,
    chosen: BoolArray,
    base: IntArray | None = None,
    is_count: bool = False,
) -> Quantity:
    values = np.broadcast_to(np.asarray(values, dtype=float), versions.n)
    return Quantity(values, versions.labels(level), chosen, base, is_count)


# --- counts, shares and means -----------------------------------------------------


def _count(versions: Versions, level: str, where: str) -> Quantity:
    return _count_of(versions, level, versions.where(level, where))


def _count_of(versions: Versions, level: str, chosen: BoolArray) -> Quantity:
    return _of_rows(versions, level, chosen.sum(axis=1), chosen, is_count=True)


@quantity
def count_of_patients(versions: Versions, where: str = "") -> Quantity:
    """Number of patients that meet a condition."""
    return _count(versions, "patients", where)


@quantity
def count_of_cycles(versions: Versions, where: str = "") -> Quantity:
    """Number of infusion cycles that meet a condition."""
    return _count(versions, "cycles", where)


@quantity
def count_of_patients_with_cycles(versions: Versions, where: str) -> Quantity:
    """Number of patients with at least one infusion cycle that meets a condition."""
    chosen = versions.where("cycles", where)
    patients = versions.column("cycles", "patient")[0]
    of_patient = patients[:, None] == np.unique(patients)
    number = (chosen @ of_patient).sum(axis=1)
    return _of_rows(versions, "cycles", number, chosen, is_count=True)


@quantity
def count_of_censored(versions: Versions, course: str, months: float) -> Quantity:
    """Number of patients of a course censored at exactly a time in months."""
    where = f"cycle == {COURSES[course]} and event == 0 and relief_months == {months}"
    return _count(versions, "cycles", where)


def _share(versions: Versions, level: str, where: str, of: str) -> Quantity:
    base = versions.where(level, of)
    chosen, cases = base & versions.where(level, where), base.sum(axis=1)
    return _of_rows(versions, level, 100 * chosen.sum(axis=1) / cases, chosen, cases)


@quantity
def share_of_patients(versions: Versions, where: str, of: str = "") -> Quantity:
    """Percentage of patients, or of those that meet `of`, that meet a condition."""
    return _share(versions, "patients", where, of)


@quantity
def share_of_cycles(versions: Versions, where: str, of: str = "") -> Quantity:
    """Percentage of infusion cycles, or of those that meet `of`, that meet a condition."""
    return _share(versions, "cycles", where, of)


@quantity
def ratio_of_patients(versions: Versions, where: str, to: str) -> Quantity:
    """Patients that meet the condition `where` per patient that meets `to`."""
    one, other = (versions.where("patients", condition) for condition in (where, to))
    labels = versions.labels("patients")
    values = np.broadcast_to(one.sum(axis=1) / other.sum(axis=1), versions.n)
    both = np.concatenate(np.broadcast_arrays(one, other), axis=1)
    return Quantity(values, np.concatenate([labels, labels]), both)


def _total(versions: Versions, level: str, column: str, where: str, mean: bool) -> Quantity:
    chosen = versions.where(level, where)
    total = (versions.column(level, column) * chosen).sum(axis=1)
    return _of_rows(versions, level, total / chosen.sum(axis=1) if mean else total, chosen)


@quantity
def mean_of_patients(versions: Versions, column: str, where: str = "") -> Quantity:
    """Mean of a column over the patients that meet a condition."""
    return _total(versions, "patients", column, where, mean=True)


@quantity
def mean_of_cycles(versions: Versions, column: str, where: str = "") -> Quantity:
    """Mean of a column over the infusion cycles that meet a condition."""
    return _total(versions, "cycles", column, where, mean=True)


@quantity
def sum_of_cycles(versions: Versions, column: str, where: str) -> Quantity:
    """Sum of a column over the infusion cycles that meet a condition."""
    return _total(versions, "cycles", column, where, mean=False)


@quantity
def summary_of_cycles(versions: Versions, row: str, column: str) -> Quantity:
    """Statistic of Table 2 (`row`) for a column of the patients, repeated over their cycles."""
    return _summary(versions, "cycles", row, column)


def _summary(versions: Versions, level: str, row: str, column: str) -> Quantity:
    values = SUMMARY[row](versions.column(level, column).astype(float))
    return _of_rows(versions, level, values, versions.where(level, ""))


@quantity
def extreme_of_cycles(versions: Versions, which: str, column: str, where: str = "") -> Quantity:
    """Smallest (``min``) or largest (``max``) value of a column over the cycles of a condition."""
    values, among = versions.column("cycles", column), versions.where("cycles", where)
    extreme, none = {"min": (np.min, np.inf), "max": (np.max, -np.inf)}[which]
    found = extreme(np.where(among, values, none), axis=1)
    return _of_rows(versions, "cycles", found, among & (values == found[:, None]))


@quantity
def common_value_of_cycles(versions: Versions, column: str, where: str) -> Quantity:
    """Value of a column that all cycles of a condition have in common.

    NaN where the cycles differ, or where none meets the condition.
    """
    lowest, highest = (extreme_of_cycles(versions, end, column, where) for end in ("min", "max"))
    values = np.where(lowest.values == highest.values, lowest.values, np.nan)
    return _of_rows(versions, "cycles", values, versions.where("cycles", where))


@quantity
def value_of_patient(versions: Versions, patient: int, column: str) -> Quantity:
    """A patient's own value in a column, or in an expression such as ``crps_months / 12``."""
    return _own_value(versions, "patients", str(patient), column)


@quantity
def value_of_cycle(versions: Versions, label: str, column: str) -> Quantity:
    """A cycle's own value in a column."""
    return _own_value(versions, "cycles", label, column)


def _own_value(versions: Versions, level: str, label: str, column: str) -> Quantity:
    here = versions.labels(level) == label
    (place,) = np.flatnonzero(here)
    return _of_rows(versions, level, versions.evaluate(level, column)[:, place], here[None, :])


# --- the paper's tables -----------------------------------------------------------


@quantity
def table2(versions: Versions, row: str, column: str) -> Quantity:
    """A cell of Table 2.

    Age and duration of CRPS are taken over the patients, the other columns over the cycles.
    A duration printed as a lower bound (>24) enters as its number.

    Parameters
    ----------
    versions : Versions
    row : str
        A statistic of `SUMMARY`.
    column : str

    Returns
    -------
    Quantity
    """
    level = "patients" if column in versions.table.patients else "cycles"
    return _summary(versions, level, row, column)


@quantity
def table3(versions: Versions, row: str, course: str, part: str) -> Quantity:
    """A cell of Table 3; part ``n`` or ``percent``."""
    return _class_cell(versions, "rate_class", row, course, part)


@quantity
def table4(versions: Versions, row: str, course: str, part: str) -> Quantity:
    """A cell of Table 4; part ``n`` or ``percent``."""
    return _class_cell(versions, "day_class", row, course, part)


def _class_cell(versions: Versions, name: str, row: str, course: str, part: str) -> Quantity:
    of = versions.of_course(course)
    chosen = of & (versions.column("cycles", name) == row)
    if part == "n":
        return _count_of(versions, "cycles", chosen)
    base = of.sum(axis=1)
    return _of_rows(versions, "cycles", 100 * chosen.sum(axis=1) / base, chosen, base)


@quantity
def modal_rate_class(versions: Versions, course: str, edge: str) -> Quantity:
    """Edge of the class of Table 3 that holds most cycles.

    Parameters
    ----------
    versions : Versions
    course : str
    edge : {"low", "high"}
        The lower edge, which the class excludes, or the upper one.

    Returns
    -------
    Quantity
        In mg/h.
    """
    cells = [table3(versions, row, course, "n") for row in RATE_CLASSES]
    position = np.argmax([cell.values for cell in cells], axis=0)
    chosen = np.array(
        [
            cells[place].chosen[version if len(cells[place].chosen) > 1 else 0]
            for version, place in enumerate(position)
        ]
    )
    edges = np.array(RATE_EDGES)[position + (edge == "high")]
    return _of_rows(versions, "cycles", edges, chosen)


@quantity
def table5(versions: Versions, course: str, statistic: str, part: str) -> Quantity:
    """A cell of Table 5.

    Parameters
    ----------
    versions : Versions
    course : str
    statistic : {"Mean", "Median"}
    part : {"n", "censored", "events", "months", "se", "lower", "upper"}
        Limits are 95%, estimate -/+ 1.96 standard errors, and not cut off at 0.

    Returns
    -------
    Quantity
        Numbers of patients, or months. A median is inf where S(t) stays above 0.5; error
        and limits are NaN where there are none.
    """
    values = table5_values(versions.curves(course), statistic, part)
    return _of_rows(versions, "cycles", values, versions.of_course(course))


def table5_values(curves: Curves, statistic: str, part: str) -> Array:
    """A cell of Table 5 from estimates.

    Parameters
    ----------
    curves : Curves
    statistic, part : str
        As in `table5`.

    Returns
    -------
    ndarray, shape (n_versions,)
    """
    if part == "n":
        return np.full(len(curves.n_events), len(curves.event))
    if part in ("censored", "events"):
        return curves.n_censored if part == "censored" else curves.n_events
    value, se = {"Mean": curves.mean, "Median": curves.median}[statistic]
    return {"months": value, "se": se, "lower": value - Z95 * se, "upper": value + Z95 * se}[part]


# --- the curves -------------------------------------------------------------------


@quantity
def survival_at(versions: Versions, course: str, months: float) -> Quantity:
    """Kaplan-Meier S(t) = P(T > t) in percent, read off the curve at t."""
    values = 100 * versions.curves(course).survival_at(months)
    return _of_rows(versions, "cycles", values, versions.of_course(course))


@quantity
def survival_just_before(versions: Versions, course: str, months: float) -> Quantity:
    """Kaplan-Meier S(t-) = P(T >= t) in percent: relief for at least t."""
    values = 100 * versions.curves(course).survival_just_before(months)
    return _of_rows(versions, "cycles", values, versions.of_course(course))


@quantity
def longest_follow_up(versions: Versions, course: str) -> Quantity:
    """Largest time of a course in months, event or censored."""
    return extreme_of_cycles(versions, "max", "relief_months", f"cycle == {COURSES[course]}")
