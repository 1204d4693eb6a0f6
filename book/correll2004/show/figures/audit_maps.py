"""Figures of the audit: repair search, pinning map, verdicts."""

from itertools import cycle

import numpy as np
from matplotlib.figure import Figure
from matplotlib.patches import PathPatch, Rectangle
from matplotlib.path import Path
from matplotlib.transforms import Affine2D

from ...paper import claims
from ...paper.records import CONTEXT, NOT_COMPUTABLE
from ..style import PALETTE, style
from .legends import legend_above

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


_LOOKS = {
    claims.REPRODUCED: {"color": PALETTE["band"]},
    claims.UNDER_REPAIR: {"color": PALETTE["line"]},
    claims.DIFFERS: {"color": PALETTE["second"]},
    NOT_COMPUTABLE: {"facecolor": "none", "edgecolor": PALETTE["muted"], "hatch": "////"},
    CONTEXT: {"facecolor": "none", "edgecolor": PALETTE["muted"]},
}
_HATCHES = ["....", "xxxx", "----"]  # of a second repair and further ones


def _verdict_looks(kinds):
    """How the bars of each verdict look: by its kind, repairs told apart by their hatch."""
    looks = {verdict: dict(_LOOKS[kind]) for verdict, kind in kinds.items()}
    repairs = [verdict for verdict, kind in kinds.items() if kind == claims.UNDER_REPAIR]
    for verdict, hatch in zip(repairs[1:], cycle(_HATCHES)):
        colour = looks[verdict].pop("color")
        looks[verdict] |= {"facecolor": "none", "edgecolor": colour, "hatch": hatch}
    return looks


def verdicts(counts, kinds):
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
            look = {"linewidth": 0.8, **looks[verdict]}
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
