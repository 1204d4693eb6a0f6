"""Single patients and unknown outcomes: counted again by hand, in plain Python."""

from fractions import Fraction
from math import inf

import byhand
import pytest

from correll2004.paper import course_curves, records, rounding
from correll2004.robustness import headlines, limits, shares, single_patients, unknown_outcomes

FILES = records.load()

FIRST = byhand.course(1, patient_1_relapsed=True)
SECOND = byhand.course(2)
COURSES = {"First": FIRST, "Second": SECOND}


def probability(pairs, time):
    """S(t) as an exact fraction."""
    reached = [step.survival for step in byhand.kaplan_meier(pairs) if step.months <= time]
    return reached[-1] if reached else Fraction(1)


# --- leaving a patient out --------------------------------------------------------


def test_a_table_without_a_patient_keeps_the_others_in_every_form(printed):
    without = printed.without(22)
    assert len(without.raw) == len(without.cycles) == 45
    assert len(without.patients) == 32
    assert 22 not in set(without.patients["patient"]) | set(without.cycles["patient"])
    assert len(printed.cycles) == 47


def test_a_patient_unknown_to_the_table_is_refused(printed):
    with pytest.raises(KeyError):
        printed.without(34)


@pytest.mark.parametrize(
    ("claim", "number", "time"),
    [
        ("res-survival-first-3", 1, 3),
        ("res-survival-first-6", 1, 6),
        ("res-survival-second-12", 2, 12),
        ("res-survival-second-36", 2, 36),
    ],
)
def test_leave_one_out_probabilities(claim, number, time, files):
    found = single_patients.leave_one_out(files)[claim]
    cycles = [c for c in byhand.cycles(patient_1_relapsed=True) if c.number == number]
    for patient in range(34):
        pairs = [(c.months, c.event) for c in cycles if c.patient != patient]
        assert found[patient] == pytest.approx(float(100 * probability(pairs, time)), abs=1e-9)


def test_leave_one_out_means_are_areas(files):
    found = single_patients.leave_one_out(files)["t5-first-mean-months"]
    cycles = [c for c in byhand.cycles(patient_1_relapsed=True) if c.number == 1]
    for patient in range(34):
        pairs = [(c.months, c.event) for c in cycles if c.patient != patient]
        area = byhand.area(byhand.kaplan_meier(pairs))
        assert found[patient] == pytest.approx(float(area), abs=1e-9)


def test_patient_18_carries_most_of_the_mean(files):
    row = single_patients.leave_one_out_range(files).loc["t5-first-mean-months"]
    assert row["without_minimum"] == "18"
    assert row["value"] - row["minimum"] > 5 * (row["maximum"] - row["value"])


def test_the_second_median_is_not_reached_without_patient_32(files):
    row = single_patients.leave_one_out_range(files).loc["t5-second-median-months"]
    assert (row["maximum"], row["without_maximum"]) == (inf, "32")


# --- what is not known ------------------------------------------------------------


TIMES = {1: [3, 6, 12, 36], 2: [3, 6, 12, 36]}


def test_observed_counts_add_up_and_are_those_of_a_plain_count(files):
    found = unknown_outcomes.observed(files.repaired, TIMES)
    for (course, time), row in found.iterrows():
        pairs = COURSES[course]
        assert row["beyond"] == sum(months > time for months, _ in pairs)
        assert row["ended"] == sum(months <= time and event == 1 for months, event in pairs)
        assert row["unseen"] == sum(months == 0 and event == 0 for months, event in pairs)
        assert row["beyond"] + row["ended"] + row["unknown"] == row["n"] == len(pairs)


def test_bounds_are_the_curves_of_relabelled_patients(files):
    found = unknown_outcomes.bounds(files.repaired, TIMES)
    next_day = Fraction(12, 365)
    for (course, time), row in found.iterrows():
        pairs = COURSES[course]
        relapsed = [(m if e else m + next_day, 1) for m, e in pairs]
        lasting = [(m if e else Fraction(1000), e) for m, e in pairs]
        at_once = [(m, 1 if m == 0 else e) for m, e in pairs]
        seen = [(m, e) for m, e in pairs if m > 0 or e == 1]
        unseen = Fraction(len(pairs) - len(seen), len(pairs))
        unseen_lasting = unseen + (1 - unseen) * probability(seen, time)
        assert row["estimate"] == pytest.approx(float(100 * probability(pairs, time)))
        assert row["all_relapsed"] == pytest.approx(float(100 * probability(relapsed, time)))
        assert row["all_lasting"] == pytest.approx(float(100 * probability(lasting, time)))
        assert row["unseen_lasting"] == pytest.approx(float(100 * unseen_lasting))
        assert row["unseen_relapsed"] == pytest.approx(float(100 * probability(at_once, time)))
        assert row["all_relapsed"] <= row["estimate"] <= row["all_lasting"] + 1e-9


# --- proportions and means --------------------------------------------------------


