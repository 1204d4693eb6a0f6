"""The percentage of pain relief, and the pain scores that a printed percentage allows.

Scores are verbal numeric ratings from 0, no pain, to 10, the worst pain imaginable.
"""

from fractions import Fraction
from math import floor
from typing import TypeVar

WORST = 10

Score = TypeVar("Score", float, Fraction)


def percent_relief(before: Score, after: Score) -> Score:
    """Relief in percent of the pain before the infusion, as the paper defines it.

    Parameters
    ----------
    before, after : float or Fraction
        Pain scores from 0 to 10, before and after the infusion; `before` above 0.

    Returns
    -------
    float or Fraction
        100 * (before - after) / before, negative where pain grew.

    Raises
    ------
    ValueError
        If a score is outside 0 to 10, or there was no pain before, and so nothing to
        relieve.

    Examples
    --------
    >>> percent_relief(8, 2)
    75.0
    """
    if not (0 <= before <= WORST and 0 <= after <= WORST):
        raise ValueError(f"pain scores lie between 0 and {WORST}, not {before} and {after}")
    if before == 0:
        raise ValueError("relief is not defined without pain before the infusion")
    return 100 * (before - after) / before


def scores_behind(
    percent: int, step: float | Fraction = 1, rounded_to: int = 1
) -> list[tuple[Fraction, Fraction]]:
    """Find the pairs of pain scores whose relief is printed as a given whole percentage.

    Parameters
    ----------
    percent : int
        Relief as printed.
    step : float or Fraction
        Distance of two scores on the scale, such as 1 or 0.5.
    rounded_to : int
        1 if percentages were rounded to whole ones, half up; 5 if to multiples of five.

    Returns
    -------
    list of (before, after)
        The pairs as fractions, by rising score before.

    Raises
    ------
    ValueError
        If the steps do not divide the scale, or `rounded_to` is not above 0.

    Examples
    --------
    >>> [(int(before), int(after)) for before, after in scores_behind(40)]
    [(5, 3), (10, 6)]
    """
    width = Fraction(str(step))
    if width <= 0 or (WORST / width).denominator != 1:
        raise ValueError(f"the scale from 0 to {WORST} has no steps of {width}")
    if rounded_to <= 0:
        raise ValueError(f"a percentage is rounded to multiples above 0, not of {rounded_to}")
    scale = [number * width for number in range(int(WORST / width) + 1)]
    return [
        (before, after)
        for before in scale[1:]
        for after in scale
        if _rounded(percent_relief(before, after), rounded_to) == percent
    ]


def _rounded(value: Fraction, unit: int) -> int:
    """An exact value rounded to a multiple of a unit, halves up."""
    return unit * floor(value / unit + Fraction(1, 2))


def in_words(pairs: list[tuple[Fraction, Fraction]]) -> str:
    """Pairs of scores as a reader writes them: ``8 → 2, 4 → 1``, patterns in words.

    Parameters
    ----------
    pairs : list of (before, after)
        As `scores_behind` returns them.

    Returns
    -------
    str
        ``none``, ``any → 0`` or ``no change`` where that says it all. No-break spaces keep
        a pair on one line.
    """
    arrow = "\N{NO-BREAK SPACE}→\N{NO-BREAK SPACE}"
    if not pairs:
        return "none"
    if all(after == 0 for _, after in pairs):
        return f"any{arrow}0"
    if all(before == after for before, after in pairs):
        return "no change"
    return ", ".join(f"{float(before):g}{arrow}{float(after):g}" for before, after in pairs)
