"""data/exports/: regenerated and compared byte for byte, and written whole or not at all."""

import csv
import os
import shutil
import subprocess
import sys

import pandas as pd
import pytest

from correll2004 import exports
from correll2004.data import adtte, dictionary
from correll2004.paper import claims, records
from correll2004.paths import BOOK, DATA, EXPORTS

FILES = records.load()


def rows(name):
    path = DATA / dictionary.resource(name)["path"]
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


# --- up to date -------------------------------------------------------------------


def test_exports_are_what_would_be_written():
    assert exports.stale(FILES) == []
    assert {path.name for path in EXPORTS.iterdir()} == set(exports.texts(FILES))


@pytest.fixture
def copy(tmp_path, monkeypatch):
    """Exports that are up to date, in a temporary folder to which the module now writes."""
    target = tmp_path / "exports"
    monkeypatch.setattr(exports, "EXPORTS", target)
    exports.write(FILES)
    assert exports.stale(FILES) == []
    return target


@pytest.mark.parametrize("name", sorted(path.name for path in EXPORTS.glob("*.csv")))
def test_one_changed_byte_is_noticed(name, copy):
    content = bytearray((copy / name).read_bytes())
    content[len(content) // 2] ^= 1
    (copy / name).write_bytes(content)
    assert exports.stale(FILES) == [name]


def test_a_missing_file_and_other_line_ends_are_noticed(copy):
    (copy / "adtte.csv").unlink()
    text = (copy / "cycles.csv").read_bytes()
    (copy / "cycles.csv").write_bytes(text.replace(b"\n", b"\r\n"))
    assert sorted(exports.stale(FILES)) == ["adtte.csv", "cycles.csv"]


def test_writing_mends_what_is_stale_and_leaves_nothing_else(copy):
    (copy / "adtte.csv").write_text("old")
    exports.write(FILES)
    assert exports.stale(FILES) == []
    assert {path.name for path in copy.iterdir()} == set(exports.texts(FILES))


@pytest.fixture
def disk_full_at_the_second_file(copy, monkeypatch):
    """Old content everywhere, and a failure at the second file; the list of those done."""
    for path in copy.iterdir():
        path.write_bytes(b"old")
    replace, done = os.replace, []

    def fail(source, target):
        if done:
            raise OSError("disk full")
        done.append(target.name)
        replace(source, target)

    monkeypatch.setattr(os, "replace", fail)
    return done


def test_a_file_is_written_whole_or_not_at_all(copy, disk_full_at_the_second_file):
    with pytest.raises(OSError, match="disk full"):
        exports.write(FILES)
    (done,) = disk_full_at_the_second_file
    new = exports.texts(FILES)
    found = {name: (copy / name).read_text(encoding="utf-8") for name in new}
    assert found == {name: new[name] if name == done else "old" for name in new}


def test_a_failure_leaves_no_stray_file(copy, disk_full_at_the_second_file):
    with pytest.raises(OSError, match="disk full"):
        exports.write(FILES)
    assert {path.name for path in copy.iterdir()} == set(exports.texts(FILES))


# --- what they say ----------------------------------------------------------------


def test_event_is_the_opposite_of_cnsr_row_by_row():
    """ggsurvfit's and ADaM's codings, side by side in two files."""
    printed = [case for case in rows("adtte") if case["ANL01FL"]]
    for cycle, case in zip(rows("cycles"), printed, strict=True):
        assert int(case["USUBJID"][-2:]) == int(cycle["patient"])
        assert case["PARAMCD"] == f"RELAPSE{cycle['cycle']}"
        assert case["AVAL"] == cycle["relief_months"]
        assert int(cycle["event"]) == 1 - int(case["CNSR"])


def test_files_hold_the_frames_unrounded(printed, r1):
    frames = {"patients": printed.patients, "cycles": printed.cycles}
    frames["adtte"] = adtte.frame(printed, {"R1": r1})
    for name, frame in frames.items():
        for stored, (_, held) in zip(rows(name), frame.iterrows(), strict=True):
            for column, cell in stored.items():
                value = held[column]
                if value is None:
                    assert cell == ""
                elif isinstance(value, str):
                    assert cell == value
                elif dictionary.fields(name)[column]["type"] == "boolean":
                    assert cell == str(value).lower()
                else:
                    assert float(cell) == value


def test_exported_claims_agree_with_the_register():
    register = claims.register(FILES)
    exported = rows("claims-recomputed")
    assert [row["id"] for row in exported] == list(register.index)
    for row in exported:
        claim = register.loc[row["id"]]
        for column in ("printed", "unit", "verdict", "wording", "divergence", "repair"):
            assert row[column] == claim[column]
        assert row["patients"] == ";".join(claim["members"])
        for column in ("recomputed", "recomputed_under_repair"):
            if pd.isna(claim[column]):
                assert row[column] == ""
            else:
                assert float(row[column]) == pytest.approx(claim[column], rel=5e-6)


# --- the command ------------------------------------------------------------------


@pytest.fixture
def project(tmp_path):
    """A copy of the package and the data, and a function that runs the command in it."""
    shutil.copytree(BOOK / "correll2004", tmp_path / "book" / "correll2004")
    shutil.copytree(DATA, tmp_path / "data")

    def run(*arguments):
        return subprocess.run(
            [sys.executable, "-m", "correll2004.exports", *arguments],
            cwd=tmp_path / "book",
            capture_output=True,
            encoding="utf-8",
            check=False,
        )

    return tmp_path / "data", run


def contents(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_nonsense_in_the_data_stops_the_command_and_spares_every_export(project):
    data, run = project
    before = contents(data / "exports")
    text = (data / "table1.csv").read_text(encoding="utf-8")
    (data / "table1.csv").write_text(text.replace("1,48,M", "1,48,Q", 1), encoding="utf-8")
    (data / "repairs.csv").write_text("", encoding="utf-8")
    done = run()
    assert done.returncode == 1
    assert done.stderr.splitlines() == [
        "error: 2 faults in the data",
        "  repairs.csv, row 1: '' is not the header repair,patient,cycle,column,printed,read_as,"
        "evidence",
        "  table1.csv, row 2, column sex: 'Q' must be one of M, F",
    ]
    assert contents(data / "exports") == before


def test_a_place_that_cannot_be_written_is_an_error_in_one_line(project):
    data, run = project
    shutil.rmtree(data / "exports")
    (data / "exports").write_text("no folder")
    done = run()
    assert done.returncode == 1
    assert done.stderr.splitlines() == [f"error: [Errno 17] File exists: '{data / 'exports'}'"]


def test_the_command_names_what_is_out_of_date_and_leaves_it(project):
    data, run = project
    (data / "exports" / "cycles.csv").write_text("old", encoding="utf-8")
    before = contents(data / "exports")
    done = run("--check")
    assert done.returncode == 1
    assert done.stderr.startswith("out of date in data/exports: cycles.csv")
    assert contents(data / "exports") == before
