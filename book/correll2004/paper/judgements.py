"""One verdict for one sentence: where register, statements and ledger contradict each other.

The verdict on a number is computed. The verdict on a wording is a judgement, and is stored: for
a printed value in ``claims.csv``, for a sentence in ``statements.csv``. ``divergences.csv`` says
which kind of difference an entry is. The rules here keep the three at one judgement.
"""

from collections.abc import Hashable, Iterator
from typing import Any

import pandas as pd

from ..data import validation
from ..data.dictionary import LIST_SEPARATOR
from ..data.faults import Fault

CLAIMS, STATEMENTS, LEDGER, NUMERALS = (
    f"{name}.csv" for name in ("claims", "statements", "divergences", "numerals")
)
DEPENDS = "depends on the reading"
CONTRADICTS = ("contradicts the paper elsewhere", "contradicts Table 1")
# From the mildest on. Empty: a bare cell, or a sentence that nothing can check.
WORDINGS = ("", "fits", DEPENDS, *CONTRADICTS)
DIFFERENCE, READING = "difference", "reading"  # kinds of an entry
# What an entry changes, the gravest first.
CHANGES_USE, CHANGES_NUMBER, CHANGES_NEITHER = CONSEQUENCES = (
    "changes how the paper is used",
    "changes a number only",
    "changes neither",
)


def severity(wording: str) -> int:
    """How hard a verdict on a wording is: 0 for fits or none, more for each harder one."""
    return max(0, WORDINGS.index(wording) - 1)


def cited(divergence: str) -> list[str]:
    """The entries of the ledger that a cell names."""
    return divergence.split(LIST_SEPARATOR) if divergence else []


def by_consequence(ledger: pd.DataFrame) -> dict[str, list[str]]:
    """Entries of the ledger by what they change, the gravest first, each in the ledger's order."""
    return {
        consequence: ledger.index[ledger["consequence"] == consequence].tolist()
        for consequence in CONSEQUENCES
    }


def ranked(ledger: pd.DataFrame) -> list[str]:
    """All entries of the ledger in the order of `by_consequence`."""
    return [name for names in by_consequence(ledger).values() for name in names]


def is_in_a_cell(numeral: dict[str, Any]) -> bool:
    """Whether a numeral is in a cell of a table or in its head, and so in no sentence."""
    return numeral["paragraph"] == "header" or str(numeral["paragraph"]).startswith("row:")


def place_of(row: dict[str, Any]) -> tuple[str, str, str]:
    """Section, paragraph and sentence of a numeral or statement."""
    return row["section"], row["paragraph"], row["sentence"]


def sentences_of_claims(numerals: pd.DataFrame) -> dict[str, set[tuple[str, str, str]]]:
    """The sentences of each claim, by its id: those of its numerals outside of tables' cells."""
    found: dict[str, set[tuple[str, str, str]]] = {}
    for _, numeral in validation.rows(numerals):
        if numeral["claim"] and not is_in_a_cell(numeral):
            found.setdefault(numeral["claim"], set()).add(place_of(numeral))
    return found


def disagreements(
    register: pd.DataFrame,
    numerals: pd.DataFrame,
    statements: pd.DataFrame,
    ledger: pd.DataFrame,
) -> list[Fault]:
    """Find where the verdicts of register, statements and ledger contradict each other.

    Parameters
    ----------
    register, numerals, statements, ledger : DataFrame
        As the readers of `correll2004.paper.records` return them.

    Returns
    -------
    list of Fault
        Of `references` alone, if there are any: without them nothing else can be compared.
    """
    if faults := list(references(register, numerals, statements, ledger)):
        return faults
    return [
        *same_words(register, CLAIMS, ["claim", "printed"], ["wording", "verdict"]),
        *same_words(statements, STATEMENTS, ["assertion"], ["verdict", "check"]),
        *kinds(register, statements, ledger["kind"].to_dict()),
        *sentences(register, numerals, statements),
    ]


