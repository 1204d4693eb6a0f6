"""What the outcomes that are not known could make of the curves, from assumptions."""

from collections.abc import Iterable
from math import ceil

import numpy as np
import pandas as pd
from scipy.optimize import brentq

from ..data.cells import NO_FOLLOW_UP
from ..data.table1 import Table1
from ..paper import course_curves
from ..stats.counts import exact_share
from ..stats.dependent_censoring import LARGEST, copula_graphic
from ..stats.survival import KaplanMeier, first_time
from .coding_choices import HORIZON
from .limits import COURSE_TITLES

DAY = 12 / 365  # months

Times = dict[int, Iterable[float]]  # course (1 or 2) -> months


def observed(table: Table1, times: Times) -> pd.DataFrame:
    """What had been observed of the patients of each course by some times.

    times : course (1 or 2) -> months. Rows (course, months); columns n, beyond (seen in
    remission beyond t), ended (relapse or failure by t), unknown (censored by t, including
    those last seen at t) and unseen (those of the unknown who were never seen after the
    infusion). Who is censored at exactly t was in remission at t and may have relapsed after.
    """
    rows = {}
    for course, months in times.items():
        found = table.course(course)
        relapsed, unseen = found["event"] == 1, found["outcome"] == NO_FOLLOW_UP
        for time in months:
            by_then = found["relief_months"] <= time
            rows[COURSE_TITLES[course], time] = {
                "n": len(found),
                "beyond": int((~by_then).sum()),
                "ended": int((by_then & relapsed).sum()),
                "unknown": int((by_then & ~relapsed).sum()),
                "unseen": int(unseen.sum()),
            }
    return _by_course_and(rows, "t (months)")


def bounds(table: Table1, times: Times) -> pd.DataFrame:
    """The lowest and the highest possible relief beyond some times, in percent.

    times : as for `observed`. Rows (course, months); columns at_risk (at t) and estimate
    (Kaplan-Meier), and one for each of `scenarios`.
    """
    rows = {}
    for course, months in times.items():
        curve, others = course_curves.of_course(table, course), scenarios(table, course)
        for time in months:
            rows[COURSE_TITLES[course], time] = {
                "at_risk": curve.at_risk(time),
                "estimate": 100 * curve.survival_at(time),
                **{name: 100 * _probability_at(other, time) for name, other in others.items()},
            }
    return _by_course_and(rows, "t (months)")


def scenarios(table: Table1, course: int) -> dict[str, pd.Series]:
    """Curves of a course under four assumptions: S(t) by months, by name.

    unseen_relapsed, unseen_lasting : all patients without follow-up relapsed at once, or all
    stayed in remission; the others are estimated without them. all_relapsed, all_lasting :
    all censored patients relapsed right after the last visit, or never.
    """
    found = table.course(course)
    months, event, unseen = found["relief_months"], found["event"], found["outcome"] == NO_FOLLOW_UP
    others = KaplanMeier(months[~unseen], event[~unseen]).table["survival"]
    share, censored = unseen.mean(), event == 0
    relapsed = KaplanMeier(months.where(~censored, months + DAY), np.ones(len(found), dtype=int))
    never = KaplanMeier(months.where(~censored, HORIZON + DAY), event)
    return {
        "unseen_relapsed": (1 - share) * pd.concat([pd.Series({0.0: 1.0}), others]),
        "unseen_lasting": share + (1 - share) * others,
        "all_relapsed": relapsed.table["survival"],
        "all_lasting": never.table["survival"],
    }


def _probability_at(curve: pd.Series, time: float) -> float:
    """S(t) of a step curve, Series by months, at a time; 1 before its first."""
    until = curve[curve.index <= time]
    return float(until.iloc[-1]) if len(until) else 1.0


def duration_bounds(table: Table1) -> pd.DataFrame:
    """The lowest and the highest possible mean and median, in months.

    Rows (course, ``Mean`` or ``Median``); columns estimate and one for each of `scenarios`.
    Means count relief up to 36 months; inf for a median not reached.
    """
    rows = {}
    for course, title in COURSE_TITLES.items():
        estimate = course_curves.of_course(table, course).table["survival"]
        named = {"estimate": estimate} | scenarios(table, course)
        rows[title, "Mean"] = {name: _area(other) for name, other in named.items()}
        rows[title, "Median"] = {name: first_time(other, 0.5) for name, other in named.items()}
    return _by_course_and(rows, "Statistic")


def _area(curve: pd.Series) -> float:
    """Area under a step curve, Series by months, from 0 to 36 months."""
    edges = np.clip([0.0, *curve.index, HORIZON], 0, HORIZON)
    return float(np.sum(np.diff(edges) * [1.0, *curve]))


# --- bounds with chance, and the tipping point ------------------------------------


