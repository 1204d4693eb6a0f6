"""Agreement of two codings, against numbers worked out by hand."""

import math

import pytest

from correll2004.stats.agreement import agreement


def test_kappa_by_hand():
    """20 and 15 of 50 agreed on yes and no; 25 and 30 yes: 0.7 agreed, 0.5 by chance."""
    first = ["yes"] * 25 + ["no"] * 25
    second = ["yes"] * 20 + ["no"] * 5 + ["yes"] * 10 + ["no"] * 15
    found = agreement(first, second)
    assert (found.cases, found.agreed) == (50, 35)
    assert found.kappa == pytest.approx((0.7 - 0.5) / (1 - 0.5))


def test_no_better_and_worse_than_chance():
    assert agreement(["a", "a", "b", "b"], ["a", "b", "a", "b"]).kappa == 0
    assert agreement(["a", "b"], ["b", "a"]).kappa == -1


def test_one_code_alone_says_nothing_beyond_chance():
    found = agreement(["a", "a"], ["a", "a"])
    assert found.agreed == 2
    assert math.isnan(found.kappa)


@pytest.mark.parametrize(("first", "second"), [([], []), (["a"], ["a", "b"])])
def test_what_is_not_two_codings_of_cases_is_refused(first, second):
    with pytest.raises(ValueError, match="are not two codings of cases"):
        agreement(first, second)
