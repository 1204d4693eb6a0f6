"""Survival curves by any column: who is in which group, and what the curves say."""

import re

import byhand
import numpy as np
import pytest

from correll2004.data import dictionary, table1
from correll2004.paper import course_curves, groups
from correll2004.show import group_curves
from correll2004.stats.survival import KaplanMeier

COLUMNS = [*dictionary.fields("patients"), *groups.CYCLE_COLUMNS]
OVERLAP = {"patient_facts", "cycle_facts"}  # a patient has several


@pytest.mark.parametrize("course", [1, 2, 3])
@pytest.mark.parametrize("column", COLUMNS)
def test_any_column_gives_curves_of_all_patients(column, course, printed):
    found = groups.groups(printed, column, course)
    total = len(printed.course(course))
    sizes = [curve.n for curve in found.values()]
    assert min(sizes) > 0
    assert sum(sizes) >= total if column in OVERLAP else sum(sizes) == total
    shown = group_curves.survival_curves(printed, column, course)
    assert shown.html.count('<th scope="row"') == len(found)
    assert re.search(rf"of {len(found)} groups", shown.text)


def test_curves_by_sex_are_those_of_the_second_transcription(printed):
    found = groups.groups(printed, "sex")
    for letter, label in {"M": "M: man", "F": "F: woman"}.items():
        sexes = [sex for _, sex, _ in byhand.patients()]
        pairs = [pair for pair, sex in zip(byhand.course(1), sexes, strict=True) if sex == letter]
        steps = byhand.kaplan_meier(pairs)
        assert found[label].n == len(pairs)
        assert found[label].table["survival"].tolist() == pytest.approx(
            [float(step.survival) for step in steps]
        )


def test_numbers_are_cut_at_the_median_or_where_one_says(printed):
    ages = printed.patients["age_years"]
    assert list(groups.groups(printed, "age_years")) == ["up to 42 years", "above 42 years"]
    assert ages.median() == 42
    found = groups.groups(printed, "age_years", cuts=(50, 30))
    assert {label: curve.n for label, curve in found.items()} == {
        "up to 30 years": int((ages <= 30).sum()),
        "above 30, up to 50 years": int(((ages > 30) & (ages <= 50)).sum()),
        "above 50 years": int((ages > 50).sum()),
    }


def test_a_median_that_is_the_largest_value_still_makes_two_groups(printed):
    found = groups.groups(printed, "relief_percent")
    assert [curve.n for curve in found.values()] == [8, 25]


def test_a_coded_fact_parts_who_has_it_from_who_has_not(printed):
    found = groups.groups(printed, "high_dose_opioids")
    assert {label: curve.n for label, curve in found.items()} == {
        "high dose opioids": 2,
        "not high dose opioids": 31,
    }
    assert found["high dose opioids"].n_events == 2


def test_few_different_numbers_each_get_a_curve(printed):
    found = groups.groups(printed, "n_cycles")
    assert {label: curve.n for label, curve in found.items()} == {"1": 21, "2": 10, "3": 2}


def test_a_repair_is_named_and_counted(r1):
    shown = group_curves.survival_curves(r1, "sex")
    assert "First course by sex, under R1." in shown.text
    events = [curve.n_events for curve in groups.groups(r1, "sex").values()]
    assert sum(events) == course_curves.of_course(r1, 1).n_events == 20


def test_a_changed_table_has_its_own_curves(printed):
    other = table1.read(change={("1", "sex"): "F"})
    assert (
        groups.groups(other, "sex")["F: woman"].n == groups.groups(printed, "sex")["F: woman"].n + 1
    )


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"by": "event"}, "'event' is neither a column"),
        ({"by": "left_handed"}, "nor a coded fact"),
        ({"by": "sex", "course": 4}, "nobody had course 4; there are 1, 2, 3"),
        ({"by": "sex", "cuts": (3,)}, "sex has no numbers that could be cut"),
    ],
)
def test_what_makes_no_groups_is_refused(arguments, message, printed):
    with pytest.raises(ValueError, match=message):
        groups.groups(printed, **arguments)


def test_a_course_that_nobody_had_has_no_curve(printed):
    with pytest.raises(ValueError, match="nobody had course 4"):
        course_curves.of_course(printed, 4)


# --- how they look ----------------------------------------------------------------


def test_every_panel_holds_its_curve_and_that_of_all(printed):
    found, whole = groups.groups(printed, "region"), course_curves.of_course(printed, 1)
    drawing = group_curves.panels(found, whole)
    assert len(drawing.axes) == len(found)
    for axes, (label, curve) in zip(drawing.axes, found.items(), strict=True):
        assert axes.get_title(loc="left") == f"{label} ({curve.n})"
        behind, own, *censored = axes.lines
        assert behind.get_ydata()[1:] == pytest.approx(100 * whole.table["survival"].to_numpy())
        assert own.get_ydata()[1:] == pytest.approx(100 * curve.table["survival"].to_numpy())
        times = [line.get_xdata().tolist() for line in censored]
        expected = curve.table.index[curve.table["censored"] > 0].tolist()
        assert np.concatenate([[], *times]).tolist() == expected
        assert max(axes.get_xticks()) >= whole.months.max()


def test_a_probability_is_blank_where_nobody_was_followed(printed):
    """Both wrists were seen last within 2 months, still in remission."""
    text = group_curves.survival_curves(printed, "region").text
    (line,) = (line for line in text.splitlines() if line.startswith("Wrist "))
    assert line.split() == ["Wrist", "2", "0", "not", "reached"]


def test_curves_in_words_say_how_many_stay_beyond_3_months():
    """One of two relapses at exactly 3 months, and is at risk until then."""
    text = group_curves.describe({"Few": KaplanMeier([3, 4], [1, 1]), "One": KaplanMeier([4], [0])})
    few, one = text.split("; ")
    assert few.endswith(
        "Few, 2 patients, 2 relapses or failures, in remission 50% at 3 months (2 at risk)"
    )
    assert one.endswith("in remission 100% at 3 months (1 at risk).")
