"""Coding rules of the paper's Methods and of the note under Table 1."""

from fractions import Fraction

import pytest
from byhand import cycles, patients

from correll2004.data import cells, table1
from correll2004.data.faults import DataError

# --- rules, one cell at a time ----------------------------------------------------


@pytest.mark.parametrize(
    ("cell", "relief", "coded"),
    [
        ("4", 100.0, (4.0, 1, "relapse")),
        ("0.75", 40.0, (0.75, 1, "relapse")),
        (">24", 100.0, (24.0, 0, "in_remission")),
        (">1.25", 100.0, (1.25, 0, "in_remission")),
        ("No follow-up", 85.0, (0.0, 0, "no_follow_up")),
        ("N/A", 0.0, (0.0, 1, "no_relief")),
    ],
)
def test_every_kind_of_outcome(cell, relief, coded):
    assert cells.code_outcome(cell, relief) == coded


@pytest.mark.parametrize(
    ("cell", "relief"),
    [("N/A", 100.0), ("N/A", 1.0), ("3", 0.0), (">3", 0.0), ("No follow-up", 0.0)],
)
def test_not_applicable_stands_exactly_with_no_relief(cell, relief):
    with pytest.raises(ValueError, match="exactly where relief is 0 percent"):
        cells.code_outcome(cell, relief)


@pytest.mark.parametrize("cell", ["", ">", ">>3", "3+", "-3", "≥3", "3 ", "n/a", "nan", "1e1"])
def test_no_other_outcome_is_read(cell):
    with pytest.raises(ValueError, match="neither a time"):
        cells.code_outcome(cell, 100.0)


@pytest.mark.parametrize(
    ("cell", "rates"),
    [
        ("20", (20, 20)),
        ("17.5", (17.5, 17.5)),
        ("15–20", (15, 20)),
        ("12.5–46", (12.5, 46)),
        ("15-20", (15, 20)),
        ("20–20", (20, 20)),
    ],
)
def test_rate(cell, rates):
    assert cells.parse_rate(cell) == rates


@pytest.mark.parametrize("cell", ["", "–20", "15–", "15–20–25", "15 – 20", "15—20", "20-Oct"])
def test_no_other_rate_is_read(cell):
    with pytest.raises(ValueError, match="neither a rate nor a range"):
        cells.parse_rate(cell)


def test_rate_with_its_ends_exchanged_is_refused():
    with pytest.raises(ValueError, match="lower rate above its maximum"):
        cells.parse_rate("20–10")


def test_lower_bound():
    assert cells.parse_lower_bound(">24") == (24.0, True)
    assert cells.parse_lower_bound("0.25") == (0.25, False)
    for cell in ["", ">", "<24", "24>", ">>24", "24+"]:
        with pytest.raises(ValueError, match="neither a number"):
            cells.parse_lower_bound(cell)


# --- the whole table --------------------------------------------------------------


def as_floats(values):
    """Fractions as the nearest floats, since 1.58 days has no exact one."""
    return tuple(float(value) if isinstance(value, Fraction) else value for value in values)


def test_every_patient_as_coded_by_hand(printed):
    frame = printed.patients[["age_years", "sex", "crps_months"]]
    found = list(frame.itertuples(index=False, name=None))
    assert found == [as_floats(patient) for patient in patients()]
    assert printed.patients["patient"].tolist() == list(range(1, 34))


def test_every_cycle_as_coded_by_hand(printed):
    columns = [
        "patient",
        "cycle",
        "rate_low_mg_per_h",
        "rate_max_mg_per_h",
        "infusion_days",
        "relief_percent",
        "relief_months",
        "event",
    ]
    found = list(printed.cycles[columns].itertuples(index=False, name=None))
    assert found == [as_floats(cycle) for cycle in cycles()]


def test_only_patient_13_has_a_lower_bound_of_crps_duration(printed):
    """The one duration of CRPS that Table 1 prints with >."""
    bound = printed.patients["crps_months_is_lower_bound"]
    assert printed.patients.loc[bound, "patient"].tolist() == [13]


def test_type_2_are_the_two_patients_that_the_text_names(printed):
    """Results, paragraph 2: Patients 2 and 27."""
    type_2 = printed.patients["crps_type"] == "II"
    assert printed.patients.loc[type_2, "patient"].tolist() == [2, 27]


def test_number_of_cycles_as_the_text_lists_them(printed):
    """Results, paragraph 5: Patients 1–21 once, 22–31 twice, 32 and 33 three times."""
    by_text = [1] * 21 + [2] * 10 + [3] * 2
    assert printed.patients["n_cycles"].tolist() == by_text


def test_labels_cite_patient_and_cycle(printed):
    """No letter where the patient had one cycle."""
    labels = printed.cycles["label"].tolist()
    assert labels[0] == "1"
    assert labels[20:24] == ["21", "22a", "22b", "23a"]
    assert labels[-3:] == ["33a", "33b", "33c"]
    assert len(set(labels)) == len(labels)


def test_courses_are_the_cycles_of_that_number(printed):
    assert [len(printed.course(number)) for number in (1, 2, 3)] == [33, 12, 2]


# --- repairs ----------------------------------------------------------------------


def changed_cells(one, other):
    """Index, column and both values of the cells that differ between two frames."""
    return [
        (row, column, one.at[row, column], other.at[row, column])
        for row in one.index
        for column in one
        if str(one.at[row, column]) != str(other.at[row, column])
    ]


def test_repair_r1_changes_exactly_one_printed_cell(printed, r1):
    repair = table1.read_repairs().set_index("repair").loc["R1"]
    assert changed_cells(printed.raw, r1.raw) == [
        (2, repair["column"], repair["printed"], repair["read_as"])
    ]
    assert changed_cells(printed.patients, r1.patients) == []
    assert [cell[:2] for cell in changed_cells(printed.cycles, r1.cycles)] == [
        (0, "event"),
        (0, "outcome"),
        (0, "outcome_printed"),
    ]
    assert (printed.repairs, r1.repairs) == ((), ("R1",))


def test_the_same_table_is_read_once(printed, r1):
    assert table1.read() is printed
    assert table1.repaired(printed, "R1", table1.read_repairs()) is r1
    assert table1.read_file() is not printed


def test_an_unknown_repair_is_refused(printed):
    with pytest.raises(KeyError, match="R99"):
        table1.repaired(printed, "R99", table1.read_repairs())


def test_a_repair_of_a_cell_that_is_not_printed_so_is_refused(damaged):
    table = table1.read_file(damaged((2, "relief_months", ">1.5")))
    with pytest.raises(DataError, match="not what Table 1 prints") as error:
        table1.repaired(table, "R1", table1.read_repairs())
    (fault,) = error.value.faults
    assert (fault.file, fault.row, fault.column) == ("repairs.csv", 2, "printed")


def test_a_repair_of_a_patient_who_does_not_exist_is_refused(printed):
    repairs = table1.read_repairs().assign(patient=99)
    with pytest.raises(
        DataError, match=r"repairs\.csv, row 2, column printed: '>1\.25' is not what"
    ):
        table1.repaired(printed, "R1", repairs)
