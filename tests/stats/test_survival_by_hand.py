"""Kaplan-Meier curves of both courses against fractions derived by hand."""

from fractions import Fraction as F
from math import exp, log, sqrt
from statistics import NormalDist

import byhand
import numpy as np
import pytest

from correll2004.paper import course_curves
from correll2004.stats import survival
from correll2004.stats.curves import Curves
from correll2004.stats.survival import KaplanMeier

# Survival after each event time: the factor is survivors over patients at risk. In the
# first course 33 patients were at risk at 0, of whom two had no relief and five were
# not seen again; 26 remained at 0.75 months, and so on.
FIRST_AS_PRINTED = {
    0: F(31, 33),  # 31/33
    0.75: F(775, 858),  # x 25/26
    1: F(775, 936),  # x 22/24
    2: F(14725, 19656),  # x 19/21; Patient 1 was censored at 1.25
    2.5: F(73625, 104832),  # x 15/16
    3: F(14725, 26208),  # x 12/15
    4: F(14725, 39312),  # x 8/12
    6: F(14725, 45864),  # x 6/7
    7: F(2945, 11466),  # x 4/5
    9: F(2945, 15288),  # x 3/4
    36: F(0),  # x 0/1
}
FIRST_UNDER_R1 = {
    0: F(31, 33),
    0.75: F(775, 858),
    1: F(775, 936),
    1.25: F(5425, 6864),  # x 21/22: Patient 1 relapsed
    2: F(14725, 20592),  # x 19/21, and so on as above
    2.5: F(73625, 109824),
    3: F(14725, 27456),
    4: F(14725, 41184),
    6: F(14725, 48048),
    7: F(2945, 12012),
    9: F(2945, 16016),
    36: F(0),
}
SECOND = {
    4: F(7, 8),  # 12 less two censored at 0 and two at 3: 7/8
    12: F(7, 12),  # one more censored at 6: x 4/6
    36: F(7, 24),  # one censored at 12 and one at 15: x 1/2
}

# Width times height, from 0 to the last time.
AREAS = {
    "first as printed": (
        F(3, 4) * F(31, 33)
        + F(1, 4) * F(775, 858)
        + 1 * F(775, 936)
        + F(1, 2) * F(14725, 19656)
        + F(1, 2) * F(73625, 104832)
        + 1 * F(14725, 26208)
        + 2 * F(14725, 39312)
        + 1 * F(14725, 45864)
        + 2 * F(2945, 11466)
        + 27 * F(2945, 15288)
    ),
    "first under R1": (
        F(3, 4) * F(31, 33)
        + F(1, 4) * F(775, 858)
        + F(1, 4) * F(775, 936)
        + F(3, 4) * F(5425, 6864)
        + F(1, 2) * F(14725, 20592)
        + F(1, 2) * F(73625, 109824)
        + 1 * F(14725, 27456)
        + 2 * F(14725, 41184)
        + 1 * F(14725, 48048)
        + 2 * F(2945, 12012)
        + 27 * F(2945, 16016)
    ),
    # 4 x 1 + 8 x 7/8 + 24 x 7/12 = 4 + 7 + 14
    "second": F(25),
}

# Greenwood's sum of d / (n (n - d)) after the first events.
GREENWOOD = {
    "first as printed": {
        0: F(2, 33 * 31),
        0.75: F(2, 33 * 31) + F(1, 26 * 25),
        1: F(2, 33 * 31) + F(1, 26 * 25) + F(2, 24 * 22),
        2: F(2, 33 * 31) + F(1, 26 * 25) + F(2, 24 * 22) + F(2, 21 * 19),
    },
    "first under R1": {
        1.25: F(2, 33 * 31) + F(1, 26 * 25) + F(2, 24 * 22) + F(1, 22 * 21),
    },
    # 1/(8 x 7); + 2/(6 x 4) = 3/168 + 14/168; + 1/(2 x 1)
    "second": {4: F(1, 56), 12: F(17, 168), 36: F(101, 168)},
}

CURVES = {
    "first as printed": (FIRST_AS_PRINTED, 1, False),
    "first under R1": (FIRST_UNDER_R1, 1, True),
    "second": (SECOND, 2, False),
}


