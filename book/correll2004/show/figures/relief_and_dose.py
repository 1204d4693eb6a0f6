"""Figures of relief against rate, days and duration of CRPS."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle

from ..style import PALETTE, Look, style
from .legends import OUTCOMES, legend_above, legend_marks
from .mark_counts import write_counts
from .sensitivity import WIDTH

# --- rate, days, duration of CRPS -------------------------------------------------


_ENDS: dict[str, Look] = {  # by code of the outcome
    "relapse": {"marker": "o", "markersize": 6, "color": PALETTE["second"]},
    "in_remission": {
        "marker": "+",
        "markersize": 9,
        "markeredgewidth": 1.5,
        "color": PALETTE["ink"],
    },
    "no_follow_up": {
        "marker": "D",
        "markersize": 5.5,
        "fillstyle": "none",
        "color": PALETTE["ink"],
    },
    "no_relief": {
        "marker": "x",
        "markersize": 6.5,
        "markeredgewidth": 1.6,
        "color": PALETTE["second"],
    },
}
_AGAINST: dict[str, tuple[str, list[float], bool]] = {  # label, ticks, whether logarithmic
    "rate_max_mg_per_h": ("Maximum rate (mg/h)", [0, 10, 20, 30, 40, 50], False),
    "infusion_days": ("Days of infusion (logarithmic)", [0.5, 1, 2, 4, 7, 14, 20], True),
    "crps_months": ("Months of CRPS (logarithmic)", [0.25, 1, 3, 12, 36, 240], True),
}


def relief_against(first: pd.DataFrame) -> Figure:
    """Months of relief of the first courses against rate, days and duration of CRPS.

    first : frame of `correll2004.robustness.dose.first_courses`. There is a panel for each.
    Equal marks in the same place are drawn once, with their number.
    """
    with style():
        figure = Figure(figsize=(WIDTH, 2.35 * len(_AGAINST)))
        panels = figure.subplots(len(_AGAINST))
        for axes, (column, (label, ticks, log)) in zip(panels, _AGAINST.items(), strict=True):
            for outcome, look in _ENDS.items():
                found = first[first["outcome"] == outcome]
                look = {"linestyle": "none", "clip_on": False, "zorder": 3} | look
                axes.plot(found[column], found["relief_months"], **look)
            axes.set_xscale("log" if log else "linear")
            _label(axes, ticks)
            axes.set_yscale("function", functions=(np.sqrt, np.square))
            axes.set(yticks=[0, 1, 3, 6, 12, 24, 36], ylim=(0, 37), xlabel=label)
            axes.set_xlim(min(ticks), max(ticks))
            axes.grid(linewidth=0.6)
        figure.supylabel(
            "Months of relief seen (square-root scale)", size=9.5, color=PALETTE["ink"]
        )
        marks = legend_marks((OUTCOMES[outcome], look) for outcome, look in _ENDS.items())
        legend_above(figure, marks, columns=2)
        for axes, column in zip(panels, _AGAINST, strict=True):
            counts = first.groupby(["outcome", column, "relief_months"]).size()
            write_counts(figure, axes, counts.droplevel("outcome"))
    return figure


def _label(axes: Axes, ticks: Sequence[float]) -> None:
    """Label these values of the horizontal axis, and no others."""
    axes.set_xticks(ticks, [f"{tick:g}" for tick in ticks], minor=False)
    axes.set_xticks([], minor=True)


def describe_relief_against(first: pd.DataFrame) -> str:
    """The panels of `relief_against` in words: how many of each kind, and the ranges."""
    kinds = first["outcome"].map(OUTCOMES).value_counts()
    counted = ", ".join(f"{number} {words}" for words, number in kinds.items())
    ranges = "; ".join(
        f"{label}: {first[column].min():g} to {first[column].max():g}"
        for column, (label, _, _) in _AGAINST.items()
    )
    return f"Scatter plots of {len(first)} first courses, {counted}. {ranges}."


# --- the limits that the paper proposes ---------------------------------------------


_RELIEF: dict[str, Look] = {
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


def limits_proposed(
    cycles: pd.DataFrame, kinds: pd.Series, days: Sequence[float], rates: Sequence[float]
) -> Figure:
    """Every infusion by its days and maximum rate, and the limits that the paper proposes.

    cycles : rows of ``Table1.cycles``; kinds : their relief, as
    `correll2004.robustness.dose.relief_kind`; days, rates : both ends of each limit. Infusions with
    the same days, rate and relief are drawn once, with their number.
    """
    with style():
        figure = Figure(figsize=(WIDTH, 4.9))
        axes = figure.subplots()
        for limit_days, limit_rate, line in zip(days, rates, _LIMIT_LINES, strict=True):
            look: Look = {"facecolor": "none", "edgecolor": PALETTE["muted"], "linewidth": 1.3}
            size = limit_days * 1.1 - 0.1, limit_rate + 1.5  # just beyond the marks at the limits
            axes.add_patch(Rectangle((0.1, -1), *size, linestyle=line, **look))
        counts = _relief_marks(axes, cycles, kinds)
        axes.set_xscale("log")
        _label(axes, [0.75, 1, 2, 3, 4, 5, 7, 10, 14, 20])
        axes.set(xlim=(0.6, 23), ylim=(0, 54), yticks=[0, 10, 20, 30, 40, 50])
        axes.set_xlabel("Days of infusion (logarithmic)")
        axes.set_ylabel("Maximum rate (mg/h)")
        looks = {f"{kind} relief": look for kind, look in _RELIEF.items()}
        looks["no relief"] = looks.pop("none relief")
        handles = legend_marks(looks.items())
        for line, words in _LIMIT_LINES.items():
            look = {"color": PALETTE["muted"], "linestyle": line, "linewidth": 1.3}
            handles.append(Line2D([], [], label=words, **look))
        legend_above(figure, handles, columns=3)
        write_counts(figure, axes, counts)
    return figure


_LIMIT_LINES = {"--": "narrower limits", ":": "wider limits"}


def _relief_marks(axes: Axes, cycles: pd.DataFrame, kinds: pd.Series) -> pd.Series:
    """Draw the marks of `limits_proposed`. Returns their numbers by place ``(x, y)``."""
    marks = cycles.groupby(["infusion_days", "rate_max_mg_per_h", kinds]).size()
    counts = {}
    for (day, rate, kind), number in zip(marks.index.tolist(), marks, strict=True):
        # Where complete relief has the same place, partial relief is drawn to the left of it.
        shared = kind == "partial" and (day, rate, "complete") in marks.index
        place = day * (0.94 if shared else 1)
        axes.plot(place, rate, linestyle="none", zorder=3, clip_on=False, **_RELIEF[kind])
        counts[place, rate] = number
    return pd.Series(counts)


def describe_limits_proposed(within: pd.DataFrame) -> str:
    """The figure of `limits_proposed` in words; within : frame of `dose.within_limits`."""
    each = "; ".join(
        f"at most {days} days and {rate} mg/h: {inside:.0f} infusions inside, {outside:.0f} outside"
        for (days, rate), inside, outside in zip(
            within.index.tolist(),
            within["inside", "cycles"],
            within["outside", "cycles"],
            strict=True,
        )
    )
    return f"Infusions by days and maximum rate, marked by their relief. {each}."


# --- the two courses compared -------------------------------------------------------


def log_likelihood(
    hazard_ratios: Sequence[float], values: Sequence[float], ticks: Sequence[float]
) -> Figure:
    """A partial log-likelihood by hazard ratio, which rises to a bound and has no maximum.

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
        _label(axes, ticks)
        axes.set(xlim=(min(ticks), max(ticks)))
        axes.set_xlabel("Hazard ratio, second against first course (logarithmic)")
        axes.set_ylabel("Log-likelihood")
        axes.grid(axis="y", linewidth=0.6)
    return figure


def describe_log_likelihood(values: pd.Series) -> str:
    """The curve of `log_likelihood` in words, from a Series of values by hazard ratio."""
    listed = ", ".join(f"{value:.3f} at {ratio:g}" for ratio, value in values.items())
    return f"A curve that rises towards 0 as the hazard ratio falls: {listed}."
