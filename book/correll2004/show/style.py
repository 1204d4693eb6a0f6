"""How figures look: their colours, type and lines.

Colours come from `PALETTE` alone: the page replaces them by its own, light or dark.
Settings are passed explicitly, so that a figure is the same SVG wherever it is drawn.
"""

from contextlib import contextmanager

# Distinct for every kind of colour blindness, and as light and dark.
PALETTE = {
    "ink": "#1f2a33",
    "muted": "#64707b",
    "line": "#0b6b8a",
    "second": "#b4551d",
    "band": "#cfe3ea",
    "grid": "#dfe4e8",
}

_SETTINGS = {
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
def style():
    """The book's drawing settings, on top of seaborn's ticks style."""
    # Here, since they are slow to load: pages without a figure do without.
    import matplotlib as mpl
    import seaborn as sns

    with sns.axes_style("ticks"), mpl.rc_context(_SETTINGS):
        yield
