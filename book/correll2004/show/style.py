"""How figures look: their colours, type and lines.

Colours come from `PALETTE` alone: the page replaces them by its own, light or dark.
Settings are passed explicitly, so that a figure is the same SVG wherever it is drawn.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, TypeAlias

Look: TypeAlias = dict[str, Any]  # keyword arguments of matplotlib: colours, markers, widths

# Told apart with every kind of colour blindness. The same as `--figure-*` in book.css.
PALETTE = {
    "ink": "#1f2a33",
    "muted": "#64707b",
    "line": "#0b6b8a",
    "second": "#b4551d",
    "band": "#cfe3ea",
    "grid": "#dfe4e8",
}

_SETTINGS: dict[Any, Any] = {
    "svg.hashsalt": "correll2004",
    "svg.fonttype": "none",
    "font.family": "DejaVu Sans",
    "font.size": 9.5,
    "text.color": PALETTE["ink"],
    "axes.labelcolor": PALETTE["ink"],
    "axes.edgecolor": PALETTE["muted"],
    "axes.linewidth": 0.8,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "xtick.color": PALETTE["muted"],
    "ytick.color": PALETTE["muted"],
    "xtick.labelcolor": PALETTE["ink"],
    "ytick.labelcolor": PALETTE["ink"],
    "grid.color": PALETTE["grid"],
    "figure.facecolor": "none",
    "axes.facecolor": "none",
    "savefig.facecolor": "none",
    "figure.constrained_layout.use": True,
}


@contextmanager
def style() -> Iterator[None]:
    """The book's drawing settings, on top of seaborn's ticks style."""
    # Imported here because they are slow to load, and many pages have no figure.
    import matplotlib as mpl
    import seaborn as sns

    with sns.axes_style("ticks"), mpl.rc_context(_SETTINGS):
        yield
