"""Exact limits: by fractions, by hand, by simulation, and against the authors' R package.

``tests/r/bpcp.R`` runs that package; its output is stored, and made anew where it is installed.
"""

import re
from fractions import Fraction
from itertools import pairwise
from math import inf

import byhand
import numpy as np
import pytest
from rscript import SCRIPTS, live, numbers, why_not
from scipy.optimize import brentq
from scipy.stats import beta, binomtest

from correll2004.stats import beta_product
from correll2004.stats.survival import KaplanMeier

STORED = SCRIPTS / "bpcp.csv"
# Freireich et al. (1963), 6-mercaptopurine: weeks, + for a patient still in remission.
LEUKEMIA = "6 6 6 6+ 7 9+ 10 10+ 11+ 13 16 17+ 19+ 20+ 22 23 25+ 32+ 32+ 34+ 35+"
GROUPS = {
    "first as printed": byhand.course(1),
    "first under R1": byhand.course(1, patient_1_relapsed=True),
    "second": byhand.course(2),
    "leukemia": [(int(week.rstrip("+")), int(week[-1] != "+")) for week in LEUKEMIA.split(" ")],
}


def factors(pairs, time):
    """Numbers at risk before each relapse until a time, and after it; one relapse at a time."""
    until = sorted((months, 1 - event) for months, event in pairs if months <= time)
    each = [len(pairs) - i for i, (_, censored) in enumerate(until) if not censored]
    return each, len(pairs) - len(until)


def distribution(rates):
    """The exact probability that a product of beta variables (rate, 1) is at most w.

    Minus its logarithm is a sum of exponential times of different rates.
    """
    terms = []
    for rate in rates:
        product = Fraction(1)
        for other in rates:
            if other != rate:
                product *= Fraction(other, other - rate)
        terms.append((product, rate))
    return lambda w: sum(part * Fraction(w) ** rate for part, rate in terms)


def twin(pairs, time, mid_p=False):
    """Both limits at a time, from exact fractions."""
    relapses, after = factors(pairs, time)
    without = distribution(relapses) if relapses else (lambda w: Fraction(w == 1))
    with_next = distribution([*relapses, after]) if after else (lambda w: Fraction(1))
    if mid_p:
        lower = upper = lambda w: (without(w) + with_next(w)) / 2
    else:
        lower, upper = with_next, without

    def percentile(cumulative, share):
        if cumulative(Fraction(0)) >= share:
            return 0.0
        if cumulative(1 - Fraction(1, 10**15)) < share:
            return 1.0
        return brentq(lambda w: float(cumulative(Fraction(w))) - share, 0, 1, xtol=1e-15)

    return percentile(lower, 0.025), percentile(upper, 0.975)


def moments(pairs, time):
    """The limits of bpcp's default: a beta variable with the product's mean and variance."""

    def fitted(rates, share):
        mean = np.prod([rate / (rate + 1) for rate in rates])
        square = np.prod([rate / (rate + 2) for rate in rates])
        scale = (mean - square) / (square - mean**2)
        return float(beta.ppf(share, mean * scale, (1 - mean) * scale))

    relapses, after = factors(pairs, time)
    lower = fitted([*relapses, after], 0.025) if after else 0.0
    return lower, fitted(relapses, 0.975) if relapses else 1.0


def curve_of(pairs):
    return KaplanMeier(*zip(*[(float(months), event) for months, event in pairs], strict=True))


@pytest.fixture(params=GROUPS)
def case(request):
    """The name of a group, its pairs of months and event, its curve, its times from 0 on."""
    pairs = GROUPS[request.param]
    return request.param, pairs, curve_of(pairs), sorted({0, *(months for months, _ in pairs)})


# --- by fractions -----------------------------------------------------------------


@pytest.mark.parametrize("method", ["exact", "mid-p"])
def test_limits_are_percentiles_of_an_exact_distribution(case, method):
    _, pairs, curve, times = case
    for time in times:
        expected = twin(pairs, time, method == "mid-p")
        assert curve.limits_at(float(time), method) == pytest.approx(expected, abs=1e-12)


def test_limits_just_before_a_time_are_those_after_the_time_before(case):
    _, _, curve, times = case
    for earlier, time in pairwise(times):
        assert curve.limits_just_before(float(time)) == curve.limits_at(float(earlier))


