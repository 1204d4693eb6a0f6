"""Fixtures: Table 1 as printed, under repair R1, damaged copies of its file; a browser."""

import csv
import os
import shutil
import subprocess
import sys

import pytest
from builtsite import PATIENCE, SITE
from playwright.sync_api import expect

from _support.common import CHROMIUM, chromium, served
from correll2004.data import table1
from correll2004.paper import records
from correll2004.paths import BOOK, DATA


@pytest.fixture(scope="session")
def files():
    """The project's own data files, read once."""
    return records.load()


@pytest.fixture(scope="session")
def with_repairs(tmp_path_factory):
    """A function that reads a copy of ``data/`` with more rows in its file of repairs.

    Each row is ``(repair, patient, cycle, column, printed, read_as)``; the evidence is added.
    """

    def read(*rows):
        folder = tmp_path_factory.mktemp("data") / "data"
        shutil.copytree(DATA, folder)
        with (folder / table1.REPAIRS_PATH.name).open("a", encoding="utf-8", newline="") as file:
            csv.writer(file, lineterminator="\n").writerows([*row, "Invented."] for row in rows)
        return records.read_files(folder)

    return read


@pytest.fixture(scope="session")
def two_repairs(with_repairs):
    """The data files with a second repair, R2: another outcome, rate and length for Patient 2."""
    return with_repairs(
        ("R2", 2, 1, "relief_months", ">5", "5"),
        ("R2", 2, 1, "dosage_mg_per_h", "10–20", "10–40"),
        ("R2", 2, 1, "infusion_days", "0.75", "9"),
    )


@pytest.fixture(scope="session")
def printed():
    """Table 1 as printed."""
    return table1.read()


@pytest.fixture(scope="session")
def r1():
    """Table 1 under repair R1."""
    return table1.repaired(table1.read(), "R1", table1.read_repairs())


@pytest.fixture
def damaged(tmp_path):
    """A function that writes a changed copy of ``data/table1.csv`` and returns its path.

    Each change is ``(row, column, value)``, the row counted as in the file (header 1),
    or a function that changes the list of rows in place. Changes are made in order.
    """

    def write(*changes):
        with table1.PATH.open(encoding="utf-8", newline="") as file:
            rows = list(csv.reader(file))
        header = list(rows[0])
        for change in changes:
            if callable(change):
                change(rows)
            else:
                row, column, value = change
                rows[row - 1][header.index(column)] = value
        path = tmp_path / table1.PATH.name
        with path.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file, lineterminator="\n").writerows(rows)
        return path

    return write


@pytest.fixture
def project(tmp_path):
    """A copy of the package and the data: a function that, given a module of the package,
    returns the copy's data folder and a function that runs the module there."""
    folder = tmp_path / "project"
    shutil.copytree(BOOK / "correll2004", folder / "book" / "correll2004")
    data = shutil.copytree(DATA, folder / "data")

    def command(module):
        def run(*arguments):
            return subprocess.run(
                [sys.executable, "-m", module, *map(str, arguments)],
                cwd=folder,
                env={"PYTHONPATH": "book", "PATH": ""},
                capture_output=True,
                encoding="utf-8",
                check=False,
            )

        return data, run

    return command


@pytest.fixture(scope="session")
def browser():
    """Debian's chromium, driven by Playwright; a skip with its reason where there is none."""
    if CHROMIUM is None:
        reason = "no chromium on this machine"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    expect.set_options(timeout=1000 * PATIENCE)
    with chromium() as browser:
        yield browser


@pytest.fixture(scope="module")
def calm_tab(browser):
    """A page for all tests of a file, on which nothing moves."""
    context = browser.new_context(reduced_motion="reduce")
    yield context.new_page()
    context.close()


@pytest.fixture(scope="session")
def address():
    """Address of a server of the built site, with a slash at its end."""
    with served(SITE) as address:
        yield address
