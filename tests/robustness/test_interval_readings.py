"""The readings of the printed months: by hand, against R, and in the words of the ledger."""

import re
from math import inf

import pytest
from rscript import SCRIPTS, live, numbers, why_not

from correll2004.paper import course_curves, records
from correll2004.robustness import interval_readings
from correll2004.robustness.interval_readings import READINGS

FILES = records.load()
STORED = SCRIPTS / "interval_censored.csv"
CODINGS = {
    "first as tabulated": (FILES.table1, 1),
    "first R1": (FILES.repaired, 1),
    "second as tabulated": (FILES.table1, 2),
}
TIMES = [3, 6, 12, 36]
CASES = [f"{coding} {reading}" for coding in CODINGS for reading in READINGS]


@pytest.fixture(scope="module")
def stored():
    return numbers(STORED.read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def estimates():
    """Rows of the table by course, coding and reading."""
    found = interval_readings.estimates(FILES, TIMES)
    return dict(zip(found.index, found.to_dict("records"), strict=True))


@pytest.fixture(params=CASES)
def case(request, stored):
    """R's numbers for one curve, by (quantity, months), and the package's curve."""
    coding, reading = request.param.rsplit(" ", 1)
    theirs = {key[1:]: value for key, value in stored.items() if key[0] == request.param}
    return theirs, interval_readings.curve(*CODINGS[coding], reading)


# --- readings ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("reading", "months", "interval"),
    [
        ("exact", 3, (3, 3)),
        ("late", 3, (2, 3)),
        ("late", 0.75, (0, 0.75)),
        ("widening", 0.75, (0, 0.75)),
        ("widening", 1, (0, 1)),
        ("widening", 4, (3, 4)),
        ("widening", 36, (24, 36)),
        ("every", 2.5, (0, 2.5)),
        ("every", 3, (0, 3)),
        ("every", 4, (3, 4)),
        ("every", 9, (6, 9)),
        ("rounded", 0.75, (0.625, 0.875)),
        ("rounded", 2, (1.875, 2.25)),
        ("rounded", 2.5, (2.25, 2.75)),
        ("rounded", 3, (2.75, 3.5)),
        ("rounded", 36, (35.5, 36.5)),
        ("completed", 1, (1, 1.25)),
        ("completed", 2, (2, 2.5)),
        ("completed", 3, (3, 4)),
    ],
)
def test_when_a_relapse_came(reading, months, interval):
    assert READINGS[reading].relapse(months) == interval


@pytest.mark.parametrize(("months", "outlasted"), [(0, 0), (0.75, 0.625), (2, 1.875), (24, 23.5)])
def test_what_a_remission_outlasted(months, outlasted):
    assert READINGS["rounded"].last_visit(months) == outlasted
    assert READINGS["late"].last_visit(months) == READINGS["every"].last_visit(months) == months


def test_table1_prints_in_the_steps_of_the_rounded_reading():
    """Quarters of a month below 2 months, halves below 3, whole months after."""
    printed = FILES.table1.cycles["relief_months"].unique()
    size = {time: 0.25 if time < 2 else 0.5 if time < 3 else 1 for time in printed}
    assert [time for time in printed if time % size[time] != 0] == []
    assert {0.75, 1.25, 2.5} <= set(printed), "no larger steps would do"


# --- the estimates, by R ----------------------------------------------------------


def test_survfit_to_the_precision_at_which_it_stops(case):
    theirs, curve = case
    found = {key: value for key, value in theirs.items() if key[0] == "survfit"}
    assert len(found) >= 3
    for (_, months), value in found.items():
        assert curve.survival_at(float(months)).low == pytest.approx(value, abs=2e-3)


def test_its_steps_followed_to_the_end(case):
    theirs, curve = case
    for (quantity, months), value in theirs.items():
        if quantity == "em":
            assert curve.survival_at(float(months)).low == pytest.approx(value, abs=1e-8)


def test_both_ends_of_mean_and_median(case):
    theirs, curve = case
    mean, median = curve.restricted_mean(12), curve.median()
    for end, which in enumerate(("low", "high")):
        assert mean[end] == pytest.approx(theirs[f"rmean {which}", "12"], abs=1e-7)
        assert median[end] == pytest.approx(theirs[f"median {which}", "12"])


def test_limits_of_the_profile_likelihood(case):
    theirs, curve = case
    for (quantity, months), value in theirs.items():
        if quantity in ("lower", "upper"):
            found = getattr(curve.survival_at(float(months)), quantity)
            assert found == pytest.approx(value, abs=1e-7)


def test_limits_are_stored_for_both_courses(stored):
    assert sum(key[1] == "lower" for key in stored) == 2 * len(READINGS) * len(TIMES)


def test_r_gives_the_stored_numbers_again(stored):
    if reason := why_not():
        pytest.skip(f"{reason}: the stored output of R was not repeated")
    again = numbers(live("interval_censored.R"))
    assert list(again) == list(stored)
    for key, value in stored.items():
        assert again[key] == pytest.approx(value, abs=1e-7), key


# --- the table --------------------------------------------------------------------


def test_exact_months_are_the_papers_curve(estimates):
    for coding, (table, course) in CODINGS.items():
        curve = course_curves.of_course(table, course)
        name = ("First" if course == 1 else "Second", coding.split(" ", 1)[1])
        row = estimates[(*name, READINGS["exact"].words)]
        for time in TIMES:
            expected = 100 * curve.survival_at(time)
            assert row[time][:2] == pytest.approx((expected, expected), abs=1e-7)
        assert row["Median"][:2] == (curve.median_time(),) * 2
        assert row["Mean"].low == pytest.approx(curve.restricted_mean(12).value, abs=1e-8)


def test_every_estimate_has_limits(estimates):
    for bounds in (bounds for row in estimates.values() for bounds in row.values()):
        assert 0 <= bounds.lower <= bounds.low <= bounds.high + 1e-7 <= bounds.upper + 2e-7
        assert bounds.lower < bounds.upper <= inf


def test_the_ledger_says_what_the_readings_give(estimates):
    """The numbers in the explanation of D12, in the order in which it has them."""

    def found(reading, course="First", coding="R1", months=3):
        return estimates[course, coding, READINGS[reading].words][months]

    def second(reading):
        return found(reading, "Second", "as tabulated", 12).low

    just_before = 100 * course_curves.of_course(FILES.repaired, 1).survival_just_before(3)
    ends = [found("late").low, found("every").low, found("completed").low, *found("rounded")[:2]]
    ends += [just_before, second("every"), second("completed")]
    words = FILES.divergences.at["D12", "explanation"]
    assert re.findall(r"[0-9]+\.[0-9]", words) == [f"{end:.1f}" for end in ends]
