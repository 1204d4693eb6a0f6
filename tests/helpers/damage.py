"""Ways to damage the data files, and a second, obvious reading of what is in them.

`read` reads a file through the package, `expected` without it. Each damage is shown by what
was done, not by its bytes.
"""

import csv
import io
import json
import re
import unicodedata
from typing import NamedTuple

from hypothesis import strategies as st

from correll2004.data import adtte, comments, dictionary, table1
from correll2004.paper import appraisal, questions, retold
from correll2004.paper.records import (
    DIVERGENCES_PATH,
    NUMERALS_PATH,
    PATH,
    SOFTWARE_RULES_PATH,
    STATEMENTS_PATH,
    read_divergences,
    read_numerals,
    read_register,
    read_software_rules,
    read_statements,
)

PATHS = {
    "table1": table1.PATH,
    "claims": PATH,
    "numerals": NUMERALS_PATH,
    "statements": STATEMENTS_PATH,
    "divergences": DIVERGENCES_PATH,
    "repairs": table1.REPAIRS_PATH,
    "comments": comments.PATH,
    "software_rules": SOFTWARE_RULES_PATH,
    "open-questions": questions.PATH,
    "appraisal": appraisal.PATH,
    "retold": retold.PATH,
}
TEXTS = {name: path.read_text(encoding="utf-8") for name, path in PATHS.items()}


def cells_of(content):
    """Rows of a CSV file's bytes."""
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))


CELLS = {name: cells_of(text.encode()) for name, text in TEXTS.items()}


def saved(rows, delimiter=",", end="\n", quoting=csv.QUOTE_MINIMAL):
    """Rows as the text of a CSV file."""
    file = io.StringIO(newline="")
    csv.writer(file, delimiter=delimiter, lineterminator=end, quoting=quoting).writerows(rows)
    return file.getvalue()


# --- two readings -----------------------------------------------------------------


def read(name, path, rules=None):
    """A file through the package, as plain values; of the repairs, also Table 1 under R1.

    rules : a `Dictionary`, the project's own if not given.
    """
    if name == "table1":
        return _plain_table1(table1.read_file(path, rules))
    if name == "claims":
        return _plain(read_register(path, rules).reset_index())
    if name == "numerals":
        return _plain(read_numerals(path, rules))
    if name == "statements":
        return _plain(read_statements(path, rules))
    if name == "divergences":
        return _plain(read_divergences(path, rules).reset_index())
    if name == "comments":
        return _plain(comments.read_comments(path, rules))
    if name == "software_rules":
        return _plain(read_software_rules(path, rules))
    if name == "open-questions":
        return _plain(questions.read_questions(path, rules or dictionary.load()))
    if name == "appraisal":
        return _plain(appraisal.read_appraisal(path, rules))
    if name == "retold":
        return _plain(retold.read_retold(path, rules))
    repairs = table1.read_repairs(path, rules)
    found = {"repairs": _plain(repairs)}
    if "R1" in set(repairs["repair"]):
        repaired = table1.repaired(table1.read_file(rules=rules), "R1", repairs)
        found["R1"] = _plain_table1(repaired)
    return found


def _plain_table1(data):
    cases = _plain(adtte.of_table(data))
    return {
        "patients": _plain(data.patients),
        "cycles": _plain(data.cycles),
        "adtte": [(c["SRCSEQ"], c["AVAL"], c["CNSR"], c["SRCVAL"]) for c in cases],
    }


def _plain(frame):
    """Rows of a frame as dicts, None where blank."""
    records = frame.astype(object).where(frame.notna() & (frame != ""), None)
    return records.to_dict("records")


