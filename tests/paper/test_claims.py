"""The register of claims: comparison at printed precision, verdicts, completeness."""

import csv
import math
import re
from dataclasses import replace
from decimal import Decimal
from itertools import product

import numpy as np
import pandas as pd
import pytest

from correll2004.data import classes, dictionary, table1
from correll2004.data.faults import DataError
from correll2004.paper import claims, course_curves, quantities, records
from correll2004.paper.calls import evaluate, parse
from correll2004.paper.rounding import agrees, printed_number
from correll2004.paper.versions import Versions, versions_of

FILES = records.load()

# --- printed values are strings ---------------------------------------------------


@pytest.mark.parametrize("value", [9.44, 9, None, Decimal("9.44"), b"9.44"])
def test_anything_but_a_string_has_lost_its_decimals(value):
    with pytest.raises(TypeError, match="is a string"):
        printed_number(value)
    with pytest.raises(TypeError, match="is a string"):
        agrees(value, 9.44)


@pytest.mark.parametrize("printed", ["25.00", "4.0", "4", "0.00", "-0.5"])
def test_printed_decimals_survive(printed):
    assert str(printed_number(printed)) == printed


@pytest.mark.parametrize(
    ("word", "number"),
    [("two", 2), ("Ten", 10), ("One", 1), ("Thirty-three", 33), ("thirty-five", 35)],
)
def test_number_words(word, number):
    assert printed_number(word) == number


def test_a_third_in_words_is_compared_in_whole_percent():
    assert agrees("third", 100 / 3)
    assert not agrees("third", 33.5)


@pytest.mark.parametrize(
    "printed", ["", " 5", "12%", "1,551", "1e3", "≥3", "about five", "٣", "5."]
)
def test_strings_that_are_no_number_are_refused(printed):
    with pytest.raises(ValueError, match="neither a number nor a number word"):
        printed_number(printed)


# --- rounding rules ---------------------------------------------------------------


@pytest.mark.parametrize(
    ("printed", "value", "rule", "verdict"),
    [
        ("3", 2.5, "half up", True),
        ("2", 2.5, "half up", False),
        ("2.5", 2.45, "half up", True),
        ("2.4", 2.45, "half up", False),
        # The nearest binary number lies below the tie.
        ("1.01", 1.005, "half up", True),
        ("-3", -2.5, "half up", True),
        ("4.0", 4.04, "half up", True),
        ("4.00", 4.04, "half up", False),
        ("3.86", 3.868, "half up", False),
        ("0.00", -0.4732, "half up", False),
        ("0.00", -0.4732, "floor at 0", True),
        ("0.00", 0.004, "floor at 0", True),
        ("0.00", 0.005, "floor at 0", False),
        ("3.07", 3.0679, "floor at 0", True),
        ("24", 24.0, "exact", True),
        ("24", 24.001, "exact", False),
        ("75", 75.001, "more than", True),
        ("75", 75.0, "more than", False),
        ("75", 75 + 1e-13, "more than", False),
        ("75", 74.9, "more than", False),
        ("75", 75.0, "at least", True),
        ("75", 75 - 1e-13, "at least", True),
        ("75", 74.9, "at least", False),
        ("3", math.nan, "half up", False),
    ],
)
def test_rounding_rule(printed, value, rule, verdict):
    assert agrees(printed, value, rule) is verdict


def test_an_unknown_rounding_rule_is_refused():
    with pytest.raises(ValueError, match="no such rounding rule: 'nearest'"):
        agrees("3", 3.0, "nearest")


def test_rules_other_than_rounding_are_those_that_the_words_or_the_software_ask_for():
    """More than 75%, more than 20 years; Table 5 prints no limit of a time below 0."""
    rounding = claims.register(FILES)["rounding"]
    assert rounding[rounding != "half up"].to_dict() == {
        "res-younger-48": "more than",
        "disc-p25-years": "more than",
        "t5-second-median-lower": "floor at 0",
    }


# --- verdicts ---------------------------------------------------------------------


def test_every_stored_verdict_and_repair_is_the_computed_one():
    stored, computed = records.read_register(), claims.register(FILES)
    different = (stored[["verdict", "repair"]] != computed[["verdict", "repair"]]).any(axis=1)
    assert list(stored.index) == list(computed.index)
    assert stored.index[different].tolist() == []


