"""The headline results without each patient in turn, under all repairs."""

from functools import cache

import numpy as np
import pandas as pd

from ..data.table1 import Table1
from ..paper import calls, course_curves
from ..paper.records import Files


@cache
def leave_one_out(files: Files) -> pd.DataFrame:
    """Every headline of the register without each patient in turn, under all repairs.

    Returns a frame with one row per patient, and 0 for nobody left out, a column per
    claim id; values in the claim's unit, inf for a median not reached.
    """
    headlines = files.register.query("headline != ''")["compute"]
    rows = {
        patient: {name: calls.evaluate(call, table).value for name, call in headlines.items()}
        for patient, table in _without_each(files.repaired).items()
    }
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis("patient").astype(float)


@cache
def _without_each(table: Table1) -> dict[int, Table1]:
    """Table 1 without each patient in turn, by number; with all patients at 0."""
    return {0: table} | {patient: table.without(patient) for patient in table.patients["patient"]}


def leave_one_out_range(files: Files) -> pd.DataFrame:
    """`leave_one_out` in one row per headline, indexed by claim id.

    Columns value (nobody left out), minimum, without_minimum, maximum, without_maximum:
    the patients without whom the value is lowest and highest, such as ``18`` or ``8, 15``.
    """
    found = leave_one_out(files)
    rows = {}
    for claim, values in found.drop(index=0).items():
        rows[claim] = {"value": found.at[0, claim]}
        for name, extreme in (("minimum", values.min()), ("maximum", values.max())):
            same = np.isclose(values, extreme) | (values == extreme)
            who = values.index[same] if extreme != found.at[0, claim] else []
            rows[claim] |= {name: extreme, f"without_{name}": ", ".join(map(str, who))}
    return pd.DataFrame.from_dict(rows, orient="index")


def leave_one_out_restricted(table: Table1, course: int, horizon: float) -> pd.Series:
    """Restricted mean of a course without each of its patients in turn: by patient, 0 for nobody.

    horizon : months. Means up to the same horizon can be compared. Means up to the last time
    cannot, because that time depends on who is left out.
    """
    members = {0, *table.course(course)["patient"]}
    means = {
        patient: course_curves.of_course(other, course).restricted_mean(horizon).value
        for patient, other in _without_each(table).items()
        if patient in members
    }
    return pd.Series(means)
