"""The estimators against R's survival package (``tests/r/survival.R``).

Its output is stored with the versions that gave it, and made anew where R is installed.
"""

import csv
import io
import re
import shutil
import subprocess
from math import isnan, sqrt
from pathlib import Path

import pytest

from correll2004 import survival, tables
from correll2004.paths import ROOT

SCRIPT = Path(__file__).parent / "r" / "survival.R"
STORED = SCRIPT.with_suffix(".csv")
DATA = ["first as printed", "first under R1", "second"]
COLUMNS = {
    "n.risk": "at_risk",
    "n.event": "events",
    "n.censor": "censored",
    "surv": "survival",
    "std.err": "greenwood_se",
}


def numbers(text):
    """R's numbers by (data, quantity, months), months empty for a total."""
    body = "".join(line for line in io.StringIO(text) if not line.startswith("#"))
    return {
        (row["data"], row["quantity"], row["months"]): float(row["value"].replace("NA", "nan"))
        for row in csv.DictReader(io.StringIO(body))
    }


@pytest.fixture(scope="module")
def stored():
    return numbers(STORED.read_text(encoding="utf-8"))


@pytest.fixture(params=DATA)
def case(request, stored, printed, r1):
    """R's numbers for one curve, by (quantity, months), and the package's curve."""
    table = r1 if request.param.endswith("R1") else printed
    curve = survival.of_course(table, 2 if request.param == "second" else 1)
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
    limits = curve.limits()
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
    """print.survfit leaves out Kaplan and Meier's m / (m - 1), which SPSS has."""
    theirs, curve = case
    mean, m = curve.mean(), curve.n_events
    assert mean.value == pytest.approx(theirs["rmean", ""], abs=1e-9)
    assert mean.se * sqrt((m - 1) / m) == pytest.approx(theirs["se(rmean)", ""], abs=1e-9)
    assert mean.se > theirs["se(rmean)", ""] + 0.01


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


def run_r(*arguments):
    return subprocess.run(
        ["Rscript", "--vanilla", *arguments],
        cwd=ROOT,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )


def test_r_gives_the_stored_numbers_again(stored):
    if not shutil.which("Rscript"):
        pytest.skip("Rscript is not installed: the stored output of R stands unrepeated")
    if run_r("-e", "library(survival)").returncode:
        pytest.skip("R has no package survival: the stored output of R stands unrepeated")
    live = run_r(str(SCRIPT))
    assert live.returncode == 0, live.stderr
    again = numbers(live.stdout)
    assert list(again) == list(stored)
    for key, value in stored.items():
        assert again[key] == pytest.approx(value, abs=1e-9, nan_ok=True), key
