"""Figures of what the patients lost from sight could make of the curves."""

from collections.abc import Mapping

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from ..style import PALETTE, Look, style
from .legends import legend_above

_SIZE = (4.6, 3.5)  # inches: on a phone 390 px wide, lettering of 8.5 points is then 9 px high
_TICKS = [0, 25, 50, 75, 100]
_HALF = 50

_BELOW: Look = {"marker": "o", "markersize": 5, "color": PALETTE["line"]}
_REACHED: Look = {"marker": "D", "markersize": 5, "color": PALETTE["second"]}
_ESTIMATE: Look = {"marker": "x", "markersize": 8, "markeredgewidth": 2, "color": PALETTE["ink"]}
_LINE: Look = {"color": PALETTE["ink"], "linewidth": 0.9, "linestyle": (0, (4, 3))}
_LIMITS: Look = {"color": PALETTE["band"], "linewidth": 5}


def tipping_point(
    found: Mapping[float, pd.DataFrame], counted: Mapping[float, tuple[float, float]]
) -> Figure:
    """The share in remission by how many of the unknown stayed well, a panel for each time.

    found : months -> frame of `unknown_outcomes.by_number_well`; counted : months -> how many
    of the unknown the estimate counts as well, and the estimate in percent.
    """
    with style():
        figure = Figure(figsize=_SIZE)
        for axes, (months, shares) in zip(_panels(figure, len(found)), found.items(), strict=True):
            axes.vlines(shares.index, shares["lower"], shares["upper"], **_LIMITS)
            reached = shares["share"] >= _HALF
            for rows, look in ((~reached, _BELOW), (reached, _REACHED)):
                axes.plot(shares.index[rows], shares["share"][rows], linestyle="none", **look)
            axes.plot(*counted[months], linestyle="none", zorder=5, **_ESTIMATE)
            axes.set_title(f"beyond {months:g} months", size=9.5)
            axes.set(xticks=shares.index[::2], xlim=(-0.7, shares.index.max() + 0.7))
        figure.supxlabel("How many of the patients not known stayed well", size=9.5)
        looks = {
            "fewer than half in remission": _BELOW | {"linestyle": "none"},
            "half or more": _REACHED | {"linestyle": "none"},
            "Kaplan-Meier": _ESTIMATE | {"linestyle": "none"},
            "95% limits": _LIMITS,
            "half of the patients": _LINE,
        }
        _legend(figure, looks)
    return figure


def describe_tipping_point(found: Mapping[float, pd.DataFrame]) -> str:
    """The panels of `tipping_point` in words."""
    words = []
    for months, shares in found.items():
        reached = shares.index[shares["share"] >= _HALF]
        tip = f"half is reached from {reached[0]} on" if len(reached) else "half is never reached"
        ends = f"from {shares['share'].iloc[0]:.0f} to {shares['share'].iloc[-1]:.0f}%"
        words.append(
            f"Beyond {months:g} months, if 0 to {shares.index[-1]} of those not known stayed "
            f"well: {ends} in remission; {tip}."
        )
    return " ".join(words)


# --- relapse and loss that depend on one another ----------------------------------

_CURVE: Look = {"color": PALETTE["line"], "linewidth": 1.8}
_BOUND: Look = {"marker": "s", "markersize": 6, "color": PALETTE["second"]}


def dependence(found: Mapping[float, pd.DataFrame], graded: float) -> Figure:
    """The share in remission by Kendall's tau of relapse and loss, a panel for each time.

    found : months -> frame of `unknown_outcomes.under_dependence`, from -1 to 1; graded : the
    limits are drawn up to this tau on both sides, and at the ends.
    """
    with style():
        figure = Figure(figsize=_SIZE)
        for axes, (months, shares) in zip(_panels(figure, len(found)), found.items(), strict=True):
            inside, ends = shares[np.abs(shares.index) < 1], shares[np.abs(shares.index) == 1]
            middle = inside[np.abs(inside.index) <= graded + 1e-9]
            band: Look = {"color": PALETTE["band"], "linewidth": 0}
            axes.fill_between(middle.index, middle["lower"], middle["upper"], **band)
            axes.vlines(ends.index, ends["lower"], ends["upper"], **_LIMITS)
            axes.plot(inside.index, inside["share"], linestyle=(0, (2, 2)), **_CURVE)
            axes.plot(middle.index, middle["share"], **_CURVE)
            axes.plot(ends.index, ends["share"], linestyle="none", **_BOUND)
            axes.plot(0, shares["share"][0], linestyle="none", zorder=5, **_ESTIMATE)
            axes.set_title(f"beyond {months:g} months", size=9.5)
            axes.set(xticks=[-1, -graded, 0, graded, 1], xlim=(-1.12, 1.12))
            axes.set_xticklabels(["−1", f"−{graded:g}", "0", f"{graded:g}", "1"])
        figure.supxlabel("The lost stayed well  ←  Kendall's tau  →  the lost relapsed", size=9.5)
        looks = {
            "estimate": _CURVE,
            "Kaplan-Meier": _ESTIMATE | {"linestyle": "none"},
            "the two extremes": _BOUND | {"linestyle": "none"},
            "95% limits": _LIMITS,
            "half of the patients": _LINE,
        }
        _legend(figure, looks)
    return figure


def describe_dependence(found: Mapping[float, pd.DataFrame], graded: float) -> str:
    """The panels of `dependence` in words."""
    words = []
    for months, shares in found.items():
        places = [-1, -graded, 0, graded, 1]
        values = ", ".join(f"{shares['share'][tau]:.0f}" for tau in places)
        words.append(f"Beyond {months:g} months {values}%")
    taus = f"−1, −{graded:g}, 0, {graded:g} and 1"
    return f"In remission for Kendall's tau {taus}. {'; '.join(words)}."


# --- both -------------------------------------------------------------------------


def _panels(figure: Figure, count: int) -> np.ndarray:
    """Axes side by side, with percent on a shared axis."""
    panels = figure.subplots(1, count, sharey=True, squeeze=False)[0]
    panels[0].set(ylabel="In remission (%)", ylim=(0, 100), yticks=_TICKS)
    for axes in panels:
        axes.axhline(_HALF, zorder=1, **_LINE)
    return panels


def _legend(figure: Figure, looks: Mapping[str, Look]) -> None:
    handles = [Line2D([], [], label=words, **look) for words, look in looks.items()]
    legend_above(figure, handles, columns=2)
