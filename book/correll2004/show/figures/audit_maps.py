"""Figures of the audit: the search for repairs, the pinning map, the verdicts."""

from collections.abc import Iterable, Mapping
from itertools import cycle

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import PathPatch, Rectangle
from matplotlib.path import Path
from matplotlib.transforms import Affine2D

from ...audit import error_rates
from ...data import validation
from ...paper import claims
from ...paper.records import CONTEXT, NOT_COMPUTABLE
from ..style import PALETTE, Look, style
from .legends import legend_above

_OUTCOME_LOOKS: dict[int, Look] = {  # by event
    1: {"marker": "o", "markersize": 5.5, "color": PALETTE["second"], "label": "relapse"},
    0: {
        "marker": "+",
        "markersize": 8,
        "markeredgewidth": 1.3,
        "color": PALETTE["ink"],
        "label": "censored",
    },
}


def repair_search(
    best: pd.DataFrame, profile: pd.DataFrame, patient: int, total: int, until: float
) -> Figure:
    """How many printed numbers changes of one outcome reproduce: all patients, and one of them.

    best : indexed by patient, columns 1 and 0: the most numbers reproduced by reading the
    patient as a relapse, or as censored; profile : the same for one ``patient``, indexed by
    time in months; total : how many printed numbers there are; until : last month of the
    lower picture.
    """
    with style():
        figure = Figure(figsize=(4.7, 5.2))
        patients, months = figure.subplots(2, height_ratios=[1, 1])
        for event, look in _OUTCOME_LOOKS.items():
            patients.plot(best.index, best[event], linestyle="none", clip_on=False, **look)
        patients.set_xlim(best.index.min() - 0.7, best.index.max() + 0.7)
        patients.set_xticks(best.index[::4])
        patients.set_xlabel("Patient whose outcome is changed")
        patients.legend(
            frameon=False, ncols=2, loc="lower right", bbox_to_anchor=(1, 0.97), borderpad=0
        )
        _profile(months, profile.loc[:until].replace(-1, np.nan), total)
        months.set(xlim=(0, until), xlabel=f"Patient {patient}: months of relief")
        for axes in (patients, months):
            axes.set(ylim=(0, total + 0.5), yticks=range(0, total + 1, 3))
            axes.set_ylabel(f"Numbers matched, of {total}")
            axes.grid(axis="y", linewidth=0.6)
    return figure


def _profile(axes: Axes, near: pd.DataFrame, total: int) -> None:
    """The lower picture of `repair_search`: a line for relapses and one for censored times."""
    relapse, censored = near[1], near[0]
    axes.plot(relapse, color=PALETTE["second"], linewidth=2, drawstyle="steps-mid")
    dashed: Look = {"linewidth": 1.4, "linestyle": (0, (4, 2)), "drawstyle": "steps-mid"}
    axes.plot(censored, color=PALETTE["ink"], **dashed)
    peak = [float(time) for time in near.index[relapse == total]]
    if peak:
        words = f"relapse at {peak[0]:g} to {peak[-1]:g} months"
        axes.text(peak[-1] + 0.06, total, words, va="center", weight="bold")
    end = near.index.max()
    axes.text(end, relapse.iloc[-1] + 0.4, "relapse", ha="right", va="bottom")
    axes.text(end, censored.iloc[-1] + 0.4, "censored", ha="right", va="bottom")


def describe_repair_search(
    best: pd.DataFrame, steps: pd.DataFrame, patient: int, total: int
) -> str:
    """The two pictures of `repair_search` in words; steps : frame of `Search.steps`."""
    others = best[1].drop(patient)
    close = ", ".join(str(other) for other in others.index[others == others.max()])
    low = others[others < others.max()].max()
    runs = ", ".join(
        f"{run['matched']} from {run['first']:g} to {run['last']:g}"
        for _, run in validation.rows(steps)
    )
    return (
        f"Above: read as a relapse, Patient {patient} matches {best.at[patient, 1]} of {total} "
        f"numbers, Patients {close} match {others.max()}, all others at most {low}; read as "
        f"censored nobody matches more than {best[0].max()}. Below: Patient {patient} read as a "
        f"relapse matches, by the time in months, {runs}."
    )


PIN_BINS = [(1, 4, 0.28), (5, 9, 0.6), (10, np.inf, 1)]


