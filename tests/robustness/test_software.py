"""What other programs print of the same curves, against those programs or their makers.

R: ``tests/r/software.R``, its output stored and made anew where R is installed. SAS:
results that others recorded. Stata: exact fractions by its published rule. SPSS: output of
SPSS 31 that others recorded, and Table 5, which is no evidence for SPSS.
"""

from fractions import Fraction
from math import inf, isnan, sqrt
from statistics import NormalDist

import byhand
import numpy as np
import pandas as pd
import pytest
from lifelines import KaplanMeierFitter
from lifelines.utils import restricted_mean_survival_time
from rscript import SCRIPTS, live, numbers, why_not

from correll2004.paper import course_curves
from correll2004.robustness import conventions, software
from correll2004.stats import survival
from correll2004.stats.survival import KaplanMeier

STORED = SCRIPTS / "software.csv"
CURVES = ["first as printed", "first under R1", "second"]
EXAMPLES = ["half last censored", "half last relapsed"]
VARIANTS = {
    "": lambda curve: curve,
    " without zeros": conventions.without_times_of_zero,
    " without lost": conventions.without_censored_at_zero,
}


@pytest.fixture(scope="module")
def stored():
    return numbers(STORED.read_text(encoding="utf-8"))


@pytest.fixture
def curves(printed, r1):
    """The paper's three curves by name, and the example's two."""
    named = {
        "first as printed": course_curves.of_course(printed, 1),
        "first under R1": course_curves.of_course(r1, 1),
        "second": course_curves.of_course(printed, 2),
    }
    return named | {name: software.example_at_one_half("relapsed" in name) for name in EXAMPLES}


@pytest.fixture(params=[(name, end) for name in CURVES for end in VARIANTS])
def case(request, stored, curves):
    """R's numbers for one curve, by (quantity, months), and the same curve of ours."""
    name, end = request.param
    theirs = {key[1:]: value for key, value in stored.items() if key[0] == name + end}
    return theirs, VARIANTS[end](curves[name])


def same(ours, theirs):
    """Equal to 1e-6, R's NA standing for what is not reached."""
    return ours == inf if isnan(theirs) else ours == pytest.approx(theirs, abs=1e-6)


# --- R ----------------------------------------------------------------------------


def test_r_print_survfit_and_its_default_limits_of_the_median(case):
    theirs, curve = case
    ours = software.r_survival(curve)
    assert ours.patients == theirs["records", ""]
    assert curve.n_events == theirs["events", ""]
    assert same(ours.mean, theirs["rmean", ""])
    assert same(ours.mean_se, theirs["se(rmean)", ""])
    assert same(ours.median, theirs["median", ""])
    assert same(ours.median_lower, theirs["0.95LCL", ""])
    assert same(ours.median_upper, theirs["0.95UCL", ""])


def test_r_quantile_survfit(case):
    """quantile(fit, p) is the time by which a share p has had the event."""
    theirs, curve = case
    ours = software.r_survival(curve)
    assert same(ours.quarter, theirs["quantile", "0.25"])
    assert same(ours.three_quarters, theirs["quantile", "0.75"])


def test_r_limits_of_the_median_from_log_log_limits(case):
    """SAS, Stata and lifelines take these; R does under conf.type = "log-log"."""
    theirs, curve = case
    lower, upper = curve.median_limits("log-log")
    assert same(lower, theirs["log-log 0.95LCL", ""])
    assert same(upper, theirs["log-log 0.95UCL", ""])


def test_r_default_limits_of_the_curve(case):
    """conf.type = "log"; R has none where S(t) is 0."""
    theirs, curve = case
    limits = curve.limits("log")
    for column in limits:
        for months, ours in limits[column].items():
            value = theirs[column, f"{months:g}"]
            assert curve.survival_at(months) == 0 if isnan(value) else same(ours, value)


