"""Kaplan-Meier curves, as in the paper's Figures 1 and 2."""

from collections.abc import Sequence
from itertools import takewhile
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from ...stats.survival import KaplanMeier
from ..style import PALETTE, Look, style
from .legends import legend_above

_MONTHS = [0, 3, 6, 12, 18, 24, 30, *range(36, 241, 12)]


def month_ticks(longest: float) -> list[int]:
    """Times in months to label: round ones, from 0 to the first at or beyond the longest."""
    below = list(takewhile(lambda time: time < max(longest, 1), _MONTHS))
    return _MONTHS[: len(below) + 1]


def kaplan_meier(
    curve: KaplanMeier, ticks: Sequence[float] | None = None, label: str = ""
) -> Figure:
    """Kaplan-Meier curve with + at censored times, 95% limits and numbers at risk.

    ticks : times in months to label, with the number at risk under each, those of `month_ticks`
    if not given; label : name of the curve, written in the figure.
    The limits are exact and pointwise: at any one time, not for the whole curve. The paper
    drew none.
    """
    ticks = ticks or month_ticks(curve.months.max())
    with style():
        figure = Figure(figsize=(4.6, 3.6))
        axes = figure.subplots()
        limits, (lower, upper) = curve.limits(), curve.limits_at(0)
        band = axes.fill_between(
            np.concatenate([[0], limits.index]),
            100 * np.concatenate([[lower], limits["lower"]]),
            100 * np.concatenate([[upper], limits["upper"]]),
            step="post",
            color=PALETTE["band"],
            linewidth=0,
            label="pointwise 95% limits",
        )
        legend_above(figure, [band], 1, "outside upper right")
        draw_steps(axes, curve, color=PALETTE["line"], linewidth=2, clip_on=False)
        look = {"markersize": 10, "markeredgewidth": 1.4, "zorder": 3}
        mark_censored(axes, curve, color=PALETTE["ink"], **look)
        axes.set(xlim=(0, max(ticks)), ylim=(0, 102), xticks=ticks)
        axes.set_ylabel("In remission (%)")
        axes.set_xlabel("Months since the infusion")
        axes.grid(axis="y", linewidth=0.6)
        axes.text(0.98, 0.95, label, transform=axes.transAxes, ha="right", va="top", weight="bold")
        _at_risk_row(axes, curve, ticks)
    return figure


def draw_steps(axes: Axes, curve: KaplanMeier, **look: Any) -> None:
    """The step curve in percent, from 100 at 0 down to its last time."""
    times = np.concatenate([[0], curve.table.index])
    percent = 100 * np.concatenate([[1], curve.table["survival"]])
    axes.step(times, percent, where="post", **look)


def mark_censored(axes: Axes, curve: KaplanMeier, **look: Any) -> None:
    """A + on a curve at each time at which patients are censored."""
    censored = curve.table.loc[curve.table["censored"] > 0, "survival"]
    if len(censored):  # otherwise the layout makes room for a line at the origin
        axes.plot(censored.index, 100 * censored, "+", clip_on=False, **look)


def _at_risk_row(axes: Axes, curve: KaplanMeier, ticks: Sequence[float]) -> None:
    """Numbers at risk under the axis, at its ticks."""
    row: Look = {"transform": axes.get_xaxis_transform(), "va": "top"}
    axes.text(-0.045 * max(ticks), -0.225, "At risk", ha="right", color=PALETTE["muted"], **row)
    for tick in ticks:
        axes.text(tick, -0.225, str(curve.at_risk(tick)), ha="center", **row)


def two_curves(
    curves: dict[str, KaplanMeier], ticks: Sequence[float] | None = None, height: float = 3.0
) -> Figure:
    """Curves on one axis, + at censored times; no bands.

    curves : by label, at most two; ticks : as in `kaplan_meier`; height : in inches.
    """
    ticks = ticks or month_ticks(max(curve.months.max() for curve in curves.values()))
    colours = [PALETTE["line"], PALETTE["second"]]
    dashes = ["-", (0, (4, 2))]
    with style():
        figure = Figure(figsize=(4.6, height))
        axes = figure.subplots()
        for (label, curve), colour, dash in zip(curves.items(), colours, dashes, strict=False):
            look = {"color": colour, "linestyle": dash, "linewidth": 2, "clip_on": False}
            draw_steps(axes, curve, label=label, **look)
            mark_censored(axes, curve, markersize=8, color=colour)
        axes.set(xlim=(0, max(ticks)), ylim=(0, 102), xticks=ticks)
        axes.set_ylabel("In remission (%)")
        axes.set_xlabel("Months since the infusion")
        axes.grid(axis="y", linewidth=0.6)
        axes.legend(frameon=False, loc="upper right")
    return figure


def describe(curve: KaplanMeier, months: Sequence[float], limits: bool = False) -> str:
    """A Kaplan-Meier curve in words with its numbers, for readers who cannot see it.

    months : times at which it is read; limits : whether to say its pointwise 95% limits there.
    """
    readings = []
    for time in months:
        lower, upper = curve.limits_at(time)
        inside = f"limits {100 * lower:.0f} to {100 * upper:.0f}%, " if limits else ""
        inside += f"{curve.at_risk(time)} at risk"
        readings.append(f"{100 * curve.survival_at(time):.0f}% at {time} months ({inside})")
    words = "In remission, with pointwise 95% limits" if limits else "In remission"
    return (
        f"Kaplan-Meier step curve of {curve.n} patients, {curve.n_events} relapses or failures "
        f"and {curve.n_censored} censored. {words}: {', '.join(readings)}."
    )
