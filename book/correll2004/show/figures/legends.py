"""Legends above a figure."""

from collections.abc import Iterable, Sequence
from typing import Any

from matplotlib.figure import Figure
from matplotlib.lines import Line2D


def legend_marks(named: Iterable[tuple[str, dict]]) -> list[Line2D]:
    """Handles of a legend from pairs of a word and the look of its mark."""
    return [Line2D([], [], linestyle="none", label=word, **look) for word, look in named]


def legend_above(
    figure: Figure, handles: Sequence[Any], columns: int, loc: str = "outside upper left"
) -> None:
    """A legend above the axes, read row by row."""
    by_column = [handle for column in range(columns) for handle in handles[column::columns]]
    figure.legend(
        handles=by_column,
        ncols=columns,
        loc=loc,
        frameon=False,
        borderaxespad=0,
        handlelength=1.4,
        columnspacing=1.4,
    )
