"""Legends above the axes of a figure, and the names of outcomes in them."""

from collections.abc import Iterable, Sequence
from typing import Any

from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from ..style import Look

# Names of the outcomes of cycles, by their codes.
OUTCOMES = {
    "relapse": "relapse",
    "in_remission": "still in remission",
    "no_follow_up": "not seen again",
    "no_relief": "no relief",
    "broken_off": "broken off, not in Table 1",
}


def legend_marks(named: Iterable[tuple[str, Look]]) -> list[Line2D]:
    """Handles of a legend from pairs of a word and the look of its mark."""
    return [Line2D([], [], linestyle="none", label=word, **look) for word, look in named]


def legend_above(
    figure: Figure, handles: Sequence[Any], columns: int, loc: str = "outside upper left"
) -> None:
    """A legend above the axes, read row by row."""
    # Matplotlib fills a legend column by column.
    by_column = [handle for column in range(columns) for handle in handles[column::columns]]
    look: Look = {"loc": loc, "frameon": False}
    look |= {"borderaxespad": 0, "handlelength": 1.4, "columnspacing": 1.4}
    figure.legend(handles=by_column, ncols=columns, **look)