@pytest.fixture(params=CURVES)
def case(request, printed, r1):
    """Name, hand-derived steps, the twin's steps and the package's curve."""
    steps, course, relapsed = CURVES[request.param]
    twin = byhand.kaplan_meier(byhand.course(course, relapsed))
    curve = course_curves.of_course(r1 if relapsed else printed, course)
    return request.param, steps, twin, curve


def test_hand_derived_survival(case):
    _, steps, twin, curve = case
    assert {step.months: step.survival for step in twin if step.events} == steps
    for months, value in steps.items():
        assert curve.survival_at(months) == pytest.approx(float(value), abs=1e-12)


def test_hand_derived_greenwood_sums(case):
    name, steps, twin, curve = case
    sums = {step.months: step.greenwood for step in twin}
    for months, value in GREENWOOD[name].items():
        assert sums[months] == value
        se = float(steps[months]) * sqrt(value)
        assert curve.se_at(months) == pytest.approx(se, abs=1e-12)


def test_hand_derived_mean_area(case):
    name, _, twin, curve = case
    assert byhand.area(twin) == AREAS[name]
    assert curve.area() == pytest.approx(float(AREAS[name]), abs=1e-12)
    assert curve.mean().value == curve.area()


def test_every_step_of_the_slow_twin(case):
    _, _, twin, curve = case
    assert curve.table.index.tolist() == [float(step.months) for step in twin]
    for row, step in zip(curve.table.itertuples(), twin, strict=True):
        counts = (row.at_risk, row.events, row.censored)
        assert counts == (step.at_risk, step.events, step.censored)
        assert row.survival == pytest.approx(float(step.survival), abs=1e-12)
        # Greenwood's sum is infinite where S(t) is 0; the package states 0 there.
        se = 0 if step.survival == 0 else float(step.survival) * sqrt(step.greenwood)
        assert row.greenwood_se == pytest.approx(se, abs=1e-12)


def test_totals(case):
    _, _, twin, curve = case
    assert curve.n_events == sum(step.events for step in twin)
    assert curve.n_censored == sum(step.censored for step in twin)
    assert curve.n == curve.n_events + curve.n_censored
    for step in twin:
        assert curve.censored_at(float(step.months)) == step.censored


# --- before and after a step ------------------------------------------------------


def test_survival_is_read_to_the_right_of_the_step(r1):
    """S(t) = P(T > t) holds from the step on; S(t-) = P(T >= t) up to it."""
    curve = course_curves.of_course(r1, 1)
    at, before = curve.survival_at, curve.survival_just_before
    assert at(3) == pytest.approx(float(FIRST_UNDER_R1[3]), abs=1e-12)
    assert before(3) == pytest.approx(float(FIRST_UNDER_R1[2.5]), abs=1e-12)
    assert at(3.9) == before(3.9) == before(4) == at(3)
    assert (at(-1), before(0)) == (1, 1)
    assert at(0) == pytest.approx(31 / 33, abs=1e-12)
    assert (before(36) > 0, at(36), at(100), before(100)) == (True, 0, 0, 0)


def test_standard_error_before_the_first_time_is_0():
    assert KaplanMeier([2, 3], [1, 0]).se_at(1) == 0
    assert KaplanMeier([2, 3], [1, 0]).se_at(2.5) == pytest.approx(sqrt(1 / 8))  # 1/2 sqrt(1/2)


@pytest.mark.parametrize(
    ("months", "at_risk"),
    # 33 patients; 7 leave at 0, 2 at 0.75, 2 at 1, 1 at 1.25, 5 at 2, 1 at 2.5.
    [
        (0, 33),
        (0.01, 26),
        (0.75, 26),
        (1, 24),
        (1.25, 22),
        (1.26, 21),
        (2, 21),
        (2.2, 16),
        (2.5, 16),
        (3, 15),
        (36, 1),
        (36.01, 0),
    ],
)
def test_patients_whose_time_is_now_are_still_at_risk(months, at_risk, printed):
    """The number at risk just before t counts every time at or after t."""
    assert course_curves.of_course(printed, 1).at_risk(months) == at_risk


# --- limits -----------------------------------------------------------------------


