"""Two durations of one patient: against integrals over the frailty, drawn frailties, and heads."""

from math import comb, exp, gamma, inf, log

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.stats import kendalltau

from correll2004.data.courses import compare_durations
from correll2004.stats import paired_durations

TAUS = [0.1, 0.25, 0.5, 0.75, 0.9]


@pytest.mark.parametrize("tau", TAUS)
@pytest.mark.parametrize(("one", "other"), [(0.5, 0.5), (0.9, 0.2), (0.05, 0.6), (0.98, 0.97)])
def test_joint_survival_is_the_mean_over_a_gamma_frailty(one, other, tau):
    """Both hazards times z, z of mean 1; the marginals fix the hazards (Laplace transform)."""
    theta = 2 * tau / (1 - tau)
    shape = 1 / theta
    hazard = (one**-theta - 1) / theta + (other**-theta - 1) / theta
    # z = exp(y), so that small shapes make no pole at 0
    density = lambda y: exp(shape * y + shape * log(shape) - exp(y) * shape) / gamma(shape)  # noqa: E731
    mean, _ = quad(
        lambda y: exp(-exp(y) * hazard) * density(y), -400, 6, limit=2000, points=[-5, 0]
    )
    found = paired_durations.joint_survival(one, other, tau)
    assert float(found) == pytest.approx(mean, rel=1e-6)


@pytest.mark.parametrize("tau", [0, *TAUS, 1])
def test_either_duration_alone_keeps_its_curve(tau):
    survival = np.array([0.9, 0.4, 0.4, 0.1])
    np.testing.assert_allclose(paired_durations.joint_survival(1, survival, tau), survival)
    second = paired_durations.second_given_first(survival, tau)
    steps = -np.diff(np.array([1, *survival]))
    np.testing.assert_allclose(second.sum(axis=-1), 1)
    mixed = steps @ second  # the part of the curve that comes with a first that ends
    joint = paired_durations.joint_survival(survival[-1], np.array([1, *survival, 0]), tau)
    np.testing.assert_allclose(mixed, -np.diff([1, *survival, 0]) + np.diff(joint), atol=1e-12)


def test_strong_frailty_does_not_overflow_and_tends_to_the_smaller():
    found = paired_durations.joint_survival(0.2, [1e-6, 0.2, 0.9], 0.9999)
    np.testing.assert_allclose(found, [1e-6, 0.2, 0.2], rtol=1e-3)
    assert paired_durations.joint_survival(0.0, 0.5, 0.5) == 0


@pytest.mark.parametrize("tau", [-0.1, 1.1])
def test_other_values_of_tau_are_refused(tau):
    with pytest.raises(ValueError, match="tau must be from 0 to 1"):
        paired_durations.joint_survival(0.5, 0.5, tau)


@pytest.mark.parametrize("tau", [0.25, 0.75])
def test_tau_is_kendalls_of_drawn_frailties(tau):
    """4,000 patients; the error of tau is below 2 / (3 sqrt(n))."""
    theta, generator = 2 * tau / (1 - tau), np.random.default_rng(1)
    frailty = generator.gamma(1 / theta, theta, 4000)
    drawn = generator.exponential(size=(2, 4000)) / frailty
    assert kendalltau(*drawn).statistic == pytest.approx(tau, abs=4 * 2 / 3 / np.sqrt(4000))


@pytest.mark.parametrize("follow_up", [0, 1, 2, 2.5, 3, inf])
@pytest.mark.parametrize("first", [1, 2, 3])
def test_outcomes_are_those_of_the_comparison_of_courses(first, follow_up):
    """Each time of the second by itself, compared as the pairs of Table 1 are."""
    times = [1.0, 2.0, 3.0]
    for position, time in enumerate([*times, inf]):
        second = np.zeros((3, 4))
        second[:, position] = 1
        ended = np.equal(times, first).astype(float)
        found = paired_durations.outcomes(second, times, ended, follow_up)
        event = int(time <= follow_up)
        word = compare_durations(first, 1, min(time, follow_up), event)
        assert paired_durations.OUTCOMES[int(found.argmax())] == word
        assert found.tolist().count(1) == 1


def test_counts_of_equal_pairs_are_multinomial():
    pair = np.array([0.5, 0.2, 0.1, 0.2])
    found = paired_durations.counts(np.array([pair] * 5))
    for longer in range(6):
        for shorter in range(6 - longer):
            ways = comb(5, longer) * comb(5 - longer, shorter)
            expected = ways * 0.5**longer * 0.2**shorter * 0.3 ** (5 - longer - shorter)
            assert found[longer, shorter] == pytest.approx(expected)
    assert found.sum() == pytest.approx(1)


def test_without_selection_as_many_are_as_likely_as_heads():
    pairs = np.array([[0.3, 0.3, 0.2, 0.2]] * 12)
    found = paired_durations.chance_of_as_many(paired_durations.counts(pairs), 8, 2)
    assert found == pytest.approx(sum(comb(10, k) for k in (8, 9, 10)) / 2**10)


def test_no_chance_where_so_many_cannot_be_ordered():
    pairs = np.array([[0.0, 0.0, 1.0, 0.0]] * 3)
    assert np.isnan(paired_durations.chance_of_as_many(paired_durations.counts(pairs), 2, 0))
