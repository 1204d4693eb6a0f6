"""Turnbull's estimate and its likelihood limits: by hand, by closed formulas, by lifelines.

R's survfit and base R have all readings of Table 1 in ``robustness/test_interval_readings.py``.
"""

from math import exp, inf, log

import numpy as np
import pytest
from lifelines import KaplanMeierFitter
from scipy.optimize import brentq, linprog

from correll2004.stats.interval_censored import DROP_95, Turnbull, most_likely
from correll2004.stats.survival import KaplanMeier

# Later than left and by right: visits at 3, 6 and 12 months, two exact times, open ends.
LEFT = [0, 0, 0, 3, 3, 3, 6, 6, 5, 2, 0, 12]
RIGHT = [3, 3, 6, 6, 12, inf, 12, inf, 5, inf, inf, 12]


def right_censored(curve):
    return Turnbull(curve.months, np.where(curve.event == 1, curve.months, inf))


@pytest.fixture(scope="module")
def simulated():
    """Right-censored times with ties, and times of 0."""
    rng = np.random.default_rng(4)
    months = np.round(rng.exponential(6, 30))
    return KaplanMeier(months, rng.random(30) < 0.7)


# --- the estimate -----------------------------------------------------------------


def test_a_curve_by_hand():
    """Two of four relapsed by 3 months; of the others one by 6 and one later."""
    curve = Turnbull([0, 0, 3, 6], [3, 3, 6, inf])
    assert curve.survival_at(3)[:2] == pytest.approx((0.5, 0.5), abs=1e-12)
    assert curve.survival_at(2)[:2] == pytest.approx((0.5, 1), abs=1e-12)
    assert curve.survival_at(4)[:2] == pytest.approx((0.25, 0.5), abs=1e-12)
    assert curve.median()[:2] == pytest.approx((0, 3))
    # 0, 0, 3 and 6 months at the least; 3, 3, 6 and all 10 at the most
    assert curve.restricted_mean(10)[:2] == pytest.approx((9 / 4, 22 / 4), abs=1e-12)


def test_overlapping_intervals_by_hand():
    """(0, 3] and (2, 5] can both be met in (2, 3]: the likelihood puts everything there."""
    curve = Turnbull([0, 2], [3, 5])
    assert curve.survival_at(2)[:2] == pytest.approx((1, 1), abs=1e-9)
    assert curve.survival_at(3)[:2] == pytest.approx((0, 0), abs=1e-9)


def test_exact_times_give_kaplan_meier(simulated):
    ours = right_censored(simulated)
    for time in [0, *simulated.table.index]:
        low, high, lower, upper = ours.survival_at(time)
        survival = simulated.survival_at(time)
        assert (low, high) == pytest.approx((survival, survival), abs=1e-9)
        assert 0 <= lower <= low + 1e-9
        assert high - 1e-9 <= upper <= 1
    assert ours.median()[:2] == (simulated.median_time(),) * 2
    area = simulated.restricted_mean(8).value
    assert ours.restricted_mean(8)[:2] == pytest.approx((area, area), abs=1e-9)


def test_lifelines_comes_close():
    """It has closed intervals, so that those here begin a little later."""
    left, right = [0, 0, 0, 1, 3, 3, 6, 6, 9], [3, 2, 6, 6, 12, 6, 12, inf, inf]
    fit = KaplanMeierFitter().fit_interval_censoring(np.add(left, 1e-6), right, tol=1e-12)
    ours, theirs = Turnbull(left, right), fit.survival_function_
    assert len(theirs) > 5
    for time, ends in theirs.iterrows():
        # At the end of an interval the two ends are those before and after.
        assert ours.survival_at(time).low - 1e-5 <= ends.min()
        assert ends.max() <= ours.survival_at(max(time - 1e-6, 0)).high + 1e-5


# --- limits -----------------------------------------------------------------------


def closed_form_limits(curve, time):
    """Thomas and Grunkemeier's limits of S(t): n + b instead of n at risk, for two b."""
    steps = curve.table[(curve.table["events"] > 0) & (curve.table.index <= time)]
    n, d = steps["at_risk"].to_numpy(float), steps["events"].to_numpy(float)

    def fall(b):
        return -np.sum((n - d) * np.log1p(b / (n - d)) - n * np.log1p(b / n))

    def survival(b):
        return float(np.prod(1 - d / (n + b)))

    nearest = -(n - d).min() * (1 - 1e-12)
    ends = brentq(lambda b: fall(b) - DROP_95, nearest, 0), 0
    upper = brentq(lambda b: fall(b) - DROP_95, 0, 1e6)
    return survival(ends[0]), survival(upper)


