"""The pictures hold what Table 1 holds, and are the same file wherever they are drawn."""

import re
from collections import Counter

import byhand
import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest

from correll2004.audit import error_rates
from correll2004.paper import course_curves, tables
from correll2004.paths import BOOK
from correll2004.show import figures
from correll2004.show.style import PALETTE
from correll2004.show.svg import figure
from correll2004.stats import summary, survival

TICKS = [0, 6, 12, 18, 24, 30, 36]


@pytest.fixture(scope="module")
def ages(printed):
    return {
        sex: printed.patients.loc[printed.patients["sex"] == sex, "age_years"] for sex in ("F", "M")
    }


@pytest.fixture(scope="module")
def drawings(printed, ages):
    """One of each kind of picture, by name."""
    first, second = (course_curves.of_course(printed, course) for course in (1, 2))
    return {
        "protocol": figures.protocol("10", "12–24", "24", "48"),
        "kinds": figures.outcome_kinds(printed.cycles.head(4)),
        "factors": figures.product_limit(printed.course(2), second, TICKS),
        "areas": figures.mean_and_median(second, TICKS),
        "curve": figures.kaplan_meier(first, TICKS, "First course"),
        "two": figures.two_curves({"a": first, "b": second}, TICKS),
        "swimmer": figures.swimmer(printed.cycles, TICKS),
        "dots": figures.dot_plot(ages, summary.spread(ages), "Age", [10, 40, 70], "one patient"),
        "bars": figures.bars_by_course(tables.table4(printed), "Days"),
    }


def html(drawing):
    return figure(drawing, "name", "Caption", "Alt").html


# --- every picture ----------------------------------------------------------------


def test_a_picture_is_the_same_wherever_it_is_drawn(printed):
    """Whatever the settings around it: ids salted, text left as text."""
    one = html(figures.swimmer(printed.cycles, TICKS))
    with mpl.rc_context({"svg.fonttype": "path", "svg.hashsalt": "other", "font.size": 30}):
        assert html(figures.swimmer(printed.cycles, TICKS)) == one


def test_every_colour_is_the_pages(drawings):
    for name, drawing in drawings.items():
        svg = re.sub(r"var\(--figure-\w+, #[0-9a-f]{6}\)", "", html(drawing))
        assert set(re.findall(r"#[0-9a-f]{6}\b", svg)) == set(), name


def test_text_is_text_and_large_enough_for_a_phone(drawings):
    """At least 8 px in the 328 px that a phone 360 px wide has for a picture."""
    for name, drawing in drawings.items():
        svg = html(drawing)
        width = float(re.search(r'viewBox="0 0 ([\d.]+)', svg)[1])
        sizes = [float(size) for size in re.findall(r"font(?:-size)?: (?:\d+ )?([\d.]+)px", svg)]
        assert sizes, name
        assert min(sizes) * min(1, 328 / width) >= 8, name


def test_the_palette_has_no_colour_twice():
    assert len(set(PALETTE.values())) == len(PALETTE)


def test_the_page_has_the_palettes_colours_and_others_for_dark():
    """The page replaces a figure's colours by variables of these names."""
    css = (BOOK / "_support" / "sphinx" / "static" / "book.css").read_text(encoding="utf-8")
    themes = {
        theme: dict(re.findall(r"--figure-(\w+): (#[0-9a-f]{6});", rules))
        for theme, rules in re.findall(r'html\[data-theme="(\w+)"\] {(.*?)}', css, re.DOTALL)
        if "--figure-" in rules
    }
    assert themes["light"] == PALETTE
    assert themes["dark"].keys() == PALETTE.keys()
    assert len(themes) == 2


# --- times to label ---------------------------------------------------------------


@pytest.mark.parametrize(
    ("longest", "ticks"),
    [
        (0, [0, 3]),
        (3, [0, 3]),
        (3.5, [0, 3, 6]),
        (24, [0, 3, 6, 12, 18, 24]),
        (36, [0, 3, 6, 12, 18, 24, 30, 36]),
        (40, [0, 3, 6, 12, 18, 24, 30, 36, 48]),
    ],
)
def test_times_to_label_end_at_or_beyond_the_longest(longest, ticks):
    assert figures.month_ticks(longest) == ticks


def test_a_curve_needs_no_ticks(printed):
    cycles, second = printed.course(2), course_curves.of_course(printed, 2)
    expected = [0, 3, 6, 12, 18, 24, 30, 36]
    for drawing in (
        figures.kaplan_meier(second),
        figures.two_curves({"second": second}),
        figures.mean_and_median(second),
        figures.product_limit(cycles, second),
        figures.swimmer(cycles),
    ):
        assert list(drawing.axes[-1].get_xticks()) == expected
        assert html(drawing)


