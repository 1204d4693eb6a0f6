"""What the outcomes that nobody saw could make of the curves: bounds and scenarios."""

import numpy as np
import pandas as pd

from ..stats.survival import KaplanMeier, first_time
from . import coding_choices
from .limits import COURSE_TITLES

DAY = 12 / 365  # months


# --- what is not known ------------------------------------------------------------


def observed(times):
    """What was seen of the patients of either course by some times, under R1.

    times : course (1 or 2) -> months. Rows (course, months); columns n, beyond (seen in
    remission beyond t), ended (relapse or failure by t), unknown (censored by t, including
    those last seen at t), and, of the unknown, unseen: never seen after the infusion. The
    censored at exactly t were in remission at t; whether they were beyond it is not known.
    """
    rows = {}
    for course, months in times.items():
        found = coding_choices.outcomes(course)
        relapsed, unseen = found["event"] == 1, (found["months"] == 0) & (found["event"] == 0)
        for time in months:
            by_then = found["months"] <= time
            rows[COURSE_TITLES[course], time] = {
                "n": len(found),
                "beyond": int((~by_then).sum()),
                "ended": int((by_then & relapsed).sum()),
                "unknown": int((by_then & ~relapsed).sum()),
                "unseen": int(unseen.sum()),
            }
    return _by_course_and_time(rows)


def bounds(times):
    """The least and the most that relief beyond some times can have been, in percent.

    times : as for `observed`. Rows (course, months); columns at_risk (at t) and estimate
    (Kaplan-Meier), both under R1; the four of `scenarios`; and counted: how many of the
    unknown patients of `observed` the estimate counts as in remission.
    """
    seen, rows = observed(times), {}
    for course, months in times.items():
        curve, others = coding_choices.curve(course), scenarios(course)
        for time in months:
            height, counts = curve.survival_at(time), seen.loc[COURSE_TITLES[course], time]
            rows[COURSE_TITLES[course], time] = {
                "at_risk": curve.at_risk(time),
                "estimate": 100 * height,
                **{name: 100 * _height(other, time) for name, other in others.items()},
                "counted": height * counts["n"] - counts["beyond"],
            }
    return _by_course_and_time(rows)


def scenarios(course):
    """Curves of a course if the unknown had gone one way, by name: Series by months.

    unseen_relapsed, unseen_lasting : those without follow-up all relapsed at once, or all
    stayed in remission; the estimate of the others is left to them. all_relapsed,
    all_lasting : everybody censored relapsed right after the last visit, or never.
    """
    found = coding_choices.outcomes(course)
    unseen = (found["months"] == 0) & (found["event"] == 0)
    others = coding_choices.curve(course, no_follow_up="excluded").table["survival"]
    share = unseen.mean()
    censored = found["event"] == 0
    day = np.where(censored, found["months"] + DAY, found["months"])
    never = np.where(censored, coding_choices.HORIZON + DAY, found["months"])
    relapsed = KaplanMeier(day, np.ones(len(found), dtype=int))
    return {
        "unseen_relapsed": (1 - share) * pd.concat([pd.Series({0.0: 1.0}), others]),
        "unseen_lasting": share + (1 - share) * others,
        "all_relapsed": relapsed.table["survival"],
        "all_lasting": KaplanMeier(never, found["event"]).table["survival"],
    }


def _height(curve, time):
    """Height of a step curve, Series by months, at a time; 1 before its first."""
    before = curve[curve.index <= time]
    return float(before.iloc[-1]) if len(before) else 1.0


def duration_bounds():
    """The least and the most that mean and median can have been, in months.

    Rows (course, ``Mean`` or ``Median``); columns estimate and the four of `scenarios`.
    Means count relief up to 36 months; inf for a median not reached.
    """
    rows = {}
    for course, title in COURSE_TITLES.items():
        named = {"estimate": coding_choices.curve(course).table["survival"]} | scenarios(course)
        rows[title, "Mean"] = {name: _area(other) for name, other in named.items()}
        rows[title, "Median"] = {name: first_time(other, 0.5) for name, other in named.items()}
    frame = pd.DataFrame(rows.values())
    return frame.set_axis(pd.MultiIndex.from_tuples(rows, names=["Course", "Statistic"]))


def _area(curve):
    """Area under a step curve, Series by months, from 0 to 36 months."""
    edges = np.clip([0.0, *curve.index, coding_choices.HORIZON], 0, coding_choices.HORIZON)
    return float(np.sum(np.diff(edges) * [1.0, *curve]))


def _by_course_and_time(rows):
    frame = pd.DataFrame(rows.values())
    return frame.set_axis(pd.MultiIndex.from_tuples(rows, names=["Course", "t (months)"]))
