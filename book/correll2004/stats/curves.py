"""Kaplan-Meier estimates of many versions of one group of patients at once.

`Curves` holds the estimators: S(t), Greenwood's terms, the mean as an area, the median with
its standard error. `correll2004.stats.survival.KaplanMeier` is one version of it, with
lifelines beside it. Times are in months throughout.
"""

from functools import cached_property

import numpy as np

Array = np.ndarray

Z95 = 1.96  # as SPSS prints its limits
TIE = 1e-9  # survival probabilities closer than this are one
SAME_TIME = 1e-8  # times closer than this, in proportion, are one: as R's timefix
PER_MONTH = 100  # times of codes are whole hundredths of a month, so that ties are exact


def encode(months: Array, event: Array) -> Array:
    """Outcomes as integers that sort by time, relapses before the censored of a time.

    Twice the time in hundredths of a month, plus 1 if censored.
    """
    ticks = np.rint(np.asarray(months, dtype=float) * PER_MONTH).astype(np.int32)
    return 2 * ticks + 1 - np.asarray(event, dtype=np.int32)


def decode(codes: Array) -> tuple[Array, Array]:
    """``(months, event)`` from codes of `encode`."""
    codes = np.asarray(codes)
    return (codes >> 1) / PER_MONTH, 1 - (codes & 1)


def distinct_times(months: Array) -> tuple[Array, Array]:
    """Distinct times in months, ascending, and for each of the times which of them it is.

    Times that differ by rounding noise alone, such as 0.3 and 0.1 + 0.2, are one time.
    """
    times, which = np.unique(months, return_inverse=True)
    begins = np.diff(times, prepend=-np.inf) > SAME_TIME * np.maximum(1, np.abs(times))
    return times[begins], (np.cumsum(begins) - 1)[which].reshape(np.shape(months))


