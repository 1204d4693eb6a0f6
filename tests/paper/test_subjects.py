"""Every claim is computed from the patients and cycles that its own words are about.

Each cell of Table 1 that a claim is about takes many other values, one at a time: the claim has
to move. A cell that it is not about must not move it. Whom a claim is about is read from its
paraphrase (``tests/files/subjects.csv``), not from its call.
"""

import csv
import re
from collections import Counter
from functools import cache

import pytest
from cellchanges import CYCLE_CELLS, FILES, PATIENT_CELLS, Changes, columns_read, subject

from correll2004.paper import records
from correll2004.paper.calls import parse

DATA = records.load()
CLAIMS = DATA.register.query("compute != ''")
CHANGES = [Changes(DATA.table1, cell) for cell in (*PATIENT_CELLS, *CYCLE_CELLS)]

with (FILES / "unmoved.csv").open(encoding="utf-8", newline="") as file:
    REASONS = {row["calls"]: row["reason"] for row in csv.DictReader(file)}


@cache
def unmoved_and_stray(paraphrase, compute):
    """Cells that a claim is about and that never move it, and others that do; cells read."""
    call = parse(compute)
    about = subject(paraphrase)
    unmoved, stray, read = set(), set(), 0
    for changes in CHANGES:
        if not set(changes.cell) & set(columns_read(call)):
            continue
        moved = changes.moved(call)
        before, after = changes.is_about(about)
        meant = set(changes.rows[before])
        assert meant, f"{paraphrase!r} is about no cell of Table 1: {about}"
        read += len(meant)
        unmoved |= {(changes.cell, row) for row in meant - set(changes.rows[before & moved])}
        stray |= {(changes.cell, row) for row in changes.rows[~before & ~after & moved]}
    return unmoved, stray, read


def reasons_for(compute):
    return [pattern for pattern in REASONS if re.fullmatch(pattern, compute)]


def test_every_claim_moves_with_each_cell_that_it_is_about(record_property):
    moved, excused, faults, cells = [], Counter(), {}, 0
    for name, claim in CLAIMS.iterrows():
        unmoved, _, read = unmoved_and_stray(claim["claim"], claim["compute"])
        cells += read
        if read and not unmoved:
            moved.append(name)
        elif found := reasons_for(claim["compute"]):
            excused[found[0]] += 1
        else:
            faults[name] = unmoved or "reads no cell"
    assert not faults
    assert set(excused) == set(REASONS), "a reason that excuses no claim"
    assert len(moved) + excused.total() == len(CLAIMS)
    assert len(moved) > 3 * excused.total()
    report = {
        "claims": len(CLAIMS),
        "moved": len(moved),
        "excused": excused.total(),
        "cells": cells,
    }
    for key, value in report.items():
        record_property(key, value)
    print("\n", report, *(f"\n {n} excused: {REASONS[key]}" for key, n in excused.items()))


def test_no_claim_moves_with_a_cell_that_it_is_not_about():
    strays, asked = {}, 0
    for name, claim in CLAIMS.iterrows():
        about = subject(claim["claim"])
        _, stray, read = unmoved_and_stray(claim["claim"], claim["compute"])
        asked += bool(about and read)
        if stray:
            strays[name] = stray
    assert not strays
    assert asked > len(CLAIMS) / 4
    print(f"\n {asked} claims are about some patients or cycles only")


def test_a_claim_that_one_cell_does_not_move_moves_when_all_cells_change():
    for name, claim in CLAIMS.iterrows():
        call = parse(claim["compute"])
        read = [changes for changes in CHANGES if set(changes.cell) & set(columns_read(call))]
        if read and reasons_for(claim["compute"]):
            versions = read[0].all_at_once(subject(claim["claim"]))
            assert read[0].moved(call, versions).any(), name


def test_a_claim_about_patients_does_not_count_a_patient_twice():
    for name, claim in CLAIMS[CLAIMS["unit"] == "patients"].iterrows():
        call = parse(claim["compute"])
        if call.quantity == "count_of_cycles":
            assert re.match(r"cycle == \d", call["where"]), name


@pytest.mark.parametrize(
    ("name", "compute"),
    [
        ("res-nonresponder-rate", 'extreme_of_cycles("max", "rate_max_mg_per_h")'),
        ("res-no-response-rate", 'table2("Maximum", "rate_max_mg_per_h")'),
        ("disc-no-response-rate", 'value_of_cycle("14", "rate_max_mg_per_h")'),
        ("res-constant-nonresponders-rate", 'value_of_cycle("14", "rate_low_mg_per_h")'),
        (
            "disc-no-response",
            "count_of_patients(\"patient_facts.str.contains('high_dose_opioids')\")",
        ),
        ("res-raised-25", 'value_of_cycle("25b", "rate_max_mg_per_h")'),
        ("res-age-mean-women", 'mean_of_patients("age_years")'),
        ("abs-survival-second-12", 'survival_at("first", 12)'),
    ],
)
def test_a_call_that_reads_other_patients_is_found(name, compute):
    unmoved, stray, _ = unmoved_and_stray(CLAIMS.at[name, "claim"], compute)
    assert unmoved or stray
