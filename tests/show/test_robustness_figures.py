"""The figures on robustness: what is drawn is what was computed, and described in words."""

import re
from math import inf

import numpy as np
import pytest

from correll2004.data import courses
from correll2004.paper import records
from correll2004.robustness import (
    combinations,
    dose,
    headlines,
    interval_readings,
    predictions,
    selection,
    single_patients,
)
from correll2004.show import figures, svg

TITLES = {
    "res-survival-second-12": "Second: beyond 12 months",
    "res-survival-second-36": "Second: beyond 36 months",
}


FILES = records.load()
HEADLINES = headlines.of_curves(FILES)


@pytest.fixture(scope="module")
def without_each():
    found = single_patients.leave_one_out(FILES)
    return figures.leave_one_out(found, TITLES, "%", [0, 20, 40, 60, 80])


def texts(figure):
    return [text.get_text() for axes in figure.axes for text in axes.texts]


def test_extremes_carry_the_patient_left_out(without_each):
    assert texts(without_each) == ["without 22 or 33", "without 26", "without 32"]


def test_a_median_that_is_not_reached_stands_past_the_axis():
    titles = {"t5-second-median-months": "Second: median"}
    found = single_patients.leave_one_out(FILES)
    drawing = figures.leave_one_out(found, titles, "Months", [0, 12, 24, 36])
    assert texts(drawing) == ["without 32: not reached"]
    (axes,) = drawing.axes
    furthest = max(max(line.get_xdata()) for line in axes.lines)
    assert 36 < furthest <= axes.get_xlim()[1]


def test_leave_one_out_in_words():
    ranges = single_patients.leave_one_out_range(FILES)
    words = figures.describe_leave_one_out(ranges, TITLES, "percent")
    row = ranges.loc["res-survival-second-36"]
    assert f"36 months: {row['value']:.1f}, from {row['minimum']:.1f} to" in words


@pytest.fixture(scope="module", params=list(HEADLINES))
def curve(request):
    headline = HEADLINES[request.param]
    found = combinations.of_headline(FILES, request.param)
    choices = headlines.choices_for(FILES, headline)
    ticks = [0, 50, 100] if headline.unit == "percent" else [0, 24, 48]
    drawing = figures.combinations(found, choices, "label", ticks, 10.0)
    return found, choices, ticks, drawing


def spans(line):
    """A path of separate strokes as (start, end, height)."""
    x, y = line.get_xdata(), line.get_ydata()
    return [(x[i], x[i + 1], y[i]) for i in range(0, len(x), 3)]


def test_every_combination_has_its_value_drawn(curve):
    found, _, ticks, drawing = curve
    values = np.sort(found["value"].clip(upper=max(ticks)))
    (line,) = (
        line
        for line in drawing.axes[0].lines
        if line.get_linewidth() == 2.5 and len(line.get_xdata()) > 2
    )
    drawn = np.full(len(values), np.nan)
    for start, end, height in spans(line):
        drawn[round(start + 0.45) : round(end - 0.45) + 1] = height
    assert drawn == pytest.approx(values)


def test_every_combination_takes_one_option_of_each_choice(curve):
    found, choices, _, drawing = curve
    strokes = [line for line in drawing.axes[1].lines if line.get_linewidth() == 3.5]
    assert len(strokes) == sum(len(choice.options) for choice in choices.values())
    taken = np.zeros(len(found), dtype=int)
    for line in strokes:
        for start, end, _ in spans(line):
            taken[round(start + 0.4) : round(end - 0.4) + 1] += 1
    assert (taken == len(choices)).all()


def test_the_diamond_is_the_papers_path(curve):
    found, _, ticks, drawing = curve
    (mark,) = (line for line in drawing.axes[0].lines if line.get_marker() == "D")
    own = found.loc[found["paper"], "value"].item()
    assert mark.get_ydata()[0] == pytest.approx(min(own, max(ticks)))
    ordered = found.sort_values(["value", "lower"], kind="stable")["paper"].to_numpy()
    assert mark.get_xdata()[0] == ordered.argmax()


def test_the_curve_in_words_gives_its_ends(curve):
    found, choices, _, _ = curve
    words = figures.describe_combinations(found, choices, "percent")
    assert words.startswith(f"{len(found)} combinations of ")
    assert f"{found['value'].min():.1f} to" in words
    assert ("not reached" in words) == (found["value"] == inf).any()


def test_every_first_course_is_a_mark_in_every_panel(r1):
    first = dose.first_courses(r1)
    drawing = figures.relief_against(first)
    for axes in drawing.axes:
        assert sum(len(line.get_xdata()) for line in axes.lines) == 33
    assert "33 first courses, 18 relapse" in figures.describe_relief_against(first)


def test_infusions_at_one_place_are_counted_beside_their_mark(r1):
    kinds = dose.relief_kind(r1.cycles["relief_percent"])
    drawing = figures.limits_proposed(r1.cycles, kinds, (4, 5), (25, 50))
    (axes,) = drawing.axes
    counted = [int(text) for text in texts(drawing)]
    assert len(axes.lines) - len(counted) + sum(counted) == 47


def boxes(axes):
    """Outlines of the words in the axes, in pixels."""
    axes.figure.draw_without_rendering()
    return [text.get_window_extent() for text in axes.texts]


