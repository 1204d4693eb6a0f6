"""Damaged data files: read as what stands in them, or refused by name.

A reader may raise `DataError` and nothing else, and what it accepts has to be what a
second, obvious reading of the file gives (`damage.expected`). The examples are the same
in every run; ``FUZZ_EXAMPLES=20000 pytest tests/test_fuzz.py`` tries that many new ones.
"""

import csv
import json
import os
import re
import shutil
import subprocess
import sys
import unicodedata
from functools import cache

import pytest
from damage import (
    CELLS,
    DASHES,
    PACKAGE,
    PATHS,
    TEXTS,
    cells_of,
    damaged_bytes,
    damaged_call,
    damaged_file,
    damaged_package,
    damaged_values,
    expected,
    meaning,
    read,
    respelt_table1,
    revalued_table1,
    saved,
)
from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st
from hypothesis.configuration import set_hypothesis_home_dir

from correll2004 import claims, dictionary
from correll2004.dictionary import DataError
from correll2004.paths import BOOK, DATA

EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", "0"))
each_file = pytest.mark.parametrize("name", PATHS)


def fuzzed(examples):
    """Settings of Hypothesis. It stores nothing, and does not look for simpler examples:
    each says what was done to a file, and the search would take minutes."""
    return settings(
        max_examples=EXAMPLES or examples,
        derandomize=not EXAMPLES,
        database=None,
        deadline=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )


@pytest.fixture(scope="module", autouse=True)
def no_folder_of_hypothesis_here(tmp_path_factory):
    set_hypothesis_home_dir(tmp_path_factory.mktemp("hypothesis"))


LINE = re.compile(r"  [a-z0-9]+\.(csv|json)(, row [0-9]+)?(, column [\w.-]+)?: \S.*")


def named(error):
    """The faults of an error, after a look at its text: one short line for each."""
    head, *lines = str(error).split("\n")
    assert len(lines) == len(error.faults) > 0
    assert head.startswith(f"{len(lines)} fault")
    for line in lines:
        assert LINE.fullmatch(line), line
        assert line.isprintable(), line
        assert len(line) < 500, line
    return error.faults


def is_read(name, content, path):
    """Whether a file is read, and then as a second reading reads it; if not, by name."""
    path.write_bytes(content)
    try:
        found = read(name, path)
    except DataError as error:
        files = {fault.file for fault in named(error)}
        assert files == {path.name}
        return False
    assert found == expected(name, cells_of(content))
    return True


def refused(name, content, path):
    """The faults for which a file is refused."""
    path.write_bytes(content)
    with pytest.raises(DataError) as error:
        read(name, path)
    return named(error.value)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("fuzz")


# --- whatever is done to a file ---------------------------------------------------


@each_file
def test_the_second_reading_agrees_on_the_files_as_they_are(name):
    assert read(name, PATHS[name]) == expected(name, CELLS[name])


@each_file
def test_any_damage_is_read_as_it_stands_or_refused_by_name(name, folder):
    @fuzzed(40)
    @given(damaged_file(name))
    def check(damaged):
        is_read(name, damaged.content, folder / PATHS[name].name)

    check()


@each_file
def test_a_file_that_is_cut_off_is_refused(name, folder):
    """Between two rows only Table 1, whose rows are counted, shows it by itself."""
    path, content = folder / PATHS[name].name, TEXTS[name].encode()
    between = {number + 1 for number, byte in enumerate(content) if byte == ord("\n")}

    @fuzzed(20)
    @given(st.integers(0, len(content) - 1))
    @example(len(content) - 1)
    @example(len(content) - 2)
    @example(len(content) - len("treated_right_side\n"))
    def check(length):
        if name == "table1" or length not in between:
            assert refused(name, content[:length], path)

    check()


# --- saved in another way ---------------------------------------------------------


def quoted(text):
    return saved(csv.reader(text.splitlines()), quoting=csv.QUOTE_ALL)


ALIKE = {
    "byte order mark": lambda text: f"\ufeff{text}",
    "CRLF": lambda text: text.replace("\n", "\r\n"),
    "CR": lambda text: text.replace("\n", "\r"),
    "mixed line ends": lambda text: text.replace("\n", "\r", 9).replace("\n", "\r\n", 9),
    "every cell quoted": quoted,
}


@each_file
@pytest.mark.parametrize("how", ALIKE)
def test_saved_in_another_way_it_is_read_the_same(name, how, folder):
    path = folder / PATHS[name].name
    path.write_bytes(ALIKE[how](TEXTS[name]).encode())
    assert read(name, path) == expected(name, CELLS[name])


