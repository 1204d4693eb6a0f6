"""Rules across the rows of Table 1: numbering, blank cells, consecutive cycles, counts."""

import re
from collections.abc import Iterator

import pandas as pd

from .faults import Fault

PATIENTS = 33
CYCLES = 47
LETTERS = {"a": 1, "b": 2, "c": 3}
PATIENT_COLUMNS = ["age_years", "sex", "crps_months", "region"]  # given once per patient

# Row, column and rule of a fault; the strings of one row.
_Found = Iterator[tuple[int, str, str]]
_Cells = dict[str, str | None]


def numbering(raw: pd.DataFrame) -> pd.DataFrame:
    """Number the patient, by counting first rows, and the cycle of every row.

    Parameters
    ----------
    raw : DataFrame of str
        The printed strings, None where blank.

    Returns
    -------
    DataFrame of int
        Columns ``patient`` and ``cycle``, indexed as `raw`.
    """
    return pd.DataFrame(
        {
            "patient": raw["patient"].notna().cumsum(),
            "cycle": [LETTERS.get(letter, 1) for letter in raw["cycle"]],
        },
        index=raw.index,
    )


def labels(raw: pd.DataFrame) -> "pd.Series[str]":
    """Label every row, such as ``9`` or ``22a``; indexed as the printed strings."""
    return numbering(raw)["patient"].astype(str) + raw["cycle"].fillna("")


def layout_faults(raw: pd.DataFrame, file: str) -> list[Fault]:
    """Find the rules across rows that a table breaks.

    Parameters
    ----------
    raw : DataFrame of str
        The printed strings, None where blank, indexed by file row.
    file : str
        Name of the file, for the faults.

    Returns
    -------
    list of Fault
    """
    found = [*_patient_faults(raw), *_row_faults(raw), *_count_faults(raw)]
    return [
        Fault(file, row, column, raw[column].get(row) or "", rule) for row, column, rule in found
    ]


def _patient_faults(raw: pd.DataFrame) -> _Found:
    """Patients are numbered in order."""
    expected, patients = 1, raw["patient"].dropna()
    for row, patient in zip(patients.index.tolist(), patients, strict=True):
        if patient != str(expected):
            yield row, "patient", f"should be {expected}: patients are numbered in order"
        # Go on from the number read, so that one missing patient is one fault.
        legible = re.fullmatch("[1-9][0-9]{0,3}", patient)
        expected = (int(patient) if legible else expected) + 1


def _row_faults(raw: pd.DataFrame) -> _Found:
    columns = raw.columns.tolist()
    rows: list[_Cells] = [dict(zip(columns, row, strict=True)) for row in raw.to_numpy()]
    above: _Cells | None = None
    for place, (row, cells) in enumerate(zip(raw.index.tolist(), rows, strict=True)):
        if cells["patient"] is not None:
            has_more = place + 1 < len(rows) and rows[place + 1]["patient"] is None
            yield from _first_row_faults(row, cells, has_more)
        else:
            yield from _further_row_faults(row, cells, above)
        above = cells


def _first_row_faults(row: int, cells: _Cells, has_more: bool) -> _Found:
    """The first row of a patient, who has further cycles or not."""
    for column in PATIENT_COLUMNS:
        if cells[column] is None:
            yield row, column, "is missing on the patient's first row"
    if _cycle(cells) != 1:
        yield row, "cycle", "must be a on the patient's first row"
    if not has_more and cells["cycle"] is not None:
        yield row, "cycle", "should be blank: the patient has one cycle"
    if has_more and cells["cycle"] is None:
        yield row, "cycle", "should be a: the patient has further cycles"


def _further_row_faults(row: int, cells: _Cells, above: _Cells | None) -> _Found:
    """A row without a patient's number, below another or at the top."""
    for column in [*PATIENT_COLUMNS, "patient_facts"]:
        if cells[column] is not None:
            yield row, column, "should be blank: it is given on the patient's first row"
    if above is None:
        yield row, "patient", "is missing on the first row"
    elif cells["cycle"] is None or _cycle(cells) != _cycle(above) + 1:
        yield row, "cycle", "does not follow the cycle above"


def _cycle(cells: _Cells) -> int:
    return LETTERS.get(cells["cycle"] or "", 1)


def _count_faults(raw: pd.DataFrame) -> _Found:
    last = raw.index.tolist()[-1] if len(raw) else 1
    patients = raw["patient"].notna().sum()
    if patients != PATIENTS:
        rule = f"is in the last row of {patients} patients; there must be {PATIENTS}"
        yield last, "patient", rule
    if len(raw) != CYCLES:
        yield last, "cycle", f"is in the last of {len(raw)} rows; there must be {CYCLES}"
