"""The paper's figures redrawn, as matplotlib figures."""

from fractions import Fraction
from itertools import takewhile

import numpy as np
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import FancyBboxPatch, Patch, PathPatch, Rectangle
from matplotlib.path import Path
from matplotlib.transforms import Affine2D

from .style import PALETTE, style

_MONTHS = [0, 3, 6, 12, 18, 24, 30, *range(36, 241, 12)]


def month_ticks(longest):
    """Times in months to label: round ones, from 0 to the first at or beyond the longest."""
    below = list(takewhile(lambda time: time < max(longest, 1), _MONTHS))
    return _MONTHS[: len(below) + 1]


def kaplan_meier(curve, ticks=None, label=""):
    """Kaplan-Meier curve with + at censored times, 95% band and numbers at risk.

    curve : `correll2004.survival.KaplanMeier`; ticks : times in months to label, with
    the number at risk under each, those of `month_ticks` where not given; label : name of
    the curve, drawn beside it.
    The band is pointwise, from the log-log transform; the paper drew none.
    """
    ticks = ticks or month_ticks(curve.months.max())
    with style():
        figure = Figure(figsize=(4.6, 3.6))
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
        axes.step(times, heights, where="post", color=PALETTE["line"], linewidth=2, clip_on=False)
        look = {"markersize": 10, "markeredgewidth": 1.4, "zorder": 3}
        mark_censored(axes, curve, color=PALETTE["ink"], **look)
        axes.set(xlim=(0, max(ticks)), ylim=(0, 102), xticks=ticks)
        axes.set_ylabel("In remission (%)")
        axes.set_xlabel("Months since the infusion")
        axes.grid(axis="y", linewidth=0.6)
        axes.text(0.98, 0.95, label, transform=axes.transAxes, ha="right", va="top", weight="bold")
        _at_risk_row(axes, curve, ticks)
    return figure


def mark_censored(axes, curve, **look):
    """A + on a curve at each time with censored patients."""
    censored = curve.table.loc[curve.table["censored"] > 0, "survival"]
    if len(censored):  # an unclipped line without points would pull the layout to a corner
        axes.plot(censored.index, 100 * censored, "+", clip_on=False, **look)


def _at_risk_row(axes, curve, ticks):
    """Numbers at risk under the axis, at its ticks."""
    row = {"transform": axes.get_xaxis_transform(), "va": "top"}
    axes.text(-0.045 * max(ticks), -0.225, "At risk", ha="right", color=PALETTE["muted"], **row)
    for tick in ticks:
        axes.text(tick, -0.225, str(curve.at_risk(tick)), ha="center", **row)


def two_curves(curves, ticks=None, height=3.0):
    """Curves on one axis, + at censored times; no bands.

    curves : label -> `correll2004.survival.KaplanMeier`, at most two; ticks : as in
    `kaplan_meier`; height : in inches.
    """
    ticks = ticks or month_ticks(max(curve.months.max() for curve in curves.values()))
    colours = [PALETTE["line"], PALETTE["second"]]
    dashes = ["-", (0, (4, 2))]
    with style():
        figure = Figure(figsize=(4.6, height))
        axes = figure.subplots()
        for (label, curve), colour, dash in zip(curves.items(), colours, dashes, strict=False):
            times = np.concatenate([[0], curve.table.index])
            heights = 100 * np.concatenate([[1], curve.table["survival"]])
            look = {"color": colour, "linestyle": dash, "linewidth": 2, "clip_on": False}
            axes.step(times, heights, where="post", label=label, **look)
            mark_censored(axes, curve, markersize=8, color=colour)
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


# --- the pictures of the Methods chapter ------------------------------------------


