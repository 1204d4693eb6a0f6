"""Figure of what selection alone would do to the pairs of first and second courses."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from ...data import validation
from ...stats.paired_durations import OUTCOMES
from ..style import PALETTE, Look, style
from .legends import legend_above, legend_marks
from .sensitivity import WIDTH

_BARS: dict[str, Look] = {
    "longer": {"facecolor": PALETTE["band"], "edgecolor": PALETTE["line"], "linewidth": 1},
    "shorter": {"facecolor": "none", "edgecolor": PALETTE["second"], "linewidth": 1.6},
    "equal": {"facecolor": PALETTE["grid"], "edgecolor": PALETTE["grid"], "linewidth": 1},
    "undetermined": {
        "facecolor": "none",
        "edgecolor": PALETTE["muted"],
        "linestyle": ":",
        "linewidth": 1,
    },
}
_CHANCES: dict[str, Look] = {
    "as_many": {"marker": "o", "markersize": 6, "color": PALETTE["line"]},
    "as_many_all": {
        "marker": "D",
        "markersize": 5.5,
        "markerfacecolor": "none",
        "color": PALETTE["second"],
    },
}
_TICKS = [0.1, 1, 10, 100]


def selection(found: pd.DataFrame, observed: pd.Series, names: dict[str, str]) -> Figure:
    """The pairs as observed and as selection alone would make them, and how often as one-sided.

    found : frame of `correll2004.robustness.selection.by_dependence`; observed : pairs by
    outcome; names : of the two chances, by their columns, for the legend.
    """
    counted = pd.concat([observed.to_frame("observed").T, found[OUTCOMES]]).fillna(0)
    with style():
        figure = Figure(figsize=(WIDTH, 5.6))
        upper, lower = figure.subplots(2, height_ratios=[len(counted), len(found)])
        _pairs(upper, counted)
        _chances(lower, found)
        figure.supylabel("Duration is the patient's own", size=9.5, color=PALETTE["ink"])
        bars = [Patch(label=name, **look) for name, look in _BARS.items()]
        marks = legend_marks((names[name], look) for name, look in _CHANCES.items())
        legend_above(figure, bars, columns=4)
        look: Look = {"frameon": False, "borderaxespad": 0, "handlelength": 1.4}
        lower.legend(handles=marks, loc="lower left", bbox_to_anchor=(0, 1.02), ncols=2, **look)
    return figure


def _pairs(axes: Axes, counted: pd.DataFrame) -> None:
    """A bar for each row, in parts for the outcomes, with their numbers."""
    heights = -np.arange(len(counted), dtype=float)
    heights[1:] -= 0.4  # what was observed is apart from the models
    start = np.zeros(len(counted))
    for outcome, look in _BARS.items():
        width = counted[outcome].to_numpy()
        for height, left, size in zip(heights, start, width, strict=True):
            if size > 0:
                axes.barh(height, size - 0.12, left=left + 0.06, height=0.7, **look)
                words = f"{size:.0f}" if height == 0 else f"{size:.1f}"
                axes.text(left + size / 2, height, words, ha="center", va="center", size=8.5)
        start = start + width
    axes.set_yticks(heights, counted.index)
    axes.set(xlim=(0, start.max()), xticks=range(0, round(start.max()) + 1, 2))
    axes.set_xlabel("Pairs, second relief against first")
    axes.tick_params(axis="y", length=0)
    axes.spines["left"].set_visible(False)


def _chances(axes: Axes, found: pd.DataFrame) -> None:
    """A mark with limits for each row and chance; none where no pair can be ordered."""
    for position, (name, look) in enumerate(_CHANCES.items()):
        heights = -np.arange(len(found)) + 0.16 - 0.32 * position
        lower, upper = (found[f"{name}_{end}"] for end in ("lower", "upper"))
        axes.hlines(heights, lower, upper, color=look["color"], linewidth=1.4)
        axes.plot(found[name], heights, linestyle="none", zorder=3, **look)
    for position, chance in enumerate(found["as_many"]):
        if np.isnan(chance):
            axes.text(0.11, -position, "no pair can be ordered: all equal", va="center", size=8.5)
    axes.set_yticks(-np.arange(len(found)), found.index)
    axes.set_xscale("log")
    axes.set_xticks(_TICKS, [f"{tick:g}" for tick in _TICKS], minor=False)
    axes.set_xticks([], minor=True)
    axes.set(xlim=(0.05, 100), ylim=(0.6 - len(found), 0.6))
    axes.set_xlabel("Chance (%), logarithmic")
    axes.grid(axis="x", linewidth=0.6)
    axes.tick_params(axis="y", length=0)


def describe_selection(found: pd.DataFrame, observed: pd.Series) -> str:
    """The figure of `selection` in words."""
    seen = ", ".join(f"{observed.get(name, 0):g} {name}" for name in OUTCOMES)
    each = ". ".join(
        f"{name[0].upper()}{name[1:]}: "
        + ", ".join(f"{row[kind]:.1f} {kind}" for kind in OUTCOMES)
        + (
            ""
            if np.isnan(row["as_many"])
            else f"; chance {row['as_many']:.1f}% and {row['as_many_all']:.0f}%"
        )
        for name, row in validation.rows(found)
    )
    return (
        f"Bars of pairs. Observed: {seen}. Expected from selection alone, by how far the duration "
        f"is the patient's own, and below the bars the chance of pairs as one-sided. {each}."
    )
