"""What a report would add today: the follow-up, the rate of relapses, what a new study needs."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from ..data.table1 import Table1
from ..paper import course_curves
from ..stats.counts import exact_rate, patients_needed
from ..stats.curves import decode, encode
from ..stats.survival import KaplanMeier, first_time
from .limits import COURSE_TITLES, in_percent

QUARTILES = {"lower quartile": 0.75, "median": 0.5, "upper quartile": 0.25}  # S(t) there
HALF_WIDTH = 0.10  # of a share: 10 percentage points
PER = 100  # person-months


def summary(table: Table1, times: Sequence[float]) -> pd.DataFrame:
    """Standard numbers on both courses, each with its 95% limits.

    times : months, at which a new study would estimate the share in remission. Rows
    (subject, quantity); columns (course, estimate, lower or upper). NaN where a number
    has no meaning, inf where a time is not reached.
    """
    columns = {}
    for course, title in COURSE_TITLES.items():
        rows = follow_up(table, course) | relapses(table, course) | later(table, course, 3, 6)
        rows |= needed(table, course, times)
        for place, name in enumerate(("estimate", "lower", "upper")):
            columns[title, name] = {key: values[place] for key, values in rows.items()}
    return pd.DataFrame(columns)


Rows = dict[tuple[str, str], tuple[float, float, float]]  # estimate, lower, upper


def reverse_kaplan_meier(table: Table1, course: int) -> KaplanMeier:
    """How long patients of a course were followed, had nobody relapsed.

    Times are codes of `correll2004.stats.curves.encode`, so that a patient who relapses at a
    time is no longer at risk of being lost at it, just as in the curve of relief.
    """
    found = table.course(course)
    return KaplanMeier(encode(found["relief_months"], found["event"]), 1 - found["event"])


def follow_up(table: Table1, course: int, method: str = "exact") -> Rows:
    """Quartiles of the follow-up in months, with limits.

    method : of the limits, as in `KaplanMeier.limits`.
    """
    curve = reverse_kaplan_meier(table, course)
    survival = curve.table["survival"]
    rows: Rows = {}
    for name, probability in QUARTILES.items():
        lower, upper = curve.quantile_limits(probability, method)
        value = first_time(survival, probability)
        rows["Follow-up (months)", name] = _months(value), _months(lower), _months(upper)
    return rows


def _months(code: float) -> float:
    """The time of a code in months; inf stays."""
    return float(decode([int(code)])[0][0]) if np.isfinite(code) else code


def relapses(table: Table1, course: int) -> Rows:
    """Relapses per 100 person-months of relief, with exact limits.

    Who had no relief had none to lose, and counts neither as a relapse nor in the months.
    """
    count, months = person_months(table, course)
    lower, upper = exact_rate(count, months)
    rate = PER * count / months, PER * lower, PER * upper
    return {("Relapses", f"per {PER} person-months"): rate}


def person_months(table: Table1, course: int) -> tuple[int, float]:
    """Relapses of a course, and the months of relief in which they were seen."""
    found = table.course(course)
    return int((found["outcome"] == "relapse").sum()), float(found["relief_months"].sum())


def later(table: Table1, course: int, start: float, time: float, method: str = "exact") -> Rows:
    """Relief beyond a time among those with relief beyond a start, in percent.

    method : of the limits, as in `KaplanMeier.limits`.
    """
    found = table.course(course)
    still = found[found["relief_months"] > start]
    curve = KaplanMeier(still["relief_months"], still["event"])
    values = in_percent(curve.survival_at(time), curve.limits_at(time, method))
    return {("Relief (%)", f"beyond {time:g} months, given {start:g}"): values}


def needed(table: Table1, course: int, times: Sequence[float]) -> Rows:
    """Patients of whom a new study would give relief beyond some times within 10 points.

    Once if nobody is lost, and once if as many are lost, and when, as here. In place of
    limits: the least and the largest number for the shares within the limits of S(t). NaN
    where S(t) is 0 or 1.
    """
    curve = course_curves.of_course(table, course)
    rows: Rows = {}
    for subject, as_here in NEEDED.items():
        for time in times:
            share, (lower, upper) = curve.survival_at(time), curve.limits_at(time)
            if not 0 < share < 1:
                rows[subject, f"beyond {time:g} months"] = (np.nan, np.nan, np.nan)
                continue
            factor = curve.n * curve.se_at(time) ** 2 / (share * (1 - share)) if as_here else 1
            here, *others = (
                patients_needed(factor * each * (1 - each), HALF_WIDTH)
                for each in (share, lower, upper, min(max(lower, 0.5), upper))
            )
            rows[subject, f"beyond {time:g} months"] = (here, min(others), max(others))
    return rows


NEEDED = {  # subject -> whether patients are lost as here
    f"Patients needed for ±{100 * HALF_WIDTH:g} points, nobody lost": False,
    f"Patients needed for ±{100 * HALF_WIDTH:g} points, lost as here": True,
}