def test_limits_hold_the_estimate_and_never_rise(case):
    _, _, curve, times = case
    found = np.array([curve.limits_at(float(time)) for time in times])
    estimates = np.array([curve.survival_at(float(time)) for time in times])
    assert (found[:, 0] <= estimates).all()
    assert (estimates <= found[:, 1]).all()
    assert (np.diff(found, axis=0) <= 1e-15).all()


def test_mid_p_limits_lie_within_the_exact_ones(case):
    _, _, curve, _ = case
    exact, mid_p = curve.limits("exact"), curve.limits("mid-p")
    assert (exact["lower"] <= mid_p["lower"]).all()
    assert (mid_p["upper"] <= exact["upper"]).all()
    assert not exact.equals(mid_p)


# --- by hand ----------------------------------------------------------------------


@pytest.mark.parametrize("n", [1, 4, 33])
def test_without_censoring_they_are_clopper_and_pearsons(n):
    curve = KaplanMeier(range(1, n + 1), [1] * n)
    for relapses in range(n + 1):
        expected = binomtest(n - relapses, n).proportion_ci(method="exact")
        assert curve.limits_at(relapses + 0.5) == pytest.approx(tuple(expected), abs=1e-12)


def test_nobody_relapsed_yet():
    """Of 12 nobody: 0.025 ** (1/12), and 0.05 ** (1/12) for mid-p. Then of 10, 2 being lost."""
    curve = KaplanMeier([3, 3] + [9] * 10, [0, 0] + [1] * 10)
    for time, n in ((0, 12), (2.9, 12), (3, 10), (8.9, 10)):
        assert curve.limits_at(time) == (pytest.approx(0.025 ** (1 / n)), 1)
        assert curve.limits_at(time, "mid-p") == (pytest.approx(0.05 ** (1 / n)), 1)
    assert curve.limits_just_before(9) == curve.limits_at(3)
    lower, upper = curve.limits_at(9)
    assert lower == 0
    assert upper == pytest.approx(1 - 0.025 ** (1 / 10))


def test_nobody_left_at_risk_leaves_0_possible():
    """2 relapses among 3, the third lost: what follows is not known, S(t) is 1/3."""
    curve = KaplanMeier([1, 2, 5], [1, 1, 0])
    assert curve.limits_at(4)[0] == pytest.approx(1 - 0.975 ** (1 / 3))
    assert curve.limits_at(5)[0] == 0
    assert curve.limits_at(5)[1] == curve.limits_at(2)[1]


def test_published_values_of_four_relapses():
    """At 3, 7, 8 and 14, of the vignette of R's bpcp: summary(bpcp(c(3, 7, 8, 14), ...))."""
    curve = KaplanMeier([3, 7, 8, 14], [1, 1, 1, 1])
    lower = [0.397635364, 0.194120450, 0.067585986, 0.006309463, 0]
    upper = [1, 0.9936905, 0.9324140, 0.8058796, 0.6023646]
    for time, *expected in zip([0, 3, 7, 8, 14], lower, upper, strict=True):
        assert curve.limits_at(time) == pytest.approx(expected, abs=5e-8)


def test_censored_patients_widen_the_limits():
    complete = KaplanMeier([1, 2, 3, 4, 5], [1] * 5)
    censored = KaplanMeier([1, 2, 3, 4, 5], [1, 0, 0, 1, 1])
    assert censored.limits_at(1) == complete.limits_at(1)
    assert censored.limits_at(3)[0] < censored.limits_at(2)[0] < censored.limits_at(1)[0]
    assert censored.limits_at(3)[1] == censored.limits_at(1)[1]


def test_patients_never_seen_leave_the_limits_to_the_others():
    """Clopper and Pearson's for 380 of 400, whether or not 1600 are censored at once."""
    event = np.repeat([False, True, True], [1600, 20, 380])[:, None]
    until = np.repeat([True, True, False], [1600, 20, 380])[:, None]
    found = [limit.item() for limit in beta_product.limits(event, until)]
    expected = binomtest(380, 400).proportion_ci(method="exact")
    assert found == pytest.approx(list(expected), abs=1e-9)


def test_just_before_a_relapse_at_0_nobody_relapsed():
    curve = KaplanMeier([0, 1], [1, 1])
    assert curve.limits_just_before(0) == (pytest.approx(0.025 ** (1 / 2)), 1)
    assert curve.limits_at(0) == curve.limits_just_before(1) != curve.limits_just_before(0)


def test_many_groups_at_once_are_each_on_its_own():
    event = np.array([[True, True], [False, True], [True, False]])
    until = np.array([[True, True], [True, True], [False, True]])
    lower, upper = beta_product.limits(event, until)
    alone = [KaplanMeier([1, 2, 3], column).limits_at for column in event.T]
    assert (lower[0], upper[0]) == alone[0](2)
    assert (lower[1], upper[1]) == alone[1](3)


