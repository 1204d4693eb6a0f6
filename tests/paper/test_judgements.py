"""One verdict for one sentence: register, statements and ledger, and contradictions planted."""

import csv
import shutil

import pytest

from correll2004.data.faults import DataError
from correll2004.paper import claims, judgements, records
from correll2004.paths import DATA

FILES = records.load()


@pytest.fixture
def plant(tmp_path):
    """A function that changes cells of a copy of the data folder and returns the faults found.

    Cells are (file, what the row has, column, text): the first row that has it is changed.
    """
    folder = shutil.copytree(DATA, tmp_path / "data")

    def write(*cells):
        for file, key, column, text in cells:
            path = folder / file
            with path.open(encoding="utf-8", newline="") as opened:
                rows = list(csv.DictReader(opened))
            (row, *_) = [row for row in rows if key.items() <= row.items()]
            row[column] = text
            with path.open("w", encoding="utf-8", newline="") as opened:
                writer = csv.DictWriter(opened, list(rows[0]), lineterminator="\n")
                writer.writeheader()
                writer.writerows(rows)
        try:
            records.read_files(folder)
        except DataError as error:
            return [(each.file, each.column, each.value, each.rule) for each in error.faults]
        return []

    return write


def sentence(section, paragraph, number):
    return {"section": section, "paragraph": paragraph, "sentence": number}


def test_the_project_s_files_do_not_contradict_each_other(plant):
    assert plant() == []


# --- names ------------------------------------------------------------------------


def test_a_numeral_in_a_sentence_that_is_not_listed_is_noticed(plant):
    found = plant(("numerals.csv", sentence("abstract", "3", "1"), "sentence", "9"))
    rule = "is a sentence that is not in statements.csv"
    assert ("numerals.csv", "sentence", "abstract 3 9", rule) in found


def test_an_entry_that_is_not_in_the_ledger_is_noticed(plant):
    place = sentence("abstract", "4", "2")
    found = plant(("statements.csv", place, "divergence", "D13;D99"))
    assert found == [("statements.csv", "divergence", "D99", "is not in divergences.csv")]


def test_an_entry_that_nothing_names_is_noticed(plant):
    """D46 is named by three sentences and no claim."""
    places = [sentence(*place) for place in [("discussion", "17", "5"), ("appendix-1", "4", "1")]]
    cells = [("statements.csv", place, "divergence", "D45") for place in places]
    found = plant(
        *cells, ("statements.csv", sentence("discussion", "18", "4"), "divergence", "D45")
    )
    assert found == [("divergences.csv", "id", "D46", "is named by no statement and no claim")]


# --- one verdict ------------------------------------------------------------------


def test_the_same_claim_with_another_wording_is_noticed(plant):
    """The class of 15-20 mg/h: Results depends on the reading, Discussion fits."""
    found = plant(("claims.csv", {"id": "disc-shift-first-low"}, "wording", "fits"))
    assert [fault[:3] for fault in found] == [("claims.csv", "wording", "fits")]
    assert found[0][3].startswith("but 'depends on the reading' where the same is said before")


def test_the_same_statement_with_another_verdict_is_noticed(plant):
    said = FILES.statements["assertion"]
    twice = FILES.statements[said == "Six patients hallucinated."]
    assert len(twice) > 1
    place = twice.iloc[-1][["section", "paragraph", "sentence"]].to_dict()
    found = plant(("statements.csv", place, "verdict", "depends on the reading"))
    assert ("statements.csv", "verdict", "depends on the reading") in [f[:3] for f in found]
    assert any("where the same is said before" in fault[3] for fault in found)


@pytest.mark.parametrize(
    ("kind", "file", "key", "column", "verdict"),
    [
        ("reading", "claims.csv", {"divergence": "D5"}, "verdict", "differs"),
        ("reading", "claims.csv", {"id": "res-once-n"}, "wording", "contradicts Table 1"),
        (
            "reading",
            "statements.csv",
            sentence("discussion", "16", "2"),
            "verdict",
            "contradicts Table 1",
        ),
        ("remark", "claims.csv", {"divergence": "D8"}, "wording", "depends on the reading"),
        (
            "remark",
            "statements.csv",
            sentence("appendix-1", "4", "1"),
            "verdict",
            "depends on the reading",
        ),
    ],
)
def test_an_entry_that_is_too_mild_for_what_rests_on_it_is_noticed(
    kind, file, key, column, verdict, plant
):
    frame = FILES.register.reset_index() if file == "claims.csv" else FILES.statements
    rows = frame[(frame[list(key)] == list(key.values())).all(axis=1)]
    entry = rows.iloc[0]["divergence"]
    found = plant(("divergences.csv", {"id": entry}, "kind", kind))
    assert (file, column, verdict) in [fault[:3] for fault in found]
    assert any(fault[3].endswith(f"named: {entry}, a {kind}") for fault in found)


def test_a_claim_that_is_judged_harder_than_its_sentence_is_noticed(plant):
    place = sentence("discussion", "16", "2")
    found = plant(("statements.csv", place, "verdict", "fits"))
    rule = "is harder than the verdict of its sentence, 'fits'"
    assert ("claims.csv", "wording", "contradicts Table 1", rule) in found


def test_a_claim_that_rests_on_an_entry_unknown_to_its_sentence_is_noticed(plant):
    place = sentence("discussion", "16", "2")
    found = plant(("statements.csv", place, "divergence", "D5"))
    rule = "is not among the entries of its sentence in statements.csv"
    assert ("claims.csv", "divergence", "D17", rule) in found


def test_the_verdicts_of_the_rules_are_those_of_the_dictionary():
    codes = FILES.table1.rules.fields("statements")["verdict"]["codes"]
    assert set(judgements.WORDINGS) == {"", *codes}
    assert set(FILES.table1.rules.fields("claims")["wording"]["codes"]) == set(codes)
    found = {judgements.DIFFERENCE, judgements.READING, "remark"}
    assert set(FILES.table1.rules.fields("divergences")["kind"]["codes"]) == found


def test_what_an_entry_changes_agrees_with_its_conclusion():
    """What concludes Yes changes how the paper is used, and nothing that does concludes No."""
    ledger = FILES.divergences
    gravest = ledger["consequence"] == judgements.CHANGES_USE
    assert gravest[ledger["conclusion"].str.startswith("Yes")].all()
    assert not ledger["conclusion"][gravest].str.match(r"No\b").any()
    assert judgements.ranked(ledger)[: gravest.sum()] == ledger.index[gravest].tolist()
    assert sorted(judgements.ranked(ledger)) == sorted(ledger.index)
    codes = FILES.table1.rules.fields("divergences")["consequence"]["codes"]
    assert tuple(codes) == judgements.CONSEQUENCES


# --- facts ------------------------------------------------------------------------


def test_a_value_printed_twice_is_one_fact():
    register = claims.register(FILES)
    facts = claims.facts(register)
    assert facts["abs-second-of"] == facts["res-included"]  # 33 and thirty-three patients
    assert facts["t5-first-mean-months"] != facts["t5-second-mean-months"]
    assert facts["abs-hallucinations"] != facts["abs-identified"]  # neither computed alike
    same = register.groupby(facts)["verdict"].nunique()
    assert set(same) == {1}, "one fact, one verdict on the number"
