"""The copula-graphic estimator: by hand, by a slow twin, in simulated studies, at its ends."""

from fractions import Fraction
from math import exp, log, log2

import byhand
import numpy as np
import pytest

from correll2004.paper import course_curves
from correll2004.stats.dependent_censoring import copula_graphic, frank_parameter
from correll2004.stats.survival import KaplanMeier

TAUS = [-0.5, -0.25, 0.25, 0.5]


@pytest.fixture(params=[1, 2])
def course(request, r1):
    """Months and events of a course, and its Kaplan-Meier estimate."""
    found = r1.course(request.param)
    curve = course_curves.of_course(r1, request.param)
    return found["relief_months"].to_numpy(), found["event"].to_numpy(), curve


def random_outcomes(rng, n):
    """Times with many ties, among relapses, among losses and between both."""
    return rng.integers(0, 8, n) / 2, rng.integers(0, 2, n)


# --- by hand ----------------------------------------------------------------------


def test_four_patients_by_hand():
    """With theta = 4 log 2, exp(-theta u) is 2 ** (-4 u): 1/2, 1/4 and 1/8 at 1/4, 1/2 and 3/4.

    exp(-phi(u)) is (1 - 2 ** (-4 u)) / (15/16): 8/15, 12/15 and 14/15. The relapse at 1 gives
    14/15, which is S = 3/4. That at 3 leaves 1 of the 2 at risk, so that 14/15 is multiplied
    by 8/12 to 28/45. 1 - 2 ** (-4 S) = 15/16 x 28/45 = 7/12, so S = log2(12/5) / 4.
    """
    tau = tau_of(4 * log(2))
    found = copula_graphic([1, 2, 3, 4], [1, 0, 1, 0], tau)
    third = log2(12 / 5) / 4
    assert found["survival"].tolist() == pytest.approx([3 / 4, 3 / 4, third, third], abs=1e-10)
    assert third < 3 / 8  # Kaplan-Meier's


def tau_of(theta):
    """Kendall's tau of Frank's copula, with D as a sum of 100,000 strips."""
    places = (np.arange(100_000) + 0.5) * theta / 100_000
    return 1 - 4 / theta * (1 - np.mean(places / np.expm1(places)))


@pytest.mark.parametrize("tau", [-0.9, -0.5, -0.01, 0.2, 0.5, 0.8])
def test_the_parameter_has_the_tau_asked_for(tau):
    assert tau_of(frank_parameter(tau)) == pytest.approx(tau, abs=1e-9)


def test_the_parameter_of_a_tau_of_one_half_is_the_known_one():
    """5.736283, as copula's iTau(frankCopula(), 0.5) in R."""
    assert frank_parameter(0.5) == pytest.approx(5.736283, abs=1e-6)
    assert frank_parameter(-0.5) == -frank_parameter(0.5)
    assert frank_parameter(0) == 0


@pytest.mark.parametrize("tau", [-1, 1, 0.991, float("nan")])
def test_other_taus_are_refused(tau):
    with pytest.raises(ValueError, match=r"from -0\.99 to 0\.99, not"):
        copula_graphic([1, 2], [1, 0], tau)


@pytest.mark.parametrize(
    ("months", "event", "rule"),
    [
        ([], [], "not empty"),
        ([[1, 2]], [[1, 0]], "one-dimensional"),
        ([1, -1], [1, 0], "finite and at least 0"),
        ([1, 2], [1, 2], "1 .* or 0"),
    ],
)
def test_input_without_meaning_is_refused(months, event, rule):
    with pytest.raises(ValueError, match=rule):
        copula_graphic(months, event, 0.5)


# --- independence is Kaplan and Meier's estimate ----------------------------------


def test_without_dependence_it_is_kaplan_meier_with_greenwoods_error(course):
    months, event, curve = course
    found = copula_graphic(months, event, 0)
    assert found.index.tolist() == curve.table.index.tolist()
    assert found["survival"].to_numpy() == pytest.approx(curve.table["survival"], abs=1e-12)
    assert found["se"].to_numpy() == pytest.approx(curve.table["greenwood_se"], abs=1e-12)
    limits = found[["lower", "upper"]].to_numpy()
    assert limits == pytest.approx(curve.limits("log-log").to_numpy(), abs=1e-12)


