"""The figures on patients lost from sight: what is drawn is what was computed."""

import numpy as np
import pytest

from correll2004.robustness import unknown_outcomes
from correll2004.show import figures

TAUS = [-1, -0.75, -0.5, 0, 0.5, 0.75, 1]


@pytest.fixture(scope="module")
def by_number(r1):
    return {time: unknown_outcomes.by_number_well(r1, 1, time) for time in (3, 6)}


@pytest.fixture(scope="module")
def by_tau(r1):
    return {time: unknown_outcomes.under_dependence(r1, 1, time, TAUS) for time in (3, 6)}


def marks(axes, marker):
    """Places of the marks of a kind: marks x 2."""
    return np.vstack([line.get_xydata() for line in axes.lines if line.get_marker() == marker])


def test_every_number_of_patients_has_a_mark_and_half_another(by_number):
    drawing = figures.tipping_point(by_number, {3: (5.7, 53.6), 6: (4.1, 30.6)})
    for axes, shares in zip(drawing.axes, by_number.values(), strict=True):
        half = shares["share"] >= 50
        for marker, rows in (("o", shares[~half]), ("D", shares[half])):
            expected = np.column_stack([rows.index, rows["share"]])
            assert marks(axes, marker) == pytest.approx(expected)
    assert len(marks(drawing.axes[0], "D")) == 5
    assert len(marks(drawing.axes[1], "D")) == 0
    assert marks(drawing.axes[0], "x")[0].tolist() == [5.7, 53.6]


def test_limits_are_drawn_for_each(by_number):
    drawing = figures.tipping_point(by_number, {3: (5.7, 53.6), 6: (4.1, 30.6)})
    for axes, shares in zip(drawing.axes, by_number.values(), strict=True):
        (strokes,) = axes.collections
        ends = [segment[:, 1] for segment in strokes.get_segments()]
        assert np.array(ends) == pytest.approx(shares[["lower", "upper"]].to_numpy())


def test_the_tipping_point_in_words(by_number):
    words = figures.describe_tipping_point(by_number)
    assert "Beyond 3 months, if 0 to 9 of those not known stayed well: from 36 to 64%" in words
    assert "half is reached from 5 on." in words
    assert words.endswith("from 18 to 48% in remission; half is never reached.")


def test_the_curve_by_tau_runs_between_the_extremes(by_tau):
    drawing = figures.dependence(by_tau, 0.5)
    for axes, shares in zip(drawing.axes, by_tau.values(), strict=True):
        ends = [[-1, shares["share"][-1]], [1, shares["share"][1]]]
        assert marks(axes, "s") == pytest.approx(np.array(ends))
        assert marks(axes, "x")[0].tolist() == [0, shares["share"][0]]
        dashed, solid = (line for line in axes.lines if len(line.get_xdata()) > 2)
        assert dashed.get_xdata().tolist() == TAUS[1:-1]
        assert solid.get_xdata().tolist() == [-0.5, 0, 0.5]
        assert solid.get_ydata() == pytest.approx(shares["share"][[-0.5, 0, 0.5]])


def test_dependence_in_words(by_tau):
    words = figures.describe_dependence(by_tau, 0.5)
    assert words.startswith("In remission for Kendall's tau −1, −0.5, 0, 0.5 and 1.")
    assert "Beyond 3 months 64, 62, 54, 41, 36%" in words
