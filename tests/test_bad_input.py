"""Nonsense in a copy of table1.csv: one error that lists every fault and its rule.

Under "Found by fuzzing" stands, for every fault that `test_fuzz` found, what it guards.
"""

import warnings

import pandas as pd
import pytest

from correll2004 import table1
from correll2004.dictionary import DataError, Fault

# pandera puts the failures of columns of different types into one frame.
pytestmark = pytest.mark.filterwarnings("ignore:The behavior of DataFrame concatenation")


def faults(path):
    """The faults met in reading a file, as (row, column, value, rule)."""
    with pytest.raises(DataError) as error:
        table1.read((), path)
    assert {fault.file for fault in error.value.faults} == {path.name}
    return [(fault.row, fault.column, fault.value, fault.rule) for fault in error.value.faults]


# --- one fault --------------------------------------------------------------------

# Rows as in the file: 2 is Patient 1, 15 Patient 14, 23 and 24 Patient 22's a and b.
SINGLE = {
    "age not a number": (2, "age_years", "x", "does not have the form of this column"),
    "age negative": (2, "age_years", "-4", "does not have the form of this column"),
    "age with a decimal": (2, "age_years", "48.5", "does not have the form of this column"),
    "age zero": (2, "age_years", "0", "is below 1 years"),
    "age too high": (2, "age_years", "111", "is above 110 years"),
    "age missing on the first row": (2, "age_years", "", "is missing on the patient's first row"),
    "age on a b row": (24, "age_years", "44", "it stands on the patient's first row"),
    "facts on a b row": (24, "patient_facts", "acute", "it stands on the patient's first row"),
    "sex not M or F": (2, "sex", "Q", "is not M or F"),
    "sex in small letters": (2, "sex", "m", "is not M or F"),
    "sex missing": (2, "sex", "", "is missing on the patient's first row"),
    "CRPS not a number": (2, "crps_months", "years", "does not have the form of this column"),
    "CRPS with <": (2, "crps_months", "<3", "does not have the form of this column"),
    "CRPS of no time": (2, "crps_months", "0", "is below 0.01 months"),
    "CRPS of a century": (2, "crps_months", "1201", "is above 1200 months"),
    "region missing": (2, "region", "", "is missing on the patient's first row"),
    "region a number": (2, "region", "3", "does not have the form of this column"),
    "rate exchanged": (2, "dosage_mg_per_h", "20–10", "has its lower rate above its maximum"),
    "rate missing": (2, "dosage_mg_per_h", "", "is missing, but required"),
    "rate in words": (2, "dosage_mg_per_h", "low", "does not have the form of this column"),
    "rate too high": (2, "dosage_mg_per_h", "15–2000", "is above 200 mg/h"),
    "rate zero": (2, "dosage_mg_per_h", "0–20", "is below 0.1 mg/h"),
    "rate turned into a date": (3, "dosage_mg_per_h", "20-Oct", "an example is 15–20"),
    "days zero": (2, "infusion_days", "0", "is below 0.01 days"),
    "days too many": (2, "infusion_days", "61", "is above 60 days"),
    "days with a comma": (2, "infusion_days", "0,75", "does not have the form of this column"),
    "relief above 100": (2, "relief_percent", "101", "is above 100 percent"),
    "relief with its sign": (2, "relief_percent", "100%", "does not have the form"),
    "relief missing": (2, "relief_percent", "", "is missing, but required"),
    "months with >>": (2, "relief_months", ">>3", "does not have the form of this column"),
    "months too many": (2, "relief_months", "900", "is above 84 months"),
    "months missing": (2, "relief_months", "", "is missing, but required"),
    "N/A with full relief": (2, "relief_months", "N/A", "exactly where relief is 0 percent"),
    "a time with no relief": (15, "relief_months", "3", "exactly where relief is 0 percent"),
    "patient fact unknown": (2, "patient_facts", "left_handed", "does not list"),
    "cycle fact unknown": (2, "cycle_facts", "lost_to_follow_up;bored", "does not list"),
    "b row called a": (24, "cycle", "a", "does not follow the cycle above"),
    "c without b": (24, "cycle", "c", "does not follow the cycle above"),
    "letter missing on a b row": (24, "cycle", "", "does not follow the cycle above"),
    "letter missing on an a row": (23, "cycle", "", "the patient has further cycles"),
    "letter of a single cycle": (2, "cycle", "a", "the patient has one cycle"),
}