def test_so_it_is_on_random_data_with_ties_and_next_to_0():
    rng = np.random.default_rng(2004)
    for n in (1, 2, 5, 20, 60):
        months, event = random_outcomes(rng, n)
        table = KaplanMeier(months, event).table
        for tau, close in ((0, 1e-12), (1e-6, 1e-5), (-1e-6, 1e-5)):
            found = copula_graphic(months, event, tau)
            assert found["survival"].to_numpy() == pytest.approx(table["survival"], abs=close)
            assert found["se"].to_numpy() == pytest.approx(table["greenwood_se"], abs=close)


# --- a slow twin: Zheng and Klein's search, patient by patient --------------------


def frank(u, v, theta):
    """Frank's copula, as it is written."""
    return -log(1 + (exp(-theta * u) - 1) * (exp(-theta * v) - 1) / (exp(-theta) - 1)) / theta


def by_search(months, event, theta):
    """S(t) after each relapse: the margins that give the shares still watched, by bisection."""
    ordered = sorted(zip(months, 1 - np.asarray(event), strict=True))
    relapse, loss, found = 1.0, 1.0, {}
    for place, (time, lost) in enumerate(ordered):
        share = 1 - (place + 1) / len(ordered)
        low, high = 0.0, loss if lost else relapse
        for _ in range(60):
            middle = (low + high) / 2
            pair = (relapse, middle) if lost else (middle, loss)
            low, high = (low, middle) if frank(*pair, theta) > share else (middle, high)
        if lost:
            loss = low
        else:
            relapse = found[time] = low
    return found


@pytest.mark.parametrize("tau", TAUS)
def test_search_for_the_margins(course, tau):
    months, event, _ = course
    found = copula_graphic(months, event, tau)["survival"]
    for time, probability in by_search(months, event, frank_parameter(tau)).items():
        assert found[time] == pytest.approx(probability, abs=1e-9)


@pytest.mark.parametrize("tau", TAUS)
def test_search_for_the_margins_of_random_data(tau):
    rng = np.random.default_rng(1995)
    for n in (1, 2, 5, 20, 60):
        months, event = random_outcomes(rng, n)
        found = copula_graphic(months, event, tau)["survival"]
        for time, probability in by_search(months, event, frank_parameter(tau)).items():
            assert found[time] == pytest.approx(probability, abs=1e-9)


@pytest.mark.parametrize("tau", [*TAUS, 0])
def test_the_error_is_that_of_counting_each_patient_a_little_more(course, tau):
    """The infinitesimal jackknife as differences: 10,000 copies of all, and one more of one."""
    months, event, _ = course
    found, n, copies = copula_graphic(months, event, tau), len(months), 10_000

    def survival(extra):
        weights = np.full(n, float(copies))
        weights[extra] += 1
        return weighted(months, event, weights, frank_parameter(tau))

    base = weighted(months, event, np.full(n, float(copies)), frank_parameter(tau))
    squares = sum((survival(patient) - base) ** 2 for patient in range(n))
    inside = (base > 0) & (base < 1)
    assert base == pytest.approx(found["survival"].to_numpy(), abs=1e-12)
    assert np.sqrt(squares)[inside] * copies == pytest.approx(found["se"][inside], abs=1e-4)


def weighted(months, event, weights, theta):
    """S(t) where each patient counts as several, with the generator as it is written."""

    def phi(u):
        if theta == 0:
            return -np.log(u)
        return -np.log((np.exp(-theta * u) - 1) / (np.exp(-theta) - 1))

    total, values, survival = 0.0, [], 1.0
    for time in np.unique(months):
        at_risk = weights[months >= time].sum() / weights.sum()
        left = at_risk - weights[(months == time) & (event == 1)].sum() / weights.sum()
        if left < 1e-9:
            values.append(0.0)
            continue
        total += phi(left) - phi(at_risk)
        survival = np.exp(-total)
        if theta != 0:
            survival = -np.log(1 + survival * (np.exp(-theta) - 1)) / theta
        values.append(survival)
    return np.array(values)


# --- towards the ends -------------------------------------------------------------


@pytest.mark.parametrize("number", [1, 2])
def test_towards_minus_1_the_lost_never_relapse(number, r1):
    pairs = byhand.course(number, patient_1_relapsed=True)
    found = copula_graphic(*zip(*pairs, strict=True), -0.99)["survival"]
    for time, probability in found.items():
        ended = sum(months <= time and event == 1 for months, event in pairs)
        if probability > 0:  # at the last time nobody is left
            assert probability == pytest.approx(1 - ended / len(pairs), abs=1e-3)


