"""Reads and checks the data files that record what was printed: register, numerals, ledger.

``data/claims.csv`` has one row for each published value, ``numerals.csv`` one for each printed
number, ``statements.csv`` one for each sentence, ``divergences.csv`` one for each difference
between the paper and Table 1, ``software_rules.csv`` one for each rule of a program,
``retold.csv`` one for each sentence that retells the paper. `Files`
holds them with Table 1 and its repairs; `load` reads the project's own.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache, cached_property, partial
from pathlib import Path
from typing import Any

import pandas as pd

from ..data import comments, dictionary, table1, validation
from ..data.dictionary import Dictionary
from ..data.faults import DataError, Fault
from ..data.table1 import Table1
from ..paths import DATA
from . import appraisal, calls, judgements, questions, retold
from .rounding import printed_number

PATH = DATA / "claims.csv"
DIVERGENCES_PATH = DATA / "divergences.csv"
NUMERALS_PATH = DATA / "numerals.csv"
STATEMENTS_PATH = DATA / "statements.csv"
SOFTWARE_RULES_PATH = DATA / "software_rules.csv"
NOT_COMPUTABLE = "not computable"
CONTEXT = "context"


def read_register(path: Path = PATH, rules: Dictionary | None = None) -> pd.DataFrame:
    """The register: strings, empty where a cell is blank, indexed by claim id.

    rules : a data dictionary, the project's own if not given.

    Raises DataError with every fault: a cell that breaks the data dictionary, a printed value
    that is not a number, a call that is not known, a verdict that does not fit the call.
    """
    rules = rules or dictionary.load()
    frame = validation.read_strings(path, list(rules.fields("claims")))
    faults = validation.cell_faults(frame, path.name, rules, "claims")
    reported = {(fault.row, fault.column) for fault in faults}
    for column, check in (("printed", printed_number), ("compute", calls.parse)):
        for row, cell in validation.by_row(frame[column]):
            if cell is not None and (row, column) not in reported:
                try:
                    check(cell)
                except ValueError as error:
                    faults.append(Fault(path.name, row, column, cell, str(error)))
    for row, call in validation.by_row(frame["compute"]):
        if (call is None) != (frame.at[row, "verdict"] in (NOT_COMPUTABLE, CONTEXT)):
            rule = "must be empty exactly where the verdict is not computable or context"
            faults.append(Fault(path.name, row, "compute", call or "", rule))
    if faults:
        raise DataError(faults)
    return frame.fillna("").set_index("id")


def disagreements(
    register: pd.DataFrame,
    inventory: pd.DataFrame,
    ledger: Iterable[str],
    repairs: Iterable[str],
) -> list[Fault]:
    """Find where the files contradict each other.

    Register and inventory both have every printed value, so a row, a value or a section that
    was lost or changed in one of them is found.

    Parameters
    ----------
    register, inventory : DataFrame
        As `read_register` and `read_numerals` return them.
    ledger, repairs : iterable of str
        The identifiers that the register may cite.

    Returns
    -------
    list of Fault
    """
    faults = []
    tokens: dict[str, set[str]] = {}
    for claim, token in zip(inventory["claim"], inventory["token"], strict=True):
        tokens.setdefault(claim, set()).add(token)
    cited = {"", *ledger, *repairs}
    for row, (name, claim) in enumerate(validation.rows(register), start=2):
        known = tokens.get(name, set())
        is_known = f"is {' or '.join(map(repr, sorted(known)))} in numerals.csv"
        for column, value, fits, rule in (
            ("id", name, known, "has no numeral in numerals.csv"),
            ("printed", claim["printed"], claim["printed"] in known or not known, is_known),
            (
                "divergence",
                claim["divergence"],
                claim["divergence"] in cited,
                "is not in divergences.csv",
            ),
            ("repair", claim["repair"], claim["repair"] in cited, "is not in repairs.csv"),
        ):
            if not fits:
                faults.append(Fault(PATH.name, row, column, value, rule))
    return faults + _section_faults(register["section"].to_dict(), inventory)


def _section_faults(sections: dict[Any, str], inventory: pd.DataFrame) -> list[Fault]:
    """Numerals whose claim is not in the register, or is in another section there."""
    faults = []
    for row, numeral in validation.rows(inventory[inventory["claim"] != ""]):
        section, place = sections.get(numeral["claim"]), (NUMERALS_PATH.name, row)
        if section is None:
            faults.append(Fault(*place, "claim", numeral["claim"], "is not in claims.csv"))
        elif section != numeral["section"]:
            rule = f"is {section!r} in claims.csv"
            faults.append(Fault(*place, "section", numeral["section"], rule))
    return faults


@dataclass(frozen=True, eq=False)
class Files:
    """A data folder's files, read, checked and compared with each other.

    table1 : `Table1` as printed; repairs, register, numerals, statements, divergences,
    software_rules : frames of `table1.read_repairs`, `read_register`, `read_numerals`,
    `read_statements`, `read_divergences`, `read_software_rules`; comments, questions, appraisal,
    retold : those of `comments.read_comments`, `questions.read_questions`,
    `appraisal.read_appraisal`, `retold.read_retold`.
    """

    table1: Table1
    repairs: pd.DataFrame
    register: pd.DataFrame
    numerals: pd.DataFrame
    statements: pd.DataFrame
    divergences: pd.DataFrame
    comments: pd.DataFrame
    software_rules: pd.DataFrame
    questions: pd.DataFrame
    appraisal: pd.DataFrame
    retold: pd.DataFrame

    @cached_property
    def repair_names(self) -> tuple[str, ...]:
        """Identifiers of the repairs, in file order."""
        return tuple(dict.fromkeys(self.repairs["repair"]))

    @cached_property
    def repaired(self) -> Table1:
        """Table 1 with all repairs applied. Raises DataError if one does not fit it."""
        table = self.table1
        for name in self.repair_names:
            table = table1.repaired(table, name, self.repairs)
        return table

    @property
    def under_each_repair(self) -> dict[str, Table1]:
        """Table 1 under each repair that fits it, by the repair's identifier."""
        return self._each_repair[0]

    @property
    def why_not_applied(self) -> dict[str, DataError]:
        """Why a repair does not fit Table 1, by the repair's identifier."""
        return self._each_repair[1]

    @cached_property
    def _each_repair(self) -> tuple[dict[str, Table1], dict[str, DataError]]:
        tables, errors = {}, {}
        for name in self.repair_names:
            try:
                tables[name] = table1.repaired(self.table1, name, self.repairs)
            except DataError as error:
                errors[name] = error
        return tables, errors