BADLY = {
    # Text, to be saved as UTF-8, or bytes.
    "semicolons": lambda text: saved(csv.reader(text.splitlines()), ";"),
    "tabs": lambda text: saved(csv.reader(text.splitlines()), "\t"),
    "empty": lambda text: "",
    "only line ends": lambda text: "\n\n\n",
    "two byte order marks": lambda text: f"\ufeff\ufeff{text}",
    "no header": lambda text: text.partition("\n")[2],
    "Excel's line on the separator": lambda text: f"sep=,\n{text}",
    "empty columns at the end": lambda text: text.replace("\n", ",,,\n"),
    "empty rows at the end": lambda text: f"{text}{',' * (len(cells_of(text.encode())[0]) - 1)}\n",
    "empty lines at the end": lambda text: f"{text}\n\n",
    "empty lines between": lambda text: text.replace("\n", "\n\n"),
    "no line end at the end": lambda text: text[:-1],
    "the end mark of CP/M": lambda text: f"{text}\x1a",
    "NUL bytes at the end": lambda text: text + "\0" * 512,
    "the file twice": lambda text: text + text,
    "open quotes": lambda text: text.replace(",", ',"', 30),
    "a web page": lambda text: f"<html><pre>{text}</pre></html>\n",
    "a workbook": lambda text: f"PK\x03\x04{text}",
    "twice UTF-8": lambda text: text.encode().decode("cp1252"),
    "UTF-16": lambda text: text.encode("utf-16"),
    "UTF-16 without a mark": lambda text: text.encode("utf-16-le"),
    "UTF-32": lambda text: text.encode("utf-32"),
    "Windows-1252": lambda text: text.encode("cp1252", "replace"),
    "Mac Roman": lambda text: text.encode("mac_roman", "replace"),
}


@each_file
@pytest.mark.parametrize("how", BADLY)
def test_saved_badly_it_is_refused(name, how, folder):
    """But where a file has no character that an encoding saves otherwise: it is the same."""
    content, path = BADLY[how](TEXTS[name]), folder / PATHS[name].name
    content = content.encode() if isinstance(content, str) else content
    if content == TEXTS[name].encode():
        assert is_read(name, content, path)
    else:
        assert refused(name, content, path)


@each_file
def test_what_is_no_file_is_refused(name, tmp_path):
    path = tmp_path / PATHS[name].name
    for rule, make in (("does not exist", None), ("cannot be read: Is a directory", path.mkdir)):
        if make:
            make()
        with pytest.raises(DataError, match=f"{path.name}: '.*' {rule}"):
            read(name, path)


# --- Table 1 ----------------------------------------------------------------------


def test_a_cell_spelt_otherwise_is_read_the_same_or_refused_at_its_place(folder):
    """Dashes, >, digits, points, spaces, exponents, quotes, encodings."""

    @fuzzed(12)
    @given(respelt_table1())
    def check(respelt):
        rows, changed = respelt
        found = refused("table1", saved(rows).encode(), folder / "table1.csv")
        places = {(fault.row, fault.column) for fault in found}
        assert places <= set(changed)
        for row, column in set(changed) - places:
            before, after = changed[row, column]
            assert meaning(column, after) == meaning(column, before), (row, column, after)

    check()


@pytest.mark.parametrize("dash", DASHES)
def test_every_dash_of_a_range_is_read_or_refused_by_its_name(dash, folder):
    content, path = TEXTS["table1"].replace("–", dash).encode(), folder / "table1.csv"
    if dash in "-–":
        path.write_bytes(content)
        assert read("table1", path) == read("table1", PATHS["table1"])
        return
    found = refused("table1", content, path)
    assert len(found) == TEXTS["table1"].count("–")
    for fault in found:
        assert fault.column == "dosage_mg_per_h"
        assert unicodedata.name(dash) in fault.rule


MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]


@pytest.mark.parametrize("shape", ["{1}-{2}", "{2}-{1}", "{0}/{1}/2026", "2026-{0}-{1}", "46{0}"])
def test_ranges_that_a_spreadsheet_turned_into_dates_are_refused_one_by_one(shape, folder):
    """10–20 as 20-Oct, Oct-20, 10/20/2026, 2026-10-20 or a serial number."""
    header, *body = CELLS["table1"]
    place = header.index("dosage_mg_per_h")
    rows, dates = [header], set()
    for row, cells in enumerate(map(list, body), start=2):
        if range_ := re.fullmatch("(10)–([0-9]+)", cells[place]):
            month, day = range_.groups()
            cells[place] = shape.format(month, day, MONTHS[int(month) - 1])
            dates.add((row, "dosage_mg_per_h", cells[place]))
        rows.append(cells)
    found = refused("table1", saved(rows).encode(), folder / "table1.csv")
    assert len(dates) == 10
    assert {(fault.row, fault.column, fault.value) for fault in found} == dates


