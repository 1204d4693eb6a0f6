"""Counts beside marks that represent several patients, placed so that they cover nothing."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.transforms import Affine2D

from ..style import Look

_SIZE = 8.5  # of the lettering; this and all lengths in points
_DIGIT = np.array([5.6, 6.8])  # width and height
_MARK = 9.0  # width and height of the largest mark
_APART = 6.0
_SIDES = [(1, 0), (-1, 0), (1, 1), (-1, 1), (1, -1), (-1, -1), (0, 1), (0, -1)]


def write_counts(figure: Figure, axes: Axes, counts: pd.Series) -> None:
    """Write numbers above 1 beside their marks, within the axes, off all marks and outlines.

    axes : of the figure, with everything else drawn; counts : numbers by place ``(x, y)``.
    """
    figure.draw_without_rendering()  # lays the figure out, so that places in points are known
    points = Affine2D().scale(72 / figure.dpi)
    in_points = axes.transData + points
    low, high = points.transform(axes.bbox)
    marks = np.concatenate([in_points.transform(line.get_xydata()) for line in axes.lines])
    outlines = [
        (patch.get_transform() + points).transform_path(patch.get_path()).interpolated(200).vertices
        for patch in axes.patches
    ]
    outline = np.concatenate([np.empty((0, 2)), *outlines])
    several = counts[counts > 1]
    for place, number in zip(several.index.tolist(), several, strict=True):
        half = _DIGIT * [len(str(number)), 1] / 2
        here = np.asarray(in_points.transform(place))
        others = marks[np.abs(marks - here).max(axis=1) > 0.1]
        step = half + _MARK / 2 + 0.5
        offsets = [step * side * far for far in (1, 1.3, 1.6) for side in np.array(_SIDES)]
        free = [
            offset
            for offset in offsets
            if (here + offset - half >= low).all()
            and (here + offset + half <= high).all()
            and not _covers(here + offset, half + _MARK / 2, marks)
            and not _covers(here + offset, half + 1, outline)
        ]
        # A count that is nearer to its own mark than to others is not taken for theirs.
        apart = [min(_APART, *np.hypot(*(others - here - one).T) - np.hypot(*one)) for one in free]
        offset = free[np.argmax(apart)] if free else offsets[0]
        look: Look = {"textcoords": "offset points", "ha": "center", "va": "center_baseline"}
        text = axes.annotate(str(number), place, xytext=offset, size=_SIZE, **look)
        text.set_in_layout(False)
        marks = np.vstack([marks, here + offset])


def _covers(centre: np.ndarray, half: np.ndarray, points: np.ndarray) -> bool:
    """Whether any of the points is in a box. half : half of its width and height."""
    return bool((np.abs(points - centre) < half).all(axis=1).any())
