"""Many versions of Table 1 at once: the register's quantities as arrays.

`Curves` is the batched twin of `correll2004.stats.survival.KaplanMeier`, `Variants` that of
`correll2004.paper.quantities.evaluate`, `agree` that of `correll2004.paper.rounding.agrees`; tests
hold each equal to its original. They exist for speed alone: the audit asks the same
question of hundreds of thousands of tables.
"""

from functools import cached_property

import numpy as np

from .survival import TIE, Z95

PER_MONTH = 100  # times are whole hundredths of a month, so that ties are exact


# --- Kaplan-Meier -----------------------------------------------------------------


def encode(months, event):
    """Outcomes as integers that sort by time, relapses before the censored of a time.

    Twice the time in hundredths of a month, plus 1 if censored.
    """
    ticks = np.rint(np.asarray(months, dtype=float) * PER_MONTH).astype(np.int32)
    return 2 * ticks + 1 - np.asarray(event, dtype=np.int32)


def decode(codes):
    """``(months, event)`` from codes of `encode`."""
    codes = np.asarray(codes)
    return (codes >> 1) / PER_MONTH, 1 - (codes & 1)


class Curves:
    """Kaplan-Meier estimates of many recodings of one group of patients.

    codes : integers, recodings x patients, each as `encode` makes it.

    Patients are taken one by one in order of time. That changes nothing where d of n
    relapse together: the steps (1 - 1/n) ... multiply to 1 - d/n, Greenwood's terms
    1/(n(n-1)) ... add up to d/(n(n-d)), and no area lies between them. The estimators
    are those of `survival.KaplanMeier`, with the sources given there; what raises an
    error there is NaN here. Arrays are patients x recodings.
    """

    def __init__(self, codes):
        self._codes = np.ascontiguousarray(np.sort(codes, axis=1).T)
        n = len(self._codes)
        self._at_risk = np.arange(n, 0, -1)[:, None]
        self.event = (self._codes & 1) == 0
        self.survival = np.where(self.event, 1 - 1 / self._at_risk, 1.0)
        for row in range(1, n):  # in half the time of numpy's cumprod along this axis
            self.survival[row] *= self.survival[row - 1]

    @cached_property
    def months(self):
        return (self._codes >> 1) / PER_MONTH

    @cached_property
    def n_events(self):
        return self.event.sum(axis=0)

    @property
    def n_censored(self):
        return len(self.event) - self.n_events

    @cached_property
    def _terms(self):
        """Greenwood's terms; the last patient at risk leaves no curve behind, and no term."""
        terms = 1 / np.maximum(self._at_risk * (self._at_risk - 1), 1)
        terms[-1] = 0
        return np.where(self.event, terms, 0.0)

    @cached_property
    def _falls(self):
        """The last who relapses at each time: where the curve's height at that time stands."""
        falls = self.event.copy()
        falls[:-1] &= self._codes[:-1] != self._codes[1:]
        return falls

    @property
    def steps(self):
        """Height of the curve at each time of relapse; NaN for all but one who share it."""
        return np.where(self._falls, self.survival, np.nan)

    def survival_at(self, time):
        """S(t) of each recoding."""
        return np.where(self.months <= time, self.survival, 1).min(axis=0)

    def survival_just_before(self, time):
        """S(t-) of each recoding."""
        return np.where(self.months < time, self.survival, 1).min(axis=0)

    @cached_property
    def mean(self):
        """Area under S(t) and its standard error after Kaplan and Meier."""
        areas = np.diff(self.months, axis=0) * self.survival[:-1]
        for row in range(len(areas) - 2, -1, -1):
            areas[row] += areas[row + 1]
        total = self.months[0] + (areas[0] if len(areas) else 0)
        variance = np.sum(areas**2 * self._terms[:-1], axis=0)
        m = self.n_events
        factor = np.where(m > 1, m / np.maximum(m - 1, 1), np.nan)
        value = np.where(m > 1, total, np.nan)
        return value, np.sqrt(factor * variance)

    @cached_property
    def median(self):
        """First time with S(t) <= 0.5 and its standard error as SPSS prints it."""
        below = self._falls & (self.survival <= 0.5 + TIE)
        lower = self._falls & (self.survival <= 0.45 + TIE)
        upper = self._falls & (self.survival >= 0.55 - TIE)
        reached = lower.any(axis=0)
        time, height = self._at(below.argmax(axis=0))
        greenwood = np.sum(self._terms * (self.months <= time), axis=0)
        later, low = self._at(lower.argmax(axis=0))
        earlier, high = self._at(len(upper) - 1 - upper[::-1].argmax(axis=0))
        starts = ~upper.any(axis=0)
        earlier, high = np.where(starts, 0, earlier), np.where(starts, 1, high)
        width = np.where(reached, later - earlier, np.nan)
        se = height * np.sqrt(greenwood) * width / np.where(reached, high - low, np.nan)
        return np.where(reached, time, np.nan), se

    def _at(self, position):
        """Time and height of the curve at one position per recoding."""
        return tuple(
            np.take_along_axis(array, position[None], axis=0)[0]
            for array in (self.months, self.survival)
        )

    def table5(self, statistic, part):
        """A cell of Table 5 for each recoding, as `tables.table5` names it."""
        if part in ("n", "censored", "events"):
            n = np.full(len(self.n_events), len(self.event))
            return {"n": n, "censored": self.n_censored, "events": self.n_events}[part]
        value, se = {"Mean": self.mean, "Median": self.median}[statistic]
        return {
            "months": value,
            "se": se,
            "lower": value - Z95 * se,
            "upper": value + Z95 * se,
        }[part]
