"""The headline results that are read off a curve: probabilities, means and medians."""

from dataclasses import dataclass
from functools import cache

import numpy as np
import pandas as pd

from ..data.courses import COURSES
from ..paper import calls
from ..paper.records import Files
from ..stats.survival import KaplanMeier
from . import coding_choices

PROBABILITY = "survival probability"
TRANSFORMS = ("log-log", "log", "plain")


@dataclass(frozen=True)
class Headline:
    """A headline result that is read off a curve.

    claim : id in the register; title : its words there; course : 1 or 2; statistic :
    `PROBABILITY`, ``Mean`` or ``Median``; time : of a probability, in months; unit.
    """

    claim: str
    title: str
    course: int
    statistic: str
    time: float | None
    unit: str

    @property
    def is_probability(self) -> bool:
        """Whether it is a survival probability and no duration."""
        return self.statistic == PROBABILITY

    @property
    def short(self) -> str:
        """A few words: ``Relief for 3 months``, on either reading, or ``Mean``."""
        return f"Relief for {self.time:g} months" if self.is_probability else self.statistic


@cache
def of_curves(files: Files) -> dict[str, Headline]:
    """The register's headline results that depend on the curves, by claim id."""
    found = {}
    for name, claim in files.register.query("headline != ''").iterrows():
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
    courses = {1: "First course", 2: "Second course"}
    return {claim: (courses[h.course], h.short) for claim, h in of_curves(files).items()}


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

    reading : ``beyond`` for S(t), ``at_least`` for S(t-). Limits are 95%: log-log for
    probabilities, none where they are 0 or 100%; -/+ 1.96 standard errors as in Table 5 for
    the mean; Brookmeyer and Crowley's for the median, inf where not reached. NaN where there
    is none.
    """
    if headline.is_probability:
        probability, limits = _read_at(headline, curve, reading)
        if probability in (0, 1):
            limits = (np.nan, np.nan)
        lower, upper = limits
        return 100 * probability, 100 * lower, 100 * upper
    if headline.statistic == "Median":
        return curve.median_time(), *curve.median_limits()
    if curve.n_events < 2:
        return curve.area(), np.nan, np.nan
    mean = curve.mean()
    # Beyond ten decimals an area is binary noise: combinations of equal value are to tie.
    return tuple(np.round((mean.value, mean.lower, mean.upper), 10))


def _read_at(
    headline: Headline, curve: KaplanMeier, reading: str, transform: str = "log-log"
) -> tuple[float, tuple[float, float]]:
    """The survival probability at a headline's time on either reading, and its limits."""
    time = headline.time
    if reading == "at_least":
        return curve.survival_just_before(time), curve.limits_just_before(time, transform)
    return curve.survival_at(time), curve.limits_at(time, transform)


def at_risk(headline: Headline, curve: KaplanMeier) -> float:
    """Number at risk just before the time of a probability; else NaN."""
    return curve.at_risk(headline.time) if headline.is_probability else np.nan


def limits_by_transform(files: Files, claim: str) -> pd.DataFrame:
    """Limits of a probability on the paper's path under each transform, and each reading.

    claim : id of the headline. Rows (reading, transform); columns value, lower, upper, percent.
    """
    headline = of_curves(files)[claim]
    curve, rows = coding_choices.curve(files, headline.course), {}
    for reading in coding_choices.choices(files)["reading"].options:
        for transform in TRANSFORMS:
            value, (lower, upper) = _read_at(headline, curve, reading, transform)
            limits = {"lower": 100 * lower, "upper": 100 * upper}
            rows[reading, transform] = {"value": 100 * value, **limits}
    return pd.DataFrame.from_dict(rows, orient="index")
