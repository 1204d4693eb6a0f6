"""Damaged copies of the data files, and a second, obvious reading of what stands in them.

`read` reads a file through the package and `expected` without it. The strategies
damage cells, rows, columns, the way of saving and raw bytes; each example is shown by
what was done to it, not by its bytes.
"""

import csv
import io
import json
import re
import unicodedata
from typing import NamedTuple

from hypothesis import strategies as st

from correll2004 import adtte, claims, dictionary, table1

PATHS = {
    "table1": table1.PATH,
    "claims": claims.PATH,
    "numerals": claims.NUMERALS_PATH,
    "divergences": claims.DIVERGENCES_PATH,
    "repairs": table1.REPAIRS_PATH,
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


def read(name, path):
    """A file through the package, as plain values; of the repairs, also Table 1 under R1."""
    if name == "table1":
        return _plain_table1(table1.read_anew((), path))
    if name == "claims":
        return _plain(claims.read_register(path).reset_index())
    if name == "numerals":
        return _plain(claims.numerals.__wrapped__(path))
    if name == "divergences":
        return _plain(claims.divergences.__wrapped__(path).reset_index())
    repairs = _plain(table1.read_repairs(path))
    if "R1" not in {repair["repair"] for repair in repairs}:
        return {"repairs": repairs}
    repaired = table1.read_anew(("R1",), table1.PATH, path)
    return {"repairs": repairs, "R1": _plain_table1(repaired)}


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


def meaning(column, cell):
    """What a cell of Table 1 says; AssertionError where it says nothing."""
    if column in ("age_years", "infusion_days", "relief_percent"):
        return number(cell)
    if column == "dosage_mg_per_h":
        low, _, high = cell.replace("–", "-").partition("-")
        return number(low), number(high or low)
    if column in ("crps_months", "relief_months") and cell not in ("N/A", "No follow-up"):
        return number(cell.removeprefix(">")), cell.startswith(">")
    return cell


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


@st.composite
def respelt_table1(draw):
    """Table 1 with many cells spelt otherwise: its rows, and what was changed where."""
    header, *body = CELLS["table1"]
    random = draw(st.randoms(use_true_random=False))
    rows, changed = [header], {}
    for row, cells in enumerate(map(list, body), start=2):
        for place, column in enumerate(header):
            if cells[place] and column not in ("patient", "cycle") and random.random() < 0.5:
                before, cells[place] = cells[place], random.choice(same_meaning(cells[place]))
                changed[row, column] = (before, cells[place])
        rows.append(cells)
    return rows, changed


@st.composite
def revalued_table1(draw):
    """Rows of Table 1 with a few cells that say something else, and may well say it."""
    rows = [list(row) for row in CELLS["table1"]]
    columns = {
        "age_years": st.integers(1, 110).map(str),
        "sex": st.sampled_from("MF"),
        "crps_months": st.sampled_from(["0.25", ">24", "1200", "3.0"]),
        "dosage_mg_per_h": st.sampled_from(["0.1", "200", "5–7.5", "12.5-46"]),
        "infusion_days": st.decimals("0.01", "60", places=2).map(str),
        "relief_percent": st.integers(1, 100).map(str),
        "relief_months": st.sampled_from(["0", "84", ">0.5", "No follow-up", "6", ">36"]),
    }
    for _ in range(draw(st.integers(1, 6))):
        column = draw(st.sampled_from(list(columns)))
        place, row = rows[0].index(column), draw(st.sampled_from(rows[1:]))
        if row[place] and row[rows[0].index("relief_percent")] != "0":
            row[place] = draw(columns[column])
    return rows


# --- rows and columns -------------------------------------------------------------

CELLWISE = ["cell", "any text", "swap cells"]
ROWWISE = ["drop row", "double row", "replace row", "swap rows", "move row", "cut rows"]
SHAPES = ["empty row", "shift row", "cell more", "cell less"]
COLUMNWISE = ["swap columns", "drop column", "double column", "empty columns"]


@st.composite
def damaged_rows(draw, rows, kinds):
    """A copy of rows with one kind of damage, and its name."""
    rows = [list(row) for row in rows]
    kind = draw(st.sampled_from(kinds))
    one, other = draw(st.integers(0, len(rows) - 1)), draw(st.integers(0, len(rows) - 1))
    width = len(rows[0])
    column, second = draw(st.integers(0, width - 1)), draw(st.integers(0, width - 1))
    how = f"{kind} {one}:{column} {other}:{second}"
    if kind == "cell":
        change = draw(st.sampled_from([same_meaning, another_meaning]))
        rows[one][column] = draw(st.sampled_from(change(rows[one][column])))
        how += f" {rows[one][column]!r:.60}"
    elif kind == "any text":
        rows[one][column] = draw(st.text(max_size=12))
        how += f" {rows[one][column]!r}"
    elif kind == "swap cells":
        rows[one][column], rows[other][second] = rows[other][second], rows[one][column]
    elif kind == "drop row":
        del rows[one]
    elif kind == "double row":
        rows.insert(other, list(rows[one]))
    elif kind == "replace row":
        rows[one] = list(rows[other])
    elif kind == "swap rows":
        rows[one], rows[other] = rows[other], rows[one]
    elif kind == "move row":
        rows.insert(other, rows.pop(one))
    elif kind == "cut rows":
        del rows[one:]
    elif kind == "empty row":
        rows.insert(one, draw(st.sampled_from([[], [""], [""] * width])))
    elif kind == "shift row":
        rows[one].insert(column, rows[one].pop(second))
    elif kind == "cell more":
        rows[one].insert(column, draw(st.sampled_from(["", "3", rows[one][column]])))
    elif kind == "cell less":
        del rows[one][column]
    else:
        start = draw(st.sampled_from([0, 1]))  # with the header, or below it
        how += f" from row {start}"
        for row in rows[start:]:
            if kind == "swap columns":
                row[column], row[second] = row[second], row[column]
            elif kind == "drop column":
                del row[column]
            elif kind == "double column":
                row.insert(second, row[column])
            else:
                row += [""] * (1 + second)
    return rows, how


# --- files ------------------------------------------------------------------------

CODES = ["utf-8-sig", "utf-16", "utf-16-le", "utf-32", "cp1252", "mac_roman", "shift-jis"]
BITS = [b'"', b'""', b",", b";", b"\n", b"\r", b"\r\n", b" ", b"\0", b"\x0c", b"\x1a", b"\xff"]
BITS += [b"\xef\xbb\xbf", b"\xe2\x80\xa8", b"\xed\xa0\x80", b"\xc2\xa0", b"\xe2\x80\x8b"]


class Damaged(NamedTuple):
    """A damaged file; shown by what was done to it."""

    content: bytes
    how: tuple[str, ...]

    def __repr__(self):
        return f"<{'; '.join(self.how)}>"


@st.composite
def damaged_bytes(draw, content):
    """A copy of bytes with one kind of damage, and its name."""
    place = draw(st.integers(0, len(content)))
    end = draw(st.integers(place, min(len(content), place + 40)))
    kind = draw(st.sampled_from(["cut", "delete", "insert", "replace", "double", "flip"]))
    how = f"{kind} at {place} to {end}"
    if kind == "cut":
        return content[:place], how
    if kind == "delete":
        return content[:place] + content[end:], how
    if kind == "double":
        return content[:end] + content[place:], how
    if kind == "flip":
        bit = 1 << draw(st.integers(0, 7))
        flipped = bytes(byte ^ bit for byte in content[place : place + 1])
        return content[:place] + flipped + content[place + 1 :], f"{how}, bit {bit}"
    fresh = draw(st.sampled_from(BITS) | st.binary(max_size=6))
    return content[:place] + fresh + content[place if kind == "insert" else end :], f"{how} {fresh}"


@st.composite
def damaged_file(draw, name):
    """A damaged file: its rows and cells, the way of saving, then raw bytes."""
    rows, how = CELLS[name], []
    kinds = [*CELLWISE * 3, *ROWWISE, *SHAPES, *COLUMNWISE]
    for _ in range(draw(st.sampled_from([0, 1, 1, 1, 2, 3]))):
        if rows and all(len(row) == len(CELLS[name][0]) for row in rows):
            rows, step = draw(damaged_rows(rows, kinds))
            how.append(step)
    delimiter, end, quoting, code = ",", "\n", csv.QUOTE_MINIMAL, "utf-8"
    if draw(st.sampled_from([False, False, True])):
        delimiter = draw(st.sampled_from([*",,,,", ";", "\t", "|"]))
        end = draw(st.sampled_from(["\n", "\r\n", "\r", "\n\r", "\n\n"]))
        quoting = draw(st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]))
        code = draw(st.sampled_from([*["utf-8"] * 7, *CODES]))
        how.append(f"saved with {delimiter!r} {end!r} {quoting} {code}")
    content = saved(rows, delimiter, end, quoting).encode(code, "replace")
    for _ in range(draw(st.sampled_from([0, 0, 0, 1, 1, 2]))):
        content, step = draw(damaged_bytes(content))
        how.append(step)
    return Damaged(content, tuple(how))


