"""The Makefile's verbs: ``make help`` names each, a routine runs each; no text names another."""

import re
import shutil
import subprocess

import pytest

from _support.common import BOOK, ROOT

MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")
WORKFLOW = (ROOT / ".github" / "workflows" / "book.yml").read_text(encoding="utf-8")
# Rules by verb: what follows the colon, and the lines of the recipe.
RULES = dict(re.findall(r"^([a-z-]+):(?!=)(.*\n(?:\t.*\n|  .*\n)*)", MAKEFILE, re.MULTILINE))
# Verbs that no routine runs.
BY_HAND = {
    "help": "a test below runs it",
    "claims": "an exploration; tests/test_changes.py runs its program",
    "letter": "writes a letter for a person; tests/test_letter.py runs its program",
    "lab": "opens a program for a person; tests/support/test_lab.py starts it",
    "lock": "changes the versions",
    "bench": "measures, and asserts nothing",
    "prose": "measures; make lint checks the same rules",
    "clean": "removes what a routine is to look at",
}


def make(folder, *arguments, **options):
    command = [shutil.which("make"), *arguments]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, **options)


def asked_by(verb):
    """The verbs that a rule needs or makes, and those that they ask for."""
    needs, *recipe = RULES[verb].splitlines()
    words = needs.partition("##")[0].split()
    for line in recipe:
        if "$(MAKE)" in line:
            words += line.partition("$(MAKE)")[2].split()
    found = set(words) & set(RULES) - {verb}
    return found.union(*map(asked_by, found))


def test_help_names_every_verb_and_says_what_it_does():
    lines = re.findall(r"^make ([a-z-]+) +(\S.+)$", make(ROOT, "help").stdout, re.MULTILINE)
    assert [verb for verb, _ in lines] == list(RULES)
    assert {"book", "test", "lite"} <= set(RULES)


def test_no_verb_is_taken_for_a_file():
    phony = " ".join(re.findall(r"^\.PHONY: (.*)", MAKEFILE, re.MULTILINE)).split()
    assert sorted(phony) == sorted(RULES)


def test_every_verb_that_a_text_names_exists():
    texts = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", ROOT / ".ci" / "run"]
    texts += [ROOT / ".devcontainer" / "devcontainer.json", *(ROOT / "book").glob("*.ipynb")]
    named = set(re.findall(r"run: make ([a-z-]+)", WORKFLOW))
    for path in texts:
        text = path.read_text(encoding="utf-8")
        named |= set(re.findall(r"(?:`|^|\\n|\")make ([a-z-]+)", text, re.MULTILINE))
    assert {"book", "test", "lab", "lock", "release", "environment"} <= named
    assert named <= set(RULES)


def test_a_routine_runs_every_verb():
    """``make test-all``, the two releases that it ends with, and the workflow."""
    routines = {"test-all", *re.findall(r"run: make ([a-z-]+)", WORKFLOW)}
    releases = (ROOT / "tests/support/release/two_releases.py").read_text(encoding="utf-8")
    routines |= set(re.findall(r'"make", .*"(book)", "(release)"', releases)[0])
    run = routines.union(*map(asked_by, routines)) | {"environment"}  # made by every verb
    assert set(RULES) - run == set(BY_HAND)


def test_every_script_that_the_readme_names_exists():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    modules = re.findall(r"^PYTHONPATH=book python -m (\S+)", readme, re.MULTILINE)
    assert len(modules) >= 2
    assert all((BOOK / f"{module.replace('.', '/')}.py").is_file() for module in modules)


@pytest.mark.parametrize("installed", [True, False])
def test_locking_without_uv_says_what_is_missing(tmp_path, installed):
    shutil.copy(ROOT / "Makefile", tmp_path)
    programs = tmp_path / "bin"
    programs.mkdir()
    if installed:
        (programs / "uv").write_text("#!/bin/sh\necho locked\n")
        (programs / "uv").chmod(0o755)
    done = make(tmp_path, "lock", env={"PATH": str(programs)})
    assert (done.returncode == 0) == installed
    assert ("locked" in done.stdout) == installed
    assert ("needs uv, which is not on this machine; pipx" in done.stderr) == (not installed)
    assert "127" not in done.stderr


REFUSED = "from _support.dev.no_package import build_wheel; build_wheel('.')"


def test_pip_is_told_that_this_is_no_package():
    done = subprocess.run(
        [shutil.which("python3"), "-c", REFUSED],
        cwd=BOOK,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 1
    assert "not a package to install" in done.stderr
    project = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    assert 'build-backend = "_support.dev.no_package"' in project
