"""Do the printed numbers agree with each other? Only numbers of patients and cycles are needed.

Is a percentage that of any count? Do the parts of a sum add up to the whole? Is a number the
same wherever it is printed? The functions return frames. Their column ``fits`` has the answer,
None if there is nothing to compare.
"""

from collections.abc import Mapping
from decimal import Decimal
from fnmatch import fnmatch
from itertools import pairwise
from typing import Any

import pandas as pd

from ..data import validation
from ..data.courses import COURSES
from ..data.table1 import Table1
from ..paper import claims
from ..paper.calls import Call, evaluate, parse
from ..paper.records import Files
from ..paper.rounding import agrees, decimals, printed_number, rounded
from ..stats.curves import Z95

# Parts and their whole, by claim id. A pattern with * means every claim that matches it. A part
# that counts twice is listed twice.
SUMS = {
    "men, women": ("res-men res-women", "res-included"),
    "type I, type II": ("res-type-1 res-type-2", "res-included"),
    "included, excluded": ("res-included res-excluded", "res-charts"),
    "shoulder or arm, thigh or hip": ("res-shoulder-arm res-thigh-hip", "res-proximal"),
    "proximal, distal": ("disc-proximal disc-distal-n", "res-included"),
    "patients treated once, twice, three times": (
        "res-once-n res-twice-n res-thrice-n",
        "res-included",
    ),
    "cycles of those treated once, twice, three times": (
        "res-once-n res-twice-n res-twice-n res-thrice-n res-thrice-n res-thrice-n",
        "res-cycles",
    ),
    "constant, adjusted rate": ("res-constant-n res-adjusted-n", "res-cycles"),
    "constant, adjusted rate, said again": (
        "res-tolerated-constant-n res-tolerated-adjusted-n",
        "res-cycles",
    ),
    "complete, partial, no relief: abstract": (
        "abs-complete-n abs-partial-n abs-none-n",
        "abs-reviewed",
    ),
    "complete, partial, no relief: first course": (
        "res-complete-first-n res-partial-first-n res-none-first-n",
        "res-included",
    ),
    "complete, partial, no relief: all courses": (
        "res-complete-all-n res-partial-all-n res-none-all-n",
        "res-cycles",
    ),
    "censored, events: Table 5, first course": (
        "t5-first-censored t5-first-events",
        "t5-first-total",
    ),
    "censored, events: Table 5, second course": (
        "t5-second-censored t5-second-events",
        "t5-second-total",
    ),
    "censored, by time: under Figure 1": ("f1-censored-[0-9]*", "f1-censored-total"),
    "censored, by time: under Figure 2": ("f2-censored-[0-9]*", "f2-censored-total"),
    "censored: under Figure 1, in Table 5": ("f1-censored-total", "t5-first-censored"),
    "censored: under Figure 2, in Table 5": ("f2-censored-total", "t5-second-censored"),
    "courses: Table 4": ("t4-first-total t4-second-total t4-third-total", "t4-all-total"),
}

# Calls that compute the same number as another call -> that call.
SAME_NUMBER = {
    'table2("Minimum", "rate_max_mg_per_h")': 'extreme_of_cycles("min", "rate_max_mg_per_h")',
    'table2("Maximum", "rate_max_mg_per_h")': 'extreme_of_cycles("max", "rate_max_mg_per_h")',
    'table2("Maximum", "infusion_days")': 'value_of_cycle("9", "infusion_days")',
    'table2("Mean", "age_years")': 'mean_of_patients("age_years")',
    'table4("<2", "all", "n")': 'count_of_cycles("infusion_days < 2")',
    'table4("<2", "all", "percent")': 'share_of_cycles("infusion_days < 2")',
    'table4("≥8", "all", "n")': 'count_of_cycles("infusion_days >= 8")',
    'table4("≥8", "all", "percent")': 'share_of_cycles("infusion_days >= 8")',
    'table5("first", "Mean", "n")': "count_of_patients()",
    'table5("second", "Mean", "n")': 'count_of_cycles("cycle == 2")',
    'table5("first", "Mean", "censored")': 'count_of_cycles("cycle == 1 and event == 0")',
    'table5("second", "Mean", "censored")': 'count_of_cycles("cycle == 2 and event == 0")',
    'count_of_patients("n_cycles >= 1")': "count_of_patients()",
    'count_of_cycles("cycle == 1")': "count_of_patients()",
    'count_of_patients("n_cycles >= 2")': 'count_of_cycles("cycle == 2")',
    'count_of_patients("n_cycles == 3")': 'count_of_cycles("cycle == 3")',
}


def _number(files: Files, claim_id: str) -> Decimal:
    """The printed number of a claim."""
    return printed_number(claims.published(files, claim_id))


# --- percentages ------------------------------------------------------------------


