"""Figures that explain the methods: protocol, outcomes, product limit, mean and median."""

from collections.abc import Sequence
from fractions import Fraction

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import FancyBboxPatch

from ...data import validation
from ...stats.survival import KaplanMeier
from ..style import PALETTE, Look, style
from .legends import legend_above, legend_marks
from .survival_curves import draw_steps, month_ticks

# --- the protocol -----------------------------------------------------------------


def protocol(start: str, complete: str, partial: str, unchanged: str) -> Figure:
    """The treatment protocol as a flow chart, from the first rate to the stopping rules.

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


def describe_protocol(start: str, complete: str, partial: str, unchanged: str) -> str:
    """The flow chart of `protocol` in words, from the same strings."""
    return (
        f"Flow chart. Start at {start} mg/h. Titrate in small steps up until inebriation begins. "
        "Hold the highest rate that is tolerated and relieves; if side effects are unacceptable, "
        "lower the rate or pause, then hold again. Stop when A, pain is fully gone for "
        f"{complete} hours; or B, relief is partial and no better for {partial} hours; or C, the "
        f"score is unchanged for {unchanged} hours. Exceptions: Patients 14 and 19, without "
        "relief, infused for longer than rule C."
    )


def _box(
    axes: Axes, place: tuple[float, float, float, float], words: str, dashed: bool = False
) -> None:
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


def _arrow(axes: Axes, start: tuple[float, float], end: tuple[float, float]) -> None:
    axes.annotate(
        "",
        xy=end,
        xytext=start,
        arrowprops={"arrowstyle": "-|>", "color": PALETTE["muted"], "shrinkA": 1, "shrinkB": 1},
    )


# --- how an outcome becomes a time and an event -----------------------------------


def outcome_kinds(cycles: pd.DataFrame) -> Figure:
    """One line per infusion cycle: how a printed outcome becomes a time and an event.

    cycles : some rows of ``Table1.cycles``, drawn from top to bottom.
    """
    with style():
        figure = Figure(figsize=(4.8, 3.2))
        axes = figure.subplots()
        end = cycles["relief_months"].max() + 1.5
        lines = validation.rows(cycles)
        for height, (_, cycle) in zip(range(len(lines))[::-1], lines, strict=True):
            months, event = cycle["relief_months"], cycle["event"]
            _remission(axes, height, months, event, end)
            printed = f"Patient {cycle['patient']} prints {cycle['outcome_printed']}"
            axes.text(0, height + 0.2, printed, va="bottom")
            coded = f"{months:g} months,\n{'event' if event else 'censored'}"
            axes.text(end + 0.15, height, coded, va="center", weight="bold")
        axes.set(xlim=(-0.2, end + 2), ylim=(-0.6, len(cycles) - 0.2), yticks=[])
        axes.set_xticks(range(int(end) + 1))
        axes.spines["left"].set_visible(False)
        axes.spines["bottom"].set_bounds(0, end)
        axes.set_xlabel("Months since the infusion")
        _legend_of_remission(figure, "event", "censored")
    return figure


_REMISSION_ENDS: dict[int, Look] = {
    1: {"marker": "o", "markersize": 8, "color": PALETTE["second"]},
    0: {"marker": "+", "markersize": 11, "markeredgewidth": 1.6, "color": PALETTE["ink"]},
}


def _remission(
    axes: Axes, height: float, months: float, event: int, end: float | None = None
) -> None:
    """A patient's time in remission: ● at an event; + at censoring, dotted on to ``end``."""
    axes.plot([0, months], [height, height], color=PALETTE["line"], linewidth=2.5)
    if not event and end is not None:
        dots: Look = {"linestyle": ":", "linewidth": 1.5, "color": PALETTE["muted"]}
        axes.plot([months, end], [height, height], **dots)
    look = _REMISSION_ENDS[event]
    axes.plot(months, height, linestyle="none", zorder=3, clip_on=False, **look)


