"""What another cell of Table 1 moves: every column, in Python and by the command."""

import re
import shutil
import subprocess

import pandas as pd
import pytest

from correll2004 import changes, exports
from correll2004.data import table1
from correll2004.data.faults import DataError
from correll2004.paper import claims, records

FILES = records.load()

# Column -> label of a row, another valid value, some of the claims that move.
OTHER = {
    "age_years": ("1", "47", {"res-younger-48", "res-age-mean", "t2-age-mean"}),
    "sex": ("1", "F", {"res-men", "res-women", "res-age-mean-men", "res-age-mean-women"}),
    "crps_months": ("1", "4", {"res-crps-mean", "t2-crps-mean", "t2-crps-sd"}),
    "region": ("22a", "Shoulder", {"res-shoulder-arm", "res-thigh-hip"}),
    "dosage_mg_per_h": ("1", "15–60", {"res-rate-mean", "disc-max-high"}),
    "infusion_days": ("1", "1", {"meth-below-1-day", "t2-days-sd", "t2-days-mean"}),
    "relief_percent": ("1", "90", {"abs-complete-n", "res-complete-first-percent"}),
    "relief_months": ("1", "2", {"t5-first-mean-months", "res-survival-first-3"}),
    "patient_facts": ("1", "raised_liver_enzymes", {"abs-liver", "res-liver", "disc-liver"}),
    "cycle_facts": ("12", "", set()),
}
# Column -> label, a value that the file's rules refuse, the rule.
BAD = {
    "patient": ("2", "5", "should be 2: patients are numbered in order"),
    "age_years": ("1", "x", "does not have the form of this column; an example is 48"),
    "sex": ("1", "Q", "must be one of M, F"),
    "crps_months": ("1", "<3", "does not have the form of this column; an example is >24"),
    "region": ("1", "", "is missing on the patient's first row"),
    "cycle": ("22b", "c", "does not follow the cycle above"),
    "dosage_mg_per_h": ("1", "20–10", "has its lower rate above its maximum"),
    "infusion_days": ("1", "61", "is above 60 days"),
    "relief_percent": ("1", "101", "is above 100 percent"),
    "relief_months": ("1", "900", "is above 84 months"),
    "patient_facts": ("1", "left_handed", "has a code that the data dictionary does not list"),
    "cycle_facts": ("1", "bored", "has a code that the data dictionary does not list"),
}
ROWS = {"1": 2, "2": 3, "12": 13, "21": 22, "22a": 23, "22b": 24}


def moved(change):
    return changes.moved_claims(FILES, table1.read(), table1.read(change=change))


def test_every_column_is_tried():
    columns = set(table1.read().raw)
    assert set(OTHER) | {"patient", "cycle"} == set(BAD) == columns


# --- one cell ---------------------------------------------------------------------


@pytest.mark.parametrize("column", OTHER)
def test_another_value_of_a_column_moves_what_is_computed_from_it(column):
    label, value, expected = OTHER[column]
    found = moved({(label, column): value})
    assert expected <= set(found.index)
    assert bool(expected) == bool(len(found))
    assert len(found) < 40
    columns = ["recomputed", "recomputed_under_repair", "repair", "verdict"]
    now, before = (found[[column + when for column in columns]] for when in ("", "_before"))
    assert (now.astype(str).to_numpy() != before.astype(str).to_numpy()).any(axis=1).all()


@pytest.mark.parametrize("column", OTHER)
def test_the_file_changed_by_hand_moves_the_same(column, damaged):
    label, value, _ = OTHER[column]
    by_hand = table1.read_file(damaged((ROWS[label], column, value)))
    found = changes.moved_claims(FILES, table1.read(), by_hand)
    pd.testing.assert_frame_equal(found, moved({(label, column): value}))


def test_a_column_that_no_claim_reads_moves_nothing_and_says_why():
    other = table1.read(change={("12", "cycle_facts"): ""})
    words = changes.report(FILES, table1.read(), other).text
    assert "none of the 296 computed claims names a column made from cycle_facts" in words
    words = changes.report(FILES, table1.read(), table1.read(change={("1", "region"): "Hand"})).text
    assert re.match(r"No number moved: 6 of 296 computed claims name a column made", words)


def test_numbering_can_change_over_several_cells():
    """Patient 22's first infusion given to Patient 21 as a second: 12 repeats are now 12 others."""
    own = {"age_years": "44", "sex": "M", "crps_months": "60", "region": "Hip & thigh"}
    change = {("21", "cycle"): "a", ("22a", "cycle"): "b", ("22a", "patient"): ""}
    change |= {("22a", column): "" for column in (*own, "patient_facts")}
    change |= {("22b", "cycle"): "", ("22b", "patient"): "22"}
    change |= {("22b", column): cell for column, cell in own.items()}
    other = table1.read(change=change)
    assert other.cycles["label"].tolist()[20:24] == ["21a", "21b", "22", "23a"]
    found = moved(change)
    assert "t5-second-mean-months" in found.index


