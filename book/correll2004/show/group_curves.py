"""Survival curves by any column of the patients, drawn and as a table, in one call."""

import textwrap
from math import ceil

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from ..data import table1
from ..data.adtte import COURSES
from ..paper.groups import groups, in_words
from ..stats.survival import KaplanMeier
from . import html, study_tables, svg
from .figures.survival_curves import mark_censored, two_curves
from .style import PALETTE, style

TIMES = (3, 6, 12)  # months at which the table reads a curve


# --- how they look ----------------------------------------------------------------


def survival_curves(by, course=1, data=None, cuts=None, ticks=None):
    """Survival curves of a course by a column, drawn and as a table: an `Html`.

    by, course, cuts : as in `groups`; data : `Table1`, as printed where not given; ticks :
    times in months to label.
    """
    data = data or table1.read()
    found = groups(data, by, course, cuts)
    reading = f"under {' and '.join(data.repairs)}" if data.repairs else "as tabulated"
    caption = f"{COURSES[course].capitalize()} course by {in_words(by)}, {reading}."
    whole = KaplanMeier(data.course(course)["relief_months"], data.course(course)["event"])
    two = len(found) <= 2
    drawing = two_curves(found, ticks) if two else panels(found, whole, ticks)
    name = f"curves-{course}-by-{by.replace('_', '-')}"
    marks = "+: censored." if two else "+: censored. Grey: the whole course. In brackets: patients."
    figure = svg.figure(drawing, name, f"{caption} {marks}", describe(found))
    numbers = _table(found, caption, sum(curve.n for curve in found.values()) > whole.n)
    return html.Html(f"{figure.html}\n{numbers.html}", f"{figure.text}\n\n{numbers.text}")


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
            mark_censored(axes, curve, color=PALETTE["ink"], zorder=3)
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
        median = html.reached(curve.median_time())
        rows[label] = {"Patients": curve.n, "Relapses or failures": curve.n_events}
        rows[label]["Median (months)"] = median
    heights, at_risk = (pd.DataFrame.from_dict(part, orient="index") for part in (heights, at_risk))
    shown = study_tables.with_at_risk(heights, at_risk)
    shown.columns = [f"Beyond {time} months, %" for time in TIMES]
    frame = pd.DataFrame.from_dict(rows, orient="index").join(shown)
    note = "In brackets the number at risk; blank where nobody was followed so long."
    if overlap:
        note += " A patient can belong to several groups."
    return html.table(frame.rename_axis("Group"), caption, note=note)
