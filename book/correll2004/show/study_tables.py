"""Tables of cycles, survival curves, programs, single patients and Table 1 itself."""

from collections.abc import Callable
from html import escape
from typing import TYPE_CHECKING, Any

import pandas as pd

from ..data import validation
from ..data.dictionary import LIST_SEPARATOR
from ..data.table1 import Table1
from ..paper.records import Files
from ..stats.survival import KaplanMeier
from .html import NOT_REACHED, Html, html_table, or_not_reached, table, table_html

if TYPE_CHECKING:  # it loads scipy, which few chapters need
    from ..stats.interval_censored import Bounds

COLUMNS = {
    "rate_max_mg_per_h": "Maximum rate (mg/h)",
    "infusion_days": "Duration (days)",
    "relief_percent": "Relief (%)",
    "outcome_printed": "Relief lasted (months)",
}


def cycle_table(cycles: pd.DataFrame, caption: str) -> Html:
    """Infusion cycles with rate, duration, relief and outcome as printed, by label."""
    shown = cycles.set_index("label")[list(COLUMNS)].rename(columns=COLUMNS)
    numbers = dict.fromkeys(list(COLUMNS.values())[:3], "{:g}")
    return table(shown.rename_axis("Cycle"), caption, numbers)


def with_at_risk(values: pd.DataFrame, at_risk: pd.DataFrame) -> pd.DataFrame:
    """Values with one decimal, and in brackets the number at risk where it is known.

    values, at_risk : frames of the same shape. Returns a frame of texts, blank where NaN.
    """
    shown = values.map(lambda value: "" if pd.isna(value) else or_not_reached(value))
    counts = at_risk.map(lambda n: "" if pd.isna(n) else f"\u00a0({n:.0f})")
    return shown + counts


def with_limits(frame: pd.DataFrame, form: str | Callable[[Any], str]) -> pd.DataFrame:
    """Each value with its limits in brackets, as one text: 54 (32 to 71).

    frame : columns of two levels; the last is, in order, a value, its lower and its upper
    limit. form : a format string, or a function from the row's head to one. Returns one
    column for each value, blank where it is NaN.
    """

    def write(row: pd.Series) -> str:
        each = form if isinstance(form, str) else form(row.name)
        value, lower, upper = (or_not_reached(cell, each) for cell in row)
        limits = f"({lower} to {upper})".replace(" ", "\u00a0")  # breaks before it alone
        return "" if pd.isna(row.iloc[0]) else f"{value} {limits}"

    names = frame.columns.droplevel(-1)[::3]
    threes = (frame.iloc[:, place : place + 3] for place in range(0, frame.shape[1], 3))
    texts = [three.apply(write, axis=1) for three in threes]
    return pd.concat(texts, axis=1).set_axis(names, axis=1)


def bounds_with_limits(bounds: "Bounds") -> str:
    """An estimate, both ends of it if they differ, with its limits in brackets.

    Such as ``52.6 to 65.8 (33.1 to 82.0)``, which breaks before the bracket only.
    """
    low, high, lower, upper = map(or_not_reached, bounds)
    parts = [low if low == high else f"{low} to {high}", f"({lower} to {upper})"]
    return " ".join(part.replace(" ", "\u00a0") for part in parts)


def leave_one_out(files: Files, ranges: pd.DataFrame, at_risk: dict[str, int]) -> Html:
    """The extremes of each headline without one patient, and the patients left out there.

    ranges : frame of `single_patients.leave_one_out_range`; at_risk : claim id -> number at
    risk at the time of a survival probability.
    """
    register = files.register.to_dict("index")
    rows = {}
    for name, found in validation.rows(ranges):
        claim = register[name]
        form = "{:.0f}" if claim["unit"] == "patients" else "{:.1f}"
        form += "%" if claim["unit"] == "percent" else f" {claim['unit']}"
        cells = [str(at_risk.get(name, "")), form.format(found["value"])]
        for end in ("minimum", "maximum"):
            shown, who = or_not_reached(found[end], form), found[f"without_{end}"].split(", ")
            if len(who) > 4:
                shown += f" (without any one of {len(who)} patients)"
            elif who != [""]:
                shown += f" (without Patient {' or '.join(who)})"
            cells.append(shown)
        rows[claim["headline"]] = cells
    columns = ["At risk", "Nobody left out", "Lowest", "Highest"]
    frame = pd.DataFrame.from_dict(rows, orient="index", columns=columns)
    return table(
        frame.rename_axis("Result"),
        "Headlines without each patient in turn: the extremes, and who is left out.",
        note="Where no patient is named, leaving anybody out changes nothing in that direction.",
    )


