"""What the printed months may mean: exact times, late notes, visits, rounded or completed months.

Every reading but the first says only between which times a relapse came, so the curves are
those of `correll2004.stats.interval_censored`.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from math import ceil, inf

import numpy as np
import pandas as pd

from ..data import cells
from ..data.table1 import Table1
from ..paper import codings
from ..paper.records import Files
from ..stats.interval_censored import Bounds, Turnbull
from .limits import COURSE_TITLES

VISITS = (1.0, 3.0, 6.0, 12.0, 24.0, 36.0)  # months after an infusion, wider and wider
EVERY = 3.0  # months from visit to visit, if they are as far apart as that
LATE = 1.0  # months, the longest time from a relapse to its note
HALVES_FROM, WHOLE_FROM = 2.0, 3.0  # months; before these, Table 1 prints smaller steps
HORIZON = 12.0  # months, of the restricted mean


@dataclass(frozen=True)
class Reading:
    """A reading of the printed months.

    words : for tables. relapse : printed months of a relapse -> the months after which and by
    which it came. last_visit : printed months of a last visit in remission -> the months that
    the remission outlasted for sure.
    """

    words: str
    relapse: Callable[[float], tuple[float, float]]
    last_visit: Callable[[float], float] = float


def step_below(months: float) -> float:
    """The step, in months, down from a time to the next one that Table 1 could print."""
    return 1.0 if months > WHOLE_FROM else 0.5 if months > HALVES_FROM else 0.25


def step_above(months: float) -> float:
    """The step, in months, up from a time to the next one that Table 1 could print."""
    return 1.0 if months >= WHOLE_FROM else 0.5 if months >= HALVES_FROM else 0.25


def _since(months: float, visits: Iterable[float]) -> tuple[float, float]:
    """From the last visit before a time, 0 if there is none, to that time."""
    return max((visit for visit in visits if visit < months), default=0.0), months


READINGS = {
    "exact": Reading("at exactly the printed time", lambda t: (t, t)),
    "late": Reading(f"up to {LATE:g} month before it", lambda t: (max(t - LATE, 0.0), t)),
    "widening": Reading(
        f"since the visit before it, at {', '.join(f'{visit:g}' for visit in VISITS)} months",
        lambda t: _since(t, VISITS),
    ),
    "every": Reading(
        f"since the visit before it, every {EVERY:g} months",
        lambda t: _since(t, EVERY * np.arange(ceil(t / EVERY))),
    ),
    "rounded": Reading(
        "around it: months are rounded",
        lambda t: (t - step_below(t) / 2, t + step_above(t) / 2),
        lambda t: max(t - step_below(t) / 2, 0.0),
    ),
    "completed": Reading("after it: months are completed", lambda t: (t, t + step_above(t))),
}


def curve(table: Table1, course: int, reading: str) -> Turnbull:
    """Turnbull's estimate of a course under a reading, one of `READINGS`.

    Patients without relief failed at exactly 0 under each; those not seen again may have
    relapsed at any time after.
    """
    read, intervals = READINGS[reading], []
    found = table.course(course)
    for months, outcome in zip(found["relief_months"], found["outcome"], strict=True):
        if outcome == cells.RELAPSE:
            intervals.append(read.relapse(months))
        elif outcome == cells.NO_RELIEF:
            intervals.append((months, months))
        else:
            intervals.append((read.last_visit(months), inf))
    left, right = zip(*intervals, strict=True)
    return Turnbull(left, right)


def estimates(files: Files, months: Iterable[float]) -> pd.DataFrame:
    """Relief beyond some times, the median and the restricted mean, under every reading.

    months : times of the survival probabilities. Rows (course, coding, reading): the coding as
    tabulated and, if the repairs change the course, under all repairs. Columns: the months,
    in percent, ``Median`` and ``Mean``, up to `HORIZON`, in months; cells are `Bounds`.
    """
    rows = {}
    for course, title in COURSE_TITLES.items():
        for coding, table in codings.of_course(files, course).items():
            for name, reading in READINGS.items():
                found = curve(table, course, name)
                row: dict[float | str, Bounds] = {
                    time: _percent(found.survival_at(time)) for time in months
                }
                row |= {"Median": found.median(), "Mean": found.restricted_mean(HORIZON)}
                rows[title, coding, reading.words] = row
    frame = pd.DataFrame(rows.values())
    names = ["Course", "Coding", "Relapse came"]
    return frame.set_axis(pd.MultiIndex.from_tuples(rows, names=names))


def _percent(bounds: Bounds) -> Bounds:
    """Probabilities in percent, without the binary noise beyond eight decimals."""
    return Bounds(*(round(100 * end, 8) for end in bounds))
