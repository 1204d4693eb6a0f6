"""95% intervals for proportions: over patients, and over cycles that share patients."""

from dataclasses import dataclass
from functools import cache

import numpy as np

RESAMPLES = 100_000
SEED = 2004


def wilson(count, n):
    """Wilson's (1927) score interval of a proportion, ``(lower, upper)``, from scipy.

    For independent units: patients, each once. It stays within 0 and 1, has a limit even
    for 0 or n of n, and covers better in small samples than the estimate -/+ 1.96
    standard errors (Brown, Cai and DasGupta, 2001).

    count, n : whole numbers, 0 <= count <= n, n > 0. Raises ValueError otherwise.
    """
    from scipy.stats import binomtest  # slow to load, and few chapters come here

    limits = binomtest(int(count), int(n)).proportion_ci(method="wilson")
    return float(limits.low), float(limits.high)


@dataclass(frozen=True)
class ClusteredShare:
    """Share of units that meet a condition, units of one patient taken together.

    ``value`` the share; ``lower`` and ``upper`` its percentile bootstrap limits;
    ``se`` its linearized standard error; ``design_effect`` the variance over that of
    so many independent units, NaN where the share is 0 or 1.
    """

    value: float
    lower: float
    upper: float
    se: float
    design_effect: float


def clustered(hits, sizes):
    """Share sum(hits) / sum(sizes) with patients as clusters.

    hits, sizes : arrays of one number per patient: units that meet the condition, units.

    The bootstrap draws patients, not units, with replacement, `RESAMPLES` times from a
    fixed seed, and takes the 2.5th and 97.5th percentile of the share (Field and Welsh,
    2007). The standard error is the linearized one of a ratio with n patients
    (Cochran, 1977, chapter 6)::

        sqrt(n / (n - 1) * sum((hits_i - share * sizes_i)^2)) / sum(sizes)

    Where no or all units meet the condition both are 0 wide, which says nothing.
    Raises ValueError for arrays of unequal length, or hits outside 0 and the size.
    """
    hits, sizes = np.asarray(hits), np.asarray(sizes)
    if hits.shape != sizes.shape or np.any(hits < 0) or np.any(hits > sizes):
        raise ValueError("hits must lie between 0 and the sizes, patient by patient")
    n, units = len(sizes), sizes.sum()
    value = hits.sum() / units
    draws = _draws(n)
    lower, upper = np.quantile((draws @ hits) / (draws @ sizes), [0.025, 0.975])
    variance = n / (n - 1) * np.sum((hits - value * sizes) ** 2) / units**2
    independent = value * (1 - value) / units
    effect = variance / independent if independent else float("nan")
    return ClusteredShare(
        float(value), float(lower), float(upper), float(np.sqrt(variance)), float(effect)
    )


@cache
def _draws(n):
    """How often each of n patients is drawn in each resample: resamples x n."""
    return np.random.default_rng(SEED).multinomial(n, np.full(n, 1 / n), size=RESAMPLES)