def pins(cells: pd.DataFrame, headings: dict[str, str]) -> Html:
    """The claims that change with each cell of Table 1, folded away, one row per cycle.

    cells : frame of `correll2004.audit.pinning.pinning`; headings : name of each column.
    """
    html, text = {}, {}
    for label, of_row in cells.groupby("cycle", sort=False):
        moved = {
            headings[column]: ", ".join(claims)
            for column, claims in zip(of_row["column"], of_row["claims"], strict=True)
            if claims
        }
        every = {claim for names in of_row["claims"] for claim in names}
        listed = "".join(f"<li>{escape(name)}: {ids}</li>" for name, ids in moved.items())
        html[label] = f"<details><summary>{len(every)} claims</summary><ul>{listed}</ul></details>"
        text[label] = f"{len(every)} claims"
    caption = "Claims that a row of Table 1 moves, by the cell that moves them."
    return Html(
        table_html(pd.DataFrame({"Claims": html}).rename_axis("Cycle"), caption),
        f"{caption}\n{pd.Series(text).to_string()}",
    )


# --- curves -----------------------------------------------------------------------


def curve_table(curve: KaplanMeier, caption: str) -> Html:
    """A Kaplan-Meier curve as a table: counts, S(t), its error and limits at every time."""
    steps = curve.table.join(curve.limits())
    percent = ["survival", "greenwood_se", "lower", "upper"]
    steps[percent] *= 100
    steps.loc[steps["survival"].isin([0, 100]), "greenwood_se"] = None
    names = ["At risk", "Events", "Censored", "S(t), %", "SE", "Lower 95%", "Upper 95%"]
    steps = steps.set_axis(names, axis=1)
    steps.index = pd.Index([f"{time:g}" for time in steps.index], name="Months")
    return table(
        steps,
        caption,
        dict.fromkeys(names[3:], "{:.1f}"),
        note="SE: Greenwood; none where S(t) is 100 or 0%. Limits: exact, pointwise.",
    )


def spread_table(spread: pd.DataFrame, caption: str) -> Html:
    """The lines of a dot plot as a table: number, range, quartiles and median of each."""
    names = ["Number", "Minimum", "25th percentile", "Median", "75th percentile", "Maximum"]
    note = "Percentiles by Weibull's definition, as in Table 2."
    return table(spread.set_axis(names, axis=1), caption, "{:g}", note)


def outputs_table(
    found: pd.DataFrame,
    same: pd.DataFrame,
    known: pd.DataFrame,
    printed: dict[str, str],
    basis: dict[str, str],
    caption: str,
) -> Html:
    """What programs print of a curve, under Table 5, with ✓ or ○ at numbers that print the same.

    found : frame of `correll2004.robustness.software.outputs`; same, known : booleans of its
    shape, known where the rule is known from elsewhere than Table 5; printed : Table 5's strings
    by column; basis : program -> how its numbers were obtained.
    """
    marks = same.astype(object).replace({True: _BY_INFERENCE, False: ""}).mask(same & known, _SAME)
    columns = {("Included", "Patients"): "patients"}
    for which in ("mean", "median"):
        columns[which.capitalize(), "Months"] = which
        columns[which.capitalize(), "SE"] = f"{which}_se"
        columns[which.capitalize(), _LIMITS] = which
    columns["Relapsed by", "¼"] = "quarter"
    columns["Relapsed by", "¾"] = "three_quarters"
    rows = {
        "Table 5": [
            f"{printed[f'{name}_lower']} to\u00a0{printed[f'{name}_upper']}"
            if head == _LIMITS
            else printed.get(name, "–")
            for (_, head), name in columns.items()
        ]
    }
    for program in found.index:
        values, mark = found.loc[program], marks.loc[program]
        rows[f"{program} ({basis[program]})"] = [
            _limits(values, mark, name) if head == _LIMITS else _number(values, name) + mark[name]
            for (_, head), name in columns.items()
        ]
    frame = pd.DataFrame.from_dict(rows, orient="index")
    frame.columns = pd.MultiIndex.from_tuples(list(columns))
    note = (
        "✓: as Table 5 prints it, by a rule known from elsewhere. ○: as Table 5 prints it, but by "
        "a rule that is inferred from Table 5 or assumed: no evidence for the program. –: no such "
        "number is printed. Formula: the program itself was not run. R: computed by its rules and "
        "equal to R's own output. Relapsed by: the months by which a quarter or three quarters "
        "have relapsed. From: without an upper limit."
    )
    return table(frame.rename_axis("Program"), caption, note=note)


