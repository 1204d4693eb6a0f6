"""What each open question decides, against every answer as a table of its own."""

import csv
import shutil
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from correll2004.audit import open_questions
from correll2004.data import table1
from correll2004.data.cells import code_outcome
from correll2004.data.faults import DataError
from correll2004.paper import calls, claims, questions, records
from correll2004.paths import DATA
from correll2004.robustness import unknown_outcomes
from correll2004.robustness.limits import COURSE_TITLES

FILES = records.load()
COURSES = {"first": 1, "second": 2}
QUICK = ["patient_1", "broken_off", "patient_1_age"]


# --- the slow twin ----------------------------------------------------------------


def rows_of_file():
    """The file once more: question, answer and changes of each answer, without the package."""
    with questions.PATH.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if row["answer"]:
                pieces = [piece.split(" = ") for piece in row["changes"].split("; ") if piece]
                changes = {tuple(place.split(".")): text for place, text in pieces}
                yield row["question"], row["answer"], changes


def one_table(table, changes):
    """A table with some cells changed by the ordinary reader, or with infusions put in by hand."""
    labels = set(table.cycles["label"])
    if {label for label, _ in changes} <= labels:
        raw = table.raw.copy()
        for (label, column), text in changes.items():
            raw.loc[(table.cycles["label"] == label).to_numpy(), column] = text
        return table1.from_strings(raw, "a table", table.rules, table.repairs)
    cycles, patients = [table.cycles], table.patients.copy()
    for label in dict.fromkeys(label for label, _ in changes):
        number, letter = int(label[:-1]), label[-1]
        percent, months = (changes[label, c] for c in ("relief_percent", "relief_months"))
        time, event, outcome = code_outcome(months, float(percent))
        row = {"label": label, "patient": number, "cycle": " abc".index(letter)}
        row |= {"relief_percent": float(percent), "relief_months": time, "event": event}
        cycles.append(pd.DataFrame([row | {"outcome": outcome, "outcome_printed": months}]))
        patients.loc[patients["patient"] == number, "n_cycles"] += 1
    return replace(table, patients=patients, cycles=pd.concat(cycles, ignore_index=True))


def bounds_by_relabelling(table):
    """Lowest and highest possible value of each headline, from the chapter on robustness."""
    found = {}
    for name, claim in FILES.register.query("headline != ''").iterrows():
        call = calls.parse(claim["compute"])
        if call["course"] is None:
            found[name] = [calls.evaluate(claim["compute"], table).value] * 2
            continue
        course = COURSES[call["course"]]
        if call.quantity == "survival_at":
            (both,) = unknown_outcomes.bounds(table, {course: [call["months"]]}).iloc
        else:
            titled = COURSE_TITLES[course], call["statistic"]
            both = unknown_outcomes.duration_bounds(table).loc[titled]
        low, high = both[["all_relapsed", "all_lasting"]]
        if call.quantity != "survival_at":
            low, high = min(low, 36), min(high, 36)
        found[name] = [low, high]
    return found


def one_register(changes, repairs):
    """The verdicts of the register from one table."""
    table = one_table(FILES.table1, changes)
    is_longer = len(table.cycles) > len(table.raw)
    own = replace(FILES, table1=table, repairs=repairs[:0] if is_longer else repairs)
    register = claims.register(own, table).query("compute != ''")
    found = register["verdict"]
    if is_longer:  # no reader takes it, so no repair can be applied to it: apply it before
        for name, repaired in FILES.under_each_repair.items():
            table = one_table(repaired, changes)
            under = claims.register(replace(own, table1=table), table).loc[found.index]
            helps = (found == "differs") & (under["verdict"] == "reproduced")
            found = found.mask(helps, f"reproduced under repair {name}")
    return found


def by_brute_force(names):
    """Verdicts, values and bounds by (question, answer), one table at a time."""
    verdicts, values, bounds = {}, {}, {}
    for question, answer, changes in rows_of_file():
        if question not in names:
            continue
        settled = [
            (row["column"] == column and str(row["patient"]) == label.rstrip("abc"))
            and row["cycle"] == " abc".index(label[-1] if label[-1] in "abc" else "a")
            for _, row in FILES.repairs.iterrows()
            for label, column in changes or [("0", "")]
        ]
        kept = FILES.repairs[[not any(settled)] * len(FILES.repairs)]
        verdicts[question, answer] = one_register(changes, kept)
        repaired = one_table(FILES.repaired, changes)
        headlines = FILES.register.query("headline != ''")["compute"]
        values[question, answer] = {
            name: calls.evaluate(compute, repaired).value for name, compute in headlines.items()
        }
        bounds[question, answer] = bounds_by_relabelling(repaired)
    return verdicts, values, bounds


def compare(names):
    found = open_questions.decisions(FILES)
    verdicts, values, bounds = by_brute_force(names)
    assert set(verdicts) == {key for key in found.verdicts.index if key[0] in names}
    for key, verdict in verdicts.items():
        assert found.verdicts.loc[key].to_dict() == verdict.to_dict(), key
        np.testing.assert_allclose(found.values.loc[key], list(values[key].values()))
        both = np.array(list(bounds[key].values()), dtype=float)
        np.testing.assert_allclose(found.lowest.loc[key], both[:, 0])
        np.testing.assert_allclose(found.highest.loc[key], both[:, 1])
    return verdicts, values, bounds


def test_answers_together_are_answers_one_by_one():
    compare(QUICK)