def test_no_count_lies_on_a_mark_or_a_line(r1):
    """Nor at the edge; each is nearer to a mark that it counts than to any other."""
    kinds = dose.relief_kind(r1.cycles["relief_percent"])
    limits = figures.limits_proposed(r1.cycles, kinds, (4, 5), (25, 50))
    against = figures.relief_against(dose.first_courses(r1))
    for axes in [*limits.axes, *against.axes]:
        found = boxes(axes)
        marks = np.concatenate([axes.transData.transform(line.get_xydata()) for line in axes.lines])
        lines = [patch.get_window_extent() for patch in axes.patches]
        for text, box in zip(axes.texts, found, strict=True):
            nearest = marks[np.hypot(*(marks - np.mean(box.get_points(), axis=0)).T).argmin()]
            assert nearest == pytest.approx(axes.transData.transform(text.xy), abs=0.5)
            assert box.padded(2).count_contains(marks) == 0
            assert axes.bbox.padded(1).contains(*box.min)
            assert axes.bbox.padded(1).contains(*box.max)
            for line in lines:
                assert not box.x0 < line.x1 < box.x1 or box.y0 > line.y1
                assert not box.y0 < line.y1 < box.y1 or box.x0 > line.x1
        assert sum(one.overlaps(other) for one in found for other in found) == len(found)


def test_no_words_stand_at_the_edge_of_the_figure(without_each):
    assert len(without_each.axes[0].texts) == 3
    for box in boxes(without_each.axes[0]):
        assert without_each.bbox.padded(-10).contains(*box.min)
        assert without_each.bbox.padded(-10).contains(*box.max)


def test_the_log_likelihood_rises_as_the_hazard_ratio_falls(printed):
    pairs = courses.pairs_of_durations(printed)
    ratios = np.geomspace(0.001, 10, 9)
    values = [dose.paired_log_likelihood(np.log(ratio), pairs) for ratio in ratios]
    drawing = figures.log_likelihood(ratios, values, [0.001, 0.1, 10])
    assert (np.diff(drawing.axes[0].lines[0].get_ydata()) < 0).all()


def test_lengths_are_written_in_hundredths_and_labels_as_they_are(without_each):
    html = svg.figure(without_each, "drawn", "caption", "at 0.001").html
    geometry = re.findall(r'\b(?:d|x|y|transform)="([^"]*)"', html)
    assert geometry
    assert not any(re.search(r"\.\d{3}", value) for value in geometry)
    assert "at 0.001" in html


# --- what selection would do, and the next patients ---------------------------------


def test_the_bars_of_pairs_are_the_numbers_and_add_up(r1):
    found = selection.by_dependence(r1)
    observed = courses.pairs_of_durations(r1)["comparison"].value_counts()
    drawing = figures.selection(found, observed, {"as_many": "one", "as_many_all": "other"})
    bars, chances = drawing.axes
    by_row = {}
    for patch in bars.patches:
        by_row.setdefault(round(patch.get_y(), 3), []).append(patch.get_width() + 0.12)
    assert [len(row) for row in by_row.values()].count(2) == 2  # observed, and wholly
    assert [sum(row) for row in by_row.values()] == pytest.approx([12] * 6)
    drawn = [line.get_xdata() for line in chances.lines if line.get_marker() in ("o", "D")]
    np.testing.assert_array_equal(drawn, found[["as_many", "as_many_all"]].T)
    words = figures.describe_selection(found, observed)
    assert words.startswith("Bars of pairs. Observed: 8 longer, 0 shorter, 0 equal, 4 undetermined")
    assert words.count("; chance") == 4


@pytest.mark.parametrize("n", predictions.NEXT)
def test_every_next_patient_is_drawn_once(n, files):
    found = predictions.next_patients(files).xs("R1", level="coding")[n]
    drawing = figures.next_patients(found, n)
    for axes, (_, row) in zip(drawing.axes, found.iterrows(), strict=True):
        filled, hollow, dots = (line.get_xydata() for line in axes.lines)
        assert len(filled) == row["lower"]
        assert len(filled) + len(hollow) == row["upper"]
        assert len(np.unique(np.vstack([filled, hollow, dots]), axis=0)) == n
    assert f"Rows of {n} small figures" in figures.describe_next_patients(found, n)


# --- readings of the printed months -----------------------------------------------


@pytest.fixture(scope="module")
def of_months():
    found = interval_readings.estimates(FILES, [3]).xs("R1", level="Coding")
    return {"Beyond 3 months": found.loc["First"][3]}


def test_readings_of_months_are_drawn_with_limits_and_both_ends(of_months):
    drawing = figures.month_readings(of_months, [54])
    (found,) = of_months.values()
    assert texts(drawing) == list(found.index)
    drawn = [tuple(line.get_xdata()) for line in drawing.axes[0].lines]
    for bounds in found:
        assert (bounds.lower, bounds.upper) in drawn
        assert drawn.count((bounds.low, bounds.high)) == 2
    assert drawn.count((54, 54)) == len(found)
    assert any(bounds.low < bounds.high for bounds in found)


def test_readings_of_months_in_words(of_months):
    words = figures.describe_month_readings(of_months)
    assert "53.6 if a relapse came at exactly the printed time" in words
    assert "52.6 to 65.8 if a relapse came around it" in words
