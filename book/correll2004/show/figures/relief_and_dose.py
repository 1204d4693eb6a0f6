"""Figures of relief against rate, days and duration of CRPS."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle

from ..style import PALETTE, style
from .legends import legend_above, legend_marks
from .mark_counts import write_counts
from .sensitivity import WIDTH

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


def relief_against(first: pd.DataFrame) -> Figure:
    """Months of relief of the first courses against rate, days and duration of CRPS.

    first : frame of `correll2004.robustness.dose.first_courses`. A panel for each; equal marks
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


def describe_relief_against(first: pd.DataFrame) -> str:
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


def limits_proposed(
    cycles: pd.DataFrame, kinds: pd.Series, days: Sequence[float], rates: Sequence[float]
) -> Figure:
    """Every infusion by its days and maximum rate, and the limits that the paper proposes.

    cycles : rows of ``Table1.cycles``; kinds : their relief, as
    `correll2004.robustness.dose.relief_kind`; days, rates : both ends of each limit. Infusions of
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


def describe_limits_proposed(within: pd.DataFrame) -> str:
    """The figure of `limits_proposed` in words; within : frame of `dose.within_limits`."""
    each = "; ".join(
        f"at most {days} days and {rate} mg/h: {row['inside', 'cycles']:.0f} infusions inside, "
        f"{row['outside', 'cycles']:.0f} outside"
        for (days, rate), row in within.iterrows()
    )
    return f"Infusions by days and maximum rate, marked by their relief. {each}."


def log_likelihood(
    hazard_ratios: Sequence[float], values: Sequence[float], ticks: Sequence[float]
) -> Figure:
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


def describe_log_likelihood(values: pd.Series) -> str:
    """The curve of `log_likelihood` in words, from a Series of values by hazard ratio."""
    listed = ", ".join(f"{value:.3f} at {ratio:g}" for ratio, value in values.items())
    return f"A curve that rises towards 0 as the hazard ratio falls: {listed}."
