"""Sentences of later works and pages that retell the paper: ``data/retold.csv``."""

from pathlib import Path

import pandas as pd

from ..data import dictionary, validation
from ..data.dictionary import Dictionary
from ..data.faults import DataError, Fault
from ..paths import DATA
from .rounding import printed_number

PATH = DATA / "retold.csv"
FITS = "fits"
AGREES, DIFFERS, NO_NUMBER = "agrees", "differs", "no exact number"


def read_retold(path: Path = PATH, rules: Dictionary | None = None) -> pd.DataFrame:
    """Read the sentences that retell the paper.

    Parameters
    ----------
    path : Path
        Of the file.
    rules : Dictionary, optional
        The project's own if not given.

    Returns
    -------
    DataFrame
        One row per sentence, columns as in the dictionary: strings, empty where blank.

    Raises
    ------
    DataError
        Listing every fault, also a number that is none or has no claim, and a wording that
        does not fit or was coded in two ways without a note.
    """
    table = validation.read_table(path, rules or dictionary.load(), "retold")
    frame, faults = table.fillna(""), []
    for row, sentence in validation.rows(frame):
        number, wordings = sentence["number"], {sentence["wording_a"], sentence["wording_b"]}
        try:
            printed_number(number or "0")
        except ValueError as error:
            faults.append(Fault(path.name, row, "number", number, str(error)))
        for column, is_broken, rule in (
            ("claim", number and not sentence["claim"], "is missing: there is a number"),
            (
                "note",
                {sentence["wording"], *wordings} != {FITS} and not sentence["note"],
                "is missing: the wording does not fit, or the codings differ",
            ),
            (
                "wording",
                sentence["wording"] not in wordings,
                "must be that of one of the codings",
            ),
        ):
            if is_broken:
                faults.append(Fault(path.name, row, column, sentence[column], rule))
    if faults:
        raise DataError(faults)
    return frame


def verdict_of(number: str, printed: str) -> str:
    """Compare the number of a retelling with the value that the paper prints.

    Parameters
    ----------
    number : str
        As the retelling prints it, in digits or as a number word; empty for none.
    printed : str
        The paper's value, likewise.

    Returns
    -------
    str
        ``agrees``, ``differs`` or ``no exact number``.

    Examples
    --------
    >>> verdict_of("four", "4"), verdict_of("one", "4"), verdict_of("", "4")
    ('agrees', 'differs', 'no exact number')
    """
    if not number:
        return NO_NUMBER
    return AGREES if printed_number(number) == printed_number(printed) else DIFFERS


def disagreements(retold: pd.DataFrame, register: pd.DataFrame) -> list[Fault]:
    """Find retellings whose claim is not in the register, or whose verdict is not the computed.

    Parameters
    ----------
    retold : DataFrame
        As `read_retold` returns it.
    register : DataFrame
        Of the claims, by id.

    Returns
    -------
    list of Fault
    """
    faults = []
    for row, sentence in validation.rows(retold):
        claim, stored = sentence["claim"], sentence["verdict"]
        if claim and claim not in register.index:
            faults.append(Fault(PATH.name, row, "claim", claim, "is not in claims.csv"))
            continue
        printed = str(register.at[claim, "printed"]) if claim else ""
        computed = verdict_of(sentence["number"], printed)
        if stored != computed:
            rule = f"should be {computed}: the claim's value is {printed!r}"
            faults.append(Fault(PATH.name, row, "verdict", stored, rule))
    return faults


def by_page(retold: pd.DataFrame) -> pd.DataFrame:
    """Count the verdicts of each page.

    Parameters
    ----------
    retold : DataFrame
        As `read_retold` returns it.

    Returns
    -------
    DataFrame
        One row per source, in file order: ``kind``, ``page``, and the numbers of sentences
        that ``sentences``, ``agrees``, ``differs``, ``fits``, ``too strong`` and
        ``contradicts`` name.
    """
    verdicts = [AGREES, DIFFERS]
    wordings = [FITS, "too strong", "contradicts"]
    pages = retold.groupby("source", sort=False)
    found = pages[["kind", "page"]].first().assign(sentences=pages.size())
    for column, codes in (("verdict", verdicts), ("wording", wordings)):
        for code in codes:
            found[code] = (retold[column] == code).groupby(retold["source"]).sum()
    return found