def test_shares_of_patients_are_those_of_the_register(files):
    found = shares.shares_of_patients(files)
    for label, claim in {
        "Complete relief, first course": "abs-complete-n",
        "Partial relief, first course": "abs-partial-n",
        "No relief, first course": "abs-none-n",
    }.items():
        row = found.loc[label]
        assert row["count"] == rounding.printed_number(files.register.at[claim, "printed"])
        assert row["n"] == 33
        assert row["lower"] < row["percent"] < row["upper"]
    # 12 in Table 1, and one infusion each of Patients 9 and 21 that was broken off.
    failures = found.loc["Complete relief, second course, broken-off as failures"]
    assert (failures["count"], failures["n"]) == (12, 14)


def test_shares_of_cycles_are_over_all_47(files):
    found = shares.shares_of_cycles(files.table1)
    assert (found["n"] == 47).all()
    assert found.loc["Complete relief", "count"] == 39
    assert (found["lower"] < found["percent"]).all()
    assert (found["percent"] < found["upper"]).all()


def test_restricted_means_are_areas_up_to_the_horizon(files):
    found = limits.restricted_means(files.repaired, [6, 12, 24])
    for (course, horizon), row in found.iterrows():
        pairs = [(min(m, Fraction(horizon)), e) for m, e in COURSES[course]]
        cut = [(m, e if m < horizon else 0) for m, e in pairs]
        area = byhand.area(byhand.kaplan_meier(cut))
        assert row["months"] == pytest.approx(float(area), abs=1e-9)

        assert 0 < row["lower"] < row["months"] < row["upper"] < horizon
        curve = course_curves.of_course(files.repaired, 1 if course == "First" else 2)
        assert row["se"] == curve.restricted_mean(horizon).se


def test_duration_bounds_of_relabelled_patients(files):
    found = unknown_outcomes.duration_bounds(files.repaired)
    for course, pairs in COURSES.items():
        relapsed = [(m if e else m + Fraction(12, 365), 1) for m, e in pairs]
        lasting = [(m if e else Fraction(36), e) for m, e in pairs]
        for name, relabelled in (("all_relapsed", relapsed), ("all_lasting", lasting)):
            row = found.loc[course, "Mean"]
            months = [min(m, 36) for m, _ in relabelled]
            assert row[name] == pytest.approx(float(sum(months) / len(months)))
        row = found.loc[course, "Median"]
        half = sorted(m for m, _ in relapsed)[-(-len(pairs) // 2) - 1]
        assert row["all_relapsed"] == pytest.approx(float(half))
        assert row["unseen_relapsed"] <= row["estimate"] <= row["all_lasting"]
        mean = found.loc[course, "Mean"]
        curve = course_curves.of_course(files.repaired, 1 if course == "First" else 2)
        assert mean["estimate"] == pytest.approx(curve.mean().value)


def test_restricted_to_24_months_three_patients_carry_alike(files):
    found = single_patients.leave_one_out_restricted(files.repaired, 1, 24)
    assert sorted(found.nsmallest(3).index) == [8, 15, 18]
    assert found.nsmallest(3).nunique() == 1


def test_no_restricted_mean_beyond_the_curve(printed):
    data = printed.without(18)
    curve = course_curves.of_course(data, 1)
    with pytest.raises(ValueError, match="ends at 24 months, before 36"):
        curve.restricted_mean(36)


@pytest.mark.parametrize(
    ("course", "coding", "pairs"),
    [
        ("First", "as tabulated", byhand.course(1)),
        ("First", "R1", FIRST),
        ("Second", "as tabulated", SECOND),
    ],
)
def test_relief_beyond_a_time_and_for_at_least_that_time_by_hand(course, coding, pairs):
    """Some relapsed at exactly 3 and some at exactly 12 months, so that the readings differ."""
    found = limits.readings(FILES, [3, 6, 12]).xs((course, coding), level=["Course", "Coding"])
    for time, row in found.iterrows():
        earlier = max((months for months, _ in pairs if months < time), default=0)
        assert row["at_risk"] == sum(months >= time for months, _ in pairs)
        assert row["beyond"] == pytest.approx(float(100 * probability(pairs, time)))
        assert row["at_least"] == pytest.approx(float(100 * probability(pairs, earlier)))
    assert (found["beyond"] < found["at_least"]).any()


def test_readings_have_limits_at_the_ends_of_the_scale_too(files):
    """Nobody of the second course relapsed until 3 months, all of the first by 36 months."""
    found = limits.readings(files, [3, 6, 12, 36])
    for column, lower, upper in (("beyond", "lower", "upper"), ("at_least", "lower−", "upper−")):
        assert (found[lower] <= found[column]).all()
        assert (found[column] <= found[upper]).all()
        assert (found[lower] < found[upper]).all()
    assert (found["beyond"] <= found["at_least"]).all()
    second = found.loc[("Second", "as tabulated", 3)]
    assert second["lower"] == pytest.approx(100 * 0.025 ** (1 / 8))  # 2 of the 10 lost by then
    assert second["lower−"] == pytest.approx(100 * 0.025 ** (1 / 10))
    assert (second["beyond"], second["upper"]) == (100, 100)
    last = found.loc[("First", "R1", 36)]
    assert (last["beyond"], last["lower"]) == (0, 0)
    assert 0 < last["upper"] < 50


def test_headlines_of_curves_are_headlines_of_the_register(files):
    for claim, headline in headlines.of_curves(files).items():
        assert files.register.at[claim, "headline"] == headline.title
