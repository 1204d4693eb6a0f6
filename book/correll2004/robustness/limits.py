"""Both readings of the curves and their restricted means, with limits."""

from collections.abc import Iterable

import numpy as np
import pandas as pd
from scipy.special import expit, logit

from ..data.table1 import Table1
from ..paper import codings, course_curves
from ..paper.records import Files
from ..stats.survival import Z95_EXACT

COURSE_TITLES = {1: "First", 2: "Second"}


def readings(files: Files, months: Iterable[float]) -> pd.DataFrame:
    """Both readings of the curves, with limits and the patients behind them.

    months : times. Rows (course, coding, months), the coding as tabulated and, where they
    move the course, under all repairs; columns at_risk (time at or after t), beyond and its
    lower and upper limit, at_least and its limits, all in percent, log-log, NaN limits where
    a probability is 100 or 0%.
    """
    rows = {}
    for course, title in COURSE_TITLES.items():
        for coding, table in codings.of_course(files, course).items():
            curve = course_curves.of_course(table, course)
            for time in months:
                beyond = _in_percent(curve.survival_at(time), curve.limits_at(time))
                before = curve.survival_just_before(time), curve.limits_just_before(time)
                values = [curve.at_risk(time), *beyond, *_in_percent(*before)]
                rows[title, coding, time] = values
    columns = ["at_risk", "beyond", "lower", "upper", "at_least", "lower−", "upper−"]
    frame = pd.DataFrame(rows.values(), columns=columns)
    return frame.set_axis(pd.MultiIndex.from_tuples(rows, names=["Course", "Coding", "Months"]))


def _in_percent(probability: float, limits: tuple[float, float]) -> list[float]:
    """A survival probability and its limits in percent; no limits at 0 and 100%."""
    limits = limits if 0 < probability < 1 else (np.nan, np.nan)
    return [100 * value for value in (probability, *limits)]


def restricted_means(table: Table1, horizons: Iterable[float]) -> pd.DataFrame:
    """Restricted means of both courses.

    horizons : months. Rows (course, horizon); columns at_risk at the horizon, months, se as
    in R, lower and upper: 95%, symmetric for the logit of the mean's share of the horizon,
    so that they stay within it (delta method).
    """
    rows = {}
    for course, title in COURSE_TITLES.items():
        curve = course_curves.of_course(table, course)
        for horizon in horizons:
            mean = curve.restricted_mean(horizon)
            share = mean.value / horizon
            error = mean.se / horizon / (share * (1 - share))
            limits = [horizon * expit(logit(share) + sign * Z95_EXACT * error) for sign in (-1, 1)]
            rows[title, horizon] = [curve.at_risk(horizon), mean.value, mean.se, *limits]
    frame = pd.DataFrame(rows.values(), columns=["at_risk", "months", "se", "lower", "upper"])
    return frame.set_axis(pd.MultiIndex.from_tuples(rows, names=["Course", "Horizon"]))
