"""A second, invented repair in a copy of the data shows wherever the first one does."""

import csv
import json
import re
import shutil
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from _support.sphinx import data_archive
from correll2004 import changes, exports, show
from correll2004.audit import consistency, deviation_search, outcome_search, pair_search, pinning
from correll2004.data import table1, validation
from correll2004.paper import claims, records
from correll2004.paths import DATA
from correll2004.show import figures

FILES = records.load()
# Relief of Patient 30 after the second course, printed as 4 months, read as still lasting then:
# the second curve is then at a third at 36 months, as the text prints it three times.
REPAIR = ["R2", "30", "2", "relief_months", "4", ">4", "Invented for this test."]
READING = "Patient 30 in the second course"
NEEDED = ["abs-survival-second-36", "res-survival-second-36", "disc-survival-second-36"]
VERDICT = "reproduced under repair R2"


def in_dictionary(package):
    """What the data dictionary has for R1, for R2 as well."""
    for resource in package["resources"]:
        for field in list(resource["schema"]["fields"]):
            codes, allowed = field.get("codes", {}), field.get("constraints", {}).get("enum", [])
            for code in [code for code in allowed if str(code).endswith("R1")]:
                other = code.replace("RELAP1R1", "RELAP2R2").replace("repair R1", "repair R2")
                allowed.append(other)
                codes[other] = "under R2"
            if field["name"] == "ANL02FL":
                resource["schema"]["fields"].append(field | {"name": "ANL03FL"})
            if field["name"] == "patient_1":
                choice = {"name": "patient_30", "type": "string", "description": "Choice."}
                resource["schema"]["fields"].append(choice)
    return package


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A copy of the data folder with R2."""
    target = tmp_path_factory.mktemp("second-repair") / "data"
    shutil.copytree(DATA, target, ignore=shutil.ignore_patterns("exports"))
    with (target / table1.REPAIRS_PATH.name).open("a", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerow(REPAIR)
    path = target / "datapackage.json"
    package = in_dictionary(json.loads(path.read_text(encoding="utf-8")))
    path.write_text(json.dumps(package), encoding="utf-8")
    return target


@pytest.fixture(scope="module")
def files(folder):
    return records.read_files(folder)


# --- register and ledger ----------------------------------------------------------


def test_all_repairs_are_applied_together_and_each_by_itself(files):
    assert files.repair_names == files.repaired.repairs == ("R1", "R2")
    assert {name: table.repairs for name, table in files.under_each_repair.items()} == {
        "R1": ("R1",),
        "R2": ("R2",),
    }
    assert files.why_not_applied == {}


def test_a_repair_that_does_not_fit_says_why_and_leaves_the_other(files):
    other = table1.read(change={("1", "relief_months"): "2"})
    found = replace(files, table1=other)
    assert list(found.under_each_repair) == ["R2"]
    (fault,) = found.why_not_applied["R1"].faults
    assert (fault.file, fault.column, fault.value) == ("repairs.csv", "printed", ">1.25")
    with pytest.raises(records.DataError, match="is not what Table 1 prints"):
        _ = found.repaired


def test_claims_that_need_it_are_reproduced_under_it_and_no_other_changes(files):
    one, both = claims.register(FILES), claims.register(files)
    changed = both.index[one["verdict"] != both["verdict"]]
    assert sorted(changed) == sorted(NEEDED)
    for _, claim in both.loc[NEEDED].iterrows():
        kind = claim["verdict"], claim["kind"], claim["repair"]
        assert kind == (VERDICT, claims.UNDER_REPAIR, "R2")
        assert claim["recomputed_under_repair"] == pytest.approx(100 / 3)
    assert list(claims.kinds_of(both))[:3] == ["reproduced", "reproduced under repair R1", VERDICT]


def test_evidence_has_a_column_for_it(files):
    found = claims.evidence(files, "D11")
    assert list(found) == ["as tabulated", "R1", "R2"]
    assert found.at["S(36), percent", "R2"] == pytest.approx(100 / 3)
    assert found.at["S(36), percent", "R1"] == found.at["S(36), percent", "as tabulated"]


# --- tables and figures -----------------------------------------------------------


def test_a_published_table_marks_and_explains_it(files):
    register = files.register.copy()
    register.at["t5-second-censored", "printed"] = "9"  # printed as 8, and 9 under R2
    shown = show.published(replace(files, register=register), "table-5", "Caption")
    assert (
        '9&nbsp;<span class="verdict-mark" aria-hidden="true">✓ R2</span>'
        f'<span class="sr-only">{VERDICT}</span></a> <span class="extra">as tabulated 8</span>'
    ) in shown.html
    assert f"✓ R2 equal once {READING} is read as still in remission" in shown.html
    assert "✓ R1 equal once Patient 1 is read as a relapse" in shown.html
    assert "9 reproduced under repair R1, 1 reproduced under repair R2" in shown.html


def test_the_tables_of_claims_name_it(files):
    chip = f'<span class="chip repair"><span aria-hidden="true">✓</span> {VERDICT}</span>'
    found = show.register_table(files).html
    assert found.count(chip) == found.count(f'data-verdict="{VERDICT}"') == len(NEEDED)
    for chapter in ("abstract", "results-duration-of-relief", "discussion"):
        assert show.chapter_claims(files, chapter).html.count(chip) == 1
    shown = show.headlines(files).html
    assert chip in shown
    assert f"R2: {READING} read as still in remission; as tabulated" in shown
    assert "Intervals under R1 and R2: for shares" in shown


def test_a_cell_that_is_not_an_outcome_is_quoted():
    """As HTML: a lower bound is printed with a sign that HTML has as well."""
    row = ("R2", 2, 1, "relief_months", ">5", ">6", "Invented.")
    repairs = pd.concat([FILES.repairs, pd.DataFrame([row], columns=list(FILES.repairs))])
    shown = show.headlines(replace(FILES, repairs=repairs.reset_index(drop=True)))
    assert "R2: relief_months of Patient 2 read as >6; as tabulated" in shown.text
    assert "R2: relief_months of Patient 2 read as &gt;6; as tabulated" in shown.html


def test_a_divergence_shows_the_repairs_that_move_its_evidence(files):
    heads = {
        name: re.findall(r"Under R[0-9]", show.divergence(files, name).text)
        for name in ("D1", "D5", "D11")
    }
    assert heads == {"D1": ["Under R1"], "D5": [], "D11": ["Under R2"]}


def test_the_bars_of_both_repairs_look_different(files):
    register = claims.register(files)
    kinds = claims.kinds_of(register)
    counts = pd.crosstab(register["section"], register["verdict"])[list(kinds)]
    bars = {bar.get_label(): bar[0] for bar in figures.verdicts(counts, kinds).axes[0].containers}
    assert set(bars) == set(kinds)
    looks = {name: (bar.get_facecolor(), bar.get_hatch()) for name, bar in bars.items()}
    assert looks[VERDICT] != looks["reproduced under repair R1"]


# --- the audit --------------------------------------------------------------------


def test_pins_are_those_of_the_table_under_both_repairs(files):
    def pins(of):
        cells = pinning.pinning(of).set_index(["cycle", "column"])["claims"]
        return set(cells["30b", "event"])

    assert set(NEEDED) <= pins(files)
    assert not set(NEEDED) & pins(FILES)
    assert pinning.pinning_map(files).shape == pinning.pinning_map(FILES).shape
    assert pinning.pinning_summary(files).at["all", "cells"] > 0
    assert list(pinning.unpinned(files).index) == list(pinning.COLUMNS)


def test_the_searches_find_the_same_of_the_first_course(files):
    """R2 is of the second course, and the searches begin from the table as printed."""
    for search in (outcome_search.single_cell_search, pair_search.pair_search):
        one, both = search(FILES), search(files)
        found = [each.found if hasattr(each, "found") else each.complete() for each in (one, both)]
        pd.testing.assert_frame_equal(*found)
    pd.testing.assert_frame_equal(pair_search.pair_table(files), pair_search.pair_table(FILES))
    pd.testing.assert_frame_equal(
        deviation_search.sd_repair_counts(files), deviation_search.sd_repair_counts(FILES)
    )
    assert consistency.sums(files)["fits"].all()


def test_kinds_of_two_changes_name_every_repair_that_is_enough(files):
    assert pair_search.kinds_in_words(files)[pair_search.REPAIR_EXCHANGED].startswith(
        "R1, with the outcomes"
    )
    cell = files.repairs["repair"] == "R1"
    later = files.repairs[cell].assign(repair="R3", read_as="1.3")
    three = replace(files, repairs=pd.concat([files.repairs, later], ignore_index=True))
    words = pair_search.kinds_in_words(three)
    assert words[pair_search.REPAIR_EXCHANGED].startswith("R1 or R3, with the outcomes")
    kinds = [pair_search.pair_search(of).found["kind"] for of in (files, three)]
    exchanged = [np.count_nonzero(kind == pair_search.REPAIR_EXCHANGED) for kind in kinds]
    assert exchanged[0] > 0
    none = replace(files, repairs=files.repairs[~cell])
    assert pair_search.kinds_in_words(none)[pair_search.REPAIR_EXCHANGED].startswith(
        "one change that gives"
    )


# --- changes, exports, the archive ------------------------------------------------


def test_changes_say_when_it_no_longer_fits(files):
    after = table1.read(change={("30b", "relief_months"): ">4"})
    moved = changes.moved_claims(files, files.table1, after).loc[NEEDED]
    assert set(moved["verdict_before"]) == {VERDICT}
    assert set(moved["verdict"]) == {"reproduced"}
    shown = changes.report(files, files.table1, after)
    assert "Repair R2 no longer fits the table and is left out: repairs.csv, row 3" in shown.text
    assert "Repair R1" not in shown.text
    assert f"{VERDICT} → reproduced" in shown.text
    assert f'<span class="chip repair"><span aria-hidden="true">✓</span> {VERDICT}' in shown.html


def test_exports_hold_it_and_keep_the_rules_of_the_dictionary(files):
    frames, rules = exports.frames(files), files.table1.rules
    claimed, adtte = frames["claims_recomputed.csv"], frames["adtte.csv"]
    assert set(claimed.loc[claimed["repair"] == "R2", "id"]) == set(NEEDED)
    assert set(claimed.loc[claimed["verdict"] == VERDICT, "id"]) == set(NEEDED)
    assert (adtte["PARAMCD"] == "RELAP2R2").sum() == 12
    assert set(adtte.loc[adtte["PARAMCD"] == "RELAP2R2", "ANL03FL"]) == {"Y"}
    assert list(validation.broken_rules(adtte, rules, "adtte")) == []
    verdicts = rules.fields("claims-recomputed")["verdict"]["constraints"]["enum"]
    assert set(claimed["verdict"]) <= set(verdicts)
    multiverse = frames["multiverse.csv"]
    assert set(multiverse["patient_30"].dropna()) == {"censored", "relapse"}


def test_the_archive_for_download_explains_it(folder):
    words = data_archive._repairs_in_words(folder)
    text = " ".join(words.split())
    assert "R1 is a hypothesis, not a correction: Patient 1, printed as still in" in text
    assert f"R2 is a hypothesis, not a correction: {READING}, printed as a relapse, is" in text
    assert len(words.split("\n\n")) == 2
