"""Table 1: the printed strings read, checked and coded into typed frames.

The file holds the table as printed (``15–20``, ``>24``, ``No follow-up``, ``N/A``).
Every rule that turns a printed cell into an analysis variable stands in this module.
A repair, a named hypothesis about a single cell, replaces the printed string before
the rules are applied; the file itself is never changed.
"""

import re
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

import pandas as pd

from ..paths import DATA
from . import dictionary, validation
from .dictionary import Dictionary
from .faults import DataError, Fault

PATH = DATA / "table1.csv"
REPAIRS_PATH = DATA / "repairs.csv"
PATIENTS = 33
CYCLES = 47
LETTERS = {"a": 1, "b": 2, "c": 3}

RELAPSE = "relapse"
NO_RELIEF = "no_relief"
IN_REMISSION = "in_remission"
NO_FOLLOW_UP = "no_follow_up"
EVENT_DESCRIPTION = {
    RELAPSE: "Relapse of pain",
    NO_RELIEF: "No relief: failure at once",
    IN_REMISSION: "Censored: in remission at last visit",
    NO_FOLLOW_UP: "Censored: no follow-up",
}

# No zero in front: a spreadsheet that takes the point for a thousands sign turns 0.75
# into 075, which is not 75.
_NUMBER = r"(?:0|[1-9][0-9]*)(?:\.[0-9]+)?"


@dataclass(frozen=True, eq=False)
class Table1:
    """Table 1 in its forms.

    raw : 47 x 12 frame of the printed strings, None where blank, indexed by file row
        (the header is row 1).
    patients : 33 rows; columns as the data dictionary's resource ``patients``.
    cycles : 47 rows; columns as its resource ``cycles``.
    rules : the data dictionary that it was checked by.
    repairs : identifiers of the repairs applied, empty for the table as printed.
    """

    raw: pd.DataFrame
    patients: pd.DataFrame
    cycles: pd.DataFrame
    rules: Dictionary
    repairs: tuple[str, ...] = ()

    def course(self, number):
        """The cycles of the first (1), second (2) or third (3) course."""
        return self.cycles[self.cycles["cycle"] == number]

    def without(self, patient):
        """This table without one patient, given by number. Raises KeyError if unknown."""
        if patient not in set(self.patients["patient"]):
            raise KeyError(patient)
        kept = (self.cycles["patient"] != patient).to_numpy()
        return replace(
            self,
            raw=self.raw[kept],
            patients=self.patients[self.patients["patient"] != patient].reset_index(drop=True),
            cycles=self.cycles[kept].reset_index(drop=True),
        )


# --- the coding rules -------------------------------------------------------------


def code_outcome(printed, relief_percent):
    """Time and event from a printed duration of relief.

    The rules, as the paper's Methods and the note under Table 1 state them:

    - ``4``: relapse at 4 months, an event;
    - ``>24``: still in remission at the last visit, censored at 24 months;
    - ``No follow-up``: not seen again after the infusion, censored at 0;
    - ``N/A``, only with 0% relief: no relief to lose, an event at 0.

    Returns ``(months, event, outcome)``, event 1 = relapse or failure, 0 = censored.
    Raises ValueError for any other string, and where ``N/A`` and 0% relief do not
    stand together.
    """
    if (printed == "N/A") != (relief_percent == 0):
        raise ValueError("must be N/A exactly where relief is 0 percent")
    if printed == "N/A":
        return 0.0, 1, NO_RELIEF
    if printed == "No follow-up":
        return 0.0, 0, NO_FOLLOW_UP
    match = re.fullmatch(rf"(>?)({_NUMBER})", printed)
    if not match:
        raise ValueError("is neither a time, a time with >, No follow-up nor N/A")
    censored, months = match.groups()
    return (float(months), 0, IN_REMISSION) if censored else (float(months), 1, RELAPSE)


def parse_whole(printed):
    """A whole number without sign. Raises ValueError for any other string."""
    if not re.fullmatch("0|[1-9][0-9]{0,3}", printed):
        raise ValueError("is not a whole number in plain digits")
    return int(printed)


def parse_number(printed):
    """A number without sign as a float. Raises ValueError for any other string."""
    if not re.fullmatch(_NUMBER, printed):
        raise ValueError("is not a number in plain digits")
    return float(printed)