def test_r_number_at_risk_is_counted_just_before(case):
    theirs, curve = case
    for months in curve.table.index:
        assert curve.at_risk(months) == theirs["n.risk", f"{months:g}"]


@pytest.mark.parametrize("name", EXAMPLES)
def test_r_at_exactly_one_half(name, stored, curves):
    """print(fit) and quantile(fit) part where the curve ends at one half."""
    curve = curves[name]
    assert software.middle_of_step(curve, 0.5) == stored[name, "median", ""]
    assert software.middle_of_step(curve, 0.5, "last") == stored[name, "quantile", "0.5"]


def test_r_gives_the_stored_numbers_again(stored):
    if reason := why_not():
        pytest.skip(f"{reason}: the stored output of R was not repeated")
    again = numbers(live("software.R"))
    assert list(again) == list(stored)
    for key, value in stored.items():
        assert again[key] == pytest.approx(value, abs=1e-9, nan_ok=True), key


# --- SAS --------------------------------------------------------------------------

# Maintained group of R's data set aml (Miller, 1981): seven events, the longest time
# censored at 161 weeks.
AML = KaplanMeier([9, 13, 13, 18, 23, 28, 31, 34, 45, 48, 161], [1, 1, 0, 1, 1, 0, 1, 1, 0, 1, 0])


def test_sas_restricted_mean_with_and_without_the_factor():
    """PROC LIFETEST, RMST(TAU=161) and RMST(BC TAU=161): recorded in trtswitch's tests."""
    found = AML.restricted_mean(161)
    assert found.value == pytest.approx(52.64545, abs=5e-6)
    assert found.se == pytest.approx(19.8286, abs=5e-5)
    assert found.se * sqrt(7 / 6) == pytest.approx(21.4173, abs=5e-5)


def test_sas_mean_estimate_with_the_factor_assumed():
    """SAS/STAT User's Guide, Version 8, LIFETEST: rats exposed to DMBA, first group.

    The data stand in SAS's sample library (LIFTMISC). The mean, 218.757, and its standard
    error, 9.40318, are quoted from its Getting Started and could not be looked up again;
    without the factor the error would be 9.12. The last relapse comes after all censoring.
    """
    days = [143, 164, 188, 188, 190, 192, 206, 209, 213, 216, 220, 227, 230, 234, 246, 265, 304]
    rats = KaplanMeier([*days, 216, 244], [1] * len(days) + [0, 0])
    found = software.sas(rats)
    assert found.mean == pytest.approx(218.757, abs=5e-4)
    assert found.mean_se == pytest.approx(9.40318, abs=5e-6)


def test_sas_mean_stops_at_the_last_relapse_and_so_is_smaller():
    """The area to 48 weeks, the last event, by hand; R and SPSS go on to 161."""
    steps = byhand.kaplan_meier(
        [(Fraction(int(t)), int(d)) for t, d in zip(AML.months, AML.event, strict=True)]
    )
    last = max(step.months for step in steps if step.events)
    expected = byhand.area([step for step in steps if step.months <= last])
    assert software.sas(AML).mean == pytest.approx(float(expected))
    assert software.r_survival(AML).mean == pytest.approx(52.64545, abs=5e-6)
    assert software.spss(AML).mean == software.r_survival(AML).mean


@pytest.mark.parametrize("name", CURVES)
def test_sas_mean_is_the_others_where_the_last_time_is_a_relapse(name, curves):
    found = software.outputs(curves[name])["mean"]
    assert found["SAS"] == pytest.approx(found["SPSS"])
    assert found["SAS"] == pytest.approx(found["R"])


def test_sas_keeps_an_event_at_zero():
    """SAS Problem Note 62723: the correct S(0) of these eight is 0.8750."""
    note = KaplanMeier([0, 5, 9, 16, 20, 20, 22, 25], [1, 1, 1, 0, 1, 1, 0, 1])
    assert note.survival_at(0) == pytest.approx(0.8750)
    assert conventions.without_times_of_zero(note).survival_at(0) == 1


