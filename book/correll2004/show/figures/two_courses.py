"""The same patients twice: pairs, and a swimmer plot of the courses."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from ..style import PALETTE, style
from .legends import legend_above, legend_marks
from .survival_curves import month_ticks

# --- the same patients twice ------------------------------------------------------


def pairs(frame: pd.DataFrame, axis_label: str, ticks: Sequence[float]) -> Figure:
    """First and second course of the same patients: one line each, drawn from the top.

    frame : indexed by patient, columns ``first`` and ``second``, and ``second_event``
    where the second may be censored (0). Marks: ○ first, ● second, + second censored;
    equal values lie in one another.
    """
    events = frame["second_event"] if "second_event" in frame else [1] * len(frame)
    line = {"arrowstyle": "-", "color": PALETTE["muted"], "linewidth": 1.5}
    line |= {"shrinkA": 5, "shrinkB": 0}  # from the rim of the ring, not through it
    with style():
        figure = Figure(figsize=(5.2, 4.2))
        axes = figure.subplots()
        heights = range(len(frame))[::-1]
        for height, pair, event in zip(heights, frame.itertuples(), events, strict=True):
            axes.axhline(height, color=PALETTE["grid"], linewidth=0.6, zorder=0)
            if pair.first != pair.second:
                ends = {"xy": (pair.second, height), "xytext": (pair.first, height)}
                axes.annotate("", **ends, arrowprops=line)
            _pair_marks(axes, height, pair.first, pair.second, event)
        axes.set_yticks(heights, frame.index)
        axes.tick_params(axis="y", length=0, pad=8)
        axes.spines["left"].set_visible(False)
        margin = 0.03 * (max(ticks) - min(ticks))
        axes.set(xticks=ticks, xlim=(min(ticks) - margin, max(ticks) + margin))
        axes.set_ylim(-0.6, len(frame) - 0.4)
        axes.set_ylabel("Patient")
        axes.set_xlabel(axis_label)
        censored = 0 in list(events)
        looks = {"first": _FIRST, "second, relapse" if censored else "second": _SECOND}
        if censored:
            looks["second, last seen in remission"] = _SECOND_CENSORED
        handles = legend_marks(looks.items())
        legend_above(figure, handles, columns=len(handles))
    return figure


_FIRST = {"marker": "o", "markersize": 10, "fillstyle": "none", "color": PALETTE["line"]}
_SECOND = {"marker": "o", "markersize": 6, "color": PALETTE["second"]}
_SECOND_CENSORED = {
    "marker": "+",
    "markersize": 11,
    "markeredgewidth": 1.6,
    "color": PALETTE["ink"],
}


def _pair_marks(axes: Axes, height: float, first: float, second: float, event: int) -> None:
    """○ at the first value; at the second ●, or + where it is censored."""
    for value, look in ((first, _FIRST), (second, _SECOND if event else _SECOND_CENSORED)):
        axes.plot(value, height, linestyle="none", zorder=3, clip_on=False, **look)


def describe_pairs(frame: pd.DataFrame, unit: str) -> str:
    """The pairs of `pairs` in words: every patient's first and second value."""
    events = frame["second_event"] if "second_event" in frame else [1] * len(frame)
    each = ", ".join(
        f"Patient {pair.Index}: {pair.first:g} then {'' if event else 'more than '}{pair.second:g}"
        for pair, event in zip(frame.itertuples(), events, strict=True)
    )
    return f"One line for each of {len(frame)} patients, in {unit}. {each}."


# --- every cycle, one bar ---------------------------------------------------------


_ENDS = {
    "relapse": ("relapse", {"marker": "o", "markersize": 5.5, "color": PALETTE["second"]}),
    "in_remission": (
        "still in remission",
        {"marker": ">", "markersize": 6, "color": PALETTE["ink"]},
    ),
    "no_follow_up": (
        "not seen again",
        {"marker": "D", "markersize": 5, "fillstyle": "none", "color": PALETTE["ink"]},
    ),
    "no_relief": (
        "no relief",
        {"marker": "x", "markersize": 5.5, "markeredgewidth": 1.6, "color": PALETTE["second"]},
    ),
}
_COURSE_BARS = {
    "first course": {"facecolor": PALETTE["band"], "edgecolor": PALETTE["line"]},
    "second or third": {"facecolor": PALETTE["line"], "edgecolor": PALETTE["line"]},
}
_BETWEEN_PATIENTS = 0.45


def swimmer(cycles: pd.DataFrame, ticks: Sequence[float] | None = None) -> Figure:
    """Swimmer plot: a bar per cycle, as long as its relief, a mark for how it ended.

    cycles : ``Table1.cycles``, drawn from top to bottom, the courses of a patient close
    together; ticks : as in `kaplan_meier`. The printed outcome stands at every bar.
    """
    ticks = ticks or month_ticks(cycles["relief_months"].max())
    heights = -(np.arange(len(cycles)) + _BETWEEN_PATIENTS * cycles["patient"].rank(method="dense"))
    with style():
        figure = Figure(figsize=(4.6, 10.2))
        axes = figure.subplots()
        later = cycles["cycle"] > 1
        for look, members in zip(_COURSE_BARS.values(), (~later, later), strict=True):
            lengths = cycles.loc[members, "relief_months"]
            axes.barh(heights[members], lengths, height=0.62, linewidth=0.8, zorder=2, **look)
        for outcome, (_, look) in _ENDS.items():
            members = cycles["outcome"] == outcome
            times = cycles.loc[members, "relief_months"]
            axes.plot(times, heights[members], linestyle="none", zorder=3, clip_on=False, **look)
        for height, cycle in zip(heights, cycles.itertuples(), strict=True):
            words = cycle.outcome_printed
            axes.text(cycle.relief_months + 0.9, height, words, va="center_baseline", size=8.5)
        axes.set_yticks(heights, cycles["label"], size=8.5)
        axes.set(xlim=(0, max(ticks) + 4), xticks=ticks, ylim=(min(heights) - 0.8, 0.4))
        axes.tick_params(axis="y", length=0, pad=6)
        axes.tick_params(axis="x", top=True, labeltop=True)
        axes.grid(axis="x", linewidth=0.6, zorder=0)
        axes.set_ylabel("Patient, with the letter of the course")
        axes.set_xlabel("Months of relief")
        marks = legend_marks(_ENDS.values())
        bars = [Patch(label=word, linewidth=0.8, **look) for word, look in _COURSE_BARS.items()]
        legend_above(figure, [*marks, *bars], columns=2)
    return figure


def describe_swimmer(cycles: pd.DataFrame) -> str:
    """The bars of `swimmer` in words: by course, how many ended how, and when."""
    courses = {1: "First", 2: "Second", 3: "Third"}
    sentences = [
        f"{courses[number]} course, {len(course)} bars: "
        + ", ".join(
            _ended(_ENDS[outcome][0], course.loc[course["outcome"] == outcome, "relief_months"])
            for outcome in _ENDS
            if (course["outcome"] == outcome).any()
        )
        for number, course in cycles.groupby("cycle")
    ]
    return (
        f"Swimmer plot, one bar for each of {len(cycles)} infusion cycles of "
        f"{cycles['patient'].nunique()} patients. {'. '.join(sentences)}."
    )


def _ended(word: str, months: pd.Series) -> str:
    """``18 relapse (0.75 to 36 months)``; no times where all are 0."""
    low, high = months.min(), months.max()
    span = f"{low:g}" if low == high else f"{low:g} to {high:g}"
    return f"{len(months)} {word}" + (f" ({span} months)" if high else "")
