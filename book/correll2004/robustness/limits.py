"""Both readings of the curves and their restricted means, with limits."""

import numpy as np
import pandas as pd
from scipy.special import expit, logit

from ..data import table1
from ..paper import course_curves
from ..stats.survival import Z95_EXACT
from . import coding_choices

COURSE_TITLES = {1: "First", 2: "Second"}


# --- the curves -------------------------------------------------------------------


def readings(months):
    """Both readings of the curves, with limits and the patients behind them.

    months : times. Rows (course, coding, months); columns at_risk (time at or after t),
    beyond and its lower and upper limit, at_least and its limits, all in percent, log-log,
    NaN limits where a height is 100 or 0%.
    """
    curves = {
        ("First", "as tabulated"): course_curves.of_course(table1.read(), 1),
        ("First", "R1"): course_curves.of_course(table1.read(("R1",)), 1),
        ("Second", "as tabulated"): course_curves.of_course(table1.read(), 2),
    }
    rows = {}
    for name, curve in curves.items():
        for time in months:
            beyond = _in_percent(curve.survival_at(time), curve.limits_at(time))
            before = curve.survival_just_before(time), curve.limits_just_before(time)
            rows[*name, time] = [curve.at_risk(time), *beyond, *_in_percent(*before)]
    columns = ["at_risk", "beyond", "lower", "upper", "at_least", "lower−", "upper−"]
    frame = pd.DataFrame(rows.values(), columns=columns)
    return frame.set_axis(pd.MultiIndex.from_tuples(rows, names=["Course", "Coding", "Months"]))


def _in_percent(height, limits):
    """A height of a curve and its limits in percent; no limits at 0 and 100%."""
    limits = limits if 0 < height < 1 else (np.nan, np.nan)
    return [100 * value for value in (height, *limits)]


def restricted_means(horizons):
    """Restricted means of both courses under R1.

    horizons : months. Rows (course, horizon); columns at_risk at the horizon, months, se as
    in R, lower and upper: 95%, symmetric for the logit of the mean's share of the horizon,
    so that they stay within it (delta method).
    """
    rows = {}
    for course, title in COURSE_TITLES.items():
        curve = coding_choices.curve(course)
        for horizon in horizons:
            mean = curve.restricted_mean(horizon)
            share = mean.value / horizon
            error = mean.se / horizon / (share * (1 - share))
            limits = [horizon * expit(logit(share) + sign * Z95_EXACT * error) for sign in (-1, 1)]
            rows[title, horizon] = [curve.at_risk(horizon), mean.value, mean.se, *limits]
    frame = pd.DataFrame(rows.values(), columns=["at_risk", "months", "se", "lower", "upper"])
    return frame.set_axis(pd.MultiIndex.from_tuples(rows, names=["Course", "Horizon"]))
