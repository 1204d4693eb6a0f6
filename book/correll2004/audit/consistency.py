"""The printed numbers held against each other, without the patients of Table 1.

What needs no more than the numbers of patients and cycles: whether a percentage is that
of any count, whether parts add up to their whole, whether a number printed twice is the
same number. Functions return frames; ``fits`` is the verdict, None where there is
nothing to compare.
"""

from fnmatch import fnmatch
from itertools import pairwise

import pandas as pd

from ..data.courses import COURSES
from ..paper import claims
from ..paper.calls import evaluate, parse
from ..paper.records import Files
from ..paper.rounding import agrees, printed_number, rounded
from ..stats.curves import Z95

# Parts and their whole, by claim id. A * stands for every claim that fits; a part that
# counts twice stands twice.
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

# Calls that ask for the same number in other words, by the call that stands for them.
SAME = {
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


def _number(files, claim_id):
    return printed_number(claims.published(files, claim_id))


# --- percentages ------------------------------------------------------------------


def _base_of(call, table):
    """Number of cases behind a percentage's call; None where it is no share of cases."""
    base = evaluate(call, table).base
    return None if base is None else int(base[0])


def _count_beside(files, claim):
    """The printed count of the same cases in the same place, or None."""
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
    """Every printed percentage of cases: is it that of a whole number of cases?

    The GRIM test of Brown and Heathers (2017) for percentages: of N cases only N + 1
    percentages are possible. One row per claim: printed, cases (N), counts (the numbers
    of cases that print so), count (the count printed beside it), possible, fits (the
    printed count gives the printed percentage).
    """
    rows = {}
    shares = files.register.query("unit == 'percent' and rounding == 'half up' and compute != ''")
    for name, claim in shares.iterrows():
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
    """How sharp the test of `percentages` is: one row per number of cases."""
    found = percentages(files)
    rows = {}
    for cases, group in found.groupby("cases"):
        whole = {int(rounded(100 * k / cases, printed_number("0"))) for k in range(cases + 1)}
        rows[cases] = {
            "printed": len(group),
            "attainable": len(whole),
            "impossible": int((~group["possible"]).sum()),
            "with_count": int(group["count"].notna().sum()),
            "count_fits": int((group["fits"] == True).sum()),  # noqa: E712 (None is neither)
        }
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis("cases")


WHOLE_NUMBERS = ("age_years", "relief_percent")  # columns that Table 1 prints without decimals


def means(files: Files) -> pd.DataFrame:
    """Printed means of whole numbers: could any printed mean be impossible?

    A mean of N whole numbers is a multiple of 1/N. All decimals can occur once 1/N is
    not larger than one unit of the last decimal: then the GRIM test is empty.
    """
    rows = {}
    for name, claim in files.register.query("compute != ''").iterrows():
        call = parse(claim["compute"])
        is_mean = call.quantity == "mean_of_patients" or call["row"] == "Mean"
        if not is_mean or call["column"] not in WHOLE_NUMBERS:
            continue
        cases = len(evaluate(claim["compute"], files.table1).members)
        decimals = -printed_number(claim["printed"]).as_tuple().exponent
        rows[name] = {
            "printed": claim["printed"],
            "cases": cases,
            "testable": cases < 10**decimals,
        }
    return pd.DataFrame.from_dict(rows, orient="index")


# --- sums -------------------------------------------------------------------------


def sums(files: Files) -> pd.DataFrame:
    """The sums of `SUMS` on printed numbers: parts, sum, whole, fits."""
    rows = {}
    for label, (patterns, whole) in SUMS.items():
        ids = [name for pattern in patterns.split() for name in _matching(files, pattern)]
        parts = [_number(files, name) for name in ids]
        rows[label] = {
            "parts": " + ".join(map(str, parts)),
            "sum": sum(parts),
            "whole": _number(files, whole),
        }
    return _with_fits(rows)


def _matching(files, pattern):
    names = [name for name in files.register.index if fnmatch(name, pattern)]
    if not names:
        raise KeyError(pattern)
    return names


def _with_fits(rows):
    frame = pd.DataFrame.from_dict(rows, orient="index")
    return frame.assign(fits=[row["sum"] == row["whole"] for row in rows.values()])


def _cells(files, table):
    """Printed counts and percentages of Table 3 or 4: rows x (course, part), 0 for blank."""
    cells = claims.of_section(files, f"table-{table}")
    asked = cells["compute"][cells["compute"] != ""].map(parse)
    asked = asked[[call.quantity == f"table{table}" for call in asked]]
    frame = pd.DataFrame([call.arguments for call in asked])
    frame["printed"] = [int(printed_number(cells.at[name, "printed"])) for name in asked.index]
    wide = frame.pivot(index="row", columns=["course", "part"], values="printed")
    return wide.loc[frame["row"].unique()].fillna(0).astype(int)


def table_columns(files: Files, table: int) -> pd.DataFrame:
    """Columns of Table 3 or 4: the sum of the counts, the N of its head, and the percentages."""
    cells, rows = _cells(files, table), {}
    for course in cells.columns.get_level_values(0).unique():
        percent = int(cells[course, "percent"].sum())
        rows[course] = {
            "sum": int(cells[course, "n"].sum()),
            "whole": int(_number(files, f"t{table}-{course}-total")),
            "percent": percent,
        }
    return _with_fits(rows).assign(percent_fits=lambda frame: frame["percent"].between(99, 101))


def table_rows(files: Files, table: int) -> pd.DataFrame:
    """Rows of Table 3 or 4: the counts of the courses against that of all cycles.

    Table 3 has no column for the third course: ``left`` is what remains for it.
    """
    cells = _cells(files, table)
    counts = cells.xs("n", axis=1, level=1)
    courses = counts.drop(columns="all")
    left = counts["all"] - courses.sum(axis=1)
    third = 0 if "third" in courses else len(files.table1.course(COURSES["third"]))
    frame = courses.assign(all=counts["all"], left=left)
    return frame.assign(fits=(left >= 0) & (left.sum() == third))


# --- said more than once ----------------------------------------------------------


def repeated(files: Files) -> pd.DataFrame:
    """Numbers that are printed in several places.

    One row per number that the register asks for twice, by the same call or by one of
    `SAME`: claim (the first), places, printed (the different strings), ids and ``fits``:
    each two agree at the decimals of the coarser. ``more than`` makes a string a bound.
    """
    register = files.register.query("compute != ''")
    same = {parse(call): parse(other) for call, other in SAME.items()}
    asked = [same.get(call, call) for call in map(parse, register["compute"])]
    rows = {}
    for _, group in register.groupby(pd.Index(asked, dtype=object), sort=False):
        if len(group) < 2:
            continue
        printed = {(str(printed_number(c["printed"])), c["rounding"]) for _, c in group.iterrows()}
        rows[group.index[0]] = {
            "claim": group["claim"].iloc[0],
            "places": len(group),
            "printed": tuple(dict.fromkeys(group["printed"].str.lower())),
            "ids": tuple(group.index),
            "fits": all(_same(*two) for two in pairwise(sorted(printed, key=_by_decimals))),
        }
    return pd.DataFrame.from_dict(rows, orient="index")


def _by_decimals(printed):
    """Bounds first, then the coarsest."""
    return printed[1] != "more than", len(printed[0].partition(".")[2]), printed


def _same(one, other):
    """Whether a coarser printed number, or a bound, agrees with a finer one."""
    return agrees(one[0], float(other[0]), one[1])


def limits(files: Files) -> pd.DataFrame:
    """Table 5: can the printed limits be the printed estimate -/+ 1.96 printed errors?

    Rounding leaves room: half a unit of each printed number. ``off`` is the distance of
    the printed limit from that of the printed numbers, ``room`` what rounding allows.
    """
    half, rows = 0.005, {}
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
