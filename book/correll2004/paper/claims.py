"""The register of claims: what is printed, what Table 1 gives, and the verdicts.

``data/claims.csv`` holds one published value a row, as a string. The verdict on the
number is stored there and computed here; a test holds the two equal. The verdict on
the wording is a judgement and only stored.
"""

from dataclasses import dataclass
from functools import cache, partial

import pandas as pd

from ..data import courses, table1
from ..data.faults import DataError, Fault
from ..data.table1 import Table1
from ..stats import proportions
from . import calls, course_curves, quantities
from .records import (
    DIVERGENCES_PATH,
    NOT_COMPUTABLE,
    PATH,
    Files,
    _all_read,
    _names,
    evidence_calls,
    load,
    repair_names,
    stored,
)
from .rounding import agrees
from .versions import versions_of

REPRODUCED = "reproduced"
DIFFERS = "differs"


# --- the register -----------------------------------------------------------------


@dataclass(frozen=True)
class Judged:
    """A claim's number held against Table 1."""

    verdict: str
    recomputed: float | None = None
    members: tuple[str, ...] = ()
    repair: str = ""
    recomputed_under_repair: float | None = None


@cache
def under_repairs(table: Table1, files: "Files | None" = None) -> tuple[dict, dict]:
    """A `Table1` under each repair that fits it, by repair; the reasons why others do not.

    files : with the repairs; the project's own if not given.
    """
    repairs, found, reasons = (files or load()).repairs, {}, {}
    for repair in _names(repairs):
        try:
            found[repair] = table1.repaired(table, repair, repairs)
        except DataError as error:
            reasons[repair] = str(error.faults[0])
    return found, reasons


@cache
def judge(printed, rounding, compute, table=None, files=None):
    """Verdict on a number: as printed first, then under each repair that fits.

    printed : published string; rounding : rule of `agrees`; compute : call of
    `correll2004.paper.quantities`, not empty; table : `Table1`, that of the files if not given;
    files : `Files`, the project's own if not given.
    """
    table = table or (files or load()).table1
    as_printed = calls.evaluate(compute, table)
    found = {"recomputed": as_printed.value, "members": as_printed.members}
    if agrees(printed, as_printed.value, rounding):
        return Judged(REPRODUCED, **found)
    for repair, data in under_repairs(table, files)[0].items():
        repaired = calls.evaluate(compute, data).value
        if agrees(printed, repaired, rounding):
            verdict = f"{REPRODUCED} under repair {repair}"
            return Judged(verdict, **found, repair=repair, recomputed_under_repair=repaired)
    return Judged(DIFFERS, **found)


def judged(
    frame: pd.DataFrame, table: Table1 | None = None, files: Files | None = None
) -> pd.DataFrame:
    """Some rows of a register with recomputed values.

    files : the project's own if not given; table : `Table1` to compute the values from. If
    it is not given, that of the files: then every repair must fit it and every claim with a
    call be computed, or DataError is raised. From another table, what cannot be computed is
    not computable.

    ``verdict`` and ``repair`` are computed where there is a call; added are ``recomputed``,
    ``recomputed_under_repair`` (floats, NaN where there is none) and ``members`` (tuples of
    patient or cycle labels).
    """
    if table is None:
        printed, repairs = (files or load()).table1, (files or load()).repairs
        _all_read(*(partial(table1.repaired, printed, each, repairs) for each in _names(repairs)))
    found, faults = [], []
    for name, claim in frame.iterrows():
        if not claim["compute"]:
            found.append(Judged(claim["verdict"]))
            continue
        try:
            rule = claim["rounding"]
            found.append(judge(claim["printed"], rule, claim["compute"], table, files))
        except Exception as error:  # an expression that stands in a file can raise any
            if table is not None:
                found.append(Judged(NOT_COMPUTABLE))
                continue
            rule = f"cannot be computed: {calls.one_line(error)}"
            row = 2 + (files or load()).register.index.get_loc(name)
            faults.append(Fault(PATH.name, row, "compute", claim["compute"], rule))
    if faults:
        raise DataError(faults)
    return frame.assign(
        verdict=[each.verdict for each in found],
        repair=[each.repair for each in found],
        recomputed=pd.array([each.recomputed for each in found], dtype="Float64"),
        recomputed_under_repair=pd.array(
            [each.recomputed_under_repair for each in found], dtype="Float64"
        ),
        members=[each.members for each in found],
    )


@cache
def register(table=None):
    """The whole register, `judged`, indexed by claim id."""
    return judged(stored(), table)


def interval(compute):
    """95% limits of a recomputed value under every repair, or None where there are none.

    Heights of a curve: pointwise, log-log transform. Means and medians: those of Table 5.
    Shares of a course, in which each patient stands once: Wilson's.
    """
    data = table1.read(repair_names())
    call = calls.parse(compute)
    if call.quantity == "survival_at":
        curve = course_curves.of_course(data, courses.COURSES[call["course"]])
        return tuple(100 * limit for limit in curve.limits_at(call["months"]))
    if call.quantity == "table5" and call["part"] == "months":
        versions = versions_of(data)
        cell = versions, call["course"], call["statistic"]
        return tuple(quantities.table5(*cell, part).value for part in ("lower", "upper"))
    if call.quantity == "share_of_cycles" and call["of"] == "cycle == 1":
        share = calls.evaluate(compute, data)
        limits = proportions.wilson(len(share.members), int(share.base[0]))
        return tuple(100 * limit for limit in limits)
    return None


def of_chapter(chapter):
    """The claims that a chapter answers for, `judged`, in the register's order."""
    return judged(stored().query("chapter == @chapter"))


def of_section(section):
    """The claims of a part of the paper, such as ``table-5``, `judged`."""
    return judged(stored().query("section == @section"))


def headlines():
    """The claims that are headline results, `judged`."""
    return judged(stored().query("headline != ''"))


def published(claim_id):
    """The published string of a claim. Raises KeyError for an unknown id."""
    return stored().at[claim_id, "printed"]


def evidence(divergence: str, table: Table1 | None = None, files: Files | None = None):
    """Computed evidence of a divergence: rows by label, a column per reading of Table 1.

    table, files : as in `judged`. Columns ``as tabulated`` and the repairs that fit (``R1``),
    floats. Raises DataError where a call cannot be computed from the paper's table; from
    another it is NaN.
    """
    ledger, base = (files or load()).divergences, table or (files or load()).table1
    readings = {"as tabulated": base} | under_repairs(base, files)[0]
    rows = {}
    for label, call in evidence_calls(ledger.at[divergence, "evidence"]):
        try:
            rows[label] = {
                name: float(calls.evaluate(call, data).value) for name, data in readings.items()
            }
        except Exception as error:  # as in `judged`
            if table is not None:
                rows[label] = dict.fromkeys(readings, float("nan"))
                continue
            row = 2 + ledger.index.get_loc(divergence)
            rule = f"cannot be computed: {calls.one_line(error)}"
            raise DataError([Fault(DIVERGENCES_PATH.name, row, "evidence", call, rule)]) from None
    columns = list(readings)
    return pd.DataFrame(rows.values(), index=list(rows), columns=columns, dtype=float)