def test_a_repair_is_named_exactly_where_the_verdict_needs_it():
    for name, claim in claims.register(FILES).iterrows():
        under = claim["verdict"].startswith("reproduced under repair ")
        assert claim["repair"] == (claim["verdict"].rpartition(" ")[2] if under else ""), name
        assert pd.notna(claim["recomputed_under_repair"]) is under, name


def test_a_claim_has_a_value_exactly_where_it_can_be_computed():
    for name, claim in claims.register(FILES).iterrows():
        computable = claim["verdict"] not in ("not computable", "context")
        assert bool(claim["compute"]) is computable, name
        assert pd.notna(claim["recomputed"]) is computable, name


def test_members_are_the_patients_or_cycles_that_are_counted():
    register = claims.register(FILES)
    counts = register["compute"].str.match(r'count_of_(patients|cycles)\(|table[34]\(.*"n"\)')
    assert counts.sum() > 20
    for name, claim in register[counts].iterrows():
        assert len(claim["members"]) == claim["recomputed"], name
        assert len(set(claim["members"])) == len(claim["members"]), name


def test_members_of_an_extreme_are_those_who_have_it(printed):
    """After a second course 32b relapsed at 36 months and 26b was last seen then."""
    longest = quantities.longest_follow_up(versions_of(printed), "second")
    assert (longest.value, longest.members) == (36, ("26b", "32b"))
    highest = quantities.extreme_of_cycles(versions_of(printed), "max", "rate_max_mg_per_h")
    assert (highest.value, highest.members) == (50, ("9", "14", "19"))


def test_a_common_value_is_that_of_all_its_cycles(printed):
    """Patients 14 and 19 had no relief at 50 mg/h; six cycles of part relief had other rates."""
    column = "rate_max_mg_per_h"
    none = quantities.common_value_of_cycles(versions_of(printed), column, "relief_percent == 0")
    assert (none.value, none.members) == (50, ("14", "19"))
    partial = "0 < relief_percent < 100"
    assert len(set(printed.cycles.query(partial)[column])) > 1
    for differing_or_none in (partial, "relief_percent < 0"):
        found = quantities.common_value_of_cycles(versions_of(printed), column, differing_or_none)
        assert math.isnan(found.value)
        with pytest.raises(ValueError, match="cases that differ"):
            evaluate(f'common_value_of_cycles("{column}", "{differing_or_none}")', printed)


def test_a_common_value_is_lost_with_one_patient_who_differs(printed):
    """With Patient 19 at 40 mg/h the two patients without relief share no rate."""
    rates = printed.cycles["rate_max_mg_per_h"].to_numpy()
    changed = np.where(printed.cycles["label"] == "19", 40, rates)
    versions = Versions(printed, {"rate_max_mg_per_h": np.array([rates, changed])})
    found = quantities.common_value_of_cycles(versions, "rate_max_mg_per_h", "relief_percent == 0")
    assert found.values[0] == 50
    assert math.isnan(found.values[1])


@pytest.mark.parametrize(
    "claim",
    [
        "res-no-response-rate",
        "res-nonresponder-rate",
        "res-constant-nonresponders-rate",
        "disc-no-response-rate",
    ],
)
def test_the_rate_of_those_without_relief_is_computed_from_both_of_them(claim):
    table = table1.read(change={("14", "dosage_mg_per_h"): "40", ("19", "dosage_mg_per_h"): "40"})
    found = claims.with_verdicts(FILES.register.loc[[claim]], FILES, table)
    assert found["verdict"].item() == "differs"
    assert found["members"].item() == ("14", "19")


def test_a_share_is_taken_of_its_base_and_names_who_is_counted(printed):
    """Two of the 33 first courses brought no relief: Patients 14 and 19."""
    share = quantities.share_of_cycles(versions_of(printed), "relief_percent == 0", of="cycle == 1")
    assert (share.value, share.base, share.members) == (100 * 2 / 33, 33, ("14", "19"))


def test_patients_are_counted_once_whatever_their_cycles(printed):
    """Of the ten cycles above 26 mg/h two are Patient 23's."""
    above = quantities.count_of_patients_with_cycles(versions_of(printed), "rate_max_mg_per_h > 26")
    assert (above.value, len(above.members)) == (9, 10)


