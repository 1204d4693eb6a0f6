"""Damaged data: read as what it says, or refused by file, row, column, value and rule.

A reader may raise `DataError` and nothing else, and what it accepts has to be what a second,
obvious reading of the file gives (`damage.expected`). The examples are the same in every run;
``FUZZ_EXAMPLES=20000 pytest tests/data/test_damage.py`` tries that many new ones.
"""

import csv
import json
import os
import random
import re
import shutil
from dataclasses import replace

import pandas as pd
import pytest
from damage import (
    CELLS,
    PACKAGE,
    PATHS,
    SHAPES,
    TEXTS,
    Damaged,
    bytes_changed,
    cells_of,
    damaged_call,
    damaged_file,
    damaged_package,
    expected,
    read,
    same_meaning,
    saved,
    shape_changed,
)
from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st
from hypothesis.configuration import set_hypothesis_home_dir

from correll2004.data import dictionary, table1
from correll2004.data.faults import DataError, Fault
from correll2004.paper import calls, claims, records
from correll2004.paths import DATA, ROOT

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
def folder(tmp_path_factory):
    """A folder for damaged files, and one for Hypothesis."""
    set_hypothesis_home_dir(tmp_path_factory.mktemp("hypothesis"))
    return tmp_path_factory.mktemp("damage")


LINE = re.compile(r"  [a-z0-9_]+\.(csv|json)(, row [0-9]+)?(, column [\w.-]+)?: \S.*")


def named(error):
    """The faults of an error, after a look at its text: one short line for each."""
    head, *lines = str(error).split("\n")
    assert len(lines) == len(error.faults) > 0
    assert head.startswith(f"{len(lines)} fault{'s' if len(lines) > 1 else ''} in")
    for line in lines:
        assert LINE.fullmatch(line), line
        assert line.isprintable(), line
        assert len(line) < 500, line
    return error.faults


@pytest.fixture(scope="module")
def faults(folder):
    """A function: the faults for which a file's content is refused, as (row, column, value,
    rule); none if it is read, and then as a second reading reads it."""

    def found(name, content):
        content, path = as_bytes(content), folder / PATHS[name].name
        path.write_bytes(content)
        try:
            values = read(name, path)
        except DataError as error:
            found = named(error)
        else:
            assert values == expected(name, cells_of(content))
            return []
        assert {fault.file for fault in found} == {path.name}
        return [(fault.row, fault.column, fault.value, fault.rule) for fault in found]

    return found


def as_bytes(content):
    return content if isinstance(content, bytes) else content.encode(errors="replace")


def changed(name, *changes):
    """A file's text with cells changed: (row of the file, column, value) each."""
    rows = [list(row) for row in CELLS[name]]
    for row, column, value in changes:
        rows[row - 1][rows[0].index(column)] = value
    return saved(rows)


# --- cells ------------------------------------------------------------------------

with (ROOT / "tests/files/damaged-cells.csv").open(encoding="utf-8") as file:
    ONE_CELL = [tuple(row.values()) for row in csv.DictReader(file)]


@pytest.mark.parametrize(("name", "row", "column", "escaped", "at", "rule"), ONE_CELL)
def test_a_changed_cell_is_read_or_is_one_fault_at_its_place(
    name, row, column, escaped, at, rule, faults
):
    """``rule`` is a part of the one that the cell breaks, empty if the cell is read; the fault
    is of the column ``at`` if that is given. Values are escaped as in JSON."""
    row, value = int(row), json.loads('"' + escaped.replace('"', '\\"') + '"')
    found = [
        (*place, rule in why and rule)
        for *place, why in faults(name, changed(name, (row, column, value)))
    ]
    before = CELLS[name][row - 1][CELLS[name][0].index(at or column)]
    assert found == ([(row, at or column, before if at else value, rule)] if rule else [])