def test_a_curve_without_censored_patients_keeps_its_layout():
    curve = survival.KaplanMeier([1, 2], [1, 1])
    html(figures.kaplan_meier(curve))  # matplotlib warns where the axes collapse
    html(figures.two_curves({"a": curve}))


# --- swimmer plot -----------------------------------------------------------------


def test_the_swimmers_bars_are_the_cycles_of_the_second_transcription(drawings):
    axes = drawings["swimmer"].axes[0]
    bars = sorted(axes.patches, key=lambda bar: -bar.get_y())
    assert [bar.get_width() for bar in bars] == [float(cycle.months) for cycle in byhand.cycles()]
    heights = [bar.get_y() + bar.get_height() / 2 for bar in bars]
    assert heights == pytest.approx(list(axes.get_yticks()))


def test_the_swimmers_marks_are_the_outcomes_of_the_second_transcription(drawings):
    """A dot or cross for every event, another mark for every censored cycle."""
    marks = Counter()
    for line in drawings["swimmer"].axes[0].lines:
        marks.update((line.get_marker() in "ox", time) for time in line.get_xdata())
    cycles = byhand.cycles()
    assert marks == Counter((bool(cycle.event), float(cycle.months)) for cycle in cycles)


def test_courses_of_a_patient_stand_closer_than_patients(drawings, printed):
    heights = drawings["swimmer"].axes[0].get_yticks()
    same = (printed.cycles["patient"].diff() == 0).to_numpy()[1:]
    gaps = -np.diff(heights)
    assert max(gaps[same]) < min(gaps[~same])


def test_the_swimmer_in_words_counts_every_cycle(printed):
    words = figures.describe_swimmer(printed.cycles)
    assert "one bar for each of 47 infusions of 33 patients" in words
    assert "17 relapse (0.75 to 36 months)" in words
    counts = re.findall(r"(\d+) (?:relapse|still|not seen|no relief)", words)
    assert sum(map(int, counts)) == len(printed.cycles)


# --- dots and bars ----------------------------------------------------------------


def test_every_value_is_a_dot(drawings, ages):
    dots = [
        value
        for line in drawings["dots"].axes[0].lines
        if line.get_marker() == "o"
        for value in line.get_xdata()
    ]
    assert Counter(dots) == Counter(age for age, _, _ in byhand.patients())


def test_dots_do_not_overlap(drawings):
    axes = drawings["dots"].axes[0]
    lines = [line for line in axes.lines if line.get_marker() == "o"]
    points = np.concatenate([axes.transData.transform(line.get_xydata()) for line in lines])
    distances = np.hypot(*(points[:, None] - points[None]).transpose(2, 0, 1))
    np.fill_diagonal(distances, np.inf)
    size = drawings["dots"].dpi / 72 * lines[0].get_markersize()
    assert distances.min() >= size


@pytest.mark.parametrize(
    ("positions", "levels"),
    [
        ([1, 1, 1], [0, 1, 2]),
        ([1, 3, 5], [0, 0, 0]),
        ([5, 1, 3], [0, 0, 0]),
        ([1, 2, 3, 4], [0, 1, 0, 1]),
        ([2, 1, 2], [1, 0, 2]),
    ],
)
def test_levels_by_hand(positions, levels):
    """Dots two wide."""
    assert figures.dot_levels(positions, 2).tolist() == levels


def test_the_lower_bound_is_a_triangle(printed):
    months = printed.patients.set_index("patient")["crps_months"]
    groups = {"patients": months}
    spread = summary.spread(groups)
    drawing = figures.dot_plot(
        groups, spread, "Months", [0.2, 300], "one patient", log=True, lower_bounds=[13]
    )
    triangles = [line for line in drawing.axes[0].lines if line.get_marker() == ">"]
    assert [list(line.get_xdata()) for line in triangles] == [[24]]


def test_spread_by_hand():
    """Ranks 1/4 x 8 and 3/4 x 8 of seven values."""
    groups = {"seven": pd.Series([7, 1, 2, 3, 4, 5, 6])}
    assert summary.spread(groups).loc["seven"].tolist() == [7, 1, 2, 4, 6, 7]


def test_the_spread_in_words(ages):
    words = figures.describe_spread(summary.spread(ages), "years")
    assert "F, 8 values from 20 to 60 years" in words
    assert "M, 25 values from 15 to 68 years, median 40" in words


def test_bars_are_the_shares_of_table_4_and_their_counts_stand_beside(drawings):
    """Longest first-course bar: 14 of 33 cycles, 4 to 5 days."""
    axes = drawings["bars"].axes[0]
    first, second, third = axes.containers
    assert max(bar.get_width() for bar in first) == pytest.approx(100 * 14 / 33)
    assert sum(bar.get_width() for bar in second) == pytest.approx(100)
    assert [bar.get_width() for bar in third] == [0, 100, 0, 0, 0]
    assert sum(int(text.get_text()) for text in axes.texts) == 47


