"""Table 1 against a second transcription, typed independently from the article's text."""

import csv
from itertools import pairwise

import pytest
from byhand import SECOND_TRANSCRIPTION, published

from correll2004 import table1

FIRST_ROW_ONLY = ("age_years", "sex", "crps_months", "region", "patient_facts")


def rows(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def first():
    """The first transcription, with the patient's number on every row."""
    found = rows(table1.PATH)
    for above, row in pairwise(found):
        row["patient"] = row["patient"] or above["patient"]
    return found


def test_both_transcriptions_agree_in_every_cell(first):
    """Coded comments apart, which only the first has; it names the age with its unit."""
    second = [{"age_years": row.pop("age"), **row} for row in rows(SECOND_TRANSCRIPTION)]
    assert len(first) == len(second)
    assert set(first[0]) - set(second[0]) == {"patient_facts", "cycle_facts"}
    differences = [
        (number, column, one[column], two[column])
        for number, (one, two) in enumerate(zip(first, second, strict=True), start=2)
        for column in two
        if one[column] != two[column]
    ]
    assert differences == []


def test_as_many_patients_and_cycles_as_the_note_under_table_2_says(first):
    assert len({row["patient"] for row in first}) == int(published()["t2-note-patients"])
    assert len(first) == int(published()["t2-note-cycles"])


def test_patient_fields_stand_on_the_first_row_only_as_printed():
    for row in rows(table1.PATH):
        if not row["patient"]:
            assert [row[column] for column in FIRST_ROW_ONLY] == [""] * len(FIRST_ROW_ONLY)


def test_ranges_keep_the_printed_en_dash(first):
    rates = [row["dosage_mg_per_h"] for row in first]
    assert not any("-" in rate for rate in rates)
    assert sum("–" in rate for rate in rates) == int(published()["res-adjusted-n"])


def test_no_cell_has_blanks_around_its_text(first):
    cells = [cell for row in first for cell in row.values()]
    assert [cell for cell in cells if cell != cell.strip()] == []
