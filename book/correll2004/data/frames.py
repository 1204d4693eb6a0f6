"""Typed frames of patients and cycles, made of the printed strings of Table 1."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar

import pandas as pd

from . import cells, layout
from .dictionary import LIST_SEPARATOR
from .faults import Fault

Value = TypeVar("Value")


def typed(raw: pd.DataFrame, file: str) -> tuple[pd.DataFrame, pd.DataFrame, list[Fault]]:
    """Code the strings of a Table 1.

    Parameters
    ----------
    raw : DataFrame of str
        The printed strings, indexed by file row. A cell that is None, or has no reading,
        leaves None in the columns made from it.
    file : str
        Name of the file, for the faults.

    Returns
    -------
    patients, cycles : DataFrame
        Columns as the data dictionary's resources of these names, indexed by file row.
    faults : list of Fault
        Cells without a reading.
    """
    reader, numbers = _Reader(raw, file), layout.numbering(raw)
    rows = list(zip(raw.index.tolist(), numbers["patient"], numbers["cycle"], strict=True))
    n_cycles, labels = numbers["patient"].value_counts(), layout.labels(raw)
    first = raw["patient"].notna()
    patients = [
        reader.patient(row, patient, int(n_cycles[patient]))
        for row, patient, _ in rows
        if first[row]
    ]
    cycles = [
        {"label": labels[row], "patient": patient, "cycle": cycle, **reader.cycle(row)}
        for row, patient, cycle in rows
    ]
    return (
        pd.DataFrame(patients, index=raw.index[first]),
        pd.DataFrame(cycles, index=raw.index),
        reader.faults,
    )


@dataclass
class _Reader:
    """Reads the cells of Table 1, and keeps the faults that it meets."""

    raw: pd.DataFrame
    file: str
    faults: list[Fault] = field(default_factory=list)

    def read(self, row: int, column: str, rule: Callable[[str], Value]) -> Value | None:
        """What a rule makes of a cell; None where it is blank, or has no reading."""
        cell: str | None = self.raw[column][row]
        if cell is None:
            return None
        try:
            return rule(cell)
        except ValueError as error:
            self.faults.append(Fault(self.file, row, column, cell, str(error)))
            return None

    def patient(self, row: int, number: int, n_cycles: int) -> dict[str, object]:
        """The columns of a patient, from the first row."""
        printed = self.raw.loc[row]
        crps = self.read(row, "crps_months", cells.parse_lower_bound)
        facts = (printed["patient_facts"] or "").split(LIST_SEPARATOR)
        return {
            "patient": number,
            "age_years": self.read(row, "age_years", cells.parse_whole),
            "sex": printed["sex"],
            "crps_months": crps[0] if crps else None,
            "crps_months_is_lower_bound": crps[1] if crps else None,
            "region": printed["region"],
            "crps_type": "II" if "crps_type_2" in facts else "I",
            "n_cycles": n_cycles,
            "patient_facts": printed["patient_facts"],
        }

    def cycle(self, row: int) -> dict[str, object]:
        """The columns of a cycle, but for its numbers."""
        printed = self.raw.loc[row]
        rate = self.read(row, "dosage_mg_per_h", cells.parse_rate)
        relief = self.read(row, "relief_percent", cells.parse_number)
        # Beside a relief that cannot be read, the outcome's own faults still show.
        fitting = 0.0 if printed["relief_months"] == "N/A" else 100.0
        percent = fitting if relief is None else relief
        outcome = self.read(row, "relief_months", lambda cell: cells.code_outcome(cell, percent))
        return {
            "rate_low_mg_per_h": rate[0] if rate else None,
            "rate_max_mg_per_h": rate[1] if rate else None,
            "infusion_days": self.read(row, "infusion_days", cells.parse_number),
            "relief_percent": relief,
            "relief_months": outcome[0] if outcome else None,
            "event": outcome[1] if outcome else None,
            "outcome": outcome[2] if outcome else None,
            "outcome_printed": printed["relief_months"],
            "cycle_facts": printed["cycle_facts"],
        }