def test_both_readings_of_a_curve_are_quantities(printed):
    """Three of 15 relapse at 3 months: S(3) = 14725/26208, S(3-) = 73625/104832."""
    beyond = quantities.survival_at(versions_of(printed), "first", 3).value
    at_least = quantities.survival_just_before(versions_of(printed), "first", 3).value
    assert beyond == pytest.approx(100 * 14725 / 26208)
    assert at_least == pytest.approx(100 * 73625 / 104832)


def test_every_claim_that_is_not_plainly_reproduced_says_why():
    for name, claim in claims.register(FILES).iterrows():
        plain = claim["verdict"] == "reproduced" and claim["wording"] in ("", "fits")
        assert plain or claim["explanation"] or claim["divergence"], name


def test_the_last_printed_digit_decides():
    """One more in the last place, and no verdict stays ``reproduced`` as it was."""
    for name, claim in claims.register(FILES).iterrows():
        if not claim["verdict"].startswith("reproduced"):
            continue
        number = printed_number(claim["printed"])
        step = Decimal(1).scaleb(number.as_tuple().exponent)
        changed = claims.verdict_of(FILES, str(number + step), claim["rounding"], claim["compute"])
        assert str(changed) != claim["verdict"], name


def test_a_first_course_median_is_compared_before_any_repair():
    found = claims.verdict_of(FILES, "4.00", "half up", 'table5("first", "Median", "months")')
    assert (found.kind, found.repair) == (claims.REPRODUCED, "")


# --- divergences ------------------------------------------------------------------


def test_a_difference_has_its_divergence():
    for name, claim in claims.register(FILES).iterrows():
        if claim["verdict"] == "differs" or claim["repair"]:
            assert claim["divergence"], name
        if claim["wording"].startswith("contradicts"):
            assert claim["divergence"], name


def test_claims_and_ledger_cite_the_same_divergences():
    entries = list(FILES.divergences.index)
    assert set(claims.register(FILES)["divergence"]) - {""} <= set(entries)  # some cite no numeral
    assert entries == [f"D{number}" for number in range(1, len(entries) + 1)]


def test_every_named_repair_is_in_the_list_of_repairs():
    assert set(claims.register(FILES)["repair"]) - {""} == set(FILES.repair_names)


def test_every_piece_of_evidence_can_be_computed():
    for name in FILES.divergences.index:
        found = claims.evidence(FILES, name)
        assert list(found.columns) == ["as tabulated", *FILES.repair_names]
        assert len(found) > 0 or not FILES.divergences.at[name, "evidence"], name
        assert found.notna().all(axis=None), name


def test_evidence_looks_at_the_columns_of_the_claims_that_differ():
    """So that no claim cites the divergence of another."""
    names = {*dictionary.fields("patients"), *dictionary.fields("cycles")} - {"cycle", "event"}
    register = claims.register(FILES)
    for name, claim in register[register["verdict"] == "differs"].iterrows():
        pieces = FILES.divergences.at[claim["divergence"], "evidence"]
        columns = {column for column in names if re.search(rf"\b{column}\b", claim["compute"])}
        assert {column for column in columns if column not in pieces} == set(), name


def test_repair_r1_moves_all_the_evidence_of_the_divergence_it_explains():
    register = claims.register(FILES)
    (explained,) = set(register.loc[register["repair"] == "R1", "divergence"])
    found = claims.evidence(FILES, explained)
    assert (found["as tabulated"] != found["R1"]).all()


def test_every_quantity_is_used_by_a_claim_or_as_evidence():
    pieces = "; ".join(filter(None, FILES.divergences["evidence"])).split("; ")
    asked = [item.split(" = ", 1)[1] for item in pieces]
    asked += filter(None, claims.register(FILES)["compute"])
    assert {parse(call).quantity for call in asked} == set(quantities.QUANTITIES)


# --- completeness: every printed cell ---------------------------------------------

T2_COLUMNS = {
    "age": "age_years",
    "crps": "crps_months",
    "rate": "rate_max_mg_per_h",
    "days": "infusion_days",
    "relief": "relief_percent",
}
T2_ROWS = {
    "mean": "Mean",
    "median": "Median",
    "sd": "Standard deviation",
    "q1": "25th percentile",
    "q3": "75th percentile",
    "max": "Maximum",
    "min": "Minimum",
}
T3_ROWS = dict(zip(["15", "16-20", "21-25", "26-30", "30"], classes.RATE_CLASSES, strict=True))
T4_ROWS = dict(zip(["below-2", "2-3", "4-5", "6-7", "from-8"], classes.DAY_CLASSES, strict=True))