def parse_rate(printed):
    """``(low, maximum)`` in mg/h from ``15–20`` or ``20``; equal for a single number.

    Raises ValueError where the string is no rate or the low end exceeds the maximum.
    """
    match = re.fullmatch(rf"({_NUMBER})(?:[–-]({_NUMBER}))?", printed)
    if not match:
        raise ValueError("is neither a rate nor a range of rates")
    low = float(match[1])
    high = float(match[2] or match[1])
    if low > high:
        raise ValueError("has its lower rate above its maximum")
    return low, high


def parse_lower_bound(printed):
    """``(value, is_lower_bound)`` from ``24`` or ``>24``. Raises ValueError otherwise."""
    match = re.fullmatch(rf"(>?)({_NUMBER})", printed)
    if not match:
        raise ValueError("is neither a number nor a number with >")
    return float(match[2]), bool(match[1])


# --- reading ----------------------------------------------------------------------


def read_repairs(path: Path = REPAIRS_PATH, rules: Dictionary | None = None) -> pd.DataFrame:
    """The named repairs: one row per replaced cell, columns as in the dictionary.

    rules : a data dictionary, the project's own if not given. Raises DataError, also if a
    repair is of no column of Table 1, or of its order.
    """
    rules = rules or dictionary.load()
    table = validation.read_table(path, rules, "repairs")
    columns = set(rules.fields("table1")) - {"patient", "cycle"}
    rule = f"is not a column that a repair can change: {', '.join(sorted(columns))}"
    wrong = table.loc[~table["column"].isin(columns), "column"].items()
    if faults := [Fault(path.name, row, "column", column, rule) for row, column in wrong]:
        raise DataError(faults)
    return table


def read_file(
    path: Path = PATH, rules: Dictionary | None = None, change: dict | None = None
) -> Table1:
    """Read, check and code a file with a Table 1, as it is now.

    rules : a data dictionary, the project's own if not given; change : as in `read`.
    Raises DataError, listing every fault with file, row, column, value and rule.
    """
    rules = rules or dictionary.load()
    raw = validation.read_strings(path, list(rules.fields("table1")))
    return from_strings(_changed(raw, change or {}, path.name), path.name, rules)


def read(repairs: tuple[str, ...] = (), change: dict | None = None) -> Table1:
    """The paper's Table 1, read once for the same arguments.

    repairs : identifiers from ``data/repairs.csv`` to apply, in order.
    change : strings to read in place of the printed ones, by label of the row and column,
        such as ``{("1", "relief_months"): "2"}``; an empty string leaves the cell blank.
        The file stays as it is.

    Raises DataError as `read_file`, KeyError for an unknown repair, and TypeError for a
    change to something other than a string.
    """
    table = _read_once(
        tuple(((str(label), column), text) for (label, column), text in (change or {}).items())
    )
    for repair in repairs:
        table = repaired(table, repair, _repairs_read_once())
    return table


@cache
def _read_once(changes):
    return read_file(change=dict(changes))


@cache
def _repairs_read_once():
    return read_repairs()


def repaired(table: Table1, repair: str, repairs: pd.DataFrame) -> Table1:
    """A `Table1` with one more repair applied, made once for the same table and cells.

    repairs : frame of `read_repairs`. Raises KeyError for an unknown repair, and DataError
    if the table does not hold what the repair replaces, or cannot be read with what it
    puts there.
    """
    cells = tuple(repairs[repairs["repair"] == repair].itertuples(name="Cell"))
    if not cells:
        raise KeyError(repair)
    return _with_cells(table, repair, cells)


@cache
def _with_cells(table, repair, cells):
    raw, replaced = _repaired(table.raw, cells)
    return from_strings(raw, PATH.name, table.rules, (*table.repairs, repair), replaced)


def from_strings(
    raw: pd.DataFrame,
    name: str,
    rules: Dictionary | None = None,
    repairs: tuple[str, ...] = (),
    replaced: dict | None = None,
) -> Table1:
    """A `Table1` from its strings.

    raw : frame of 47 x 12 strings, None where blank, indexed by file row; name : of the
    file, for messages; rules : a data dictionary, the project's own if not given; repairs :
    identifiers of those applied; replaced : row of the repair in its own file, by row and
    column of the cell. Raises DataError, listing every fault.
    """
    rules = rules or dictionary.load()
    faults = validation.cell_faults(raw, name, rules, "table1")
    legible = _without(faults, raw)
    faults += _layout_faults(raw, name)
    patients, cycles, parse_faults = _parse(legible, name)
    faults += parse_faults
    faults += _range_faults(raw, patients, rules, "patients", name)
    faults += _range_faults(raw, cycles, rules, "cycles", name)
    if faults:
        raise DataError([_at_its_source(fault, replaced or {}) for fault in faults])
    return Table1(
        raw=legible,
        patients=patients.reset_index(drop=True),
        cycles=cycles.reset_index(drop=True),
        rules=rules,
        repairs=repairs,
    )