def test_a_cell_spelt_otherwise_is_read_the_same_or_refused_at_its_place(faults, folder, printed):
    """Dashes, >, digits, points, spaces, exponents, quotes, encodings: many cells at once."""
    header, *body = CELLS["table1"]
    for seed in range(EXAMPLES or 12):
        chosen, spelt = random.Random(seed), []
        for row, cells in enumerate(body, start=2):
            for column, cell in zip(header, cells, strict=True):
                if cell and column not in ("patient", "cycle") and chosen.random() < 0.5:
                    spelt.append((row, column, chosen.choice(same_meaning(cell))))
        refused = {fault[:3] for fault in faults("table1", changed("table1", *spelt))}
        assert refused <= set(spelt)
        assert faults("table1", changed("table1", *(set(spelt) - refused))) == []
        found = table1.read_file(folder / "table1.csv")
        pd.testing.assert_frame_equal(found.patients, printed.patients)
        cycles = found.cycles.assign(outcome_printed=printed.cycles["outcome_printed"])
        pd.testing.assert_frame_equal(cycles, printed.cycles)


# Of every kind of rule: the cell's form, its range, its reading, its neighbours.
MANY = [
    (2, "sex", "Q"),
    (3, "age_years", "x"),
    (4, "dosage_mg_per_h", "20–10"),
    (5, "relief_percent", "101"),
    (6, "relief_months", "N/A"),
    (7, "infusion_days", "0"),
    (8, "crps_months", ">1201"),
    (8, "region", ""),
    (9, "patient_facts", "left_handed"),
    (10, "relief_months", "900"),
    (24, "age_years", "44"),
]


def test_all_faults_are_reported_at_once_and_none_hides_another(faults):
    rows = cells_of(changed("table1", *MANY).encode())[:-1]
    *found, last = faults("table1", saved(rows))
    assert [fault[:3] for fault in found] == MANY
    assert last == (47, "cycle", "b", "is in the last of 46 rows; there must be 47")
    unread = [(2, "relief_months", "075"), (2, "relief_percent", "100%")]
    assert [fault[:3] for fault in faults("table1", changed("table1", *unread))] == unread


def test_the_message_names_file_row_column_value_and_rule(folder):
    path = folder / "table1.csv"
    long = (2, "region", "Foot\n" * 20_000)
    path.write_text(changed("table1", (3, "dosage_mg_per_h", "20-Oct"), long), encoding="utf-8")
    with pytest.raises(DataError) as error:
        read("table1", path)
    head, cut, whole = str(error.value).splitlines()
    assert head == "2 faults in the data"
    assert cut.startswith("  table1.csv, row 2, column region: 'Foot\\nFoot\\nFoot")
    assert "… (100000 characters) has a character that cannot be seen: U+000A" in cut
    assert whole == (
        "  table1.csv, row 3, column dosage_mg_per_h: '20-Oct' does not have the form of this"
        " column; an example is 15–20"
    )
    fault = Fault("table1.csv", 2, "sex", "Q", "must be one of M, F")
    assert str(DataError([fault, fault])).splitlines()[0] == "1 fault in the data"


# --- rows and columns -------------------------------------------------------------


@each_file
@pytest.mark.parametrize("kind", SHAPES)
def test_changed_rows_are_read_as_they_are_or_refused(name, kind, faults):
    for seed in range(EXAMPLES or 3):
        rows = [list(row) for row in CELLS[name]]
        shape_changed(random.Random(f"{name} {kind} {seed}"), rows, kind)
        faults(name, saved(rows))


# What is done to the rows of Table 1, by their place in the file, and places and parts of the
# rules of the faults.
ORDER = {
    "patients exchanged": (
        lambda rows: rows.insert(5, rows.pop(6)),
        [(6, "patient", "be 5"), (7, "patient", "be 7"), (8, "patient", "be 6")],
    ),
    "a patient lost": (
        lambda rows: rows.pop(5),
        [(6, "patient", "be 5"), (47, "cycle", "46 rows"), (47, "patient", "32 patients")],
    ),
    "a number that is none": (
        lambda rows: rows[5].__setitem__(0, "five"),
        [(6, "patient", "does not have the form"), (6, "patient", "be 5")],
    ),
    "more digits than an integer of Python may have": (
        lambda rows: rows[2].__setitem__(0, "9" * 5000),
        [(3, "patient", "be 2")],
    ),
    "no row": (
        lambda rows: rows.__delitem__(slice(1, None)),
        [(1, "cycle", "0 rows"), (1, "patient", "0 patients")],
    ),
    # Nothing in a second row says whose it is: this is another table, and read as it is.
    "second cycles exchanged": (
        lambda rows: rows.__setitem__(slice(23, 26, 2), rows[25:22:-2]),
        [],
    ),
}


