"""The classes of Tables 3 and 4, with their edges."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

RATE_CLASSES = ["≤15", "16–20", "21–25", "26–30", ">30"]
RATE_EDGES = [0, 15, 20, 25, 30, np.inf]
DAY_CLASSES = ["<2", "2–3", "4–5", "6–7", "≥8"]
DAY_EDGES = [0, 2, 3.5, 6, 8, np.inf]

Numbers = pd.Series | NDArray[np.float64]


def rate_class(rates: Numbers) -> pd.Series:
    """Class of Table 3 for each maximum rate; 17.5 falls in 16–20.

    Parameters
    ----------
    rates : Series or ndarray of float
        In mg/h, above 0.

    Returns
    -------
    Series of category
        One of `RATE_CLASSES`, indexed as `rates`; missing for a rate that is not above 0.
    """
    return pd.Series(pd.cut(rates, RATE_EDGES, labels=RATE_CLASSES))


def day_class(days: Numbers) -> pd.Series:
    """Class of Table 4 for each duration; 3.5 falls in 4–5, as its note says.

    Parameters
    ----------
    days : Series or ndarray of float
        Days of infusion, at least 0.

    Returns
    -------
    Series of category
        One of `DAY_CLASSES`, indexed as `days`; missing for a negative duration.
    """
    return pd.Series(pd.cut(days, DAY_EDGES, labels=DAY_CLASSES, right=False))