def _changed(raw, changes, name):
    """A copy of the strings with some cells changed: ``(label, column) -> text``."""
    raw, labels, faults = raw.copy(), _labels(raw), []
    for (label, column), text in changes.items():
        label = str(label)
        here = raw.index[labels == label]
        if not isinstance(text, str):
            raise TypeError(f"a cell of Table 1 is a string, not {type(text).__name__}: {text!r}")
        if column not in raw:
            rule = f"is not a column of Table 1: {', '.join(raw)}"
            faults.append(Fault(name, 0, "-", str(column), rule))
        elif here.empty:
            patient = re.match("[0-9]*", label)[0]
            rows = labels[labels.str.fullmatch(f"{patient}[abc]?")]
            hint = f": this patient has {', '.join(rows)}" if len(rows) else ""
            faults.append(Fault(name, 0, column, label, f"is not a row of Table 1{hint}"))
        else:
            raw.loc[here, column] = text or None
    if faults:
        raise DataError(faults)
    return raw


def _without(faults, raw):
    """A copy of the strings, None where a cell has a fault."""
    legible = raw.copy()
    for fault in faults:
        legible.at[fault.row, fault.column] = None
    return legible


def _at_its_source(fault, replaced):
    """The fault of a cell that a repair replaced is a fault of the repair."""
    row = replaced.get((fault.row, fault.column))
    return replace(fault, file=REPAIRS_PATH.name, row=row, column="read_as") if row else fault


def _layout_faults(raw, name):
    """Rules across rows: numbering, blank cells, consecutive cycles, the counts."""
    faults = []

    def fault(row, column, rule):
        value = raw.at[row, column] if row in raw.index else ""
        faults.append(Fault(name, row, column, value or "", rule))

    patient_columns = ["age_years", "sex", "crps_months", "region"]
    expected_patient, previous = 1, None
    for row, cells in raw.iterrows():
        number = LETTERS.get(cells["cycle"], 1)
        if cells["patient"] is not None:
            if cells["patient"] != str(expected_patient):
                rule = f"should be {expected_patient}: patients are numbered in order"
                fault(row, "patient", rule)
            # Go on from the number read, so that one missing patient is one fault.
            legible = re.fullmatch("[1-9][0-9]{0,3}", cells["patient"])
            expected_patient = (int(cells["patient"]) if legible else expected_patient) + 1
            for column in patient_columns:
                if cells[column] is None:
                    fault(row, column, "is missing on the patient's first row")
            if number != 1:
                fault(row, "cycle", "must be a on the patient's first row")
            following = raw.index[raw.index > row]
            alone = not len(following) or raw.at[following[0], "patient"] is not None
            if alone and cells["cycle"] is not None:
                fault(row, "cycle", "should be blank: the patient has one cycle")
            if not alone and cells["cycle"] is None:
                fault(row, "cycle", "should be a: the patient has further cycles")
        else:
            for column in [*patient_columns, "patient_facts"]:
                if cells[column] is not None:
                    fault(row, column, "should be blank: it is given on the patient's first row")
            if previous is None:
                fault(row, "patient", "is missing on the first row")
            elif cells["cycle"] is None or number != previous + 1:
                fault(row, "cycle", "does not follow the cycle above")
        previous = number
    last = raw.index[-1] if len(raw) else 1
    patients = raw["patient"].notna().sum()
    if patients != PATIENTS:
        fault(
            last, "patient", f"is in the last row of {patients} patients; there must be {PATIENTS}"
        )
    if len(raw) != CYCLES:
        fault(last, "cycle", f"is in the last of {len(raw)} rows; there must be {CYCLES}")
    return faults


