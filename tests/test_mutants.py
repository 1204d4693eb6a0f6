"""The list of the mutation check does not rot; ``python tests/mutants.py`` runs it."""

import ast
import csv
from collections import Counter

import pytest
from mutants import EXPLAINED, MUTANTS, ROOT, all_tests, sample

mutants = pytest.mark.parametrize("mutant", MUTANTS, ids=[mutant.meaning for mutant in MUTANTS])


@mutants
def test_a_changed_text_stands_once_in_its_file(mutant):
    text = (ROOT / mutant.path).read_text(encoding="utf-8")
    assert text.count(mutant.old) == 1


@mutants
def test_a_changed_file_can_still_be_read(mutant):
    """Python that parses and means something else; a table with as many cells."""
    text = (ROOT / mutant.path).read_text(encoding="utf-8")
    changed = text.replace(mutant.old, mutant.new)
    if mutant.is_code:
        assert ast.dump(ast.parse(changed)) != ast.dump(ast.parse(text))
    else:
        before, after = (list(csv.reader(each.splitlines())) for each in (text, changed))
        assert before != after
        assert [len(row) for row in before] == [len(row) for row in after]


@mutants
def test_the_tests_asked_first_exist(mutant):
    for name in mutant.asked:
        file, _, test = name.partition("::")
        assert file in all_tests()
        assert f"def {test}" in (ROOT / "tests" / file).read_text(encoding="utf-8")


def test_changes_are_many_and_each_is_said_once():
    kinds = Counter(mutant.is_code for mutant in MUTANTS)
    assert kinds[True] >= 30
    assert kinds[False] >= 15
    meanings = [mutant.meaning for mutant in MUTANTS]
    assert len(set(meanings)) == len(meanings)
    assert set(EXPLAINED) <= set(meanings)


def test_the_sample_has_one_change_of_each_file():
    paths = [mutant.path for mutant in sample()]
    assert len(set(paths)) == len(paths)
    assert set(paths) == {mutant.path for mutant in MUTANTS}
    assert any("form.match(text)" in mutant.new for mutant in sample())
