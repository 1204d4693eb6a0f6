"""The examples for whoever uses the data: what stands beside them is what they print."""

import re
import shutil
import subprocess

import pytest
from rscript import why_not

from correll2004 import claims, tables
from correll2004.paths import BOOK, EXPORTS

EXAMPLES = BOOK / "examples"


@pytest.fixture(scope="module")
def stored():
    return (EXAMPLES / "curve.txt").read_text(encoding="utf-8")


def test_the_stored_output_ends_with_table_5(stored, r1):
    mean, se = re.fullmatch(r"mean ([0-9.]+) \(([0-9.]+)\)", stored.splitlines()[-1]).groups()
    assert claims.agrees(claims.published("t5-first-mean-months"), float(mean))
    assert claims.agrees(claims.published("t5-first-mean-se"), float(se))
    row = tables.table5(r1).loc["first", "Mean"]
    assert (float(mean), float(se)) == pytest.approx((row["months"], row["se"]), abs=5e-5)


def test_the_script_needs_the_data_file_alone(stored, tmp_path):
    if reason := why_not():
        pytest.skip(f"{reason}: the example's stored output stands unrepeated")
    shutil.copy(EXAMPLES / "curve.R", tmp_path)
    shutil.copy(EXPORTS / "cycles.csv", tmp_path)
    done = subprocess.run(
        ["Rscript", "--vanilla", "curve.R"],
        cwd=tmp_path,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout == stored
