"""Summary statistics by the definitions that Table 2 follows."""

from collections.abc import Callable, Mapping

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from .curves import FloatArray


def quartiles(values: ArrayLike) -> FloatArray:
    """Lower and upper quartile by the default of SPSS's EXAMINE (HAVERAGE).

    The p-th quantile of n ordered values is at rank p (n + 1), interpolated: Weibull's
    definition, type 6 of Hyndman and Fan. pandas' default is type 7.

    Parameters
    ----------
    values : array-like of float, shape (..., n)
        At least one value; NaN among them makes their quartiles NaN.

    Returns
    -------
    ndarray of float, shape (2, ...)
        Lower and upper quartile, along the last axis.

    Raises
    ------
    ValueError
        If there is no value.

    References
    ----------
    Hyndman RJ, Fan Y. Sample quantiles in statistical packages. Am Stat 1996;50:361-365.

    Examples
    --------
    >>> quartiles([1, 2, 3, 4]).tolist()
    [1.25, 3.75]
    """
    numbers = np.asarray(values, dtype=float)
    if not numbers.size:
        raise ValueError("quartiles need at least one value")
    return np.asarray(np.quantile(numbers, [0.25, 0.75], method="weibull", axis=-1))


# The statistics of Table 2: functions of versions x values, one number per version.
SUMMARY: dict[str, Callable[[FloatArray], FloatArray]] = {
    "Mean": lambda rows: np.asarray(rows.mean(axis=-1)),
    "Median": lambda rows: np.asarray(np.median(rows, axis=-1)),
    "Standard deviation": lambda rows: np.asarray(rows.std(axis=-1, ddof=1)),
    "25th percentile": lambda rows: quartiles(rows)[0],
    "75th percentile": lambda rows: quartiles(rows)[1],
    "Maximum": lambda rows: np.asarray(rows.max(axis=-1)),
    "Minimum": lambda rows: np.asarray(rows.min(axis=-1)),
}


def summary(values: ArrayLike) -> "pd.Series[float]":
    """Compute the seven statistics of Table 2 for one column of values.

    Parameters
    ----------
    values : array-like of float, shape (n,)
        At least two values.

    Returns
    -------
    Series of float
        By name of the statistic, in the order of `SUMMARY`.

    Raises
    ------
    ValueError
        If there are fewer than two values: they have no standard deviation.
    """
    numbers = np.asarray(values, dtype=float)
    if numbers.size < 2:
        raise ValueError(f"a summary needs at least two values, not {numbers.size}")
    return pd.Series({name: float(statistic(numbers)) for name, statistic in SUMMARY.items()})


def spread(groups: Mapping[str, "pd.Series[float]"]) -> pd.DataFrame:
    """Number, range and Weibull quartiles of groups of values.

    Parameters
    ----------
    groups : mapping of str to Series of float
        Values of each group, at least one.

    Returns
    -------
    DataFrame
        One row per group; columns ``n``, ``minimum``, ``q1``, ``median``, ``q3`` and
        ``maximum``.

    Raises
    ------
    ValueError
        If a group has no value.
    """
    rows = {}
    for name, values in groups.items():
        low, high = quartiles(values)
        rows[name] = {
            "n": len(values),
            "minimum": values.min(),
            "q1": low,
            "median": values.median(),
            "q3": high,
            "maximum": values.max(),
        }
    return pd.DataFrame.from_dict(rows, orient="index")
