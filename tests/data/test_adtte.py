"""The time-to-event file: CDISC's codings, two analyses, nobody counted twice."""

import csv
from copy import deepcopy
from dataclasses import replace

import pandas as pd
import pytest

from correll2004.data import adtte, table1
from correll2004.data.dictionary import Dictionary
from correll2004.data.faults import DataError
from correll2004.paper import course_curves
from correll2004.paths import EXPORTS
from correll2004.stats import survival


@pytest.fixture(scope="module")
def whole(printed, r1):
    return adtte.frame(printed, {"R1": r1})


@pytest.fixture(scope="module")
def file():
    """The file as anybody reads it."""
    return pd.read_csv(EXPORTS / "adtte.csv", keep_default_na=False)


def test_every_time_names_the_cell_that_holds_it(printed):
    with table1.PATH.open(encoding="utf-8", newline="") as file:
        lines = list(csv.reader(file))
    for case in adtte.of_table(printed).itertuples():
        assert table1.PATH.name == case.SRCDOM
        cells = dict(zip(lines[0], lines[case.SRCSEQ - 1], strict=True))
        assert cells[case.SRCVAR] == case.SRCVAL
        assert case.SRCVAL.removeprefix(">") in {f"{case.AVAL:g}", "No follow-up", "N/A"}


def test_event_description_says_why_a_time_is_censored(whole):
    described = whole.groupby("EVNTDESC")["CNSR"].unique()
    assert {text: list(codes) for text, codes in described.items()} == {
        "Relapse of pain": [0],
        "No relief: failure at once": [0],
        "Censored: in remission at last visit": [1],
        "Censored: no follow-up": [1],
    }


# --- nobody twice -----------------------------------------------------------------


def test_a_parameter_has_each_patient_once(file):
    assert not file[["SUBJID", "PARAMCD"]].duplicated().any()
    sizes = file.groupby("PARAMCD").size().to_dict()
    assert sizes == {"RELAPSE1": 33, "RELAPSE2": 12, "RELAPSE3": 2, "RELAP1R1": 33}


@pytest.mark.parametrize(("flag", "reading"), [("ANL01FL", "printed"), ("ANL02FL", "r1")])
def test_a_flag_chooses_one_reading_of_all_courses(flag, reading, file, request):
    chosen, data = file[file[flag] == "Y"], request.getfixturevalue(reading)
    assert not chosen[["SUBJID", "SRCSEQ"]].duplicated().any()
    chosen = chosen.sort_values("SRCSEQ")
    assert chosen["AVAL"].tolist() == data.cycles["relief_months"].tolist()
    assert chosen["CNSR"].tolist() == (1 - data.cycles["event"]).tolist()
    assert chosen["SRCVAL"].tolist() == data.cycles["outcome_printed"].tolist()


def test_both_flags_differ_by_one_indicator(file):
    one, other = (
        file[file[flag] == "Y"].set_index("SRCSEQ").sort_index() for flag in ("ANL01FL", "ANL02FL")
    )
    differ = one.index[(one["AVAL"] != other["AVAL"]) | (one["CNSR"] != other["CNSR"])]
    assert (differ.tolist(), one.at[2, "SUBJID"]) == ([2], 1)


def test_a_parameter_alone_gives_the_curve(file, r1):
    rows = file[file["PARAMCD"] == "RELAP1R1"]
    curve = survival.KaplanMeier(rows["AVAL"], 1 - rows["CNSR"])
    pd.testing.assert_frame_equal(curve.table, course_curves.of_course(r1, 1).table)


# --- patients ---------------------------------------------------------------------


def test_the_key_leads_to_the_patients_with_the_same_age_and_sex(file):
    patients = pd.read_csv(EXPORTS / "patients.csv", keep_default_na=False)
    both = file.merge(patients, left_on="SUBJID", right_on="patient", validate="many_to_one")
    assert len(both) == len(file)
    assert (both["AGE"] == both["age_years"]).all()
    assert (both["SEX"] == both["sex"]).all()
    assert (both["USUBJID"] == [f"CORRELL2004-{n:02d}" for n in both["patient"]]).all()


# --- repairs are data -------------------------------------------------------------


def test_without_a_repair_there_is_one_analysis(printed):
    found = adtte.frame(printed, {})
    assert len(found) == 47
    assert set(found["ANL01FL"]) == {"Y"}


def test_a_repair_that_moves_no_outcome_adds_no_row(printed):
    other = table1.read(change={("2", "dosage_mg_per_h"): "20"})
    found = adtte.frame(printed, {"R1": other})
    assert len(found) == 47
    assert (found["ANL01FL"] == found["ANL02FL"]).all()


def test_another_repair_has_rows_of_its_own(printed, r1):
    other = table1.read(change={("26b", "relief_months"): "36"})
    resources = deepcopy(printed.rules.resources)
    resources["adtte"]["schema"]["fields"].append({"name": "ANL03FL"})
    table = replace(printed, rules=Dictionary(resources))
    found = adtte.frame(table, {"R1": r1, "R2": other})
    sizes = found.groupby("PARAMCD").size()
    assert (sizes["RELAP1R1"], sizes["RELAP2R2"]) == (33, 12)
    assert (found["ANL03FL"] == "Y").sum() == 47


def test_a_repair_without_a_column_for_its_flag_is_refused(printed, r1):
    with pytest.raises(DataError, match="'ANL03FL' is needed in adtte"):
        adtte.frame(printed, {"R1": r1, "R2": r1})
