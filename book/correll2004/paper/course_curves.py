"""Kaplan-Meier estimates of the courses of Table 1, and how they are read."""

from functools import cache

import pandas as pd

from ..stats.survival import KaplanMeier


@cache
def of_course(table1, number):
    """Kaplan-Meier estimate of the first (1) or second (2) course of a `Table1`.

    Made once for the same outcomes, whoever had them: not to be changed in place.
    """
    cycles = table1.course(number)
    ordered = sorted(zip(cycles["relief_months"], cycles["event"], strict=True))
    return _estimate(*zip(*ordered, strict=True))


_estimate = cache(KaplanMeier)


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