def expected(name, rows):
    """What the rows of a file say, read the obvious way.

    AssertionError where a reader had to refuse them.
    """
    header, *body = rows
    assert header == CELLS[name][0]
    records = [dict(zip(header, row, strict=True)) for row in body]
    if name == "table1":
        return _expected_table1(records)
    whole = {"numerals": ["order"], "repairs": ["patient", "cycle"]}.get(name, [])
    found = [
        {key: int(cell) if key in whole else cell or None for key, cell in record.items()}
        for record in records
    ]
    if name != "repairs":
        return found
    if "R1" not in {repair["repair"] for repair in found}:
        return {"repairs": found}
    table = [dict(zip(CELLS["table1"][0], row, strict=True)) for row in CELLS["table1"][1:]]
    for repair in found:
        if repair["repair"] == "R1":
            first = [row["patient"] for row in table].index(str(repair["patient"]))
            cell = table[first + repair["cycle"] - 1]
            assert cell[repair["column"]] == repair["printed"]
            cell[repair["column"]] = repair["read_as"]
    return {"repairs": found, "R1": _expected_table1(table)}


def number(text):
    """A number in plain digits; AssertionError for anything else."""
    assert re.fullmatch(r"(0|[1-9][0-9]*)(\.[0-9]+)?", text), text
    return float(text)


def _expected_table1(records):
    patients, cycles, cases = [], [], []
    for row, cells in enumerate(records, start=2):
        if cells["patient"]:
            patients.append(_expected_patient(len(patients) + 1, cells))
            assert cells["cycle"] in ("", "a")
        else:
            assert cells["cycle"] == "abc"[patients[-1]["n_cycles"]]
        patients[-1]["n_cycles"] += 1
        cycle = _expected_cycle(patients[-1], cells)
        cycles.append(cycle)
        cases.append((row, cycle["relief_months"], 1 - cycle["event"], cells["relief_months"]))
    assert (len(patients), len(cycles)) == (33, 47)
    return {"patients": patients, "cycles": cycles, "adtte": cases}


def _expected_patient(patient, cells):
    assert cells["patient"] == str(patient)
    return {
        "patient": patient,
        "age_years": int(number(cells["age_years"])),
        "sex": cells["sex"],
        "crps_months": number(cells["crps_months"].removeprefix(">")),
        "crps_months_is_lower_bound": cells["crps_months"].startswith(">"),
        "region": cells["region"],
        "crps_type": "II" if "crps_type_2" in cells["patient_facts"] else "I",
        "n_cycles": 0,
        "patient_facts": cells["patient_facts"] or None,
    }


def _expected_cycle(patient, cells):
    low, _, high = cells["dosage_mg_per_h"].replace("–", "-").partition("-")
    relief, outcome = number(cells["relief_percent"]), cells["relief_months"]
    assert (outcome == "N/A") == (relief == 0)
    if outcome in ("N/A", "No follow-up"):
        months, event = 0.0, int(outcome == "N/A")
        kind = "no_relief" if event else "no_follow_up"
    else:
        months, event = number(outcome.removeprefix(">")), int(not outcome.startswith(">"))
        kind = "relapse" if event else "in_remission"
    return {
        "label": f"{patient['patient']}{cells['cycle']}",
        "patient": patient["patient"],
        "cycle": patient["n_cycles"],
        "rate_low_mg_per_h": number(low),
        "rate_max_mg_per_h": number(high or low),
        "infusion_days": number(cells["infusion_days"]),
        "relief_percent": relief,
        "relief_months": months,
        "event": event,
        "outcome": kind,
        "outcome_printed": outcome,
        "cycle_facts": cells["cycle_facts"] or None,
    }


# --- cells ------------------------------------------------------------------------

DASHES = "-\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe63\uff0d"
GREATER = ["＞", "&gt;", "≥", "›"]
SPACES = [" ", "  ", "\t", "\n", "\r\n", "\x85", "\u00a0", "\u2009", "\u200b", "\u3000", "\ufeff"]
ZEROS = [0xFF10, 0x0660, 0x06F0, 0x0966, 0x1D7CE]  # full-width, Arabic-Indic, ...
DATES = ["20-Oct", "Oct-20", "43758", "10/20/2026", "2026-10-20 00:00:00", "20. Okt"]
ERRORS = ["TRUE", "FALSE", "#NAME?", "#N/A", "######", "nan", "NaN", "inf", "None", "NULL", "-1"]
ODD = ["", "\0", "\x1a", "\ufffd", '"', '""', "'", ",", ";", "=1+1", "9" * 5000, "x" * 140_000]
OTHERS = ["0", "1", "3", "100", "1.25", "15–20", "20-10", "N/A", "No follow-up", "a", "b", "F"]


