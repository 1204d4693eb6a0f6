"""The register of claims: what is printed, what Table 1 gives, and the verdicts.

``data/claims.csv`` has one row for each published value, which is kept as a string. The file
also has both verdicts. The verdict on the number is computed here, and a test compares the two.
The verdict on the wording is a person's judgement; nothing computes it.
"""

from dataclasses import dataclass, replace
from functools import cache

import pandas as pd

from ..data import validation
from ..data.courses import COURSES
from ..data.faults import DataError, Fault
from ..data.table1 import Table1
from ..stats import proportions
from . import calls, course_curves, quantities, rounding
from .codings import AS_TABULATED
from .records import CONTEXT, DIVERGENCES_PATH, NOT_COMPUTABLE, PATH, Files, evidence_calls
from .rounding import agrees
from .versions import versions_of

REPRODUCED = "reproduced"
UNDER_REPAIR = "reproduced under repair"
DIFFERS = "differs"
KINDS = (REPRODUCED, UNDER_REPAIR, DIFFERS, NOT_COMPUTABLE, CONTEXT)


# --- verdicts ---------------------------------------------------------------------


@dataclass(frozen=True)
class Verdict:
    """What comparing a printed number with Table 1 gives.

    kind : one of `KINDS`. repair : identifier of the repair that the number needs.
    recomputed : value from Table 1 without a repair. members : labels of the patients or
    cycles that enter it. recomputed_under_repair : value under that repair.
    """

    kind: str
    repair: str = ""
    recomputed: float | None = None
    members: tuple[str, ...] = ()
    recomputed_under_repair: float | None = None

    def __str__(self) -> str:
        """As the register has it, such as ``reproduced under repair R1``."""
        return f"{self.kind} {self.repair}".strip()


def verdict_of(files: Files, printed: str, rounding: str, compute: str) -> Verdict:
    """Verdict on a number: as Table 1 is printed first, then under each repair that fits it.

    printed : published string; rounding : rule of `agrees`; compute : call of
    `correll2004.paper.quantities`, not empty.
    """
    found = calls.evaluate(compute, files.table1)
    if agrees(printed, found.value, rounding):
        return Verdict(REPRODUCED, "", found.value, found.members)
    for repair, table in files.under_each_repair.items():
        value = calls.evaluate(compute, table).value
        if agrees(printed, value, rounding):
            return Verdict(UNDER_REPAIR, repair, found.value, found.members, value)
    return Verdict(DIFFERS, "", found.value, found.members)


def with_verdicts(frame: pd.DataFrame, files: Files, table: Table1 | None = None) -> pd.DataFrame:
    """Some rows of a register with recomputed values and verdicts.

    table : `Table1` to compute the values from, that of the files if it is not given. From
    another table, a claim whose call fails gets the verdict not computable.

    Returns the rows with ``verdict`` and ``repair`` computed where there is a call, and with
    four more columns: ``kind`` (the verdict without its repair), ``recomputed`` and
    ``recomputed_under_repair`` (floats, NaN where there is none) and ``members`` (tuples of
    labels of patients or cycles).

    Raises DataError if the table is that of the files and a repair does not fit it, or a call
    cannot be computed.
    """
    compared = _with_table(files, table)
    misfits = files.why_not_applied.values() if table is None else ()
    faults = [fault for error in misfits for fault in error.faults]
    if faults:
        raise DataError(faults)
    found = []
    for name, claim in validation.rows(frame):
        if not claim["compute"]:
            found.append(Verdict(claim["verdict"]))
            continue
        try:
            number = claim["printed"], claim["rounding"], claim["compute"]
            found.append(verdict_of(compared, *number))
        except Exception as error:  # a call that a file names can raise any exception
            if table is not None:
                found.append(Verdict(NOT_COMPUTABLE))
                continue
            rule = f"cannot be computed: {calls.one_line(error)}"
            row = 2 + files.register.index.tolist().index(name)
            faults.append(Fault(PATH.name, row, "compute", claim["compute"], rule))
    if faults:
        raise DataError(faults)
    values = {
        column: pd.array([getattr(each, column) for each in found], dtype="Float64")
        for column in ("recomputed", "recomputed_under_repair")
    }
    return frame.assign(
        verdict=[str(each) for each in found],
        kind=[each.kind for each in found],
        repair=[each.repair for each in found],
        **values,
        members=pd.Series([each.members for each in found], frame.index, dtype=object),
    )


