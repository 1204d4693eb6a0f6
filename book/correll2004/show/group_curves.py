"""Survival curves of groups of patients: a figure and a table from one call."""

import textwrap
from collections.abc import Sequence
from math import ceil

import pandas as pd
from matplotlib.figure import Figure

from ..data import courses
from ..data.table1 import Table1
from ..paper import codings
from ..paper.groups import groups, in_words
from ..stats.survival import KaplanMeier
from . import html, study_tables, svg
from .figures.survival_curves import draw_steps, mark_censored, two_curves
from .style import PALETTE, style

TIMES = (3, 6, 12)  # months at which the table reads a curve


def survival_curves(
    table: Table1,
    by: str,
    course: int = 1,
    cuts: Sequence[float] | None = None,
    ticks: Sequence[float] | None = None,
) -> html.Html:
    """Survival curves of a course by a column, drawn and as a table.

    by, course, cuts : as in `groups`; ticks : times in months to label.
    """
    found = groups(table, by, course, cuts)
    coding = codings.in_caption(table)
    caption = f"{courses.title(course)} by {in_words(by)}, {coding}."
    whole = KaplanMeier(table.course(course)["relief_months"], table.course(course)["event"])
    two = len(found) <= 2
    drawing = two_curves(found, ticks) if two else panels(found, whole, ticks)
    name = f"curves-{course}-by-{by.replace('_', '-')}"
    marks = "+: censored." if two else "+: censored. Grey: the whole course. In brackets: patients."
    figure = svg.figure(drawing, name, f"{caption} {marks}", describe(found))
    numbers = _table(found, caption, sum(curve.n for curve in found.values()) > whole.n)
    return html.Html(f"{figure.html}\n{numbers.html}", f"{figure.text}\n\n{numbers.text}")


def panels(
    curves: dict[str, KaplanMeier], whole: KaplanMeier, ticks: Sequence[float] | None = None
) -> Figure:
    """A small panel for each curve, with the curve of all patients in grey.

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
            draw_steps(axes, whole, color=PALETTE["muted"], linewidth=1, clip_on=False)
            draw_steps(axes, curve, color=PALETTE["line"], linewidth=2, clip_on=False)
            mark_censored(axes, curve, color=PALETTE["ink"], zorder=3)
            axes.set_title(textwrap.fill(f"{label} ({curve.n})", 26), size=9, loc="left")
            axes.set(xlim=(0, max(ticks)), ylim=(0, 102), xticks=ticks, yticks=[0, 50, 100])
            axes.set_xlabel("Months" if number >= len(curves) - 2 else "", size=9)
            axes.set_ylabel("In remission (%)" if number % 2 == 0 else "", size=9)
    return figure


def describe(curves: dict[str, KaplanMeier]) -> str:
    """The curves in words with their numbers, for readers who cannot see them."""
    words = [
        f"{label}, {curve.n} patients, {curve.n_events} relapses or failures, in remission "
        f"{100 * curve.survival_at(3):.0f}% at 3 months ({curve.at_risk(3)} at risk)"
        for label, curve in curves.items()
    ]
    return f"Kaplan-Meier step curves of {len(curves)} groups: {'; '.join(words)}."


def _table(curves: dict[str, KaplanMeier], caption: str, overlap: bool) -> html.Html:
    """Patients, events, median and survival probabilities of each curve.

    overlap : whether a patient can be in several groups.
    """
    percent, at_risk, rows = {}, {}, {}
    for label, curve in curves.items():
        known = [t for t in TIMES if curve.at_risk(t) or curve.table["survival"].iloc[-1] == 0]
        percent[label] = {time: 100 * curve.survival_at(time) for time in known}
        at_risk[label] = {time: curve.at_risk(time) for time in known}
        rows[label] = {
            "Patients": curve.n,
            "Relapses or failures": curve.n_events,
            "Median (months)": html.or_not_reached(curve.median_time()),
        }
    values, counts = (pd.DataFrame(part).T.reindex(columns=TIMES) for part in (percent, at_risk))
    shown = study_tables.with_at_risk(values, counts)
    shown.columns = [f"Beyond {time} months, %" for time in TIMES]
    frame = pd.DataFrame.from_dict(rows, orient="index").join(shown)
    note = "In brackets the number at risk; blank where nobody was followed so long."
    if overlap:
        note += " A patient can belong to several groups."
    return html.table(frame.rename_axis("Group"), caption, note=note)
