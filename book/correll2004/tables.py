"""Tables 2 to 5, recomputed from Table 1 in the paper's own rows and columns.

Each function takes a `correll2004.table1.Table1` and returns unrounded numbers.
"""

import numpy as np
import pandas as pd

from . import survival

COURSES = {"first": 1, "second": 2, "third": 3}
RATE_CLASSES = ["≤15", "16–20", "21–25", "26–30", ">30"]
RATE_EDGES = [0, 15, 20, 25, 30, np.inf]
DAY_CLASSES = ["<2", "2–3", "4–5", "6–7", "≥8"]
DAY_EDGES = [0, 2, 3.5, 6, 8, np.inf]


def quartiles(values):
    """Lower and upper quartile as SPSS computes them (HAVERAGE).

    The p-th quantile of n ordered values stands at rank p (n + 1), interpolated:
    Weibull's definition, type 6 of Hyndman and Fan (1996). pandas' default is type 7.
    """
    return np.quantile(np.asarray(values, dtype=float), [0.25, 0.75], method="weibull")


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


def summary(values):
    """The seven statistics of Table 2 for one column of values."""
    low, high = quartiles(values)
    return pd.Series(
        {
            "Mean": values.mean(),
            "Median": values.median(),
            "Standard deviation": values.std(),
            "25th percentile": low,
            "75th percentile": high,
            "Maximum": values.max(),
            "Minimum": values.min(),
        }
    )


def spread(groups):
    """Number, range and SPSS quartiles of groups of values, one row per group.

    groups : name -> Series of values. Columns n, minimum, q1, median, q3, maximum.
    """
    rows = {}
    for name, values in groups.items():
        low, high = quartiles(values)
        rows[name] = {
            "n": len(values),
            "minimum": values.min(),
            "q1": low,
            "median": values.median(),
            "q3": high,
            "maximum": values.max(),
        }
    return pd.DataFrame.from_dict(rows, orient="index")


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
        curve = survival.of_course(table1, COURSES[course])
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


def readings(curve, months):
    """Both readings of a Kaplan-Meier curve at some times, one row per time in months.

    Columns at_risk, beyond (S(t) = P(T > t)) and at_least (S(t-) = P(T >= t)), percent.
    """
    rows = {
        time: {
            "at_risk": curve.at_risk(time),
            "beyond": 100 * curve.survival_at(time),
            "at_least": 100 * curve.survival_just_before(time),
        }
        for time in months
    }
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis("months")


# --- the same patients twice ------------------------------------------------------


def pairs(table1, column):
    """A column of the cycles for the patients who had a second course.

    Returns 12 rows by patient, columns ``first`` and ``second``.
    """
    courses = table1.cycles.pivot(index="patient", columns="cycle", values=column)
    both = courses.loc[table1.course(2)["patient"], [1, 2]]
    return both.set_axis(["first", "second"], axis=1)


def compare_durations(first, first_event, second, second_event):
    """A second relief against a first: longer, shorter, equal or undetermined.

    first, second : times in months; the events are 1 for a relapse at that time and 0 for
    relief that was censored then, which lasted beyond it.
    """
    if first_event and second_event:
        return "longer" if second > first else "shorter" if second < first else "equal"
    if first_event and second >= first:
        return "longer"
    if second_event and first >= second:
        return "shorter"
    return "undetermined"


def pairs_of_durations(table1):
    """Relief after the first and after the second course, 12 rows by patient.

    Columns first and second (months), first_event and second_event (1 = relapse,
    0 = censored), and comparison, as `compare_durations` words it.
    """
    months, event = pairs(table1, "relief_months"), pairs(table1, "event").astype(int)
    frame = months.join(event.add_suffix("_event"))
    frame["comparison"] = [
        compare_durations(row.first, row.first_event, row.second, row.second_event)
        for row in frame.itertuples()
    ]
    return frame