def protocol(start, complete, partial, unchanged):
    """The treatment protocol as a flow, from the first rate to the stopping rules.

    start : starting rate in mg/h; complete, partial, unchanged : hours after which rules
    A, B and C stop the infusion. All are strings, as published.
    """
    with style():
        figure = Figure(figsize=(4.6, 5.9))
        axes = figure.subplots()
        axes.set(xlim=(-1, 101), ylim=(6, 128))
        axes.set_axis_off()
        _box(axes, (4, 116, 58, 11), f"Start at {start} mg/h")
        _box(axes, (4, 93, 58, 16), "Titrate: small steps up\nuntil inebriation begins")
        _box(axes, (4, 68, 58, 18), "Hold the highest rate\nthat is tolerated and relieves")
        _box(axes, (74, 68, 26, 18), "Lower\nor pause")
        for upper, lower in ((116, 109), (93, 86)):
            _arrow(axes, (33, upper), (33, lower))
        _arrow(axes, (62, 80), (74, 80))
        _arrow(axes, (74, 74), (62, 74))
        axes.text(85, 88, "if side effects are\nunacceptable", ha="center", va="bottom", size=8.5)
        rules = {
            "A": f"pain\nfully gone\nfor {complete} h",
            "B": f"partial relief,\nno better\nfor {partial} h",
            "C": f"score\nunchanged\nfor {unchanged} h",
        }
        axes.plot([33, 33], [68, 64.5], color=PALETTE["muted"])
        axes.plot([15.5, 84.5], [64.5, 64.5], color=PALETTE["muted"])
        axes.text(35, 66.4, "stop when", ha="left", va="center", size=8.5)
        for left, (rule, words) in zip((0, 34.5, 69), rules.items(), strict=True):
            _arrow(axes, (left + 15.5, 65), (left + 15.5, 60))
            _box(axes, (left, 32, 31, 28), "")
            axes.text(left + 15.5, 55.5, rule, ha="center", va="center", weight="bold")
            axes.text(left + 15.5, 43, words, ha="center", va="center", linespacing=1.25)
        _box(
            axes,
            (0, 8, 100, 17),
            "Exceptions: Patients 14 and 19,\nno relief, infused for longer than rule C",
            dashed=True,
        )
    return figure


def describe_protocol(start, complete, partial, unchanged):
    """The flow of `protocol` in words, from the same strings."""
    return (
        f"Flow chart. Start at {start} mg/h. Titrate in small steps up until inebriation begins. "
        "Hold the highest rate that is tolerated and relieves; if side effects are unacceptable, "
        "lower the rate or pause, then hold again. Stop when A, pain is fully gone for "
        f"{complete} hours; or B, relief is partial and no better for {partial} hours; or C, the "
        f"score is unchanged for {unchanged} hours. Exceptions: Patients 14 and 19, without "
        "relief, infused for longer than rule C."
    )


def _box(axes, place, words, dashed=False):
    """A box ``(left, bottom, width, height)`` with words in its middle."""
    left, bottom, width, height = place
    axes.add_patch(
        FancyBboxPatch(
            (left, bottom),
            width,
            height,
            boxstyle="round,pad=0,rounding_size=2",
            facecolor="none",
            edgecolor=PALETTE["muted"] if dashed else PALETTE["line"],
            linestyle=(0, (4, 2)) if dashed else "-",
            linewidth=1.3,
        )
    )
    middle = (left + width / 2, bottom + height / 2)
    axes.text(*middle, words, ha="center", va="center", linespacing=1.3)


def _arrow(axes, start, end):
    axes.annotate(
        "",
        xy=end,
        xytext=start,
        arrowprops={"arrowstyle": "-|>", "color": PALETTE["muted"], "shrinkA": 1, "shrinkB": 1},
    )


