"""Survival probabilities where relapse and loss from sight may depend on one another.

The copula-graphic estimator: the dependence is assumed, not estimated, because the data
cannot show it. Independence gives the Kaplan-Meier estimate.
"""

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from .curves import BoolArray, FloatArray, checked_outcomes, distinct_times
from .survival import Z95_EXACT

LARGEST = 0.99  # of Kendall's tau; beyond it the exponentials leave the range of a float


def frank_parameter(tau: float) -> float:
    """Find the parameter of Frank's copula that has a given Kendall's tau.

    Parameters
    ----------
    tau : float
        Kendall's tau, from -0.99 to 0.99.

    Returns
    -------
    float
        The theta of ``1 - 4 / theta * (1 - D(theta)) = tau``, where D is the mean of
        ``x / (exp(x) - 1)`` from 0 to theta; 0 for independence, of the sign of tau.

    Raises
    ------
    ValueError
        If tau is not from -0.99 to 0.99.

    References
    ----------
    Genest C. Frank's family of bivariate distributions. Biometrika 1987;74:549-555.

    Examples
    --------
    >>> round(frank_parameter(0.5), 4)
    5.7363
    """
    from scipy.integrate import quad  # slow to load, and few chapters come here
    from scipy.optimize import brentq

    if not -LARGEST <= tau <= LARGEST:
        raise ValueError(f"Kendall's tau must be from -{LARGEST} to {LARGEST}, not {tau}")
    if tau == 0:
        return 0.0

    def excess(theta: float) -> float:
        # x / (exp(x) - 1), written so that it is exact near 0 and does not overflow
        area = quad(lambda x: x * np.exp(-x) / -np.expm1(-x), 0, theta, limit=200)[0]
        return float(1 - 4 / theta * (1 - area / theta) - abs(tau))

    # tau is below theta / 9 everywhere, and above 1 - 4 / theta
    size = brentq(excess, 8 * abs(tau), 4 / (1 - abs(tau)) + 1, xtol=1e-13, rtol=1e-14)
    return float(np.copysign(size, tau))


def copula_graphic(months: ArrayLike, event: ArrayLike, tau: float) -> pd.DataFrame:
    """Estimate S(t) when the times of relapse and of loss have a given Kendall's tau.

    Parameters
    ----------
    months : array-like of float, shape (n,)
        Times in months, of relapse or of loss, whichever came first; as in `KaplanMeier`.
    event : array-like of int, shape (n,)
        1 for a relapse or failure at that time, 0 for a loss (a censored time).
    tau : float
        Kendall's tau of both times, from -0.99 to 0.99. Of two patients, the one who
        relapses first would also be lost first with probability (1 + tau) / 2.

    Returns
    -------
    DataFrame
        By distinct time in months: ``survival`` S(t), ``se`` its standard error, and the
        pointwise 95% limits ``lower`` and ``upper``, S(t) itself where it is 0 or 1.

    Raises
    ------
    ValueError
        As for `KaplanMeier`, or if tau is not from -0.99 to 0.99.

    Notes
    -----
    With n patients, of whom Y(t) have a time at or after t and d(t) relapse at t, and phi the
    generator of the copula (here Frank's, which allows both signs), Rivest and Wells have::

        phi(S(t)) = sum over times s <= t of phi((Y(s) - d(s)) / n) - phi(Y(s) / n)

    Relapses come before the losses of the same time. For tau = 0, phi is -log and S(t) is
    Kaplan and Meier's. Towards tau = -1, S(t) tends to the share whose relapse was not seen
    by t, as if the lost never relapsed; towards 1, at the time of a relapse, to the share
    not yet relapsed or lost, as if the lost relapsed at once. The standard error is the
    infinitesimal jackknife's, which is Greenwood's for tau = 0; limits are symmetric on the
    scale log(-log S(t)).

    References
    ----------
    Zheng M, Klein JP. Estimates of marginal survival for dependent competing risks based on
    an assumed copula. Biometrika 1995;82:127-138.

    Rivest LP, Wells MT. A martingale approach to the copula-graphic estimator for the
    survival function under dependent censoring. J Multivar Anal 2001;79:138-155.

    Examples
    --------
    >>> copula_graphic([1, 2, 3, 4], [1, 0, 1, 0], 0)["survival"].tolist()
    [0.75, 0.75, 0.375, 0.375]
    """
    checked, events = checked_outcomes(months, event)
    if checked.ndim != 1:
        raise ValueError("months and event must be one-dimensional")
    theta = frank_parameter(tau)
    times, which = distinct_times(checked)
    here = which[:, None] == np.arange(len(times))
    at_risk = which[:, None] >= np.arange(len(times))  # patients x times
    left = at_risk & ~(here & (events == 1)[:, None])  # at risk, and not relapsed there
    before, after = at_risk.mean(axis=0), left.mean(axis=0)

    # Steps without a relapse are 0. Where nobody is left, which can be at the last time
    # alone, S(t) is 0 and has no error.
    relapse, ended = (after > 0) & (after < before), after == 0
    after_or_1 = np.where(ended, 1, after)
    steps = np.where(relapse, _generator(after_or_1, theta) - _generator(before, theta), 0)
    survival = np.where(ended, 0, _inverse(np.cumsum(steps), theta))

    slope_before, slope_after = _slope(before, theta), _slope(after_or_1, theta)
    influences = slope_after * (left - after) - slope_before * (at_risk - before)
    sums = np.cumsum(np.where(relapse, influences, 0), axis=1)
    inside = (survival > 0) & (survival < 1)
    slope = _slope(np.where(inside, survival, 0.5), theta)
    spread = np.sqrt((sums**2).sum(axis=0)) / len(checked) / np.abs(slope)
    se = np.where(inside, spread, 0)
    columns = {"survival": survival, "se": se} | _limits(survival, se, inside)
    return pd.DataFrame(columns, index=pd.Index(times, name="months"))