def pinning(counts: pd.DataFrame, names: Iterable[str]) -> Figure:
    """Heat map: how many printed numbers pin each numeric cell of Table 1.

    counts : cycles x columns, NaN if the cell has no number; names : headings of the columns.
    The more numbers, the darker the cell. A ring marks a cell that no number pins.
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
            look: Look = {"facecolor": PALETTE["line"], "alpha": alpha, "linewidth": 0}
            if squares:
                axes.add_patch(PathPatch(Path.make_compound_path(*squares), **look))
            label = f"{low}–{high}" if np.isfinite(high) else f"{low} or more"
            handles.append(Rectangle((0, 0), 1, 1, label=label, **look))
        none = np.argwhere(values == 0)
        ring: Look = {"marker": "o", "markersize": 5, "fillstyle": "none", "linestyle": "none"}
        ring |= {"color": PALETTE["second"], "markeredgewidth": 1.3}
        rings = axes.plot(none[:, 1], none[:, 0], label="none", **ring)
        axes.set(xlim=(-0.5, columns - 0.5), ylim=(rows - 0.5, -0.5))
        words = [name.replace(", ", "\n") for name in names]
        axes.set_xticks(range(columns), words, size=8.5)
        axes.set_yticks(range(rows), counts.index, size=8.5)
        axes.xaxis.tick_top()
        axes.tick_params(length=0)
        axes.spines[:].set_visible(False)
        axes.set_ylabel("Cycle")
        figure.legend(
            handles=[*rings, *handles],
            title="Printed numbers that notice a change",
            loc="outside lower center",
            ncols=4,
            frameon=False,
        )
    return figure


def describe_pinning(counts: pd.DataFrame, names: Iterable[str]) -> str:
    """The map of `pinning` in words."""
    columns = zip(names, counts.items(), strict=True)
    each = "; ".join(
        f"{name}: {(cells == 0).sum()} of {cells.notna().sum()}" for name, (_, cells) in columns
    )
    return (
        f"Heat map of {len(counts)} cycles by {counts.shape[1]} columns. Cells that no printed "
        f"number pins, by column: {each}."
    )


def _place(x: float, y: float) -> Affine2D:
    """The transform from the unit square to the cell of column x and row y, with a gap."""
    return Affine2D().scale(0.94, 0.9).translate(x - 0.47, y - 0.45)


_VERDICT_LOOKS: dict[str, Look] = {
    claims.REPRODUCED: {"color": PALETTE["band"]},
    claims.UNDER_REPAIR: {"color": PALETTE["line"]},
    claims.DIFFERS: {"color": PALETTE["second"]},
    NOT_COMPUTABLE: {"facecolor": "none", "edgecolor": PALETTE["muted"], "hatch": "////"},
    CONTEXT: {"facecolor": "none", "edgecolor": PALETTE["muted"]},
}
_HATCHES = ["....", "xxxx", "----"]  # for the second repair and later ones


def _verdict_looks(kinds: Mapping[str, str]) -> dict[str, Look]:
    """The look of the bars of each verdict, by its kind and the repair that it needs."""
    looks = {verdict: dict(_VERDICT_LOOKS[kind]) for verdict, kind in kinds.items()}
    repairs = [verdict for verdict, kind in kinds.items() if kind == claims.UNDER_REPAIR]
    for verdict, hatch in zip(repairs[1:], cycle(_HATCHES)):
        colour = looks[verdict].pop("color")
        looks[verdict] |= {"facecolor": "none", "edgecolor": colour, "hatch": hatch}
    return looks


def verdicts(counts: pd.DataFrame, kinds: Mapping[str, str]) -> Figure:
    """Claims by place and verdict on the number, as stacked bars with their counts.

    counts : frame with a row per place and a column per verdict; kinds : the kind of each
    verdict, as `claims.kinds_of`.
    """
    looks = _verdict_looks(kinds)
    with style():
        figure = Figure(figsize=(4.6, 0.9 + 0.3 * len(counts)))
        axes = figure.subplots()
        left = np.zeros(len(counts))
        heights = -np.arange(len(counts))
        for verdict in counts:
            width = counts[verdict].to_numpy()
            look = {"linewidth": 0.8, **looks[str(verdict)]}
            some = width > 0  # a bar of no width would still show its edge
            place: Look = {"left": left[some], "height": 0.68, "label": verdict}
            axes.barh(heights[some], width[some], **place, **look)
            left += width
        for height, total in zip(heights, left, strict=True):
            beside: Look = {"xytext": (3, 0), "textcoords": "offset points"}
            axes.annotate(f"{total:g}", (total, height), va="center_baseline", size=8.5, **beside)
        axes.set_yticks(heights, counts.index)
        axes.tick_params(axis="y", length=0)
        axes.set_xlabel("Claims")
        legend_above(figure, axes.containers, columns=2)
    return figure


def describe_verdicts(counts: pd.DataFrame) -> str:
    """The bars of `verdicts` in words."""
    places = "; ".join(
        f"{place}: " + ", ".join(f"{n} {verdict}" for verdict, n in row.items() if n)
        for place, row in counts.iterrows()
    )
    return f"Stacked bars of claims by place and verdict. {places}."


_FINDING_LOOKS: dict[str, Look] = {
    error_rates.ALONE: {"color": PALETTE["line"]},
    error_rates.AMONG: {"color": PALETTE["band"]},
    error_rates.WRONG: {"color": PALETTE["second"]},
    error_rates.UNEXPLAINED: {"facecolor": "none", "edgecolor": PALETTE["muted"], "hatch": "////"},
    error_rates.UNNOTICED: {"facecolor": "none", "edgecolor": PALETTE["muted"]},
}


def planted_slips(rates: pd.DataFrame) -> Figure:
    """What the search finds of planted slips, as bars of their shares.

    rates : frame of `error_rates.error_rates`.
    """
    findings = [name for name in error_rates.FINDINGS if rates[name].any()]
    with style():
        figure = Figure(figsize=(4.7, 1.1 + 0.37 * len(rates)))
        axes = figure.subplots()
        left = np.zeros(len(rates))
        heights = -np.arange(len(rates))
        for name in findings:
            width = 100 * (rates[name] / rates["slips"]).to_numpy()
            some = width > 0
            place: Look = {"left": left[some], "height": 0.68, "label": name, "linewidth": 0.8}
            axes.barh(heights[some], width[some], **place, **_FINDING_LOOKS[name])
            left += width
        axes.set_yticks(
            heights, [f"{kind}:\n{compared}" for kind, compared in rates.index], size=8.5
        )
        axes.tick_params(axis="y", length=0)
        axes.set(xlim=(0, 100), xlabel="Share of the planted slips, %")
        legend_above(figure, axes.containers, columns=2)
    return figure


def describe_planted_slips(rates: pd.DataFrame) -> str:
    """The bars of `planted_slips` in words."""
    rows = "; ".join(
        f"{' ('.join(name)}), {row['slips']:g} slips: "
        + ", ".join(
            f"{row[finding]:g} {finding}" for finding in error_rates.FINDINGS if row[finding]
        )
        for name, row in validation.rows(rates)
    )
    return f"Stacked bars of planted slips by what the search finds. {rows}."
