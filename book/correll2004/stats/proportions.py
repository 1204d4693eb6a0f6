"""95% intervals for proportions: over patients, and over cycles that share patients."""

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import ArrayLike

from .curves import IntArray

RESAMPLES = 100_000
SEED = 2004


def wilson(count: int, n: int) -> tuple[float, float]:
    """Wilson's score interval of a proportion, from scipy.

    For independent units: patients, each once. It stays within 0 and 1, has a limit even
    for 0 or n of n, and covers better in small samples than the estimate -/+ 1.96
    standard errors.

    Parameters
    ----------
    count : int
        Patients that meet the condition, 0 <= count <= n.
    n : int
        All patients, above 0.

    Returns
    -------
    lower, upper : float
        95% confidence limits, between 0 and 1.

    Raises
    ------
    ValueError
        If the numbers are not whole, `n` is not above 0, or `count` is not from 0 to `n`.

    References
    ----------
    Wilson EB. Probable inference, the law of succession, and statistical inference. J Am
    Stat Assoc 1927;22:209-212.

    Brown LD, Cai TT, DasGupta A. Interval estimation for a binomial proportion. Stat Sci
    2001;16:101-133.

    Examples
    --------
    >>> [round(limit, 3) for limit in wilson(0, 33)]
    [0.0, 0.104]
    """
    from scipy.stats import binomtest  # slow to load, and few chapters come here

    if not (0 <= count <= n and n > 0 and count % 1 == n % 1 == 0):
        raise ValueError(f"count and n must be whole, 0 <= count <= n, n > 0, not {count} and {n}")
    limits = binomtest(int(count), int(n)).proportion_ci(method="wilson")
    return float(limits.low), float(limits.high)


@dataclass(frozen=True)
class ClusteredShare:
    """Share of units that meet a condition, units of one patient taken together.

    Attributes
    ----------
    value : float
        The share, between 0 and 1.
    lower, upper : float
        Its percentile bootstrap limits, 95%.
    se : float
        Its linearized standard error.
    design_effect : float
        The variance over that of so many independent units; NaN where the share is 0 or 1.
    """

    value: float
    lower: float
    upper: float
    se: float
    design_effect: float


def clustered(hits: ArrayLike, sizes: ArrayLike) -> ClusteredShare:
    """Share of units that meet a condition, with patients as clusters.

    Parameters
    ----------
    hits : array-like of int, shape (n_patients,)
        Units of each patient that meet the condition.
    sizes : array-like of int, shape (n_patients,)
        Units of each patient, at least 1.

    Returns
    -------
    ClusteredShare
        The share sum(hits) / sum(sizes). Where no or all units meet the condition, error
        and interval are 0 wide, which says nothing.

    Raises
    ------
    ValueError
        If there are fewer than two patients, the shapes differ, a number is not whole, a
        patient has no unit, or hits lie outside 0 and the size.

    Notes
    -----
    The bootstrap draws patients, not units, with replacement, `RESAMPLES` times from a
    fixed seed, and takes the 2.5th and 97.5th percentile of the share. The standard error
    is the linearized one of a ratio with n patients::

        sqrt(n / (n - 1) * sum((hits_i - share * sizes_i)^2)) / sum(sizes)

    References
    ----------
    Field CA, Welsh AH. Bootstrapping clustered data. J R Stat Soc B 2007;69:369-390.

    Cochran WG. Sampling Techniques. 3rd ed. New York: Wiley; 1977, chapter 6.
    """
    counts, totals = _checked_clusters(hits, sizes)
    n, units = len(totals), totals.sum()
    value = counts.sum() / units
    draws = _draws(n)
    lower, upper = np.quantile((draws @ counts) / (draws @ totals), [0.025, 0.975])
    variance = n / (n - 1) * np.sum((counts - value * totals) ** 2) / units**2
    independent = value * (1 - value) / units
    effect = variance / independent if independent else float("nan")
    return ClusteredShare(
        float(value), float(lower), float(upper), float(np.sqrt(variance)), float(effect)
    )


def _checked_clusters(hits: ArrayLike, sizes: ArrayLike) -> tuple[IntArray, IntArray]:
    """Hits and sizes of clusters as arrays; ValueError as in `clustered`."""
    counts, totals = np.asarray(hits, dtype=float), np.asarray(sizes, dtype=float)
    if counts.shape != totals.shape or counts.ndim != 1:
        raise ValueError("hits and sizes must be one number each, patient by patient")
    if len(totals) < 2:
        raise ValueError(f"clusters need at least two patients, not {len(totals)}")
    if np.any(counts % 1 != 0) or np.any(totals % 1 != 0):
        raise ValueError("hits and sizes must be whole numbers")
    if np.any(totals < 1):
        raise ValueError("every patient needs at least one unit")
    if np.any(counts < 0) or np.any(counts > totals):
        raise ValueError("hits must be from 0 to the size, patient by patient")
    return counts.astype(int), totals.astype(int)


@cache
def _draws(n: int) -> IntArray:
    """How often each of n patients is drawn in each resample: resamples x n."""
    return np.random.default_rng(SEED).multinomial(n, np.full(n, 1 / n), size=RESAMPLES)