def section(name):
    """Calls of a section by claim id."""
    return claims.of_section(FILES, name)["compute"].to_dict()


def test_every_cell_of_table_2_is_registered_with_its_own_call():
    cells = {
        f"t2-{column}-{row}": f'table2("{T2_ROWS[row]}", "{T2_COLUMNS[column]}")'
        for column, row in product(T2_COLUMNS, T2_ROWS)
    }
    # The quartiles of relief are replaced by a phrase with two numbers.
    for row in ("q1", "q3"):
        del cells[f"t2-relief-{row}"]
    found = section("table-2")
    phrase_and_notes = {"relief-complete", "relief-complete-100", "note-cycles", "note-patients"}
    assert set(found) == set(cells) | {f"t2-{name}" for name in phrase_and_notes}
    assert {name: found[name] for name in cells} == cells


@pytest.mark.parametrize(
    ("number", "rows", "courses", "notes"),
    [
        (3, T3_ROWS, ["first", "second", "all"], ["cycles", "third"]),
        (4, T4_ROWS, ["first", "second", "third", "all"], ["patients", "3.5", "3.5-days"]),
    ],
)
def test_every_cell_of_tables_3_and_4_is_registered_with_its_own_call(number, rows, courses, notes):
    cells = {}
    for row, course in product(rows, courses):
        cell = f"t{number}-{row}-{course}"
        # A count of 0 is printed without a percentage.
        parts = ["n"] if claims.published(FILES, f"{cell}-n") == "0" else ["n", "percent"]
        for part in parts:
            cells[f"{cell}-{part}"] = f'table{number}("{rows[row]}", "{course}", "{part}")'
    found = section(f"table-{number}")
    others = [f"{course}-total" for course in courses] + [f"note-{note}" for note in notes]
    assert set(found) == set(cells) | {f"t{number}-{name}" for name in others}
    assert {name: found[name] for name in cells} == cells


def test_every_cell_of_table_5_is_registered_with_its_own_call():
    cells = {}
    for course in ("first", "second"):
        for name, part in {"total": "n", "censored": "censored", "events": "events"}.items():
            cells[f"t5-{course}-{name}"] = f'table5("{course}", "Mean", "{part}")'
        for row, part in product(["Mean", "Median"], ["months", "se", "lower", "upper"]):
            cells[f"t5-{course}-{row.lower()}-{part}"] = f'table5("{course}", "{row}", "{part}")'
    assert section("table-5") == cells


@pytest.mark.parametrize(("number", "course"), [(1, 1), (2, 2)])
def test_every_number_of_the_captions_is_registered(number, course, r1):
    """The two totals, and a count for every time at which Table 1 has a censored patient."""
    cycles = r1.course(course)
    times = cycles.loc[cycles["event"] == 0, "relief_months"].unique()
    names = ["total", "censored-total", *(f"censored-{time:g}" for time in times)]
    assert set(section(f"figure-{number}")) == {f"f{number}-{name}" for name in names}


def test_printed_counts_add_up_to_the_printed_totals():
    """A slip in typing the register would show here, whatever Table 1 holds."""

    def number(name):
        return printed_number(claims.published(FILES, name))

    for table, rows, courses in [
        ("t3", T3_ROWS, ["first", "second", "all"]),
        ("t4", T4_ROWS, ["first", "second", "third", "all"]),
    ]:
        for course in courses:
            counts = [number(f"{table}-{row}-{course}-n") for row in rows]
            assert sum(counts) == number(f"{table}-{course}-total")
    for figure in ("figure-1", "figure-2"):
        names = claims.of_section(FILES, figure).index
        counts = [name for name in names if "censored-" in name and not name.endswith("total")]
        (total,) = (name for name in names if name.endswith("censored-total"))
        assert sum(map(number, counts)) == number(total)
    for course in ("first", "second"):
        parts = number(f"t5-{course}-censored") + number(f"t5-{course}-events")
        assert parts == number(f"t5-{course}-total")


def test_chapters_and_sections_share_out_all_claims():
    register = claims.register(FILES)
    chapters = [claims.of_chapter(FILES, name) for name in register["chapter"].unique()]
    sections = [claims.of_section(FILES, name) for name in register["section"].unique()]
    for parts in (chapters, sections):
        assert sorted(name for part in parts for name in part.index) == sorted(register.index)


