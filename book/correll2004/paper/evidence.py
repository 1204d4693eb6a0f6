"""Works on ketamine for CRPS that came after the paper, as far as they were read."""

from pathlib import Path

import pandas as pd

from ..data import dictionary, validation
from ..data.dictionary import Dictionary
from ..paths import DATA

PATH = DATA / "evidence.csv"
NUMBERS = ["months_from", "months_to", "value", "lower", "upper"]
OF_THE_WORK = ["citation", "doi", "design", "patients", "treatment", "differs", "read", "page"]


def read_evidence(path: Path = PATH, rules: Dictionary | None = None) -> pd.DataFrame:
    """Read the findings of later works.

    Parameters
    ----------
    path : Path
        Of the file.
    rules : Dictionary, optional
        The project's own if not given.

    Returns
    -------
    DataFrame
        One row per finding, columns as in the dictionary: strings, but for `NUMBERS`, which
        are floats.

    Raises
    ------
    DataError
        Listing every fault.
    """
    found = validation.read_table(path, rules or dictionary.load(), "evidence")
    numbers = {name: pd.to_numeric(found[name]) for name in NUMBERS}
    return found.fillna("").assign(**numbers)


def works(findings: pd.DataFrame) -> pd.DataFrame:
    """Take the findings work by work.

    Parameters
    ----------
    findings : DataFrame
        As `read_evidence` returns it.

    Returns
    -------
    DataFrame
        One row per work, by its identifier: the columns `OF_THE_WORK`, and ``finding`` with
        all its findings.

    Raises
    ------
    ValueError
        If two rows of a work differ in what they say of the work.
    """
    of_work = findings.drop_duplicates(["work", *OF_THE_WORK]).set_index("work")[OF_THE_WORK]
    if of_work.index.has_duplicates:
        twice = of_work.index[of_work.index.duplicated()].unique()
        raise ValueError(f"rows of one work differ: {', '.join(twice)}")
    return of_work.assign(finding=findings.groupby("work")["finding"].agg(" ".join))
