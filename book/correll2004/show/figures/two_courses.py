"""Figures of the courses: two courses of the same patients, and a swimmer plot of all cycles."""

from collections.abc import Iterator, Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from ...data import courses, validation
from ..style import PALETTE, Look, style
from .legends import OUTCOMES, legend_above, legend_marks
from .survival_curves import month_ticks

# --- two courses of the same patients ---------------------------------------------


def pairs(frame: pd.DataFrame, axis_label: str, ticks: Sequence[float]) -> Figure:
    """First and second course of the same patients: one line each, drawn from the top.

    frame : indexed by patient, columns ``first`` and ``second``, and ``second_event``
    where the second may be censored (0). Marks: ○ first, ● second, + second censored. The mark
    of the second value fits into the ring of an equal first one.
    """
    pairs = validation.rows(_with_event(frame))
    line = {"arrowstyle": "-", "color": PALETTE["muted"], "linewidth": 1.5}
    line |= {"shrinkA": 5, "shrinkB": 0}  # the line begins at the ring
    with style():
        figure = Figure(figsize=(5.2, 4.2))
        axes = figure.subplots()
        heights = range(len(frame))[::-1]
        for height, (_, pair) in zip(heights, pairs, strict=True):
            first, second = pair["first"], pair["second"]
            axes.axhline(height, color=PALETTE["grid"], linewidth=0.6, zorder=0)
            if first != second:
                axes.annotate("", (second, height), xytext=(first, height), arrowprops=line)
            _pair_marks(axes, height, first, second, pair["second_event"])
        axes.set_yticks(heights, frame.index)
        axes.tick_params(axis="y", length=0, pad=8)
        axes.spines["left"].set_visible(False)
        margin = 0.03 * (max(ticks) - min(ticks))
        axes.set(xticks=ticks, xlim=(min(ticks) - margin, max(ticks) + margin))
        axes.set_ylim(-0.6, len(frame) - 0.4)
        axes.set_ylabel("Patient")
        axes.set_xlabel(axis_label)
        censored = any(pair["second_event"] == 0 for _, pair in pairs)
        looks = {"first": _FIRST, "second, relapse" if censored else "second": _SECOND}
        if censored:
            looks["second, last seen in remission"] = _SECOND_CENSORED
        handles = legend_marks(looks.items())
        legend_above(figure, handles, columns=len(handles))
    return figure


def _with_event(frame: pd.DataFrame) -> pd.DataFrame:
    """The pairs of `pairs` with ``second_event``, 1 if the column is not there."""
    return frame if "second_event" in frame else frame.assign(second_event=1)


_FIRST: Look = {"marker": "o", "markersize": 10, "fillstyle": "none", "color": PALETTE["line"]}
_SECOND: Look = {"marker": "o", "markersize": 6, "color": PALETTE["second"]}
_SECOND_CENSORED: Look = {
    "marker": "+",
    "markersize": 11,
    "markeredgewidth": 1.6,
    "color": PALETTE["ink"],
}


def _pair_marks(axes: Axes, height: float, first: float, second: float, event: int) -> None:
    """○ at the first value, and at the second ●, or + if it is censored."""
    for value, look in ((first, _FIRST), (second, _SECOND if event else _SECOND_CENSORED)):
        axes.plot(value, height, linestyle="none", zorder=3, clip_on=False, **look)


def describe_pairs(frame: pd.DataFrame, unit: str) -> str:
    """The pairs of `pairs` in words: every patient's first and second value."""
    each = ", ".join(
        f"Patient {patient}: {pair['first']:g} then "
        f"{'' if pair['second_event'] else 'more than '}{pair['second']:g}"
        for patient, pair in validation.rows(_with_event(frame))
    )
    return f"One line for each of {len(frame)} patients, in {unit}. {each}."


# --- every cycle, one bar ---------------------------------------------------------


_ENDS: dict[str, Look] = {  # by code of the outcome
    "relapse": {"marker": "o", "markersize": 5.5, "color": PALETTE["second"]},
    "in_remission": {"marker": ">", "markersize": 6, "color": PALETTE["ink"]},
    "no_follow_up": {"marker": "D", "markersize": 5, "fillstyle": "none", "color": PALETTE["ink"]},
    "no_relief": {
        "marker": "x",
        "markersize": 5.5,
        "markeredgewidth": 1.6,
        "color": PALETTE["second"],
    },
    "broken_off": {
        "marker": "s",
        "markersize": 5,
        "fillstyle": "none",
        "color": PALETTE["second"],
    },
}
_COURSE_BARS: dict[str, Look] = {
    "first course": {"facecolor": PALETTE["band"], "edgecolor": PALETTE["line"]},
    "second or third": {"facecolor": PALETTE["line"], "edgecolor": PALETTE["line"]},
}
_BETWEEN_PATIENTS = 0.45  # space, where a bar and the next are 1 apart


def swimmer(cycles: pd.DataFrame, ticks: Sequence[float] | None = None) -> Figure:
    """Swimmer plot: a bar for each cycle, as long as its relief, and a mark for its outcome.

    cycles : ``Table1.cycles``, or `harms.infusions`, drawn from top to bottom, the courses of a
    patient close together; ticks : as in `kaplan_meier`. The printed outcome is written beside
    every bar.
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
        ends = {name: look for name, look in _ENDS.items() if name in set(cycles["outcome"])}
        for outcome, look in ends.items():
            members = cycles["outcome"] == outcome
            times = cycles.loc[members, "relief_months"]
            axes.plot(times, heights[members], linestyle="none", zorder=3, clip_on=False, **look)
        for height, (_, cycle) in zip(heights, validation.rows(cycles), strict=True):
            words, end = cycle["outcome_printed"], cycle["relief_months"]
            axes.text(end + 0.9, height, words, va="center_baseline", size=8.5)
        axes.set_yticks(heights, cycles["label"], size=8.5)
        axes.set(xlim=(0, max(ticks) + 4), xticks=ticks, ylim=(min(heights) - 0.8, 0.4))
        axes.tick_params(axis="y", length=0, pad=6)
        axes.tick_params(axis="x", top=True, labeltop=True)
        axes.grid(axis="x", linewidth=0.6, zorder=0)
        axes.set_ylabel("Patient, with the letter of the course")
        axes.set_xlabel("Months of relief")
        marks = legend_marks((OUTCOMES[outcome], look) for outcome, look in ends.items())
        bars = [Patch(label=word, linewidth=0.8, **look) for word, look in _COURSE_BARS.items()]
        legend_above(figure, [*marks, *bars], columns=2)
    return figure


def describe_swimmer(cycles: pd.DataFrame) -> str:
    """The bars of `swimmer` in words: the outcomes of each course and their times."""
    sentences = [
        f"{courses.title(number)}, {(cycles['cycle'] == number).sum()} bars: "
        + ", ".join(_ends_in_words(cycles[cycles["cycle"] == number]))
        for number in map(int, sorted(cycles["cycle"].unique()))
    ]
    return (
        f"Swimmer plot, one bar for each of {len(cycles)} infusions of "
        f"{cycles['patient'].nunique()} patients. {'. '.join(sentences)}."
    )


def _ends_in_words(course: pd.DataFrame) -> Iterator[str]:
    """The outcomes of a course, such as ``18 relapse (0.75 to 36 months)``; no times if all 0."""
    for outcome, words in OUTCOMES.items():
        months = course.loc[course["outcome"] == outcome, "relief_months"]
        low, high = months.min(), months.max()
        span = f"{low:g}" if low == high else f"{low:g} to {high:g}"
        if len(months):
            yield f"{len(months)} {words}" + (f" ({span} months)" if high else "")
