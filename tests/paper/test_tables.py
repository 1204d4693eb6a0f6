"""Tables 2 to 4 against slow twins in plain Python, and the definitions they rest on."""

import math
import random
from fractions import Fraction

import byhand
import numpy as np
import pandas as pd
import pytest

from correll2004.data import classes
from correll2004.paper import course_curves, tables
from correll2004.stats.summary import quartiles, spread
from correll2004.stats.summary import summary as summary_of

# --- SPSS's quartiles -------------------------------------------------------------


def quartile(values, share):
    """HAVERAGE: the value at rank p (n + 1), interpolated; kept within the values."""
    ordered = sorted(values)
    rank = Fraction(share) * (len(ordered) + 1)
    below = math.floor(rank)
    if below < 1:
        return ordered[0]
    if below >= len(ordered):
        return ordered[-1]
    return ordered[below - 1] + (rank - below) * (ordered[below] - ordered[below - 1])


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([1, 2, 3, 4, 5, 6, 7], (2, 6)),  # ranks 1/4 x 8 and 3/4 x 8
        ([10, 20, 30, 40], (12.5, 37.5)),  # ranks 5/4 and 15/4
        ([1, 2, 4, 8, 16], (1.5, 12)),  # ranks 3/2 and 9/2
        ([5, 9], (5, 9)),  # ranks 3/4 and 9/4 lie outside: the ends
        ([7], (7, 7)),
    ],
)
def test_quartiles_by_hand(values, expected):
    assert tuple(quartiles(values)) == expected
    assert (quartile(values, "1/4"), quartile(values, "3/4")) == expected


def test_quartiles_of_age_by_hand(printed):
    """33 ages: rank 17/2, between 30 and 31, and rank 51/2, between 48 and 52."""
    ordered = sorted(printed.patients["age_years"])
    assert (ordered[7], ordered[8], ordered[24], ordered[25]) == (30, 31, 48, 52)
    assert tuple(quartiles(ordered)) == (30.5, 50)


def test_quartiles_are_weibulls_and_not_the_default_of_pandas(printed):
    """pandas interpolates at rank 1 + p (n - 1): Hyndman and Fan's type 7."""
    ages = printed.patients["age_years"]
    low, high = quartiles(ages)
    assert [low, high] == list(np.quantile(ages, [0.25, 0.75], method="weibull"))
    assert [low, high] != ages.quantile([0.25, 0.75]).tolist()


def test_statistics_of_too_few_values_are_refused():
    with pytest.raises(ValueError, match="quartiles need at least one value"):
        quartiles([])
    with pytest.raises(ValueError, match="quartiles need at least one value"):
        spread({"nobody": pd.Series([], dtype=float)})
    for values in ([], [3]):
        with pytest.raises(ValueError, match=f"at least two values, not {len(values)}"):
            summary_of(values)


def test_quartiles_of_any_values():
    draw = random.Random(2004)
    for size in range(1, 60):
        values = [draw.randrange(200) for _ in range(size)]
        expected = [float(quartile(values, share)) for share in ("1/4", "3/4")]
        assert quartiles(values).tolist() == pytest.approx(expected)


# --- Table 2 ----------------------------------------------------------------------