def test_pointwise_limits_on_the_log_log_scale(case):
    """S ** exp(-/+ z sqrt(Greenwood's sum) / log S); S itself where it is 0 or 1."""
    _, _, twin, curve = case
    z = NormalDist().inv_cdf(0.975)
    limits = curve.limits("log-log")
    for step in twin:
        height = float(step.survival)
        expected = (height, height)
        if 0 < height < 1:
            width = z * sqrt(step.greenwood) / log(height)
            expected = (height ** exp(-width), height ** exp(width))
        found = tuple(limits.loc[float(step.months), ["lower", "upper"]])
        assert found == pytest.approx(expected, abs=1e-9)


# --- edges ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("months", "event", "rule"),
    [
        ([], [], "not empty"),
        ([1, 2], [1], "of one shape"),
        ([[1, 2]], [[1, 0]], "one-dimensional"),
        ([1, -1], [1, 0], "finite and at least 0"),
        ([1, float("nan")], [1, 0], "finite and at least 0"),
        ([1, float("inf")], [1, 0], "finite and at least 0"),
        ([1, None], [1, 0], "finite and at least 0"),
        ([True, False], [1, 0], "must be numbers"),
        (["1", "2"], [1, 0], "must be numbers"),
        ([1, 2], [1, -1], "1 .* or 0"),
        ([1, 2], [1, 2], "1 .* or 0"),
        ([1, 2], [1, None], "1 .* or 0"),
        ([1, 2], [1, float("nan")], "1 .* or 0"),
        ([1, 2], ["1", "0"], "1 .* or 0"),
    ],
)
def test_input_without_meaning_is_refused(months, event, rule):
    with pytest.raises(ValueError, match=rule):
        KaplanMeier(months, event)
    if rule != "one-dimensional":
        with pytest.raises(ValueError, match=rule):
            Curves.of_times([months], [event])


def test_many_versions_need_two_dimensions():
    with pytest.raises(ValueError, match="versions x patients"):
        Curves.of_times([1, 2], [1, 0])


def test_times_that_differ_by_rounding_noise_are_one_time():
    """0.1 + 0.2 is 0.30000000000000004: a curve, its table and its readings take it as 0.3."""
    noisy, exact = [0.1 + 0.2, 0.3, 2.0, 0.3], [0.3, 0.3, 2.0, 0.3]
    event = [1, 1, 0, 0]
    curve = KaplanMeier(noisy, event)
    assert curve.table.equals(KaplanMeier(exact, event).table)
    assert curve.table.index.tolist() == [0.3, 2]
    for value in (0.3, 0.1 + 0.2):
        assert (curve.at_risk(value), curve.censored_at(value)) == (4, 1)
        assert (curve.survival_at(value), curve.survival_just_before(value)) == (0.5, 1)
        assert curve.limits_at(value) == curve.limits_at(1)
        assert curve.limits_just_before(value) == curve.limits_at(0)
        assert curve.limits_just_before(value, "log-log") == (1, 1)
    curves = Curves.of_times([noisy, exact], [event, event])
    assert np.unique(curves.months).tolist() == [0.3, 2]
    for value in (0.3, 0.1 + 0.2):
        assert curves.survival_at(value).tolist() == [0.5, 0.5]
        assert curves.survival_just_before(value).tolist() == [1, 1]


def test_a_reading_at_no_number_is_refused():
    curve = KaplanMeier([1, 2], [1, 0])
    with pytest.raises(ValueError, match="not NaN"):
        curve.survival_at(float("nan"))
    assert (curve.survival_at(float("inf")), curve.at_risk(float("inf"))) == (0.5, 0)


@pytest.mark.parametrize(
    ("horizon", "rule"),
    [
        (0, "above 0 months, not 0"),
        (-3, "above 0 months, not -3"),
        (float("nan"), "not nan"),
        (float("inf"), "not inf"),
        (4.5, "ends at 4 months, before 4.5"),
    ],
)
def test_a_restricted_mean_needs_a_horizon_within_the_curve(horizon, rule):
    months, event = [1, 2, 3, 4], [1, 1, 1, 0]
    with pytest.raises(ValueError, match=rule):
        KaplanMeier(months, event).restricted_mean(horizon)
    with pytest.raises(ValueError, match=rule):
        Curves.of_times([months, months], [[1, 1, 1, 1], event]).restricted_mean(horizon)