def test_the_bars_in_words(printed):
    words = figures.describe_bars(tables.table3(printed), "mg/h")
    assert "second course, 12 cycles: 2 at ≤15, 3 at 16–20, 4 at 21–25" in words


# --- Kaplan-Meier curves ----------------------------------------------------------


def test_the_curve_is_that_of_the_slow_twin_and_falls_at_the_relapse(drawings):
    steps = byhand.kaplan_meier(byhand.course(1))
    line = drawings["curve"].axes[0].lines[0]
    assert line.get_drawstyle() == "steps-post"
    points = [(0, 100), *((float(step.months), 100 * float(step.survival)) for step in steps)]
    assert line.get_xydata() == pytest.approx(np.array(points))


def test_a_cross_stands_at_every_time_of_the_censored(drawings):
    steps = byhand.kaplan_meier(byhand.course(1))
    (crosses,) = (line for line in drawings["curve"].axes[0].lines if line.get_marker() == "+")
    assert crosses.get_xdata().tolist() == [float(step.months) for step in steps if step.censored]


def test_numbers_at_risk_are_those_just_before_each_tick(drawings):
    """Times at or after 6 months count at 6."""
    months = [months for months, _ in byhand.course(1)]
    words = [text.get_text() for text in drawings["curve"].axes[0].texts]
    at_risk = [str(sum(time >= tick for time in months)) for tick in TICKS]
    assert words[words.index("At risk") + 1 :] == at_risk


def test_the_band_holds_the_limits(drawings, printed):
    (band,) = drawings["curve"].axes[0].collections
    heights = set(band.get_paths()[0].vertices[:, 1].round(9))
    curve = course_curves.of_course(printed, 1)
    times = {0, *(float(months) for months, _ in byhand.course(1))}
    assert heights == {round(100 * limit, 9) for time in times for limit in curve.limits_at(time)}


def test_the_band_begins_below_100_where_nobody_relapsed_yet(printed):
    """Of 12 patients nobody until 3 months, 2 lost at once: at least 0.025 ** (1 / 10)."""
    curve = course_curves.of_course(printed, 2)
    (band,) = figures.kaplan_meier(curve).axes[0].collections
    assert round(100 * 0.025 ** (1 / 10), 9) in band.get_paths()[0].vertices[:, 1].round(9)


def test_a_figure_with_limits_says_that_they_are_pointwise(drawings, printed):
    assert "pointwise 95% limits" in html(drawings["curve"])
    curve = course_curves.of_course(printed, 2)
    words = figures.describe(curve, [6], limits=True)
    assert "In remission, with pointwise 95% limits: " in words
    assert words.endswith("88% at 6 months (limits 44 to 100%, 7 at risk).")


def test_a_curve_in_words_says_how_many_stay_beyond_a_time(printed):
    """S(4) = 14725/39312 and S(6) = 14725/45864; up to 4 and 6 months it is 56% and 37%."""
    words = figures.describe(course_curves.of_course(printed, 1), [4, 6])
    assert words.endswith("37% at 4 months (12 at risk), 32% at 6 months (7 at risk).")


def test_the_bars_of_verdicts_add_up():
    counts = pd.DataFrame({"reproduced": [3, 1], "differs": [0, 2]}, index=["Here", "There"])
    axes = figures.verdicts(counts, {verdict: verdict for verdict in counts}).axes[0]
    widths = [[bar.get_width() for bar in bars] for bars in axes.containers]
    assert widths == [[3, 1], [2]]  # none of width 0, which would show its edge
    assert axes.containers[1][0].get_x() == 1
    assert [text.get_text() for text in axes.texts] == ["3", "3"]
    assert "Here: 3 reproduced; There: 1 reproduced, 2 differs" in figures.describe_verdicts(counts)


def test_the_bars_of_planted_slips_are_shares():
    columns = ["slips", *error_rates.FINDINGS]
    counts = pd.DataFrame([[8, 2, 0, 0, 6, 0], [4, 4, 0, 0, 0, 0]], columns=columns)
    counts.index = pd.MultiIndex.from_tuples([("Sign", "numbers"), ("Time", "numbers")])
    axes = figures.planted_slips(counts).axes[0]
    labels = [bars.get_label() for bars in axes.containers]
    assert labels == [error_rates.ALONE, error_rates.UNEXPLAINED]
    widths = [[bar.get_width() for bar in bars] for bars in axes.containers]
    assert widths == [[25, 100], [75]]
    assert axes.containers[1][0].get_x() == 25
    words = figures.describe_planted_slips(counts)
    assert "Sign (numbers), 8 slips: 2 right cell alone, 6 nothing explains it; Time" in words
