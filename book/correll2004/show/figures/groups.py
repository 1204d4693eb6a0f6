"""Dot plots and bars of groups of patients and cycles."""

from collections.abc import Collection, Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from numpy.typing import ArrayLike

from ...data import validation
from ..style import PALETTE, Look, style
from .legends import legend_above

# --- distributions ----------------------------------------------------------------


_DOT = 6.6  # width of a dot and height of a level, in points
_DOT_LOOK: Look = {
    "linestyle": "none",
    "marker": "o",
    "markersize": _DOT - 1.2,
    "markeredgewidth": 0,
    "color": PALETTE["line"],
}
_BOUND = _DOT_LOOK | {"marker": ">"}
_QUARTILES: Look = {"color": PALETTE["second"], "linewidth": 3, "solid_capstyle": "butt"}
_MEDIAN: Look = {"linestyle": "none", "marker": "d", "markersize": 8, "color": PALETTE["ink"]}


def dot_plot(
    groups: dict[str, pd.Series],
    spread: pd.DataFrame,
    label: str,
    ticks: Sequence[float],
    dot: str,
    log: bool = False,
    lower_bounds: Collection = (),
) -> Figure:
    """A dot for every value, stacked if they are close, above the quartiles and the median.

    groups : name -> Series of values; spread : frame of `correll2004.stats.summary.spread`. It
    has a row for each line of the plot; a line has dots if its name is among the groups.
    label : of the axis; ticks : values to label; dot : what a dot is, such as ``one
    patient``; log : whether the axis is logarithmic; lower_bounds : index labels of
    values that are lower bounds, drawn as a triangle.
    """
    scaled = {name: _scaled(values, log) for name, values in groups.items()}
    touch = float(_DOT * np.ptp(_scaled(ticks, log)) / _DOT_AXES["width"])
    levels = {name: dot_levels(values, touch) for name, values in scaled.items()}
    stacks = [max(levels[name]) + 1 if name in levels else 0 for name in spread.index]
    lines = -np.cumsum([stack + 3.2 for stack in stacks])
    with style():
        figure, axes = _dot_axes(0.5 - lines[-1], ticks, label, log)
        for (name, summary), line in zip(spread.iterrows(), lines + 0.8, strict=True):
            if name in groups:
                heights = line + 1.4 + levels[name]
                bound = groups[name].index.isin(lower_bounds)
                for members, look in ((~bound, _DOT_LOOK), (bound, _BOUND)):
                    values = groups[name][members]
                    axes.plot(values, heights[members], clip_on=False, zorder=3, **look)
            axes.plot(summary[["q1", "q3"]], [line, line], zorder=3, **_QUARTILES)
            axes.plot(summary["median"], line, clip_on=False, zorder=4, **_MEDIAN)
            beside: Look = {"transform": axes.get_yaxis_transform(), "ha": "right", "va": "center"}
            axes.text(-0.05, line, f"{name} ({summary['n']:.0f})", **beside)
        looks = {dot: _DOT_LOOK, "at least": _BOUND, "quartiles": _QUARTILES, "median": _MEDIAN}
        if not len(lower_bounds):
            del looks["at least"]
        handles = [Line2D([], [], label=words, **look) for words, look in looks.items()]
        legend_above(figure, handles, columns=len(handles), loc="upper left")
    return figure


_DOT_AXES = {"left": 82.0, "width": 234.0, "right": 15.0, "top": 24.0, "bottom": 38.0}  # points


def _scaled(values: ArrayLike, log: bool) -> np.ndarray:
    """Values, or their logarithms."""
    return np.log10(values) if log else np.asarray(values)


