"""The table of other programs' rules: complete, graded, and without circles."""

import json
import re
from dataclasses import replace

import pytest

from correll2004.paper import course_curves
from correll2004.paths import BOOK, ROOT
from correll2004.robustness import conventions, software

CHAPTER = json.loads((BOOK / "other-software.ipynb").read_text(encoding="utf-8"))["cells"]
INFERRED = "inferred from this paper"


def shown(table):
    """The HTML of the chapter's table with that id."""
    for cell in CHAPTER:
        for output in cell.get("outputs", []):
            if f'id="{table}"' in output.get("data", {}).get("text/html", ""):
                return output["data"]["text/html"]
    raise AssertionError(f"no table {table}")


def test_every_program_has_a_rule_for_each_number_that_it_prints(files, printed):
    rules = set(zip(files.software_rules["program"], files.software_rules["quantity"], strict=True))
    outputs = software.outputs(course_curves.of_course(printed, 1))
    for quantity, columns in software.COLUMNS_OF.items():
        for program in outputs.index[outputs[list(columns)].notna().all(axis=1)]:
            assert (program, quantity) in rules
    assert {(program, "times of zero") for program in outputs.index} <= rules


def test_every_program_named_beside_a_convention_has_its_rules(files):
    named = " ".join([*conventions.SCALES.values(), *(cell["source"] for cell in CHAPTER)])
    known = set(files.software_rules["program"])
    programs = {"SPSS", "SAS", "Stata", "R", "lifelines", "Prism", "PSPP", "JMP", "scikit-survival"}
    others = {"BMDP", "NCSS", "Minitab", "MedCalc", "S-PLUS", "Statistica", "jamovi", "JASP"}
    assert programs <= known
    assert not others & set(re.findall(r"[\w-]+", named)) - known


def test_no_inferred_or_assumed_rule_is_shown_as_evidence(files):
    rules = files.software_rules
    known = rules["grade"].isin(software.EVIDENCE)
    evidence = shown("what-each-program-computes-and-how-that-is")
    others = shown("rules-that-are-inferred-from-this-paper-or")
    assert evidence.count("<tr") - 1 == known.sum()
    assert others.count("<tr") - 1 == (~known).sum() > 0
    assert INFERRED not in evidence
    assert others.count(f"<td>{INFERRED}</td>") == (rules["grade"] == INFERRED).sum() > 0
    assert not any(grade in others for grade in software.EVIDENCE)


def test_a_rule_that_loses_its_source_takes_the_tick_away(files, printed):
    outputs = software.outputs(course_curves.of_course(printed, 2))
    rules = files.software_rules.copy()
    of_median = (rules["program"] == "SPSS") & (rules["quantity"] == "error of the median")
    assert software.rests_on_evidence(files, outputs).at["SPSS", "median_se"]
    rules.loc[of_median, "grade"] = INFERRED
    changed = replace(files, software_rules=rules)
    assert not software.rests_on_evidence(changed, outputs).at["SPSS", "median_se"]


def test_what_was_run_here_names_a_file_of_the_project(files):
    """And what was documented or printed by others names no such file."""
    for rule in files.software_rules.to_dict("records"):
        is_file = (ROOT / rule["where"]).is_file()
        assert is_file == (rule["grade"] == "run here"), rule
        assert not (rule["grade"] == INFERRED and rule["url"]), rule


@pytest.mark.parametrize("program", ["SPSS", "SAS"])
def test_what_no_source_says_stays_outside_the_evidence(program, files):
    """The factor m / (m - 1): of SPSS from Table 5 alone, of SAS from no page that was opened."""
    rules = files.software_rules.query("program == @program and quantity == 'error of the mean'")
    with_factor = rules[rules["rule"].str.contains("with the factor")]
    assert len(with_factor) == 1
    assert not with_factor["grade"].isin(software.EVIDENCE).any()


def test_pspp_as_shown_is_the_stored_output(files):
    """Number by number from the file's lines, without the package's parser."""
    lines = (ROOT / "tests/pspp/summary.csv").read_text(encoding="utf-8").splitlines()
    html = shown("table-2-by-pspp")
    rows = re.findall(r'<th scope="row"[^>]*>(\w+)</th>(.*?)</tr>', html)
    assert [name for name, _ in rows] == list(software.COLUMNS_OF_TABLE2)
    for name, cells in rows:
        numbers = re.findall(r"<td[^>]*>([\d.]+)", cells)
        own = [line.removeprefix(f"{name},") for line in lines if line.startswith(f"{name},")]
        descriptives = next(line for line in own if line.count(",") == 4 and "Average" not in line)
        percentiles = next(line for line in own if line.startswith("Weighted Average,"))
        assert ",".join(numbers) == f"{descriptives},{percentiles.partition(',')[2]}"
    assert html.count("(printed") == 2  # the standard deviations of days and relief