@st.composite
def damaged_values(draw, name):
    """A file with rows lost or doubled, or with a damaged cell that another file repeats."""
    rows = [list(row) for row in CELLS[name]]
    if draw(st.booleans()):
        rows, how = draw(damaged_rows(rows, ROWWISE))
    else:
        shared = [c for c in rows[0] if c in ("id", "claim", "section", "printed", "token")]
        place = rows[0].index(draw(st.sampled_from(shared)))
        row = draw(st.sampled_from(rows[1:]))
        change = draw(st.sampled_from([same_meaning, another_meaning]))
        before, row[place] = row[place], draw(st.sampled_from(change(row[place])))
        how = f"{before!r} {row[place]!r:.60}"
    return Damaged(saved(rows).encode(errors="replace"), (how,))


# --- calls ------------------------------------------------------------------------

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


# --- the data dictionary ----------------------------------------------------------

PACKAGE = dictionary.PATH.read_text(encoding="utf-8")
WORDS = ["", "x", 0, 84, -1, True, None, [], {}, ["x"], {"x": 1}, "84", "^(", "string", "integer"]


@st.composite
def damaged_package(draw):
    """The dictionary with one to three of its parts lost, renamed or replaced."""
    package, how = json.loads(PACKAGE), []
    for _ in range(draw(st.integers(1, 3))):
        holder, path = {"": package}, [""]
        while True:
            part = holder[path[-1]]
            keys = list(part) if isinstance(part, dict) else []
            keys = list(range(len(part))) if isinstance(part, list) else keys
            if not keys or (len(path) > 1 and not draw(st.integers(0, 5))):
                break
            holder, path = part, [*path, draw(st.sampled_from(keys))]
        key = path[-1]
        kind = draw(st.sampled_from(["lose", "rename", "replace"]))
        how.append(f"{kind} {path[1:]}")
        if kind == "replace" or key == "":
            holder[key] = json.loads(json.dumps(draw(st.sampled_from(WORDS))))
        elif kind == "rename" and isinstance(holder, dict):
            holder[f"{key}s"] = holder.pop(key)
        else:
            del holder[key]
    return Damaged(json.dumps(package).encode(), tuple(how))
