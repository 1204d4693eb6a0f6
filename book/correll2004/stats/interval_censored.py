"""Survival curves from times of which only an interval is known: Turnbull's estimate.

The likelihood fixes how much probability lies in some intervals, and not where in them. So
an estimate has two ends: the lowest and the highest value of the quantity among all curves of
the highest likelihood. Its 95% limits are the lowest and the highest value among all curves
whose likelihood is at least exp(-1.92), 15%, of the highest. Times are in months throughout.

lifelines' ``fit_interval_censoring`` has closed intervals and no limits; R's ``survfit`` stops
when no probability moves by more than 5e-5, and its limits take the weights as known counts.
"""

from collections.abc import Callable
from functools import cached_property
from itertools import pairwise
from math import exp, isfinite
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy.optimize import brentq, nnls

from .curves import BoolArray, FloatArray

DROP_95 = 3.841458820694124 / 2  # half the 95% quantile of chi-square, one degree of freedom
LEAST_LIKELIHOOD = exp(-DROP_95)  # of the highest, for a curve within the limits
PRECISION = 1e-10  # of the log-likelihood, per observation
ROUNDING = 1e-11  # of the log-likelihood
SAME = 1e-7  # probabilities closer than this are one


Highest = Callable[[FloatArray, FloatArray], float]  # cells, value of each -> highest mean


class Bounds(NamedTuple):
    """The estimate of a quantity, as two ends, and its 95% limits.

    Attributes
    ----------
    low, high : float
        Ends of the estimate, equal where the likelihood fixes it.
    lower, upper : float
        95% limits, which contain both ends.
    """

    low: float
    high: float
    lower: float
    upper: float


class Cells(NamedTuple):
    """The time axis, cut at given times: each time is a cell, and so is each gap between two.

    Attributes
    ----------
    start, end : ndarray of float, shape (n_cells,)
        Ends of the cells in months, equal for a single time; the last gap has no end.
    inside : ndarray of float, shape (n_observations, n_cells)
        1 where the observation's interval contains the cell, 0 elsewhere.
    """

    start: FloatArray
    end: FloatArray
    inside: FloatArray