def extremes(table: Table1, times: Times) -> pd.DataFrame:
    """The lowest and the highest possible relief beyond some times, with chance on top.

    times : as for `observed`. Rows (course, months); columns n, known (patients seen in
    remission beyond t, or last seen at t, as in the column all_relapsed of `bounds`), unknown
    (lost before t), counted (how many of these the estimate counts as well), needed (how many
    must have stayed well for half of the n to be in remission beyond t; inf if all would not
    be enough), lowest and highest (percent), lower and upper: exact 95% limits, that of the
    lowest share and that of the highest. Whatever became of the unknown, these cover the
    share of all such patients at least that often.
    """
    rows = {}
    for course, months in times.items():
        curve = course_curves.of_course(table, course)
        for time in months:
            n, known, unknown = _known(table, course, time)
            needed = max(0, ceil(n / 2) - known)
            rows[COURSE_TITLES[course], time] = {
                "n": n,
                "known": known,
                "unknown": unknown,
                "counted": curve.survival_at(time) * n - known,
                "needed": needed if needed <= unknown else np.inf,
                "lowest": 100 * known / n,
                "highest": 100 * (known + unknown) / n,
                "lower": 100 * exact_share(known, n)[0],
                "upper": 100 * exact_share(known + unknown, n)[1],
            }
    return _by_course_and(rows, "t (months)")


def by_number_well(table: Table1, course: int, time: float) -> pd.DataFrame:
    """The share in remission beyond a time, by how many of the unknown stayed well.

    Rows: that number, from 0 to all of the unknown of `extremes`. Columns share, lower and
    upper, with exact 95% limits, in percent.
    """
    n, known, unknown = _known(table, course, time)
    rows = {
        well: [100 * (known + well) / n, *(100 * limit for limit in exact_share(known + well, n))]
        for well in range(unknown + 1)
    }
    return pd.DataFrame.from_dict(rows, orient="index", columns=["share", "lower", "upper"])


def _known(table: Table1, course: int, time: float) -> tuple[int, int, int]:
    """Patients of a course; those in remission beyond a time, and those lost before it."""
    found = table.course(course)
    months, relapsed = found["relief_months"], found["event"] == 1
    lost = int((~relapsed & (months < time)).sum())
    return len(found), int((~relapsed & (months >= time) | (months > time)).sum()), lost


# --- relapse and loss that depend on one another ----------------------------------


def under_dependence(
    table: Table1, course: int, time: float, taus: Iterable[float]
) -> pd.DataFrame:
    """Relief beyond a time, in percent, if relapse and loss depend on one another.

    taus : values of Kendall's tau, from -1 to 1. Rows by tau; columns share, lower and upper
    (95%). At -1 and 1 these are the bounds of `extremes`, and exact limits. The estimate
    tends to them; to that at 1 only at times of relapse, because it falls at no others.
    """
    found, by_number, rows = table.course(course), by_number_well(table, course, time), {}
    for tau in taus:
        if abs(tau) == 1:
            rows[tau] = by_number.iloc[-1 if tau < 0 else 0].tolist()
            continue
        curve = copula_graphic(found["relief_months"], found["event"], tau)
        columns = [curve[name] for name in ("survival", "lower", "upper")]
        rows[tau] = [100 * _probability_at(column, time) for column in columns]
    return pd.DataFrame.from_dict(rows, orient="index", columns=["share", "lower", "upper"])


def median_under_dependence(table: Table1, course: int, taus: Iterable[float]) -> pd.DataFrame:
    """The median in months, if relapse and loss depend on one another.

    taus : values of Kendall's tau, above -1 and below 1. Rows by tau; columns median, lower
    and upper: 95% limits after Brookmeyer and Crowley. inf where they are not reached.
    """
    found, rows = table.course(course), {}
    for tau in taus:
        curve = copula_graphic(found["relief_months"], found["event"], tau)
        limits = curve[curve["survival"] > 0]
        columns = curve["survival"], limits["lower"], limits["upper"]
        rows[tau] = [first_time(column, 0.5) for column in columns]
    return pd.DataFrame.from_dict(rows, orient="index", columns=["median", "lower", "upper"])


def tau_for_half(table: Table1, course: int, time: float) -> float:
    """The Kendall's tau at which half of the patients have relief beyond a time.

    NaN where the share is above or below half at all values from -0.99 to 0.99.
    """
    found = table.course(course)

    def excess(tau: float) -> float:
        curve = copula_graphic(found["relief_months"], found["event"], tau)
        return _probability_at(curve["survival"], time) - 0.5

    crosses = excess(-LARGEST) > 0 > excess(LARGEST)
    return float(brentq(excess, -LARGEST, LARGEST)) if crosses else np.nan


def _by_course_and(rows: dict[tuple, dict], name: str) -> pd.DataFrame:
    """Rows as a frame with an index of two levels: the course, and another of that name."""
    frame = pd.DataFrame(rows.values())
    return frame.set_axis(pd.MultiIndex.from_tuples(rows, names=["Course", name]))
