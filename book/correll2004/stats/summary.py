"""Summary statistics as SPSS computes them."""

import numpy as np
import pandas as pd


def quartiles(values):
    """Lower and upper quartile as SPSS computes them (HAVERAGE).

    The p-th quantile of n ordered values stands at rank p (n + 1), interpolated:
    Weibull's definition, type 6 of Hyndman and Fan (1996). pandas' default is type 7.

    values : numbers, at least one. Raises ValueError where there is none.
    """
    values = np.asarray(values, dtype=float)
    if not values.size:
        raise ValueError("quartiles need at least one value")
    return np.quantile(values, [0.25, 0.75], method="weibull", axis=-1)


# The statistics of Table 2: functions of versions x values, one number per version.
SUMMARY = {
    "Mean": lambda rows: rows.mean(axis=-1),
    "Median": lambda rows: np.median(rows, axis=-1),
    "Standard deviation": lambda rows: rows.std(axis=-1, ddof=1),
    "25th percentile": lambda rows: quartiles(rows)[0],
    "75th percentile": lambda rows: quartiles(rows)[1],
    "Maximum": lambda rows: rows.max(axis=-1),
    "Minimum": lambda rows: rows.min(axis=-1),
}


def summary(values):
    """The seven statistics of Table 2 for one column of values, a Series."""
    values = np.asarray(values, dtype=float)
    return pd.Series({name: float(statistic(values)) for name, statistic in SUMMARY.items()})


def spread(groups):
    """Number, range and SPSS quartiles of groups of values, one row per group.

    groups : name -> Series of values. Columns n, minimum, q1, median, q3, maximum.
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
