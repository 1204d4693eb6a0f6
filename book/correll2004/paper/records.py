"""What was printed, as the data files record it: register, inventory of numerals, ledger.

``data/claims.csv`` holds one published value a row, as a string; ``numerals.csv`` every printed
number; ``divergences.csv`` where the paper and Table 1 differ.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, cached_property, partial
from pathlib import Path

import pandas as pd

from ..data import dictionary, table1, validation
from ..data.dictionary import Dictionary
from ..data.faults import DataError, Fault
from ..data.table1 import Table1
from ..paths import DATA
from . import calls
from .rounding import printed_number

PATH = DATA / "claims.csv"
DIVERGENCES_PATH = DATA / "divergences.csv"
NUMERALS_PATH = DATA / "numerals.csv"
NOT_COMPUTABLE = "not computable"
CONTEXT = "context"


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
    for column, check in (("printed", printed_number), ("compute", calls.parse)):
        for row, cell in frame[column].items():
            if cell is not None and (row, column) not in reported:
                try:
                    check(cell)
                except ValueError as error:
                    faults.append(Fault(path.name, row, column, cell, str(error)))
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
    cited = files.divergences.index, files.repair_names
    if faults := disagreements(files.register, files.numerals, *cited):
        raise DataError(faults)
    return files


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
            for _, call in evidence_calls(entry["evidence"]):
                calls.parse(call)
        except ValueError as error:
            faults.append(Fault(path.name, row, "evidence", entry["evidence"], str(error)))
    if faults:
        raise DataError(faults)
    return frame.set_index("id")


def evidence_calls(evidence):
    """Labels and calls of a cell of evidence. Raises ValueError where it is not of these."""
    pieces = [item.partition(" = ") for item in evidence.split("; ") if evidence]
    labels = [label for label, _, _ in pieces]
    if not all(label and call for label, _, call in pieces) or len(set(labels)) < len(labels):
        raise ValueError("must have the form label = call; label = call, with each label once")
    return [(label, call) for label, _, call in pieces]
