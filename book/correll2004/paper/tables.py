"""Tables 2 to 5, recomputed from Table 1 in the paper's own rows and columns.

Every cell is a quantity of `correll2004.paper.quantities`; here they are put in their places.
Each function takes a `Table1` and returns unrounded numbers.
"""

from collections.abc import Callable, Sequence

import pandas as pd

from ..data.classes import DAY_CLASSES, RATE_CLASSES
from ..data.courses import COURSES
from ..data.table1 import Table1
from ..stats.summary import SUMMARY
from . import quantities
from .quantities import Quantity
from .versions import versions_of

TABLE2_COLUMNS = [
    "age_years",
    "crps_months",
    "rate_max_mg_per_h",
    "infusion_days",
    "relief_percent",
]
TABLE5_PARTS = ["n", "censored", "events", "months", "se", "lower", "upper"]


def table2(table1: Table1) -> pd.DataFrame:
    """Table 2: summary statistics.

    Age and duration of CRPS are taken over the 33 patients, the other columns over the
    47 cycles; the standard deviation has n - 1 in its denominator. A duration printed
    as a lower bound (>24) enters as its number.

    Parameters
    ----------
    table1 : Table1

    Returns
    -------
    DataFrame of float, 7 x 5
        Rows as `SUMMARY` names them, columns `TABLE2_COLUMNS`.
    """
    versions = versions_of(table1)
    return pd.DataFrame(
        {
            column: {row: quantities.table2(versions, row, column).value for row in SUMMARY}
            for column in TABLE2_COLUMNS
        }
    )


def table3(table1: Table1) -> pd.DataFrame:
    """Table 3: cycles by maximum rate.

    Parameters
    ----------
    table1 : Table1

    Returns
    -------
    DataFrame, 5 x 6
        Rows `RATE_CLASSES`; columns (``first`` | ``second`` | ``all``, ``n`` | ``percent``).
    """
    return _by_class(table1, quantities.table3, RATE_CLASSES, ["first", "second", "all"])


def table4(table1: Table1) -> pd.DataFrame:
    """Table 4: cycles by days of infusion.

    Parameters
    ----------
    table1 : Table1

    Returns
    -------
    DataFrame, 5 x 8
        Rows `DAY_CLASSES`; columns (``first`` | ``second`` | ``third`` | ``all``,
        ``n`` | ``percent``).
    """
    return _by_class(table1, quantities.table4, DAY_CLASSES, [*COURSES, "all"])


def _by_class(
    table1: Table1,
    cell: Callable[..., Quantity],
    classes: Sequence[str],
    courses: Sequence[str],
) -> pd.DataFrame:
    """Counts and percentages of cycles per class, by course and over all cycles."""
    versions = versions_of(table1)
    columns = {
        (course, part): {row: kind(cell(versions, row, course, part).value) for row in classes}
        for course in courses
        for part, kind in (("n", int), ("percent", float))
    }
    return pd.DataFrame(columns)


def table5(table1: Table1) -> pd.DataFrame:
    """Table 5: Kaplan-Meier estimates of the duration of relief.

    Parameters
    ----------
    table1 : Table1

    Returns
    -------
    DataFrame, 4 x 7
        Rows (``first`` | ``second``, ``Mean`` | ``Median``); columns ``n``, ``censored``,
        ``events``, and in months ``months``, ``se``, ``lower``, ``upper``. Limits are 95%,
        estimate -/+ 1.96 standard errors, and not cut off at 0. A median is inf where S(t)
        stays above 0.5; error and limits are NaN where there are none.
    """
    versions = versions_of(table1)
    rows = {
        (course, statistic): {
            part: quantities.table5(versions, course, statistic, part).value
            for part in TABLE5_PARTS
        }
        for course in ("first", "second")
        for statistic in ("Mean", "Median")
    }
    frame = pd.DataFrame.from_dict(rows, orient="index")
    return frame.astype(dict.fromkeys(TABLE5_PARTS[:3], int))