class Turnbull:
    """Nonparametric maximum likelihood estimate from interval-censored times.

    Parameters
    ----------
    left, right : array-like of float, shape (n,)
        Each event came later than left and not later than right, in months, at least 0. Equal
        ends are an exact time; right is inf if the event had not come by left.

    Raises
    ------
    ValueError
        If there are no times, lengths differ, a time is negative or not a number, left is
        infinite, or right is before left.

    References
    ----------
    Turnbull BW. The empirical distribution function with arbitrarily grouped, censored and
    truncated data. J R Stat Soc B 1976;38:290-295.

    Thomas DR, Grunkemeier GL. Confidence interval estimation of survival probabilities for
    censored data. J Am Stat Assoc 1975;70:865-871. (These limits, for right-censored times.)

    Examples
    --------
    >>> curve = Turnbull([0, 3, 6], [3, 6, float("inf")])
    >>> bounds = curve.survival_at(4)
    >>> print(round(bounds.low, 3), round(bounds.high, 3))
    0.333 0.667
    """

    def __init__(self, left: ArrayLike, right: ArrayLike):
        intervals = _checked(left, right)
        (self._left, self._right), counts = np.unique(intervals, axis=1, return_counts=True)
        self._counts: FloatArray = counts.astype(float)
        times = np.unique(intervals)
        self._times: FloatArray = times[np.isfinite(times)]

    @cached_property
    def probabilities(self) -> FloatArray:
        """Estimated probability of each distinct interval; the likelihood fixes these."""
        inside = self._cells().inside
        return np.asarray(inside @ most_likely(inside, self._counts))

    def survival_at(self, time: float) -> Bounds:
        """Bound S(t) = P(T > t).

        Parameters
        ----------
        time : float
            Time t in months.

        Returns
        -------
        Bounds
        """
        cells = self._cells(time)
        later = (cells.end > time).astype(float)
        return self._bounds(cells.inside, later, later)

    def restricted_mean(self, horizon: float) -> Bounds:
        """Bound the area under S(t) from 0 to a horizon.

        Parameters
        ----------
        horizon : float
            In months, above 0.

        Returns
        -------
        Bounds
            In months.

        Raises
        ------
        ValueError
            If the horizon is not a finite time above 0.
        """
        if not (isfinite(horizon) and horizon > 0):
            raise ValueError(f"a horizon is a time above 0 months, not {horizon:g}")
        cells = self._cells(horizon)
        shortest, longest = cells.start.clip(max=horizon), cells.end.clip(max=horizon)
        return self._bounds(cells.inside, shortest, longest)

    def median(self) -> Bounds:
        """Bound the first time at which S(t) <= 0.5.

        Returns
        -------
        Bounds
            In months; inf where S(t) may stay above 0.5.
        """
        start, end, inside = self._cells()
        half = 0.5 + SAME

        def shortest(highest: Highest) -> float:
            # What comes in the gap after a time may come right after it.
            return self._first(lambda time: -highest(inside, -(start > time).astype(float)) <= half)

        def longest(highest: Highest) -> float:
            return self._first(lambda time: highest(inside, (end > time).astype(float)) <= half)

        estimate, limit = self._highest_estimate, self._highest_limit
        return Bounds(shortest(estimate), longest(estimate), shortest(limit), longest(limit))

    def _cells(self, *more: float) -> Cells:
        """The time axis, cut at all ends of intervals and at further times."""
        times = np.unique([0.0, *self._times, *more])
        cells = [(time, time) for time in times]
        cells += [*pairwise(times), (times[-1], np.inf)]
        start, end = np.array(cells).T
        exact = (self._left == self._right)[:, None]
        left, right = self._left[:, None], self._right[:, None]
        later = np.where(exact, start >= left, (start > left) | ((start == left) & (end > start)))
        return Cells(start, end, (later & (end <= right)).astype(float))

    def _first(self, holds: Callable[[float], bool]) -> float:
        """First time that meets a condition which all later ones meet too; inf if none does."""
        times = [0.0, *self._times]
        low, high = 0, len(times)
        while low < high:
            middle = (low + high) // 2
            low, high = (low, middle) if holds(times[middle]) else (middle + 1, high)
        return float(times[low]) if low < len(times) else np.inf

    def _bounds(self, inside: FloatArray, least: FloatArray, most: FloatArray) -> Bounds:
        """Bounds of the mean of a quantity, from its least and its most in each cell."""
        return Bounds(
            0.0 - self._highest_estimate(inside, -least),
            self._highest_estimate(inside, most),
            0.0 - self._highest_limit(inside, -least),
            self._highest_limit(inside, most),
        )

    def _highest_estimate(self, inside: FloatArray, values: FloatArray) -> float:
        """Highest mean of values over all curves of the highest likelihood."""
        kept = _best_cells(inside, values)
        return float(values[kept] @ most_likely(inside[:, kept], self._counts))

    def _highest_limit(self, inside: FloatArray, values: FloatArray) -> float:
        """Highest mean of values over all curves that are likely enough.

        The likeliest of the curves with the same mean is a most likely curve with the cells
        weighted by 1 / (1 - b x), x the values on a scale from 0 to 1 and b below 1. This
        looks for the b at which the likelihood has just fallen enough.
        """
        kept = _best_cells(inside, values)
        inside, values = inside[:, kept], values[kept]
        best, in_none = values.max(), ~inside.any(axis=0)
        top = values == best
        if self._fall(inside[:, top], np.ones(top.sum())) <= DROP_95:
            return float(best)  # all of the probability may lie there
        scaled = (values - values.min()) / np.ptp(values)
        inside, values, scaled = inside[:, ~in_none], values[~in_none], scaled[~in_none]

        def weights(tilt: float) -> FloatArray:
            return np.asarray(1 / (1 - scaled + scaled * np.exp(-tilt)))

        def missing(tilt: float) -> float:
            return DROP_95 - self._fall(inside, weights(tilt))

        if scaled.max() < 1 and (left := missing(np.inf)) >= 0:
            # The rest is a share of probability for the best cell, which is in no interval.
            share = np.exp(-left / self._counts.sum())
            mean = values @ self._weighted(inside, weights(np.inf))
            return float(share * mean + (1 - share) * best)
        tilt = 1.0
        while missing(tilt) > 0:
            tilt += 1
        tilt = brentq(missing, 0, tilt, xtol=1e-12)
        return float(values @ self._weighted(inside, weights(tilt)))

    def _weighted(self, inside: FloatArray, weights: FloatArray) -> FloatArray:
        """Probabilities of the cells in the most likely curve with the cells weighted."""
        found = weights * most_likely(inside * weights, self._counts)
        return np.asarray(found / found.sum())

    def _fall(self, inside: FloatArray, weights: FloatArray) -> float:
        """By how much the log-likelihood of that curve is below the highest; inf for none."""
        if not inside.any(axis=1).all():
            return np.inf
        probabilities = inside @ self._weighted(inside, weights)
        return float(self._counts @ np.log(self.probabilities / probabilities))


