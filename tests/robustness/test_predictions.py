"""The next patients: by hand, and by resampled patients with binomial counts."""

import byhand
import numpy as np
import pytest

from correll2004.robustness import predictions
from correll2004.stats.curves import Curves

SAMPLES = 20_000


@pytest.fixture(scope="module")
def found(files):
    return predictions.next_patients(files)


@pytest.mark.parametrize("coding", ["as tabulated", "R1"])
def test_estimates_are_those_of_a_plain_count(coding, found):
    cycles = [c for c in byhand.cycles(coding == "R1") if c.number == 1]
    complete = found.loc["Complete relief", coding]
    assert complete["estimate", "patients"] == len(cycles)
    assert complete[33, "expected"] == sum(c.relief == 100 for c in cycles)
    steps = byhand.kaplan_meier([(c.months, c.event) for c in cycles])
    for months in (3, 6):
        (*_, step) = (step for step in steps if step.months <= months)
        row = found.loc[f"Relief beyond {months} months", coding]
        assert row[10, "expected"] == pytest.approx(float(10 * step.survival))
        assert row["estimate", "percent"] == pytest.approx(float(100 * step.survival))


@pytest.mark.parametrize("number", predictions.NEXT)
def test_limits_hold_the_estimate(number, found):
    rows = found[number]
    assert (rows["lower"] < rows["expected"]).all()
    assert (rows["expected"] < rows["upper"]).all()
    assert (rows["upper"] <= number).all()


@pytest.mark.parametrize("coding", ["as tabulated", "R1"])
@pytest.mark.parametrize("months", predictions.BEYOND)
def test_limits_of_resampled_patients(months, coding, found, printed, r1):
    """Patients drawn again, then so many next ones: within a patient of the beta's limits."""
    course = (r1 if coding == "R1" else printed).course(1)
    generator = np.random.default_rng(2004)
    members = generator.integers(len(course), size=(SAMPLES, len(course)))
    times, event = (course[name].to_numpy()[members] for name in ("relief_months", "event"))
    survival = Curves.of_times(times, event).survival_at(months)
    for number in predictions.NEXT:
        counts = generator.binomial(number, survival)
        ends = np.quantile(counts, [0.025, 0.975])
        row = found.loc[predictions.beyond(months), coding]
        assert [row[number, "lower"], row[number, "upper"]] == pytest.approx(ends, abs=1)


def test_a_second_repair_is_one_coding_more(two_repairs):
    rows = predictions.next_patients(two_repairs)
    assert set(rows.index.get_level_values("coding")) == {"as tabulated", "R1 and R2"}