def test_another_value_is_read_as_that_value_and_changes_nothing_else(folder):
    @fuzzed(15)
    @given(revalued_table1())
    def check(rows):
        assert is_read("table1", saved(rows).encode(), folder / "table1.csv")

    check()


def test_rows_in_another_order_are_refused(folder):
    """But second rows exchanged between patients: nothing in them says whose they are, so
    that this is another table, and read as it stands."""
    rows = CELLS["table1"]

    @fuzzed(20)
    @given(st.integers(1, 47), st.integers(1, 47), st.sampled_from(["swap", "move", "double"]))
    @example(one=23, other=25, kind="swap")
    @example(one=46, other=47, kind="swap")
    def check(one, other, kind):
        changed = list(rows)
        if kind == "swap":
            changed[one], changed[other] = rows[other], rows[one]
        else:
            changed.insert(other, rows[one] if kind == "double" else changed.pop(one))
        letters = {(row[0], row[5]) for row in (rows[one], rows[other])}
        was_read = is_read("table1", saved(changed).encode(), folder / "table1.csv")
        assert was_read == (changed == rows or (kind == "swap" and letters in NAMELESS))

    check()


NAMELESS = [{("", letter)} for letter in "bc"]


@each_file
def test_columns_exchanged_dropped_doubled_or_renamed_are_refused(name, folder):
    rows, path = CELLS[name], folder / PATHS[name].name
    places = range(len(rows[0]))
    for column in places:
        for others in ([], [column, column], [(column + 1) % len(rows[0]), column]):
            order = [*places[:column], *others, *places[column + 1 :]]
            assert refused(name, saved([[row[i] for i in order] for row in rows]).encode(), path)
        renamed = [*rows[0][:column], rows[0][column].upper(), *rows[0][column + 1 :]]
        assert refused(name, saved([renamed, *rows[1:]]).encode(), path)


# --- files that say the same twice ------------------------------------------------


@cache
def others():
    """What the claims and the numerals cite."""
    return claims.divergences().index, claims.repair_names()


def agreement(register, inventory):
    """Faults between the two, and the printed value and the places of every claim."""
    behind = inventory[inventory["claim"] != ""]
    values = dict(zip(register.index, register["printed"], strict=True))
    places = set(zip(behind["claim"], behind["section"], strict=True))
    return claims.disagreements(register, inventory, *others()), (values, places)


@pytest.mark.parametrize("name", ["claims", "numerals"])
def test_a_printed_value_cannot_change_in_one_file_alone(name, folder):
    """Rows lost, cut off, doubled or moved, values spelt otherwise: refused, or no change."""
    path = folder / PATHS[name].name
    register, inventory = claims.read_register(), claims.numerals()
    none, before = agreement(register, inventory)
    assert none == []

    @fuzzed(30)
    @given(damaged_values(name))
    def check(damaged):
        path.write_bytes(damaged.content)
        try:
            if name == "claims":
                faults, after = agreement(claims.read_register(path), inventory)
            else:
                faults, after = agreement(register, claims.numerals.__wrapped__(path))
        except DataError as error:
            named(error)
            return
        if faults:
            assert named(DataError(faults))
        else:
            assert after == before

    check()


@pytest.mark.filterwarnings("ignore")
def test_a_damaged_call_is_computed_or_refused_at_its_place(monkeypatch):
    """Any expression may stand in the register, and raise whatever it likes."""
    stored, claim = claims.read_register(), "t2-age-mean"
    register = stored.copy()
    monkeypatch.setattr(claims, "read_register", lambda: register)

    @fuzzed(50)
    @given(damaged_call())
    @example('count_of_patients("age_years < 4 8")')
    @example('count_of_patients("region.str.contain(1)")')
    @example("count_of_patients(\"region.str.contains('(a')\")")
    @example('share_of_cycles("cycle == 1", of="cycle == 9")')
    @example(f"count_of_patients({'-' * 90_000}1)")
    def check(call):
        try:
            claims.quantities.parse(call)
        except claims.CALL_ERRORS:
            return
        register.at[claim, "compute"] = call
        try:
            found = claims.register.__wrapped__()
        except DataError as error:
            (place,) = {(fault.file, fault.row, fault.column) for fault in named(error)}
            assert place == ("claims.csv", 2 + register.index.get_loc(claim), "compute")
        else:
            same = found["verdict"] == stored["verdict"]
            assert same.drop(claim).all()

    check()


# --- the data dictionary ----------------------------------------------------------

load = dictionary.load.__wrapped__


