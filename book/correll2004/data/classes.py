"""The classes of Tables 3 and 4, with their edges."""

import numpy as np
import pandas as pd

RATE_CLASSES = ["≤15", "16–20", "21–25", "26–30", ">30"]
RATE_EDGES = [0, 15, 20, 25, 30, np.inf]
DAY_CLASSES = ["<2", "2–3", "4–5", "6–7", "≥8"]
DAY_EDGES = [0, 2, 3.5, 6, 8, np.inf]


def rate_class(rates):
    """Class of Table 3 for each maximum rate in mg/h; 17.5 falls in 16–20."""
    return pd.cut(rates, RATE_EDGES, labels=RATE_CLASSES)


def day_class(days):
    """Class of Table 4 for each duration in days; 3.5 falls in 4–5, as its note says."""
    return pd.cut(days, DAY_EDGES, labels=DAY_CLASSES, right=False)