def test_sas_number_left_is_counted_just_after():
    """PROC LIFETEST's table of Hosmer and Lemeshow's five subjects, printed by UCLA."""
    five = KaplanMeier([6, 44, 21, 14, 62], [1, 1, 0, 1, 1])
    left = [conventions.at_risk_after(five, time) for time in (0, 6, 14, 21, 44, 62)]
    assert left == [5, 4, 3, 2, 1, 0]


def test_sas_at_exactly_one_half(curves):
    """CAMIS, R vs SAS: no median where the curve ends at one half, else the middle."""
    censored, relapsed = (software.sas(curves[name]).median for name in EXAMPLES)
    assert isnan(censored)
    assert relapsed == 102.5


# --- Stata ------------------------------------------------------------------------


def stata_median_error(pairs):
    """stci.ado on exact fractions: the last *observed* time with S >= 0.55 counts."""
    steps = byhand.kaplan_meier([pair for pair in pairs if pair[0] > 0])
    median = next(step for step in steps if step.survival <= Fraction(1, 2))
    above = [step for step in steps if step.survival >= Fraction(55, 100)][-1]
    below = next(step for step in steps if step.survival <= Fraction(45, 100))
    density = (above.survival - below.survival) / (below.months - above.months)
    return float(median.survival / density) * sqrt(median.greenwood)


@pytest.mark.parametrize(("name", "course", "repaired"), [
    ("first as printed", 1, False),
    ("first under R1", 1, True),
    ("second", 2, False),
])  # fmt: skip
def test_stata_stci_error_of_the_median(name, course, repaired, curves):
    expected = stata_median_error(byhand.course(course, repaired))
    found = software.stata(curves[name])
    assert found.median_se == pytest.approx(expected)
    assert found.patients == sum(1 for months, _ in byhand.course(course, repaired) if months > 0)


def test_stata_and_spss_part_in_the_second_course():
    """7/12 is left at 12 months, a relapse, and at 15, the last visit of one in remission."""
    of_spss, of_stata = (Fraction(7, 12) - Fraction(7, 24)) / 24, Fraction(7, 24) / 21
    assert of_stata != of_spss
    pairs = byhand.course(2)
    ratio = stata_median_error(pairs) / stata_median_error([p for p in pairs if p[0] != 15])
    assert ratio != pytest.approx(1)
    se = sqrt(byhand.kaplan_meier(pairs)[-1].greenwood) * 7 / 24
    assert stata_median_error(pairs) == pytest.approx(float(se / of_stata))


@pytest.mark.parametrize("name", CURVES)
def test_stata_is_r_without_times_of_zero_and_with_log_log_limits(name, stored, curves):
    """The variance without a factor, and the limits, are R's; only the patients differ."""
    theirs = {key[1:]: value for key, value in stored.items() if key[0] == f"{name} without zeros"}
    ours = software.stata(curves[name])
    assert ours.patients == theirs["records", ""]
    assert same(ours.mean, theirs["rmean", ""])
    assert same(ours.mean_se, theirs["se(rmean)", ""])
    assert same(ours.median, theirs["median", ""])
    assert same(ours.median_lower, theirs["log-log 0.95LCL", ""])
    assert same(ours.median_upper, theirs["log-log 0.95UCL", ""])


def test_stata_median_error_needs_probabilities_on_both_sides():
    flat = KaplanMeier([1, 2, 3, 4], [1, 0, 0, 0])
    assert isnan(software.stata_median_error(flat))


# --- SPSS and Table 5 -------------------------------------------------------------