@pytest.mark.parametrize("case", ORDER)
def test_the_order_of_table_1_is_checked(case, faults):
    change, places = ORDER[case]
    rows = [list(row) for row in CELLS["table1"]]
    change(rows)
    found = faults("table1", saved(rows))
    assert [fault[:2] for fault in found] == [place[:2] for place in places]
    for (*_, rule), (*_, part) in zip(found, places, strict=True):
        assert part in rule


@pytest.mark.parametrize(
    ("name", "column", "rule"),
    [
        ("claims", "id", "appears twice in a column of unique values"),
        ("numerals", "order", "appears twice with the same section, paragraph, sentence"),
        ("statements", "sentence", "appears twice with the same section, paragraph"),
        ("divergences", "id", "appears twice in a column of unique values"),
        ("repairs", "column", "appears twice with the same repair, patient, cycle"),
        ("software_rules", "rule", "appears twice with the same program, quantity"),
        ("appraisal", "item", "appears twice with the same tool"),
        ("retold", "id", "appears twice in a column of unique values"),
    ],
)
def test_a_row_given_twice_is_refused(name, column, rule, faults):
    header, first, *others = CELLS[name]
    found = faults(name, saved([header, first, first, *others]))
    assert (3, column, first[header.index(column)], rule) in found


@each_file
def test_columns_exchanged_dropped_doubled_or_renamed_are_refused(name, faults):
    rows = CELLS[name]
    places = range(len(rows[0]))
    for column in places:
        for others in ([], [column, column], [(column + 1) % len(rows[0]), column]):
            order = [*places[:column], *others, *places[column + 1 :]]
            text = saved([[row[i] for i in order] for row in rows])
            ((row, _, _, rule),) = faults(name, text)
            assert (row, rule) == (1, f"is not the header {','.join(rows[0])}")
        renamed = [*rows[0][:column], rows[0][column].upper(), *rows[0][column + 1 :]]
        ((row, *_),) = faults(name, saved([renamed, *rows[1:]]))
        assert row == 1


# --- files ------------------------------------------------------------------------


@each_file
def test_a_file_with_any_damage_is_read_as_it_is_or_refused_by_name(name, faults):
    assert faults(name, TEXTS[name]) == []

    @fuzzed(30)
    @given(damaged_file(name))
    def check(damaged):
        faults(name, damaged.content)

    check()


@each_file
def test_a_file_that_is_cut_off_is_refused(name, faults):
    """Between two rows only Table 1, whose rows are counted, shows it by itself."""
    content = TEXTS[name].encode()
    between = {number + 1 for number, byte in enumerate(content) if byte == ord("\n")}
    lengths = random.Random(name).sample(range(len(content)), min(EXAMPLES or 20, len(content)))
    for length in (*lengths, len(content) - 1, len(content) - len("treated_right_side\n")):
        if name == "table1" or length not in between:
            assert faults(name, content[:length])


ALIKE = {
    "byte order mark": lambda text: f"\ufeff{text}",
    "CRLF": lambda text: text.replace("\n", "\r\n"),
    "CR": lambda text: text.replace("\n", "\r"),
    "mixed line ends": lambda text: text.replace("\n", "\r", 9).replace("\n", "\r\n", 9),
    "every cell quoted": lambda text: saved(cells_of(text.encode()), quoting=csv.QUOTE_ALL),
}


