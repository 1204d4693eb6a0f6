"""The register of claims: what is printed, what Table 1 gives, and the verdicts.

``data/claims.csv`` holds one published value a row, as a string. The verdict on the
number is stored there and computed here; a test holds the two equal. The verdict on
the wording is a judgement and only stored.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from functools import cache, partial
from pathlib import Path

import pandas as pd

from . import dictionary, intervals, quantities, survival, table1, tables, validation
from .dictionary import Dictionary
from .faults import DataError, Fault
from .paths import DATA
from .table1 import Table1

PATH = DATA / "claims.csv"
DIVERGENCES_PATH = DATA / "divergences.csv"
NUMERALS_PATH = DATA / "numerals.csv"

REPRODUCED = "reproduced"
DIFFERS = "differs"
NOT_COMPUTABLE = "not computable"
CONTEXT = "context"

_ONES = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"]
WORDS = {word: str(number) for number, word in enumerate(_ONES)}
WORDS |= {"thirty-three": "33", "thirty-five": "35", "seventy-six": "76"}
WORDS |= {"third": "33"}  # a share in words is compared in whole percent


# What can come of reading a call, such as one too deeply nested.
CALL_ERRORS = (ValueError, RecursionError, MemoryError)


def _reason(error):
    """The rule that an error states, without the value that it repeats."""
    is_rule = isinstance(error, ValueError)
    return str(error).partition(": ")[0] if is_rule else "is too deeply nested for a call"


def _one_line(error):
    return " ".join(str(error).split())[:200] or type(error).__name__


# --- comparison at printed precision ----------------------------------------------


def printed_number(printed):
    """The printed string as a Decimal that keeps its decimals; words become digits.

    Raises TypeError for anything but a string, since a float has lost its decimals,
    and ValueError for a string that is no number.
    """
    if not isinstance(printed, str):
        raise TypeError(f"a printed value is a string, not {type(printed).__name__}")
    digits = WORDS.get(printed.lower(), printed)
    if not re.fullmatch(r"-?[0-9]{1,9}(\.[0-9]{1,9})?", digits):
        raise ValueError(f"is neither a number nor a number word: {printed!r}")
    return Decimal(digits)


def rounded(value, like):
    """A float rounded half up to the decimals of a Decimal.

    Binary noise beyond ten decimals is dropped first, so that a tie is a tie.
    """
    exact = Decimal(f"{value:.10f}")
    return exact.quantize(like, rounding=ROUND_HALF_UP) if exact.is_finite() else exact


def agrees(printed, value, rounding="half up"):
    """Whether a recomputed value agrees with a printed string under a rounding rule.

    rounding : ``half up``, equal at the printed decimals; ``floor at 0``, the same but
    a negative value counts as 0; ``exact``; ``more than`` and ``at least``, the value
    lies above, or at or above, the printed one. Raises ValueError for another rule.
    """
    number = printed_number(printed)
    if rounding == "half up":
        return rounded(value, number) == number
    if rounding == "floor at 0":
        return rounded(max(value, 0.0), number) == number
    exact = Decimal(f"{value:.10f}")
    if rounding == "exact":
        return exact == number
    if rounding == "more than":
        return exact > number
    if rounding == "at least":
        return exact >= number
    raise ValueError(f"no such rounding rule: {rounding!r}")


# --- the register -----------------------------------------------------------------


@dataclass(frozen=True)
class Judged:
    """A claim's number held against Table 1."""

    verdict: str
    recomputed: float | None = None
    members: tuple[str, ...] = ()
    repair: str = ""
    recomputed_under_repair: float | None = None


@cache
def under_repairs(table: Table1, files: "Files | None" = None) -> tuple[dict, dict]:
    """A `Table1` under each repair that fits it, by repair; the reasons why others do not.

    files : with the repairs; the project's own if not given.
    """
    repairs, found, reasons = (files or load()).repairs, {}, {}
    for repair in _names(repairs):
        try:
            found[repair] = table1.repaired(table, repair, repairs)
        except DataError as error:
            reasons[repair] = str(error.faults[0])
    return found, reasons


