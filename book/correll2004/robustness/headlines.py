"""The headline results that are read from a curve: survival probabilities, means, medians."""

from dataclasses import dataclass
from functools import cache

import numpy as np
import pandas as pd

from ..data import courses, validation
from ..data.courses import COURSES
from ..paper import calls
from ..paper.records import Files
from ..stats.survival import KaplanMeier
from . import coding_choices
from .limits import in_percent

PROBABILITY = "survival probability"
METHODS = ("exact", "mid-p", "log-log", "log", "plain")  # of `KaplanMeier.limits`


@dataclass(frozen=True)
class Headline:
    """A headline result that is read from a curve.

    claim : id in the register; title : its words there; course : 1 or 2; statistic :
    `PROBABILITY`, ``Mean`` or ``Median``; time : of a probability, in months, None for a duration;
    unit : ``percent`` or ``months``.
    """

    claim: str
    title: str
    course: int
    statistic: str
    time: float | None
    unit: str

    @property
    def is_probability(self) -> bool:
        """Whether it is a survival probability, not a duration."""
        return self.time is not None

    @property
    def short(self) -> str:
        """A short title: ``Relief for 3 months``, for both readings, or ``Mean``."""
        return self.statistic if self.time is None else f"Relief for {self.time:g} months"


@cache
def of_curves(files: Files) -> dict[str, Headline]:
    """The register's headline results that depend on the curves, by claim id."""
    found = {}
    for name, claim in validation.rows(files.register.query("headline != ''")):
        call = calls.parse(claim["compute"])
        if call.quantity == "survival_at":
            statistic, time, unit = PROBABILITY, call["months"], "percent"
        elif call.quantity == "table5":
            statistic, time, unit = call["statistic"], None, "months"
        else:
            continue
        course = COURSES[call["course"]]
        found[name] = Headline(name, claim["headline"], course, statistic, time, unit)
    return found


def titles(files: Files) -> dict[str, tuple[str, str]]:
    """Course and short title of each headline, by claim id: for tables and figures."""
    return {claim: (courses.title(h.course), h.short) for claim, h in of_curves(files).items()}


def choices_for(files: Files, headline: Headline) -> dict[str, coding_choices.Choice]:
    """The choices that can change a headline, by name."""
    return {
        name: choice
        for name, choice in coding_choices.choices(files).items()
        if headline.course in choice.courses
        and (headline.is_probability or not choice.probabilities_only)
    }


def estimate(
    headline: Headline, curve: KaplanMeier, reading: str = "beyond"
) -> tuple[float, float, float]:
    """``(value, lower, upper)`` of a headline from a curve, in its unit.

    reading : ``beyond`` for S(t), ``at_least`` for S(t-). Limits are 95%: exact for
    probabilities and the median; -/+ 1.96 standard errors as in Table 5 for the mean. They
    are inf if the curve does not reach them, and NaN for a mean with fewer than two events.
    """
    if headline.time is not None:
        return in_percent(*_read_at(headline.time, curve, reading))
    if headline.statistic == "Median":
        return curve.median_time(), *curve.median_limits()
    if curve.n_events < 2:
        return curve.area(), np.nan, np.nan
    mean = curve.mean()
    # Without the binary noise beyond ten decimals, combinations of equal value tie.
    value, lower, upper = np.round((mean.value, mean.lower, mean.upper), 10)
    return value, lower, upper


def _read_at(
    time: float, curve: KaplanMeier, reading: str, method: str = "exact"
) -> tuple[float, tuple[float, float]]:
    """The survival probability at a time in one of the two readings, and its limits."""
    if reading == "at_least":
        return curve.survival_just_before(time), curve.limits_just_before(time, method)
    return curve.survival_at(time), curve.limits_at(time, method)


def at_risk(headline: Headline, curve: KaplanMeier) -> float:
    """Number at risk just before the time of a probability, NaN for a duration."""
    return np.nan if headline.time is None else curve.at_risk(headline.time)


def limits_by_method(files: Files, claim: str) -> pd.DataFrame:
    """Limits of a probability on the paper's path, by reading and method.

    claim : id of the headline. Rows (reading, method); columns value, lower, upper, percent.
    Raises ValueError if the headline is a duration.
    """
    headline = of_curves(files)[claim]
    if headline.time is None:
        raise ValueError(f"{claim} is not a survival probability")
    curve, rows = coding_choices.curve(files, headline.course), {}
    for reading in coding_choices.choices(files)["reading"].options:
        for method in METHODS:
            value, (lower, upper) = _read_at(headline.time, curve, reading, method)
            limits = {"lower": 100 * lower, "upper": 100 * upper}
            rows[reading, method] = {"value": 100 * value, **limits}
    return pd.DataFrame.from_dict(rows, orient="index")