# Mean, error, limits; median, error, limits: SPSS Statistics 31.0.1.0, procedure KM, for the
# data of `made_up`, by sex and for all, in StatEdu/StatEdu_Studio, sample/
# spss31_survival_results.csv at c058fca.
SPSS_31 = {
    "sex 1": [335.06565959338, 27.564884197458, 281.03848656637, 389.0928326204,
              353, 28.40150389233, 297.33305237103, 408.66694762897],
    "sex 2": [289.53733375361, 25.509306273637, 239.53909345728, 339.53557404994,
              296, 49.812325244556, 198.36784252067, 393.63215747933],
    "all": [310.83810966402, 18.86391387701, 273.86483846508, 347.81138086296,
            333, 27.277143171126, 279.53679938459, 386.46320061541],
}  # fmt: skip


def made_up():
    """The times and events of scripts/fixtures/survival_validation.csv there, by its pattern."""
    number = np.arange(1, 73)
    times, event = 20 + 37 * number % 500, ~np.isin(number % 10, (1, 4, 7))
    chosen = {"sex 1": number % 2 == 1, "sex 2": number % 2 == 0, "all": number > 0}
    return {name: KaplanMeier(times[rows], event[rows]) for name, rows in chosen.items()}


@pytest.mark.parametrize("name", SPSS_31)
def test_spss_31_on_other_data(name):
    """No factor m / (m - 1) where the longest time is censored; limits with 1.96."""
    found = software.spss(made_up()[name])
    of_mean = [found.mean, found.mean_se, found.mean_lower, found.mean_upper]
    of_median = [found.median, found.median_se, found.median_lower, found.median_upper]
    assert [*of_mean, *of_median] == pytest.approx(SPSS_31[name], rel=1e-12)


def test_spss_31_tells_the_last_relapse_from_the_last_patient():
    """Stata's rule for the same curve gives another error of the median."""
    assert software.stata(made_up()["all"]).median_se != pytest.approx(SPSS_31["all"][5], rel=0.01)


ROWS = pytest.mark.parametrize(
    ("name", "course"), [("first under R1", "first"), ("second", "second")]
)


@ROWS
def test_spss_alone_prints_all_of_table_5(name, course, curves, files):
    found = software.prints_table5(files, course, software.outputs(curves[name]))
    complete = found[list(software.PRINTED_AS)].all(axis=1)
    assert complete[complete].index.tolist() == ["SPSS"]


@ROWS
def test_what_is_inferred_from_table_5_is_no_evidence_for_it(name, course, curves, files):
    """Of the errors in Table 5, only those of the medians are evidence, and for SPSS alone."""
    outputs = software.outputs(curves[name])
    known = software.rests_on_evidence(files, outputs)
    evidence = software.prints_table5(files, course, outputs) & known
    assert not evidence[["mean_se", "mean_lower", "mean_upper"]].to_numpy().any()
    assert evidence.index[evidence["median_se"]].tolist() == ["SPSS"]
    assert evidence.at["SPSS", "median_lower"] == (course == "first")  # 0 in the second


def test_no_program_prints_the_first_row_of_table_5_from_table_1_as_it_stands(curves, files):
    """So no difference between these programs explains it: Patient 1 is still needed."""
    found = software.prints_table5(files, "first", software.outputs(curves["first as printed"]))
    assert not found[["mean", "mean_se", "median_se"]].to_numpy().any()


# --- lifelines --------------------------------------------------------------------


@pytest.mark.parametrize("name", CURVES)
def test_lifelines_run_agrees_with_the_curve(name, curves):
    curve = curves[name]
    found = software.lifelines(curve)
    assert found.mean == pytest.approx(curve.area())
    assert found.median == curve.median_time()
    assert (found.median_lower, found.median_upper) == curve.median_limits("log-log")
    assert found.quarter == survival.first_time(curve.table["survival"], 0.75)
    assert found.three_quarters == survival.first_time(curve.table["survival"], 0.25)


def test_lifelines_integrates_to_infinity_unless_a_time_is_named():
    fitter = KaplanMeierFitter().fit([1, 2], [1, 0])
    assert restricted_mean_survival_time(fitter) == inf