@pytest.mark.parametrize("number", [1, 2])
def test_towards_1_the_lost_relapse_by_the_next_relapse(number):
    pairs = byhand.course(number, patient_1_relapsed=True)
    found = copula_graphic(*zip(*pairs, strict=True), 0.99)["survival"]
    for time in {months for months, event in pairs if event == 1}:
        left = sum(months > time or (months == time and event == 0) for months, event in pairs)
        assert found[float(time)] == pytest.approx(float(Fraction(left, len(pairs))), abs=3e-3)


def test_more_dependence_is_a_lower_curve(course):
    months, event, _ = course
    curves = [copula_graphic(months, event, tau)["survival"] for tau in np.linspace(-0.9, 0.9, 19)]
    steps = np.diff(np.array(curves), axis=0)
    assert (steps <= 1e-9).all()
    assert (steps < -1e-3).any()


# --- simulated studies ------------------------------------------------------------


def pairs_of_times(rng, n, theta, of_relapse, of_loss):
    """Times of relapse and of loss from Frank's copula; each margin a step curve."""
    u, w = rng.uniform(size=(2, n))
    v = -np.log1p(w * np.expm1(-theta) / (w + (1 - w) * np.exp(-theta * u))) / theta
    return at_shares(of_relapse, u), at_shares(of_loss, v)


def at_shares(curve, shares):
    """The first times at which a step curve is at or below the shares; 1000 if never."""
    times, values = np.append(curve.index, 1000.0), np.append(curve.to_numpy(), 0.0)
    return times[(values <= shares[:, None]).argmax(axis=1)]


@pytest.mark.parametrize("tau", [*TAUS, 0.01])
def test_studies_simulated_from_the_first_course(tau, r1):
    """33 patients, relapse and loss as estimated at this tau: the estimate and its limits."""
    found = r1.course(1)
    months, event = found["relief_months"].to_numpy(), found["event"].to_numpy()
    of_relapse = copula_graphic(months, event, tau)["survival"]
    later = months + 1e-4 * (1 - event)  # a loss comes after the relapses of its time
    of_loss = copula_graphic(later, 1 - event, tau)["survival"]
    rng, theta, studies = np.random.default_rng(33), frank_parameter(tau), 400
    errors, covered = np.empty((studies, 2)), np.empty((studies, 2))
    for study in range(studies):
        relapse, loss = pairs_of_times(rng, 33, theta, of_relapse, of_loss)
        estimate = copula_graphic(np.minimum(relapse, loss), relapse <= loss, tau)
        for place, time in enumerate((3, 6)):
            row, truth = estimate[estimate.index <= time].iloc[-1], of_relapse[time]
            errors[study, place] = row["survival"] - truth
            covered[study, place] = row["lower"] <= truth <= row["upper"]
    # The mean error is 0 but for chance and a bias of a point; the limits cover as claimed.
    assert abs(errors.mean(axis=0)).max() < 0.02
    assert (covered.mean(axis=0) > 0.92).all()
    assert (covered.mean(axis=0) < 0.98).all()


@pytest.mark.parametrize("tau", TAUS)
def test_a_large_simulated_study_shows_the_true_curve_and_kaplan_meier_does_not(tau):
    """20,000 patients, 2,000 for the slower estimate; exponential, means of 5 and 10 months."""
    rng, theta = np.random.default_rng(5), frank_parameter(tau)
    u, w = rng.uniform(size=(2, 20_000))
    v = -np.log1p(w * np.expm1(-theta) / (w + (1 - w) * np.exp(-theta * u))) / theta
    relapse, loss = -5 * np.log(u), -10 * np.log(v)
    months, event = np.round(np.minimum(relapse, loss), 2), (relapse <= loss).astype(int)
    estimate = copula_graphic(months[:2000], event[:2000], tau)
    kaplan_meier = KaplanMeier(months, event)
    for time in (3, 6):
        row = estimate[estimate.index <= time].iloc[-1]
        truth = exp(-time / 5)
        assert row["survival"] == pytest.approx(truth, abs=4 * row["se"])
        assert np.sign(kaplan_meier.survival_at(time) - truth) == np.sign(tau)
        assert abs(kaplan_meier.survival_at(time) - truth) > 4 * kaplan_meier.se_at(time)
