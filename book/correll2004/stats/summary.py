"""Tables 2 to 5, recomputed from Table 1 in the paper's own rows and columns.

Each function takes a `correll2004.table1.Table1` and returns unrounded numbers.
"""

import numpy as np
import pandas as pd


def quartiles(values):
    """Lower and upper quartile as SPSS computes them (HAVERAGE).

    The p-th quantile of n ordered values stands at rank p (n + 1), interpolated:
    Weibull's definition, type 6 of Hyndman and Fan (1996). pandas' default is type 7.
    """
    return np.quantile(np.asarray(values, dtype=float), [0.25, 0.75], method="weibull")


def summary(values):
    """The seven statistics of Table 2 for one column of values."""
    low, high = quartiles(values)
    return pd.Series(
        {
            "Mean": values.mean(),
            "Median": values.median(),
            "Standard deviation": values.std(),
            "25th percentile": low,
            "75th percentile": high,
            "Maximum": values.max(),
            "Minimum": values.min(),
        }
    )


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
