"""Rate, days, duration of CRPS, and the pairs: counts by hand, and what they must add up to."""

from math import comb, exp, log

import byhand
import pandas as pd
import pytest

from correll2004.data import courses
from correll2004.robustness import dose


@pytest.fixture(scope="module")
def first(r1):
    return dose.first_courses(r1)


CLASSES = ["rate_class", "day_class", "crps_class"]


@pytest.mark.parametrize("column", CLASSES)
def test_classes_add_up_to_the_patients(first, column):
    found = dose.by_class(first, column)
    assert found["patients"].sum() == 33
    assert (found[dose.RELIEF_KINDS].sum(axis=1) == found["patients"]).all()
    assert (found[["yes", "no", "not known"]].sum(axis=1) == found["patients"]).all()


def test_relief_beyond_3_months_is_that_of_a_plain_count(first):
    pairs = byhand.course(1, patient_1_relapsed=True)
    counts = first["beyond"].value_counts()
    assert counts["yes"] == sum(months > 3 for months, _ in pairs)
    assert counts["no"] == sum(months <= 3 and event for months, event in pairs)


def test_infusions_begun_are_the_cycles_and_the_three_that_the_text_adds(files):
    assert dose.infusions_begun(files) == 47 + 1 + 2


def test_a_lower_bound_of_24_months_counts_as_more(first):
    assert first.loc[13, "crps_months"] == 24
    assert first.loc[13, "crps_class"] == "more than 24 months"
    assert first.loc[[2, 12, 16, 18, 33], "crps_class"].tolist() == ["less than 1 month"] * 5


@pytest.mark.parametrize(("days", "rate"), [(4, 25), (4, 50), (5, 25), (5, 50)])
def test_infusions_within_the_limits_proposed(r1, days, rate):
    row = dose.within_limits(r1).loc[days, rate]
    cycles = byhand.cycles()
    inside = [c for c in cycles if c.days <= days and c.rate_max <= rate]
    outside = [c for c in cycles if c not in inside]
    for name, chosen in (("inside", inside), ("outside", outside)):
        assert row[name, "cycles"] == len(chosen)
        assert row[name, "patients"] == len({c.patient for c in chosen})
        assert row[name, "complete"] == sum(c.relief == 100 for c in chosen)
        assert row[name, "least"] == min(c.relief for c in chosen)


def test_sign_test_by_counting_heads(printed):
    """Eight of eight: two in 256."""
    comparison = courses.pairs_of_durations(printed)["comparison"]
    assert dose.sign_test(comparison) == (8, 0, 2 / 2**8)


def test_the_upper_limit_of_the_ratio_by_hand():
    """Of 8 pairs the second ended first in none: (1 - share) ** 8 = 0.025 at the limit."""
    unlikely = 0.025 ** (1 / 8)
    assert dose.ratio_upper_limit(8, 0) == pytest.approx((1 - unlikely) / unlikely)
    assert dose.ratio_upper_limit(0, 8) == float("inf")


@pytest.mark.parametrize(("sides", "tail"), [(1, 0.05), (2, 0.025)])
@pytest.mark.parametrize(("longer", "shorter"), [(8, 0), (8, 2)])
def test_at_the_limit_as_few_shorter_pairs_are_just_unlikely(longer, shorter, sides, tail):
    """The binomial tail summed term by term."""
    limit = dose.ratio_upper_limit(longer, shorter, sides)
    share, n = limit / (1 + limit), longer + shorter
    terms = [comb(n, k) * share**k * (1 - share) ** (n - k) for k in range(shorter + 1)]
    assert sum(terms) == pytest.approx(tail, rel=1e-9)


def test_sign_test_drops_what_cannot_be_ordered():
    words = pd.Series(["longer", "longer", "shorter", "equal", "undetermined"])
    assert dose.sign_test(words) == (2, 1, 1.0)


def test_broken_off_infusions_are_two_pairs_more(printed):
    every = dose.with_broken_off(printed)
    assert every.loc[[9, 21], ["first", "second"]].to_numpy().tolist() == [[3, 0], [3, 0]]
    assert dose.sign_test(every["comparison"]) == (8, 2, pytest.approx(112 / 1024))
    # Then there is a maximum, at two relapses against eight.
    at_most = dose.paired_log_likelihood(log(2 / 8), every)
    assert all(dose.paired_log_likelihood(log(r), every) < at_most for r in (0.2, 0.3))


def test_the_paired_likelihood_falls_with_every_rise_of_the_hazard_ratio(printed):
    pairs = courses.pairs_of_durations(printed)
    for ratio in (0.001, 0.1, 1, 10):
        by_hand = -8 * log(1 + ratio)
        found = dose.paired_log_likelihood(log(ratio), pairs)
        assert found == pytest.approx(by_hand, abs=1e-12)
        assert found < 0


def test_a_shorter_second_relief_gives_the_likelihood_a_maximum():
    pair = {"first": 5.0, "first_event": 1, "second": 2.0, "second_event": 1}
    other = {"first": 2.0, "first_event": 1, "second": 5.0, "second_event": 1}
    pairs = pd.DataFrame([pair, other])
    at_one = dose.paired_log_likelihood(0.0, pairs)
    assert at_one == pytest.approx(2 * log(1 / 2))
    assert all(dose.paired_log_likelihood(log(r), pairs) < at_one for r in (exp(-1), exp(1)))
