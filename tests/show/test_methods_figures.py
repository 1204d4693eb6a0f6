"""The pictures of the Methods chapter show the data they are given."""

import pytest

from correll2004.paper import claims, course_curves, records
from correll2004.show import figures

FILES = records.load()

HOURS = ("10", "12–24", "24", "48")
TICKS = [0, 12, 24, 36]


def words(figure):
    """Every text drawn in a figure, its axes' titles and labels apart."""
    return [text.get_text() for axes in figure.axes for text in axes.texts]


@pytest.fixture
def second(printed):
    return printed.course(2), course_curves.of_course(printed, 2)


def test_the_protocol_and_its_description_carry_every_published_number():
    drawn, said = " ".join(words(figures.protocol(*HOURS))), figures.describe_protocol(*HOURS)
    for text in (drawn, said):
        assert "Start at 10 mg/h" in text
        for hours in HOURS[1:]:
            assert f"for {hours} h" in text
        assert "Patients 14 and 19" in text


def test_the_published_numbers_are_those_strings():
    ids = ["start-rate", "stop-a-low", "stop-a-high", "stop-b", "stop-c"]
    assert [claims.published(FILES, f"meth-{name}") for name in ids] == [
        "10",
        "12",
        "24",
        "24",
        "48",
    ]


def test_patients_14_and_19_exceed_rule_c(printed):
    days = printed.cycles.set_index("patient").loc[[14, 19], "infusion_days"]
    assert (days > 48 / 24).all()


def test_one_line_per_outcome_kind(printed):
    cycles = printed.cycles.set_index("label", drop=False).loc[["5", "2", "4", "14"]]
    assert words(figures.outcome_kinds(cycles)) == [
        "Patient 5 prints 4",
        "4 months,\nevent",
        "Patient 2 prints >5",
        "5 months,\ncensored",
        "Patient 4 prints No follow-up",
        "0 months,\ncensored",
        "Patient 14 prints N/A",
        "0 months,\nevent",
    ]


def test_the_curve_by_hand_names_every_factor_and_patient(second):
    figure = figures.product_limit(*second, TICKS)
    assert words(figure) == ["× 7/8", "× 4/6", "× 1/2"]
    labels = [tick.get_text() for tick in figure.axes[0].get_yticklabels()]
    assert sorted(labels) == sorted(second[0]["label"])


def test_the_areas_of_the_mean(second):
    """4 x 1 + 8 x 7/8 + 24 x 7/12 = 25."""
    assert words(figures.mean_and_median(second[1], TICKS)) == [
        "4 × 1\n= 4",
        "8 × 7/8\n= 7",
        "24 × 7/12\n= 14",
        "median: 36 months",
    ]
