"""What the paper and the ledger say of single patients, and the claims that count them."""

import re

import pandas as pd

from . import claims
from .judgements import ranked
from .records import Files

FEW = 12  # a claim that counts no more patients or cycles than this is about them in particular

# A list such as Patients 9, 21 and 30. A number before a unit is not of a patient.
_UNIT = r"(?! ?(?:%|cycles|days|hours|mg|months|of|patients|percent|times|years))"
NAMED = re.compile(rf"\bPatients? \d+(?:(?:, | and |, and | or | to )\d+\b{_UNIT})*")


def named_in(text: str) -> tuple[int, ...]:
    """Find the patients that a text of ours names.

    Parameters
    ----------
    text : str

    Returns
    -------
    tuple of int
        Their numbers, each once, in the order of the text.

    Examples
    --------
    >>> named_in("Patients 9 and 21 were infused again; Patient 25 was not.")
    (9, 21, 25)
    """
    lists = NAMED.findall(text)
    return tuple(
        dict.fromkeys(int(number) for each in lists for number in re.findall(r"\d+", each))
    )


def statements_on(files: Files, patient: int) -> pd.DataFrame:
    """Select the statements of the paper whose paraphrase names a patient.

    Parameters
    ----------
    files : Files
    patient : int
        Number of the patient, as printed.

    Returns
    -------
    DataFrame
        Rows of ``files.statements``, in the order of the paper.
    """
    naming = [patient in named_in(text) for text in files.statements["assertion"]]
    return files.statements[naming]


def entries_on(files: Files, patient: int) -> list[str]:
    """Select the entries of the ledger that name a patient, the gravest consequence first.

    Parameters
    ----------
    files : Files
    patient : int
        Number of the patient, as printed.

    Returns
    -------
    list of str
        Identifiers of the entries.
    """
    texts = files.divergences.drop(columns="evidence").agg(" ".join, axis=1)
    naming = {name for name, text in texts.items() if patient in named_in(text)}
    return [name for name in ranked(files.divergences) if name in naming]


def claims_on(files: Files, patient: int) -> tuple[list[str], int]:
    """Select the claims whose value counts a patient.

    Parameters
    ----------
    files : Files
    patient : int
        Number of the patient, as printed.

    Returns
    -------
    few : list of str
        Claims that count at most `FEW` patients or cycles, in the order of the register.
    more : int
        Number of the other claims that count the patient.
    """
    labels = re.compile(rf"{patient}[abc]?")
    members = claims.register(files)["members"]
    counting = members[[any(map(labels.fullmatch, each)) for each in members]]
    few = counting.map(len) <= FEW
    return list(counting.index[few]), int((~few).sum())
