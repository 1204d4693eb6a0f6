"""Facts that could be asked for: open questions about Table 1, and what each answer would change.

``data/open_questions.csv`` has one row for each possible answer to a question. An answer says
what Table 1 would print: other strings in some cells, or further infusions of a patient.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from ..data import frames, layout, table1, validation
from ..data.dictionary import LIST_SEPARATOR, Dictionary
from ..data.faults import DataError, Fault
from ..data.table1 import Table1
from ..paths import DATA

PATH = DATA / "open_questions.csv"
FIRST_ROW = 2  # below the header
OF_QUESTION = ["title", "asks", "divergence", "checks", "unranked"]  # on its first row alone
OF_INFUSION = {"relief_percent", "relief_months"}  # what an answer says of a further infusion


@dataclass(frozen=True)
class Answer:
    """A possible answer to a question.

    Attributes
    ----------
    words : str
    cells : tuple of (label, column, str)
        What Table 1 would print: label of the row, column, string. A label that Table 1 does
        not have, such as ``9b``, is a further infusion.
    row : int
        Row of the file.
    """

    words: str
    cells: tuple[tuple[str, str, str], ...]
    row: int


def read_questions(path: Path, rules: Dictionary) -> pd.DataFrame:
    """Read the open questions.

    Parameters
    ----------
    path : Path
        Of the file.
    rules : Dictionary

    Returns
    -------
    DataFrame of str
        One row per answer, empty where blank, indexed by row of the file.

    Raises
    ------
    DataError
        Listing every fault; also if a question's own columns are not on its first row alone, if
        it has neither two answers nor a reason why it has none, if a change is of no column of
        Table 1, or if two questions change one cell.
    """
    frame = validation.read_table(path, rules, "open-questions").fillna("")
    groups = frame.groupby("question", sort=False)
    found = [each for _, rows in groups for each in (*_row_faults(rows), *_answer_faults(rows))]
    found += _cell_faults(frame, set(rules.fields("table1")) - {"patient", "cycle"})
    if found:
        raise DataError([Fault(path.name, *each) for each in found])
    return frame


_Found = Iterator[tuple[int, str, str, str]]  # row, column, value and rule of each fault


def _row_faults(rows: pd.DataFrame) -> _Found:
    """What is wrong with the rows of a question, the first and the others."""
    (row, first), *further = validation.rows(rows)
    if rows.index[-1] - row != len(further):
        yield row, "question", first["question"], "has rows that do not follow each other"
    if not first["title"]:
        yield row, "title", "", "is missing on the first row of a question"
    if not first["asks"] and row == FIRST_ROW:
        yield row, "asks", "", "is missing on the first row of the file"
    for place, other in further:
        for column in OF_QUESTION:
            if other[column]:
                rule = "should be blank: it is given on the first row of the question"
                yield place, column, other[column], rule


def _answer_faults(rows: pd.DataFrame) -> _Found:
    """What is wrong with the answers to a question, or with the reason why there is none."""
    row, first = validation.rows(rows)[0]
    if bool(first["unranked"]) == bool(first["answer"]):
        yield row, "unranked", first["unranked"], "must be given exactly where there is no answer"
    if first["answer"] and len(rows) == 1:
        yield row, "answer", first["answer"], "is the only answer to its question"
    for place, each in validation.rows(rows):
        if not each["answer"] and (each["changes"] or len(rows) > 1):
            yield place, "answer", "", "is missing"


def _cell_faults(frame: pd.DataFrame, columns: set[str]) -> _Found:
    """Changes of columns that Table 1 does not have, and cells that two questions change."""
    owners: dict[tuple[str, str], str] = {}
    for row, cells in validation.rows(frame):
        for label, column, _ in _cells(cells["changes"]):
            owner = owners.setdefault((label, column), cells["question"])
            if column not in columns:
                yield row, "changes", column, "is not a column of Table 1 that an answer can change"
            if owner != cells["question"]:
                yield row, "changes", f"{label}.{column}", f"is changed by {owner} too"


def questions_of(frame: pd.DataFrame) -> pd.DataFrame:
    """The questions without their answers.

    Parameters
    ----------
    frame : DataFrame
        As `read_questions` returns it.

    Returns
    -------
    DataFrame of str
        One row per question, by its identifier; columns `OF_QUESTION`.
    """
    return frame[frame["title"] != ""].set_index("question")[OF_QUESTION]


def asked_together(frame: pd.DataFrame) -> dict[str, list[str]]:
    """The questions as they are put to the authors.

    Parameters
    ----------
    frame : DataFrame
        As `read_questions` returns it.

    Returns
    -------
    dict of str to list of str
        The words of each question, and identifiers of the facts that it asks for. A question
        without words of its own is asked by the one above it.
    """
    asked: dict[str, list[str]] = {}
    for name, words in questions_of(frame)["asks"].items():
        asked.setdefault(words or list(asked)[-1], []).append(str(name))
    return asked


def answers_of(rows: pd.DataFrame) -> list[Answer]:
    """The answers in some rows.

    Parameters
    ----------
    rows : DataFrame
        Of `read_questions`.

    Returns
    -------
    list of Answer
        None for a question that has a reason instead.
    """
    return [
        Answer(cells["answer"], _cells(cells["changes"]), row)
        for row, cells in validation.rows(rows)
        if cells["answer"]
    ]


def _cells(changes: str) -> tuple[tuple[str, str, str], ...]:
    """The cells in a text such as ``1.relief_months = 1.25; 9b.relief_percent = 0``.

    The data dictionary's pattern has the form, which is checked before.
    """
    pieces = [piece.partition(" = ") for piece in changes.split("; ") if piece]
    places = [place.partition(".") for place, _, _ in pieces]
    return tuple(
        (label, column, text)
        for (label, _, column), (_, _, text) in zip(places, pieces, strict=True)
    )


def disagreements(
    frame: pd.DataFrame, ledger: Iterable[str], register: pd.DataFrame, table: Table1
) -> list[Fault]:
    """Find what the questions name and the other files do not have.

    Parameters
    ----------
    frame : DataFrame
        As `read_questions` returns it.
    ledger : iterable of str
        Identifiers of the divergences.
    register : DataFrame
        As `records.read_register` returns it.
    table : Table1

    Returns
    -------
    list of Fault
    """
    unchecked = set(register.index[register["verdict"] == "not computable"])
    found = [
        *_unknown(frame, "divergence", set(ledger), "is not in divergences.csv"),
        *_unknown(frame, "checks", unchecked, "is not among the claims that are not computable"),
        *_infusion_faults(frame, table),
    ]
    return [Fault(PATH.name, *each) for each in found]


def _unknown(frame: pd.DataFrame, column: str, known: set[str], rule: str) -> _Found:
    """Names in a column that are not known."""
    for row, cell in validation.by_row(frame[column]):
        for name in cell.split(LIST_SEPARATOR) if cell else ():
            if name not in known:
                yield row, column, name, rule


def _infusion_faults(frame: pd.DataFrame, table: Table1) -> _Found:
    """Changes of rows that Table 1 cannot have, and further infusions without their relief."""
    labels = set(layout.labels(table.raw))
    further = {
        f"{patient}{letter}"
        for patient, n in zip(table.patients["patient"], table.patients["n_cycles"], strict=True)
        for letter, number in layout.LETTERS.items()
        if number > n
    }
    for row, cells in validation.rows(frame):
        named: dict[str, set[str]] = {}
        for label, column, _ in _cells(cells["changes"]):
            named.setdefault(label, set()).add(column)
        for label, columns in named.items():
            missing = " and ".join(sorted(OF_INFUSION - columns))
            if label not in labels | further:
                rule = "is neither a row of table1.csv nor a further infusion of a patient"
                yield row, "changes", label, rule
            elif label in further and missing:
                yield row, "changes", label, f"is a further infusion without {missing}"


def answered(table: Table1, answer: Answer) -> Table1:
    """Table 1 as it would be if an answer were true.

    Parameters
    ----------
    table : Table1
    answer : Answer

    Returns
    -------
    Table1
        Further infusions come after the patient's own. What the answer does not say about them
        is missing.

    Raises
    ------
    DataError
        Naming the row of the answer, if there is no such table.
    """
    raw = table.raw.copy()
    added = {label for label, _, _ in answer.cells} - set(layout.labels(raw))
    for label in sorted(added):
        raw = _with_infusion(raw, label)
    labels = layout.labels(raw)
    for label, column, text in answer.cells:
        raw.loc[labels == label, column] = text
    try:
        if not added:
            return table1.from_strings(raw, PATH.name, table.rules, table.repairs)
        patients, cycles, faults = frames.typed(raw, PATH.name)
        if faults:
            raise DataError(faults)
    except DataError as error:
        found = [(fault.value, fault.rule) for fault in error.faults]
        raise DataError(
            [Fault(PATH.name, answer.row, "changes", *each) for each in found]
        ) from None
    patients, cycles = patients.reset_index(drop=True), cycles.reset_index(drop=True)
    return Table1(raw, patients, cycles, table.rules, table.repairs)


def _with_infusion(raw: pd.DataFrame, label: str) -> pd.DataFrame:
    """The strings of Table 1 with one more row, that of a label such as ``9b``.

    The patient's first row keeps its label, by which claims name it.
    """
    patients = layout.numbering(raw)["patient"].astype(str)
    end = int((patients == label[:-1]).to_numpy().nonzero()[0][-1]) + 1
    rows = [cells for _, cells in validation.rows(raw)]
    rows.insert(end, dict.fromkeys(raw.columns.tolist()) | {"cycle": label[-1]})
    index = pd.RangeIndex(2, len(rows) + 2, name=raw.index.name)
    return pd.DataFrame(rows, columns=raw.columns, index=index, dtype=object)