def outcome_kinds(cycles):
    """One line per infusion cycle: how a printed outcome becomes a time and an event.

    cycles : some rows of ``Table1.cycles``, drawn from top to bottom.
    """
    with style():
        figure = Figure(figsize=(4.8, 3.2))
        axes = figure.subplots()
        end = cycles["relief_months"].max() + 1.5
        for height, cycle in zip(range(len(cycles))[::-1], cycles.itertuples(), strict=True):
            _remission(axes, height, cycle.relief_months, cycle.event, end)
            word = "event" if cycle.event else "censored"
            axes.text(
                0,
                height + 0.2,
                f"Patient {cycle.patient} prints {cycle.outcome_printed}",
                va="bottom",
            )
            axes.text(
                end + 0.15,
                height,
                f"{cycle.relief_months:g} months,\n{word}",
                va="center",
                weight="bold",
            )
        axes.set(xlim=(-0.2, end + 2), ylim=(-0.6, len(cycles) - 0.2), yticks=[])
        axes.set_xticks(range(int(end) + 1))
        axes.spines["left"].set_visible(False)
        axes.spines["bottom"].set_bounds(0, end)
        axes.set_xlabel("Months since the infusion")
        _legend_of_remission(figure, "event", "censored")
    return figure


_REMISSION_ENDS = {
    1: {"marker": "o", "markersize": 8, "color": PALETTE["second"]},
    0: {"marker": "+", "markersize": 11, "markeredgewidth": 1.6, "color": PALETTE["ink"]},
}


def _remission(axes, height, months, event, end=None):
    """A patient's time in remission: ● at an event; + at censoring, dotted on to ``end``."""
    axes.plot([0, months], [height, height], color=PALETTE["line"], linewidth=2.5)
    if not event and end is not None:
        dots = {"linestyle": ":", "linewidth": 1.5, "color": PALETTE["muted"]}
        axes.plot([months, end], [height, height], **dots)
    look = _REMISSION_ENDS[event]
    axes.plot(months, height, linestyle="none", zorder=3, clip_on=False, **look)


def _legend_of_remission(figure, *words):
    """What the marks of `_remission` mean, in their colours: event first."""
    marks = legend_marks(zip(words, _REMISSION_ENDS.values(), strict=True))
    legend_above(figure, marks, columns=2)


def product_limit(cycles, curve, ticks=None):
    """The patients of a course, and under them the curve they make, each factor written.

    cycles : a course's rows of ``Table1.cycles``; curve : its
    `correll2004.survival.KaplanMeier`; ticks : as in `kaplan_meier`.
    """
    ticks = ticks or month_ticks(curve.months.max())
    ordered = cycles.sort_values(["relief_months", "event"], ascending=[False, False])
    with style():
        figure = Figure(figsize=(4.8, 5.8))
        lines, axes = figure.subplots(2, sharex=True, height_ratios=[1.1, 1])
        for height, cycle in enumerate(ordered.itertuples()):
            _remission(lines, height, cycle.relief_months, cycle.event)
        lines.set_yticks(range(len(ordered)), ordered["label"])
        lines.tick_params(axis="y", length=0, pad=8)
        lines.spines["left"].set_visible(False)
        lines.set_ylabel("Cycle")
        _legend_of_remission(figure, "relapse", "last seen")
        _steps(axes, curve)
        for time, step in curve.table[curve.table["events"] > 0].iterrows():
            lines.axvline(time, color=PALETTE["grid"], linewidth=1, zorder=0)
            axes.text(
                time - 0.5,
                100 * step["survival"] - 2,
                f"× {step['at_risk'] - step['events']:.0f}/{step['at_risk']:.0f}",
                ha="right",
                va="top",
                weight="bold",
            )
        axes.set(xlim=(-0.5, max(ticks) + 0.5), ylim=(0, 105), xticks=ticks)
        axes.set_xlabel("Months since the infusion")
        axes.set_ylabel("S(t), %")
        axes.grid(axis="y", linewidth=0.6)
    return figure


def _steps(axes, curve):
    """The step curve in percent, down to its last time."""
    times = np.concatenate([[0], curve.table.index])
    heights = 100 * np.concatenate([[1], curve.table["survival"]])
    axes.step(times, heights, where="post", color=PALETTE["line"], linewidth=2)