def test_lifelines_limits_of_the_curve_are_on_the_log_log_scale(curves):
    curve = curves["second"]
    fitter = KaplanMeierFitter().fit(curve.months, curve.event)
    theirs, ours = fitter.confidence_interval_, curve.limits("log-log")
    inside = curve.table["survival"].between(0, 1, inclusive="neither")
    np.testing.assert_allclose(theirs.loc[ours.index[inside]], ours[inside], atol=1e-6)


@pytest.mark.parametrize("name", CURVES)
def test_lifelines_counts_at_risk_after_the_tick(name, curves):
    months = [0, 3, 6, 12, 24, 36]
    curve = curves[name]
    expected = [conventions.at_risk_after(curve, time) for time in months]
    assert conventions.lifelines_at_risk(curve, months) == expected
    assert expected != [curve.at_risk(time) for time in months]


# --- times of 0 -------------------------------------------------------------------


def test_times_of_zero_by_hand():
    """The first course: 33 patients, seven with a time of 0, five of them not followed."""
    pairs = byhand.course(1, patient_1_relapsed=True)
    found = conventions.times_of_zero(
        KaplanMeier([float(months) for months, _ in pairs], [event for _, event in pairs]), [3, 6]
    )
    kept = {
        "kept, as the paper has them": pairs,
        "left out": [pair for pair in pairs if pair[0] > 0],
        "no follow-up left out, no relief kept": [p for p in pairs if p[0] > 0 or p[1]],
    }
    for name, patients in kept.items():
        steps = byhand.kaplan_meier(patients)
        row = found.loc[name]
        assert row["patients"] == len(patients)
        assert row["events"] == sum(event for _, event in patients)
        assert row["mean"] == pytest.approx(float(byhand.area(steps)))
        for time in (3, 6):
            height = [step.survival for step in steps if step.months <= time][-1]
            assert row[time] == pytest.approx(100 * float(height))
    assert found["patients"].tolist() == [33, 33, 26, 28]


def test_moved_to_just_after_zero_is_as_good_as_kept(curves):
    for name in CURVES:
        found = conventions.times_of_zero(curves[name], [3, 6]).to_numpy(dtype=float)
        np.testing.assert_allclose(found[1], found[0], atol=1e-6)


# --- the rule of the middle -------------------------------------------------------


def test_graphpad_averages_the_ends_of_a_step_at_one_half():
    """Knowledgebase 1800: from 50% on day 1 to the end of the curve on day 2, 1.5 days."""
    assert software.middle_of_step(KaplanMeier([1, 2], [1, 0]), 0.5, "last") == 1.5


def test_a_median_that_is_not_reached_is_infinite():
    curve = KaplanMeier([1, 2, 3], [1, 0, 0])
    assert software.middle_of_step(curve, 0.5) == inf
    assert survival.first_time(pd.Series([1.0, 0.6]), 0.5) == inf


def test_limits_of_the_curve_on_each_scale_by_hand():
    """Two of ten relapsed by 75: S = 0.8 with Greenwood's sum 1/90 + 1/72, at a relapse."""
    found = conventions.limits_by_scale(software.example_at_one_half(False), [75]).iloc[0] / 100
    error = NormalDist().inv_cdf(0.975) * 0.8 * sqrt(1 / 90 + 1 / 72)
    assert same(found["Curve", "S(t)"], 0.8)
    plain, log, log_log = conventions.SCALES.values()
    assert same(found[plain, "Lower"], 0.8 - error)
    assert same(found[plain, "Upper"], 1)
    assert same(found[log, "Lower"], 0.8 * np.exp(-error / 0.8))
    assert same(found[log, "Upper"], 1)
    wide = error / (0.8 * -np.log(0.8))
    assert same(found[log_log, "Lower"], 0.8 ** np.exp(wide))
    assert same(found[log_log, "Upper"], 0.8 ** np.exp(-wide))