def summary(values):
    """The seven rows of Table 2, from the definitions."""
    ordered = sorted(values)
    n = len(ordered)
    mean = sum(ordered) / n
    middle = (ordered[(n - 1) // 2] + ordered[n // 2]) / 2
    squares = sum((value - mean) ** 2 for value in ordered)
    return {
        "Mean": mean,
        "Median": middle,
        "Standard deviation": math.sqrt(squares / (n - 1)),
        "25th percentile": quartile(ordered, "1/4"),
        "75th percentile": quartile(ordered, "3/4"),
        "Maximum": ordered[-1],
        "Minimum": ordered[0],
    }


def test_table_2_cell_by_cell(printed):
    """Age and CRPS duration over the patients, the other columns over the cycles."""
    columns = {
        "age_years": [age for age, _, _ in byhand.patients()],
        "crps_months": [months for _, _, months in byhand.patients()],
        "rate_max_mg_per_h": [cycle.rate_max for cycle in byhand.cycles()],
        "infusion_days": [cycle.days for cycle in byhand.cycles()],
        "relief_percent": [cycle.relief for cycle in byhand.cycles()],
    }
    table = tables.table2(printed)
    assert list(table.columns) == list(columns)
    for column, values in columns.items():
        by_hand = summary(values)
        assert list(table.index) == list(by_hand)
        for row, value in by_hand.items():
            assert table.at[row, column] == pytest.approx(float(value), abs=1e-9)


def test_repair_r1_moves_no_cell_of_tables_2_to_4(printed, r1):
    for table in (tables.table2, tables.table3, tables.table4):
        pd.testing.assert_frame_equal(table(printed), table(r1))


# --- the classes of Tables 3 and 4 ------------------------------------------------


def rate_class(rate):
    """Table 3's rows; what lies between two of them belongs to the upper."""
    if rate <= 15:
        return "≤15"
    if rate <= 20:
        return "16–20"
    if rate <= 25:
        return "21–25"
    if rate <= 30:
        return "26–30"
    return ">30"


def day_class(days):
    """Table 4's rows; 3.5 days belongs to 4–5, as the table's note says."""
    if days < 2:
        return "<2"
    if days < 3.5:
        return "2–3"
    if days < 6:
        return "4–5"
    if days < 8:
        return "6–7"
    return "≥8"


@pytest.mark.parametrize(
    ("rate", "label"),
    [
        (0.1, "≤15"),
        (15, "≤15"),
        (15.1, "16–20"),
        (17.5, "16–20"),
        (20, "16–20"),
        (20.1, "21–25"),
        (25, "21–25"),
        (25.1, "26–30"),
        (30, "26–30"),
        (30.1, ">30"),
        (50, ">30"),
    ],
)
def test_edges_of_the_rate_classes(rate, label):
    assert classes.rate_class(pd.Series([float(rate)])).tolist() == [label]
    assert rate_class(rate) == label


@pytest.mark.parametrize(
    ("days", "label"),
    [
        (0.75, "<2"),
        (1.99, "<2"),
        (2, "2–3"),
        (3, "2–3"),
        (3.49, "2–3"),
        (3.5, "4–5"),
        (5, "4–5"),
        (5.99, "4–5"),
        (6, "6–7"),
        (7, "6–7"),
        (8, "≥8"),
        (20, "≥8"),
    ],
)
def test_edges_of_the_day_classes(days, label):
    assert classes.day_class(pd.Series([float(days)])).tolist() == [label]
    assert day_class(days) == label


def test_edges_and_labels_stand_in_one_order():
    for labels, edges in [
        (classes.RATE_CLASSES, classes.RATE_EDGES),
        (classes.DAY_CLASSES, classes.DAY_EDGES),
    ]:
        assert edges == sorted(edges)
        assert len(edges) == len(labels) + 1


# --- Tables 3 and 4 ---------------------------------------------------------------


def members_by_course(label_of, courses):
    """Labels of the cycles of each course, and of all 47 under ``all``."""
    found = {
        course: [label_of(cycle) for cycle in byhand.cycles() if cycle.number == number]
        for number, course in enumerate(courses, start=1)
    }
    return found | {"all": [label_of(cycle) for cycle in byhand.cycles()]}


TWINS = {
    "Table 3": (
        tables.table3,
        classes.RATE_CLASSES,
        members_by_course(lambda cycle: rate_class(cycle.rate_max), ["first", "second"]),
    ),
    "Table 4": (
        tables.table4,
        classes.DAY_CLASSES,
        members_by_course(lambda cycle: day_class(cycle.days), ["first", "second", "third"]),
    ),
}


@pytest.mark.parametrize("name", TWINS)
def test_tables_3_and_4_cell_by_cell(name, printed):
    function, labels, courses = TWINS[name]
    table = function(printed)
    assert list(table.index) == labels
    assert list(table.columns) == [
        (course, part) for course in courses for part in ("n", "percent")
    ]
    for course, members in courses.items():
        for label in labels:
            n = members.count(label)
            assert table.at[label, (course, "n")] == n
            percent = table.at[label, (course, "percent")]
            assert percent == pytest.approx(float(Fraction(100 * n, len(members))))


def test_third_cycles_enter_table_3_only_where_all_are_combined(printed):
    """Its note: two patients' third cycles stand in the combined column."""
    table = tables.table3(printed)
    apart = table["first", "n"] + table["second", "n"]
    assert (table["all", "n"] - apart).sum() == len(printed.course(3))


def test_shares_of_a_column_add_up_to_100(printed):
    for table in (tables.table3(printed), tables.table4(printed)):
        shares = table.xs("percent", axis=1, level=1)
        assert shares.sum().tolist() == pytest.approx([100] * shares.shape[1])


# --- both readings of a curve -----------------------------------------------------


def test_readings_by_hand(r1):
    """First course under R1: of 15 at risk at 3 months three relapse, of 7 at 6 months one."""
    found = course_curves.readings(course_curves.of_course(r1, 1), [3, 6])
    assert found["at_risk"].tolist() == [15, 7]
    beyond, at_least = [14725 / 27456, 14725 / 48048], [73625 / 109824, 14725 / 41184]
    assert found["beyond"].tolist() == pytest.approx([100 * share for share in beyond])
    assert found["at_least"].tolist() == pytest.approx([100 * share for share in at_least])