def mean_and_median(curve, ticks=None):
    """The area under a curve as rectangles, and the height that gives the median.

    curve : `correll2004.survival.KaplanMeier`; ticks : as in `kaplan_meier`.
    """
    ticks = ticks or month_ticks(curve.months.max())
    events = curve.table[curve.table["events"] > 0]
    edges = [0, *events.index]
    heights = [Fraction(1), *(Fraction(s).limit_denominator(1000) for s in events["survival"])]
    with style():
        figure = Figure(figsize=(4.8, 3.3))
        axes = figure.subplots()
        for left, right, height in zip(edges, edges[1:], heights, strict=False):
            width, tall = right - left, float(100 * height)
            axes.bar(
                left,
                tall,
                width,
                align="edge",
                color=PALETTE["band"],
                edgecolor=PALETTE["line"],
                linewidth=1.2,
            )
            area = Fraction(width) * height
            words = f"{width:g} × {height}\n= {area}"
            axes.text(left + width / 2, 25, words, ha="center", va="center", linespacing=1.4)
        _steps(axes, curve)
        median = curve.median().value
        axes.axhline(50, color=PALETTE["second"], linestyle=(0, (4, 2)), linewidth=1.4)
        axes.plot(median, 50, "o", color=PALETTE["second"], markersize=8, clip_on=False, zorder=3)
        axes.text(median - 1, 51, f"median: {median:g} months", ha="right", va="bottom")
        axes.set(xlim=(0, max(ticks)), ylim=(0, 105), xticks=ticks)
        axes.set_xlabel("Months since the infusion")
        axes.set_ylabel("S(t), %")
    return figure


# --- the same patients twice ------------------------------------------------------


def pairs(frame, axis_label, ticks):
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


def _pair_marks(axes, height, first, second, event):
    """○ at the first value; at the second ●, or + where it is censored."""
    for value, look in ((first, _FIRST), (second, _SECOND if event else _SECOND_CENSORED)):
        axes.plot(value, height, linestyle="none", zorder=3, clip_on=False, **look)


def describe_pairs(frame, unit):
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


def swimmer(cycles, ticks=None):
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


def legend_marks(named):
    """Handles of a legend from pairs of a word and the look of its mark."""
    return [Line2D([], [], linestyle="none", label=word, **look) for word, look in named]


def legend_above(figure, handles, columns, loc="outside upper left"):
    """A legend above the axes, read row by row."""
    by_column = [handle for column in range(columns) for handle in handles[column::columns]]
    figure.legend(
        handles=by_column,
        ncols=columns,
        loc=loc,
        frameon=False,
        borderaxespad=0,
        handlelength=1.4,
        columnspacing=1.4,
    )


def describe_swimmer(cycles):
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


def _ended(word, months):
    """``18 relapse (0.75 to 36 months)``; no times where all are 0."""
    low, high = months.min(), months.max()
    span = f"{low:g}" if low == high else f"{low:g} to {high:g}"
    return f"{len(months)} {word}" + (f" ({span} months)" if high else "")


# --- distributions ----------------------------------------------------------------

_DOT = 6.6  # width of a dot and height of a level, in points
_DOT_LOOK = {
    "linestyle": "none",
    "marker": "o",
    "markersize": _DOT - 1.2,
    "markeredgewidth": 0,
    "color": PALETTE["line"],
}
_BOUND = _DOT_LOOK | {"marker": ">"}
_QUARTILES = {"color": PALETTE["second"], "linewidth": 3, "solid_capstyle": "butt"}
_MEDIAN = {"linestyle": "none", "marker": "d", "markersize": 8, "color": PALETTE["ink"]}