@cache
def judge(printed, rounding, compute, table=None, files=None):
    """Verdict on a number: as printed first, then under each repair that fits.

    printed : published string; rounding : rule of `agrees`; compute : call of
    `correll2004.quantities`, not empty; table : `Table1`, that of the files if not given;
    files : `Files`, the project's own if not given.
    """
    table = table or (files or load()).table1
    as_printed = quantities.evaluate(compute, table)
    found = {"recomputed": as_printed.value, "members": as_printed.members}
    if agrees(printed, as_printed.value, rounding):
        return Judged(REPRODUCED, **found)
    for repair, data in under_repairs(table, files)[0].items():
        repaired = quantities.evaluate(compute, data).value
        if agrees(printed, repaired, rounding):
            verdict = f"{REPRODUCED} under repair {repair}"
            return Judged(verdict, **found, repair=repair, recomputed_under_repair=repaired)
    return Judged(DIFFERS, **found)


def read_register(path: Path = PATH, rules: Dictionary | None = None) -> pd.DataFrame:
    """The register as stored: strings, empty where blank, indexed by claim id.

    rules : a data dictionary, the project's own if not given.

    Raises DataError, listing every fault, where a cell breaks the data dictionary, a
    printed value is no number, a call is not known, or a verdict does not fit the call.
    """
    rules = rules or dictionary.load()
    frame = validation.read_strings(path, list(rules.fields("claims")))
    faults = validation.cell_faults(frame, path.name, rules, "claims")
    reported = {(fault.row, fault.column) for fault in faults}
    for column, check in (("printed", printed_number), ("compute", quantities.parse)):
        for row, cell in frame[column].items():
            if cell is not None and (row, column) not in reported:
                try:
                    check(cell)
                except CALL_ERRORS as error:
                    faults.append(Fault(path.name, row, column, cell, _reason(error)))
    for row, call in frame["compute"].items():
        if (call is None) != (frame.at[row, "verdict"] in (NOT_COMPUTABLE, CONTEXT)):
            rule = "must be empty exactly where the verdict is not computable or context"
            faults.append(Fault(path.name, row, "compute", call or "", rule))
    if faults:
        raise DataError(faults)
    return frame.fillna("").set_index("id")


def disagreements(register, inventory, ledger, repairs):
    """Faults between the files, which hold every printed value twice.

    register, inventory : frames of `read_register` and `read_numerals`; ledger, repairs : the
    identifiers that the register may cite. A row, a value or a section that only one of
    register and inventory has lost or changed shows here.
    """
    faults = []
    tokens, sections = inventory.groupby("claim")["token"].agg(set), register["section"]
    cited = {"", *ledger, *repairs}
    for row, claim in enumerate(register.itertuples(), start=2):
        known = tokens.get(claim.Index, set())
        is_known = f"is {' or '.join(map(repr, sorted(known)))} in numerals.csv"
        for column, value, fits, rule in (
            ("id", claim.Index, known, "has no numeral in numerals.csv"),
            ("printed", claim.printed, claim.printed in known or not known, is_known),
            (
                "divergence",
                claim.divergence,
                claim.divergence in cited,
                "is not in divergences.csv",
            ),
            ("repair", claim.repair, claim.repair in cited, "is not in repairs.csv"),
        ):
            if not fits:
                faults.append(Fault(PATH.name, row, column, value, rule))
    for numeral in inventory[inventory["claim"] != ""].itertuples():
        section = sections.get(numeral.claim)
        place = (NUMERALS_PATH.name, numeral.Index)
        if section is None:
            faults.append(Fault(*place, "claim", numeral.claim, "is not in claims.csv"))
        elif section != numeral.section:
            rule = f"is {section!r} in claims.csv"
            faults.append(Fault(*place, "section", numeral.section, rule))
    return faults


def _all_read(*readers):
    """What the readers return. Raises DataError with the faults of all of them."""
    found, faults = [], []
    for reader in readers:
        try:
            found.append(reader())
        except DataError as error:
            faults += error.faults
    if faults:
        raise DataError(faults)
    return found


@dataclass(frozen=True, eq=False)
class Files:
    """A data folder's files, read, checked and held against each other.

    table1 : `Table1` as printed; repairs, register, numerals, divergences : frames of
    `table1.read_repairs`, `read_register`, `read_numerals`, `read_divergences`.
    """

    table1: Table1
    repairs: pd.DataFrame
    register: pd.DataFrame
    numerals: pd.DataFrame
    divergences: pd.DataFrame


def read_files(folder: Path) -> Files:
    """The files of a data folder, as they are now.

    Raises DataError, listing the faults of all files, if one cannot be read or two disagree.
    """
    rules = dictionary.read(folder / dictionary.PATH.name)
    return _read_files(folder, rules, partial(table1.read_file, folder / table1.PATH.name, rules))


