"""Repairs are data: an invented second one, R2, is in every result without a change of code."""

import ast
import json
from contextlib import suppress

import pytest

from correll2004 import exports
from correll2004.data.faults import DataError
from correll2004.paper import calls, codings, course_curves, records, tables
from correll2004.paths import BOOK
from correll2004.robustness import (
    coding_choices,
    combinations,
    headlines,
    limits,
    shares,
    single_patients,
    software,
    unknown_outcomes,
)
from correll2004.show import group_curves, what_if

CLAIM = "res-survival-first-6"


# --- curves and tables ------------------------------------------------------------


def test_it_has_a_name_in_words(two_repairs):
    assert codings.name_of(two_repairs.repaired) == "R1 and R2"
    assert codings.in_caption(two_repairs.repaired) == "under R1 and R2"
    assert codings.in_caption(two_repairs.table1) == "as tabulated"
    words = codings.repairs_in_words(two_repairs)
    assert words.startswith("Patient 1 read as a relapse (R1) and Patient 2 read as a relapse")
    assert words.endswith("(R2)")


def test_it_moves_the_first_curve_and_not_the_second(two_repairs, files):
    assert list(codings.of_course(two_repairs, 1)) == ["as tabulated", "R1 and R2"]
    assert list(codings.of_course(two_repairs, 2)) == ["as tabulated"]
    ours, r1 = (course_curves.of_course(each.repaired, 1) for each in (two_repairs, files))
    assert ours.n_events == r1.n_events + 1
    found = limits.readings(two_repairs, [6])
    assert found.at[("First", "R1 and R2", 6), "beyond"] == 100 * ours.survival_at(6)
    assert list(found.loc["Second"].index) == [("as tabulated", 6)]


def test_it_moves_tables_3_to_5(two_repairs, files):
    ours, r1 = two_repairs.repaired, files.repaired
    rates, days = (table(ours)["first", "n"] - table(r1)["first", "n"] for table in TABLES)
    assert rates[rates != 0].to_dict() == {"16–20": -1, ">30": 1}
    assert days[days != 0].to_dict() == {"<2": -1, "≥8": 1}
    assert (tables.table5(ours) - tables.table5(r1)).loc[("first", "Mean"), "events"] == 1
    software_means = [software.outputs(course_curves.of_course(t, 1))["mean"] for t in (ours, r1)]
    assert (software_means[0] < software_means[1]).all()


TABLES = (tables.table3, tables.table4)


def test_unknown_outcomes_and_single_patients_are_under_both(two_repairs, files):
    seen = [unknown_outcomes.observed(each.repaired, {1: [6]}) for each in (two_repairs, files)]
    assert (seen[0]["ended"] - seen[1]["ended"]).item() == 1
    assert (seen[0]["unknown"] - seen[1]["unknown"]).item() == -1
    call = files.register.at[CLAIM, "compute"]
    found = single_patients.leave_one_out(two_repairs)[CLAIM]
    assert found[0] == calls.evaluate(call, two_repairs.repaired).value
    assert found[0] < single_patients.leave_one_out(files).at[0, CLAIM]
    assert shares.shares_of_patients(two_repairs).equals(shares.shares_of_patients(files))


# --- coding choices and What if ---------------------------------------------------


def test_it_is_a_coding_choice(two_repairs):
    choices = coding_choices.choices(two_repairs)
    assert list(choices)[:2] == ["patient_1", "patient_2"]
    assert choices["patient_2"].title == "Patient 2"
    assert choices["patient_2"].options == {
        "relapse": "relapse at 5 months (R2)",
        "censored": "censored there, as tabulated",
    }
    assert choices["patient_2"].courses == (1,)


def test_every_combination_is_made_with_and_without_it(two_repairs, files):
    ours, r1 = (combinations.of_headline(each, CLAIM) for each in (two_repairs, files))
    assert len(ours) == 2 * len(r1)
    assert ours.loc[ours["patient_2"] == "censored", "value"].tolist() == r1["value"].tolist()
    call = files.register.at[CLAIM, "compute"]
    paper = calls.evaluate(call, two_repairs.repaired).value
    assert ours.loc[ours["paper"], "value"].item() == pytest.approx(paper)
    one = combinations.one_at_a_time(two_repairs)[CLAIM, "value"]
    without = r1.loc[r1["paper"], "value"].item()
    assert one["Patient 2", "censored there, as tabulated"] == without
    assert combinations.summary(two_repairs).at[CLAIM, "combinations"] == len(ours)
    assert len(combinations.ends(two_repairs, CLAIM)) == 2


