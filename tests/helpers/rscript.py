"""Running R from the tests, and why it cannot be run."""

import csv
import io
import shutil
import subprocess
from functools import cache
from pathlib import Path

from correll2004.paths import ROOT

SCRIPTS = Path(__file__).parents[1] / "r"


def _run(*arguments):
    return subprocess.run(
        ["Rscript", "--vanilla", *arguments],
        cwd=ROOT,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )


@cache
def why_not(package="survival"):
    """The reason why a package of R cannot be run here; empty where it can."""
    if not shutil.which("Rscript"):
        return "Rscript is not installed"
    return f"R has no package {package}" if _run("-e", f"library({package})").returncode else ""


def live(script):
    """What a script of ``tests/r`` writes. Fails with R's own message."""
    done = _run(str(SCRIPTS / script))
    assert done.returncode == 0, done.stderr
    return done.stdout


def numbers(text):
    """R's numbers by (data, quantity, months), months empty for a total."""
    body = "".join(line for line in io.StringIO(text) if not line.startswith("#"))
    return {
        (row["data"], row["quantity"], row["months"]): float(row["value"].replace("NA", "nan"))
        for row in csv.DictReader(io.StringIO(body))
    }