def references(
    register: pd.DataFrame,
    numerals: pd.DataFrame,
    statements: pd.DataFrame,
    ledger: pd.DataFrame,
) -> Iterator[Fault]:
    """Sentences or entries that are named but not listed, and entries that nothing names.

    Parameters as in `disagreements`. Yields a Fault for each.
    """
    listed = {place_of(statement) for _, statement in validation.rows(statements)}
    for row, numeral in validation.rows(numerals):
        if not is_in_a_cell(numeral) and place_of(numeral) not in listed:
            rule = "is a sentence that is not in statements.csv"
            yield Fault(NUMERALS, row, "sentence", " ".join(place_of(numeral)), rule)
    named = set(register["divergence"])
    for row, statement in validation.rows(statements):
        for entry in cited(statement["divergence"]):
            named.add(entry)
            if entry not in ledger.index:
                yield Fault(STATEMENTS, row, "divergence", entry, "is not in divergences.csv")
    for row, entry in enumerate(ledger.index, start=2):
        if entry not in named:
            yield Fault(LEDGER, row, "id", entry, "is named by no statement and no claim")


def same_words(
    frame: pd.DataFrame, file: str, words: list[str], verdicts: list[str]
) -> Iterator[Fault]:
    """Rows that say the same as another and are judged otherwise.

    Parameters
    ----------
    frame : DataFrame
        The register or the statements.
    file : str
        Its name in the faults.
    words : list of str
        Columns that say what is printed.
    verdicts : list of str
        Columns that judge it; a bare cell has no wording, which agrees with any that fits.

    Yields
    ------
    Fault
    """
    first: dict[tuple[Hashable, ...], dict[str, Any]] = {}
    for row, (_, each) in enumerate(validation.rows(frame), start=2):
        said = tuple(each[word] for word in words)
        other = first.setdefault(said, each)
        for column in verdicts:
            if (each[column] or "fits") != (other[column] or "fits"):
                rule = f"but {other[column] or 'fits'!r} where the same is said before: {said[0]!r}"
                yield Fault(file, row, column, each[column], rule)


def kinds(
    register: pd.DataFrame, statements: pd.DataFrame, kind: dict[Any, str]
) -> Iterator[Fault]:
    """Verdicts that the entries named for them cannot carry.

    What differs or contradicts needs an entry of kind difference, what depends on the reading
    one of kind difference or reading: a remark carries neither.

    Parameters
    ----------
    register, statements : DataFrame
    kind : dict of str to str
        Kinds of the ledger's entries, by id.

    Yields
    ------
    Fault
    """
    judged = [
        (CLAIMS, row, column, claim[column], claim["divergence"])
        for row, (_, claim) in enumerate(validation.rows(register), start=2)
        for column in ("verdict", "wording")
    ]
    judged += [
        (STATEMENTS, row, "verdict", statement["verdict"], statement["divergence"])
        for row, statement in validation.rows(statements)
    ]
    for file, row, column, verdict, divergence in judged:
        needed = {DIFFERENCE} if verdict in ("differs", *CONTRADICTS) else set()
        needed = {DIFFERENCE, READING} if verdict == DEPENDS else needed
        found = {entry: kind[entry] for entry in cited(divergence)}
        if needed and not needed & set(found.values()):
            named = ", ".join(f"{entry}, a {word}" for entry, word in found.items()) or "none"
            rule = f"needs an entry of kind {' or '.join(sorted(needed))}; named: {named}"
            yield Fault(file, row, column, verdict, rule)


def sentences(
    register: pd.DataFrame, numerals: pd.DataFrame, statements: pd.DataFrame
) -> Iterator[Fault]:
    """Claims that say more than the verdict of their sentence.

    A sentence's verdict is that of its worst part. So a claim is judged no harder than its
    sentence, and names no entry that the sentence does not name. A sentence may be judged
    harder than all of its claims: `records.read_statements` asks it for a note that says why.

    Parameters as in `disagreements`. Yields a Fault for each claim.
    """
    by_place = {place_of(each): each for _, each in validation.rows(statements)}
    where = sentences_of_claims(numerals)
    for row, (name, claim) in enumerate(validation.rows(register), start=2):
        wording, stated = claim["wording"], [by_place[place] for place in where.get(name, ())]
        if stated and severity(wording) > max(severity(each["verdict"]) for each in stated):
            rule = f"is harder than the verdict of its sentence, {stated[0]['verdict']!r}"
            yield Fault(CLAIMS, row, "wording", wording, rule)
        named = {entry for each in stated for entry in cited(each["divergence"])}
        if stated and severity(wording) and claim["divergence"] not in named:
            rule = "is not among the entries of its sentence in statements.csv"
            yield Fault(CLAIMS, row, "divergence", claim["divergence"], rule)