def dot_plot(groups, spread, label, ticks, dot, log=False, lower_bounds=()):
    """Every value a dot, near ones stacked; under them the quartiles and the median.

    groups : name -> Series of values; spread : frame of `correll2004.tables.spread`, a
    line for each of its rows, without dots where the name is not among the groups;
    label : of the axis; ticks : values to label; dot : what a dot is, such as ``one
    patient``; log : whether the axis is logarithmic; lower_bounds : index labels of
    values that are lower bounds, drawn as a triangle.
    """
    scale = np.log10 if log else np.asarray
    touch = _DOT * (scale(max(ticks)) - scale(min(ticks))) / _DOT_AXES["width"]
    levels = {name: dot_levels(scale(values), touch) for name, values in groups.items()}
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
            beside = {"transform": axes.get_yaxis_transform(), "ha": "right", "va": "center"}
            axes.text(-0.05, line, f"{name} ({summary['n']:.0f})", **beside)
        looks = {dot: _DOT_LOOK, "at least": _BOUND, "quartiles": _QUARTILES, "median": _MEDIAN}
        if not len(lower_bounds):
            del looks["at least"]
        handles = [Line2D([], [], label=words, **look) for words, look in looks.items()]
        legend_above(figure, handles, columns=len(handles), loc="upper left")
    return figure


_DOT_AXES = {"left": 82.0, "width": 234.0, "right": 15.0, "top": 24.0, "bottom": 38.0}  # points


def _dot_axes(height, ticks, label, log):
    """Figure and axes of so many levels, placed exactly, so that dots just touch."""
    place = _DOT_AXES
    height = float(height * _DOT)
    size = (
        place["left"] + place["width"] + place["right"],
        place["bottom"] + height + place["top"],
    )
    figure = Figure(figsize=(size[0] / 72, size[1] / 72))
    figure.set_layout_engine("none")  # after, or saving turns the layout on again
    corner = (place["left"] / size[0], place["bottom"] / size[1])
    axes = figure.add_axes((*corner, place["width"] / size[0], height / size[1]))
    axes.set(xscale="log" if log else "linear", xlim=(min(ticks), max(ticks)))
    axes.set(ylim=(-height / _DOT, 0), yticks=[], xlabel=label)
    axes.set_xticks(ticks, [f"{tick:g}" for tick in ticks], minor=False)
    axes.set_xticks([], minor=True)
    axes.spines["left"].set_visible(False)
    axes.grid(axis="x", linewidth=0.6)
    return figure, axes


def dot_levels(positions, width):
    """Level of each dot of that width: the lowest on which it touches no other."""
    ends, levels = [], np.zeros(len(positions), dtype=int)
    positions = np.asarray(positions, dtype=float)
    for place in np.argsort(positions, kind="stable"):
        free = [level for level, end in enumerate(ends) if positions[place] >= end]
        levels[place] = free[0] if free else len(ends)
        ends[levels[place] : levels[place] + 1] = [positions[place] + width]
    return levels


def describe_spread(spread, unit):
    """The lines of `dot_plot` in words: number, range, median and quartiles of each."""
    lines = [
        f"{name}, {line.n:.0f} values from {line.minimum:g} to {line.maximum:g} {unit}, "
        f"median {line.median:g}, quartiles {line.q1:g} and {line.q3:g}"
        for name, line in zip(spread.index, spread.itertuples(), strict=True)
    ]
    return f"Dots for single values. {'; '.join(lines)}."


# --- classes by course ------------------------------------------------------------

_BARS = [
    {"facecolor": PALETTE["line"], "edgecolor": PALETTE["line"]},
    {"facecolor": "none", "edgecolor": PALETTE["second"], "hatch": "/////"},
    {"facecolor": "none", "edgecolor": PALETTE["ink"]},
]


def bars_by_course(counts, label):
    """Tables 3 and 4 as bars: the share of each course in every class, the count beside.

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
                beside = {"xytext": (3, 0), "textcoords": "offset points"}
                axes.annotate(str(count), (end, height), va="center_baseline", size=8.5, **beside)
        axes.set_yticks(-np.arange(len(counts)), counts.index)
        axes.tick_params(axis="y", length=0)
        axes.set_ylabel(label)
        axes.set_xlabel("Percent of the course's cycles (number at the bar)")
        legend_above(figure, handles, columns=len(handles))
    return figure


def describe_bars(counts, unit):
    """The bars of `bars_by_course` in words: every class's count by course."""
    courses = [course for course in counts.columns.unique(0) if course != "all"]
    lines = [
        f"{course} course, {counts[course, 'n'].sum()} cycles: "
        + ", ".join(f"{row[course, 'n']:.0f} at {name}" for name, row in counts.iterrows())
        for course in courses
    ]
    return f"Bars of cycles by class in {unit}. {'; '.join(lines)}."


