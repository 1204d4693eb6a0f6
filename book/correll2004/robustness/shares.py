"""Proportions with confidence limits: of patients, and of cycles, several of one patient."""

import pandas as pd

from ..data.table1 import Table1
from ..paper.records import Files
from ..stats import proportions
from . import coding_choices

SHARES_OF_PATIENTS = {
    "Complete relief, first course": ("cycle == 1", "relief_percent == 100"),
    "Partial relief, first course": ("cycle == 1", "0 < relief_percent < 100"),
    "No relief, first course": ("cycle == 1", "relief_percent == 0"),
    "Complete relief, second course": ("cycle == 2", "relief_percent == 100"),
    "Not seen after the first infusion": ("cycle == 1", "outcome == 'no_follow_up'"),
}
SHARES_OF_CYCLES = {
    "Complete relief": "relief_percent == 100",
    "Maximum rate at most 25 mg/h": "rate_max_mg_per_h <= 25",
    "Maximum rate above 26 mg/h": "rate_max_mg_per_h > 26",
    "Infusion of 5 days or less": "infusion_days <= 5",
    "Not seen after the infusion": "outcome == 'no_follow_up'",
}


def shares_of_patients(files: Files) -> pd.DataFrame:
    """Proportions in which each patient is counted once, from Table 1 as printed.

    Columns count, n, percent, and Wilson's limits lower, upper, in percent.
    """
    cycles = files.table1.cycles
    counts = {}
    for label, (base, condition) in SHARES_OF_PATIENTS.items():
        chosen = cycles.query(base, engine="python")
        counts[label] = len(chosen.query(condition, engine="python")), len(chosen)
        if label == "Complete relief, second course":
            # Nobody reports how much relief the broken-off infusions brought.
            with_failures = len(coding_choices.outcomes(files, 2, broken_off="failure"))
            counts[f"{label}, broken-off as failures"] = counts[label][0], with_failures
    rows = {}
    for label, (count, n) in counts.items():
        lower, upper = proportions.wilson(count, n)
        rows[label] = [count, n, 100 * count / n, 100 * lower, 100 * upper]
    columns = ["count", "n", "percent", "lower", "upper"]
    return pd.DataFrame.from_dict(rows, orient="index", columns=columns)


def hits_and_sizes(table: Table1) -> tuple[pd.DataFrame, "pd.Series[int]"]:
    """Each patient's cycles that meet the conditions of `SHARES_OF_CYCLES`, and all of them.

    Hits: one row a patient, one column a condition; sizes: one number a patient.
    """
    cycles = table.cycles
    sizes = cycles.groupby("patient").size()
    hits = {
        label: cycles.query(condition, engine="python").groupby("patient").size()
        for label, condition in SHARES_OF_CYCLES.items()
    }
    return pd.DataFrame(hits, index=sizes.index).fillna(0).astype(int), sizes


def shares_of_cycles(table: Table1) -> pd.DataFrame:
    """Proportions of all cycles, with limits that treat each patient's cycles as a cluster.

    Columns count, n, percent, lower, upper (`proportions.clustered`), design_effect, and
    naive_lower, naive_upper (Wilson's, as if the cycles were independent), percent.
    """
    all_hits, sizes = hits_and_sizes(table)
    rows = {}
    for label, hits in all_hits.items():
        share = proportions.clustered(hits, sizes)
        naive = proportions.wilson(hits.sum(), sizes.sum())
        rows[label] = {
            "count": int(hits.sum()),
            "n": int(sizes.sum()),
            "percent": 100 * share.value,
            "lower": 100 * share.lower,
            "upper": 100 * share.upper,
            "design_effect": share.design_effect,
            "naive_lower": 100 * naive[0],
            "naive_upper": 100 * naive[1],
        }
    return pd.DataFrame.from_dict(rows, orient="index")
