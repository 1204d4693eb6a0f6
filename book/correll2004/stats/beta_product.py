"""Exact confidence limits of survival probabilities: the beta product confidence procedure.

Greenwood's standard error is 0 where a curve is at 1 or 0, and too small where few patients
are left. These limits need no standard error: they are those of Clopper and Pearson where
nobody is censored, and let the censored share the fate of those still at risk where some are.
"""

import numpy as np
from numpy.typing import ArrayLike

from .curves import BoolArray, FloatArray

MISS = 0.025  # probability on each side
UPPER, MID_P, LOWER = 0.0, 0.5, 1.0  # the part of the factor for those at risk after a time


def limits(
    event: BoolArray, until: BoolArray, mid_p: bool = False
) -> tuple[FloatArray, FloatArray]:
    """Compute exact 95% confidence limits of S(t) = P(T > t).

    Parameters
    ----------
    event : ndarray of bool, shape (n_patients, 1) or (n_patients, n_limits)
        Which patients relapse, in order of time, relapses before the censored of a time.
    until : ndarray of bool, shape (n_patients, n_limits)
        Which of them have a time at or before t. A column is one t, or one group of patients.
    mid_p : bool
        Whether to be wrong in 5% on average, and not in at most 2.5% on each side.

    Returns
    -------
    lower, upper : ndarray of float, shape (n_limits,)
        Between 0 and 1. The upper is 1 before the first relapse, the lower 0 after the last
        time.

    Notes
    -----
    The upper limit is the 97.5th percentile of a product of beta variables, one for each
    relapse until t, with parameters n and 1 where n are at risk. The lower limit is the 2.5th
    percentile of that product with one factor more, for those at risk after t. The mid-p
    limits are percentiles of either product with probability one half.

    References
    ----------
    Fay MP, Brittain EH, Proschan MA. Pointwise confidence intervals for a survival
    distribution with small samples or heavy censoring. Biostatistics 2013;14:723-736.

    Fay MP, Brittain EH. Finite sample pointwise confidence intervals for a survival
    distribution with right-censored data. Stat Med 2016;35:2726-2740.

    Examples
    --------
    Of 4 patients, none censored, 1 relapses until t: Clopper and Pearson's limits of 3 in 4.

    >>> event, until = np.ones((4, 1), bool), np.array([[True], [False], [False], [False]])
    >>> [round(float(limit[0]), 3) for limit in limits(event, until)]
    [0.194, 0.994]
    """
    lower = later_relapse(event, until, MID_P if mid_p else LOWER)
    upper = later_relapse(event, until, MID_P if mid_p else UPPER)
    return _percentile(lower, MISS), _percentile(upper, 1 - MISS)


def later_relapse(event: BoolArray, until: BoolArray, last: float) -> FloatArray:
    """Compute how probable it is that the last relapse of a product is late, given how many are.

    Parameters
    ----------
    event, until : ndarray of bool
        As in `limits`.
    last : float
        `LOWER`, `MID_P` or `UPPER`: with a factor for those at risk after t, with it half of
        the time, or without it.

    Returns
    -------
    ndarray of float, shape (n_patients + 1, n_limits)
        Row k: the probability if k of all patients relapse late, whether seen or not.

    Notes
    -----
    *Late* is after the time at which S is some w. A product of the beta variables is at most w
    if its last relapse is late. Patients are taken in order of time; let k of the m at risk be
    late. A relapse is late if k = m, and all after it too. Otherwise it was one of the early,
    and k of m - 1 are left. A censored patient is any one of the m. The steps go backwards,
    from the probabilities for m - 1 to those for m.
    """
    n, columns = until.shape
    number = np.arange(n + 1.0)[:, None]
    later = np.zeros((n + 1, columns))
    later[0] = last
    for m in range(1, n + 1):
        share = number / m
        lost = (1 - share) * later
        lost[1:] += share[1:] * later[:-1]
        seen = np.where(event[n - m], later, lost)
        seen[m] = np.where(event[n - m], 1.0, seen[m])
        later = np.where(until[n - m], seen, 0.0)
        later[m] = np.where(until[n - m], seen[m], last)
        later[m + 1 :] = 0  # no more than m can be late; these would grow without bound
    return later


def at_most(later: FloatArray, probability: ArrayLike) -> FloatArray:
    """Compute how probable it is that a product of beta variables is at most some probability.

    Parameters
    ----------
    later : ndarray of float, shape (n_patients + 1, n_limits)
        From `later_relapse`.
    probability : float or ndarray of float, shape (n_limits,)
        S at some time, from 0 to 1: the number of patients who relapse later is binomial.

    Returns
    -------
    ndarray of float, shape (n_limits,)
    """
    from scipy.special import gammaln, xlog1py, xlogy  # slow to load

    n = len(later) - 1
    number = np.arange(n + 1)[:, None]
    ways = gammaln(n + 1) - gammaln(number + 1) - gammaln(n - number + 1)
    p = np.asarray(probability, dtype=float)
    binomial = np.exp(ways + xlogy(number, p) + xlog1py(n - number, -p))
    return np.asarray(np.sum(binomial * later, axis=0))


def _percentile(later: FloatArray, share: float) -> FloatArray:
    """The smallest probability that a product is at or below with a given share, by halving."""
    low, high = np.zeros(later.shape[1]), np.ones(later.shape[1])
    for _ in range(60):
        middle = (low + high) / 2
        below = at_most(later, middle) < share
        low, high = np.where(below, middle, low), np.where(below, high, middle)
    return np.where(low > 0, high, 0.0)
