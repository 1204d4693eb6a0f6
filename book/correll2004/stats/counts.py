"""Exact 95% limits of counts, of patients and of events in time; and what a study needs."""

from math import ceil, isfinite

from .survival import Z95_EXACT


def exact_share(count: int, n: int) -> tuple[float, float]:
    """Clopper and Pearson's limits of a proportion, from scipy.

    They cover the true share at least as often as they claim, in samples of any size.

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
    Clopper CJ, Pearson ES. The use of confidence or fiducial limits illustrated in the case
    of the binomial. Biometrika 1934;26:404-413.

    Examples
    --------
    >>> [round(limit, 3) for limit in exact_share(0, 33)]
    [0.0, 0.106]
    """
    from scipy.stats import binomtest  # slow to load, and few chapters come here

    if not (0 <= count <= n and n > 0 and count % 1 == n % 1 == 0):
        raise ValueError(f"count and n must be whole, 0 <= count <= n, n > 0, not {count} and {n}")
    limits = binomtest(int(count), int(n)).proportion_ci(method="exact")
    return float(limits.low), float(limits.high)


def exact_rate(events: int, time: float) -> tuple[float, float]:
    """Garwood's limits of a rate of events that come at random, at one pace.

    Parameters
    ----------
    events : int
        How many there were, 0 or more.
    time : float
        The time in which they were counted, of all patients together, above 0.

    Returns
    -------
    lower, upper : float
        95% confidence limits, in events per unit of time.

    Raises
    ------
    ValueError
        If `events` is not whole or below 0, or `time` is not a finite number above 0.

    References
    ----------
    Garwood F. Fiducial limits for the Poisson distribution. Biometrika 1936;28:437-442.

    Examples
    --------
    >>> [round(limit, 2) for limit in exact_rate(10, 1)]
    [4.8, 18.39]
    """
    from scipy.special import gammaincinv

    if not (events >= 0 and events % 1 == 0 and isfinite(time) and time > 0):
        raise ValueError(
            f"events must be a whole number from 0, time finite and above 0, not {events}, {time}"
        )
    lower = float(gammaincinv(events, 0.025)) if events else 0.0
    return lower / time, float(gammaincinv(events + 1, 0.975)) / time


def patients_needed(variance: float, half_width: float) -> int:
    """Count the patients whose 95% interval of a share would have a given half-width.

    Parameters
    ----------
    variance : float
        What one patient adds to the variance: n times the variance of the estimated share
        in n patients, which is ``share * (1 - share)`` if all are followed. Above 0.
    half_width : float
        From the estimate to a limit, above 0.

    Returns
    -------
    int
        The least number for which 1.96 standard errors are not above `half_width`.

    Raises
    ------
    ValueError
        If a number is not above 0.

    Examples
    --------
    >>> patients_needed(0.5 * 0.5, 0.10)
    97
    """
    if not (variance > 0 and half_width > 0):
        raise ValueError(f"both must be above 0, not {variance} and {half_width}")
    return ceil(variance * (Z95_EXACT / half_width) ** 2)