def _base_of(call: str, table: Table1) -> int | None:
    """Number of cases of which a call computes a percentage; None if it computes no percentage."""
    base = evaluate(call, table).base
    return None if base is None else int(base[0])


def _count_beside(files: Files, claim: Mapping[str, Any]) -> Decimal | None:
    """The printed count of the same cases in the same place of the paper, or None."""
    register, table = files.register, files.table1
    here = register[
        (register["section"] == claim["section"]) & (register["locator"] == claim["locator"])
    ]
    members = evaluate(claim["compute"], table).members
    for printed, call in here.loc[here["compute"] != "", ["printed", "compute"]].to_numpy():
        found = evaluate(call, table)
        if found.is_count and found.members == members:
            return printed_number(printed)
    return None


def percentages(files: Files) -> pd.DataFrame:
    """Is every printed percentage of cases that of a whole number of cases?

    The GRIM test of Brown and Heathers (2017) for percentages: of N cases only N + 1
    percentages are possible. One row per claim: printed, cases (N), counts (those with the
    printed percentage), count (that printed beside it), possible (whether there are any
    counts), fits (whether the count is among them).
    """
    rows: dict[str, dict[str, object]] = {}
    shares = files.register.query("unit == 'percent' and rounding == 'half up' and compute != ''")
    for name, claim in validation.rows(shares):
        cases = _base_of(claim["compute"], files.table1)
        if cases is None:
            continue
        counts = [k for k in range(cases + 1) if agrees(claim["printed"], 100 * k / cases)]
        count = _count_beside(files, claim)
        rows[name] = {
            "printed": claim["printed"],
            "cases": cases,
            "counts": tuple(counts),
            "count": count,
            "possible": bool(counts),
            "fits": None if count is None else int(count) in counts,
        }
    return pd.DataFrame.from_dict(rows, orient="index")


def percentages_by_base(files: Files) -> pd.DataFrame:
    """What the test of `percentages` can find: one row per number of cases.

    Columns printed (percentages), attainable (whole percentages of that number of cases),
    impossible, with_count (percentages beside a count) and count_fits.
    """
    found, rows = percentages(files), {}
    for cases in map(int, sorted(found["cases"].unique())):
        group = found[found["cases"] == cases]
        whole = {int(rounded(100 * k / cases, printed_number("0"))) for k in range(cases + 1)}
        rows[cases] = {
            "printed": len(group),
            "attainable": len(whole),
            "impossible": int((~group["possible"]).sum()),
            "with_count": int(group["count"].notna().sum()),
            "count_fits": sum(fits is True for fits in group["fits"]),
        }
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis("cases")


WHOLE_NUMBERS = ("age_years", "relief_percent")  # columns that Table 1 prints without decimals


def means(files: Files) -> pd.DataFrame:
    """Can the printed means of whole numbers be tested? One row per mean.

    A mean of N whole numbers is a multiple of 1/N. If 1/N is not larger than one unit of the
    last printed decimal, every decimal can occur, and the GRIM test cannot fail. Columns
    printed, cases (N), testable.
    """
    rows: dict[str, dict[str, object]] = {}
    for name, claim in validation.rows(files.register.query("compute != ''")):
        call = parse(claim["compute"])
        is_mean = call.quantity == "mean_of_patients" or call["row"] == "Mean"
        if not is_mean or call["column"] not in WHOLE_NUMBERS:
            continue
        cases = len(evaluate(claim["compute"], files.table1).members)
        rows[name] = {
            "printed": claim["printed"],
            "cases": cases,
            "testable": cases < 10 ** decimals(claim["printed"]),
        }
    return pd.DataFrame.from_dict(rows, orient="index")


# --- sums -------------------------------------------------------------------------


def sums(files: Files) -> pd.DataFrame:
    """`SUMS` of the printed numbers: columns parts, sum, whole, fits."""
    rows: dict[str, dict[str, object]] = {}
    for label, (patterns, whole) in SUMS.items():
        ids = [name for pattern in patterns.split() for name in _matching(files, pattern)]
        parts = [_number(files, name) for name in ids]
        rows[label] = {
            "parts": " + ".join(map(str, parts)),
            "sum": sum(parts),
            "whole": _number(files, whole),
        }
    return _with_fits(rows)


def _matching(files: Files, pattern: str) -> list[str]:
    """Ids of the claims that match a pattern. Raises KeyError if there are none."""
    names = [name for name in files.register.index if fnmatch(name, pattern)]
    if not names:
        raise KeyError(pattern)
    return names


def _with_fits(rows: dict[str, dict[str, object]]) -> pd.DataFrame:
    """Rows as a frame, with whether the sum is the whole."""
    frame = pd.DataFrame.from_dict(rows, orient="index")
    return frame.assign(fits=[row["sum"] == row["whole"] for row in rows.values()])


