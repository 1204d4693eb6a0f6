"""What the first courses let one expect of the next patients."""

import pandas as pd

from ..paper import codings, course_curves
from ..paper.records import Files
from ..stats.prediction import Evidence, predictive_limits

NEXT = (33, 10)  # patients: as many as in the paper, and as a clinic may see in a year
BEYOND = (3, 6)  # months, as in the paper
COMPLETE = "Complete relief"


def beyond(months: float) -> str:
    """The name of the outcome: relief beyond so many months."""
    return f"Relief beyond {months:g} months"


def next_patients(files: Files) -> pd.DataFrame:
    """How many of the next patients would be relieved, and for how long, after one course.

    Rows (outcome, coding): complete relief, and relief beyond `BEYOND` months; the codings of
    the first course. Columns percent (the estimate), patients (how many the estimate is worth),
    and for each number of `NEXT` (number, ``expected``), (number, ``lower``) and (number,
    ``upper``): 95% of the time the count is from lower to upper.
    """
    rows = {}
    for coding, table in codings.of_course(files, 1).items():
        curve, relief = course_curves.of_course(table, 1), table.course(1)["relief_percent"]
        known = {COMPLETE: Evidence(int((relief == 100).sum()), len(relief))}
        for months in BEYOND:
            at = curve.survival_at(months), curve.se_at(months)
            known[beyond(months)] = Evidence.of_survival(*at)
        for outcome, evidence in known.items():
            rows[outcome, coding] = _row(evidence)
    frame = pd.concat({key: pd.Series(row) for key, row in rows.items()}, axis=1).T
    frame.index.names = ["outcome", "coding"]
    return frame.loc[[COMPLETE, *map(beyond, BEYOND)]]


def _row(evidence: Evidence) -> dict[tuple[str | int, str], float]:
    """One row of `next_patients`."""
    share = evidence.count / evidence.n
    row: dict[tuple[str | int, str], float] = {
        ("estimate", "percent"): 100 * share,
        ("estimate", "patients"): evidence.n,
    }
    for number in NEXT:
        lower, upper = predictive_limits(evidence.next_counts(number))
        row |= {(number, "expected"): number * share}
        row |= {(number, "lower"): lower, (number, "upper"): upper}
    return row
