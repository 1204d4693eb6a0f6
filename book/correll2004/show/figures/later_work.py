"""The paper's relief beside what later works found, without pooling."""

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from ...data import validation
from ...stats.survival import KaplanMeier
from ..style import PALETTE, Look, style
from .legends import legend_above, legend_marks
from .survival_curves import draw_steps

RELIEF, SCORES = "relief by 30% or more, percent", ("pain score, ketamine", "pain score, placebo")
_PRINTED: Look = {"marker": "D", "markersize": 6, "color": PALETTE["ink"]}
_LATER: Look = {"marker": "s", "markersize": 6, "color": PALETTE["second"]}
_LAST = 12  # months shown


def later_work(curve: KaplanMeier, printed: dict[float, float], findings: pd.DataFrame) -> Figure:
    """First-course relief with a pooled estimate of others, and pain scores of a trial.

    curve : of the first course; printed : percent in relief that the paper prints, by months;
    findings : frame of `evidence.read_evidence`.
    """
    with style():
        figure = Figure(figsize=(4.6, 3.6))
        left, right = figure.subplots(1, 2, width_ratios=[2, 1.1])
        draw_steps(left, curve, color=PALETTE["line"], linewidth=2)
        left.plot(list(printed), list(printed.values()), linestyle="none", zorder=3, **_PRINTED)
        for row in _of(findings, RELIEF):
            _pooled(left, row)
        left.set(xlim=(-0.6, _LAST), ylim=(0, 102), xticks=[0, 3, 6, 9, 12])
        left.set_xlabel("Months since the infusion")
        left.set_ylabel("Patients with relief (%)")
        left.grid(axis="y", linewidth=0.6)
        scores = [row["value"] for measure in SCORES for row in _of(findings, measure)]
        right.bar(
            ["ketamine", "placebo"], scores, width=0.6, color=[PALETTE["second"], PALETTE["band"]]
        )
        for place, score in enumerate(scores):
            right.text(place, score + 0.15, f"{score:g}", ha="center")
        right.set(ylim=(0, 10), yticks=[0, 5, 10])
        right.set_ylabel("Pain score, week 1 of a trial")
        looks = {
            "here, as printed": _PRINTED,
            "other works, pooled (95% limits)": _LATER,
        }
        legend_above(figure, legend_marks(looks.items()), columns=2)
    return figure


def _of(findings: pd.DataFrame, measure: str) -> list[dict]:
    return [row for _, row in validation.rows(findings[findings["measure"] == measure])]


def _pooled(axes: Axes, row: dict) -> None:
    """An estimate with its limits, over the months that it is about."""
    middle = (row["months_from"] + row["months_to"]) / 2
    span: Look = {"color": PALETTE["second"], "linewidth": 1.5, "zorder": 3, "clip_on": False}
    axes.plot([middle, middle], [row["lower"], row["upper"]], **span)
    axes.plot([row["months_from"], row["months_to"]], [row["value"]] * 2, **span)
    axes.plot(middle, row["value"], zorder=3, clip_on=False, **_LATER)


def describe_later_work(
    curve: KaplanMeier, printed: dict[float, float], findings: pd.DataFrame
) -> str:
    """The figure of `later_work` in words with its numbers."""
    here = ", ".join(
        f"{percent:g}% at {months:g} months (recomputed {100 * curve.survival_at(months):.0f}%)"
        for months, percent in printed.items()
    )
    pooled = ", ".join(
        f"{row['value']:g}% ({row['lower']:g} to {row['upper']:g}%) at "
        + f"{row['months_from']:g} to {row['months_to']:g} months"
        for row in _of(findings, RELIEF)
    )
    scores = " and ".join(
        f"{row['value']:g} ({measure})" for measure in SCORES for row in _of(findings, measure)
    )
    return (
        f"Left: the first-course curve, printed {here}; other works pooled, relief by 30% or "
        f"more, {pooled}. Right: pain in week 1 of a randomized trial, {scores}."
    )
