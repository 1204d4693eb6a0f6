"""Tables 2 to 5, recomputed from Table 1 in the paper's own rows and columns.

Each function takes a `correll2004.table1.Table1` and returns unrounded numbers.
"""

import numpy as np
import pandas as pd

from ..data.courses import COURSES
from ..stats import survival
from ..stats.summary import summary
from . import course_curves

RATE_CLASSES = ["≤15", "16–20", "21–25", "26–30", ">30"]
RATE_EDGES = [0, 15, 20, 25, 30, np.inf]
DAY_CLASSES = ["<2", "2–3", "4–5", "6–7", "≥8"]
DAY_EDGES = [0, 2, 3.5, 6, 8, np.inf]


def table2(table1):
    """Table 2: summary statistics, 7 rows x 5 columns.

    Age and duration of CRPS are taken over the 33 patients, the other columns over the
    47 cycles; the standard deviation has n - 1 in its denominator. A duration printed
    as a lower bound (>24) enters as its number.
    """
    columns = {
        "age_years": table1.patients["age_years"],
        "crps_months": table1.patients["crps_months"],
        "rate_max_mg_per_h": table1.cycles["rate_max_mg_per_h"],
        "infusion_days": table1.cycles["infusion_days"],
        "relief_percent": table1.cycles["relief_percent"],
    }
    return pd.DataFrame({name: summary(values) for name, values in columns.items()})


def rate_class(rates):
    """Class of Table 3 for each maximum rate in mg/h; 17.5 falls in 16–20."""
    return pd.cut(rates, RATE_EDGES, labels=RATE_CLASSES)


def day_class(days):
    """Class of Table 4 for each duration in days; 3.5 falls in 4–5, as its note says."""
    return pd.cut(days, DAY_EDGES, labels=DAY_CLASSES, right=False)


def table3(table1):
    """Table 3: cycles by maximum rate, 5 rows; columns (first | second | all, n | percent)."""
    return _by_class(table1, rate_class(table1.cycles["rate_max_mg_per_h"]), ["first", "second"])


def table4(table1):
    """Table 4: cycles by duration, 5 rows; columns (first | second | third | all, n | percent)."""
    return _by_class(table1, day_class(table1.cycles["infusion_days"]), list(COURSES))


def _by_class(table1, classes, courses):
    """Counts and percentages of cycles per class, by course and over all 47 cycles."""
    columns = {}
    for course in [*courses, "all"]:
        members = classes if course == "all" else classes[table1.cycles["cycle"] == COURSES[course]]
        counts = members.value_counts(sort=False)
        columns[course, "n"] = counts
        columns[course, "percent"] = 100 * counts / len(members)
    return pd.DataFrame(columns).rename_axis(None)


def table5(table1):
    """Table 5: rows (first | second, Mean | Median), Kaplan-Meier estimates in months.

    Columns n, censored, events, months, se, lower, upper. Limits are 95%, estimate
    -/+ 1.96 standard errors, and not cut off at 0. A median that is not reached is inf;
    error and limits are NaN where there are none.
    """
    rows = {}
    for course in ["first", "second"]:
        curve = course_curves.of_course(table1, COURSES[course])
        for statistic in ("Mean", "Median"):
            estimate = _estimate(curve, statistic)
            rows[course, statistic] = {
                "n": curve.n,
                "censored": curve.n_censored,
                "events": curve.n_events,
                "months": estimate.value,
                "se": estimate.se,
                "lower": estimate.lower,
                "upper": estimate.upper,
            }
    return pd.DataFrame.from_dict(rows, orient="index")


def _estimate(curve, statistic):
    """The mean or median of a curve; its error is NaN where it has none."""
    try:
        return curve.mean() if statistic == "Mean" else curve.median()
    except ValueError:
        value = curve.area() if statistic == "Mean" else curve.median_time()
        return survival.Estimate(value, float("nan"))
