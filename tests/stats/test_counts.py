"""Exact limits by the tails that define them, and sizes of studies by trying each."""

from math import comb, exp, factorial, sqrt

import pytest

from correll2004.stats.counts import exact_rate, exact_share, patients_needed


def at_least(count, n, share):
    """The probability of so many or more of n, term by term."""
    return sum(comb(n, k) * share**k * (1 - share) ** (n - k) for k in range(count, n + 1))


@pytest.mark.parametrize("n", [1, 12, 33])
def test_limits_of_a_share_leave_a_fortieth_on_each_side(n):
    for count in range(n + 1):
        lower, upper = exact_share(count, n)
        if count > 0:
            assert at_least(count, n, lower) == pytest.approx(0.025, abs=1e-9)
        if count < n:
            assert 1 - at_least(count + 1, n, upper) == pytest.approx(0.025, abs=1e-9)
    assert exact_share(0, n)[0] == 0
    assert exact_share(n, n)[1] == 1


def fewer(events, mean):
    """The probability of fewer events, term by term."""
    return sum(exp(-mean) * mean**k / factorial(k) for k in range(events))


@pytest.mark.parametrize("events", [0, 1, 4, 18, 60])
def test_limits_of_a_rate_leave_a_fortieth_on_each_side(events):
    lower, upper = exact_rate(events, 159.25)
    if events:
        assert 1 - fewer(events, lower * 159.25) == pytest.approx(0.025, abs=1e-9)
    else:
        assert lower == 0
    assert fewer(events + 1, upper * 159.25) == pytest.approx(0.025, abs=1e-9)


@pytest.mark.parametrize("share", [0.05, 0.3, 0.5, 0.9])
@pytest.mark.parametrize("half_width", [0.05, 0.1])
def test_one_patient_fewer_is_too_few(share, half_width):
    n = patients_needed(share * (1 - share), half_width)

    def width(patients):
        return 1.959963984540054 * sqrt(share * (1 - share) / patients)

    assert width(n) <= half_width < width(n - 1)


@pytest.mark.parametrize(("count", "n"), [(-1, 3), (4, 3), (0, 0), (1.5, 3)])
def test_shares_without_meaning_are_refused(count, n):
    with pytest.raises(ValueError, match="count and n must be whole"):
        exact_share(count, n)


@pytest.mark.parametrize(("events", "time"), [(-1, 3), (1.5, 3), (1, 0), (1, float("inf"))])
def test_rates_without_meaning_are_refused(events, time):
    with pytest.raises(ValueError, match="events must be a whole number from 0"):
        exact_rate(events, time)


@pytest.mark.parametrize(("variance", "half_width"), [(0, 0.1), (0.25, 0), (float("nan"), 0.1)])
def test_sizes_without_meaning_are_refused(variance, half_width):
    with pytest.raises(ValueError, match="must be above 0"):
        patients_needed(variance, half_width)