_LIMITS = "95% limits"
_SAME = "\u00a0✓"
_BY_INFERENCE = "\u00a0○"


def _number(values: pd.Series, name: str) -> str:
    """A number of a program, or a dash."""
    value = values[name]
    if pd.isna(value):
        return "–"
    form = "{:g}" if name in ("patients", "quarter", "three_quarters") else "{:.2f}"
    return or_not_reached(value, form)


def _limits(values: pd.Series, marks: pd.Series, which: str) -> str:
    """Both limits of a program's mean or median, with the weaker mark of the two."""
    names = [f"{which}_lower", f"{which}_upper"]
    low, high = (_number(values, name) for name in names)
    if low == "–":
        return low
    if high == NOT_REACHED:
        return f"from {low}"
    own = set(marks[names])
    mark = next(mark for mark in ("", _BY_INFERENCE, _SAME) if mark in own)
    return f"{low} to\u00a0{high}{mark}"


def software_rules_table(rules: pd.DataFrame, caption: str) -> Html:
    """Rules of programs by quantity, each with its source and how well it is known.

    rules : rows of ``software_rules`` of `correll2004.paper.records.Files`.
    """
    plain = rules[["rule", "grade", "where"]].set_axis(["What it does", "Known", "Where"], axis=1)
    program = (rules["program"] + " " + rules["version"]).str.strip()
    heads = [rules["quantity"].str.capitalize(), program]
    plain.index = pd.MultiIndex.from_arrays(heads, names=["Quantity", "Program"])
    cells = plain.map(escape)
    cells["Where"] = [
        f'<a href="{escape(url)}">{words}</a>' if url else words
        for url, words in zip(rules["url"], cells["Where"], strict=True)
    ]
    return html_table(cells, plain, caption, kind="claims dictionary")


# --- Table 1 ----------------------------------------------------------------------


def table1_printed(table1: Table1) -> Html:
    """Table 1 in full: the cells as they are printed, the comments as coded facts."""
    raw = table1.raw.fillna("")
    codes = raw["patient_facts"] + LIST_SEPARATOR + raw["cycle_facts"]
    facts = [
        ", ".join(filter(None, each.split(LIST_SEPARATOR))).replace("_", " ") for each in codes
    ]
    frame = raw.drop(columns=["patient", "patient_facts", "cycle_facts"]).assign(facts=facts)
    frame.columns = pd.MultiIndex.from_tuples(
        [
            ("Patient", "Age (years)"),
            ("Patient", "Sex"),
            ("CRPS", "Duration (months)"),
            ("CRPS", "Region"),
            ("Infusion", "Cycle"),
            ("Infusion", "Rate (mg/h)"),
            ("Infusion", "Duration (days)"),
            ("Outcome", "Relief (%)"),
            ("Outcome", "Duration (months)"),
            ("Comments", "Facts, coded"),
        ]
    )
    frame.index = pd.Index(table1.cycles["label"], name="No.")
    return table(
        frame,
        "Table 1, every patient and every infusion cycle: cells as printed, comments coded.",
        note="A range of rates ends at the maximum. &gt; marks a patient still in remission at "
        "the last visit or, under CRPS, a lower bound.",
    )