def test_an_equal_table_moves_nothing():
    same = table1.read(change={("1", "age_years"): "48"})
    assert moved({("1", "age_years"): "48"}).empty
    words = "The two tables are equal in every cell: nothing can move."
    assert changes.report(FILES, table1.read(), same).text == words


# --- bad values and addresses -----------------------------------------------------


@pytest.mark.parametrize("column", BAD)
def test_a_bad_value_is_refused_as_in_the_file(column, damaged):
    label, value, rule = BAD[column]
    with pytest.raises(DataError) as by_call:
        table1.read(change={(label, column): value})
    with pytest.raises(DataError) as by_hand:
        table1.read_file(damaged((ROWS[label], column, value)))
    assert by_call.value.faults == by_hand.value.faults
    first = next(fault for fault in by_call.value.faults if fault.column == column)
    assert (first.file, first.row, first.value) == ("table1.csv", ROWS[label], value)
    assert rule in first.rule


@pytest.mark.parametrize(
    ("key", "message"),
    [
        (("22", "relief_months"), "'22' is not a row of Table 1: this patient has 22a, 22b"),
        (("2x", "relief_months"), "'2x' is not a row of Table 1: this patient has 2$"),
        (("99", "relief_months"), "'99' is not a row of Table 1$"),
        (("1", "relief"), "'relief' is not a column of Table 1: patient, age_years"),
    ],
)
def test_an_address_that_does_not_exist_is_refused(key, message):
    with pytest.raises(DataError, match=message):
        table1.read(change={key: "2"})


def test_a_number_is_not_a_printed_cell():
    with pytest.raises(TypeError, match="is a string, not int: 2"):
        table1.read(change={("1", "relief_months"): 2})


# --- caches -----------------------------------------------------------------------


def test_changed_and_unchanged_tables_are_kept_apart(printed):
    before = printed.raw.copy()
    other = table1.read(change={("1", "relief_months"): "2"})
    assert table1.read(change={("1", "relief_months"): "2"}) is other
    assert table1.read(change={(1, "relief_months"): "2"}) is other
    assert table1.read(change={}) is table1.read(change=None) is table1.read() is printed
    pd.testing.assert_frame_equal(printed.raw, before)
    assert claims.register(FILES, other).at["t5-first-events", "recomputed"] == 20
    assert claims.register(FILES, printed).at["t5-first-events", "recomputed"] == 19
    assert claims.register(FILES).at["t5-first-events", "recomputed"] == 19


def test_a_change_stays_under_a_repair():
    repairs, other = table1.read_repairs(), table1.read(change={("2", "age_years"): "23"})
    both = table1.repaired(other, "R1", repairs)
    assert both.raw.loc[[2, 3], ["age_years", "relief_months"]].to_numpy().tolist() == [
        ["48", "1.25"],
        ["23", ">5"],
    ]
    assert table1.repaired(table1.read(), "R1", repairs).raw.at[3, "age_years"] == "22"


# --- Patient 1, and a median that is not reached ----------------------------------


def test_without_its_sign_patient_1_gives_what_the_repair_gives(printed, r1):
    other = table1.read(change={("1", "relief_months"): "1.25"})
    now, under = claims.register(FILES, other), claims.register(FILES)
    needed = under.index[under["repair"] == "R1"]
    assert (now.loc[needed, "verdict"] == "reproduced").all()
    assert (now.loc[needed, "recomputed"] == under.loc[needed, "recomputed_under_repair"]).all()
    assert set(moved({("1", "relief_months"): "1.25"}).index) == set(needed)
    words = changes.report(FILES, printed, other).text
    assert "Repair R1 no longer fits the table and is left out: repairs.csv, row 2" in words


def test_a_median_that_is_not_reached_is_said_so(printed):
    other = table1.read(change={("32b", "relief_months"): ">36"})
    found = changes.moved_claims(FILES, printed, other)
    assert found.at["t5-second-median-months", "recomputed"] == float("inf")
    assert found.at["t5-second-median-months", "verdict"] == "differs"
    assert pd.isna(found.at["t5-second-median-se", "recomputed"])
    assert not [name for name in found.index if name.startswith("t5-first")]
    assert "36 → not reached, reproduced → differs" in changes.report(FILES, printed, other).text


def test_a_claim_that_a_table_does_not_give_is_not_computable(printed):
    """All patients are women: the mean age of the men is none."""
    labels = printed.cycles.loc[printed.cycles["cycle"] == 1, "label"]
    other = table1.read(change={(label, "sex"): "F" for label in labels})
    found = changes.moved_claims(FILES, printed, other)
    assert pd.isna(found.at["res-age-mean-men", "recomputed"])
    assert found.at["res-men", "recomputed"] == 0
    assert changes.report(FILES, printed, other).html