def _legend_of_remission(figure: Figure, *words: str) -> None:
    """The legend of the marks of `_remission`. words : for an event, and for a censored time."""
    marks = legend_marks(zip(words, _REMISSION_ENDS.values(), strict=True))
    legend_above(figure, marks, columns=2)


# --- the curve, its mean and its median -------------------------------------------


def product_limit(
    cycles: pd.DataFrame, curve: KaplanMeier, ticks: Sequence[float] | None = None
) -> Figure:
    """The patients of a course, and under them their curve, with the factor of each step.

    cycles : a course's rows of ``Table1.cycles``; curve : its
    `correll2004.stats.survival.KaplanMeier`; ticks : as in `kaplan_meier`.
    """
    ticks = ticks or month_ticks(curve.months.max())
    ordered = cycles.sort_values(["relief_months", "event"], ascending=[False, False])
    with style():
        figure = Figure(figsize=(4.8, 5.8))
        lines, axes = figure.subplots(2, sharex=True, height_ratios=[1.1, 1])
        for height, (_, cycle) in enumerate(validation.rows(ordered)):
            _remission(lines, height, cycle["relief_months"], cycle["event"])
        lines.set_yticks(range(len(ordered)), ordered["label"])
        lines.tick_params(axis="y", length=0, pad=8)
        lines.spines["left"].set_visible(False)
        lines.set_ylabel("Cycle")
        _legend_of_remission(figure, "relapse", "last seen")
        draw_steps(axes, curve, color=PALETTE["line"], linewidth=2)
        for time, step in validation.rows(curve.table[curve.table["events"] > 0]):
            lines.axvline(time, color=PALETTE["grid"], linewidth=1, zorder=0)
            factor = f"× {step['at_risk'] - step['events']:.0f}/{step['at_risk']:.0f}"
            percent = 100 * step["survival"]
            axes.text(time - 0.5, percent - 2, factor, ha="right", va="top", weight="bold")
        axes.set(xlim=(-0.5, max(ticks) + 0.5), ylim=(0, 105), xticks=ticks)
        axes.set_xlabel("Months since the infusion")
        axes.set_ylabel("S(t), %")
        axes.grid(axis="y", linewidth=0.6)
    return figure


def mean_and_median(curve: KaplanMeier, ticks: Sequence[float] | None = None) -> Figure:
    """The area under a curve as rectangles, and the median, where the curve reaches one half.

    curve : `correll2004.stats.survival.KaplanMeier`; ticks : as in `kaplan_meier`.
    """
    ticks = ticks or month_ticks(curve.months.max())
    events = curve.table[curve.table["events"] > 0]
    edges = [0, *events.index]
    survival = [Fraction(1), *(Fraction(s).limit_denominator(1000) for s in events["survival"])]
    with style():
        figure = Figure(figsize=(4.8, 3.3))
        axes = figure.subplots()
        for left, right, probability in zip(edges, edges[1:], survival, strict=False):
            width, percent = right - left, float(100 * probability)
            look: Look = {"color": PALETTE["band"], "edgecolor": PALETTE["line"], "linewidth": 1.2}
            axes.bar(left, percent, width, align="edge", **look)
            area = Fraction(width) * probability
            words = f"{width:g} × {probability}\n= {area}"
            axes.text(left + width / 2, 25, words, ha="center", va="center", linespacing=1.4)
        draw_steps(axes, curve, color=PALETTE["line"], linewidth=2)
        median = curve.median().value
        axes.axhline(50, color=PALETTE["second"], linestyle=(0, (4, 2)), linewidth=1.4)
        axes.plot(median, 50, "o", color=PALETTE["second"], markersize=8, clip_on=False, zorder=3)
        axes.text(median - 1, 51, f"median: {median:g} months", ha="right", va="bottom")
        axes.set(xlim=(0, max(ticks)), ylim=(0, 105), xticks=ticks)
        axes.set_xlabel("Months since the infusion")
        axes.set_ylabel("S(t), %")
    return figure
