"""Survival curves by any column of the patients, in one call.

``survival_curves(by="sex")`` draws a curve for each group and puts its numbers beside it.
It describes: the groups were not formed at random and most are small, so there is no test.
"""

import textwrap
from itertools import pairwise
from math import ceil

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from . import dictionary, display, figures, table1
from .adtte import COURSES
from .style import PALETTE, style
from .survival import KaplanMeier

MANY = 4  # a number with more different values than this is cut
TIMES = (3, 6, 12)  # months at which the table reads a curve
NONE = "none"
# What groups can be formed by: what was known when relief began.
KNOWN = ("rate_low_mg_per_h", "rate_max_mg_per_h", "infusion_days", "relief_percent", "cycle_facts")


# --- groups -----------------------------------------------------------------------


def groups(data, by, course=1, cuts=None):
    """Kaplan-Meier estimates of a course, one for each group of its patients.

    data : `Table1`; by : a column of its patients, one of `KNOWN` of its cycles, or a code of
    their facts, such as ``after_trauma``; course : 1, 2 or 3; cuts : values at which a column
    of numbers is cut, each the largest of its group, the median where not given and the
    values are many.

    Returns label -> `KaplanMeier`. In a column of facts a patient belongs to each fact.
    Raises ValueError for another column, such as the outcome itself, a course that nobody
    had, or cuts of a column without numbers.
    """
    rows = data.course(course).merge(data.patients, on="patient", validate="one_to_one")
    if rows.empty:
        raise ValueError(f"nobody had course {course}; there are {', '.join(map(str, COURSES))}")
    fields = dictionary.fields("patients")
    fields = fields | {name: dictionary.fields("cycles")[name] for name in KNOWN}
    if by not in fields:
        return _estimates(rows, _with_and_without(rows, by, fields))
    field, values = fields[by], rows[by]
    if field["type"] in ("integer", "number") and (cuts is not None or values.nunique() > MANY):
        cuts = [_middle(values)] if cuts is None else cuts
        return _estimates(rows, _between(values, sorted(cuts), field.get("unit", "")))
    if cuts is not None:
        raise ValueError(f"{by} has no numbers that could be cut")
    return _estimates(rows, _each(values, field))


def _with_and_without(rows, code, fields):
    """Patients with a coded fact, and those without it."""
    for column in ("patient_facts", "cycle_facts"):
        if code in dictionary.fields("table1")[column]["codes"]:
            has = rows[column].fillna("").str.split(dictionary.LIST_SEPARATOR)
            has = has.map(lambda codes: code in codes)
            return {_words(code): has, f"not {_words(code)}": ~has}
    raise ValueError(f"{code!r} is neither a column ({', '.join(fields)}) nor a coded fact")


def _middle(values):
    """The median, or the largest value below it where nobody lies above."""
    median = values.median()
    return median if (values > median).any() else values[values < median].max()


def _between(values, cuts, unit):
    """Members between the cuts, each cut in the lower group."""
    edges = [-np.inf, *cuts, np.inf]
    found = {}
    for low, high in pairwise(edges):
        above = f"above {low:g}" if np.isfinite(low) else ""
        up_to = f"up to {high:g}" if np.isfinite(high) else ""
        words = ", ".join(filter(None, [above, up_to]))
        found[f"{words} {unit}".strip()] = (values > low) & (values <= high)
    return found


def _each(values, field):
    """Members of each value of a column, or of each code of a column of lists."""
    known = field.get("constraints", {}).get("enum") or []
    if values.dtype != object:
        return {_shown(value, field): values == value for value in sorted(values.unique())}
    lists = values.fillna(NONE).str.split(dictionary.LIST_SEPARATOR)
    sizes = lists.explode().value_counts()
    ordered = sorted(sizes.index, key=lambda v: (known.index(v) if v in known else -sizes[v], v))
    return {_shown(v, field): lists.map(lambda of_row, v=v: v in of_row) for v in ordered}


def _shown(value, field):
    if isinstance(value, bool | np.bool_):
        return "yes" if value else "no"
    meaning = field.get("codes", {}).get(str(value))
    return f"{value}: {meaning}" if meaning else _words(str(value))


def _words(code):
    return code.replace("_", " ")


def _estimates(rows, members):
    return {
        label: KaplanMeier(rows.loc[chosen, "relief_months"], rows.loc[chosen, "event"])
        for label, chosen in members.items()
        if chosen.any()
    }