@cache
def load() -> Files:
    """The project's own files, read once."""
    return _read_files(DATA, dictionary.load(), table1.read)


def _read_files(folder: Path, rules: Dictionary, read_table1: Callable[[], Table1]) -> Files:
    files = Files(
        *_all_read(
            read_table1,
            partial(table1.read_repairs, folder / table1.REPAIRS_PATH.name, rules),
            partial(read_register, folder / PATH.name, rules),
            partial(read_numerals, folder / NUMERALS_PATH.name, rules),
            partial(read_divergences, folder / DIVERGENCES_PATH.name, rules),
        )
    )
    names = _names(files.repairs)
    if faults := disagreements(files.register, files.numerals, files.divergences.index, names):
        raise DataError(faults)
    return files


def _names(repairs: pd.DataFrame) -> tuple[str, ...]:
    return tuple(dict.fromkeys(repairs["repair"]))


def repair_names() -> tuple[str, ...]:
    """Identifiers of the repairs, in file order."""
    return _names(load().repairs)


def stored() -> pd.DataFrame:
    """The register as `read_register` gives it, held against the other files."""
    return load().register


def numerals() -> pd.DataFrame:
    """The inventory of numerals as `read_numerals` gives it."""
    return load().numerals


def divergences() -> pd.DataFrame:
    """The ledger of divergences as `read_divergences` gives it."""
    return load().divergences


def judged(
    frame: pd.DataFrame, table: Table1 | None = None, files: Files | None = None
) -> pd.DataFrame:
    """Some rows of a register with recomputed values.

    files : the project's own if not given; table : `Table1` to compute the values from. If
    it is not given, that of the files: then every repair must fit it and every claim with a
    call be computed, or DataError is raised. From another table, what cannot be computed is
    not computable.

    ``verdict`` and ``repair`` are computed where there is a call; added are ``recomputed``,
    ``recomputed_under_repair`` (floats, NaN where there is none) and ``members`` (tuples of
    patient or cycle labels).
    """
    if table is None:
        printed, repairs = (files or load()).table1, (files or load()).repairs
        _all_read(*(partial(table1.repaired, printed, each, repairs) for each in _names(repairs)))
    found, faults = [], []
    for name, claim in frame.iterrows():
        if not claim["compute"]:
            found.append(Judged(claim["verdict"]))
            continue
        try:
            rule = claim["rounding"]
            found.append(judge(claim["printed"], rule, claim["compute"], table, files))
        except Exception as error:  # an expression that stands in a file can raise any
            if table is not None:
                found.append(Judged(NOT_COMPUTABLE))
                continue
            rule = f"cannot be computed: {_one_line(error)}"
            row = 2 + (files or load()).register.index.get_loc(name)
            faults.append(Fault(PATH.name, row, "compute", claim["compute"], rule))
    if faults:
        raise DataError(faults)
    return frame.assign(
        verdict=[each.verdict for each in found],
        repair=[each.repair for each in found],
        recomputed=pd.array([each.recomputed for each in found], dtype="Float64"),
        recomputed_under_repair=pd.array(
            [each.recomputed_under_repair for each in found], dtype="Float64"
        ),
        members=[each.members for each in found],
    )


@cache
def register(table=None):
    """The whole register, `judged`, indexed by claim id."""
    return judged(stored(), table)


def interval(compute):
    """95% limits of a recomputed value under every repair, or None where there are none.

    Heights of a curve: pointwise, log-log transform. Means and medians: those of Table 5.
    Shares of a course, in which each patient stands once: Wilson's.
    """
    data = table1.read(repair_names())
    function, arguments, keywords = quantities.parse(compute)
    if function is quantities.survival_at:
        curve = survival.of_course(data, tables.COURSES[arguments[0]])
        return tuple(100 * limit for limit in curve.limits_at(arguments[1]))
    if function is quantities.table5 and arguments[2] == "months":
        return tuple(
            quantities.evaluate(f"table5{(*arguments[:2], part)}", data).value
            for part in ("lower", "upper")
        )
    if function is quantities.share_of_cycles and keywords.get("of") == "cycle == 1":
        base = quantities.count_of_cycles(data, keywords["of"]).value
        chosen = len(function(data, *arguments, **keywords).members)
        return tuple(100 * limit for limit in intervals.wilson(chosen, base))
    return None