def kinds_of(found: pd.DataFrame) -> dict[str, str]:
    """The verdicts that occur among some claims, each with its kind, in the order of `KINDS`."""
    occurring = set(zip(found["kind"], found["repair"], found["verdict"], strict=True))
    ordered = sorted(occurring, key=lambda v: (KINDS.index(v[0]), len(v[1]), v[1]))
    return {verdict: kind for kind, _, verdict in ordered}


def _with_table(files: Files, table: Table1 | None) -> Files:
    """The files with another Table 1, if one is given."""
    return files if table is None else replace(files, table1=table)


# --- the register -----------------------------------------------------------------


@cache
def register(files: Files, table: Table1 | None = None) -> pd.DataFrame:
    """The whole register, `with_verdicts`, indexed by claim id."""
    return with_verdicts(files.register, files, table)


def of_chapter(files: Files, chapter: str) -> pd.DataFrame:
    """The claims of a chapter, `with_verdicts`, in the register's order."""
    return with_verdicts(files.register.query("chapter == @chapter"), files)


def of_section(files: Files, section: str) -> pd.DataFrame:
    """The claims of a part of the paper, such as ``table-5``, `with_verdicts`."""
    return with_verdicts(files.register.query("section == @section"), files)


def headlines(files: Files) -> pd.DataFrame:
    """The claims that are headline results, `with_verdicts`."""
    return with_verdicts(files.register.query("headline != ''"), files)


def published(files: Files, claim_id: str) -> str:
    """The published string of a claim. Raises KeyError for an unknown id."""
    return str(files.register["printed"][claim_id])


def interval(files: Files, compute: str) -> tuple[float, float] | None:
    """95% limits of a recomputed value under every repair, or None where there are none.

    Survival probabilities and medians: exact, pointwise; inf where a median has no upper limit.
    Means: those of Table 5. Shares of a course, in which each patient is counted once: Wilson's.
    """
    table, call = files.repaired, calls.parse(compute)
    if call.quantity == "survival_at":
        curve = course_curves.of_course(table, COURSES[call["course"]])
        lower, upper = curve.limits_at(call["months"])
        return 100 * lower, 100 * upper
    if call.quantity == "table5" and call["part"] == "months":
        if call["statistic"] == "Median":
            return course_curves.of_course(table, COURSES[call["course"]]).median_limits()
        cell = versions_of(table), call["course"], call["statistic"]
        return quantities.table5(*cell, "lower").value, quantities.table5(*cell, "upper").value
    if call.quantity == "share_of_cycles" and call["of"] == "cycle == 1":
        n = len(table.course(1))
        lower, upper = proportions.wilson(len(calls.evaluate(compute, table).members), n)
        return 100 * lower, 100 * upper
    return None


def facts(found: pd.DataFrame) -> pd.Series:
    """The fact that each claim prints, so that a value printed twice can be counted once.

    Parameters
    ----------
    found : DataFrame
        Rows of the register.

    Returns
    -------
    Series of str
        Equal where the same quantity is printed with the same value; without a call, where
        the same is claimed in our words.
    """
    said = [
        calls.parse(compute).canonical if compute else claim
        for claim, compute in zip(found["claim"], found["compute"], strict=True)
    ]
    values = found["printed"].map(rounding.printed_number)
    return pd.Series(said, index=found.index, dtype=object) + " = " + values.map(str)


# --- the ledger -------------------------------------------------------------------


def evidence(files: Files, divergence: str, table: Table1 | None = None) -> pd.DataFrame:
    """Computed evidence of a divergence: rows by label, a column per reading of Table 1.

    table : as in `with_verdicts`. Columns ``as tabulated`` and the identifiers of the repairs
    that fit, floats. Raises DataError where a call cannot be computed from the paper's table;
    from another it is NaN.
    """
    compared = _with_table(files, table)
    readings = {AS_TABULATED: compared.table1} | compared.under_each_repair
    rows = {}
    for label, call in evidence_calls(str(files.divergences["evidence"][divergence])):
        try:
            rows[label] = {
                name: float(calls.evaluate(call, data).value) for name, data in readings.items()
            }
        except Exception as error:  # as in `with_verdicts`
            if table is not None:
                rows[label] = dict.fromkeys(readings, float("nan"))
                continue
            row = 2 + files.divergences.index.tolist().index(divergence)
            rule = f"cannot be computed: {calls.one_line(error)}"
            raise DataError([Fault(DIVERGENCES_PATH.name, row, "evidence", call, rule)]) from None
    columns = list(readings)
    return pd.DataFrame(rows.values(), index=list(rows), columns=columns, dtype=float)
