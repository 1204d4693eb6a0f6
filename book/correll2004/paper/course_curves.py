"""Kaplan-Meier estimates of the courses of Table 1, and how they are read."""

from collections.abc import Iterable
from functools import cache

import pandas as pd

from ..data.table1 import Table1
from ..stats.survival import KaplanMeier


@cache
def of_course(table1: Table1, number: int) -> KaplanMeier:
    """Kaplan-Meier estimate of a course.

    Made once for the same outcomes, whoever had them: not to be changed in place.

    Parameters
    ----------
    table1 : Table1
    number : int
        Of the course: 1, 2 or 3.

    Returns
    -------
    KaplanMeier

    Raises
    ------
    ValueError
        If nobody had that course.
    """
    cycles = table1.course(number)
    ordered = sorted(zip(cycles["relief_months"], cycles["event"], strict=True))
    if not ordered:
        raise ValueError(f"nobody had course {number}")
    return _estimate(*zip(*ordered, strict=True))


_estimate = cache(KaplanMeier)


def readings(curve: KaplanMeier, months: Iterable[float]) -> pd.DataFrame:
    """Both readings of a Kaplan-Meier curve at some times.

    Parameters
    ----------
    curve : KaplanMeier
    months : iterable of float
        Times in months.

    Returns
    -------
    DataFrame
        One row per time; columns ``at_risk`` (patients), ``beyond`` (S(t) = P(T > t)) and
        ``at_least`` (S(t-) = P(T >= t)), both in percent.
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