@pytest.mark.parametrize("case", SINGLE)
def test_a_single_fault_is_reported_alone(case, damaged):
    row, column, value, rule = SINGLE[case]
    ((*place, found),) = faults(damaged((row, column, value)))
    assert place == [row, column, value]
    assert rule in found


def test_relief_changed_to_0_is_a_fault_of_the_outcome_beside_it(damaged):
    ((row, column, value, _),) = faults(damaged((6, "relief_percent", "0")))
    assert (row, column, value) == (6, "relief_months", "4")


def test_unknown_codes_are_refused_by_name_in_the_column_of_the_other(damaged):
    """A fact of the cycle is none of the patient, and the other way round."""
    path = damaged((2, "patient_facts", "lost_to_follow_up"), (2, "cycle_facts", "acute"))
    assert [fault[:3] for fault in faults(path)] == [
        (2, "cycle_facts", "acute"),
        (2, "patient_facts", "lost_to_follow_up"),
    ]


# --- order and counts -------------------------------------------------------------


def test_patients_out_of_order(damaged):
    path = damaged((6, "patient", "6"), (7, "patient", "5"))
    found = [fault[:3] for fault in faults(path)]
    assert found == [(6, "patient", "6"), (7, "patient", "5"), (8, "patient", "7")]


@pytest.mark.parametrize("change", [(6, "patient", "five"), (24, "cycle", "d")])
def test_a_number_or_letter_that_is_none_breaks_its_form_and_its_order(change, damaged):
    assert {fault[:3] for fault in faults(damaged(change))} == {change}


def test_the_first_row_needs_a_patient(damaged):
    found = faults(damaged((2, "patient", "")))
    assert (2, "patient", "", "is missing on the first row") in found


def test_a_missing_last_row(damaged):
    assert faults(damaged(lambda rows: rows.pop())) == [
        (47, "cycle", "b", "ends a table of 46 cycles, not 47")
    ]


def test_a_missing_patient(damaged):
    found = faults(damaged(lambda rows: rows.pop(5)))
    assert len(found) == 3
    assert (6, "patient", "6", "should be 5: patients are numbered in order") in found
    assert (48 - 1, "patient", "", "ends a table of 32 patients, not 33") in found
    assert (48 - 1, "cycle", "c", "ends a table of 46 cycles, not 47") in found


@pytest.mark.parametrize("row", [6, 24, 48])
def test_a_duplicated_row(row, damaged):
    found = faults(damaged(lambda rows: rows.insert(row - 1, list(rows[row - 1]))))
    assert (49, "cycle", "c", "ends a table of 48 cycles, not 47") in found
    assert {fault[0] for fault in found} >= {row + 1}


def test_a_header_without_rows(damaged):
    rules = [fault[3] for fault in faults(damaged(lambda rows: rows.__delitem__(slice(1, None))))]
    assert rules == ["ends a table of 0 cycles, not 47", "ends a table of 0 patients, not 33"]


# --- the file ---------------------------------------------------------------------


def test_an_extra_cell_and_a_cell_too_few(damaged):
    path = damaged(lambda rows: rows[1].append("x"), lambda rows: rows[8].pop())
    assert [(row, rule) for row, _, _, rule in faults(path)] == [
        (2, "has 13 cells, not 12"),
        (9, "has 11 cells, not 12"),
    ]


@pytest.mark.parametrize(
    "edit",
    [
        lambda rows: rows[0].__setitem__(1, "age"),
        lambda rows: rows[0].reverse(),
        lambda rows: rows[0].pop(),
        lambda rows: rows.pop(0),
        lambda rows: rows.clear(),
    ],
    ids=["renamed", "reordered", "shortened", "missing", "empty file"],
)
def test_a_wrong_header(edit, damaged):
    ((row, _, _, rule),) = faults(damaged(edit))
    assert row == 1
    assert rule.startswith("is not the header patient,age_years,")


def test_a_missing_file(tmp_path):
    path = tmp_path / "table1.csv"
    assert faults(path) == [(0, "-", str(path), "does not exist")]


def test_a_file_saved_in_another_encoding(damaged):
    """Windows-1252, in which the printed dash is the byte 0x96."""
    path = damaged()
    path.write_bytes(path.read_text(encoding="utf-8").encode("cp1252"))
    ((row, _, value, rule),) = faults(path)
    assert (row, value, rule) == (2, r"b'\x96'", "is not UTF-8")


