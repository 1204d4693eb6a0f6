"""What the paper, the ledger and the claims hold of single patients."""

import pytest

from correll2004.paper import claims, patients, records

FILES = records.load()


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("Patient 9's infusion", (9,)),
        ("Patients 9, 13 and 25, then Patient 9 again", (9, 13, 25)),
        ("Patients 2, 4 or 20: 9 of 33 patients", (2, 4, 20)),
        ("Patient 14 and 5% of the rest", (14,)),
        ("33 patients", ()),
    ],
)
def test_patients_named_in_a_text(text, named):
    assert patients.named_in(text) == named


def test_statements_on_a_patient_are_those_that_name_the_patient():
    found = patients.statements_on(FILES, 9)
    assert len(found)
    assert all("9" in text for text in found["assertion"])
    assert "exceptionally long" in " ".join(found["assertion"])
    assert patients.statements_on(FILES, 5).empty


def test_entries_on_a_patient_begin_with_the_gravest():
    found = patients.entries_on(FILES, 21)
    assert {"D13", "D20"} <= set(found)
    consequences = FILES.divergences.loc[found, "consequence"].tolist()
    order = ["changes how the paper is used", "changes a number only", "changes neither"]
    assert [order.index(each) for each in consequences] == sorted(map(order.index, consequences))
    assert patients.entries_on(FILES, 6) == []


def test_claims_on_a_patient_count_the_patient():
    members = claims.register(FILES)["members"]
    for patient in (14, 22):
        few, more = patients.claims_on(FILES, patient)
        labels = {f"{patient}{letter}" for letter in ("", "a", "b", "c")}
        counting = [name for name, each in members.items() if labels & set(each)]
        assert set(few) <= set(counting)
        assert len(few) + more == len(counting)
        assert all(len(members[name]) <= patients.FEW for name in few)
    assert "res-no-response-rate" in patients.claims_on(FILES, 14)[0]
    assert "res-no-response-rate" not in patients.claims_on(FILES, 22)[0]