@pytest.fixture
def with_dictionary(monkeypatch, tmp_path):
    """A function that reads all files by the rules of another data dictionary."""
    path = tmp_path / "datapackage.json"

    def all_read(content):
        path.write_bytes(content)
        dictionary.schema.cache_clear()
        package = load(path)
        monkeypatch.setattr(dictionary, "load", lambda: package)
        return {name: read(name, PATHS[name]) for name in PATHS}

    yield all_read
    dictionary.schema.cache_clear()


def as_strings(value):
    if isinstance(value, dict):
        return {key: as_strings(each) for key, each in value.items()}
    return [as_strings(each) for each in value] if isinstance(value, list) else str(value)


@pytest.mark.filterwarnings("ignore")
def test_a_damaged_dictionary_changes_no_value_or_is_refused(with_dictionary):
    before = as_strings({name: expected(name, CELLS[name]) for name in PATHS})

    @fuzzed(15)
    @given(damaged_package())
    def check(damaged):
        try:
            assert as_strings(with_dictionary(damaged.content)) == before
        except DataError as error:
            named(error)

    check()


def test_a_dictionary_with_damaged_bytes_is_refused_or_changes_no_value(with_dictionary):
    before = as_strings({name: expected(name, CELLS[name]) for name in PATHS})

    @fuzzed(8)
    @given(damaged_bytes(PACKAGE.encode()))
    @example((b"", "empty"))
    @example((b"[" * 100_000, "deep"))
    @example((PACKAGE.replace('"minimum": 1,', '"minimum": 1, "minimum": 0,').encode(), "twice"))
    @example((PACKAGE.replace("84", "9" * 5000).encode(), "long"))
    @example((PACKAGE.encode("utf-16"), "UTF-16"))
    def check(damaged):
        try:
            assert as_strings(with_dictionary(damaged[0])) == before
        except DataError as error:
            named(error)

    check()


# --- the command ------------------------------------------------------------------

# Runs the command in a fork for every line on its input: a file and its content, as JSON.
COMMAND = """
import json, os, shutil, sys, traceback
from correll2004 import dictionary, exports, table1
from correll2004.paths import DATA

table1.read_anew()  # what every fork needs is imported and made once
dictionary.load.cache_clear()
for line in sys.stdin:
    name, content = json.loads(line)
    path, output = DATA / name, DATA.parent / "output"
    before = path.read_bytes()
    path.unlink()
    if content is not None:
        path.write_bytes(bytes.fromhex(content)) if content != "folder" else path.mkdir()
    child = os.fork()
    if not child:
        code = -1
        try:
            os.dup2(os.open(output, os.O_WRONLY | os.O_CREAT | os.O_TRUNC), 2)
            sys.argv = ["exports"]
            if name == dictionary.PATH.name:
                dictionary.schema.cache_clear()
            exports.main()
            code = 0
        except SystemExit as end:
            print(end, file=sys.stderr)
            code = 1
        except BaseException:
            traceback.print_exc()
        finally:
            sys.stderr.flush()
            os._exit(code)
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
    path.write_bytes(before)
    print(json.dumps([code, output.read_text(encoding="utf-8")]), flush=True)
"""
FILES = [*(path.name for path in PATHS.values()), dictionary.PATH.name]


def test_the_command_ends_with_an_error_in_words_and_spares_the_exports(tmp_path):
    shutil.copytree(BOOK / "correll2004", tmp_path / "book" / "correll2004")
    shutil.copytree(DATA, tmp_path / "data")
    before = {path.name: path.read_bytes() for path in (tmp_path / "data" / "exports").iterdir()}
    cases = []
    for name in FILES:
        whole = (DATA / name).read_bytes()
        damages = [b"", whole[: len(whole) // 2], whole.decode().encode("utf-16")]
        cases += [[name, content.hex()] for content in damages] + [[name, None], [name, "folder"]]
    done = subprocess.run(
        [sys.executable, "-c", COMMAND],
        cwd=tmp_path / "book",
        input="".join(f"{json.dumps(case)}\n" for case in cases),
        capture_output=True,
        encoding="utf-8",
        env=os.environ | {"PYTHONPATH": str(tmp_path / "book")},
        check=True,
    )
    results = [json.loads(line) for line in done.stdout.splitlines()]
    for (name, content), (code, output) in zip(cases, results, strict=True):
        case = f"{name} {str(content)[:40]}: {output}"
        assert code == 1, case
        assert re.match(r"error: [0-9]+ faults? in the data\n  ", output), case
        assert name in output or name == FILES[-1], case
    after = {path.name: path.read_bytes() for path in (tmp_path / "data" / "exports").iterdir()}
    assert after == before