def same_meaning(cell):
    """A cell as a spreadsheet, a word processor or a keyboard spells it: the same to a person."""
    found = [f"{mark}{cell}" for mark in "'=+"] + [f'="{cell}"', f"{cell}%", f"{cell}*"]
    found += [space + cell for space in SPACES] + [cell + space for space in SPACES]
    found += [cell.replace(" ", space) for space in SPACES]
    found += [re.sub("[-–]", dash, cell) for dash in [*DASHES, " – ", "–\u200b", "--"]]
    found += [cell.replace(">", sign) for sign in [*GREATER, "> ", ">\u00a0"]]
    found += [cell.translate({48 + i: zero + i for i in range(10)}) for zero in ZEROS]
    found += [cell.replace(".", point) for point in (",", "·", "٫")]
    found += [re.sub(r"(?<![0-9])0\.", ".", cell), re.sub(r"[0-9.]+", r"\g<0>.0", cell, count=1)]
    found += [unicodedata.normalize("NFKD", cell), cell.replace("a", "а"), cell.replace("M", "М")]
    found += [cell.encode().decode(code, "replace") for code in ("cp1252", "mac_roman", "cp437")]
    if re.fullmatch(r"[0-9]+(\.[0-9]+)?", cell):
        found += [f"{float(cell):E}", f"{float(cell):e}", f"{float(cell):.4f}", f"0{cell}"]
        found += [f"{float(cell):,.4f}", f"{float(cell):+g}"]
    return [spelt for spelt in found if spelt != cell]


def another_meaning(cell):
    """What can get into a cell's place and says something else, or nothing."""
    found = [*DATES, *ERRORS, *ODD, *OTHERS, cell * 2, cell[::-1], cell[:-1], cell[1:]]
    found += [cell.swapcase(), cell.replace(">", ""), f">{cell}", cell.replace(".", "")]
    found += [f"{cell}0", f"0{cell}"]
    return [other for other in found if other != cell]


# --- rows and columns -------------------------------------------------------------


def _swap_cells(rows, one, other, column, second):
    rows[one][column], rows[other][second] = rows[other][second], rows[one][column]


def _swap_rows(rows, one, other, *_):
    rows[one], rows[other] = rows[other], rows[one]


def _shift(rows, one, _, column, second):
    rows[one].insert(column, rows[one].pop(second))


# Each changes rows in place, given two of their numbers and two of columns.
SHAPES = {
    "drop a row": lambda rows, one, *_: rows.pop(one),
    "double a row": lambda rows, one, other, *_: rows.insert(other, list(rows[one])),
    "swap rows": _swap_rows,
    "move a row": lambda rows, one, other, *_: rows.insert(other, rows.pop(one)),
    "cut off rows": lambda rows, one, *_: rows.__delitem__(slice(one, None)),
    "swap cells": _swap_cells,
    "insert an empty row": lambda rows, one, *_: rows.insert(one, [""] * len(rows[0])),
    "shift a row": _shift,
    "insert a cell": lambda rows, one, _, column, *__: rows[one].insert(column, ""),
    "delete a cell": lambda rows, one, _, column, *__: rows[one].pop(column),
}


class Damaged(NamedTuple):
    """A damaged file; shown by what was done to it."""

    content: bytes
    how: tuple[str, ...]

    def __repr__(self):
        return f"<{'; '.join(self.how)}>"


def cell_changed(random, rows):
    """Change one cell of some rows in place; returns what was done."""
    row = random.randrange(len(rows))
    column = random.randrange(len(rows[row]))
    before = rows[row][column]
    after = random.choice(random.choice([same_meaning, another_meaning])(before) or ["?"])
    rows[row][column] = after
    return f"row {row + 1}, column {column}: {before!r:.40} to {after!r:.40}"


def shape_changed(random, rows, kind=None):
    """Change the shape of some rows in place; returns what was done."""
    kind = kind or random.choice(list(SHAPES))
    places = [*random.choices(range(len(rows)), k=2), *random.choices(range(len(rows[0])), k=2)]
    SHAPES[kind](rows, *places)
    return f"{kind} {places}"


