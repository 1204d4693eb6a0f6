"""The changes of the mutation check: what they leave alone, and that each is a change."""

import ast
import csv

import pytest
from mutants import everything, fast_files, files_to_ask, sample
from mutations import ROOT, imported, modules, of_code, of_data, plain

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
            raise ValueError(f"no {time + 1}")
        self.table["x"] = np.minimum(time, -EDGES[1])
        return not time


if __name__ == "__main__":
    print(1)
'''


@pytest.fixture
def changes(tmp_path, monkeypatch):
    """A function that returns the changes of some code, as where and what."""
    monkeypatch.setattr("mutations.ROOT", tmp_path)

    def made(code, **options):
        path = tmp_path / "module.py"
        path.write_text(code, encoding="utf-8")
        return [(each.function, each.meaning) for each in of_code(path, **options)]

    return made


def test_every_change_of_a_module_and_no_other(changes):
    top, method = "<module>", "Curve.at"
    assert changes(CODE) == [
        (top, "0 → 1"),
        (top, "2.5 → 2.75"),
        (top, "'same' → 'sameX'"),
        (method, "self.known and time <= 3 → self.known or time <= 3"),
        (method, "time <= 3 → time < 3"),
        (method, "3 → 4"),
        (method, "raise ValueError(f'no {time + 1}') → pass"),
        (method, "time + 1 → time - 1"),
        (method, "1 → 2"),
        (method, "self.table['x'] = np.minimum(time, -EDGES[1]) → pass"),
        (method, "np.minimum → np.maximum"),
        (method, "-EDGES[1] → EDGES[1]"),
        (method, "1 → 2"),
        (method, "not time → time"),
    ]


def test_a_share_of_the_changes_is_taken_evenly(changes):
    assert changes(CODE, every=5) == changes(CODE)[2::5]
    assert changes(CODE, names_only=True) == [("Curve.at", "np.minimum → np.maximum")]


def test_sizes_and_places_in_a_drawing_are_left_alone(changes):
    code = "import seaborn\n\n\ndef draw(axes):\n    axes.text(1, 2)\n    return axes.x <= 3\n"
    assert changes(code) == [("draw", "axes.x <= 3 → axes.x < 3")]


@pytest.mark.parametrize("path", modules(), ids=[path.stem for path in modules()])
def test_a_changed_module_still_parses_and_means_something_else(path):
    before = plain(path.read_text(encoding="utf-8"))
    changed = [mutant.text for mutant in of_code(path, every=20)]
    assert all(ast.dump(ast.parse(text)) != ast.dump(ast.parse(before)) for text in changed)
    assert len(set(changed)) == len(changed)


def test_a_change_of_data_changes_the_cells_it_names_and_no_other():
    found = of_data()
    assert len(found) >= 30
    assert len({(mutant.path, mutant.meaning) for mutant in found}) == len(found)
    for mutant in found:
        with (ROOT / mutant.path).open(encoding="utf-8", newline="") as file:
            before = list(csv.reader(file))
        after = list(csv.reader(mutant.text.splitlines()))
        moved = sum(before[n] != row for n, row in enumerate(after))
        assert len(before) == len(after)
        assert moved == 1


@pytest.mark.parametrize(
    ("where", "old"),
    [("id=no-such-claim", "40.5"), ("id=t2-age-mean", "40.7"), ("unit=percent", "")],
)
def test_a_row_that_does_not_fit_the_data_is_named(monkeypatch, tmp_path, where, old):
    path = tmp_path / "changes.csv"
    head = "file,where,column,old,new,meaning\n"
    path.write_text(f"{head}data/claims.csv,{where},printed,{old},1,a slip\n", encoding="utf-8")
    monkeypatch.setattr("mutations.DATA", path)
    with pytest.raises(ValueError, match=rf"changes.csv, 'a slip': .*claims.csv.* {where}"):
        of_data()


def test_a_module_without_any_change_is_refused_with_those_there_are():
    with pytest.raises(ValueError, match=r"nothing to change in 'stat'; there are .*survival"):
        everything("stat")
    assert {mutant.path for mutant in everything("claims")} >= {"data/claims.csv"}


@pytest.fixture(scope="module")
def chosen():
    return sample()


def test_the_sample_changes_data_and_how_the_dictionary_reads_a_cell(chosen):
    assert {mutant.path for mutant in chosen if not mutant.function} == {
        mutant.path for mutant in of_data()
    }
    assert "form.fullmatch → form.match" in {mutant.meaning for mutant in chosen}
    assert len(chosen) >= 15


def test_every_change_has_tests_close_to_it_and_none_of_the_site(chosen):
    for mutant in chosen:
        closest, _ = files_to_ask(mutant, None)
        assert set(closest) <= set(fast_files())
    assert "test_site.py" not in " ".join(fast_files())


def test_imports_have_their_full_names():
    tree = ast.parse("import a.b\nfrom c import d, e\n")
    assert imported(tree) == {"a.b", "c", "c.d", "c.e"}
