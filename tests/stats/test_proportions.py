"""Intervals of proportions: edges, clusters by fractions, and the patients drawn again."""

from fractions import Fraction
from math import sqrt

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


def test_clustered_limits_by_hand():
    """Wilson's for 7 / 1.0686 independent units of 11, and 2.5706 of Student's t, 5 degrees."""
    hits, sizes = [1, 0, 2, 0, 3, 1], [1, 1, 3, 1, 3, 2]
    share = Fraction(sum(hits), sum(sizes))
    squares = sum((hit - share * size) ** 2 for hit, size in zip(hits, sizes, strict=True))
    variance = Fraction(6, 5) * squares / sum(sizes) ** 2
    effect = variance / (share * (1 - share) / sum(sizes))
    weight = 2.570581835636314**2 * float(effect / sum(sizes))
    middle = (float(share) + weight / 2) / (1 + weight)
    half = sqrt(weight * float(share * (1 - share)) + weight**2 / 4) / (1 + weight)
    found = proportions.clustered(hits, sizes)
    assert found.value == float(share)
    assert found.design_effect == pytest.approx(float(effect))
    assert (found.lower, found.upper) == pytest.approx((middle - half, middle + half), abs=1e-12)


def test_limits_solve_the_score_equation():
    """(share - limit)^2 is t^2 times limit (1 - limit) by the number of independent units."""
    hits, sizes = [1, 0, 2, 0, 3, 1, 1], [1, 1, 3, 1, 3, 2, 1]
    found = proportions.clustered(hits, sizes)
    units = sum(sizes) / found.design_effect
    for limit in (found.lower, found.upper):
        distance = (found.value - limit) ** 2 / (limit * (1 - limit) / units)
        assert sqrt(distance) == pytest.approx(2.4469118511449692)  # Student's t, 6 degrees


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


def test_all_or_none_give_no_design_effect_and_wilsons_limits_with_t():
    """3 of 3 units, 2 patients: 12.706 of Student's t with 1 degree of freedom."""
    share = proportions.clustered([1, 2], [1, 2])
    assert np.isnan(share.design_effect)
    assert (share.se, share.upper) == (0, pytest.approx(1))
    assert share.lower == pytest.approx(3 / (3 + 12.706204736174698**2))
    none = proportions.clustered([0, 0], [1, 2])
    assert (none.lower, none.upper) == pytest.approx((0, 1 - share.lower))


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
