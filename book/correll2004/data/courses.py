"""Tables 2 to 5, recomputed from Table 1 in the paper's own rows and columns.

Each function takes a `correll2004.table1.Table1` and returns unrounded numbers.
"""

COURSES = {"first": 1, "second": 2, "third": 3}


# --- the same patients twice ------------------------------------------------------


def pairs(table1, column):
    """A column of the cycles for the patients who had a second course.

    Returns 12 rows by patient, columns ``first`` and ``second``.
    """
    courses = table1.cycles.pivot(index="patient", columns="cycle", values=column)
    both = courses.loc[table1.course(2)["patient"], [1, 2]]
    return both.set_axis(["first", "second"], axis=1)


def compare_durations(first, first_event, second, second_event):
    """A second relief against a first: longer, shorter, equal or undetermined.

    first, second : times in months; the events are 1 for a relapse at that time and 0 for
    relief that was censored then, which lasted beyond it.
    """
    if first_event and second_event:
        return "longer" if second > first else "shorter" if second < first else "equal"
    if first_event and second >= first:
        return "longer"
    if second_event and first >= second:
        return "shorter"
    return "undetermined"


def pairs_of_durations(table1):
    """Relief after the first and after the second course, 12 rows by patient.

    Columns first and second (months), first_event and second_event (1 = relapse,
    0 = censored), and comparison, as `compare_durations` words it.
    """
    months, event = pairs(table1, "relief_months"), pairs(table1, "event").astype(int)
    frame = months.join(event.add_suffix("_event"))
    frame["comparison"] = [
        compare_durations(row.first, row.first_event, row.second, row.second_event)
        for row in frame.itertuples()
    ]
    return frame
