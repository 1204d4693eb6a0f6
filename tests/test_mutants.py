"""The mutation check: its changes are changes, and a run says which test failed and why."""

import ast

import mutants
import pytest
from mutants import everything, failing_test, files_of_package, files_to_run, sample
from mutations import ROOT, Mutant, modules, of_code, of_data, plain

CODE = '''
"""Words."""
import numpy as np
EDGES = [0, 2.5]
MARK = "same"
TEXT = "two words"


class Curve:
    """A class."""

    def at(self, time: int | None = None):
        if self.known and time <= 3:
            raise ValueError(f"no {time}")
        self.x = np.minimum(time, -1)
        self.check(self["key"])
        return [x for x in time if x]


if __name__ == "__main__":
    print(1)
'''


@pytest.fixture
def changes(tmp_path, monkeypatch):
    """A function that returns the changes of some code."""
    monkeypatch.setattr("mutations.ROOT", tmp_path)

    def made(code, **options):
        path = tmp_path / "module.py"
        path.write_text(code, encoding="utf-8")
        return of_code(path, **options)

    return made


def test_every_change_of_a_module_and_no_other(changes):
    condition, stored = "if self.known and time <= 3:", "self.x = np.minimum(time, -1)"
    assert [(each.line, each.meaning) for each in changes(CODE)] == [
        (4, "EDGES = [0, 2.5] → EDGES = [1, 2.5]"),
        (4, "EDGES = [0, 2.5] → EDGES = [0, 2.75]"),
        (5, "MARK = 'same' → MARK = 'sameX'"),
        (13, f"{condition} → if False:"),
        (13, f"{condition} → if self.known or time <= 3:"),
        (13, f"{condition} → if self.known and time < 3:"),
        (13, f"{condition} → if self.known and time <= 4:"),
        (15, f"{stored} → _ = np.minimum(time, -1)"),
        (15, f"{stored} → self.x = np.maximum(time, -1)"),
        (15, f"{stored} → self.x = np.minimum(time, --1)"),
        (15, f"{stored} → self.x = np.minimum(time, -2)"),
        (16, "self.check(self['key']) → ..."),
        (17, "return [x for x in time if x] → return [x for x in time if True]"),
    ]
    assert {each.function for each in changes(CODE)} == {"", "Curve.at"}


def test_names_alone_can_be_exchanged(changes):
    (found,) = changes(CODE, names_only=True)
    assert "np.maximum" in found.meaning


def test_sizes_and_places_in_a_drawing_are_left_alone(changes):
    code = (
        "import seaborn\n\ndef draw(axes):\n    axes.text(-1, min(2, 3))\n    return axes.x <= 3\n"
    )
    assert [each.meaning for each in changes(code)] == ["return axes.x <= 3 → return axes.x < 3"]


@pytest.mark.parametrize("path", modules(), ids=[path.stem for path in modules()])
def test_a_changed_module_still_parses_and_means_something_else(path):
    before = plain(path.read_text(encoding="utf-8"))
    changed = [mutant.text for mutant in of_code(path)[::20]]
    assert all(ast.dump(ast.parse(text)) != ast.dump(ast.parse(before)) for text in changed)
    assert len(set(changed)) == len(changed)


def test_a_change_of_data_changes_the_row_it_names_and_no_byte_of_another():
    found = of_data()
    assert len(found) >= 30
    assert len({(mutant.path, mutant.meaning) for mutant in found}) == len(found)
    for mutant in found:
        before = (ROOT / mutant.path).read_text(encoding="utf-8").splitlines()
        lines = list(zip(before, mutant.text.splitlines(), strict=True))
        assert [n for n, (old, new) in enumerate(lines, 1) if old != new] == [mutant.line]


@pytest.mark.parametrize(
    ("where", "old"),
    [("id=no-such-claim", "40.5"), ("id=t2-age-mean", "40.7"), ("unit=percent", "")],
)
def test_a_row_that_does_not_fit_the_data_is_named(monkeypatch, tmp_path, where, old):
    path = tmp_path / "changes.csv"
    head = "file,where,column,old,new,meaning\n"
    path.write_text(f"{head}data/claims.csv,{where},printed,{old},1,a slip\n", encoding="utf-8")
    monkeypatch.setattr("mutations.DATA", path)
    with pytest.raises(ValueError, match=rf"changes.csv, 'a slip': .*claims.csv is {where}"):
        of_data()


def test_a_module_without_any_change_is_refused_with_those_there_are():
    with pytest.raises(ValueError, match=r"nothing to change in 'stat'; there are .*survival"):
        everything("stat")
    assert {mutant.path for mutant in everything("claims")} >= {"data/claims.csv"}


def test_the_sample_has_every_file_of_data_and_every_layer():
    paths = [mutant.path for mutant in sample()]
    assert len(set(paths)) == len(paths)
    assert {mutant.path for mutant in of_data()} <= set(paths)
    layers = ("data", "stats", "paper", "audit", "robustness", "show")
    assert all(any(f"correll2004/{layer}/" in path for path in paths) for layer in layers)


def test_the_nearest_tests_are_those_named_after_the_file_and_none_needs_the_site():
    nearest, others = files_to_run(Mutant("book/correll2004/paper/claims.py", 1, "x", "", ""))
    assert nearest[0].endswith("test_claims.py")
    assert sorted(nearest + others) == sorted(files_of_package())
    assert not [name for name in nearest + others if "test_site" in name or "notebooks" in name]


@pytest.fixture
def project(tmp_path):
    """A project with one module and one test."""
    folder = tmp_path / "project"
    (folder / "tests").mkdir(parents=True)
    (folder / "part.py").write_text("VALUE = 1\n", encoding="utf-8")
    test = "import sys\nsys.path.insert(0, '.')\nfrom part import VALUE\n\n\n"
    test += "def test_value():\n    assert VALUE == 1\n"
    (folder / "tests" / "test_part.py").write_text(test, encoding="utf-8")
    return folder


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("VALUE = 1\n", None),
        ("VALUE = 2\n", "test_part.py::test_value"),
        ("VALUE =\n", "test_part.py"),
        ("while True:\n    pass\n", "test_part.py or what follows: stopped by SIGXCPU"),
        ("VALUE = 2\nopen('tests/test_part.py', 'w').close()\n", "test_part.py::test_value"),
    ],
    ids=["same", "other", "broken", "endless", "destructive"],
)
def test_a_run_says_what_fails_and_leaves_the_project_as_it_was(project, monkeypatch, text, found):
    monkeypatch.setattr(mutants, "SECONDS", 3)
    assert failing_test(project, ["test_part.py"], Mutant("part.py", 1, "", "", text)) == found
    assert failing_test(project, ["test_part.py"]) is None