# --- the audit --------------------------------------------------------------------


def repair_search(best, profile, patient, total, until):
    """How many printed numbers single changes give back: every patient, and one closely.

    best : indexed by patient, columns 1 and 0: most numbers given back by reading the
    patient as a relapse, or as censored; profile : the same of one ``patient``, indexed
    by every time in months; total : printed numbers; until : last month of the close view.
    """
    looks = {
        1: {"marker": "o", "markersize": 5.5, "color": PALETTE["second"], "label": "relapse"},
        0: {
            "marker": "+",
            "markersize": 8,
            "markeredgewidth": 1.3,
            "color": PALETTE["ink"],
            "label": "censored",
        },
    }
    with style():
        figure = Figure(figsize=(4.7, 5.2))
        patients, months = figure.subplots(2, height_ratios=[1, 1])
        for event, look in looks.items():
            patients.plot(best.index, best[event], linestyle="none", clip_on=False, **look)
        patients.set_xlim(best.index.min() - 0.7, best.index.max() + 0.7)
        patients.set_xticks(best.index[::4])
        patients.set_xlabel("Patient whose outcome is changed")
        patients.legend(
            frameon=False, ncols=2, loc="lower right", bbox_to_anchor=(1, 0.97), borderpad=0
        )
        near = profile.loc[:until].replace(-1, np.nan)
        months.plot(near[1], color=PALETTE["second"], linewidth=2, drawstyle="steps-mid")
        months.plot(
            near[0],
            color=PALETTE["ink"],
            linewidth=1.4,
            linestyle=(0, (4, 2)),
            drawstyle="steps-mid",
        )
        peak = near[1][near[1] == total]
        if len(peak):
            months.text(
                peak.index[-1] + 0.06,
                total,
                f"relapse at {peak.index[0]:g} to {peak.index[-1]:g} months",
                va="center",
                weight="bold",
            )
        months.text(until, near[1].iloc[-1] + 0.4, "relapse", ha="right", va="bottom")
        months.text(until, near[0].iloc[-1] + 0.4, "censored", ha="right", va="bottom")
        months.set(xlim=(0, until), xlabel=f"Patient {patient}: months of relief")
        for axes in (patients, months):
            axes.set(ylim=(0, total + 0.5), yticks=range(0, total + 1, 3))
            axes.set_ylabel(f"Numbers matched, of {total}")
            axes.grid(axis="y", linewidth=0.6)
    return figure


def describe_repair_search(best, steps, patient, total):
    """The two pictures of `repair_search` in words; steps : runs of the lower one."""
    others = best[1].drop(patient)
    close = ", ".join(str(other) for other in others.index[others == others.max()])
    low = others[others < others.max()].max()
    runs = ", ".join(
        f"{run.matched} from {run.first:g} to {run.last:g}" for run in steps.itertuples()
    )
    return (
        f"Above: read as a relapse, Patient {patient} matches {best.at[patient, 1]} of {total} "
        f"numbers, Patients {close} match {others.max()}, all others at most {low}; read as "
        f"censored nobody matches more than {best[0].max()}. Below: Patient {patient} read as a "
        f"relapse matches, by the time in months, {runs}."
    )


PIN_BINS = [(1, 4, 0.28), (5, 9, 0.6), (10, np.inf, 1)]


