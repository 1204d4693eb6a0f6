"""Figures of the chapters on robustness: the same palette, settings and rules as `figures`."""

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle

from .figures import legend_above, legend_marks
from .mark_counts import write_counts
from .style import PALETTE, style

WIDTH = 4.6  # inches: on a phone 390 px wide, lettering of 8.5 points is then 9 px high

# --- single patients --------------------------------------------------------------

_LEFT_OUT = {"linestyle": "none", "marker": "|", "markersize": 9, "color": PALETTE["line"]}
_EXTREME = {"linestyle": "none", "marker": "o", "markersize": 6, "color": PALETTE["second"]}
_NOBODY = {"linestyle": "none", "marker": "D", "markersize": 6.5, "color": PALETTE["ink"]}


def leave_one_out(found, titles, label, ticks):
    """Headlines without each patient in turn: a line of strokes per headline.

    found : frame of `correll2004.robustness.leave_one_out`, row 0 for nobody left out;
    titles : claim id -> name, the headlines to draw, in one unit; label : of the axis;
    ticks : values to label. Extremes carry the number of the patient left out, where
    there are at most two. Values that are inf stand past the last tick.
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
                who = values.index[values == end]
                if end == base:
                    continue
                axes.plot(end, -row, zorder=3, clip_on=False, **_EXTREME)
                if len(who) <= 2:
                    words = "without " + " or ".join(map(str, who))
                    words += ": not reached" if end == beyond else ""
                    near_edge = min(end - left, right - end) < 0.2 * (right - left)
                    _beside(axes, end, -row, words, side, near_edge)
        axes.set_yticks(-np.arange(len(titles)), titles.values())
        axes.tick_params(axis="y", length=0)
        axes.spines["left"].set_visible(False)
        axes.spines["bottom"].set_bounds(left, right)
        margin = 0.02 * (right - left)
        axes.set(xticks=ticks, xlim=(left - margin, beyond + margin))
        axes.set(ylim=(-len(titles) + 0.4, 0.6), xlabel=label)
        looks = {
            "nobody left out": _NOBODY,
            "one patient left out": _LEFT_OUT,
            "the extremes": _EXTREME,
        }
        handles = [Line2D([], [], label=words, **look) for words, look in looks.items()]
        legend_above(figure, handles, columns=len(handles))
    return figure


def _beside(axes, value, height, words, side, near_edge):
    """Words beside the end of a line, or above it where there is no room beside."""
    if near_edge:
        place, ha, va = (0, 5), "left" if side == "right" else "right", "bottom"
    else:
        place, ha, va = (-6 if side == "right" else 6, 0), side, "center"
    beside = {"xytext": place, "textcoords": "offset points", "ha": ha, "va": va, "size": 8.5}
    axes.annotate(words, (value, height), **beside)


def describe_leave_one_out(ranges, titles, unit):
    """The dots of `leave_one_out` in words, from `robustness.leave_one_out_range`."""
    words = []
    for claim, title in titles.items():
        row = ranges.loc[claim]
        ends = " to ".join(_or_not_reached(row[end]) for end in ("minimum", "maximum"))
        words.append(f"{title}: {row['value']:.1f}, from {ends}")
    return f"Dots for one patient left out at a time, in {unit}. {'; '.join(words)}."


def _or_not_reached(value):
    return f"{value:.1f}" if np.isfinite(value) else "not reached"


# --- the multiverse ---------------------------------------------------------------


def specification_curve(found, choices, label, ticks, printed):
    """A headline under every combination of choices, in order of its value.

    found : frame of `correll2004.multiverse.specifications`; choices : its choices, name
    -> `multiverse.Choice`; label : of the axis of values; ticks : values to label;
    printed : the published value, a number. Above: values with their 95% limits; the
    diamond is the paper's own path. Below: which option each combination takes.
    """
    found = found.sort_values(["value", "lower"], kind="stable").reset_index(drop=True)
    n = len(found)
    top = max(ticks)
    rows = sum(1.3 + len(choice.options) for choice in choices.values())
    with style():
        figure = Figure(figsize=(WIDTH, 2.7 + 0.165 * rows))
        upper, lower = figure.subplots(2, sharex=True, height_ratios=[2.2, 0.165 * rows])
        _values(upper, found, top)
        (own,) = found.index[found["paper"]]
        upper.axhline(printed, color=PALETTE["ink"], linewidth=0.9, linestyle=(0, (4, 3)))
        above = {"xytext": (2, 3), "textcoords": "offset points", "size": 8.5}
        upper.annotate("printed", (-0.5, printed), **above)
        diamond = {"marker": "D", "markersize": 8, "color": PALETTE["second"], "zorder": 5}
        upper.plot(own, min(found.at[own, "value"], top), linestyle="none", **diamond)
        upper.set(ylim=(min(ticks), top * 1.04), yticks=ticks, ylabel=label)
        upper.grid(axis="y", linewidth=0.6)
        upper.tick_params(axis="x", length=0, labelbottom=False)
        lower.axvline(own, color=PALETTE["second"], linewidth=1.2, zorder=0)
        rows = _options(lower, found, choices)
        lower.set_yticks(list(rows), rows.values(), size=8.5)
        for label in lower.get_yticklabels():
            if label.get_text() in {choice.title for choice in choices.values()}:
                label.set_weight("bold")
        lower.tick_params(axis="y", length=0)
        lower.set(xlim=(-1, n), ylim=(min(rows) - 0.8, 0.8), xticks=[])
        lower.set_xlabel(f"{n} combinations, lowest value first")
        for axes in (upper, lower):
            axes.spines["bottom"].set_visible(False)
        lower.spines["left"].set_visible(False)
        looks = {
            "the paper's path": {"linestyle": "none"} | diamond | {"markersize": 6},
            "other combinations": {"color": PALETTE["line"], "linewidth": 2.5},
            "95% limits": {"color": PALETTE["band"], "linewidth": 5},
        }
        handles = [Line2D([], [], label=words, **look) for words, look in looks.items()]
        legend_above(figure, handles, columns=len(handles))
    return figure


def _values(axes, found, top):
    """Limits as strokes and values as dashes, each kind one path; inf ends at the top."""
    limited = found[["lower", "upper"]].notna().all(axis=1)
    lines = found[limited]
    _strokes(
        axes,
        np.repeat(lines.index.to_numpy()[:, None], 2, axis=1),
        lines[["lower", "upper"]].clip(0, top).to_numpy(),
        color=PALETTE["band"],
        linewidth=max(0.9, 150 / len(found)),
        solid_capstyle="butt",
    )
    heights = found["value"].clip(upper=top).to_numpy()
    starts, ends = _runs(heights)
    _strokes(
        axes,
        np.column_stack([starts - 0.45, ends + 0.45]),
        np.column_stack([heights[starts]] * 2),
        color=PALETTE["line"],
        linewidth=2.5,
        solid_capstyle="butt",
    )
    if np.isinf(found["value"]).any():
        above = 1.015 * top
        axes.text(len(found) - 1, above, "not reached", ha="right", va="bottom", size=8.5)


def _options(axes, found, choices):
    """Under each choice a row per option: dashes where it is taken. Place -> label."""
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
    return rows


def _runs(values):
    """First and last position of each run of equal neighbours."""
    changes = np.flatnonzero(values[1:] != values[:-1])
    return np.concatenate([[0], changes + 1]), np.concatenate([changes, [len(values) - 1]])


def _strokes(axes, x, y, **look):
    """Separate strokes as one path, which keeps the page light. x, y : strokes x 2."""
    gap = np.full((len(x), 1), np.nan)
    axes.plot(np.hstack([x, gap]).ravel(), np.hstack([y, gap]).ravel(), **look)


def describe_specifications(found, choices, unit):
    """The curve of `specification_curve` in words."""
    own = found.loc[found["paper"], "value"].item()
    ends = " to ".join(_or_not_reached(end) for end in (found["value"].min(), found["value"].max()))
    named = ", ".join(choice.title for choice in choices.values())
    return (
        f"{len(found)} combinations of {named}, in order of the value, with 95% limits: "
        f"{ends} {unit}; the paper's path gives {_or_not_reached(own)}."
    )


# --- rate, days, duration of CRPS -------------------------------------------------

_ENDS = {
    "relapse": {"marker": "o", "markersize": 6, "color": PALETTE["second"]},
    "still in remission": {
        "marker": "+",
        "markersize": 9,
        "markeredgewidth": 1.5,
        "color": PALETTE["ink"],
    },
    "not seen again": {
        "marker": "D",
        "markersize": 5.5,
        "fillstyle": "none",
        "color": PALETTE["ink"],
    },
    "no relief": {
        "marker": "x",
        "markersize": 6.5,
        "markeredgewidth": 1.6,
        "color": PALETTE["second"],
    },
}
_OUTCOMES = {
    "relapse": "relapse",
    "in_remission": "still in remission",
    "no_follow_up": "not seen again",
    "no_relief": "no relief",
}


_AGAINST = {  # label of the axis, ticks, whether it is logarithmic
    "rate_max_mg_per_h": ("Maximum rate (mg/h)", [0, 10, 20, 30, 40, 50], False),
    "infusion_days": ("Days of infusion (logarithmic)", [0.5, 1, 2, 4, 7, 14, 20], True),
    "crps_months": ("Months of CRPS (logarithmic)", [0.25, 1, 3, 12, 36, 240], True),
}


def relief_against(first):
    """Months of relief of the first courses against rate, days and duration of CRPS.

    first : frame of `correll2004.patterns.first_courses`. A panel for each; equal marks
    at one place are one mark with their number beside it.
    """
    with style():
        figure = Figure(figsize=(WIDTH, 2.35 * len(_AGAINST)))
        panels = figure.subplots(len(_AGAINST))
        for axes, (column, (label, ticks, log)) in zip(panels, _AGAINST.items(), strict=True):
            for outcome, words in _OUTCOMES.items():
                found = first[first["outcome"] == outcome]
                look = {"linestyle": "none", "clip_on": False, "zorder": 3}
                axes.plot(found[column], found["relief_months"], **look, **_ENDS[words])
            axes.set_xscale("log" if log else "linear")
            axes.set_xticks(ticks, [f"{tick:g}" for tick in ticks], minor=False)
            axes.set_xticks([], minor=True)
            axes.set_yscale("function", functions=(np.sqrt, np.square))
            axes.set(yticks=[0, 1, 3, 6, 12, 24, 36], ylim=(0, 37), xlabel=label)
            axes.set_xlim(min(ticks), max(ticks))
            axes.grid(linewidth=0.6)
        figure.supylabel(
            "Months of relief seen (square-root scale)", size=9.5, color=PALETTE["ink"]
        )
        legend_above(figure, legend_marks(_ENDS.items()), columns=2)
        for axes, column in zip(panels, _AGAINST, strict=True):
            counts = first.groupby(["outcome", column, "relief_months"]).size()
            write_counts(axes, counts.droplevel("outcome"))
    return figure


def describe_relief_against(first):
    """The panels of `relief_against` in words: how many of each kind, and the ranges."""
    kinds = first["outcome"].map(_OUTCOMES).value_counts()
    counted = ", ".join(f"{number} {words}" for words, number in kinds.items())
    ranges = "; ".join(
        f"{label}: {first[column].min():g} to {first[column].max():g}"
        for column, (label, _, _) in _AGAINST.items()
    )
    return f"Scatter plots of {len(first)} first courses, {counted}. {ranges}."


_RELIEF = {
    "complete": {"marker": "o", "markersize": 6, "color": PALETTE["line"]},
    "partial": {
        "marker": "o",
        "markersize": 7,
        "fillstyle": "none",
        "markeredgewidth": 1.5,
        "color": PALETTE["second"],
    },
    "none": {
        "marker": "x",
        "markersize": 7,
        "markeredgewidth": 1.8,
        "color": PALETTE["second"],
    },
}


def limits_proposed(cycles, kinds, days, rates):
    """Every infusion by its days and maximum rate, and the limits that the paper proposes.

    cycles : rows of ``Table1.cycles``; kinds : their relief, as
    `correll2004.patterns.relief_kind`; days, rates : both ends of each limit. Infusions of
    equal days, rate and relief are one mark with their number beside it.
    """
    with style():
        figure = Figure(figsize=(WIDTH, 4.9))
        axes = figure.subplots()
        for limit_days, limit_rate, line in zip(days, rates, ("--", ":"), strict=True):
            axes.add_patch(
                Rectangle(
                    (0.1, -1),
                    limit_days * 1.1 - 0.1,
                    limit_rate + 1.5,
                    facecolor="none",
                    edgecolor=PALETTE["muted"],
                    linestyle=line,
                    linewidth=1.3,
                )
            )
        marks = cycles.groupby(["infusion_days", "rate_max_mg_per_h", kinds]).size()
        counts = {}
        for (day, rate, kind), number in marks.items():
            # Beside a complete relief of the same place a partial one stands to the left.
            shared = kind == "partial" and (day, rate, "complete") in marks.index
            place = day * (0.94 if shared else 1)
            axes.plot(place, rate, linestyle="none", zorder=3, clip_on=False, **_RELIEF[kind])
            counts[place, rate] = number
        ticks = [0.75, 1, 2, 3, 4, 5, 7, 10, 14, 20]
        axes.set_xscale("log")
        axes.set_xticks(ticks, [f"{tick:g}" for tick in ticks], minor=False)
        axes.set_xticks([], minor=True)
        axes.set(xlim=(0.6, 23), ylim=(0, 54), yticks=[0, 10, 20, 30, 40, 50])
        axes.set_xlabel("Days of infusion (logarithmic)")
        axes.set_ylabel("Maximum rate (mg/h)")
        looks = {f"{kind} relief": look for kind, look in _RELIEF.items()}
        looks["no relief"] = looks.pop("none relief")
        handles = legend_marks(looks.items())
        for words, line in (("narrower limits", "--"), ("wider limits", ":")):
            look = {"color": PALETTE["muted"], "linestyle": line, "linewidth": 1.3}
            handles.append(Line2D([], [], label=words, **look))
        legend_above(figure, handles, columns=3)
        write_counts(axes, pd.Series(counts))
    return figure


def describe_limits_proposed(within):
    """The figure of `limits_proposed` in words, from `correll2004.patterns.within_limits`."""
    each = "; ".join(
        f"at most {days} days and {rate} mg/h: {row['inside', 'cycles']:.0f} infusions inside, "
        f"{row['outside', 'cycles']:.0f} outside"
        for (days, rate), row in within.iterrows()
    )
    return f"Infusions by days and maximum rate, marked by their relief. {each}."


def log_likelihood(hazard_ratios, values, ticks):
    """A partial log-likelihood against the hazard ratio: it rises without a maximum.

    hazard_ratios, values : arrays; ticks : hazard ratios to label.
    """
    with style():
        figure = Figure(figsize=(WIDTH, 2.6))
        axes = figure.subplots()
        axes.plot(hazard_ratios, values, color=PALETTE["line"], linewidth=2)
        axes.axhline(0, color=PALETTE["muted"], linewidth=0.9, linestyle=(0, (4, 3)))
        axes.annotate(
            "its upper bound, reached nowhere",
            (max(ticks), 0),
            xytext=(-2, 3),
            textcoords="offset points",
            ha="right",
            size=8.5,
        )
        axes.set_xscale("log")
        axes.set_xticks(ticks, [f"{tick:g}" for tick in ticks], minor=False)
        axes.set_xticks([], minor=True)
        axes.set(xlim=(min(ticks), max(ticks)))
        axes.set_xlabel("Hazard ratio, second against first course (logarithmic)")
        axes.set_ylabel("Log-likelihood")
        axes.grid(axis="y", linewidth=0.6)
    return figure


def describe_log_likelihood(values):
    """The curve of `log_likelihood` in words, from a Series of values by hazard ratio."""
    listed = ", ".join(f"{value:.3f} at {ratio:g}" for ratio, value in values.items())
    return f"A curve that rises towards 0 as the hazard ratio falls: {listed}."
