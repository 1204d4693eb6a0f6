"""Figure of the next patients: one small person each, by what can be expected."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.path import Path

from ...data import validation
from ..style import PALETTE, Look, style
from .legends import legend_above, legend_marks
from .sensitivity import WIDTH

_PER_ROW = 11


def _person() -> Path:
    """The outline of a person: a head and, below it, shoulders and body."""
    head = Path.circle((0, 0.62), 0.3)
    corners = [(-0.5, -0.9), (-0.5, 0.0), (-0.5, 0.22), (-0.28, 0.22)]
    corners += [(0.28, 0.22), (0.5, 0.22), (0.5, 0.0), (0.5, -0.9), (-0.5, -0.9)]
    codes = [Path.MOVETO, Path.LINETO, Path.CURVE3, Path.CURVE3]
    codes += [Path.LINETO, Path.CURVE3, Path.CURVE3, Path.LINETO, Path.CLOSEPOLY]
    return Path.make_compound_path(head, Path(corners, codes))


_LOOKS: dict[str, Look] = {
    "to be expected": {
        "marker": _person(),
        "markersize": 16,
        "markerfacecolor": PALETTE["line"],
        "markeredgecolor": PALETTE["line"],
        "markeredgewidth": 1,
    },
    "possible": {
        "marker": _person(),
        "markersize": 16,
        "markerfacecolor": "none",
        "markeredgecolor": PALETTE["line"],
        "markeredgewidth": 1,
    },
    "not to be expected": {"marker": "o", "markersize": 3, "color": PALETTE["muted"]},
}


def next_patients(found: pd.DataFrame, n: int) -> Figure:
    """The next patients, one person each, in a panel for each outcome.

    found : by outcome, columns ``expected``, ``lower`` and ``upper``; n : patients. Filled up
    to the lower limit, hollow up to the upper, dots beyond.
    """
    rows = -(-n // _PER_ROW)
    with style():
        figure = Figure(figsize=(WIDTH, 0.7 + len(found) * (0.48 + 0.34 * rows)))
        panels = figure.subplots(len(found), squeeze=False)[:, 0]
        for axes, (outcome, row) in zip(panels, validation.rows(found), strict=True):
            _people(axes, n, int(row["lower"]), int(row["upper"]))
            words = f"{outcome}: {row['lower']:.0f} to {row['upper']:.0f} of {n}"
            axes.set_title(words, loc="left", size=9.5, color=PALETTE["ink"])
            axes.set(xlim=(-0.6, _PER_ROW - 0.4), ylim=(0.55 - rows, 0.5))
            axes.axis("off")
        marks = {words: look | {"markersize": 10} for words, look in _LOOKS.items()}
        marks["not to be expected"]["markersize"] = 3
        legend_above(figure, legend_marks(marks.items()), columns=3)
    return figure


def _people(axes: Axes, n: int, lower: int, upper: int) -> None:
    """Draw n people, row by row."""
    place = np.arange(n)
    groups = place < lower, (place >= lower) & (place < upper), place >= upper
    for members, look in zip(groups, _LOOKS.values(), strict=True):
        across, down = place[members] % _PER_ROW, place[members] // _PER_ROW
        (marks,) = axes.plot(across, -down, linestyle="none", clip_on=False, **look)
        marks.set_in_layout(False)


def describe_next_patients(found: pd.DataFrame, n: int) -> str:
    """The people of `next_patients` in words."""
    each = "; ".join(
        f"{outcome}: {row['lower']:.0f} filled, {row['upper'] - row['lower']:.0f} hollow, "
        f"{n - row['upper']:.0f} shown as dots"
        for outcome, row in validation.rows(found)
    )
    return f"Rows of {n} small figures of people. {each}."
