"""Tables 2 to 5, recomputed from Table 1 in the paper's own rows and columns.

Every cell is a quantity of `correll2004.paper.quantities`; here they are put in their places.
Each function takes a `Table1` and returns unrounded numbers.
"""

import pandas as pd

from ..data.classes import DAY_CLASSES, RATE_CLASSES
from ..data.courses import COURSES
from ..stats.summary import SUMMARY
from . import quantities
from .versions import versions_of

TABLE2_COLUMNS = [
    "age_years",
    "crps_months",
    "rate_max_mg_per_h",
    "infusion_days",
    "relief_percent",
]
TABLE5_PARTS = ["n", "censored", "events", "months", "se", "lower", "upper"]


def table2(table1):
    """Table 2: summary statistics, 7 rows x 5 columns.

    Age and duration of CRPS are taken over the 33 patients, the other columns over the
    47 cycles; the standard deviation has n - 1 in its denominator. A duration printed
    as a lower bound (>24) enters as its number.
    """
    versions = versions_of(table1)
    return pd.DataFrame(
        {
            column: {row: quantities.table2(versions, row, column).value for row in SUMMARY}
            for column in TABLE2_COLUMNS
        }
    )


def table3(table1):
    """Table 3: cycles by maximum rate, 5 rows; columns (first | second | all, n | percent)."""
    return _by_class(table1, quantities.table3, RATE_CLASSES, ["first", "second", "all"])


def table4(table1):
    """Table 4: cycles by duration, 5 rows; columns (first | second | third | all, n | percent)."""
    return _by_class(table1, quantities.table4, DAY_CLASSES, [*COURSES, "all"])


def _by_class(table1, cell, classes, courses):
    """Counts and percentages of cycles per class, by course and over all cycles."""
    versions, columns = versions_of(table1), {}
    for course in courses:
        for part, kind in (("n", int), ("percent", float)):
            columns[course, part] = {
                row: kind(cell(versions, row, course, part).value) for row in classes
            }
    return pd.DataFrame(columns)


def table5(table1):
    """Table 5: rows (first | second, Mean | Median), Kaplan-Meier estimates in months.

    Columns n, censored, events, months, se, lower, upper. Limits are 95%, estimate
    -/+ 1.96 standard errors, and not cut off at 0. A median that is not reached is inf;
    error and limits are NaN where there are none.
    """
    versions = versions_of(table1)
    rows = {
        (course, statistic): {
            part: quantities.table5(versions, course, statistic, part).value
            for part in TABLE5_PARTS
        }
        for course in ("first", "second")
        for statistic in ("Mean", "Median")
    }
    frame = pd.DataFrame.from_dict(rows, orient="index")
    return frame.astype(dict.fromkeys(TABLE5_PARTS[:3], int))
