"""The comments of Table 1, in our own words, each with the codes of its row."""

from pathlib import Path

import pandas as pd

from ..paths import DATA
from . import dictionary, layout, validation
from .dictionary import LIST_SEPARATOR, Dictionary
from .faults import Fault
from .table1 import PATH as TABLE1_PATH
from .table1 import Table1

PATH = DATA / "comments.csv"
CODES = ("patient_facts", "cycle_facts")


def read_comments(path: Path = PATH, rules: Dictionary | None = None) -> pd.DataFrame:
    """Read the comments.

    Parameters
    ----------
    path : Path
        Of the file.
    rules : Dictionary, optional
        The project's own if not given.

    Returns
    -------
    DataFrame of str
        Columns label, comment and codes, indexed by row of the file.

    Raises
    ------
    DataError
        Listing every fault.
    """
    return validation.read_table(path, rules or dictionary.load(), "comments")


def disagreements(comments: pd.DataFrame, table: Table1) -> list[Fault]:
    """Find the comments that do not fit Table 1, and the coded rows without a comment.

    Parameters
    ----------
    comments : DataFrame
        As `read_comments` returns it.
    table : Table1

    Returns
    -------
    list of Fault
    """
    coded, faults = _coded(table), []
    for row, comment in validation.rows(comments):
        label, codes = comment["label"], comment["codes"]
        if label not in coded:
            rule = f"is not a patient or a row with codes in {TABLE1_PATH.name}"
            faults.append(Fault(PATH.name, row, "label", label, rule))
        elif codes != (own := LIST_SEPARATOR.join(cell for _, _, cell in coded[label])):
            rule = f"is {own!r} in {TABLE1_PATH.name}"
            faults.append(Fault(PATH.name, row, "codes", codes, rule))
    for label in coded.keys() - set(comments["label"]):
        for row, column, cell in coded[label]:
            rule = f"has no comment on {label} in {PATH.name}"
            faults.append(Fault(TABLE1_PATH.name, row, column, cell, rule))
    return faults


def _coded(table: Table1) -> dict[str, list[tuple[int, str, str]]]:
    """Row, column and codes of each cell with codes, by label of the patient or the row."""
    patients = layout.numbering(table.raw)["patient"].astype(str)
    found: dict[str, list[tuple[int, str, str]]] = {}
    for column, labels in zip(CODES, (patients, layout.labels(table.raw)), strict=True):
        for (row, cell), label in zip(validation.by_row(table.raw[column]), labels, strict=True):
            if cell is not None:
                found.setdefault(label, []).append((row, column, cell))
    return found
