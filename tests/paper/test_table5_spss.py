"""Every printed digit of Table 5, from formulas that fit it.

Kaplan and Meier (1958, section 6.2) for the mean, SPSS's rule for the median, written out once
more, slowly, on exact fractions.
"""

from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from math import sqrt

import byhand
import pytest

from correll2004.paper import tables

PUBLISHED = byhand.published("t5-")
COURSES = {"first": 1, "second": 2}


def mean_and_se(steps):
    """Area under the curve, and Kaplan and Meier's standard error with m / (m - 1)."""
    m = sum(step.events for step in steps)
    total = Fraction(0)
    for step in steps:
        survivors = step.at_risk - step.events
        if step.events and survivors:
            total += byhand.area(steps, start=step.months) ** 2 * Fraction(
                step.events, step.at_risk * survivors
            )
    return byhand.area(steps), sqrt(Fraction(m, m - 1) * total)


def median_and_se(steps):
    """The first time with S <= 1/2; its error is se(S) over the density around it."""
    falls = [step for step in steps if step.events]
    median = next(step for step in falls if step.survival <= Fraction(1, 2))
    above = [step for step in falls if step.survival >= Fraction(55, 100)][-1]
    below = next(step for step in falls if step.survival <= Fraction(45, 100))
    density = (above.survival - below.survival) / (below.months - above.months)
    return median.months, float(median.survival / density) * sqrt(median.greenwood)


def table5(course, patient_1_relapsed=False):
    """The cells of a course as they would be printed, by claim id."""
    steps = byhand.kaplan_meier(
        byhand.course({"first": 1, "second": 2}[course], patient_1_relapsed)
    )
    cells = {
        "total": steps[0].at_risk,
        "censored": sum(step.censored for step in steps),
        "events": sum(step.events for step in steps),
    }
    for name, estimate in {"mean": mean_and_se, "median": median_and_se}.items():
        months, se = estimate(steps)
        cells |= {
            f"{name}-months": months,
            f"{name}-se": se,
            # Table 5 prints a limit below 0 as 0.
            f"{name}-lower": max(float(months) - 1.96 * se, 0.0),
            f"{name}-upper": float(months) + 1.96 * se,
        }
    return {f"t5-{course}-{name}": float(value) for name, value in cells.items()}


def misses(cells):
    """Ids of the cells that print otherwise than in Table 5, at its decimals."""
    return {
        name
        for name, value in cells.items()
        if str(Decimal(repr(value)).quantize(Decimal(PUBLISHED[name]), rounding=ROUND_HALF_UP))
        != PUBLISHED[name]
    }


def test_the_two_rows_are_all_that_table_5_prints():
    assert set(table5("first") | table5("second")) == set(PUBLISHED)


def test_first_course_under_r1_in_every_printed_digit():
    assert misses(table5("first", patient_1_relapsed=True)) == set()


def test_second_course_as_tabulated_in_every_printed_digit():
    assert misses(table5("second")) == set()


def test_first_course_as_tabulated_misses_all_but_the_total_and_the_median():
    agree = {"t5-first-total", "t5-first-median-months"}
    assert misses(table5("first")) == {name for name in PUBLISHED if "-first-" in name} - agree


@pytest.mark.parametrize(
    ("course", "relapsed"), [("first", False), ("first", True), ("second", False)]
)
def test_the_package_gives_the_same_unrounded_cells(course, relapsed, printed, r1):
    frame = tables.table5(r1 if relapsed else printed)
    for name, value in table5(course, relapsed).items():
        row, _, column = name.removeprefix(f"t5-{course}-").rpartition("-")
        column = {"total": "n"}.get(column, column)
        for statistic in [row.title()] if row else ["Mean", "Median"]:
            cell = max(frame.at[(course, statistic), column], 0.0)
            assert cell == pytest.approx(value, abs=1e-9)


def test_the_negative_limit_is_kept_by_the_package(printed):
    """Table 5 prints 0.00; the formula gives 36 - 1.96 x 18.6."""
    lower = tables.table5(printed).at[("second", "Median"), "lower"]
    assert lower == pytest.approx(
        36 - 1.96 * median_and_se(byhand.kaplan_meier(byhand.course(2)))[1]
    )
    assert lower < 0


def test_variance_of_the_mean_of_the_second_course_by_hand():
    """A = 21 at 4 months, 14 at 12, 0 at 36; so 4/3 (21^2/56 + 14^2 x 2/24) = 581/18."""
    mean, se = mean_and_se(byhand.kaplan_meier(byhand.course(2)))
    assert mean == 25
    assert se**2 == pytest.approx(581 / 18)


def test_median_of_the_second_course_by_hand():
    """S = 7/12 at 12 months and 7/24 at 36, so f = (7/24) / 24.

    se(S(36)) = 7/24 sqrt(101/168), so the error is 24 sqrt(101/168).
    """
    median, se = median_and_se(byhand.kaplan_meier(byhand.course(2)))
    assert median == 36
    assert se == pytest.approx(24 * sqrt(101 / 168))
