"""The courses of Table 1, and the first and second course of the same patients."""

import pandas as pd

from .table1 import Table1

COURSES = {"first": 1, "second": 2, "third": 3}
COURSE_NAMES = {number: name for name, number in COURSES.items()}


def title(course: int) -> str:
    """Name a course at the beginning of a sentence or a row.

    Parameters
    ----------
    course : int
        1, 2 or 3.

    Returns
    -------
    str

    Examples
    --------
    >>> title(1)
    'First course'
    """
    return f"{COURSE_NAMES[course].capitalize()} course"


def pairs(table1: Table1, column: str) -> pd.DataFrame:
    """A column of the cycles for the patients who had a second course.

    Parameters
    ----------
    table1 : Table1
    column : str
        Of its cycles.

    Returns
    -------
    DataFrame
        One row per patient with a second course (12 in the paper), by number; columns
        ``first`` and ``second``.

    Raises
    ------
    KeyError
        If there is no such column.
    """
    courses = table1.cycles.pivot(index="patient", columns="cycle", values=column)
    both = courses.loc[table1.course(2)["patient"], [1, 2]]
    return both.set_axis(["first", "second"], axis=1)


def compare_durations(first: float, first_event: int, second: float, second_event: int) -> str:
    """Compare a second relief with a first.

    Parameters
    ----------
    first, second : float
        Times in months.
    first_event, second_event : int
        1 for a relapse at that time, 0 for relief that was censored then, which lasted
        beyond it.

    Returns
    -------
    str
        ``longer``, ``shorter``, ``equal`` or ``undetermined``.

    Examples
    --------
    >>> compare_durations(3, 1, 6, 0)
    'longer'
    >>> compare_durations(3, 1, 2, 0)
    'undetermined'
    """
    if first_event and second_event:
        return "longer" if second > first else "shorter" if second < first else "equal"
    if first_event and second >= first:
        return "longer"
    if second_event and first >= second:
        return "shorter"
    return "undetermined"


def pairs_of_durations(table1: Table1) -> pd.DataFrame:
    """Relief after the first and after the second course.

    Parameters
    ----------
    table1 : Table1

    Returns
    -------
    DataFrame
        Rows as in `pairs`. Columns ``first`` and ``second`` (months), ``first_event`` and
        ``second_event`` (1 = relapse, 0 = censored), and ``comparison``, as
        `compare_durations` words it.
    """
    months, event = pairs(table1, "relief_months"), pairs(table1, "event").astype(int)
    frame = months.join(event.add_suffix("_event"))
    columns = (frame[name] for name in ("first", "first_event", "second", "second_event"))
    frame["comparison"] = [compare_durations(*row) for row in zip(*columns, strict=True)]
    return frame
