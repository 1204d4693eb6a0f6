"""Kaplan-Meier estimates of many versions of one group of patients at once.

`Curves` holds the estimators: S(t), Greenwood's terms, the mean as an area, the median with
its standard error. `correll2004.stats.survival.KaplanMeier` is one version of it, with
lifelines beside it. Times are in months throughout.
"""

from functools import cached_property
from math import isfinite, isnan
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[Any]  # of numbers, or of labels
FloatArray = NDArray[np.float64]
IntArray = NDArray[np.integer[Any]]
BoolArray = NDArray[np.bool_]

Z95 = 1.96  # as in the limits of Table 5
TIE = 1e-9  # survival probabilities closer than this are one
SAME_TIME = 1e-8  # times closer than this, in proportion, are one: as R's timefix
PER_MONTH = 100  # times of codes are whole hundredths of a month, so that ties are exact


# --- times and events -------------------------------------------------------------


def checked_outcomes(months: ArrayLike, event: ArrayLike) -> tuple[FloatArray, IntArray]:
    """Convert times and events to arrays, and refuse what are none.

    Parameters
    ----------
    months : array-like of float, any shape
        Times in months, finite and at least 0.
    event : array-like of int or bool, same shape
        1 for a relapse or failure at that time, 0 for a censored time.

    Returns
    -------
    months : ndarray of float
    event : ndarray of int

    Raises
    ------
    ValueError
        If there are no times, the shapes differ, a time is missing, infinite, negative or
        not a number, or an event is neither 1 nor 0.
    """
    times, events = np.asarray(months), np.asarray(event)
    if times.shape != events.shape or not times.size:
        raise ValueError("months and event must be of one shape, and not empty")
    if times.dtype.kind not in "iufO":  # O: Fractions and Decimals, or None
        raise ValueError("months must be numbers")
    times = times.astype(float)
    if not np.all(np.isfinite(times)) or np.any(times < 0):
        raise ValueError("months must be finite and at least 0")
    if not np.isin(events, (0, 1)).all():
        raise ValueError("event must be 1 (relapse or failure) or 0 (censored)")
    return times, events.astype(int)


def encode(months: ArrayLike, event: ArrayLike) -> IntArray:
    """Code outcomes as integers that sort by time, relapses before the censored of a time.

    Parameters
    ----------
    months : array-like of float
        Times in months, rounded here to hundredths.
    event : array-like of int, same shape
        1 for a relapse, 0 for a censored time.

    Returns
    -------
    ndarray of int32, same shape
        Twice the time in hundredths of a month, plus 1 if censored.

    Examples
    --------
    >>> encode([4, 4, 0.75], [1, 0, 1]).tolist()
    [800, 801, 150]
    """
    ticks: IntArray = np.rint(np.asarray(months, dtype=float) * PER_MONTH).astype(np.int32)
    return 2 * ticks + 1 - np.asarray(event, dtype=np.int32)


def decode(codes: ArrayLike) -> tuple[FloatArray, IntArray]:
    """Turn codes of `encode` back into times and events.

    Parameters
    ----------
    codes : array-like of int

    Returns
    -------
    months : ndarray of float, same shape
    event : ndarray of int, same shape

    Examples
    --------
    >>> months, event = decode([800, 801, 150])
    >>> months.tolist(), event.tolist()
    ([4.0, 4.0, 0.75], [1, 0, 1])
    """
    numbers = np.asarray(codes)
    return (numbers >> 1) / PER_MONTH, 1 - (numbers & 1)


def distinct_times(months: FloatArray) -> tuple[FloatArray, IntArray]:
    """Find the distinct times; those that differ by rounding noise alone are one time.

    Parameters
    ----------
    months : ndarray of float
        Times in months.

    Returns
    -------
    times : ndarray of float, shape (n_times,)
        The distinct times, ascending.
    which : ndarray of int, shape of `months`
        The position in `times` of each time.

    Examples
    --------
    >>> times, which = distinct_times(np.array([0.1 + 0.2, 1.0, 0.3]))
    >>> times.tolist(), which.tolist()
    ([0.3, 1.0], [0, 1, 0])
    """
    times, which = np.unique(months, return_inverse=True)
    begins = np.diff(times, prepend=-np.inf) > SAME_TIME * np.maximum(1, np.abs(times))
    return times[begins], (np.cumsum(begins) - 1)[which].reshape(np.shape(months))


def is_before(months: FloatArray, time: float) -> BoolArray:
    """Which times are before a time, and not the same but for rounding noise."""
    return np.asarray(months < time - _noise(time))


