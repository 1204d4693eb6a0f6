"""Follow-up, rates and sizes of studies against R (``tests/r/follow_up.R``) and by hand.

R's output is stored with the versions that gave it, and made anew where R is installed.
"""

import re
from fractions import Fraction
from math import ceil, inf, isnan

import byhand
import pytest
from rscript import SCRIPTS, live, numbers, why_not

from correll2004.robustness import follow_up
from correll2004.stats.counts import exact_share
from correll2004.stats.dependent_censoring import frank_parameter

STORED = SCRIPTS / "follow_up.csv"
COURSES = {1: "first", 2: "second"}
SHIFT = 0.001  # R's script puts a loss so much after the relapses of its time


@pytest.fixture(scope="module")
def stored():
    return numbers(STORED.read_text(encoding="utf-8"))


def test_stored_output_names_the_versions_of_r_and_survival():
    header = STORED.read_text(encoding="utf-8").splitlines()[:2]
    assert re.fullmatch(r"# R [0-9]+\.[0-9]+\.[0-9]+", header[0])
    assert re.fullmatch(r"# survival [0-9]+\.[0-9]+\.[0-9]+", header[1])


@pytest.mark.parametrize("course", COURSES)
def test_quartiles_of_the_follow_up(course, stored, r1):
    """quantile(survfit(Surv(months, lost) ~ 1)), with its limits."""
    found = follow_up.follow_up(r1, course, "log-log")
    quartiles = {"lower quartile": 25, "median": 50, "upper quartile": 75}
    for (_, name), values in found.items():
        for value, part in zip(values, ("quantile", "lower", "upper"), strict=True):
            theirs = stored[COURSES[course], f"follow-up {part}", str(quartiles[name])]
            assert value == (inf if isnan(theirs) else pytest.approx(theirs - SHIFT, abs=1e-9))


@pytest.mark.parametrize(("course", "relapsed"), [(1, True), (2, False)])
def test_curves_of_relief_and_of_follow_up_multiply_to_those_still_watched(course, relapsed, r1):
    """P(T > t) P(C > t) is the share whose time is after t, exactly, up to the last relapse."""
    pairs = byhand.course(course, relapsed)
    steps = byhand.kaplan_meier(pairs)
    curve = follow_up.reverse_kaplan_meier(r1, course)
    for step in steps[:-1]:
        watched = Fraction(sum(months > step.months for months, _ in pairs), len(pairs))
        code = 200 * float(step.months) + 1  # the losses of a time have the odd code
        assert curve.survival_at(code) == pytest.approx(float(watched / step.survival), abs=1e-12)


@pytest.mark.parametrize("course", COURSES)
def test_relapses_per_100_person_months(course, stored, r1):
    """poisson.test"""
    name = COURSES[course]
    count, months = follow_up.person_months(r1, course)
    assert (count, months) == (stored[name, "relapses", ""], stored[name, "person-months", ""])
    ((_, (rate, lower, upper)),) = follow_up.relapses(r1, course).items()
    assert rate == pytest.approx(100 * count / months)
    assert lower == pytest.approx(100 * stored[name, "rate lower", ""], abs=1e-9)
    assert upper == pytest.approx(100 * stored[name, "rate upper", ""], abs=1e-9)


@pytest.mark.parametrize("course", COURSES)
def test_relief_at_6_months_given_relief_at_3(course, stored, r1):
    """The ratio of the whole curve; the limits of survfit among those beyond 3 months."""
    ((_, values),) = follow_up.later(r1, course, 3, 6, "log-log").items()
    for value, part in zip(values, ("", " lower", " upper"), strict=True):
        theirs = 100 * stored[COURSES[course], f"6 given 3{part}", ""]
        assert value == pytest.approx(theirs, abs=1e-9)


@pytest.mark.parametrize("course", COURSES)
def test_patients_needed(course, stored, r1):
    """1.96 standard errors are 10 points: from survfit's error, and from that of a share."""
    found = follow_up.needed(r1, course, [3, 6, 12])
    lost_none, as_here = follow_up.NEEDED
    n, z = {1: 33, 2: 12}[course], 1.959963984540054
    for time in (3, 6, 12):
        row = f"beyond {time} months"
        share = stored[COURSES[course], "survival", str(time)]
        if share in (0, 1):
            assert all(isnan(value) for value in found[lost_none, row] + found[as_here, row])
            continue
        error = stored[COURSES[course], "standard error", str(time)]
        assert found[lost_none, row][0] == ceil(share * (1 - share) * (z / 0.1) ** 2)
        assert found[as_here, row][0] == ceil(n * (z * error / 0.1) ** 2)
        assert found[lost_none, row][0] < found[as_here, row][0]


def test_the_range_of_patients_needed_is_that_over_the_limits_of_the_share(r1):
    """From 32.1 to 73.6% a half needs most, 97, and 73.6 the fewest; a half is not in 4 to 42%."""
    lost_none, _ = follow_up.NEEDED
    found = follow_up.needed(r1, 1, [3, 12])
    assert found[lost_none, "beyond 3 months"] == (96, 75, 97)
    assert found[lost_none, "beyond 12 months"] == (58, 16, 94)


def test_the_summary_has_a_row_for_each_quantity_and_columns_for_both_courses(r1):
    found = follow_up.summary(r1, [3, 6])
    assert found.columns.tolist() == [
        (course, part) for course in ("First", "Second") for part in ("estimate", "lower", "upper")
    ]
    assert len(found) == 3 + 1 + 1 + 2 * 2
    for course in ("First", "Second"):
        known = found[course].dropna()
        assert (known["lower"] <= known["estimate"]).all()
        assert (known["estimate"] <= known["upper"]).all()


def test_exact_limits_of_shares(stored):
    """binom.test"""
    for n in (33, 12):
        for count in range(n + 1):
            for ours, end in zip(exact_share(count, n), ("lower", "upper"), strict=True):
                theirs = stored[f"of {n}", f"exact {end}", str(count)]
                assert ours == pytest.approx(theirs, abs=1e-9)


@pytest.mark.parametrize("tau", ["0.1", "0.25", "0.5", "0.9"])
def test_parameter_of_franks_copula(tau, stored):
    """uniroot over integrate"""
    assert frank_parameter(float(tau)) == pytest.approx(stored["frank", "theta", tau], abs=1e-7)


def test_r_gives_the_stored_numbers_again(stored):
    if reason := why_not():
        pytest.skip(f"{reason}: the stored output of R was not repeated")
    again = numbers(live("follow_up.R"))
    assert list(again) == list(stored)
    for key, value in stored.items():
        assert again[key] == pytest.approx(value, abs=1e-9, nan_ok=True), key