def _dot_axes(height: float, ticks: Sequence[float], label: str, log: bool) -> tuple[Figure, Axes]:
    """Figure and axes with room for ``height`` levels, placed so that dots of a stack touch."""
    place = _DOT_AXES
    height = float(height * _DOT)
    size = (
        place["left"] + place["width"] + place["right"],
        place["bottom"] + height + place["top"],
    )
    figure = Figure(figsize=(size[0] / 72, size[1] / 72))
    figure.set_layout_engine("none")  # otherwise saving the figure moves the axes
    corner = (place["left"] / size[0], place["bottom"] / size[1])
    axes = figure.add_axes((*corner, place["width"] / size[0], height / size[1]))
    axes.set(xscale="log" if log else "linear", xlim=(min(ticks), max(ticks)))
    axes.set(ylim=(-height / _DOT, 0), yticks=[], xlabel=label)
    axes.set_xticks(ticks, [f"{tick:g}" for tick in ticks], minor=False)
    axes.set_xticks([], minor=True)
    axes.spines["left"].set_visible(False)
    axes.grid(axis="x", linewidth=0.6)
    return figure, axes


def dot_levels(positions: ArrayLike, width: float) -> np.ndarray:
    """Level of each dot: the lowest on which it touches no other. width : of a dot."""
    places = np.asarray(positions, dtype=float)
    ends: list[float] = []
    levels = np.zeros(len(places), dtype=int)
    for dot in np.argsort(places, kind="stable"):
        free = [level for level, end in enumerate(ends) if places[dot] >= end]
        levels[dot] = free[0] if free else len(ends)
        ends[levels[dot] : levels[dot] + 1] = [places[dot] + width]
    return levels


def describe_spread(spread: pd.DataFrame, unit: str) -> str:
    """The lines of `dot_plot` in words: number, range, median and quartiles of each."""
    lines = [
        f"{name}, {line['n']:.0f} values from {line['minimum']:g} to {line['maximum']:g} {unit}, "
        f"median {line['median']:g}, quartiles {line['q1']:g} and {line['q3']:g}"
        for name, line in validation.rows(spread)
    ]
    return f"Dots for single values. {'; '.join(lines)}."


# --- classes by course ------------------------------------------------------------


_BARS: list[Look] = [
    {"facecolor": PALETTE["line"], "edgecolor": PALETTE["line"]},
    {"facecolor": "none", "edgecolor": PALETTE["second"], "hatch": "/////"},
    {"facecolor": "none", "edgecolor": PALETTE["ink"]},
]


def bars_by_course(counts: pd.DataFrame, label: str) -> Figure:
    """Tables 3 and 4 as bars: the percentage of each course in every class, and its count.

    counts : frame of ``tables.table3`` or ``table4``; label : what the classes are.
    """
    courses = [course for course in counts.columns.unique(0) if course != "all"]
    share = 0.84 / len(courses)
    with style():
        figure = Figure(figsize=(4.6, 0.9 + 0.19 * len(counts) * (len(courses) + 0.6)))
        axes = figure.subplots()
        handles = []
        for number, (course, look) in enumerate(zip(courses, _BARS, strict=False)):
            heights = -np.arange(len(counts)) - (number - (len(courses) - 1) / 2) * share
            percent = counts[course, "percent"]
            bars = axes.barh(heights, percent, height=0.84 * share, linewidth=1, **look)
            bars.set_label(f"{course} ({counts[course, 'n'].sum()})")
            handles.append(bars)
            for height, end, count in zip(heights, percent, counts[course, "n"], strict=True):
                beside: Look = {"xytext": (3, 0), "textcoords": "offset points"}
                axes.annotate(str(count), (end, height), va="center_baseline", size=8.5, **beside)
        axes.set_yticks(-np.arange(len(counts)), counts.index)
        axes.tick_params(axis="y", length=0)
        axes.set_ylabel(label)
        axes.set_xlabel("Percent of the course's cycles (number at the bar)")
        legend_above(figure, handles, columns=len(handles))
    return figure


def describe_bars(counts: pd.DataFrame, unit: str) -> str:
    """The bars of `bars_by_course` in words: every class's count by course."""
    courses = [course for course in counts.columns.unique(0) if course != "all"]
    lines = [
        f"{course} course, {counts[course, 'n'].sum()} cycles: "
        + ", ".join(f"{row[course, 'n']:.0f} at {name}" for name, row in counts.iterrows())
        for course in courses
    ]
    return f"Bars of cycles by class in {unit}. {'; '.join(lines)}."