@pytest.mark.slow
def test_the_ranking_is_that_of_brute_force():
    names = dict.fromkeys(question for question, _, _ in rows_of_file())
    verdicts, values, bounds = compare(list(names))
    units, counted = FILES.register["unit"], []
    for place, name in enumerate(names):
        own = [key for key in verdicts if key[0] == name]
        n_claims = sum(len({verdicts[key][c] for key in own}) > 1 for c in verdicts[own[0]].index)
        headline, bound = ({"percent": [], "months": []} for _ in range(2))
        for claim in values[own[0]]:
            if units[claim] not in bound:
                assert len({values[key][claim] for key in own}) == 1
                continue
            headline[units[claim]].append(spread(values[key][claim] for key in own))
            for end in (0, 1):
                bound[units[claim]].append(spread(bounds[key][claim][end] for key in own))
        n_headlines, n_bounds = (
            sum(size > 0 for sizes in each.values() for size in sizes) for each in (headline, bound)
        )
        largest = [max(each[unit]) for each in (headline, bound) for unit in ("percent", "months")]
        row = (name, len(own), n_claims, n_headlines, n_bounds, *largest)
        counted.append((-n_claims, -n_bounds, -round(largest[2], 9), place, row))
    expected = [row for *_, row in sorted(counted)]
    ranked = open_questions.ranking(FILES).dropna()
    columns = ["answers", "claims", "headlines", "bounds", "headline_points", "headline_months"]
    columns += ["bound_points", "bound_months"]
    assert ranked.index.tolist() == [row[0] for row in expected]
    np.testing.assert_allclose(ranked[columns].to_numpy(float), [row[1:] for row in expected])


def spread(values):
    """The largest of some values less the smallest; 0 for noise, and if all are infinite."""
    low, *_, high = sorted(values)
    return high - low if high != low and high - low > 1e-9 else 0.0


# --- what an answer is ------------------------------------------------------------


def test_an_answer_settles_the_cell_that_a_repair_replaces():
    verdicts = open_questions.decisions(FILES).verdicts
    mean = verdicts["t5-first-mean-months"]
    assert mean["patient_1", "relapse at 1.25 months"] == "reproduced"
    assert mean["patient_1", "last visit in remission at 1.25 months"] == "differs"
    assert mean["hours", "as printed"] == "reproduced under repair R1"


def test_further_infusions_follow_the_patients_own():
    rows = FILES.questions.query("question == 'broken_off'")
    table = questions.answered(FILES.table1, questions.answers_of(rows)[0])
    assert len(table.cycles) == 50
    of_21 = table.cycles.query("patient == 21")
    assert of_21["label"].tolist() == ["21", "21b", "21c"]
    assert of_21["relief_percent"].tolist() == [100, 0, 0]
    assert of_21["infusion_days"].isna().tolist() == [False, True, True]
    assert table.patients.set_index("patient")["n_cycles"][[9, 21]].tolist() == [2, 3]
    assert len(FILES.table1.cycles) == 47


def test_with_a_second_repair_every_answer_still_has_the_verdicts_of_the_register(two_repairs):
    found = open_questions.decisions(two_repairs).verdicts.loc["hours", "as printed"]
    register = claims.register(two_repairs)
    expected = register.loc[register["compute"] != "", "verdict"]
    assert found.to_dict() == expected.to_dict()


def test_every_question_says_where_it_comes_from():
    """From the ledger, or from a comment on a patient that its title names."""
    for name, cells in questions.questions_of(FILES.questions).iterrows():
        if not cells["divergence"]:
            patient = cells["title"].split(":")[0].removeprefix("Patient ")
            assert patient in set(FILES.comments["label"]), name


# --- what is refused --------------------------------------------------------------


@pytest.fixture
def copy_of_data(tmp_path):
    return shutil.copytree(DATA, tmp_path / "data")


@pytest.mark.parametrize(
    ("column", "row", "value", "rule"),
    [
        ("changes", 2, "1.relief_month = >1.25", "is not a column of Table 1"),
        ("changes", 2, "relief_months: 1", "does not have the form of this column"),
        ("changes", 2, "34.relief_months = 1", "is neither a row of table1.csv"),
        ("changes", 2, "25.crps_months = 240", "is neither a row of table1.csv"),
        ("changes", 2, "5b.relief_months = 1", "is a further infusion without relief_percent"),
        ("changes", 2, "4.relief_months = 1", "is changed by patient_1 too"),
        ("divergence", 2, "D99", "is not in divergences.csv"),
        ("checks", 2, "res-men", "is not among the claims that are not computable"),
        ("title", 2, "", "is missing on the first row"),
        ("title", 3, "Patient 1", "should be blank: it is given on the first row"),
        ("answer", 3, "", "is missing"),
        ("unranked", 2, "Nobody knows.", "must be given exactly where there is no answer"),
        ("question", 3, "another", "is the only answer to its question"),
        ("question", 4, "patient_1", "has rows that do not follow each other"),
    ],
)
def test_faults_are_named(copy_of_data, column, row, value, rule):
    path = copy_of_data / questions.PATH.name
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    rows[row - 1][rows[0].index(column)] = value
    if column == "question" and value == "patient_1":
        rows.insert(5, ["patient_1", *[""] * 5, "again", ""])
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows(rows)
    with pytest.raises(DataError) as error:
        records.read_files(copy_of_data)
    assert any(
        fault.file == path.name and rule in fault.rule and fault.column and fault.row
        for fault in error.value.faults
    ), error.value


def test_an_answer_that_makes_no_table_is_named():
    answer = questions.Answer("too much", (("1", "relief_percent", "101"),), 7)
    with pytest.raises(DataError, match=r"open_questions\.csv, row 7.*'101' is above 100 percent"):
        questions.answered(FILES.table1, answer)
