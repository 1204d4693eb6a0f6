"""The build as a whole: nothing lost on bad input, changed data seen, the same bytes twice."""

import filecmp
import os
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

from _support.common import ROOT
from _support.execute import chapters

pytestmark = pytest.mark.slow
EXECUTE = ["-m", "_support.execute.chapters"]


@pytest.fixture
def tree(tmp_path):
    """A copy of the sources that a test may change."""
    copy = tmp_path / "a copy"
    for folder in ("book", "data"):
        shutil.copytree(
            ROOT / folder, copy / folder, ignore=shutil.ignore_patterns("__pycache__", ".ip*")
        )
    names = ("LICENSE", "Makefile", "_config.yml", "_toc.yml", "index.md", "requirements.txt")
    for name in names:
        shutil.copy(ROOT / name, copy)
    return copy


def run(tree, *command):
    """A command in the copy, with the copy's package."""
    environment = os.environ | {"PYTHONPATH": str(tree / "book")}
    return subprocess.run(command, cwd=tree, env=environment, capture_output=True, text=True)


def replace(tree, old, new):
    path = tree / "data" / "table1.csv"
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1
    path.write_text(text.replace(old, new), encoding="utf-8")


def snapshot(tree):
    """Content of every file by path, but for what Python compiles for itself."""
    files = (path for path in sorted(tree.rglob("*")) if path.is_file())
    return {path: path.read_bytes() for path in files if path.parent.name != "__pycache__"}


def make_book(tree):
    """The recipe of `make book` up to the first step that fails."""
    for step in (["-m", "correll2004.exports"], EXECUTE):
        result = run(tree, sys.executable, "-B", *step)
        if result.returncode:
            break
    return result


def spoil(tree):
    replace(tree, "5,42,M,5,Hand,", "5,forty,M,5,Hand,")


def remove(tree):
    (tree / "data" / "table1.csv").unlink()


@pytest.mark.parametrize(
    ("damage", "message"),
    [(spoil, "table1.csv, row 6, column age_years: 'forty'"), (remove, "does not exist")],
)
def test_bad_input_stops_the_book_and_leaves_everything(tree, damage, message):
    damage(tree)
    before = snapshot(tree)
    result = make_book(tree)
    assert result.returncode != 0
    assert message in result.stderr
    assert "Traceback" not in result.stderr
    assert snapshot(tree) == before


@pytest.fixture
def two_chapters(tree):
    """A copy with two chapters: enough to see that neither is changed."""
    for path in (tree / "book").glob("*.ipynb"):
        if path.stem not in {"results-side-effects", "results-infusions"}:
            path.unlink()
    return tree


# Runs the program where no file may have more bytes than {0}.
WITHOUT_ROOM = """
import resource
from _support.execute import chapters
resource.setrlimit(resource.RLIMIT_FSIZE, ({0}, {0}))
chapters.execute = lambda path: path.read_text()
chapters.main()
"""


def test_a_full_disk_leaves_every_notebook(two_chapters):
    before = snapshot(two_chapters)
    smaller = min(path.stat().st_size for path in (two_chapters / "book").glob("*.ipynb"))
    result = run(two_chapters, sys.executable, "-Bc", WITHOUT_ROOM.format(smaller))
    assert result.returncode != 0
    assert "no notebook was changed: " in result.stderr
    assert "File too large" in result.stderr
    assert snapshot(two_chapters) == before


def test_a_failing_cell_leaves_every_notebook(two_chapters):
    tree = two_chapters
    source = tree / "book" / "results-side-effects.ipynb"
    source.write_text(source.read_text(encoding="utf-8").replace("records.load()", "records.nil()"))
    before = snapshot(tree)
    result = run(tree, sys.executable, "-B", *EXECUTE)
    assert result.returncode != 0
    assert "results-side-effects.ipynb" in result.stderr
    assert snapshot(tree) == before


def test_a_changed_cell_turns_its_chapter_red(tree):
    """An age, a rate and a duration of relief: a chapter shows one of them each."""
    replace(tree, "5,42,M,5,Hand,,20,3,100,4,", "5,43,M,5,Hand,,25,3,100,5,")
    chapters = ("results-study-group", "results-infusions", "results-duration-of-relief")
    result = run(
        tree,
        *(sys.executable, "-m", "pytest", "-p", "nbval", "--nbval", "--nbval-current-env"),
        *(
            "-q",
            "-o",
            "addopts=",
            "-p",
            "no:randomly",
            *(f"book/{name}.ipynb" for name in chapters),
        ),
    )
    assert result.returncode == 1
    for name in chapters:
        assert f"FAILED book/{name}.ipynb" in result.stdout


def test_executing_again_gives_the_same_bytes():
    path = ROOT / "book" / "results-side-effects.ipynb"
    assert chapters.execute(path) == path.read_text(encoding="utf-8")


# Whose files Sphinx names by where they are installed.
INSTALLED = [
    "jupyter_book",
    "myst_nb",
    "pydata_sphinx_theme",
    "sphinx_book_theme",
    "sphinx_comments",
]
# Another time zone, another language, and an alphabet of 128 characters.
ELSEWHERE = {"TZ": "XYZ-13:45", "LC_ALL": "C", "LANGUAGE": "de"}


def test_another_person_elsewhere_builds_the_same_site(tree, tmp_path):
    if (ROOT / "_build" / "html" / "lite").exists():
        pytest.skip("`make lite` has added to the built site: build it again to compare")
    there = tree.rename(tmp_path / "in ánother folder of a longer name")
    packages = tmp_path / "packages"
    for name in INSTALLED:
        shutil.copytree(Path(find_spec(name).origin).parent, packages / name)
    path = f"{there / 'book'}{os.pathsep}{packages}"
    result = subprocess.run(
        ["jupyter-book", "build", ".", "-W", "-n", "--keep-going"],
        cwd=there,
        env=os.environ | ELSEWHERE | {"PYTHONPATH": path},
        umask=0o077,
        capture_output=True,
        encoding="utf-8",
    )
    assert result.returncode == 0, result.stdout + result.stderr
    assert differing(there / "_build" / "html", ROOT / "_build" / "html") == []


def differing(one, other):
    """Files that differ between two trees, or are in one only."""
    comparison = filecmp.dircmp(one, other)
    found = comparison.left_only + comparison.right_only
    _, different, odd = filecmp.cmpfiles(one, other, comparison.common_files, shallow=False)
    found += different + odd
    for name in comparison.common_dirs:
        found += differing(os.path.join(one, name), os.path.join(other, name))
    return found
