"""The comments of Table 1 in our words: one for each coded row, with its figures and names."""

import shutil

import pytest

from correll2004.data import comments
from correll2004.data.faults import DataError
from correll2004.paper import records
from correll2004.paths import DATA

# What the printed comments name and no code holds, typed once more from them, by label.
NAMED = {
    "2": ["type II", "acute", "sciatic"],
    "3": ["tendon"],
    "7": ["ulcers", "healed"],
    "9": ["second", "early", "liver enzymes"],
    "10": ["guanethidine"],
    "12": ["last visit", "free of all pain"],
    "13": ["40%", "spontaneous", "evoked", "fasciotomy"],
    "14": ["more than 1 g", "morphine", "a day"],
    "15": ["animal"],
    "18": ["Acute", "fracture"],
    "19": ["morphine", "high doses"],
    "20": ["arthroscopic"],
    "21": ["Two further infusions", "early", "liver enzymes"],
    "22": ["length of the infusion"],
    "23": ["seven operations", "an amputation", "pain persisted", "does not say"],
    "25": ["mildly", "polyneuropathy", "does not say at which infusion"],
    "26": ["fused a joint", "severe arthritis"],
    "27": ["type II", "ulnar"],
    "29b": ["relapse", "working"],
    "30": ["stopped early", "liver enzymes", "does not say which of the two"],
    "32": ["both hands", "jackhammer"],
    "33": ["shoulder", "left", "14 months", "right"],
}


@pytest.fixture
def refused(tmp_path):
    """A function: the faults of the data folder with lines of ``comments.csv`` changed."""
    folder = shutil.copytree(DATA, tmp_path / "data")
    path = folder / comments.PATH.name

    def found(change):
        lines = path.read_text(encoding="utf-8").splitlines()
        path.write_text("\n".join([*change(lines), ""]), encoding="utf-8")
        with pytest.raises(DataError) as error:
            records.read_files(folder)
        return [tuple(vars(fault).values()) for fault in error.value.faults]

    return found


def test_every_patient_has_a_comment(files):
    patients = {int(label.rstrip("abc")) for label in files.comments["label"]}
    assert patients == set(files.table1.patients["patient"])


def test_figures_and_names_of_the_printed_comments_are_carried_over(files):
    said = files.comments.set_index("label")["comment"]
    missing = {label: [w for w in words if w not in said[label]] for label, words in NAMED.items()}
    assert not any(missing.values()), missing


def test_a_lost_comment_is_a_fault_of_the_coded_cell(refused):
    rule = "has no comment on 27b in comments.csv"
    faults = refused(lambda lines: [line for line in lines if not line.startswith("27b,")])
    assert faults == [("table1.csv", 34, "cycle_facts", "lost_to_follow_up", rule)]


def test_both_cells_of_a_patient_with_one_cycle_need_the_comment(refused):
    faults = refused(lambda lines: [line for line in lines if not line.startswith("12,")])
    columns = [(row, column) for _, row, column, *_ in faults]
    assert columns == [(13, "cycle_facts"), (13, "patient_facts")]


@pytest.mark.parametrize(
    ("old", "new", "column", "rule"),
    [
        ("14,", "34,", "label", "is not a patient or a row with codes in table1.csv"),
        ("14,", "14a,", "label", "is not a patient or a row with codes in table1.csv"),
        (",high_dose_opioids", ",acute", "codes", "is 'high_dose_opioids' in table1.csv"),
    ],
)
def test_a_comment_that_does_not_fit_its_row_is_a_fault_at_its_place(
    refused, old, new, column, rule
):
    faults = refused(
        lambda lines: [
            line.replace(old, new, 1) if line.startswith("14,") else line for line in lines
        ]
    )
    assert ("comments.csv", 15, column, new.strip(","), rule) in faults
