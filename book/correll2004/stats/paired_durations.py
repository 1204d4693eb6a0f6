"""Two durations of one patient that have the same distribution, and which is the longer.

Both durations are drawn from one survival curve. They may depend on each other through a
frailty of the patient, a factor of both hazards with a gamma distribution. The second may be
censored. All probabilities are exact sums; nothing is simulated.
"""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .curves import FloatArray

LONGER, SHORTER, EQUAL, UNDETERMINED = range(4)  # the second duration, against the first
OUTCOMES = ["longer", "shorter", "equal", "undetermined"]


def joint_survival(first: ArrayLike, second: ArrayLike, tau: float) -> FloatArray:
    """Compute the probability that two durations of one patient outlast a time each.

    Parameters
    ----------
    first, second : array-like of float
        S(t) of the first and of the second duration at its time; shapes that broadcast.
    tau : float
        Kendall's tau of the two durations, from 0 (independent) to 1 (equal).

    Returns
    -------
    ndarray of float
        P(T1 > s, T2 > t), in the common shape.

    Raises
    ------
    ValueError
        If tau is not from 0 to 1.

    Notes
    -----
    With theta = 2 tau / (1 - tau), the variance of the frailty among patients at the start::

        (S1^-theta + S2^-theta - 1)^(-1 / theta)

    References
    ----------
    Clayton DG. A model for association in bivariate life tables and its application in
    epidemiological studies of familial tendency in chronic disease incidence. Biometrika
    1978;65:141-151.

    Oakes D. Bivariate survival models induced by frailties. J Am Stat Assoc
    1989;84:487-493.

    Examples
    --------
    >>> float(joint_survival(0.5, 0.5, tau=0))
    0.25
    >>> round(float(joint_survival(0.5, 0.5, tau=0.5)), 4)
    0.378
    """
    if not 0 <= tau <= 1:
        raise ValueError(f"Kendall's tau must be from 0 to 1, not {tau:g}")
    one, other = np.broadcast_arrays(np.asarray(first, float), np.asarray(second, float))
    if tau == 0:
        return np.asarray(one * other)
    smaller = np.minimum(one, other)
    if tau == 1:
        return np.asarray(smaller)
    theta = 2 * tau / (1 - tau)
    positive = smaller > 0
    low, high = np.where(positive, smaller, 1), np.where(positive, np.maximum(one, other), 1)
    # Of the smaller S, times a factor from 0.5^(1/theta) to 1: large powers cannot overflow.
    factor = (1 + (low / high) ** theta - low**theta) ** (-1 / theta)
    return np.asarray(np.where(positive, low * factor, 0.0))


def second_given_first(survival: FloatArray, tau: float) -> FloatArray:
    """Compute the distribution of a second duration, given when the first ended.

    Parameters
    ----------
    survival : ndarray of float, shape (..., n_times)
        S(t) after each time, the same curve for both durations.
    tau : float
        As for `joint_survival`.

    Returns
    -------
    ndarray of float, shape (..., n_times, n_times + 1)
        By the time of the first, and of the second; the last place of the second is beyond
        all times. Where the curve has no step no first duration ends; the row is then that
        of independent durations.

    Examples
    --------
    >>> second_given_first(np.array([0.75, 0.25]), tau=0)[0].tolist()
    [0.25, 0.5, 0.25]
    """
    ends = [np.ones((*survival.shape[:-1], 1)), survival, np.zeros((*survival.shape[:-1], 1))]
    steps = np.concatenate(ends, axis=-1)
    alone = -np.diff(steps)[..., None, :]
    both = joint_survival(steps[..., :-1, None], steps[..., None, :], tau)
    joint = np.diff(np.diff(both, axis=-1), axis=-2)
    total = -np.diff(steps[..., :-1])[..., None]
    found = np.broadcast_to(alone, joint.shape).copy()
    np.divide(joint, total, out=found, where=total > 0)
    return found


def outcomes(
    second: FloatArray, times: ArrayLike, first: FloatArray, follow_up: float
) -> FloatArray:
    """Compute how a second duration compares with a first that had ended.

    Parameters
    ----------
    second : ndarray of float, shape (..., n_times, n_times + 1)
        As `second_given_first` returns it.
    times : array-like of float, shape (n_times,)
        The times, in months, ascending.
    first : ndarray of float, shape (..., n_times)
        Probabilities of the time at which the first duration ended, among those compared.
    follow_up : float
        Months for which the second is followed; inf if until it ends.

    Returns
    -------
    ndarray of float, shape (..., 4)
        Probabilities that the second is seen to be longer, shorter or equal, and that the
        order is undetermined. A second that is still lasting at the time of the first is
        longer.

    Examples
    --------
    >>> second = second_given_first(np.array([0.5, 0.0]), tau=0)
    >>> outcomes(second, [1, 2], np.array([1.0, 0.0]), follow_up=np.inf).tolist()
    [0.5, 0.0, 0.5, 0.0]
    """
    ended = np.asarray(times, float)
    ends, before = np.append(ended, np.inf)[None, :], ended[:, None]
    seen = ends <= follow_up
    longer = np.where(seen, ends > before, follow_up >= before)
    masks = [longer, seen & (ends < before), seen & (ends == before)]
    masks.append(~np.any(masks, axis=0))
    both = first[..., None] * second
    return np.stack([np.sum(both * mask, axis=(-2, -1)) for mask in masks], axis=-1)


def counts(pairs: FloatArray) -> FloatArray:
    """Compute how many of several independent pairs are longer, and how many shorter.

    Parameters
    ----------
    pairs : ndarray of float, shape (n_pairs, ..., 4)
        What `outcomes` returns, of each pair.

    Returns
    -------
    ndarray of float, shape (n_pairs + 1, n_pairs + 1, ...)
        Probability by the number of pairs whose second is longer, and of those whose second
        is shorter.

    Examples
    --------
    >>> counts(np.array([[0.5, 0.5, 0, 0], [0.5, 0.5, 0, 0]]))[:, 0].tolist()
    [0.0, 0.0, 0.25]
    """
    n = len(pairs)
    found: NDArray[Any] = np.zeros((n + 1, n + 1, *pairs.shape[1:-1]))
    found[0, 0] = 1
    for pair in pairs:
        grown = found * (pair[..., EQUAL] + pair[..., UNDETERMINED])
        grown[1:] += found[:-1] * pair[..., LONGER]
        grown[:, 1:] += found[:, :-1] * pair[..., SHORTER]
        found = grown
    return found


def chance_of_as_many(counted: FloatArray, longer: int, shorter: int) -> FloatArray:
    """Compute how often at least so many of the pairs that can be ordered are longer.

    Parameters
    ----------
    counted : ndarray of float
        As `counts` returns it.
    longer, shorter : int
        Pairs observed; their sum is the number that could be ordered.

    Returns
    -------
    ndarray of float
        The probability, given that as many pairs can be ordered as were; NaN where that
        cannot happen.

    Examples
    --------
    >>> pair = np.array([0.5, 0.5, 0, 0])
    >>> float(chance_of_as_many(counts(np.array([pair] * 8)), longer=8, shorter=0))
    0.00390625
    """
    decided = longer + shorter
    by_longer = np.stack([counted[number, decided - number] for number in range(decided + 1)])
    total = by_longer.sum(axis=0)
    enough = by_longer[longer:].sum(axis=0)
    found: FloatArray = np.full_like(total, np.nan)
    np.divide(enough, total, out=found, where=total > 0)
    return found
