"""Survival curves of groups of patients, formed by any column.

The curves are descriptions. Nothing tests a difference between groups: they were not formed at
random, and most are small.
"""

from collections.abc import Iterable, Mapping
from itertools import pairwise
from typing import TypeAlias

import numpy as np
import pandas as pd

from ..data import dictionary
from ..data.courses import COURSE_NAMES
from ..data.dictionary import Dictionary, Json
from ..data.table1 import Table1
from ..stats.survival import KaplanMeier

Members: TypeAlias = "pd.Series[bool]"  # which patients belong to a group
Values: TypeAlias = "pd.Series[float]"

MAX_GROUPS = 4  # a column of numbers with more different values than this is cut
NO_FACT = "none"  # group of the patients for whom a column of facts is empty
# Columns of cycles by which groups can be formed: what was known when relief began.
CYCLE_COLUMNS = (
    "rate_low_mg_per_h",
    "rate_max_mg_per_h",
    "infusion_days",
    "relief_percent",
    "cycle_facts",
)


# --- groups -----------------------------------------------------------------------


def groups(
    data: Table1, by: str, course: int = 1, cuts: Iterable[float] | None = None
) -> dict[str, KaplanMeier]:
    """Kaplan-Meier estimates of a course, one for each group of its patients.

    Parameters
    ----------
    data : Table1
    by : str
        A column of its patients, one of `CYCLE_COLUMNS`, or a code of their facts,
        such as ``after_trauma``.
    course : int
        1, 2 or 3.
    cuts : iterable of float, optional
        Values at which a column of numbers is cut, each the largest of its group. If they are
        not given, the column is cut at the median where it has more than `MAX_GROUPS` values.

    Returns
    -------
    dict of str to KaplanMeier
        By label of the group. A patient with several facts belongs to several groups.

    Raises
    ------
    ValueError
        For another column, such as the outcome itself, a course that nobody had, or cuts
        of a column without numbers.
    """
    rows = data.course(course).merge(data.patients, on="patient", validate="one_to_one")
    if rows.empty:
        raise ValueError(
            f"nobody had course {course}; there are {', '.join(map(str, COURSE_NAMES))}"
        )
    rules = data.rules
    fields = rules.fields("patients")
    fields = fields | {name: rules.fields("cycles")[name] for name in CYCLE_COLUMNS}
    if by not in fields:
        return _estimates(rows, _with_and_without(rows, by, fields, rules))
    field, values = fields[by], rows[by]
    if field["type"] in ("integer", "number") and (
        cuts is not None or values.nunique() > MAX_GROUPS
    ):
        cuts = [_middle(values)] if cuts is None else cuts
        return _estimates(rows, _between(values, sorted(cuts), field.get("unit", "")))
    if cuts is not None:
        raise ValueError(f"{by} has no numbers that could be cut")
    return _estimates(rows, _each(values, field))


def _with_and_without(
    rows: pd.DataFrame, code: str, fields: Mapping[str, Json], rules: Dictionary
) -> dict[str, Members]:
    """Patients with a coded fact, and those without it."""
    for column in ("patient_facts", "cycle_facts"):
        if code in rules.fields("table1")[column]["codes"]:
            lists = rows[column].fillna("").str.split(dictionary.LIST_SEPARATOR)
            has = pd.Series([code in codes for codes in lists], index=lists.index)
            return {in_words(code): has, f"not {in_words(code)}": ~has}
    raise ValueError(f"{code!r} is neither a column ({', '.join(fields)}) nor a coded fact")


def _middle(values: Values) -> float:
    """The median, or the largest value below it if no value is larger."""
    median = values.median()
    return float(median if (values > median).any() else values[values < median].max())


def _between(values: Values, cuts: list[float], unit: str) -> dict[str, Members]:
    """Members between the cuts, each cut in the lower group."""
    edges = [-np.inf, *cuts, np.inf]
    found = {}
    for low, high in pairwise(edges):
        above = f"above {low:g}" if np.isfinite(low) else ""
        up_to = f"up to {high:g}" if np.isfinite(high) else ""
        words = ", ".join(filter(None, [above, up_to]))
        found[f"{words} {unit}".strip()] = (values > low) & (values <= high)
    return found


def _each(values: pd.Series, field: Json) -> dict[str, Members]:
    """Members of each value of a column, or of each code of a column of lists."""
    known = field.get("constraints", {}).get("enum") or []
    if values.dtype != object:
        return {_shown(value, field): values == value for value in sorted(values.unique())}
    lists = values.fillna(NO_FACT).str.split(dictionary.LIST_SEPARATOR)
    sizes = lists.explode().value_counts()
    ordered = sorted(sizes.index, key=lambda v: (known.index(v) if v in known else -sizes[v], v))
    return {
        _shown(code, field): pd.Series([code in of_row for of_row in lists], index=lists.index)
        for code in ordered
    }


def _shown(value: object, field: Json) -> str:
    if isinstance(value, bool | np.bool_):
        return "yes" if value else "no"
    meaning = field.get("codes", {}).get(str(value))
    return f"{value}: {meaning}" if meaning else in_words(str(value))


def in_words(code: str) -> str:
    """A code of the dictionary in words: ``after_trauma`` is *after trauma*."""
    return code.replace("_", " ")


def _estimates(rows: pd.DataFrame, members: Mapping[str, Members]) -> dict[str, KaplanMeier]:
    return {
        label: KaplanMeier(rows["relief_months"][chosen], rows["event"][chosen])
        for label, chosen in members.items()
        if chosen.any()
    }