def read_files(folder: Path) -> Files:
    """Read the files of a data folder, as they are now.

    Parameters
    ----------
    folder : Path

    Returns
    -------
    Files

    Raises
    ------
    DataError
        Listing the faults of all files, if one cannot be read or two disagree.
    """
    rules = dictionary.read(folder / dictionary.PATH.name)
    return _read_files(folder, rules, partial(table1.read_file, folder / table1.PATH.name, rules))


@cache
def load() -> Files:
    """The project's own files, read once."""
    return _read_files(DATA, dictionary.load(), table1.read)


def _all_read(*readers: Callable[[], Any]) -> list[Any]:
    """What the readers return. Raises DataError with the faults that all of them found."""
    found, faults = [], []
    for reader in readers:
        try:
            found.append(reader())
        except DataError as error:
            faults += error.faults
    if faults:
        raise DataError(faults)
    return found


def _read_files(folder: Path, rules: Dictionary, read_table1: Callable[[], Table1]) -> Files:
    files = Files(
        *_all_read(
            read_table1,
            partial(table1.read_repairs, folder / table1.REPAIRS_PATH.name, rules),
            partial(read_register, folder / PATH.name, rules),
            partial(read_numerals, folder / NUMERALS_PATH.name, rules),
            partial(read_statements, folder / STATEMENTS_PATH.name, rules),
            partial(read_divergences, folder / DIVERGENCES_PATH.name, rules),
            partial(comments.read_comments, folder / comments.PATH.name, rules),
            partial(read_software_rules, folder / SOFTWARE_RULES_PATH.name, rules),
            partial(questions.read_questions, folder / questions.PATH.name, rules),
            partial(appraisal.read_appraisal, folder / appraisal.PATH.name, rules),
            partial(retold.read_retold, folder / retold.PATH.name, rules),
        )
    )
    cited = files.divergences.index, files.repair_names
    faults = disagreements(files.register, files.numerals, *cited)
    faults += comments.disagreements(files.comments, files.table1)
    named = files.divergences.index, files.register, files.table1
    faults += questions.disagreements(files.questions, *named)
    faults += appraisal.disagreements(files.appraisal, files.statements, files.register)
    faults += retold.disagreements(files.retold, files.register)
    judged = files.register, files.numerals, files.statements, files.divergences
    # Verdicts are compared once every name leads somewhere.
    if faults := faults or judgements.disagreements(*judged):
        raise DataError(faults)
    return files