# --- bytes ------------------------------------------------------------------------

BITS = [b'"', b'""', b",", b";", b"\n", b"\r", b"\r\n", b" ", b"\0", b"\x0c", b"\x1a", b"\xff"]
BITS += [b"\xef\xbb\xbf", b"\xe2\x80\xa8", b"\xed\xa0\x80", b"\xc2\xa0", b"\xe2\x80\x8b"]


def bytes_changed(random, content):
    """A copy of bytes with one kind of damage, and its name."""
    place = random.randint(0, len(content))
    end = random.randint(place, min(len(content), place + 40))
    bit, fresh = 1 << random.randrange(8), random.choice(BITS)
    flipped = bytes(byte ^ bit for byte in content[place : place + 1])
    kinds = {
        "cut off": content[:place],
        "delete": content[:place] + content[end:],
        "double": content[:end] + content[place:],
        f"flip {bit}": content[:place] + flipped + content[place + 1 :],
        f"insert {fresh}": content[:place] + fresh + content[place:],
        f"write {fresh}": content[:place] + fresh + content[end:],
    }
    kind = random.choice(list(kinds))
    return kinds[kind], f"{kind} at byte {place} to {end}"


@st.composite
def damaged_file(draw, name):
    """A file with up to three changes of cells, rows and bytes."""
    random = draw(st.randoms(use_true_random=False))
    rows, how = [list(row) for row in CELLS[name]], []
    for _ in range(random.choice([0, 1, 1, 2])):
        if rows and all(len(row) == len(CELLS[name][0]) for row in rows):
            how.append(random.choice([cell_changed, shape_changed])(random, rows))
    content = saved(rows).encode(errors="replace")
    for _ in range(random.choice([0, 0, 1]) if how else 1):
        content, step = bytes_changed(random, content)
        how.append(step)
    return Damaged(content, tuple(how))


# --- calls and the data dictionary ------------------------------------------------

CALLS = sorted({row[CELLS["claims"][0].index("compute")] for row in CELLS["claims"][1:]} - {""})
PARTS = ["", "(", ")", '"', "'", ",", " ", "=", "==", "<", "＜", "０", "é", "9" * 20, "-1", "x"]
PARTS += ["None", "not ", "cycle", "@", "~", "**", "/0", ".str", "[", "relief_months", "-" * 9000]


@st.composite
def damaged_call(draw):
    """A call of the register with one or two pieces replaced."""
    call = draw(st.sampled_from(CALLS))
    for _ in range(draw(st.integers(1, 2))):
        start = draw(st.integers(0, len(call)))
        end = draw(st.integers(start, min(len(call), start + 9)))
        call = call[:start] + draw(st.sampled_from(PARTS)) + call[end:]
    return call


PACKAGE = dictionary.PATH.read_text(encoding="utf-8")
WORDS = ["", "x", 0, 84, -1, True, None, [], {}, ["x"], {"x": 1}, "84", "^(", "string", "integer"]


def _places(part):
    """Every object or list within a part of the dictionary, with each of its keys."""
    keys = part if isinstance(part, dict) else range(len(part)) if isinstance(part, list) else ()
    for key in keys:
        yield part, key
        yield from _places(part[key])


@st.composite
def damaged_package(draw):
    """The dictionary with one to three of its parts lost, renamed or replaced."""
    package, how = json.loads(PACKAGE), []
    random = draw(st.randoms(use_true_random=False))
    for _ in range(random.randint(1, 3)):
        holder, key = random.choice(list(_places(package)))
        kind = random.choice(["lose", "rename", "replace"])
        how.append(f"{kind} {key}: {holder[key]!r:.40}")
        if kind == "replace":
            holder[key] = json.loads(json.dumps(random.choice(WORDS)))
        elif kind == "rename" and isinstance(holder, dict):
            holder[f"{key}s"] = holder.pop(key)
        else:
            del holder[key]
    return Damaged(json.dumps(package).encode(), tuple(how))
