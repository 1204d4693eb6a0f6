"""The examples for whoever uses the data: what is shown beside them is what they print."""

import csv
import io
import json
import re
import shutil
import subprocess
import sys
import zipfile

import pytest
from builtsite import SITE, parsed
from rscript import why_not

from _support.sphinx import data_archive
from correll2004.data import dictionary
from correll2004.paper import claims, course_curves, records, rounding, tables
from correll2004.paths import BOOK, DATA, ROOT
from correll2004.show.html import without_tags

FILES = records.load()

EXAMPLES = BOOK / "examples"
# Script -> the files that it reads, what is stored of its output.
SCRIPTS = {
    "curve.R": (["cycles.csv"], "curve.txt"),
    "courses.R": (["adtte.csv", "patients.csv"], "courses-R.txt"),
    "courses.py": (["adtte.csv", "patients.csv"], "courses-python.txt"),
}


def output(name):
    return (EXAMPLES / name).read_text(encoding="utf-8")


# --- R ----------------------------------------------------------------------------


def test_the_stored_output_ends_with_table_5(r1):
    last = output("curve.txt").splitlines()[-1]
    mean, se = re.fullmatch(r"mean ([0-9.]+) \(([0-9.]+)\)", last).groups()
    assert rounding.agrees(claims.published(FILES, "t5-first-mean-months"), float(mean))
    assert rounding.agrees(claims.published(FILES, "t5-first-mean-se"), float(se))
    row = tables.table5(r1).loc["first", "Mean"]
    assert (float(mean), float(se)) == pytest.approx((row["months"], row["se"]), abs=5e-5)


def test_every_script_has_its_stored_output():
    assert {path.name for path in EXAMPLES.glob("*.*") if path.suffix != ".txt"} == set(SCRIPTS)


def test_the_stored_output_in_r_counts_both_courses(printed, r1):
    text = output("courses-R.txt")
    for label, data, course in (("[1,]", printed, 1), ("PARAMCD=RELAP1R1", r1, 1)):
        curve = course_curves.of_course(data, course)
        median = curve.median_time()
        assert re.search(rf"{re.escape(label)} +{curve.n} +{curve.n_events} +{median:g} ", text)


# --- Python -----------------------------------------------------------------------


def test_both_starters_give_the_heights_of_the_package(printed, r1):
    for label, data, course in (
        ("first course, as printed", printed, 1),
        ("first course, under R1", r1, 1),
        ("second course", printed, 2),
    ):
        curve = course_curves.of_course(data, course)
        heights = ", ".join(f"S({time}) = {curve.survival_at(time):.3f}" for time in (3, 12))
        line = f"{label}: {curve.n} patients, {curve.n_events} events, {heights}"
        assert line in output("courses-python.txt").splitlines()


# --- all of it in one file --------------------------------------------------------


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory):
    """The archive in a fresh folder."""
    folder = tmp_path_factory.mktemp("fresh")
    with zipfile.ZipFile(io.BytesIO(data_archive.archive(ROOT))) as archive:
        archive.extractall(folder)
    return folder / data_archive.NAME


def test_the_archive_has_every_table_the_dictionary_and_the_starters(unpacked):
    tables_ = {f"{resource['name']}.csv" for resource in dictionary.load().resources.values()}
    others = {"README.md", "LICENSE", "datapackage.json", *SCRIPTS}
    assert {path.name for path in unpacked.iterdir()} == tables_ | others
    for resource in dictionary.load().resources.values():
        content = (unpacked / f"{resource['name']}.csv").read_bytes()
        assert content == (DATA / resource["path"]).read_bytes()


def test_the_archives_dictionary_fits_its_tables(unpacked):
    package = json.loads((unpacked / "datapackage.json").read_text(encoding="utf-8"))
    for resource in package["resources"]:
        with (unpacked / resource["path"]).open(encoding="utf-8", newline="") as file:
            header = next(csv.reader(file))
        assert header == [field["name"] for field in resource["schema"]["fields"]]


def test_the_archives_words_name_every_file_and_the_licences(unpacked):
    words = (unpacked / "README.md").read_text(encoding="utf-8")
    named = set(re.findall(r"`([\w-]+\.\w+)`", words)) | set(re.findall(r"\w+\.(?:R|py)\b", words))
    assert {path.name for path in unpacked.iterdir()} - {"README.md", "LICENSE"} <= named
    assert "CC0" in words
    assert "MIT" in words


@pytest.mark.parametrize("script", SCRIPTS)
def test_a_script_needs_its_data_files_alone(script, unpacked, tmp_path):
    """Those of the archive, and nothing of the book's own environment."""
    if script.endswith(".R") and (reason := why_not()):
        pytest.skip(f"{reason}: the stored output of {script} stands unrepeated")
    files, stored = SCRIPTS[script]
    for name in (script, *files):
        shutil.copy(unpacked / name, tmp_path)
    program = ["Rscript", "--vanilla"] if script.endswith(".R") else [sys.executable, "-I"]
    done = subprocess.run(
        [*program, script],
        cwd=tmp_path,
        capture_output=True,
        encoding="utf-8",
        check=False,
        env={"PATH": "/usr/local/bin:/usr/bin:/bin"},
    )
    assert (done.returncode, done.stdout) == (0, output(stored)), done.stderr
    if script == "courses.R":
        drawn = (tmp_path / "courses.pdf").read_bytes()
        assert drawn.count(b"/Type /Page ") + drawn.count(b"/Type /Page\n") == 2


def test_the_python_starter_imports_pandas_and_lifelines_alone():
    imported = re.findall(r"^(?:import|from) (\w+)", output("courses.py"), re.MULTILINE)
    assert set(imported) == {"pandas", "lifelines"}


def test_the_archive_is_the_same_bytes_every_time():
    content = data_archive.archive(ROOT)
    assert content == data_archive.archive(ROOT)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        entries = archive.infolist()
    assert [entry.filename for entry in entries] == sorted(entry.filename for entry in entries)
    assert {entry.date_time for entry in entries} == {data_archive.DATE}
    assert {entry.external_attr >> 16 for entry in entries} == {0o100644}
    assert {entry.compress_type for entry in entries} == {zipfile.ZIP_STORED}


def test_the_data_page_offers_it():
    (link,) = (link for link in parsed(SITE / "book/data.html").links if link.endswith(".zip"))
    offered = (SITE / "book" / link).read_bytes()
    assert offered == data_archive.archive(ROOT)


# --- the exercise for a class -----------------------------------------------------


def test_the_chapter_shows_what_the_changed_cell_moves():
    page = parsed(SITE / "book/reuse.html")
    for name in ("t5-first-mean-months", "D1"):
        assert f"reproduction-report.html#{name}" in page.links
    assert "Repair R1 no longer fits the table" in without_tags(page.text)