def test_an_unknown_claim_is_a_key_error():
    with pytest.raises(KeyError, match="t9-nothing"):
        claims.published(FILES, "t9-nothing")


# --- a damaged register -----------------------------------------------------------


@pytest.fixture
def damaged_register(tmp_path):
    """A function that writes a changed copy of ``data/claims.csv``: id -> {column: value}."""

    def write(changes):
        with records.PATH.open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        for row in rows:
            row.update(changes.get(row["id"], {}))
        path = tmp_path / records.PATH.name
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, rows[0], lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)
        return path

    return write


@pytest.mark.parametrize(("verdict", "call"), [("context", None), (None, "")])
def test_a_call_is_given_exactly_where_the_verdict_needs_it(verdict, call, damaged_register):
    change = {"verdict": verdict} if verdict else {"compute": call}
    with pytest.raises(DataError, match="must be empty exactly where the verdict is"):
        records.read_register(damaged_register({"t2-age-mean": change}))


def test_a_changed_printed_value_changes_the_computed_verdict(damaged_register):
    changed = records.read_register(damaged_register({"t2-age-mean": {"printed": "40.6"}}))
    verdicts = claims.with_verdicts(changed, FILES)["verdict"]
    assert verdicts["t2-age-mean"] == "differs"
    different = verdicts != claims.register(FILES)["verdict"]
    assert verdicts.index[different].tolist() == ["t2-age-mean"]


# --- calls ------------------------------------------------------------------------


def test_a_call_with_literals_is_read():
    call = parse('share_of_cycles("cycle > 1", of="event == 1")')
    assert call.quantity == "share_of_cycles"
    assert (call["where"], call["of"], call["row"]) == ("cycle > 1", "event == 1", None)
    assert parse("count_of_patients()")["where"] == ""  # a default is an argument too


@pytest.mark.parametrize(
    "call",
    [
        "",
        "1 + 1",
        "count_of_patients",
        "count_of_patients()()",
        "count_of_patients(); count_of_cycles()",
        "count_of_patients(nowhere='x')",
        "count_of_patients(where=__import__('os').name)",
        "count_of_patients(f'{1}')",
        "count_of_patients('x' if 1 else 'y')",
        "table2(x)",
        "table2('Mean')",
        "table2('Mean', 'age_years', 'more')",
        "table2(*['Mean', 'age_years'])",
        "table2(**{'row': 'Mean', 'column': 'age_years'})",
        "__import__('os')",
        "eval('1')",
        "cache(1)",
        "parse('x')",
        "names()",
        "evaluate('count_of_cycles()', 1)",
        "_share(1, 2)",
        "Quantity(1, ())",
        "tables.table2(1)",
        "lambda: 0",
    ],
)
def test_no_other_expression_is_read(call):
    with pytest.raises(ValueError, match="is not a call of a known quantity with literals"):
        parse(call)


def test_evaluation_refuses_what_parsing_refuses(printed):
    with pytest.raises(ValueError, match="is not a call of a known quantity"):
        evaluate("__import__('os').getcwd()", printed)


@pytest.mark.parametrize(
    ("call", "why"),
    [
        ('count_of_patients("age_years < 4 8")', "invalid syntax"),
        ('count_of_patients("age_years ＜ 48")', "invalid character"),
        ('count_of_patients("region.str.contain(1)")', "has no attribute 'contain'"),
        ('count_of_patients("aeg_years < 48")', "aeg_years"),
        ("count_of_patients(\"region.str.contains('(arm')\")", "missing )"),
        ('share_of_cycles("cycle == 1", of="cycle == 9")', "is not defined"),
    ],
)
def test_whatever_an_expression_raises_is_a_fault_of_its_row(call, why):
    register = records.read_register()
    register.at["t2-age-mean", "compute"] = call
    with pytest.raises(DataError) as error:
        claims.with_verdicts(register, FILES)
    (fault,) = error.value.faults
    row = 2 + register.index.get_loc("t2-age-mean")
    assert (fault.row, fault.column, fault.value) == (row, "compute", call)
    assert fault.rule.startswith("cannot be computed: ")
    assert why in fault.rule


def test_a_value_that_is_not_reached_agrees_with_no_printed_one():
    for rule in ("half up", "floor at 0", "exact"):
        assert not agrees("36", math.inf, rule)


