"""Counts of the next patients: exact fractions, and how often the limits hold."""

from fractions import Fraction
from math import comb

import byhand
import numpy as np
import pytest

from correll2004.stats.prediction import Evidence, predictive_limits

HALF = Fraction(1, 2)


def rising(start, steps):
    """start (start + 1) ... with so many factors."""
    product = Fraction(1)
    for step in range(steps):
        product *= start + step
    return product


def exactly(count, n, following):
    """The beta-binomial probabilities after count of n, as fractions."""
    yes, no = count + HALF, n - count + HALF
    return [
        comb(following, k)
        * rising(yes, k)
        * rising(no, following - k)
        / rising(yes + no, following)
        for k in range(following + 1)
    ]


def worth(pairs, time):
    """Evidence from a Kaplan-Meier curve as fractions: (S n, n) with n = (1 - S) / (S G)."""
    step = [step for step in byhand.kaplan_meier(pairs) if step.months <= time][-1]
    n = (1 - step.survival) / (step.survival * step.greenwood)
    return step.survival * n, n


@pytest.mark.parametrize(("count", "n"), [(25, 33), (0, 33), (33, 33), (6, 33), (12, 12)])
@pytest.mark.parametrize("following", [1, 10, 33])
def test_beta_binomial_by_fractions(count, n, following):
    exact = exactly(count, n, following)
    assert sum(exact) == 1
    found = Evidence(count, n).next_counts(following)
    np.testing.assert_allclose(found, [float(p) for p in exact], rtol=1e-10)
    assert predictive_limits(found) == limits(exact)


def limits(exact):
    """Limits of a 95% interval from exact probabilities."""
    lower = next(k for k in range(len(exact)) if sum(exact[: k + 1]) > Fraction(25, 1000))
    upper = next(k for k in reversed(range(len(exact))) if sum(exact[k:]) > Fraction(25, 1000))
    return lower, upper


@pytest.mark.parametrize("repaired", [False, True])
@pytest.mark.parametrize("time", [3, 6])
def test_evidence_of_a_curve_by_fractions(time, repaired):
    from correll2004.stats.survival import KaplanMeier

    pairs = byhand.course(1, patient_1_relapsed=repaired)
    curve = KaplanMeier(*zip(*[(float(m), e) for m, e in pairs], strict=True))
    found = Evidence.of_survival(curve.survival_at(time), curve.se_at(time))
    count, n = worth(pairs, time)
    assert (found.count, found.n) == pytest.approx((float(count), float(n)), rel=1e-12)
    for following in (10, 33):
        exact = exactly(count, n, following)
        np.testing.assert_allclose(
            found.next_counts(following), [float(p) for p in exact], rtol=1e-10
        )
        assert predictive_limits(found.next_counts(following)) == limits(exact)


def test_without_censoring_the_evidence_is_the_count():
    """Greenwood's error is then that of a share."""
    found = Evidence.of_survival(0.75, (0.75 * 0.25 / 12) ** 0.5)
    assert (found.count, found.n) == pytest.approx((9, 12))


@pytest.mark.parametrize(("survival", "se"), [(1.0, 0.0), (0.0, 0.0), (0.5, 0.0), (1.2, 0.1)])
def test_no_evidence_where_greenwood_says_nothing(survival, se):
    with pytest.raises(ValueError, match="between 0 and 1"):
        Evidence.of_survival(survival, se)


@pytest.mark.parametrize(("count", "n"), [(-1, 3), (4, 3), (0, 0)])
def test_impossible_counts_are_refused(count, n):
    with pytest.raises(ValueError, match="0 <= count <= n"):
        Evidence(count, n)


@pytest.mark.parametrize("following", [10, 33])
def test_how_often_the_limits_hold(following):
    """Exactly, for every true share: over all counts of 33 patients and of the next."""
    held = []
    spans = [predictive_limits(Evidence(k, 33).next_counts(following)) for k in range(34)]
    for share in np.linspace(0.05, 0.95, 91):
        seen = [comb(33, k) * share**k * (1 - share) ** (33 - k) for k in range(34)]
        coming = [
            comb(following, k) * share**k * (1 - share) ** (following - k)
            for k in range(following + 1)
        ]
        held.append(
            sum(p * sum(coming[low : high + 1]) for p, (low, high) in zip(seen, spans, strict=True))
        )
    assert np.mean(held) > 0.95
    assert min(held) > 0.93
