"""data/exports/: regenerated and compared byte for byte, and written whole or not at all."""

import csv
import os
import shutil

import pandas as pd
import pytest

from correll2004 import exports
from correll2004.data import adtte, dictionary
from correll2004.paper import claims, records
from correll2004.paths import DATA, EXPORTS

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


def test_one_changed_byte_of_each_file_is_noticed(copy):
    for path in copy.iterdir():
        content = bytearray(path.read_bytes())
        content[len(content) // 2] ^= 1
        path.write_bytes(content)
    assert sorted(exports.stale(FILES)) == sorted(exports.texts(FILES))


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


def test_a_file_is_written_whole_or_not_at_all(copy, monkeypatch):
    """Where the disk is full at the second file: the first is new, the others are as before."""
    for path in copy.iterdir():
        path.write_bytes(b"old")
    replace, done = os.replace, []

    def fail(source, target):
        if done:
            raise OSError("disk full")
        done.append(target.name)
        replace(source, target)

    monkeypatch.setattr(os, "replace", fail)
    with pytest.raises(OSError, match="disk full"):
        exports.write(FILES)
    found = {path.name: path.read_text(encoding="utf-8") for path in copy.iterdir()}
    new = exports.texts(FILES)
    assert found == {name: new[name] if name in done else "old" for name in new}
    assert len(done) == 1


# --- what they say ----------------------------------------------------------------


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


def contents(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_nonsense_in_the_data_stops_the_command_and_spares_every_export(project):
    data, run = project("correll2004.exports")
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
    data, run = project("correll2004.exports")
    shutil.rmtree(data / "exports")
    (data / "exports").write_text("no folder")
    done = run()
    assert done.returncode == 1
    assert done.stderr.splitlines() == [f"error: [Errno 17] File exists: '{data / 'exports'}'"]


def test_the_command_names_what_is_out_of_date_and_leaves_it(project):
    data, run = project("correll2004.exports")
    (data / "exports" / "cycles.csv").write_text("old", encoding="utf-8")
    before = contents(data / "exports")
    done = run("--check")
    assert done.returncode == 1
    assert done.stderr.startswith("out of date in data/exports: cycles.csv")
    assert contents(data / "exports") == before