def _cells(files: Files, table: int) -> pd.DataFrame:
    """Printed counts and percentages of Table 3 or 4: rows x (course, part), 0 if blank."""
    cells = claims.of_section(files, f"table-{table}")
    computed = cells[cells["compute"] != ""]
    rows = [
        {**call.arguments, "printed": int(printed_number(printed))}
        for call, printed in zip(computed["compute"].map(parse), computed["printed"], strict=True)
        if call.quantity == f"table{table}"
    ]
    frame = pd.DataFrame(rows)
    wide = frame.pivot(index="row", columns=["course", "part"], values="printed")
    return wide.loc[frame["row"].unique()].fillna(0).astype(int)


def table_columns(files: Files, table: int) -> pd.DataFrame:
    """Sums of the columns of Table 3 or 4, by course.

    Columns sum (of the counts), whole (the N in the head), percent (sum of the percentages),
    fits and percent_fits.
    """
    cells = _cells(files, table)
    rows: dict[str, dict[str, object]] = {}
    for course in cells.columns.get_level_values(0).unique():
        percent = int(cells[course, "percent"].sum())
        rows[course] = {
            "sum": int(cells[course, "n"].sum()),
            "whole": int(_number(files, f"t{table}-{course}-total")),
            "percent": percent,
        }
    return _with_fits(rows).assign(percent_fits=lambda frame: frame["percent"].between(99, 101))


def table_rows(files: Files, table: int) -> pd.DataFrame:
    """Rows of Table 3 or 4: the counts of the courses, and that of all cycles.

    Columns are the courses, all, left (all without the courses) and fits. Table 3 has no column
    for the third course, whose cycles are left.
    """
    cells = _cells(files, table)
    counts = pd.DataFrame(cells.xs("n", axis=1, level=1))
    courses = counts.drop(columns="all")
    left = counts["all"] - courses.sum(axis=1)
    third = 0 if "third" in courses else len(files.table1.course(COURSES["third"]))
    frame = courses.assign(all=counts["all"], left=left)
    return frame.assign(fits=(left >= 0) & (left.sum() == third))


# --- printed more than once ----------------------------------------------------------


def repeated(files: Files) -> pd.DataFrame:
    """Numbers that are printed in several places.

    One row per number for which the register has several claims, with the same call or one of
    `SAME_NUMBER`. Columns claim (the first), places, printed (the different strings), ids and
    fits (whether all agree at the decimals of the coarser). ``more than`` makes a string a bound.
    """
    register = files.register.query("compute != ''")
    same = {parse(call): parse(other) for call, other in SAME_NUMBER.items()}
    ids: dict[Call, list[str]] = {}
    for name, claim in validation.rows(register):
        call = parse(claim["compute"])
        ids.setdefault(same.get(call, call), []).append(name)
    rows: dict[str, dict[str, object]] = {}
    for names in ids.values():
        if len(names) < 2:
            continue
        group = register.loc[names]
        printed = {
            (str(printed_number(text)), rounding)
            for text, rounding in zip(group["printed"], group["rounding"], strict=True)
        }
        rows[names[0]] = {
            "claim": group["claim"].iloc[0],
            "places": len(group),
            "printed": tuple(dict.fromkeys(group["printed"].str.lower())),
            "ids": tuple(group.index),
            "fits": all(same_number(*two) for two in pairwise(sorted(printed, key=_by_decimals))),
        }
    return pd.DataFrame.from_dict(rows, orient="index")


def _by_decimals(printed: tuple[str, str]) -> tuple[bool, int, tuple[str, str]]:
    """Key by which bounds are sorted first, then the coarsest numbers."""
    return printed[1] != "more than", len(printed[0].partition(".")[2]), printed


def same_number(one: tuple[str, str], other: tuple[str, str]) -> bool:
    """Whether a coarser printed number, or a bound, agrees with a finer one."""
    return agrees(one[0], float(other[0]), one[1])


def limits(files: Files) -> pd.DataFrame:
    """Can the printed limits of Table 5 be the printed estimate -/+ 1.96 printed errors?

    One row per limit. Columns limit (from the printed estimate and error), off (its distance
    from the printed limit), room (the distance that rounding can explain) and fits.
    """
    half, rows = 0.005, {}  # half a unit of the last printed decimal
    for course in ("first", "second"):
        for statistic in ("mean", "median"):
            name = f"t5-{course}-{statistic}"
            estimate, se = (float(_number(files, f"{name}-{part}")) for part in ("months", "se"))
            for side, sign in (("lower", -1), ("upper", 1)):
                limit = max(estimate + sign * Z95 * se, 0)
                off = abs(limit - float(_number(files, f"{name}-{side}")))
                rows[f"{name}-{side}"] = {"limit": limit, "off": off, "room": half * (2 + Z95)}
    frame = pd.DataFrame.from_dict(rows, orient="index")
    return frame.assign(fits=frame["off"] <= frame["room"])
