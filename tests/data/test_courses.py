"""The patients who had a second course: pairs by hand, and the rule that compares them."""

from xml.etree import ElementTree

import pytest

from correll2004.data import courses
from correll2004.data.courses import compare_durations
from correll2004.show import figures
from correll2004.show.svg import figure

# Read off Table 1 by eye: patient -> (first, second) as printed.
RATES = {
    22: (20, 20),
    23: (30, 30),
    24: (30, 22),
    25: (15, 40),
    26: (15, 15),
    27: (25, 30),
    28: (25, 25),
    29: (15, 15),
    30: (25, 25),
    31: (15, 17.5),
    32: (20, 20),
    33: (20, 25),
}
RELIEF = {
    22: ("2", "12"),
    23: ("2.5", ">15"),
    24: ("4", ">3"),
    25: ("6", ">6"),
    26: ("3", ">36"),
    27: ("0.75", "No follow-up"),
    28: ("4", ">12"),
    29: ("4", ">3"),
    30: ("1", "4"),
    31: ("1", "No follow-up"),
    32: ("7", "36"),
    33: ("2", "12"),
}


def as_pairs(frame):
    return dict(zip(frame.index, frame.itertuples(index=False, name=None), strict=True))


def test_pairs_are_those_read_by_eye(printed):
    assert as_pairs(courses.pairs(printed, "rate_max_mg_per_h")) == RATES
    assert as_pairs(courses.pairs(printed, "outcome_printed")) == RELIEF


@pytest.mark.parametrize(
    ("first", "second", "comparison"),
    [
        ((2, 1), (3, 1), "longer"),
        ((3, 1), (2, 1), "shorter"),
        ((3, 1), (3, 1), "equal"),
        ((2, 1), (3, 0), "longer"),
        ((3, 1), (3, 0), "longer"),  # censored at 3: it lasted beyond 3
        ((3, 1), (2, 0), "undetermined"),
        ((3, 0), (2, 1), "shorter"),
        ((3, 0), (3, 1), "shorter"),
        ((2, 0), (3, 1), "undetermined"),
        ((2, 0), (3, 0), "undetermined"),
        ((1, 1), (0, 0), "undetermined"),  # never seen after the second infusion
    ],
)
def test_comparison_of_two_reliefs(first, second, comparison):
    assert compare_durations(*first, *second) == comparison


def test_second_relief_against_the_first(printed, r1):
    for data in (printed, r1):  # Patient 1 had one course: R1 moves no pair
        found = courses.pairs_of_durations(data)["comparison"]
        assert found.value_counts().to_dict() == {"longer": 8, "undetermined": 4}
        assert set(found.index[found == "undetermined"]) == {24, 27, 29, 31}


def test_every_first_relief_of_a_pair_ended_in_relapse(printed):
    """They could not be in the second course otherwise: no fair test."""
    assert (courses.pairs_of_durations(printed)["first_event"] == 1).all()


def test_the_figure_marks_censoring_by_shape_and_words(printed):
    durations = courses.pairs_of_durations(printed)
    drawing = figures.pairs(durations, "Months", [0, 12, 24, 36])
    drawn = figure(drawing, "pairs", "Pairs", figures.describe_pairs(durations, "months"))
    svg = drawn.html[drawn.html.index("<svg") : drawn.html.index("</svg>") + 6]
    assert "last seen in remission" in svg
    label = ElementTree.fromstring(svg).get("aria-label")
    assert "Patient 26: 3 then more than 36" in label
    assert "Patient 30: 1 then 4" in label


def test_a_figure_without_events_names_no_censoring(printed):
    rates = courses.pairs(printed, "rate_max_mg_per_h")
    assert "Patient 31: 15 then 17.5" in figures.describe_pairs(rates, "mg/h")
    (axes,) = figures.pairs(rates, "mg/h", [10, 50]).axes
    assert "remission" not in axes.get_title(loc="right")