def test_limits_of_right_censored_times_have_a_closed_form(simulated):
    ours = right_censored(simulated)
    checked = 0
    for time in simulated.table.index:
        if simulated.survival_at(time) < 1 and simulated.table["at_risk"].at[time] > 3:
            found = ours.survival_at(time)[2:]
            assert found == pytest.approx(closed_form_limits(simulated, time), abs=1e-7)
            checked += 1
    assert checked > 8


@pytest.mark.parametrize("still_well", [0, 1, 5, 11, 12])
def test_limits_of_a_count(still_well):
    """Nobody censored: the likelihood limits of a share, which are no limits of zero width."""
    n = 12
    months = [9] * still_well + [1] * (n - still_well)
    lower, upper = Turnbull(months, months).survival_at(5)[2:]

    def fall(p):
        share = still_well / n
        parts = [(share, p), (1 - share, 1 - p)]
        return n * sum(part * log(part / other) for part, other in parts if part > 0) - DROP_95

    share = still_well / n
    assert lower == pytest.approx(brentq(fall, 1e-12, share) if share else 0, abs=1e-8)
    assert upper == pytest.approx(brentq(fall, share, 1 - 1e-12) if share < 1 else 1, abs=1e-8)
    if still_well == n:
        assert lower == pytest.approx(exp(-DROP_95 / n))


def highest_by_planes(curve, inside, values):
    """The same as `Turnbull._highest_limit`, between two ends that close in on it.

    Linear programs, each with one more plane that touches the region of curves that are likely
    enough; their solutions lie outside of it, and the points where they leave it inside.
    """
    counts, centre = curve._counts, most_likely(inside, curve._counts)
    enough = counts @ np.log(inside @ centre) - DROP_95
    planes, levels = [], []
    for _ in range(500):
        outer = linprog(-values, planes or None, levels or None, [np.ones_like(values)], [1]).x

        def excess(part, outer=outer):
            at = inside @ (centre + part * (outer - centre))
            return counts @ np.log(np.maximum(at, 1e-300)) - enough

        part = brentq(excess, 0, 1) if excess(1) < 0 else 1.0
        edge = centre + part * (outer - centre)
        if values @ (outer - edge) < 1e-6:
            return values @ edge
        slope = (counts / (inside @ edge)) @ inside
        planes.append(-slope)
        levels.append(-slope @ edge)
    raise AssertionError("the ends did not meet")


def test_limits_by_another_method():
    curve = Turnbull(LEFT, RIGHT)
    start, end, inside = curve._cells(8)
    later, shortest, longest = 1.0 * (end > 8), np.minimum(start, 8), np.minimum(end, 8)
    _, _, lower, upper = curve.survival_at(8)
    assert upper == pytest.approx(highest_by_planes(curve, inside, later), abs=2e-6)
    assert lower == pytest.approx(-highest_by_planes(curve, inside, -later), abs=2e-6)
    _, _, lower, upper = curve.restricted_mean(8)
    assert upper == pytest.approx(highest_by_planes(curve, inside, longest), abs=2e-6)
    assert lower == pytest.approx(-highest_by_planes(curve, inside, -shortest), abs=2e-6)


def test_limits_of_the_median_are_where_those_of_the_curve_pass_one_half():
    curve = Turnbull(LEFT, RIGHT)
    _, _, lower, upper = curve.median()
    assert curve.survival_at(lower + 1e-9).lower <= 0.5 < curve.survival_at(lower - 1e-9).lower
    assert curve.survival_at(upper).upper <= 0.5 < curve.survival_at(upper - 1e-9).upper


def test_limits_keep_their_level_in_simulated_courses():
    """Weibull times, seen at visits every 3 months or lost: S(6) is inside 95 of 100 times."""
    rng, inside, times = np.random.default_rng(7), 0, 120
    truth = exp(-((6 / 6) ** 0.8))
    for _ in range(times):
        relapse = 6 * rng.weibull(0.8, 33)
        last = 3 * np.floor(np.minimum(rng.exponential(20, 33), 36) / 3)
        seen = 3 * np.ceil(relapse / 3)
        known = seen <= last
        lower, upper = Turnbull(
            np.where(known, seen - 3, last), np.where(known, seen, inf)
        ).survival_at(6)[2:]
        inside += lower <= truth <= upper
    assert 0.89 * times <= inside < times


# --- what is refused --------------------------------------------------------------


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ([], []),
        ([1, 2], [3]),
        ([[1], [2]], [[3], [4]]),
        ([-1], [3]),
        ([3], [2]),
        ([inf], [inf]),
        ([np.nan], [3]),
        ([1], [np.nan]),
    ],
)
def test_what_is_no_interval_is_refused(left, right):
    with pytest.raises(ValueError, match="left"):
        Turnbull(left, right)


@pytest.mark.parametrize("horizon", [0, -3, inf, np.nan])
def test_a_horizon_is_a_time_above_0(horizon):
    with pytest.raises(ValueError, match="horizon"):
        Turnbull(LEFT, RIGHT).restricted_mean(horizon)
