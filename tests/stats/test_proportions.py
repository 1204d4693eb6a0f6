"""Intervals of proportions: edges, and a slow bootstrap beside the quick one."""

import random

import numpy as np
import pytest

from correll2004.stats import proportions


def test_wilson_stays_within_the_possible_range_and_never_shrinks_to_a_point():
    for n in (1, 12, 33):
        for count in range(n + 1):
            lower, upper = proportions.wilson(count, n)
            assert 0 <= lower <= count / n <= upper <= 1
            assert lower < upper


@pytest.mark.parametrize(
    ("count", "n"), [(-1, 3), (4, 3), (0, 0), (2.7, 33), (1, 2.5), (float("nan"), 3)]
)
def test_wilson_refuses_what_is_no_proportion(count, n):
    with pytest.raises(ValueError, match="must be whole"):
        proportions.wilson(count, n)


def test_bootstrap_draws_patients_not_cycles():
    hits, sizes = [1, 0, 2, 0, 3, 1], [1, 1, 3, 1, 3, 2]
    share = proportions.clustered(hits, sizes)
    draw = random.Random(1)
    found = []
    for _ in range(20_000):
        drawn = [draw.randrange(6) for _ in range(6)]
        found.append(sum(hits[i] for i in drawn) / sum(sizes[i] for i in drawn))
    slow = np.quantile(found, [0.025, 0.975])
    assert [share.lower, share.upper] == pytest.approx(list(slow), abs=0.02)


def test_single_cycles_make_the_clustered_error_that_of_independent_units():
    hits = [1] * 25 + [0] * 8
    share = proportions.clustered(hits, [1] * 33)
    assert share.value == 25 / 33
    assert share.se == pytest.approx((25 / 33 * 8 / 33 / 32) ** 0.5)
    assert share.design_effect == pytest.approx(33 / 32)


def test_equal_cycles_within_patients_widen_the_error_by_their_number():
    single = proportions.clustered([1, 0, 1, 0, 1], [1] * 5)
    triple = proportions.clustered([3, 0, 3, 0, 3], [3] * 5)
    assert triple.se == pytest.approx(single.se)
    assert triple.design_effect == pytest.approx(3 * single.design_effect)


def test_all_or_none_give_no_design_effect():
    share = proportions.clustered([1, 2], [1, 2])
    assert (share.lower, share.upper, share.se) == (1, 1, 0)
    assert np.isnan(share.design_effect)


@pytest.mark.parametrize(
    ("hits", "sizes", "rule"),
    [
        ([1], [1, 2], "patient by patient"),
        ([[1, 0]], [[1, 2]], "patient by patient"),
        ([2, 0], [1, 1], "from 0 to the size"),
        ([-1, 0], [1, 1], "from 0 to the size"),
        ([], [], "at least two patients, not 0"),
        ([1], [2], "at least two patients, not 1"),
        ([0, 0], [0, 0], "at least one unit"),
        ([0, 1], [0, 1], "at least one unit"),
        ([0.5, 1], [1, 1], "whole numbers"),
        ([float("nan"), 1], [1, 1], "whole numbers"),
        ([0, 1], [float("inf"), 1], "whole numbers"),
    ],
)
def test_clustered_refuses_what_are_no_clusters(hits, sizes, rule):
    with pytest.raises(ValueError, match=rule):
        proportions.clustered(hits, sizes)


def test_the_same_limits_each_time():
    one, other = (proportions.clustered([1, 0, 2], [1, 1, 2]) for _ in range(2))
    assert one == other
