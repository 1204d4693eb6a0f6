"""Table 1 against a second transcription, typed independently from the article's text."""

import csv
from itertools import pairwise

import pytest
from byhand import SECOND_TRANSCRIPTION, published

from correll2004.data import table1

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


# --- the comments -----------------------------------------------------------------

# Coded once more from the printed comments, by patient; a letter where they say which cycle.
COMMENTS = {
    "acute": "2 16 18",
    "after_animal_bite": "15",
    "after_relapse_at_work": "29b",
    "after_repeated_microtrauma": "32",
    "after_surgery": "3 13 26 33",
    "after_trauma": "5 6 8 10 11 12 16 17 18 19 23 24 28 30 31",
    "crps_type_2": "2 27",
    "diabetic_polyneuropathy": "25",
    "evoked_pain_unrelieved": "13",
    "high_dose_opioids": "14 19",
    "infusion_ended_early": "30",
    "later_infusion_broken_off": "9 21",
    "lost_to_follow_up": "1 4 11 16 17 27b 31b",
    "sympathetic_block_failed": "10",
    "nerve_injury": "2 27",
    "pain_free_at_last_visit": "12",
    "raised_liver_enzymes": "9 21 25 30",
    "relief_followed_infusion_time": "22",
    "surgery_afterwards": "20",
    "surgery_for_crps": "23",
    "treated_left_side": "33a 33b",
    "treated_right_side": "33c",
    "ulcers_healed": "7",
}


def test_the_comments_coded_twice_agree(first):
    found = {}
    for row in first:
        for fact in filter(None, row["patient_facts"].split(";")):
            found.setdefault(fact, []).append(row["patient"])
        for fact in filter(None, row["cycle_facts"].split(";")):
            found.setdefault(fact, []).append(row["patient"] + row["cycle"])
    assert found == {fact: places.split() for fact, places in COMMENTS.items()}