def pinning(counts, names):
    """Heat map: how many printed numbers pin each numeric cell of Table 1.

    counts : cycles x columns, NaN where Table 1 has no number; names : their headings.
    The stronger the more; a ring marks a cell that nothing pins.
    """
    rows, columns = counts.shape
    values = counts.to_numpy(dtype=float)
    with style():
        figure = Figure(figsize=(4.5, 9.4))
        axes = figure.subplots()
        handles = []
        for low, high, alpha in PIN_BINS:
            here = np.argwhere((values >= low) & (values <= high))
            squares = [Path.unit_rectangle().transformed(_place(x, y)) for y, x in here]
            look = {"facecolor": PALETTE["line"], "alpha": alpha, "linewidth": 0}
            if squares:
                axes.add_patch(PathPatch(Path.make_compound_path(*squares), **look))
            label = f"{low}–{high}" if np.isfinite(high) else f"{low} or more"
            handles.append(Rectangle((0, 0), 1, 1, label=label, **look))
        none = np.argwhere(values == 0)
        ring = {"marker": "o", "markersize": 5, "fillstyle": "none", "linestyle": "none"}
        ring |= {"color": PALETTE["second"], "markeredgewidth": 1.3}
        handles.insert(0, *axes.plot(none[:, 1], none[:, 0], label="none", **ring))
        axes.set(xlim=(-0.5, columns - 0.5), ylim=(rows - 0.5, -0.5))
        words = [name.replace(", ", "\n") for name in names]
        axes.set_xticks(range(columns), words, size=8.5)
        axes.set_yticks(range(rows), counts.index, size=8.5)
        axes.xaxis.tick_top()
        axes.tick_params(length=0)
        axes.spines[:].set_visible(False)
        axes.set_ylabel("Cycle")
        figure.legend(
            handles=handles,
            title="Printed numbers that notice a change",
            loc="outside lower center",
            ncols=4,
            frameon=False,
        )
    return figure


def describe_pinning(counts, names):
    """The map of `pinning` in words."""
    columns = zip(names, counts.items(), strict=True)
    each = "; ".join(
        f"{name}: {(cells == 0).sum()} of {cells.notna().sum()}" for name, (_, cells) in columns
    )
    return (
        f"Heat map of {len(counts)} cycles by {counts.shape[1]} columns. Cells that no printed "
        f"number pins, by column: {each}."
    )


def _place(x, y):
    """From the unit square to the square of column x and row y, with a gap around it."""
    return Affine2D().scale(0.94, 0.9).translate(x - 0.47, y - 0.45)


_VERDICT_LOOKS = {
    "reproduced": {"color": PALETTE["band"]},
    "reproduced under repair R1": {"color": PALETTE["line"]},
    "differs": {"color": PALETTE["second"]},
    "not computable": {"facecolor": "none", "edgecolor": PALETTE["muted"], "hatch": "////"},
    "context": {"facecolor": "none", "edgecolor": PALETTE["muted"]},
}


def verdicts(counts):
    """Claims by place and verdict on the number, as stacked bars with their counts.

    counts : frame with a row per place and a column per verdict.
    """
    with style():
        figure = Figure(figsize=(4.6, 0.9 + 0.3 * len(counts)))
        axes = figure.subplots()
        left = np.zeros(len(counts))
        heights = -np.arange(len(counts))
        for verdict in counts:
            width = counts[verdict].to_numpy()
            look = {"linewidth": 0.8, **_VERDICT_LOOKS[verdict]}
            some = width > 0  # a bar of no width would show its edge
            place = {"left": left[some], "height": 0.68, "label": verdict}
            axes.barh(heights[some], width[some], **place, **look)
            left += width
        for height, total in zip(heights, left, strict=True):
            beside = {"xytext": (3, 0), "textcoords": "offset points"}
            axes.annotate(f"{total:g}", (total, height), va="center_baseline", size=8.5, **beside)
        axes.set_yticks(heights, counts.index)
        axes.tick_params(axis="y", length=0)
        axes.set_xlabel("Claims")
        legend_above(figure, axes.containers, columns=2)
    return figure


def describe_verdicts(counts):
    """The bars of `verdicts` in words."""
    places = "; ".join(
        f"{place}: " + ", ".join(f"{n} {verdict}" for verdict, n in row.items() if n)
        for place, row in counts.iterrows()
    )
    return f"Stacked bars of claims by place and verdict. {places}."