# --- how they look ----------------------------------------------------------------


def survival_curves(by, course=1, data=None, cuts=None, ticks=None):
    """Survival curves of a course by a column, drawn and as a table: an `Html`.

    by, course, cuts : as in `groups`; data : `Table1`, as printed where not given; ticks :
    times in months to label.
    """
    data = data or table1.read()
    found = groups(data, by, course, cuts)
    reading = f"under {' and '.join(data.repairs)}" if data.repairs else "as tabulated"
    caption = f"{COURSES[course].capitalize()} course by {_words(by)}, {reading}."
    whole = KaplanMeier(data.course(course)["relief_months"], data.course(course)["event"])
    two = len(found) <= 2
    drawing = figures.two_curves(found, ticks) if two else panels(found, whole, ticks)
    name = f"curves-{course}-by-{by.replace('_', '-')}"
    marks = "+: censored." if two else "+: censored. Grey: the whole course. In brackets: patients."
    figure = display.figure(drawing, name, f"{caption} {marks}", describe(found))
    numbers = _table(found, caption, sum(curve.n for curve in found.values()) > whole.n)
    return display.Html(f"{figure.html}\n{numbers.html}", f"{figure.text}\n\n{numbers.text}")


def panels(curves, whole, ticks=None):
    """A small panel for each curve, with that of all patients behind it in grey.

    curves : label -> `KaplanMeier`; whole : that of all; ticks : times in months to label.
    """
    years = ceil(whole.months.max() / 12)
    ticks = ticks or ([0, 3, 6, 9, 12] if years <= 1 else [12 * year for year in range(years + 1)])
    lines = -(-len(curves) // 2)
    with style():
        figure = Figure(figsize=(4.6, 0.2 + 1.55 * lines))
        grid = figure.add_gridspec(lines, 2)
        for number, (label, curve) in enumerate(curves.items()):
            axes = figure.add_subplot(grid[divmod(number, 2)])
            _step(axes, whole, PALETTE["muted"], 1)
            _step(axes, curve, PALETTE["line"], 2)
            figures.mark_censored(axes, curve, color=PALETTE["ink"], zorder=3)
            axes.set_title(textwrap.fill(f"{label} ({curve.n})", 26), size=9, loc="left")
            axes.set(xlim=(0, max(ticks)), ylim=(0, 102), xticks=ticks, yticks=[0, 50, 100])
            axes.set_xlabel("Months" if number >= len(curves) - 2 else "", size=9)
            axes.set_ylabel("In remission (%)" if number % 2 == 0 else "", size=9)
    return figure


def _step(axes, curve, colour, width):
    times = np.concatenate([[0], curve.table.index])
    heights = 100 * np.concatenate([[1], curve.table["survival"]])
    axes.step(times, heights, where="post", color=colour, linewidth=width, clip_on=False)


def describe(curves):
    """Curves in words, with their numbers: the text for who cannot see them."""
    words = [
        f"{label}, {curve.n} patients, {curve.n_events} relapses or failures, in remission "
        f"{100 * curve.survival_at(3):.0f}% at 3 months ({curve.at_risk(3)} at risk)"
        for label, curve in curves.items()
    ]
    return f"Kaplan-Meier step curves of {len(curves)} groups: {'; '.join(words)}."


def _table(curves, caption, overlap):
    """Patients, events, median and heights of each curve."""
    heights, at_risk, rows = {}, {}, {}
    for label, curve in curves.items():
        known = [t for t in TIMES if curve.at_risk(t) or curve.table["survival"].iloc[-1] == 0]
        heights[label] = {t: 100 * curve.survival_at(t) if t in known else np.nan for t in TIMES}
        at_risk[label] = {t: curve.at_risk(t) if t in known else np.nan for t in TIMES}
        median = display.reached(curve.median_time())
        rows[label] = {"Patients": curve.n, "Relapses or failures": curve.n_events}
        rows[label]["Median (months)"] = median
    heights, at_risk = (pd.DataFrame.from_dict(part, orient="index") for part in (heights, at_risk))
    shown = display.with_at_risk(heights, at_risk)
    shown.columns = [f"Beyond {time} months, %" for time in TIMES]
    frame = pd.DataFrame.from_dict(rows, orient="index").join(shown)
    note = "In brackets the number at risk; blank where nobody was followed so long."
    if overlap:
        note += " A patient can belong to several groups."
    return display.table(frame.rename_axis("Group"), caption, note=note)
