"""Figures of the headlines: single patients, combinations of choices, readings of the months."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from ...data import validation
from ...robustness.coding_choices import Choice
from ..html import NOT_REACHED, or_not_reached
from ..style import PALETTE, Look, style
from .legends import legend_above

WIDTH = 4.6  # inches: on a phone 390 px wide, lettering of 8.5 points is then 9 px high

# --- single patients --------------------------------------------------------------


_LEFT_OUT: Look = {"linestyle": "none", "marker": "|", "markersize": 9, "color": PALETTE["line"]}
_EXTREME: Look = {"linestyle": "none", "marker": "o", "markersize": 6, "color": PALETTE["second"]}
_NOBODY: Look = {"linestyle": "none", "marker": "D", "markersize": 6.5, "color": PALETTE["ink"]}
_STROKES = {
    "nobody left out": _NOBODY,
    "one patient left out": _LEFT_OUT,
    "the extremes": _EXTREME,
}


def leave_one_out(
    found: pd.DataFrame, titles: dict[str, str], label: str, ticks: Sequence[float]
) -> Figure:
    """Headlines without each patient in turn: a line for each headline, a stroke for each patient.

    found : frame of `single_patients.leave_one_out`, row 0 for nobody left out;
    titles : claim id -> name, the headlines to draw, in one unit; label : of the axis;
    ticks : values to label. The extremes name the patients left out, if they are at most two.
    Values that are inf are drawn beyond the last tick.
    """
    left, right = min(ticks), max(ticks)
    beyond = right + 0.08 * (right - left)
    with style():
        figure = Figure(figsize=(WIDTH, 0.7 + 0.5 * len(titles)))
        axes = figure.subplots()
        for row, claim in enumerate(titles):
            values = found[claim].where(np.isfinite(found[claim]), beyond)
            base, values = values[0], values.drop(index=0)
            ends = [values.min(), values.max()]
            axes.plot(ends, [-row, -row], color=PALETTE["band"], linewidth=7, zorder=1)
            axes.plot(values.unique(), np.full(values.nunique(), -row), zorder=2, **_LEFT_OUT)
            axes.plot(base, -row, zorder=4, **_NOBODY)
            for end, side in zip(ends, ("right", "left"), strict=True):
                if end == base:
                    continue
                axes.plot(end, -row, zorder=3, clip_on=False, **_EXTREME)
                who = values.index[values == end]
                if len(who) <= 2:
                    words = "without " + " or ".join(map(str, who))
                    words += f": {NOT_REACHED}" if end == beyond else ""
                    near_edge = min(end - left, right - end) < 0.2 * (right - left)
                    _beside(axes, end, -row, words, side, near_edge)
        axes.set_yticks(-np.arange(len(titles)), titles.values())
        axes.tick_params(axis="y", length=0)
        axes.spines["left"].set_visible(False)
        axes.spines["bottom"].set_bounds(left, right)
        margin = 0.02 * (right - left)
        axes.set(xticks=ticks, xlim=(left - margin, beyond + margin))
        axes.set(ylim=(-len(titles) + 0.4, 0.6), xlabel=label)
        handles = [Line2D([], [], label=words, **look) for words, look in _STROKES.items()]
        legend_above(figure, handles, columns=len(handles))
    return figure


def _beside(axes: Axes, value: float, row: float, words: str, side: str, near_edge: bool) -> None:
    """Words beside the end of a line, or above it if there is no room beside."""
    if near_edge:
        place, ha, va = (0, 5), "left" if side == "right" else "right", "bottom"
    else:
        place, ha, va = (-6 if side == "right" else 6, 0), side, "center"
    beside: Look = {"xytext": place, "textcoords": "offset points", "ha": ha, "va": va}
    axes.annotate(words, (value, row), size=8.5, **beside)


def describe_leave_one_out(ranges: pd.DataFrame, titles: dict[str, str], unit: str) -> str:
    """The dots of `leave_one_out` in words, from `single_patients.leave_one_out_range`."""
    words, rows = [], dict(validation.rows(ranges))
    for claim, title in titles.items():
        row = rows[claim]
        ends = " to ".join(or_not_reached(row[end]) for end in ("minimum", "maximum"))
        words.append(f"{title}: {row['value']:.1f}, from {ends}")
    return f"Dots for one patient left out at a time, in {unit}. {'; '.join(words)}."


# --- combinations of coding choices -----------------------------------------------


def combinations(
    found: pd.DataFrame,
    choices: dict[str, Choice],
    label: str,
    ticks: Sequence[float],
    printed: float,
) -> Figure:
    """A headline under every combination of choices, in order of its value.

    found : frame of `combinations.of_headline`; choices : its choices, as of
    `headlines.choices_for`; label : of the axis of values; ticks : values to label;
    printed : the published value. Upper picture: values with their 95% limits; the diamond is
    the paper's own path. Lower picture: the options of each combination.
    """
    found = found.sort_values(["value", "lower"], kind="stable").reset_index(drop=True)
    rows = sum(1.3 + len(choice.options) for choice in choices.values())
    with style():
        figure = Figure(figsize=(WIDTH, 2.7 + 0.165 * rows))
        upper, lower = figure.subplots(2, sharex=True, height_ratios=[2.2, 0.165 * rows])
        _values(upper, found, ticks, printed)
        upper.set_ylabel(label)
        _options(lower, found, choices)
        for axes in (upper, lower):
            axes.spines["bottom"].set_visible(False)
        looks: dict[str, Look] = {
            "the paper's path": {"linestyle": "none"} | _PAPER | {"markersize": 6},
            "other combinations": {"color": PALETTE["line"], "linewidth": 2.5},
            "95% limits": {"color": PALETTE["band"], "linewidth": 5},
        }
        handles = [Line2D([], [], label=words, **look) for words, look in looks.items()]
        legend_above(figure, handles, columns=len(handles))
    return figure


_PAPER: Look = {
    "marker": "D",
    "markersize": 8,
    "color": PALETTE["second"],
    "zorder": 5,
}


def _values(axes: Axes, found: pd.DataFrame, ticks: Sequence[float], printed: float) -> None:
    """Limits as upright strokes and values as dashes; inf is drawn at the top."""
    top = max(ticks)
    lines = found[found["lower"].notna()]  # there are both limits or none
    _strokes(
        axes,
        np.repeat(lines.index.to_numpy()[:, None], 2, axis=1),
        lines[["lower", "upper"]].clip(0, top).to_numpy(),
        color=PALETTE["band"],
        linewidth=max(0.9, 150 / len(found)),
        solid_capstyle="butt",
    )
    values = found["value"].clip(upper=top).to_numpy()
    starts, ends = _runs(values)
    _strokes(
        axes,
        np.column_stack([starts - 0.45, ends + 0.45]),
        np.column_stack([values[starts]] * 2),
        color=PALETTE["line"],
        linewidth=2.5,
        solid_capstyle="butt",
    )
    if np.isinf(found["value"]).any():
        above = 1.015 * top
        axes.text(len(found) - 1, above, NOT_REACHED, ha="right", va="bottom", size=8.5)
    axes.axhline(printed, color=PALETTE["ink"], linewidth=0.9, linestyle=(0, (4, 3)))
    beside: Look = {"xytext": (2, 3), "textcoords": "offset points"}
    axes.annotate("printed", (-0.5, printed), size=8.5, **beside)
    own = int(found["paper"].to_numpy().argmax())
    axes.plot(own, values[own], linestyle="none", **_PAPER)
    axes.set(ylim=(min(ticks), top * 1.04), yticks=ticks)
    axes.grid(axis="y", linewidth=0.6)
    axes.tick_params(axis="x", length=0, labelbottom=False)


def _options(axes: Axes, found: pd.DataFrame, choices: dict[str, Choice]) -> None:
    """A row for each option of each choice, with dashes at the combinations that take it."""
    own = int(found["paper"].to_numpy().argmax())
    axes.axvline(own, color=PALETTE["second"], linewidth=1.2, zorder=0)
    rows, place = {}, 0.0
    for name, choice in choices.items():
        rows[place] = choice.title
        for number, (option, words) in enumerate(choice.options.items()):
            place -= 1
            rows[place] = words
            taken = (found[name] == option).to_numpy()
            starts, ends = _runs(taken)
            kept = taken[starts]
            spans = np.column_stack([starts[kept] - 0.4, ends[kept] + 0.4])
            at = np.full(spans.shape, place)
            colour = PALETTE["line"] if number == 0 else PALETTE["ink"]
            _strokes(axes, spans, at, color=colour, linewidth=3.5, solid_capstyle="butt")
        place -= 1.3
    axes.set_yticks(list(rows), list(rows.values()), size=8.5)
    titles = {choice.title for choice in choices.values()}
    for label in axes.get_yticklabels():
        if label.get_text() in titles:
            label.set_fontweight("bold")
    axes.tick_params(axis="y", length=0)
    axes.set(xlim=(-1, len(found)), ylim=(min(rows) - 0.8, 0.8), xticks=[])
    axes.set_xlabel(f"{len(found)} combinations, lowest value first")
    axes.spines["left"].set_visible(False)


def _runs(values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """First and last position of each run of equal neighbours."""
    changes = np.flatnonzero(values[1:] != values[:-1])
    return np.concatenate([[0], changes + 1]), np.concatenate([changes, [len(values) - 1]])


def _strokes(axes: Axes, x: np.ndarray, y: np.ndarray, **look: Any) -> None:
    """Separate strokes as one path, which takes fewer bytes. x, y : strokes x 2."""
    gap = np.full((len(x), 1), np.nan)
    axes.plot(np.hstack([x, gap]).ravel(), np.hstack([y, gap]).ravel(), **look)


def describe_combinations(found: pd.DataFrame, choices: dict[str, Choice], unit: str) -> str:
    """The curve of `combinations` in words."""
    own = found.loc[found["paper"], "value"].item()
    ends = " to ".join(or_not_reached(end) for end in (found["value"].min(), found["value"].max()))
    named = ", ".join(choice.title for choice in choices.values())
    return (
        f"{len(found)} combinations of {named}, in order of the value, with 95% limits: "
        f"{ends} {unit}; the paper's path gives {or_not_reached(own)}."
    )


# --- readings of the printed months -----------------------------------------------


_LIMITS: Look = {"color": PALETTE["band"], "linewidth": 7, "solid_capstyle": "butt"}
_OPEN: Look = {"color": PALETTE["line"], "linewidth": 3.5, "solid_capstyle": "butt"}
_FIXED: Look = {"color": PALETTE["line"], "marker": "o", "markersize": 6}
_PRINTED: Look = {"color": PALETTE["ink"], "linewidth": 1.2}


def month_readings(panels: dict[str, pd.Series], printed: Sequence[float]) -> Figure:
    """Relief beyond a time under every reading of the printed months, in percent.

    panels : title -> a column of `interval_readings.estimates`, by the words of the reading;
    printed : the published value of each. A dot is an estimate, a stroke between two dots one
    that the reading leaves open.
    """
    with style():
        rows = max(len(found) for found in panels.values())
        figure = Figure(figsize=(WIDTH, 0.6 + len(panels) * (0.55 + 0.36 * rows)))
        every = np.atleast_1d(figure.subplots(len(panels)))
        for axes, (title, found), value in zip(every, panels.items(), printed, strict=True):
            for row, (words, bounds) in enumerate(found.items()):
                axes.plot([bounds.lower, bounds.upper], [-row, -row], zorder=1, **_LIMITS)
                ends = [bounds.low, bounds.high]
                axes.plot([value] * 2, [-row - 0.22, -row + 0.22], zorder=2, **_PRINTED)
                axes.plot(ends, [-row, -row], zorder=2, **_OPEN)
                axes.plot(ends, [-row, -row], linestyle="none", zorder=3, **_FIXED)
                axes.text(0, -row + 0.26, words, size=8.5, va="bottom")
            axes.set(ylim=(-rows + 0.6, 0.9), yticks=[], xlim=(-1, 101))
            axes.set(xticks=[0, 20, 40, 60, 80, 100], xlabel=title)
            axes.spines["left"].set_visible(False)
        looks: dict[str, Look] = {
            "estimate": {"linestyle": "none"} | _FIXED,
            "left open": _OPEN,
            "95% limits": _LIMITS,
            "printed": {"linestyle": "none", "marker": "|", "markersize": 9}
            | {"color": PALETTE["ink"]},
        }
        handles = [Line2D([], [], label=words, **look) for words, look in looks.items()]
        legend_above(figure, handles, columns=len(handles))
    return figure


def describe_month_readings(panels: dict[str, pd.Series]) -> str:
    """The dots and strokes of `month_readings` in words."""
    words = []
    for title, found in panels.items():
        each = [
            f"{bounds.low:.1f}"
            if np.isclose(bounds.low, bounds.high)
            else f"{bounds.low:.1f} to {bounds.high:.1f}"
            for bounds in found
        ]
        named = (
            f"{value} if a relapse came {name}"
            for name, value in zip(found.index, each, strict=True)
        )
        words.append(f"{title}: {', '.join(named)}")
    return f"{'; '.join(words)}."
