"""Bounds with chance, the tipping point and graded dependence, counted again by hand."""

from math import inf, isnan

import byhand
import numpy as np
import pytest

from correll2004.paper import course_curves
from correll2004.robustness import unknown_outcomes
from correll2004.stats.counts import exact_share

TIMES = {1: [3, 4, 6, 12, 36], 2: [3, 6, 12, 36]}
COURSES = {
    "First": byhand.course(1, patient_1_relapsed=True),
    "Second": byhand.course(2),
}


def in_remission(pairs, time, well):
    """Patients in remission beyond a time if so many of those lost before it stayed well."""
    known = sum(months > time or (months == time and not event) for months, event in pairs)
    lost = sum(months < time and not event for months, event in pairs)
    assert well <= lost
    return known + well


def lost_before(pairs, time):
    return sum(months < time and not event for months, event in pairs)


def test_the_extremes_are_counts_of_patients_and_exact_limits(r1):
    found = unknown_outcomes.extremes(r1, TIMES)
    bounds = unknown_outcomes.bounds(r1, TIMES)
    for (course, time), row in found.iterrows():
        pairs = COURSES[course]
        n, lost = len(pairs), lost_before(pairs, time)
        least, most = in_remission(pairs, time, 0), in_remission(pairs, time, lost)
        assert (row["n"], row["known"], row["unknown"]) == (n, least, lost)
        assert (row["lowest"], row["highest"]) == pytest.approx((100 * least / n, 100 * most / n))
        assert row["lowest"] == pytest.approx(bounds.at[(course, time), "all_relapsed"])
        assert row["highest"] == pytest.approx(bounds.at[(course, time), "all_lasting"])
        assert row["lower"] == 100 * exact_share(least, n)[0]
        assert row["upper"] == 100 * exact_share(most, n)[1]
        estimate = bounds.at[(course, time), "estimate"]
        assert row["counted"] == pytest.approx(estimate * n / 100 - least)
        assert -1e-9 < row["counted"] <= lost


def test_the_tipping_point_is_the_first_number_that_makes_a_half(r1):
    found = unknown_outcomes.extremes(r1, TIMES)
    for (course, time), row in found.iterrows():
        pairs = COURSES[course]
        enough = [
            well
            for well in range(lost_before(pairs, time) + 1)
            if 2 * in_remission(pairs, time, well) >= len(pairs)
        ]
        assert row["needed"] == min(enough, default=inf)
    assert found["needed"].loc["First"].tolist() == [5, 9, inf, inf, inf]


def test_shares_by_how_many_stayed_well(r1):
    for course, title in {1: "First", 2: "Second"}.items():
        pairs = COURSES[title]
        for time in TIMES[course]:
            found = unknown_outcomes.by_number_well(r1, course, time)
            assert found.index.tolist() == list(range(lost_before(pairs, time) + 1))
            for well, row in found.iterrows():
                count = in_remission(pairs, time, well)
                assert row["share"] == pytest.approx(100 * count / len(pairs))
                limits = exact_share(count, len(pairs))
                assert (row["lower"], row["upper"]) == tuple(100 * limit for limit in limits)


@pytest.mark.parametrize(("course", "time"), [(1, 3), (1, 6), (1, 12), (2, 12), (2, 36)])
def test_dependence_runs_from_one_extreme_through_kaplan_meier_to_the_other(course, time, r1):
    found = unknown_outcomes.under_dependence(r1, course, time, [-1, -0.99, -0.5, 0, 0.5, 0.99, 1])
    curve = course_curves.of_course(r1, course)
    extremes = unknown_outcomes.extremes(r1, {course: [time]}).iloc[0]
    shares = found["share"]
    assert (np.diff(shares) < 1e-6).all()
    assert shares[0] == pytest.approx(100 * curve.survival_at(time), abs=1e-9)
    limits = [100 * limit for limit in curve.limits_at(time, "log-log")]
    assert found.loc[0, ["lower", "upper"]].tolist() == pytest.approx(limits, abs=1e-9)
    assert shares[-1] == pytest.approx(extremes["highest"])
    assert shares[1] == pytest.approx(extremes["lowest"])
    assert found.at[-1, "upper"] == pytest.approx(extremes["upper"])
    assert found.at[1, "lower"] == pytest.approx(extremes["lower"])
    assert shares[-0.99] == pytest.approx(shares[-1], abs=0.1)
    assert shares[0.99] == pytest.approx(shares[1], abs=0.1)


def test_the_median_without_dependence_is_kaplan_meiers(r1):
    for course in (1, 2):
        curve = course_curves.of_course(r1, course)
        found = unknown_outcomes.median_under_dependence(r1, course, [-0.5, 0, 0.5])
        assert found.loc[0].tolist() == [curve.median_time(), *curve.median_limits("log-log")]
        assert found["median"].is_monotonic_decreasing


def test_the_tau_for_half_is_where_half_is_reached(r1):
    tau = unknown_outcomes.tau_for_half(r1, 1, 3)
    (share,) = unknown_outcomes.under_dependence(r1, 1, 3, [tau])["share"]
    assert share == pytest.approx(50, abs=1e-6)
    assert isnan(unknown_outcomes.tau_for_half(r1, 1, 6))