def test_a_curve_that_falls_to_0_has_a_restricted_mean_at_any_later_horizon():
    curve = KaplanMeier([1, 2, 3, 4], [1, 1, 1, 1])
    assert curve.restricted_mean(40) == curve.restricted_mean(4)
    assert curve.restricted_mean(40).value == 2.5


def test_limits_by_an_unknown_method_are_refused():
    with pytest.raises(ValueError, match="no such method: 'logit'"):
        KaplanMeier([1, 2], [1, 0]).limits("logit")


def test_a_single_patient_who_relapses():
    curve = KaplanMeier([5], [1])
    assert curve.table.loc[5].tolist() == [1, 1, 0, 0, 0]
    assert (curve.area(), curve.median().value) == (5, 5)
    with pytest.raises(ValueError, match="at least two events"):
        curve.mean()


def test_a_single_patient_who_is_censored():
    curve = KaplanMeier([5], [0])
    assert curve.table.loc[5].tolist() == [1, 0, 1, 1, 0]
    assert curve.area() == 5


def test_everybody_relapses_at_once():
    """Nobody is left at risk: one step to 0, and nothing to add to the variance."""
    curve = KaplanMeier([3, 3, 3], [1, 1, 1])
    assert curve.table.loc[3].tolist() == [3, 3, 0, 0, 0]
    assert (curve.mean().value, curve.mean().se) == (3, 0)


def test_nobody_relapses():
    curve = KaplanMeier([1, 2, 3], [0, 0, 0])
    assert curve.table["survival"].tolist() == [1, 1, 1]
    assert curve.area() == 3
    with pytest.raises(ValueError, match="stays above"):
        curve.median()
    with pytest.raises(ValueError, match="at least two events"):
        curve.mean()


def test_a_relapse_comes_before_a_censoring_at_the_same_time():
    """Kaplan and Meier's convention: the censored patient is at risk at that time."""
    assert KaplanMeier([2, 2], [1, 0]).survival_at(2) == 0.5
    assert KaplanMeier([2, 2], [0, 1]).survival_at(2) == 0.5


def test_the_order_of_the_patients_does_not_matter(printed):
    pairs = printed.course(1)[["relief_months", "event"]].iloc[::-1]
    turned = KaplanMeier(pairs["relief_months"], pairs["event"])
    assert turned.table.equals(course_curves.of_course(printed, 1).table)


@pytest.mark.parametrize(
    ("months", "event", "reason"),
    [
        ([1, 2, 3, 4], [1, 0, 0, 0], "stays above"),  # S stays at 3/4
        ([1, 2, 3, 4], [1, 1, 0, 0], "falls to 0.45"),  # S stays at 1/2
    ],
)
def test_a_curve_that_does_not_fall_far_enough_for_a_median(months, event, reason):
    with pytest.raises(ValueError, match=reason):
        KaplanMeier(months, event).median()


def test_median_where_the_curve_stands_at_exactly_one_half():
    """The first time at which S(t) <= 1/2, not the middle of the flat piece, as in R.

    Four patients: S = 3/4, 1/2, 1/4, 0. u = 1 with S = 3/4, l = 3 with S = 1/4, so
    f = (3/4 - 1/4) / 2 = 1/4. Greenwood at 2: 1/12 + 1/6 = 1/4, so se(S) = 1/2 x 1/2.
    """
    curve = KaplanMeier([1, 2, 3, 4], [1, 1, 1, 1])
    median = curve.median()
    assert (median.value, median.se) == pytest.approx((2, 1))
    assert curve.median_time() == 2


def test_median_where_no_step_stands_above():
    """The first step falls from 1 to 1/3: u is 0 with S = 1, so f = (2/3) / 2 = 1/3.

    Greenwood: 2/(3 x 1) = 2/3, se(S) = 1/3 sqrt(2/3).
    """
    median = KaplanMeier([2, 2, 5], [1, 1, 1]).median()
    assert (median.value, median.se) == pytest.approx((2, sqrt(2 / 3)))


def test_limits_of_an_estimate_are_not_cut_off_at_0():
    estimate = survival.Estimate(1.0, 1.0)
    assert (estimate.lower, estimate.upper) == pytest.approx((-0.96, 2.96))
