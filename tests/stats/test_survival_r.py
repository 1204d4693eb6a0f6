"""The estimators against R's survival package (``tests/r/survival.R``).

Its output is stored with the versions that gave it, and made anew where R is installed.
"""

import re
from math import inf, isnan, sqrt

import pytest
from rscript import SCRIPTS, live, numbers, why_not

from correll2004.data import courses
from correll2004.paper import course_curves, tables
from correll2004.robustness import dose
from correll2004.stats import proportions

STORED = SCRIPTS / "survival.csv"
DATA = ["first as printed", "first under R1", "second"]
COLUMNS = {
    "n.risk": "at_risk",
    "n.event": "events",
    "n.censor": "censored",
    "surv": "survival",
    "std.err": "greenwood_se",
}


@pytest.fixture(scope="module")
def stored():
    return numbers(STORED.read_text(encoding="utf-8"))


@pytest.fixture(params=DATA)
def case(request, stored, printed, r1):
    """R's numbers for one curve, by (quantity, months), and the package's curve."""
    table = r1 if request.param.endswith("R1") else printed
    curve = course_curves.of_course(table, 2 if request.param == "second" else 1)
    theirs = {key[1:]: value for key, value in stored.items() if key[0] == request.param}
    return theirs, curve


# --- R's numbers against ours -----------------------------------------------------


def test_stored_output_names_the_versions_of_r_and_survival():
    header = STORED.read_text(encoding="utf-8").splitlines()[:2]
    assert re.fullmatch(r"# R [0-9]+\.[0-9]+\.[0-9]+", header[0])
    assert re.fullmatch(r"# survival [0-9]+\.[0-9]+\.[0-9]+", header[1])


def test_survfit_table(case):
    """Every row of summary(survfit), censored times included."""
    theirs, curve = case
    for quantity, column in COLUMNS.items():
        found = {
            float(months): value for (name, months), value in theirs.items() if name == quantity
        }
        assert list(found) == curve.table.index.tolist()
        for months, value in found.items():
            ours = curve.table.at[months, column]
            if isnan(value):  # R's standard error has no value where S(t) is 0; ours is 0
                assert (quantity, curve.survival_at(months), ours) == ("std.err", 0, 0)
            else:
                assert ours == pytest.approx(value, abs=1e-9)


def test_log_log_limits(case):
    """conf.type = "log-log"; R gives no limits where S(t) is 0, and 1 where it is 1."""
    theirs, curve = case
    limits = curve.limits("log-log")
    for months in limits.index:
        for column in ("lower", "upper"):
            value = theirs[column, f"{months:g}"]
            ours = limits.at[months, column]
            if isnan(value):
                assert ours == curve.survival_at(months)
                assert ours in (0, 1)
            else:
                assert ours == pytest.approx(value, abs=1e-9)


def test_totals_and_median(case):
    theirs, curve = case
    assert curve.n == theirs["records", ""]
    assert curve.n_events == theirs["events", ""]
    assert curve.median().value == theirs["median", ""]


def test_restricted_mean_and_its_standard_error(case):
    """print.survfit leaves out Kaplan and Meier's m / (m - 1), which Table 5 has."""
    theirs, curve = case
    mean, m = curve.mean(), curve.n_events
    assert mean.value == pytest.approx(theirs["rmean", ""], abs=1e-9)
    assert mean.se * sqrt((m - 1) / m) == pytest.approx(theirs["se(rmean)", ""], abs=1e-9)
    assert mean.se > theirs["se(rmean)", ""] + 0.01


@pytest.mark.parametrize("horizon", [6, 12, 24])
def test_restricted_mean_at_a_horizon(case, horizon):
    """print(survfit, rmean = horizon)"""
    theirs, curve = case
    mean = curve.restricted_mean(horizon)
    assert mean.value == pytest.approx(theirs["rmean at", str(horizon)], abs=1e-9)
    assert mean.se == pytest.approx(theirs["se(rmean) at", str(horizon)], abs=1e-9)


def test_restricted_mean_at_the_last_time_is_the_area_without_spss_factor(case):
    theirs, curve = case
    mean = curve.restricted_mean(curve.months.max())
    assert mean.value == pytest.approx(theirs["rmean", ""], abs=1e-9)
    assert mean.se == pytest.approx(theirs["se(rmean)", ""], abs=1e-9)


def test_median_limits_of_brookmeyer_and_crowley(case):
    theirs, curve = case
    for ours, name in zip(curve.median_limits("log-log"), ("0.95LCL", "0.95UCL"), strict=True):
        value = theirs[name, ""]
        assert ours == (inf if isnan(value) else value)


@pytest.mark.parametrize("transform", ["log", "plain"])
def test_limits_on_other_scales(case, transform):
    theirs, curve = case
    limits = curve.limits(transform)
    for months in limits.index:
        for column in ("lower", "upper"):
            value = theirs[f"{column} {transform}", f"{months:g}"]
            ours = limits.at[months, column]
            assert ours == (0 if isnan(value) else pytest.approx(value, abs=1e-9))


def test_partial_likelihood_of_the_pairs(stored, printed):
    """coxph with strata, no iteration, at given log hazard ratios."""
    pairs = courses.pairs_of_durations(printed)
    for b in (-4, -1, 0, 1):
        value = stored["pairs", "log-likelihood", str(b)]
        assert dose.paired_log_likelihood(b, pairs) == pytest.approx(value, abs=1e-9)


@pytest.mark.parametrize("count", [0, 2, 25, 33])
def test_wilson_limits(stored, count):
    """prop.test without continuity correction."""
    for ours, end in zip(proportions.wilson(count, 33), ("lower", "upper"), strict=True):
        assert ours == pytest.approx(stored["of 33", f"wilson {end}", str(count)], abs=1e-6)


def test_linearized_standard_error_of_a_share_of_cycles(stored, printed):
    cycles = printed.cycles
    hits = (cycles["relief_percent"] == 100).groupby(cycles["patient"]).sum()
    share = proportions.clustered(hits, cycles.groupby("patient").size())
    assert share.value == pytest.approx(stored["cycles", "share", ""], abs=1e-9)
    assert share.se == pytest.approx(stored["cycles", "se", ""], abs=1e-9)


def test_quartiles_of_type_6_and_standard_deviation(stored, printed):
    table = tables.table2(printed)
    rows = {
        "quartile.1": "25th percentile",
        "quartile.3": "75th percentile",
        "sd": "Standard deviation",
    }
    for column in table:
        for quantity, row in rows.items():
            value = stored[column, quantity, ""]
            assert table.at[row, column] == pytest.approx(value, abs=1e-9)


# --- R, live ----------------------------------------------------------------------


def test_r_gives_the_stored_numbers_again(stored):
    if reason := why_not():
        pytest.skip(f"{reason}: the stored output of R was not repeated")
    again = numbers(live("survival.R"))
    assert list(again) == list(stored)
    for key, value in stored.items():
        assert again[key] == pytest.approx(value, abs=1e-9, nan_ok=True), key