def test_a_quote_that_is_never_closed(damaged):
    path = damaged()
    path.write_text(path.read_text(encoding="utf-8").replace("Foot", '"Foot', 1), encoding="utf-8")
    ((row, _, _, rule),) = faults(path)
    assert row == 48
    assert rule.startswith("is not readable as CSV")


# --- many faults ------------------------------------------------------------------


def test_all_faults_are_reported_at_once(damaged):
    """Of every kind of rule: the cell's form, its range, its reading, its neighbours."""
    changes = [
        (2, "sex", "Q"),
        (3, "age_years", "x"),
        (4, "dosage_mg_per_h", "20–10"),
        (5, "relief_percent", "101"),
        (6, "relief_months", "N/A"),
        (7, "infusion_days", "0"),
        (8, "crps_months", ">1201"),
        (8, "region", ""),
        (9, "patient_facts", "left_handed"),
        (10, "relief_months", "900"),
        (24, "age_years", "44"),
    ]
    found = faults(damaged(*changes))
    assert [fault[:3] for fault in found] == changes


def test_a_broken_order_does_not_hide_a_broken_cell(damaged):
    found = faults(damaged((2, "sex", "Q"), lambda rows: rows.pop()))
    assert [fault[:2] for fault in found] == [(2, "sex"), (47, "cycle")]


def test_the_message_names_file_row_column_value_and_rule(damaged):
    with pytest.raises(DataError) as error:
        table1.read((), damaged((3, "dosage_mg_per_h", "20-Oct"), (2, "sex", "Q")))
    assert str(error.value).splitlines() == [
        "2 faults in the data",
        "  table1.csv, row 2, column sex: 'Q' is not M or F",
        "  table1.csv, row 3, column dosage_mg_per_h: '20-Oct' does not have the form of this"
        " column; an example is 15–20",
    ]


def test_one_fault_is_counted_in_the_singular_and_once():
    fault = Fault("table1.csv", 2, "sex", "Q", "is not M or F")
    assert str(DataError([fault, fault])).splitlines()[0] == "1 fault in the data"


# --- several faults at once, and odd ones ------------------------------------------


@pytest.mark.parametrize(("column", "value"), [("dosage_mg_per_h", "20–10"), ("age_years", "0")])
def test_a_broken_order_does_not_hide_a_cell_that_cannot_be_read(column, value, damaged):
    found = faults(damaged((4, column, value), lambda rows: rows.pop()))
    assert [fault[:2] for fault in found] == [(4, column), (47, "cycle")]


def test_a_repair_does_not_hide_the_faults_of_the_table(damaged):
    with pytest.raises(DataError) as error:
        table1.read(("R1",), damaged((2, "relief_months", "soon"), (4, "sex", "Q")))
    assert {(fault.file, fault.row) for fault in error.value.faults} >= {
        ("table1.csv", 2),
        ("table1.csv", 4),
    }


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("age_years", "48\n"),
        ("region", "Foot\n"),
        ("infusion_days", "0.75\n"),
        ("relief_percent", "100\n"),
    ],
)
def test_a_line_end_inside_a_cell_is_refused(column, value, damaged):
    assert [fault[:3] for fault in faults(damaged((2, column, value)))] == [(2, column, value)]


def test_the_error_comes_without_a_warning(damaged):
    path = damaged((5, "relief_percent", "101"), (6, "relief_months", "N/A"))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert len(faults(path)) == 2


# --- found by fuzzing -------------------------------------------------------------


def test_a_folder_in_the_file_s_place_is_refused(tmp_path):
    path = tmp_path / "table1.csv"
    path.mkdir()
    assert faults(path) == [(0, "-", str(path), "cannot be read: Is a directory")]


def test_a_file_that_nobody_may_read_is_refused(damaged, monkeypatch):
    def read_bytes(path):
        raise PermissionError(13, "Permission denied", str(path))

    path = damaged()
    monkeypatch.setattr(type(path), "read_bytes", read_bytes)
    assert faults(path) == [(0, "-", str(path), "cannot be read: Permission denied")]