def read_numerals(path: Path = NUMERALS_PATH, rules: Dictionary | None = None) -> pd.DataFrame:
    """The inventory of numerals: strings, empty where a cell is blank, in the paper's order.

    rules : a data dictionary, the project's own if not given.
    Raises DataError as `read_register`, and if a numeral has neither claim nor reason, if it
    has both, or if the numerals of a sentence are not counted in order.
    """
    table = validation.read_table(path, rules or dictionary.load(), "numerals")
    frame, faults = table.fillna(""), []
    last: dict[tuple[object, ...], int] = {}
    for row, numeral in validation.rows(frame):
        if bool(numeral["claim"]) == bool(numeral["reason"]):
            rule = "must be given exactly where there is no claim"
            faults.append(Fault(path.name, row, "reason", numeral["reason"], rule))
        sentence = (numeral["section"], numeral["paragraph"], numeral["sentence"])
        following = last.get(sentence, 0) + 1
        if numeral["order"] != following:
            rule = f"should be {following}: the numerals of a sentence are counted in order"
            faults.append(Fault(path.name, row, "order", str(numeral["order"]), rule))
        last[sentence] = numeral["order"]
    if faults:
        raise DataError(faults)
    return frame


def read_statements(path: Path = STATEMENTS_PATH, rules: Dictionary | None = None) -> pd.DataFrame:
    """The inventory of statements, strings, empty where blank, in the paper's order.

    rules : a data dictionary, the project's own if not given.
    Raises DataError, also where a verdict and what could check it do not fit each other, a
    verdict other than fits has no entry or no note, or a sentence was coded only once.
    """
    table = validation.read_table(path, rules or dictionary.load(), "statements")
    frame, faults = table.fillna(""), []
    for row, statement in validation.rows(frame):
        verdict, check = statement["verdict"], statement["check"]
        is_harder = judgements.severity(verdict) > 0
        for column, is_broken, rule in (
            (
                "verdict",
                (verdict == "") != (check == "nothing"),
                "must be empty exactly where nothing can check the sentence",
            ),
            (
                "check",
                verdict == "contradicts Table 1" and check != "Table 1",
                "must be Table 1 where the sentence contradicts Table 1",
            ),
            (
                "divergence",
                is_harder and not statement["divergence"],
                f"is missing: the verdict is {verdict}",
            ),
            ("note", is_harder and not statement["note"], f"is missing: the verdict is {verdict}"),
            (
                "kind_b",
                bool(statement["kind_a"]) != bool(statement["kind_b"]),
                "must be given exactly where kind_a is",
            ),
        ):
            if is_broken:
                faults.append(Fault(path.name, row, column, statement[column], rule))
    if faults:
        raise DataError(faults)
    return frame


def read_divergences(
    path: Path = DIVERGENCES_PATH, rules: Dictionary | None = None
) -> pd.DataFrame:
    """The ledger of divergences: strings, indexed by id.

    rules : a data dictionary, the project's own if not given.
    Raises DataError as `read_register`, and if the ids are not numbered in order, or a piece of
    evidence is not a label with a call.
    """
    table = validation.read_table(path, rules or dictionary.load(), "divergences")
    frame, faults = table.fillna(""), []
    for number, (row, entry) in enumerate(validation.rows(frame), start=1):
        if entry["id"] != f"D{number}":
            rule = f"should be D{number}: the ledger is numbered in order"
            faults.append(Fault(path.name, row, "id", entry["id"], rule))
        try:
            for _, call in evidence_calls(entry["evidence"]):
                calls.parse(call)
        except ValueError as error:
            faults.append(Fault(path.name, row, "evidence", entry["evidence"], str(error)))
    if faults:
        raise DataError(faults)
    return frame.set_index("id")


def read_software_rules(
    path: Path = SOFTWARE_RULES_PATH, rules: Dictionary | None = None
) -> pd.DataFrame:
    """The rules of other programs with source and grade: strings, empty where blank.

    rules : a data dictionary, the project's own if not given. Raises DataError as `read_register`.
    """
    return validation.read_table(path, rules or dictionary.load(), "software_rules").fillna("")


def evidence_calls(evidence: str) -> list[tuple[str, str]]:
    """Read a cell of the ledger's column ``evidence``.

    Parameters
    ----------
    evidence : str
        Such as ``label = call; label = call``; empty for none.

    Returns
    -------
    list of (label, call)

    Raises
    ------
    ValueError
        If the cell has another form, or a label appears twice.
    """
    pieces = [item.partition(" = ") for item in evidence.split("; ") if evidence]
    labels = [label for label, _, _ in pieces]
    if not all(label and call for label, _, call in pieces) or len(set(labels)) < len(labels):
        raise ValueError("must have the form label = call; label = call, with each label once")
    return [(label, call) for label, _, call in pieces]
