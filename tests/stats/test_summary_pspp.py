"""Table 2's summary statistics beside those of GNU PSPP, a free program with SPSS's syntax."""

import csv
import shutil
import subprocess
from pathlib import Path

import pandas as pd
import pytest

from correll2004.paths import ROOT
from correll2004.stats import summary

PSPP = Path(__file__).parents[1] / "pspp"
COLUMNS = {
    "age_years": "patients",
    "crps_months": "patients",
    "rate_max_mg_per_h": "cycles",
    "infusion_days": "cycles",
    "relief_percent": "cycles",
}


def _rows(label, width):
    """PSPP's stored rows by variable: those of ``width`` cells whose second is ``label``."""
    rows = csv.reader((PSPP / "summary.csv").read_text(encoding="utf-8").splitlines())
    return {row[0]: row for row in rows if len(row) == width and label in (None, row[1])}


def _values(name):
    return pd.read_csv(ROOT / "data/exports" / f"{COLUMNS[name]}.csv")[name]


def _as_printed(text):
    """PSPP's number and half a unit of its last decimal."""
    return pytest.approx(float(text), abs=0.5001 * 10 ** -len(text.partition(".")[2]))


@pytest.mark.skipif(not shutil.which("pspp"), reason="pspp is not installed")
def test_live_output_is_the_stored_one():
    done = subprocess.run(
        ["pspp", "-O", "format=csv", str(PSPP / "summary.sps")],
        cwd=ROOT,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout == (PSPP / "summary.csv").read_text(encoding="utf-8")


@pytest.mark.skipif(not shutil.which("pspp"), reason="pspp is not installed")
def test_there_is_no_kaplan_meier_procedure(tmp_path):
    syntax = tmp_path / "km.sps"
    data = "DATA LIST LIST /months event.\nBEGIN DATA.\n1 1\n2 0\nEND DATA.\n"
    syntax.write_text(f"{data}KM months /STATUS=event(1).\n")
    done = subprocess.run(["pspp", str(syntax)], capture_output=True, encoding="utf-8", check=False)
    assert "KM is not yet implemented" in done.stdout + done.stderr


@pytest.mark.parametrize("name", ["age_years", "crps_months"])
def test_frequencies_takes_the_rank_of_pandas(name):
    """Unlike EXAMINE: a row label, the percentage, then one cell per variable."""
    rows = csv.reader((PSPP / "summary.csv").read_text(encoding="utf-8").splitlines())
    place = 2 + ["age_years", "crps_months"].index(name)
    found = {row[1]: row[place] for row in rows if len(row) == 4}
    for percent, expected in _values(name).quantile([0.25, 0.5, 0.75]).items():
        assert expected == _as_printed(found[f"{100 * percent:g}"])


@pytest.mark.parametrize("name", COLUMNS)
def test_quartiles_are_the_weighted_averages_of_examine(name):
    printed = _rows("Weighted Average", 5)[name][2:]
    values = _values(name)
    first, third = summary.quartiles(values)[[0, -1]]
    assert [first, values.median(), third] == [_as_printed(text) for text in printed]


@pytest.mark.parametrize("name", COLUMNS)
def test_mean_deviation_and_range_are_those_of_descriptives(name):
    _, n, *printed = _rows(None, 6)[name]
    values = _values(name)
    ours = [values.mean(), values.std(), values.min(), values.max()]
    assert int(n) == len(values)
    assert ours == [_as_printed(text) for text in printed]