class Curves:
    """Kaplan-Meier estimates of versions of one group of patients.

    Parameters
    ----------
    codes : whole numbers, versions x patients: twice the number of the time, plus 1 if
        censored, as `encode` makes them.
    times : the times in months that the codes number; hundredths of a month if not given.

    Patients are taken one by one in order of time. That changes nothing where d of n
    relapse together: the steps (1 - 1/n) ... multiply to 1 - d/n, Greenwood's terms
    1/(n(n-1)) ... add up to d/(n(n-d)), and no area lies between them. Arrays are
    patients x versions; estimates are one number per version.
    """

    def __init__(self, codes: Array, times: Array | None = None):
        self._codes = np.ascontiguousarray(np.sort(codes, axis=1).T)
        self._times = times
        n = len(self._codes)
        self._at_risk = np.arange(n, 0, -1)[:, None]
        self.event = (self._codes & 1) == 0
        self.survival = np.where(self.event, 1 - 1 / self._at_risk, 1.0)
        for row in range(1, n):  # in half the time of numpy's cumprod along this axis
            self.survival[row] *= self.survival[row - 1]

    @classmethod
    def of_times(cls, months: Array, event: Array) -> "Curves":
        """Estimates from times and events (1 = relapse, 0 = censored), versions x patients."""
        times, which = distinct_times(np.asarray(months, dtype=float))
        return cls(2 * which + 1 - np.asarray(event, dtype=int), times)

    @cached_property
    def months(self) -> Array:
        """Times in months."""
        number = self._codes >> 1
        return number / PER_MONTH if self._times is None else self._times[number]

    @cached_property
    def n_events(self) -> Array:
        """Number of relapses and failures."""
        return self.event.sum(axis=0)

    @property
    def n_censored(self) -> Array:
        """Number of censored."""
        return len(self.event) - self.n_events

    @cached_property
    def _terms(self) -> Array:
        """Greenwood's terms; the last patient at risk leaves no curve behind, and no term."""
        terms = 1 / np.maximum(self._at_risk * (self._at_risk - 1), 1)
        terms[-1] = 0
        return np.where(self.event, terms, 0.0)

    @cached_property
    def _last_events(self) -> Array:
        """The last patient who relapses at each time: S(t) at that time is reached there."""
        last = self.event.copy()
        last[:-1] &= self._codes[:-1] != self._codes[1:]
        return last

    @property
    def steps(self) -> Array:
        """S(t) at each time of relapse; NaN for all but one of those who share it."""
        return np.where(self._last_events, self.survival, np.nan)

    def survival_at(self, time: float) -> Array:
        """S(t) = P(T > t)."""
        return np.where(self.months <= time, self.survival, 1).min(axis=0)

    def survival_just_before(self, time: float) -> Array:
        """S(t-) = P(T >= t)."""
        return np.where(self.months < time, self.survival, 1).min(axis=0)

    @cached_property
    def mean(self) -> tuple[Array, Array]:
        """Area under S(t) to the largest time, event or censored, and its standard error.

        Variance after Kaplan and Meier (1958, section 6.2), as SPSS prints it::

            m / (m - 1) * sum_i A_i^2 d_i / (n_i (n_i - d_i))

        A_i is the area from event time t_i to the end, d_i the events and n_i the number
        at risk at t_i, m the number of all events. NaN with fewer than two events.
        """
        total, variance = self._area_and_variance(self.months)
        m = self.n_events
        factor = np.where(m > 1, m / np.maximum(m - 1, 1), np.nan)
        return total, np.sqrt(factor * variance)

    def restricted_mean(self, horizon: float) -> tuple[Array, Array]:
        """Area under S(t) up to a horizon in months, and its standard error.

        The error is that of `mean`, up to the horizon and without m / (m - 1), as in R's
        ``print(survfit(...), rmean = horizon)`` (Karrison, 1987).
        """
        total, variance = self._area_and_variance(np.minimum(self.months, horizon))
        return total, np.sqrt(variance)

    def _area_and_variance(self, months: Array) -> tuple[Array, Array]:
        areas = np.diff(months, axis=0) * self.survival[:-1]
        for row in range(len(areas) - 2, -1, -1):
            areas[row] += areas[row + 1]
        total = months[0] + (areas[0] if len(areas) else 0)
        return total, np.sum(areas**2 * self._terms[:-1], axis=0)

    @cached_property
    def median(self) -> tuple[Array, Array]:
        """First time with S(t) <= 0.5, inf where S(t) stays above, and its standard error.

        The error as SPSS and BMDP print it: se(S(t)) / f(t) with the density taken as
        ``f = (S(u) - S(l)) / (l - u)``, u the last event time with S >= 0.55, or 0 where
        there is none, l the first with S <= 0.45 (SPSS Statistics Algorithms, KM). NaN
        where S(t) does not fall to 0.45.
        """
        below = self._last_events & (self.survival <= 0.5 + TIE)
        lower = self._last_events & (self.survival <= 0.45 + TIE)
        upper = self._last_events & (self.survival >= 0.55 - TIE)
        reached = lower.any(axis=0)
        time, probability = self._at(below.argmax(axis=0))
        greenwood = np.sum(self._terms * (self.months <= time), axis=0)
        later, low = self._at(lower.argmax(axis=0))
        earlier, high = self._at(len(upper) - 1 - upper[::-1].argmax(axis=0))
        starts = ~upper.any(axis=0)
        earlier, high = np.where(starts, 0, earlier), np.where(starts, 1, high)
        width = np.where(reached, later - earlier, np.nan)
        se = probability * np.sqrt(greenwood) * width / np.where(reached, high - low, np.nan)
        return np.where(below.any(axis=0), time, np.inf), se

    def _at(self, position: Array) -> tuple[Array, ...]:
        """Time and S(t) at one position per version."""
        return tuple(
            np.take_along_axis(array, position[None], axis=0)[0]
            for array in (self.months, self.survival)
        )
