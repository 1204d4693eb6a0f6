"""The paper's figures redrawn, as matplotlib figures.

Colours come from `PALETTE` alone: the page replaces them by its own, light or dark.
Settings are passed explicitly, so that a figure is the same SVG wherever it is drawn.
"""

from contextlib import contextmanager

import matplotlib as mpl
import numpy as np
import seaborn as sns
from matplotlib.figure import Figure

# Distinct for every kind of colour blindness, and as light and dark.
PALETTE = {
    "ink": "#1f2a33",
    "muted": "#64707b",
    "line": "#0b6b8a",
    "second": "#b4551d",
    "band": "#cfe3ea",
    "grid": "#dfe4e8",
}

_SETTINGS = {
    "svg.hashsalt": "correll2004",
    "svg.fonttype": "none",
    "font.family": "DejaVu Sans",
    "font.size": 9.5,
    "text.color": PALETTE["ink"],
    "axes.labelcolor": PALETTE["ink"],
    "axes.edgecolor": PALETTE["muted"],
    "axes.linewidth": 0.8,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "xtick.color": PALETTE["muted"],
    "ytick.color": PALETTE["muted"],
    "xtick.labelcolor": PALETTE["ink"],
    "ytick.labelcolor": PALETTE["ink"],
    "grid.color": PALETTE["grid"],
    "figure.facecolor": "none",
    "axes.facecolor": "none",
    "savefig.facecolor": "none",
    "figure.constrained_layout.use": True,
}


@contextmanager
def style():
    """The book's drawing settings, on top of seaborn's ticks style."""
    with sns.axes_style("ticks"), mpl.rc_context(_SETTINGS):
        yield


def kaplan_meier(curve, ticks, label):
    """Kaplan-Meier curve with + at censored times, 95% band and numbers at risk.

    curve : `correll2004.survival.KaplanMeier`; ticks : times in months to label, with
    the number at risk under each; label : name of the curve, drawn beside it.
    The band is pointwise, from the log-log transform; the paper drew none.
    """
    with style():
        figure = Figure(figsize=(5.8, 4.0))
        axes = figure.subplots()
        steps = curve.table
        times = np.concatenate([[0], steps.index])
        heights = 100 * np.concatenate([[1], steps["survival"]])
        band = curve.limits()
        axes.fill_between(
            np.concatenate([[0], band.index]),
            100 * np.concatenate([[1], band["lower"]]),
            100 * np.concatenate([[1], band["upper"]]),
            step="post",
            color=PALETTE["band"],
            linewidth=0,
        )
        axes.step(times, heights, where="post", color=PALETTE["line"], linewidth=2)
        censored = steps[steps["censored"] > 0]
        axes.plot(
            censored.index,
            100 * censored["survival"],
            "+",
            color=PALETTE["ink"],
            markersize=10,
            markeredgewidth=1.4,
            clip_on=False,
            zorder=3,
        )
        axes.set(xlim=(0, max(ticks)), ylim=(0, 102), xticks=ticks)
        axes.set_ylabel("In remission (%)")
        axes.set_xlabel("Months since the infusion")
        axes.grid(axis="y", linewidth=0.6)
        axes.text(0.98, 0.95, label, transform=axes.transAxes, ha="right", va="top", weight="bold")
        _at_risk_row(axes, curve, ticks)
    return figure


def _at_risk_row(axes, curve, ticks):
    """Numbers at risk under the axis, at its ticks."""
    place = axes.get_xaxis_transform()
    axes.text(0, -0.215, "At risk", transform=place, ha="left", va="bottom", color=PALETTE["muted"])
    for tick in ticks:
        axes.text(tick, -0.225, str(curve.at_risk(tick)), transform=place, ha="center", va="top")


def two_curves(curves, ticks):
    """Curves on one axis, each labelled directly; no bands.

    curves : label -> `correll2004.survival.KaplanMeier`, at most two.
    """
    colours = [PALETTE["line"], PALETTE["second"]]
    dashes = ["-", (0, (4, 2))]
    with style():
        figure = Figure(figsize=(5.8, 3.2))
        axes = figure.subplots()
        for (label, curve), colour, dash in zip(curves.items(), colours, dashes, strict=False):
            times = np.concatenate([[0], curve.table.index])
            heights = 100 * np.concatenate([[1], curve.table["survival"]])
            axes.step(
                times, heights, where="post", color=colour, linestyle=dash, linewidth=2, label=label
            )
        axes.set(xlim=(0, max(ticks)), ylim=(0, 102), xticks=ticks)
        axes.set_ylabel("In remission (%)")
        axes.set_xlabel("Months since the infusion")
        axes.grid(axis="y", linewidth=0.6)
        axes.legend(frameon=False, loc="upper right")
    return figure


def describe(curve, months):
    """A Kaplan-Meier curve in words, with its numbers: the text for who cannot see it."""
    heights = ", ".join(
        f"{100 * curve.survival_at(time):.0f}% at {time} months ({curve.at_risk(time)} at risk)"
        for time in months
    )
    return (
        f"Kaplan-Meier step curve of {curve.n} patients, {curve.n_events} relapses or failures "
        f"and {curve.n_censored} censored. In remission: {heights}."
    )