def of_chapter(chapter):
    """The claims that a chapter answers for, `judged`, in the register's order."""
    return judged(stored().query("chapter == @chapter"))


def of_section(section):
    """The claims of a part of the paper, such as ``table-5``, `judged`."""
    return judged(stored().query("section == @section"))


def headlines():
    """The claims that are headline results, `judged`."""
    return judged(stored().query("headline != ''"))


def published(claim_id):
    """The published string of a claim. Raises KeyError for an unknown id."""
    return stored().at[claim_id, "printed"]


def read_numerals(path: Path = NUMERALS_PATH, rules: Dictionary | None = None) -> pd.DataFrame:
    """The inventory of numerals, strings, empty where blank, in the paper's order.

    rules : a data dictionary, the project's own if not given.
    Raises DataError, also where a numeral has neither claim nor reason, or both, or where
    one is missing in its sentence.
    """
    table = validation.read_table(path, rules or dictionary.load(), "numerals")
    frame, faults, last = table.fillna(""), [], {}
    for numeral in frame.itertuples():
        if bool(numeral.claim) == bool(numeral.reason):
            rule = "must be given exactly where there is no claim"
            faults.append(Fault(path.name, numeral.Index, "reason", numeral.reason, rule))
        sentence = (numeral.section, numeral.paragraph, numeral.sentence)
        following = last.get(sentence, 0) + 1
        if numeral.order != following:
            rule = f"should be {following}: the numerals of a sentence are counted in order"
            faults.append(Fault(path.name, numeral.Index, "order", str(numeral.order), rule))
        last[sentence] = numeral.order
    if faults:
        raise DataError(faults)
    return frame


def read_divergences(
    path: Path = DIVERGENCES_PATH, rules: Dictionary | None = None
) -> pd.DataFrame:
    """The ledger of divergences, strings, indexed by id.

    rules : a data dictionary, the project's own if not given.
    Raises DataError, also where the ids do not count up, or a piece of evidence is no
    label with a call.
    """
    table = validation.read_table(path, rules or dictionary.load(), "divergences")
    frame, faults = table.fillna(""), []
    for number, (row, entry) in enumerate(frame.iterrows(), start=1):
        if entry["id"] != f"D{number}":
            rule = f"should be D{number}: the ledger is numbered in order"
            faults.append(Fault(path.name, row, "id", entry["id"], rule))
        try:
            for _, call in _pieces(entry["evidence"]):
                quantities.parse(call)
        except CALL_ERRORS as error:
            faults.append(Fault(path.name, row, "evidence", entry["evidence"], _reason(error)))
    if faults:
        raise DataError(faults)
    return frame.set_index("id")


def _pieces(evidence):
    """Labels and calls of a cell of evidence. Raises ValueError where it is not of these."""
    pieces = [item.partition(" = ") for item in evidence.split("; ") if evidence]
    labels = [label for label, _, _ in pieces]
    if not all(label and call for label, _, call in pieces) or len(set(labels)) < len(labels):
        raise ValueError("must have the form label = call; label = call, with each label once")
    return [(label, call) for label, _, call in pieces]


def evidence(divergence: str, table: Table1 | None = None, files: Files | None = None):
    """Computed evidence of a divergence: rows by label, a column per reading of Table 1.

    table, files : as in `judged`. Columns ``as tabulated`` and the repairs that fit (``R1``),
    floats. Raises DataError where a call cannot be computed from the paper's table; from
    another it is NaN.
    """
    ledger, base = (files or load()).divergences, table or (files or load()).table1
    readings = {"as tabulated": base} | under_repairs(base, files)[0]
    rows = {}
    for label, call in _pieces(ledger.at[divergence, "evidence"]):
        try:
            rows[label] = {
                name: float(quantities.evaluate(call, data).value)
                for name, data in readings.items()
            }
        except Exception as error:  # as in `judged`
            if table is not None:
                rows[label] = dict.fromkeys(readings, float("nan"))
                continue
            row = 2 + ledger.index.get_loc(divergence)
            rule = f"cannot be computed: {_one_line(error)}"
            raise DataError([Fault(DIVERGENCES_PATH.name, row, "evidence", call, rule)]) from None
    columns = list(readings)
    return pd.DataFrame(rows.values(), index=list(rows), columns=columns, dtype=float)
