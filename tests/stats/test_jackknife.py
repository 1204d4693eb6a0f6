"""The jackknife's limits of a probability: those of a share, by hand."""

from math import log, sqrt

import numpy as np
import pytest

from correll2004.stats import jackknife


def test_limits_of_a_share_by_hand():
    """12 of 20: without each of 12 it is 11/19, without each of 8 it is 12/19."""
    without = [11 / 19] * 12 + [12 / 19] * 8
    logits = [log(value / (1 - value)) for value in without]
    mean = sum(logits) / 20
    error = sqrt(19 / 20 * sum((value - mean) ** 2 for value in logits))
    lower, upper = jackknife.logit_limits(0.6, np.array(without))
    assert log(lower / (1 - lower)) == pytest.approx(log(0.6 / 0.4) - 1.959963984540054 * error)
    assert log(upper / (1 - upper)) == pytest.approx(log(0.6 / 0.4) + 1.959963984540054 * error)
    # The textbook's error of a logit is near it: 1 / sqrt(n p (1 - p)).
    assert error == pytest.approx(1 / sqrt(20 * 0.6 * 0.4), rel=0.06)


def test_without_an_estimate_there_are_no_limits():
    assert np.isnan(jackknife.logit_limits(np.nan, np.full(3, np.nan))).all()
