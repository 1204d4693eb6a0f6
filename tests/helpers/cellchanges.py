"""Table 1 with one cell changed, for every cell and many values: which calls move."""

import ast
import csv
import re
from dataclasses import dataclass
from functools import cached_property
from itertools import product
from pathlib import Path

import numpy as np

from correll2004.data.table1 import Table1
from correll2004.paper.versions import Versions, versions_of

FILES = Path(__file__).parents[1] / "files"
LOW, HIGH = RATE = ("rate_low_mg_per_h", "rate_max_mg_per_h")
OUTCOME = ("relief_months", "event")

# Cells of Table 1, by the columns that one cell fills, and the columns that a change of it
# sets. The rates of a range are changed one at a time.
PATIENT_CELLS = {
    (name,): (name,) for name in ("age_years", "sex", "region", "crps_type", "patient_facts")
} | {("crps_months", "crps_months_is_lower_bound"): ("crps_months", "crps_months_is_lower_bound")}
CYCLE_CELLS = {(LOW,): RATE, (HIGH,): RATE, OUTCOME: OUTCOME} | {
    (name,): (name,) for name in ("infusion_days", "relief_percent")
}

# What a quantity reads without naming it in its arguments.
UNNAMED = {
    "count_of_censored": OUTCOME,
    "table3": (HIGH,),
    "table4": ("infusion_days",),
    "modal_rate_class": (HIGH,),
    "table5": OUTCOME,
    "survival_at": OUTCOME,
}


def columns_read(call):
    """Columns that a call reads: that of its value, or else those of its conditions."""
    if call["part"] == "n" and call.quantity == "table5":
        return ()
    if call.quantity in UNNAMED:
        return UNNAMED[call.quantity]
    asked = [call["column"]] if call["column"] else [call[n] for n in ("where", "of", "to")]
    trees = [ast.parse(text, mode="eval") for text in asked if text]
    return {node.id for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Name)}


def subject(paraphrase):
    """Condition on the cycles that a claim's own words are about; empty for all."""
    named = [f"patient == {number}" for number in re.findall(r"Patient (\d+)", paraphrase)]
    with (FILES / "subjects.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if re.search(row["phrase"], paraphrase):
                named.append(row["condition"])
    return " and ".join(f"({condition})" for condition in named)


@dataclass(frozen=True)
class Changes:
    """Other values of a cell of Table 1, in each row: one change a version.

    table : Table1. cell : a key of `PATIENT_CELLS` or `CYCLE_CELLS`.
    """

    table: Table1
    cell: tuple[str, ...]

    @cached_property
    def frame(self):
        """Patients or cycles, whichever have the cell."""
        if self.cell in PATIENT_CELLS:
            return self.table.patients.fillna("")
        return self.table.cycles

    @cached_property
    def values(self):
        """What the cell can be: what it is in other rows, and numbers beyond."""
        parts = []
        for name in self.cell:
            values = list(dict.fromkeys(self.frame[name].tolist()))
            if name == "crps_type":
                values = ["I", "II"]
            elif name == "relief_percent":
                values += [1, 99]
            elif name not in ("event", "sex") and self.frame[name].dtype.kind in "if":
                values += [min(values) / 2, max(values) + 12]
            parts.append(values)
        return list(product(*parts))

    @cached_property
    def rows(self):
        """Row of the frame that each version changes."""
        return np.array([row for row, _ in self._changes])

    @cached_property
    def _changes(self):
        now = list(zip(*(self.frame[name] for name in self.cell), strict=True))
        return [(row, v) for row, old in enumerate(now) for v in self.values if v != old]

    @cached_property
    def versions(self):
        """Table 1 with each change; the rates of a range stay in order."""
        return self._with(self.rows[:, None] == np.arange(len(self.frame)), self._changes)

    def all_at_once(self, condition):
        """Table 1 with all cells that a claim is about set to one value, by value."""
        about = self._of_frame(versions_of(self.table).where("cycles", condition))
        places = np.repeat(about, len(self.values), axis=0)
        return self._with(places, list(enumerate(self.values)))

    def _with(self, places, changes):
        names = (PATIENT_CELLS | CYCLE_CELLS)[self.cell]
        changed = {name: np.tile(self.frame[name], (len(changes), 1)) for name in names}
        for name, values in zip(self.cell, zip(*(v for _, v in changes), strict=True), strict=True):
            kind = np.float64 if isinstance(values[0], float | int) else object
            column = np.array(values, dtype=kind)[:, None]
            changed[name] = np.where(places, column, changed[name])
        if self.cell == (LOW,):
            changed[HIGH] = np.maximum(*changed.values())
        if self.cell == (HIGH,):
            changed[LOW] = np.minimum(*changed.values())
        return Versions(self.table, changed)

    def moved(self, call, versions=None):
        """In which versions the call's value, or whom it is of, is not that of the table."""
        was, now = call.compute(versions_of(self.table)), call.compute(versions or self.versions)
        same = np.isclose(now.values, was.values[0], rtol=1e-12, atol=1e-12, equal_nan=True)
        return ~same | (now.chosen != was.chosen[0]).any(axis=1)

    def is_about(self, condition):
        """Whether a claim is about the cell, before and after each change."""
        before = self._of_frame(versions_of(self.table).where("cycles", condition))
        after = self._of_frame(self.versions.where("cycles", condition))
        after = np.broadcast_to(after, (len(self.rows), after.shape[1]))
        return before[0][self.rows], after[np.arange(len(self.rows)), self.rows]

    def _of_frame(self, cycles):
        """Cycles, versions x rows, as rows of the cell's own frame."""
        if self.cell in CYCLE_CELLS:
            return cycles
        of_patient = self.table.cycles["patient"].to_numpy()[:, None]
        return cycles @ (of_patient == self.table.patients["patient"].to_numpy())
