"""The curve against lifelines' own, and its restricted mean, a trap for standard errors."""

from itertools import pairwise
from math import sqrt

import byhand
import numpy as np
import pytest
from lifelines import KaplanMeierFitter
from lifelines.utils import restricted_mean_survival_time
from scipy.stats import norm

from correll2004.paper import course_curves
from correll2004.stats import survival


@pytest.fixture(params=["first as printed", "first under R1", "second"])
def pair(request, printed, r1):
    """The package's curve and a lifelines fit of the same patients."""
    table = r1 if request.param.endswith("R1") else printed
    cycles = table.course(2 if request.param == "second" else 1)
    fitter = KaplanMeierFitter().fit(cycles["relief_months"], cycles["event"])
    return survival.KaplanMeier(cycles["relief_months"], cycles["event"]), fitter


def test_lifelines_survival_function(pair):
    ours, fitter = pair
    theirs = fitter.survival_function_.loc[ours.table.index].squeeze()
    np.testing.assert_array_equal(ours.table["survival"], theirs)


def test_lifelines_event_table(pair):
    """Their number at risk at an event time is R's too; it includes those who enter at 0."""
    ours, fitter = pair
    theirs = fitter.event_table
    if 0 not in ours.table.index:
        theirs = theirs.drop(index=0)
    assert theirs.index.tolist() == ours.table.index.tolist()
    assert theirs["at_risk"].tolist() == ours.table["at_risk"].tolist()
    assert theirs["observed"].tolist() == ours.table["events"].tolist()
    assert theirs["censored"].tolist() == ours.table["censored"].tolist()


def test_lifelines_median(pair):
    ours, fitter = pair
    assert fitter.median_survival_time_ == ours.median().value


def test_lifelines_restricted_mean_is_the_area(pair):
    ours, fitter = pair
    assert restricted_mean_survival_time(fitter, t=ours.months.max()) == pytest.approx(ours.area())


def lifelines_variance(curve):
    """The second value that lifelines returns beside the restricted mean."""
    fitter = KaplanMeierFitter().fit(curve.months, curve.event)
    return restricted_mean_survival_time(fitter, t=curve.months.max(), return_variance=True)[1]


# lifelines integrates numerically across the steps of the curve.
@pytest.mark.filterwarnings("ignore::scipy.integrate.IntegrationWarning")
@pytest.mark.parametrize("course", [1, 2])
def test_lifelines_variance_is_that_of_a_patient_not_of_the_mean(course, printed):
    """lifelines issues #1277 and #1682: the variance is that of min(T, t).

    It is 2 * integral of t S(t) less the squared mean, the spread between patients: it
    does not shrink with their number, and is no squared standard error.
    """
    steps = byhand.kaplan_meier(byhand.course(course))
    corners = [(0, 1), *((step.months, step.survival) for step in steps)]
    twice_first_moment = sum(
        height * (right**2 - left**2) for (left, height), (right, _) in pairwise(corners)
    )
    between_patients = float(twice_first_moment - byhand.area(steps) ** 2)

    ours = course_curves.of_course(printed, course)
    assert lifelines_variance(ours) == pytest.approx(between_patients, rel=1e-3)
    assert sqrt(between_patients) > 2 * ours.mean().se


@pytest.mark.filterwarnings("ignore::scipy.integrate.IntegrationWarning")
def test_with_every_patient_twice_only_a_standard_error_shrinks(printed):
    """Twice the patients halve Kaplan and Meier's sum, apart from m / (m - 1)."""
    once = course_curves.of_course(printed, 2)
    twice = survival.KaplanMeier(np.tile(once.months, 2), np.tile(once.event, 2))
    assert lifelines_variance(twice) == pytest.approx(lifelines_variance(once), rel=1e-6)
    m = once.n_events
    sums = [once.mean().se ** 2 * (m - 1) / m, twice.mean().se ** 2 * (2 * m - 1) / (2 * m)]
    assert sums[1] == pytest.approx(sums[0] / 2)


def test_quantile_of_the_limits_is_that_of_the_normal_distribution():
    assert norm.ppf(0.975) == survival.Z95_EXACT