def test_a_patient_number_too_long_for_an_integer_is_refused(damaged):
    """Python converts no more than 4300 digits."""
    ((row, column, value, rule),) = faults(damaged((3, "patient", "9" * 5000)))
    assert (row, column, len(value)) == (3, "patient", 5000)
    assert rule.startswith("should be 2")


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("infusion_days", "05"),
        ("relief_months", "075"),
        ("relief_months", ">05"),
        ("crps_months", "025"),
        ("age_years", "048"),
        ("relief_percent", "085"),
        ("dosage_mg_per_h", "05–20"),
    ],
)
def test_a_zero_in_front_is_refused(column, value, damaged):
    """0.75 of which a spreadsheet took the point away would else be read as 75."""
    assert [fault[:3] for fault in faults(damaged((2, column, value)))] == [(2, column, value)]


def test_a_file_cut_off_within_its_last_fact_is_refused(damaged):
    """What is left of the row has all its cells: only the line end is missing."""
    path = damaged()
    path.write_bytes(path.read_bytes().removesuffix(b"treated_right_side\n"))
    ((row, _, value, rule),) = faults(path)
    assert (row, value) == (48, ",,,,,c,10–25,3,100,>36,,")
    assert rule.startswith("ends without a line end")


@pytest.mark.parametrize("region", ["Foot ", " Foot", "Hip  & thigh", "Foot\u00a0", "Foot\u200b"])
def test_a_space_that_would_make_another_region_is_refused(region, damaged):
    ((row, column, _, rule),) = faults(damaged((2, "region", region)))
    assert (row, column) == (2, "region")
    assert rule.startswith(("has a space at an end, or two", "has a character that cannot be seen"))


@pytest.mark.parametrize(
    ("column", "value", "name"),
    [
        ("dosage_mg_per_h", "15—20", "U+2014 EM DASH"),
        ("dosage_mg_per_h", "15−20", "U+2212 MINUS SIGN"),
        ("relief_months", "＞5", "U+FF1E FULLWIDTH GREATER-THAN SIGN"),
        ("age_years", "４8", "U+FF14 FULLWIDTH DIGIT FOUR"),
        ("sex", "М", "U+041C CYRILLIC CAPITAL LETTER EM"),
        ("infusion_days", "3\u00a0", "U+00A0 NO-BREAK SPACE"),
    ],
)
def test_a_character_that_looks_like_another_is_called_by_its_name(column, value, name, damaged):
    ((*place, rule),) = faults(damaged((3, column, value)))
    assert place == [3, column, value]
    assert name in rule


def test_a_relief_that_cannot_be_read_does_not_hide_the_outcome_beside_it(damaged):
    path = damaged((2, "relief_percent", "100%"), (2, "relief_months", "075"))
    assert [fault[:2] for fault in faults(path)] == [(2, "relief_months"), (2, "relief_percent")]


def test_a_long_value_does_not_make_a_long_message(damaged):
    with pytest.raises(DataError) as error:
        table1.read((), damaged((2, "region", "Foot\n" * 20_000)))
    (_, line) = str(error.value).splitlines()
    assert line.startswith("  table1.csv, row 2, column region: 'Foot\\nFoot\\nFoot")
    assert "… (100000 characters) has a character that cannot be seen: U+000A" in line


def test_a_fault_of_the_whole_file_names_no_row_and_no_column(tmp_path):
    with pytest.raises(DataError) as error:
        table1.read((), tmp_path / "table1.csv")
    assert str(error.value).splitlines()[1].startswith("  table1.csv: '/")


# --- harmless differences ---------------------------------------------------------


def with_bom(text):
    return b"\xef\xbb\xbf" + text.encode()


def with_crlf(text):
    return text.replace("\n", "\r\n").encode()


def with_hyphens(text):
    return text.replace("–", "-").encode()


def with_quotes(text):
    lines = [",".join(f'"{cell}"' for cell in line.split(",")) for line in text.splitlines()]
    return "".join(f"{line}\n" for line in lines).encode()


@pytest.mark.parametrize("save", [with_bom, with_crlf, with_hyphens, with_quotes])
def test_what_a_spreadsheet_changes_harmlessly_is_read_the_same(save, damaged, printed):
    path = damaged()
    text = path.read_text(encoding="utf-8")
    path.write_bytes(save(text))
    assert path.read_bytes() != text.encode()
    read = table1.read((), path)
    for name in ("patients", "cycles"):
        pd.testing.assert_frame_equal(getattr(read, name), getattr(printed, name))
