"""Limits of a probability from what it is without each patient in turn."""

import numpy as np
from scipy.special import expit, logit

from .curves import FloatArray
from .survival import Z95_EXACT


def logit_limits(value: float, without_each: FloatArray) -> tuple[float, float]:
    """Compute 95% limits of a probability by the jackknife, symmetric on the logit scale.

    Parameters
    ----------
    value : float
        The estimate from all patients, between 0 and 1.
    without_each : ndarray of float, shape (n_patients,)
        The estimate without each patient in turn.

    Returns
    -------
    lower, upper : float
        Between 0 and 1; NaN where an estimate is NaN.

    Notes
    -----
    The standard error, with z_i the logits of n estimates::

        sqrt((n - 1) / n * sum((z_i - mean(z))^2))

    References
    ----------
    Miller RG. The jackknife - a review. Biometrika 1974;61:1-15.

    Examples
    --------
    >>> logit_limits(0.5, np.array([0.5, 0.5]))
    (0.5, 0.5)
    """
    logits = logit(without_each)
    n = len(logits)
    error = np.sqrt((n - 1) / n * np.sum((logits - logits.mean()) ** 2))
    lower, upper = expit(logit(value) + Z95_EXACT * error * np.array([-1, 1]))
    return float(lower), float(upper)