def is_until(months: FloatArray, time: float) -> BoolArray:
    """Which times are before a time, or the same but for rounding noise."""
    return np.asarray(months <= time + _noise(time))


def _noise(time: float) -> float:
    """How far from a time in months another is still the same."""
    if isnan(time):
        raise ValueError("a time is a number of months, not NaN")
    return SAME_TIME * max(1.0, abs(time)) if isfinite(time) else 0.0


# --- the estimators ---------------------------------------------------------------


class Curves:
    """Kaplan-Meier estimates of versions of one group of patients.

    Parameters
    ----------
    codes : ndarray of int, shape (n_versions, n_patients)
        Twice the number of the time, plus 1 if censored, as `encode` makes them.
    times : ndarray of float, shape (n_times,), optional
        The times in months that the codes number; hundredths of a month if not given.

    Attributes
    ----------
    event : ndarray of bool, shape (n_patients, n_versions)
        Which patients relapse, in order of time.
    survival : ndarray of float, shape (n_patients, n_versions)
        S(t) after each patient, in order of time.

    Notes
    -----
    Patients are taken one by one in order of time. That changes nothing where d of n
    relapse together: the steps (1 - 1/n) ... multiply to 1 - d/n, Greenwood's terms
    1/(n(n-1)) ... add up to d/(n(n-d)), and no area lies between them. Estimates are one
    number per version.

    References
    ----------
    Kaplan EL, Meier P. Nonparametric estimation from incomplete observations. J Am Stat
    Assoc 1958;53:457-481.
    """

    def __init__(self, codes: IntArray, times: FloatArray | None = None):
        self._codes = np.ascontiguousarray(np.sort(codes, axis=1).T)
        self._times = times
        n = len(self._codes)
        self._at_risk: IntArray = np.arange(n, 0, -1)[:, None]
        self.event: BoolArray = (self._codes & 1) == 0
        self.survival: FloatArray = np.where(self.event, 1 - 1 / self._at_risk, 1.0)
        for row in range(1, n):  # in half the time of numpy's cumprod along this axis
            self.survival[row] *= self.survival[row - 1]

    @classmethod
    def of_times(cls, months: ArrayLike, event: ArrayLike) -> "Curves":
        """Make estimates from times and events.

        Parameters
        ----------
        months : array-like of float, shape (n_versions, n_patients)
            Times in months. Those that differ by rounding noise alone are one time.
        event : array-like of int, same shape
            1 for a relapse, 0 for a censored time.

        Returns
        -------
        Curves

        Raises
        ------
        ValueError
            If `checked_outcomes` refuses them, or they are not versions of patients.
        """
        checked, relapsed = checked_outcomes(months, event)
        if checked.ndim != 2:
            raise ValueError("months and event must be arrays of versions x patients")
        times, which = distinct_times(checked)
        return cls(2 * which + 1 - relapsed, times)

    @cached_property
    def months(self) -> FloatArray:
        """Times in months, ascending, shape (n_patients, n_versions)."""
        number = self._codes >> 1
        return number / PER_MONTH if self._times is None else self._times[number]

    @cached_property
    def n_events(self) -> IntArray:
        """Number of relapses and failures, one per version."""
        return np.asarray(self.event.sum(axis=0))

    @property
    def n_censored(self) -> IntArray:
        """Number of censored patients, one per version."""
        return len(self.event) - self.n_events

    @cached_property
    def _terms(self) -> FloatArray:
        """Greenwood's terms; the last patient at risk leaves no curve behind, and no term."""
        terms = 1 / np.maximum(self._at_risk * (self._at_risk - 1), 1)
        terms[-1] = 0
        return np.where(self.event, terms, 0.0)

    @cached_property
    def _last_events(self) -> BoolArray:
        """The last patient who relapses at each time; `survival` is S(t) from there on."""
        last = self.event.copy()
        last[:-1] &= self._codes[:-1] != self._codes[1:]
        return last

    @property
    def steps(self) -> FloatArray:
        """S(t) at each time of relapse; NaN for all but one of those who share it."""
        return np.where(self._last_events, self.survival, np.nan)

    def survival_at(self, time: float) -> FloatArray:
        """Read S(t) = P(T > t) off each curve.

        Parameters
        ----------
        time : float
            Time t in months.

        Returns
        -------
        ndarray of float, shape (n_versions,)
        """
        found = np.where(is_until(self.months, time), self.survival, 1)
        return np.asarray(found.min(axis=0))

    def survival_just_before(self, time: float) -> FloatArray:
        """Read S(t-) = P(T >= t) off each curve.

        Parameters
        ----------
        time : float
            Time t in months.

        Returns
        -------
        ndarray of float, shape (n_versions,)
        """
        found = np.where(is_before(self.months, time), self.survival, 1)
        return np.asarray(found.min(axis=0))

    @cached_property
    def mean(self) -> tuple[FloatArray, FloatArray]:
        """Area under S(t) to the largest time, event or censored, and its standard error.

        Both in months, one per version. The error is NaN with fewer than two events.

        Notes
        -----
        Variance after Kaplan and Meier (1958, section 6.2), as Table 5 has it::

            m / (m - 1) * sum_i A_i^2 d_i / (n_i (n_i - d_i))

        A_i is the area from event time t_i to the end, d_i the events and n_i the number
        at risk at t_i, m the number of all events.
        """
        total, variance = self._area_and_variance(self.months)
        m = self.n_events
        factor = np.where(m > 1, m / np.maximum(m - 1, 1), np.nan)
        return total, np.sqrt(factor * variance)

    def restricted_mean(self, horizon: float) -> tuple[FloatArray, FloatArray]:
        """Area under S(t) up to a horizon, and its standard error.

        Parameters
        ----------
        horizon : float
            In months, above 0.

        Returns
        -------
        mean : ndarray of float, shape (n_versions,)
            Restricted means in months.
        se : ndarray of float, shape (n_versions,)
            The error of `mean`, up to the horizon and without m / (m - 1), as in R's
            ``print(survfit(...), rmean = horizon)``.

        Raises
        ------
        ValueError
            If the horizon is not a finite time above 0, or a curve ends before it, above 0.

        References
        ----------
        Karrison T. Restricted mean life with adjustment for covariates. J Am Stat Assoc
        1987;82:1169-1176.
        """
        if not (isfinite(horizon) and horizon > 0):
            raise ValueError(f"a horizon is a time above 0 months, not {horizon:g}")
        ends = self.months[-1]
        too_short = is_before(ends, horizon) & (self.survival[-1] > 0)
        if too_short.any():
            end = ends[too_short].min()
            raise ValueError(f"the curve ends at {end:g} months, before {horizon:g}")
        total, variance = self._area_and_variance(np.minimum(self.months, horizon))
        return total, np.sqrt(variance)

    def _area_and_variance(self, months: FloatArray) -> tuple[FloatArray, FloatArray]:
        areas = np.diff(months, axis=0) * self.survival[:-1]
        for row in range(len(areas) - 2, -1, -1):
            areas[row] += areas[row + 1]
        total = months[0] + (areas[0] if len(areas) else 0)
        return total, np.sum(areas**2 * self._terms[:-1], axis=0)

    @cached_property
    def median(self) -> tuple[FloatArray, FloatArray]:
        """First time with S(t) <= 0.5, and its standard error.

        Both in months, one per version. The time is inf where S(t) stays above 0.5; the
        error is NaN where S(t) does not fall to 0.45.

        Notes
        -----
        The error as Table 5 has it, and as SPSS 31 prints it: se(S(t)) / f(t)
        at the median, with the density ::

            f = (S(u) - S(l)) / (l - u)

        u is the last event time with S >= 0.55, l the first with S <= 0.45. Where no event
        time has S >= 0.55, the curve's beginning takes its place: u = 0 and S(u) = 1.
        """
        at_half = self._last_events & (self.survival <= 0.5 + TIE)
        lower = self._last_events & (self.survival <= 0.45 + TIE)
        upper = self._last_events & (self.survival >= 0.55 - TIE)
        has_error = lower.any(axis=0)
        time, probability = self._at(at_half.argmax(axis=0))
        greenwood = np.sum(self._terms * (self.months <= time), axis=0)
        later, low = self._at(lower.argmax(axis=0))
        earlier, high = self._at(len(upper) - 1 - upper[::-1].argmax(axis=0))
        from_start = ~upper.any(axis=0)
        earlier, high = np.where(from_start, 0, earlier), np.where(from_start, 1, high)
        width = np.where(has_error, later - earlier, np.nan)
        se = probability * np.sqrt(greenwood) * width / np.where(has_error, high - low, np.nan)
        return np.where(at_half.any(axis=0), time, np.inf), se

    def _at(self, position: IntArray) -> tuple[FloatArray, FloatArray]:
        """Time and S(t) at one position per version."""
        months, survival = (
            np.take_along_axis(array, position[None], axis=0)[0]
            for array in (self.months, self.survival)
        )
        return months, survival
