"""Our appraisal of the paper, ``data/appraisal.csv``: read, and held to what it rests on."""

from pathlib import Path

import pandas as pd

from ..data import dictionary, validation
from ..data.dictionary import LIST_SEPARATOR, Dictionary
from ..data.faults import DataError, Fault
from ..paths import DATA

PATH = DATA / "appraisal.csv"
NEED_SUPPORT = ("yes", "partly")


def read_appraisal(path: Path = PATH, rules: Dictionary | None = None) -> pd.DataFrame:
    """Read the appraisal.

    Parameters
    ----------
    path : Path
        Of the file.
    rules : Dictionary, optional
        The project's own if not given.

    Returns
    -------
    DataFrame of str
        The columns of the file, empty where a cell is blank, indexed by row of the file.

    Raises
    ------
    DataError
        Listing every fault; also where an answer that needs support has none.
    """
    frame = validation.read_table(path, rules or dictionary.load(), "appraisal").fillna("")
    faults = [
        Fault(path.name, row, "support", "", f"is missing: the answer is {each['answer']}")
        for row, each in validation.rows(frame)
        if each["answer"] in NEED_SUPPORT and not each["support"]
    ]
    if faults:
        raise DataError(faults)
    return frame


def supports(cell: str) -> list[str]:
    """Take a cell of the column ``support`` apart.

    Parameters
    ----------
    cell : str

    Returns
    -------
    list of str
        Keys of statements and ids of claims; empty for an empty cell.

    Examples
    --------
    >>> supports("methods/1/1;res-men")
    ['methods/1/1', 'res-men']
    """
    return cell.split(LIST_SEPARATOR) if cell else []


def statement_keys(statements: pd.DataFrame) -> pd.Series:
    """Name each statement as the appraisal cites it.

    Parameters
    ----------
    statements : DataFrame
        Rows of `records.Files.statements`.

    Returns
    -------
    Series of str
        Such as ``methods/1/4``, with the index of the statements.
    """
    place = statements[["section", "paragraph", "sentence"]]
    return place.astype(str).agg("/".join, axis=1)


def disagreements(
    appraisal: pd.DataFrame, statements: pd.DataFrame, register: pd.DataFrame
) -> list[Fault]:
    """Find what the appraisal cites and no file has.

    Parameters
    ----------
    appraisal : DataFrame
        As `read_appraisal` returns it.
    statements, register : DataFrame
        Those of `records.Files`.

    Returns
    -------
    list of Fault
    """
    known = {*statement_keys(statements), *register.index}
    return [
        Fault(PATH.name, row, "support", key, "is in neither statements.csv nor claims.csv")
        for row, cell in validation.by_row(appraisal["support"])
        for key in supports(cell)
        if key not in known
    ]