# --- divergences and headlines ----------------------------------------------------


def test_a_divergence_moves_with_its_claims_or_its_evidence(printed):
    other = table1.read(change={("1", "relief_months"): "1.25"})
    found = changes.moved_divergences(FILES, printed, other)
    assert list(found.index) == ["D1", "D12", "D15", "D40", "D41"]
    assert "t5-first-mean-months" in found.at["D1", "claims"].split(", ")
    assert "censored: 14 → 13" in found.at["D1", "evidence"].split("; ")
    assert found.at["D15", "claims"] == ""


def test_the_report_names_every_claim_that_moved_and_the_headlines(printed):
    other = table1.read(change={("1", "relief_months"): "2"})
    found, told = changes.moved_claims(FILES, printed, other), changes.report(FILES, printed, other)
    headlines = found[found["headline"] != ""]
    assert len(headlines) == 3
    for name, claim in found.iterrows():
        assert f"{name}: " in told.text
        assert f'href="reproduction-report.html#{name}"' in told.html
        assert claim["headline"] in told.text
    summary = f"{len(found)} of 296 computed claims moved, "
    assert told.text.startswith(summary)
    assert f"; {len(headlines)} of 11 headline results; " in told.text


def test_another_verdict_comes_first(printed):
    found = changes.moved_claims(
        FILES, printed, table1.read(change={("1", "relief_percent"): "90"})
    )
    same = (found["verdict"] == found["verdict_before"]).tolist()
    assert same == sorted(same)
    assert {True, False} == set(same)


# --- the table as exported --------------------------------------------------------


def test_table_1_is_rebuilt_from_the_exports_string_by_string(printed):
    pd.testing.assert_frame_equal(exports.exported_table1().raw, printed.raw)


def test_damaged_exports_are_refused(monkeypatch, tmp_path):
    for name in ("patients.csv", "cycles.csv"):
        text = (exports.EXPORTS / name).read_text(encoding="utf-8")
        (tmp_path / name).write_text(text.replace("1.25", "soon"), encoding="utf-8")
    monkeypatch.setattr(exports, "EXPORTS", tmp_path)
    with pytest.raises(DataError, match=r"cycles\.csv, row 2, column relief_months"):
        exports.exported_table1()


# --- the command ------------------------------------------------------------------


def test_the_command_reads_the_edited_table(project, damaged):
    data, run = project("correll2004.changes")
    shutil.copy(damaged((2, "relief_months", "1.25")), data / "table1.csv")
    exported = {path.name: path.read_bytes() for path in (data / "exports").iterdir()}
    done = run()
    assert (done.returncode, done.stderr) == (0, "")
    assert "16 of 296 computed claims moved, 16 of them to another verdict" in done.stdout
    assert "t5-first-mean-months" in done.stdout
    assert done.stdout.endswith(f"The same as a page: {changes.PAGE.relative_to(changes.ROOT)}\n")
    assert exported == {p.name: p.read_bytes() for p in (data / "exports").iterdir()}
    text = (data.parent / "_build" / "claims.html").read_text(encoding="utf-8")
    assert 'lang="en"' in text
    assert "<script" not in text
    assert "href" not in text, "the site is not built there"
    assert not re.search(r"https?:", text)


def test_the_command_reads_another_file_in_the_same_words(project, damaged):
    _, run = project("correll2004.changes")
    path = damaged((16, "relief_months", "30"))
    done = run(path)
    assert done.returncode == 0
    expected = changes.report(FILES, table1.read(), table1.read_file(path))
    assert expected.text in done.stdout


def test_the_command_refuses_a_bad_cell_by_its_place(project, damaged, tmp_path):
    data, run = project("correll2004.changes")
    (data.parent / "_build").mkdir(exist_ok=True)
    (data.parent / "_build" / "claims.html").write_text("before")
    done = run(damaged((2, "sex", "Q"), (3, "relief_months", "soon")))
    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr.splitlines()[0] == "error: 2 faults in the data"
    assert "  table1.csv, row 2, column sex: 'Q' must be one of M, F" in done.stderr.splitlines()
    assert (data.parent / "_build" / "claims.html").read_text() == "before"
    done = run(tmp_path / "none.csv")
    assert "does not exist" in done.stderr


def test_make_claims_takes_a_file():
    done = subprocess.run(
        ["make", "--no-print-directory", "-n", "claims", "TABLE=my table.csv"],
        cwd=changes.ROOT,
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    assert done.stdout.splitlines()[-1] == 'python -m correll2004.changes "my table.csv"'