# --- what two files say of each other ---------------------------------------------


def faults_between(register=None, inventory=None, entries=None, repairs=None):
    faults = records.disagreements(
        records.read_register() if register is None else register,
        FILES.numerals if inventory is None else inventory,
        FILES.divergences.index if entries is None else entries,
        FILES.repair_names if repairs is None else repairs,
    )
    return [(fault.file, fault.row, fault.column, fault.value, fault.rule) for fault in faults]


def test_the_files_agree():
    assert faults_between() == []


def test_decimals_that_a_spreadsheet_dropped_are_noticed():
    """25.00 would else be compared in whole months, and agree with more."""
    register = records.read_register()
    row = 2 + register.index.get_loc("t5-second-mean-months")
    register.at["t5-second-mean-months", "printed"] = "25"
    rule = "is '25.00' in numerals.csv"
    assert faults_between(register) == [("claims.csv", row, "printed", "25", rule)]


def test_rows_that_one_of_the_files_lost_are_noticed():
    register, inventory = records.read_register(), FILES.numerals
    lost = register.index[-1]
    rows = inventory.index[inventory["claim"] == lost]
    assert faults_between(register.drop(index=lost)) == [
        ("numerals.csv", row, "claim", lost, "is not in claims.csv") for row in rows
    ]
    assert faults_between(inventory=inventory.drop(index=rows)) == [
        ("claims.csv", 1 + len(register), "id", lost, "has no numeral in numerals.csv")
    ]


def test_a_claim_moved_to_another_section_is_noticed():
    register = records.read_register()
    register.at["t2-age-sd", "section"] = "table-3"
    ((file, _, column, value, rule),) = faults_between(register)
    assert (file, column, value) == ("numerals.csv", "section", "table-2")
    assert rule == "is 'table-3' in claims.csv"


def test_a_divergence_or_a_repair_that_is_not_listed_is_noticed():
    """Without repairs.csv's row every number under R1 would just differ."""
    register = records.read_register()
    cited = register.reset_index()
    for column, faults in (
        ("repair", faults_between(repairs=())),
        ("divergence", faults_between(entries=[])),
    ):
        rows = 2 + cited.index[cited[column] != ""]
        rule = f"is not in {column}s.csv"
        assert faults == [
            ("claims.csv", row, column, cited.at[row - 2, column], rule) for row in rows
        ]


# --- the ledger -------------------------------------------------------------------


def test_evidence_that_cannot_be_computed_names_its_row():
    entries = records.read_divergences()
    entries.at["D5", "evidence"] = 'share = share_of_patients("aeg_years < 48")'
    with pytest.raises(DataError, match=r"divergences\.csv, row 6, column evidence: 'share_of"):
        claims.evidence(replace(FILES, divergences=entries), "D5")


# --- intervals --------------------------------------------------------------------


def test_wilson_by_hand():
    """Wilson (1927) for 25 of 33, z = 1.959964: (p + z2/2n -/+ z sqrt(...)) / (1 + z2/n)."""
    n, p, z = 33, 25 / 33, 1.959963984540054
    middle, half = p + z * z / (2 * n), z * (p * (1 - p) / n + z * z / (4 * n * n)) ** 0.5
    expected = [100 * (middle + sign * half) / (1 + z * z / n) for sign in (-1, 1)]
    found = claims.interval(FILES, 'share_of_cycles("relief_percent == 100", of="cycle == 1")')
    assert found == pytest.approx(expected, abs=1e-9)


def test_an_interval_of_a_curve_is_that_of_its_last_step(r1):
    curve = course_curves.of_course(r1, 1)
    expected = tuple(100 * curve.limits().loc[3])
    assert claims.interval(FILES, 'survival_at("first", 3)') == expected
    assert claims.interval(FILES, 'survival_at("first", 3.9)') == expected


def test_an_interval_of_a_median_is_exact():
    """The first times with exact limits of at most one half: 49.99% at 2, 47.6% at 7 months."""
    assert claims.interval(FILES, 'table5("first", "Median", "months")') == (2, 7)
    assert claims.interval(FILES, 'table5("second", "Median", "months")') == (4, math.inf)


def test_cycles_of_the_same_patients_take_no_interval():
    assert (
        claims.interval(FILES, 'share_of_cycles("relief_percent == 100", of="cycle > 1")') is None
    )