@each_file
@pytest.mark.parametrize("how", ALIKE)
def test_saved_in_another_way_it_is_read_the_same(name, how, folder):
    path = folder / PATHS[name].name
    path.write_bytes(ALIKE[how](TEXTS[name]).encode())
    assert read(name, path) == expected(name, CELLS[name])


# How, and a part of the rule.
BADLY = {
    "semicolons": (lambda text: saved(cells_of(text.encode()), ";"), "is not the header"),
    "tabs": (lambda text: saved(cells_of(text.encode()), "\t"), "is not the header"),
    "empty": (lambda text: "", "is not the header"),
    "no header": (lambda text: text.partition("\n")[2], "is not the header"),
    "Excel's line on the separator": (lambda text: f"sep=,\n{text}", "is not the header"),
    "empty columns at the end": (lambda text: text.replace("\n", ",,,\n"), "is not the header"),
    "empty lines at the end": (lambda text: f"{text}\n\n", "has 0 cells"),
    "empty lines between": (lambda text: text.replace("\n", "\n\n"), "has 0 cells"),
    "no line end at the end": (lambda text: text[:-1], "ends without a line end"),
    "the end mark of CP/M": (lambda text: f"{text}\x1a", "has 1 cells"),
    "NUL bytes at the end": (lambda text: text + "\0" * 512, ""),
    "open quotes": (lambda text: text.replace(",", ',"', 30), ""),
    "a quote not closed": (lambda text: f'{text}"', "is not readable as CSV"),
    "a workbook": (lambda text: f"PK\x03\x04{text}", "is not the header"),
    "twice UTF-8": (lambda text: text.encode().decode("cp1252"), ""),
    "UTF-16": (lambda text: text.encode("utf-16"), "is not UTF-8"),
    "UTF-16 without a mark": (lambda text: text.encode("utf-16-le"), ""),
    "Windows-1252": (lambda text: text.encode("cp1252", "replace"), "is not UTF-8"),
}


@each_file
@pytest.mark.parametrize("how", BADLY)
def test_saved_badly_it_is_refused(name, how, faults):
    """But if a file has no character that an encoding saves otherwise: it is the same."""
    save, rule = BADLY[how]
    content = as_bytes(save(TEXTS[name]))
    found = [rule in why for *_, why in faults(name, content)]
    assert any(found) or content == TEXTS[name].encode()


@pytest.mark.parametrize("name", [*PATHS, "dictionary"])
def test_what_is_no_file_is_refused(name, tmp_path, monkeypatch):
    path = tmp_path / PATHS.get(name, dictionary.PATH).name

    def refused_because(rule):
        with pytest.raises(DataError, match=rf"\n  {path.name}: '/.*' {rule}$"):
            dictionary.read(path) if name == "dictionary" else read(name, path)

    refused_because("does not exist")
    path.mkdir()
    refused_because("cannot be read: Is a directory")

    def read_bytes(path):
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(type(path), "read_bytes", read_bytes)
    refused_because("cannot be read: Permission denied")


# --- the whole folder -------------------------------------------------------------


@pytest.fixture(scope="module")
def files():
    """The project's own files."""
    return records.read_files(DATA)


@pytest.fixture
def copy(tmp_path):
    """A copy of the data folder."""
    return shutil.copytree(DATA, tmp_path / "data")


def test_the_faults_of_all_files_are_reported_together(copy):
    for name, change in {
        "table1": (2, "sex", "Q"),
        "claims": (2, "rounding", "nearest"),
        "numerals": (2, "order", "one"),
        "statements": (2, "kind", "guess"),
        "divergences": (2, "id", "D7"),
        "repairs": (2, "patient", "one"),
        "comments": (2, "label", "one"),
        "software_rules": (2, "grade", "known"),
        "open-questions": (2, "question", "Patient 1"),
        "appraisal": (2, "answer", "perhaps"),
        "retold": (2, "wording", "good"),
    }.items():
        (copy / PATHS[name].name).write_text(changed(name, change), encoding="utf-8")
    with pytest.raises(DataError) as error:
        records.read_files(copy)
    assert {fault.file for fault in named(error.value)} == {path.name for path in PATHS.values()}