def test_an_export_without_a_column_for_it_is_refused(two_repairs):
    with pytest.raises(DataError, match="patient_2"):
        exports._combinations(two_repairs)


def test_what_if_offers_it(two_repairs):
    data = json.loads(json.dumps(what_if.script_data(two_repairs)))
    assert data["repairs"] == [
        {"choice": "patient_1", "option": "relapse", "changes": {"1": {"event": 1}}},
        {"choice": "patient_2", "option": "relapse", "changes": {"2": {"event": 1}}},
    ]
    html = what_if.page(two_repairs).html
    assert '<label for="what-if-patient_2">Patient 2</label>' in html
    assert "relapse at 5 months (R2)" in html
    events = course_curves.of_course(two_repairs.repaired, 1).n_events
    assert f'<span data-now="events-1">{events}</span>' in html


# --- repairs of other kinds -------------------------------------------------------


def test_a_repair_of_several_courses_and_one_of_a_patient_who_has_a_choice(with_repairs):
    files = with_repairs(
        ("R2", 8, 1, "relief_months", ">24", "24"),
        ("R2", 15, 1, "relief_months", ">24", "23"),
        ("R3", 33, 2, "relief_months", "12", "13"),
        ("R4", 3, 1, "crps_months", "60", "0.5"),
        ("R5", 4, 1, "region", "Leg", "Wrist"),
    )
    choices = coding_choices.choices(files)
    assert list(choices)[:4] == ["patient_1", "patients_8_15", "patient_33_r3", "patient_3"]
    assert choices["patients_8_15"].title == "Patients 8 and 15"
    assert choices["patients_8_15"].options["repaired"] == "as R2 reads it"
    assert choices["patient_33_r3"].title == "Patient 33, R3"
    assert choices["patient_33_r3"].courses == (2,)
    assert choices["patient_33_r3"].options == {
        "repaired": "relapse at 13 months (R3)",
        "printed": "relapse at 12 months, as tabulated",
    }
    assert choices["patient_3"].options == {"repaired": "as R4 reads it", "printed": "as tabulated"}
    recent = set(coding_choices.outcomes(files, 1, recent="excluded")["patient"])
    as_printed = coding_choices.outcomes(files, 1, recent="excluded", patient_3="printed")
    assert set(as_printed["patient"]) - recent == {3}
    assert len(what_if.script_data(files)["repairs"]) == 4


# --- what the chapters show -------------------------------------------------------


def shown(chapter):
    """Texts of what the cells of a chapter show; what they assert of the paper is passed over."""
    notebook = json.loads((BOOK / f"{chapter}.ipynb").read_text(encoding="utf-8"))
    names, found = {}, []
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code":
            tree = ast.parse("".join(cell["source"]))
            *statements, last = tree.body
            with suppress(AssertionError):
                exec(compile(ast.Module(statements, []), chapter, "exec"), names)
                if isinstance(last, ast.Expr):
                    result = eval(compile(ast.Expression(last.value), chapter, "eval"), names)
                    found.append(getattr(result, "text", ""))
                else:
                    exec(compile(ast.Module([last], []), chapter, "exec"), names)
    return "\n".join(found)


@pytest.mark.parametrize(
    ("chapter", "captions"),
    [
        ("courses-and-dose", ["Patient 1 as a relapse (R1) and Patient 2 as a relapse"]),
        ("robustness", ["Relief as it was observed under R1 and R2, counts"]),
        ("coding-choices", ["Patient 2, No follow-up", "relapse at 5 months (R2)"]),
        (
            "results-duration-of-relief",
            [
                "Remission after the first infusion, with Patient 1 read as a relapse (R1) and",
                "The curve of Figure 1 as numbers, under R1 and R2.",
                "The first course as tabulated, and under R1 and R2.",
                "First, under R1 and R2",
            ],
        ),
        ("what-if", ["First course. Kaplan-Meier step curve of 33 patients, 21 relapses"]),
    ],
)
def test_the_captions_of_a_chapter_name_it(chapter, captions, two_repairs, monkeypatch):
    monkeypatch.setattr(records, "load", lambda: two_repairs)
    text = shown(chapter)
    for caption in captions:
        assert caption in text
    if chapter != "coding-choices":
        assert "under R1." not in text


def test_curves_of_groups_name_it(two_repairs):
    text = group_curves.survival_curves(two_repairs.repaired, "sex").text
    assert "First course by sex, under R1 and R2." in text


def test_headlines_are_those_of_the_files(two_repairs):
    assert list(headlines.of_curves(two_repairs)) == list(headlines.of_curves(records.load()))