def _repaired(raw, cells):
    """A copy of the strings with the cells of a repair replaced.

    Returns it and, by row and column of Table 1, the row of the repair in its file.
    """
    raw, replaced, position = raw.copy(), {}, _patient_and_cycle(raw)
    for cell in cells:
        here = (position["patient"] == cell.patient) & (position["cycle"] == cell.cycle)
        if list(raw.loc[here, cell.column]) != [cell.printed]:
            rule = "is not what Table 1 prints in that cell"
            raise DataError([Fault(REPAIRS_PATH.name, cell.Index, "printed", cell.printed, rule)])
        raw.loc[here, cell.column] = cell.read_as
        replaced[raw.index[here][0], cell.column] = cell.Index
    return raw, replaced


def _patient_and_cycle(raw):
    """Patient number, by counting first rows, and cycle number of every row."""
    return pd.DataFrame(
        {
            "patient": raw["patient"].notna().cumsum(),
            "cycle": [LETTERS.get(letter, 1) for letter in raw["cycle"]],
        },
        index=raw.index,
    )


def _labels(raw):
    """The label of every row, such as ``9`` or ``22a``."""
    return _patient_and_cycle(raw)["patient"].astype(str) + raw["cycle"].fillna("")


def _parse(raw, name):
    """Typed patients and cycles, both indexed by file row, and the faults met.

    A cell that is None, or has no reading, leaves None in the columns made from it.
    """
    faults = []

    def parsed(row, column, rule, *others):
        cells = (raw.at[row, column], *others)
        try:
            return None if None in cells else rule(*cells)
        except ValueError as error:
            faults.append(Fault(name, row, column, cells[0], str(error)))

    position, labels = _patient_and_cycle(raw), _labels(raw)
    first = raw[raw["patient"].notna()]
    patients = []
    for row, cells in first.iterrows():
        crps = parsed(row, "crps_months", parse_lower_bound)
        number = position.at[row, "patient"]
        facts = (cells["patient_facts"] or "").split(dictionary.LIST_SEPARATOR)
        patients.append(
            {
                "patient": number,
                "age_years": parsed(row, "age_years", parse_whole),
                "sex": cells["sex"],
                "crps_months": crps and crps[0],
                "crps_months_is_lower_bound": crps and crps[1],
                "region": cells["region"],
                "crps_type": "II" if "crps_type_2" in facts else "I",
                "n_cycles": int((position["patient"] == number).sum()),
                "patient_facts": cells["patient_facts"],
            }
        )
    cycles = []
    for row, cells in raw.iterrows():
        number, cycle = position.at[row, "patient"], position.at[row, "cycle"]
        rate = parsed(row, "dosage_mg_per_h", parse_rate)
        relief = parsed(row, "relief_percent", parse_number)
        # Beside a relief that cannot be read, the outcome's own faults still show.
        fitting = 0.0 if cells["relief_months"] == "N/A" else 100.0
        outcome = parsed(row, "relief_months", code_outcome, fitting if relief is None else relief)
        cycles.append(
            {
                "label": labels[row],
                "patient": number,
                "cycle": cycle,
                "rate_low_mg_per_h": rate and rate[0],
                "rate_max_mg_per_h": rate and rate[1],
                "infusion_days": parsed(row, "infusion_days", parse_number),
                "relief_percent": relief,
                "relief_months": outcome and outcome[0],
                "event": outcome and outcome[1],
                "outcome": outcome and outcome[2],
                "outcome_printed": cells["relief_months"],
                "cycle_facts": cells["cycle_facts"],
            }
        )
    return (
        pd.DataFrame(patients, index=first.index),
        pd.DataFrame(cycles, index=raw.index),
        faults,
    )


def _range_faults(raw, frame, rules, resource, name):
    """Rules of the typed columns, reported at the printed cells they come from.

    Numbering is left to `_layout_faults`.
    """
    source = {column: field.get("source") for column, field in rules.fields(resource).items()}
    if unknown := [column for column, cell in source.items() if cell not in raw]:
        rule = f"is a column of {resource} with no column of table1 as its source"
        raise DataError([Fault(dictionary.PATH.name, 0, "-", column, rule) for column in unknown])
    faults = []
    for row, column, value, rule in validation.broken_rules(frame, rules, resource):
        unparsed = value is None or pd.isna(value)  # reported already
        if not unparsed and source[column] not in ("patient", "cycle"):
            cell = raw.at[row, source[column]]
            faults.append(Fault(name, row, source[column], cell or "", rule))
    return faults