# --- by simulation ----------------------------------------------------------------


@pytest.mark.parametrize("time", [1, 6, 24])
def test_products_of_drawn_beta_variables_fall_below_the_limits_as_often(time):
    """200,000 products: the standard error of a share of 2.5% is 0.035%."""
    draws, draw = 200_000, np.random.default_rng(2004)
    for pairs in GROUPS.values():
        relapses, after = factors(pairs, time)
        lower, upper = curve_of(pairs).limits_at(time)
        product = np.ones(draws)
        for rate in relapses:
            product *= draw.beta(rate, 1, draws)
        if relapses:
            assert np.mean(product > upper) == pytest.approx(0.025, abs=5 * 0.00035)
        if after:
            product *= draw.beta(after, 1, draws)
            assert np.mean(product < lower) == pytest.approx(0.025, abs=5 * 0.00035)


# --- the median -------------------------------------------------------------------


def test_the_limits_of_the_median_hold_the_times_that_the_curve_allows(case):
    _, _, curve, times = case
    lower, upper = curve.median_limits()
    for time in map(float, times):
        low, high = curve.limits_at(time)
        assert (time < lower) == (low > 0.5)
        assert (time < upper) == (high > 0.5)
    assert lower <= curve.median_time() <= upper


def test_without_censoring_the_median_has_the_limits_of_order_statistics():
    """Of 10, the 2nd and the 9th: 1 - 2 P(at most 1 of 10 by a coin) is 97.9%, then 89.1%."""
    assert KaplanMeier(range(1, 11), [1] * 10).median_limits() == (2, 9)


def test_a_median_whose_upper_limit_is_not_reached(case):
    name, _, curve, _ = case
    assert (curve.median_limits()[1] == inf) == (name in ("second", "leukemia"))


# --- R ----------------------------------------------------------------------------


@pytest.fixture(scope="module")
def stored():
    return numbers(STORED.read_text(encoding="utf-8"))


def of_group(stored, name, quantity):
    return {
        float(months): value
        for (group, found, months), value in stored.items()
        if (group, found) == (name, quantity) and months
    }


def test_stored_output_names_the_versions_of_r_and_bpcp():
    header = STORED.read_text(encoding="utf-8").splitlines()[:2]
    assert re.fullmatch(r"# R [0-9]+\.[0-9]+\.[0-9]+", header[0])
    assert re.fullmatch(r"# bpcp [0-9]+\.[0-9]+\.[0-9]+", header[1])


def test_r_has_limits_from_0_and_from_every_time_on(case, stored):
    name, _, _, times = case
    for quantity in ("lower exact", "upper exact", "lower mid-p", "upper mid-p"):
        assert list(of_group(stored, name, quantity)) == times


def test_r_fits_moments_to_the_same_products(case, stored):
    """So which relapses and patients at risk make a limit is as in R."""
    name, pairs, _, times = case
    for i, end in enumerate(("lower", "upper")):
        found = of_group(stored, name, f"{end} exact")
        for time in times:
            assert moments(pairs, time)[i] == pytest.approx(found[time], abs=1e-9)


def test_r_draws_the_same_limits(case, stored):
    """The percentiles of its 200,000 draws have standard errors of up to 0.0008."""
    name, _, curve, times = case
    for i, end in enumerate(("lower", "upper")):
        found = of_group(stored, name, f"{end} exact drawn")
        for time in times:
            assert curve.limits_at(float(time))[i] == pytest.approx(found[time], abs=0.003)


@pytest.mark.parametrize("method", ["exact", "mid-p"])
def test_fitted_moments_are_within_2_percentage_points(case, stored, method):
    """The authors' approximation; the percentiles themselves need none."""
    name, _, curve, times = case
    for i, end in enumerate(("lower", "upper")):
        found = of_group(stored, name, f"{end} {method}")
        for time in times:
            assert curve.limits_at(float(time), method)[i] == pytest.approx(found[time], abs=0.02)


def test_r_gives_the_stored_numbers_again(stored):
    if reason := why_not("bpcp"):
        pytest.skip(f"{reason}: the stored output of R was not repeated")
    again = numbers(live("bpcp.R"))
    assert list(again) == list(stored)
    for key, value in stored.items():
        assert again[key] == pytest.approx(value, abs=1e-9, nan_ok=True), key
