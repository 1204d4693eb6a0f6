"""95% intervals for proportions: over patients, and over cycles that share patients."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from .curves import FloatArray, IntArray


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
        Its 95% limits.
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
        The share sum(hits) / sum(sizes), with the limits of `clustered_limits`.

    Raises
    ------
    ValueError
        If there are fewer than two patients, the shapes differ, a number is not whole, a
        patient has no unit, or hits lie outside 0 and the size.

    Examples
    --------
    >>> share = clustered([1, 0, 3], [1, 1, 3])
    >>> round(share.value, 3), round(share.design_effect, 3)
    (0.8, 1.95)
    """
    counts, totals = _checked_clusters(hits, sizes)
    value, se, effect = linearized(counts[None], totals[None])
    lower, upper = clustered_limits(counts[None], totals[None])
    found = [float(each[0]) for each in (value, lower, upper, se, effect)]
    return ClusteredShare(*found)


def linearized(hits: IntArray, sizes: IntArray) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Compute shares of units, their standard errors and design effects, patients as clusters.

    Parameters
    ----------
    hits, sizes : ndarray of int, shape (n_samples, n_patients)
        As in `clustered`, for many samples at once.

    Returns
    -------
    share, se, design_effect : ndarray of float, shape (n_samples,)
        The design effect is NaN where a share is 0 or 1.

    Notes
    -----
    The standard error is the linearized one of a ratio with n patients::

        sqrt(n / (n - 1) * sum((hits_i - share * sizes_i)^2)) / sum(sizes)

    References
    ----------
    Cochran WG. Sampling Techniques. 3rd ed. New York: Wiley; 1977, chapter 6.
    """
    n, units = sizes.shape[1], sizes.sum(axis=1)
    share = hits.sum(axis=1) / units
    squares = np.sum((hits - share[:, None] * sizes) ** 2, axis=1)
    variance = n / (n - 1) * squares / units**2
    independent = share * (1 - share) / units
    spread = independent > 0
    effect = np.where(spread, variance / np.where(spread, independent, 1), np.nan)
    return share, np.sqrt(variance), effect


def clustered_limits(hits: IntArray, sizes: IntArray) -> tuple[FloatArray, FloatArray]:
    """Wilson's limits of shares of units, for the number of independent units they are worth.

    Parameters
    ----------
    hits, sizes : ndarray of int, shape (n_samples, n_patients)
        As in `clustered`, for many samples at once.

    Returns
    -------
    lower, upper : ndarray of float, shape (n_samples,)
        95% confidence limits, between 0 and 1.

    Notes
    -----
    In `wilson`, the number of units is divided by the design effect, and the normal percentile
    is that of Student's t with n - 1 degrees of freedom, n patients. Where no or all units
    meet the condition, the design effect is not known and taken as 1.

    References
    ----------
    SAS Institute. SAS/STAT User's Guide: The SURVEYFREQ procedure, confidence limits for
    proportions (modified Wilson).
    """
    from scipy.stats import t  # slow to load

    share, _, effect = linearized(hits, sizes)
    units = sizes.sum(axis=1) / np.where(np.isnan(effect), 1, effect)
    weight = t.ppf(0.975, sizes.shape[1] - 1) ** 2 / units
    middle = (share + weight / 2) / (1 + weight)
    half = np.sqrt(weight * share * (1 - share) + weight**2 / 4) / (1 + weight)
    return np.clip(middle - half, 0, 1), np.clip(middle + half, 0, 1)


def _checked_clusters(hits: ArrayLike, sizes: ArrayLike) -> tuple[IntArray, IntArray]:
    """Hits and sizes of clusters as arrays; ValueError as in `clustered`."""
    counts, totals = np.asarray(hits, dtype=float), np.asarray(sizes, dtype=float)
    if counts.shape != totals.shape or counts.ndim != 1:
        raise ValueError("hits and sizes must be one number each, patient by patient")
    if len(totals) < 2:
        raise ValueError(f"clusters need at least two patients, not {len(totals)}")
    both = np.concatenate([counts, totals])
    if not np.all(np.isfinite(both)) or np.any(both % 1 != 0):
        raise ValueError("hits and sizes must be whole numbers")
    if np.any(totals < 1):
        raise ValueError("every patient needs at least one unit")
    if np.any(counts < 0) or np.any(counts > totals):
        raise ValueError("hits must be from 0 to the size, patient by patient")
    return counts.astype(int), totals.astype(int)
