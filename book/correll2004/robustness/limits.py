"""Confidence limits: of both readings of the curves, and of their restricted means."""

from collections.abc import Iterable

import pandas as pd
from scipy.special import expit, logit

from ..data.courses import COURSE_NAMES
from ..data.table1 import Table1
from ..paper import codings, course_curves
from ..paper.records import Files
from ..stats.survival import Z95_EXACT
from .coding_choices import COURSES_WITH_CURVE

# Heads of the rows of a table with a column Course.
COURSE_TITLES = {number: COURSE_NAMES[number].capitalize() for number in COURSES_WITH_CURVE}


def readings(files: Files, months: Iterable[float]) -> pd.DataFrame:
    """Both readings of the curves, with limits and the patients behind them.

    months : times at which the curves are read. Rows (course, coding, months): the coding as
    tabulated and, if the repairs change the course, under all repairs. Columns at_risk
    (patients with a time at or after t), beyond, lower and upper, at_least, lower− and upper−:
    both readings with their exact limits, in percent.
    """
    rows = {}
    for course, title in COURSE_TITLES.items():
        for coding, table in codings.of_course(files, course).items():
            curve = course_curves.of_course(table, course)
            for time in months:
                beyond = in_percent(curve.survival_at(time), curve.limits_at(time))
                before = curve.survival_just_before(time), curve.limits_just_before(time)
                values = [curve.at_risk(time), *beyond, *in_percent(*before)]
                rows[title, coding, time] = values
    columns = ["at_risk", "beyond", "lower", "upper", "at_least", "lower−", "upper−"]
    frame = pd.DataFrame(rows.values(), columns=columns)
    return frame.set_axis(pd.MultiIndex.from_tuples(rows, names=["Course", "Coding", "Months"]))


def in_percent(probability: float, limits: tuple[float, float]) -> tuple[float, float, float]:
    """``(value, lower, upper)`` of a probability in percent."""
    lower, upper = limits
    return 100 * probability, 100 * lower, 100 * upper


def restricted_means(table: Table1, horizons: Iterable[float]) -> pd.DataFrame:
    """Restricted means of both courses.

    horizons : months. Rows (course, horizon); columns at_risk (at the horizon), months (the
    mean), se (as R computes it), lower and upper. The 95% limits are symmetric on the logit
    scale of mean / horizon (delta method), so that they lie between 0 and the horizon.
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