def test_a_folder_is_read_as_it_is_now(copy, files):
    assert records.read_files(copy).register.equals(files.register)
    (copy / "repairs.csv").write_text(changed("repairs", (2, "repair", "R2")), encoding="utf-8")
    with pytest.raises(DataError, match=r"claims\.csv, row .*: 'R1' is not in repairs\.csv"):
        records.read_files(copy)


READERS = {"claims": records.read_register, "numerals": records.read_numerals}


@pytest.mark.parametrize("name", READERS)
def test_a_printed_value_cannot_change_in_one_file_alone(name, folder, files):
    """Rows lost or moved, values spelt otherwise: refused, or no claim says another thing."""
    path, field = folder / PATHS[name].name, "register" if name == "claims" else name

    def said(files):
        behind = files.numerals[files.numerals["claim"] != ""]
        places = set(zip(behind["claim"], behind["section"], strict=True))
        return files.register["printed"].to_dict(), places

    @fuzzed(30)
    @given(damaged_file(name))
    def check(damaged):
        path.write_bytes(damaged.content)
        try:
            now = replace(files, **{field: READERS[name](path)})
        except DataError as error:
            named(error)
            return
        cited = now.divergences.index, set(now.repairs["repair"])
        if found := records.disagreements(now.register, now.numerals, *cited):
            named(DataError(found))
        else:
            assert said(now) == said(files)

    check()


# --- calls ------------------------------------------------------------------------


@pytest.mark.filterwarnings("ignore")
def test_a_damaged_call_is_computed_or_refused_at_its_place(files):
    """Any expression may be in the register, and raise whatever it likes."""
    claim, endings = "t2-age-mean", set()

    @fuzzed(50)
    @given(damaged_call())
    @example('count_of_patients("age_years < 4 8")')
    @example('count_of_patients("region.str.contain(1)")')
    @example("count_of_patients(\"region.str.contains('(a')\")")
    @example('share_of_cycles("cycle == 1", of="cycle == 9")')
    @example('count_of_patients("age_years < 48")')
    @example(f"count_of_patients({'-' * 90_000}1)")
    def check(call):
        try:
            calls.parse(call)
        except ValueError:
            endings.add("not a call")
            return
        register = files.register.copy()
        register.at[claim, "compute"] = call
        damaged = replace(files, register=register)
        try:
            found = claims.with_verdicts(register.loc[[claim]], damaged)
        except DataError as error:
            (fault,) = named(error)
            row = 2 + register.index.get_loc(claim)
            assert (fault.file, fault.row, fault.column) == ("claims.csv", row, "compute")
            assert fault.value == call
            endings.add("refused")
        else:
            value = calls.evaluate(call, files.table1).value
            assert value != value or found.at[claim, "recomputed"] == value
            endings.add("computed")

    check()
    assert endings == {"not a call", "refused", "computed"}


# --- the data dictionary ----------------------------------------------------------


def as_strings(value):
    if isinstance(value, dict):
        return {key: as_strings(each) for key, each in value.items()}
    return [as_strings(each) for each in value] if isinstance(value, list) else str(value)


def damaged_text(random):
    content, how = bytes_changed(random, PACKAGE.encode())
    return Damaged(content, (how,))


@pytest.mark.filterwarnings("ignore")
def test_a_damaged_dictionary_changes_no_value_or_is_refused(folder):
    """Parts of it lost, renamed or replaced, and damaged bytes."""
    before = as_strings({name: expected(name, CELLS[name]) for name in PATHS})
    path = folder / dictionary.PATH.name

    @fuzzed(24)
    @given(damaged_package() | st.randoms(use_true_random=False).map(damaged_text))
    def check(damaged):
        path.write_bytes(damaged.content)
        try:
            rules = dictionary.read(path)
            found = {name: read(name, PATHS[name], rules) for name in PATHS}
        except DataError as error:
            named(error)
        else:
            assert as_strings(found) == before

    check()