def _limits(survival: FloatArray, se: FloatArray, inside: BoolArray) -> dict[str, FloatArray]:
    """Lower and upper 95% limit, symmetric on the scale log(-log S); S where it is 0 or 1."""
    logs = np.log(np.where(inside, survival, 0.5))
    widths = Z95_EXACT * se / np.where(inside, survival, 0.5) / np.abs(logs)
    ends = {"lower": 1, "upper": -1}
    return {
        name: np.where(inside, np.exp(logs * np.exp(sign * widths)), survival)
        for name, sign in ends.items()
    }


# --- Frank's copula ---------------------------------------------------------------
# Written with the size of theta and its sign, so that nothing overflows towards tau = -1 or 1.


def _generator(share: FloatArray, theta: float) -> FloatArray:
    """phi(u) = -log((exp(-theta u) - 1) / (exp(-theta) - 1)), above 0 to 1; -log u for 0."""
    if theta == 0:
        return -np.log(share)
    size = abs(theta)
    found = _log_complement(np.asarray(size)) - _log_complement(size * share)
    return found if theta > 0 else found + size * (1 - share)


def _log_complement(value: FloatArray) -> FloatArray:
    """log(1 - exp(-x)) of x above 0, to full precision for small and large x."""
    small = -np.expm1(-np.minimum(value, 1))
    return np.where(value < 1, np.log(small), np.log1p(-np.exp(-np.maximum(value, 1))))


def _inverse(value: FloatArray, theta: float) -> FloatArray:
    """The share u with phi(u) = value."""
    if theta == 0:
        return np.exp(-value)
    size = abs(theta)
    if theta > 0:
        return np.asarray(-np.log(-np.expm1(-value) + np.exp(-value - size)) / size)
    log_odds = -value + size + _log_complement(np.asarray(size))
    return np.asarray(np.logaddexp(0, log_odds) / size)


def _slope(share: FloatArray, theta: float) -> FloatArray:
    """The derivative of phi at u, below 0."""
    if theta == 0:
        return -1 / share
    size = abs(theta)
    found: FloatArray = -size / -np.expm1(-size * share)
    return found * np.exp(-size * share) if theta > 0 else found