def most_likely(densities: FloatArray, counts: FloatArray) -> FloatArray:
    """Maximize the likelihood of a mixture over its proportions.

    Parameters
    ----------
    densities : ndarray of float, shape (n_observations, n_components)
        Of each observation under each component.
    counts : ndarray of float, shape (n_observations,)
        How often each observation was made.

    Returns
    -------
    ndarray of float, shape (n_components,)
        Proportions. The log-likelihood is within `PRECISION` per observation of the highest.

    Raises
    ------
    RuntimeError
        If that precision is not reached.

    References
    ----------
    Wang Y. On fast computation of the non-parametric maximum likelihood estimate of a mixing
    distribution. J R Stat Soc B 2007;69:185-198.
    """
    n, n_components = counts.sum(), densities.shape[1]
    root, target = np.sqrt(counts)[:, None], [*np.zeros(len(counts)), 1.0]
    found = np.full(n_components, 1 / n_components)
    for _ in range(500):
        fitted = densities @ found
        scaled = densities / fitted[:, None]
        slopes = counts @ scaled
        if slopes.max() - n <= PRECISION * n:
            return found
        # The quadratic approximation of the likelihood, over proportions that sum to 1.
        step = nnls(np.vstack([root * (scaled - 2), np.ones(n_components)]), target)[0]
        step = step / step.sum() - found
        gain, size = slopes @ step, 1.0
        # Below rounding, the likelihood cannot be compared any more, and the step is right.
        while gain > ROUNDING and not _gains(densities, counts, found, size * step):
            size /= 2
        found = found + size * step
    raise RuntimeError("the likelihood's maximum was not found")


def _gains(densities: FloatArray, counts: FloatArray, at: FloatArray, step: FloatArray) -> bool:
    """Whether a step raises the log-likelihood by a fair part of what its slope promises."""
    before, after = densities @ at, densities @ (at + step)
    if (after <= 0).any():
        return False
    promised = counts @ (densities @ step / before)
    return bool(counts @ np.log(after / before) >= 1e-4 * promised)


def _best_cells(inside: FloatArray, values: FloatArray) -> BoolArray:
    """The cells that no other beats: in as many intervals, with as high a value.

    The others can be left out where a high mean of the values is looked for.
    """
    in_all = (inside[:, :, None] <= inside[:, None, :]).all(axis=0)
    as_high = values[:, None] <= values[None, :]
    beaten = in_all & as_high
    # Of two that beat each other, the first is kept.
    later = np.arange(len(values))[:, None] > np.arange(len(values))[None, :]
    return np.asarray(~(beaten & (~beaten.T | later)).any(axis=1))


def _checked(left: ArrayLike, right: ArrayLike) -> FloatArray:
    """Left and right ends as two rows, or ValueError."""
    ends = np.asarray(left, dtype=float), np.asarray(right, dtype=float)
    if ends[0].ndim != 1 or ends[0].shape != ends[1].shape or not ends[0].size:
        raise ValueError("left and right must be as many times, at least one")
    if not (np.isfinite(ends[0]).all() and (ends[0] >= 0).all() and (ends[1] >= ends[0]).all()):
        raise ValueError("each left end must be a time of at least 0, and not after its right end")
    return np.array(ends)
