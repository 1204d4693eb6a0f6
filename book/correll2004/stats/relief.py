"""The percentage of pain relief, and the pain scores that a printed percentage allows.

Scores are verbal numeric ratings from 0, no pain, to 10, the worst pain imaginable.
"""

from fractions import Fraction
from math import floor

WORST = 10


def percent_relief(before, after):
    """Relief in percent of the pain before the infusion, as the paper defines it::

        100 * (before - after) / before

    before, after : pain scores in [0, 10], before above 0. Negative where pain grew.

    Raises ValueError for a score outside 0 to 10, and for no pain before: there is
    nothing to relieve, and nothing to divide by.
    """
    if not (0 <= before <= WORST and 0 <= after <= WORST):
        raise ValueError(f"pain scores lie between 0 and {WORST}, not {before} and {after}")
    if before == 0:
        raise ValueError("relief is not defined without pain before the infusion")
    return 100 * (before - after) / before


def scores_behind(percent, step=1, rounded_to=1):
    """The pairs of pain scores whose relief is printed as a given whole percentage.

    percent : whole number as printed; step : distance of two scores on the scale, such
    as 1 or 0.5; rounded_to : 1 if percentages were rounded to whole ones, half up, 5 if
    to multiples of five.

    Returns a list of ``(before, after)`` as fractions, by rising score before. Raises
    ValueError where the steps do not divide the scale.
    """
    step = Fraction(str(step))
    if step <= 0 or (WORST / step).denominator != 1:
        raise ValueError(f"the scale from 0 to {WORST} has no steps of {step}")
    scale = [number * step for number in range(int(WORST / step) + 1)]
    return [
        (before, after)
        for before in scale[1:]
        for after in scale
        if _rounded(percent_relief(before, after), rounded_to) == percent
    ]


def _rounded(value, unit):
    """An exact value rounded to a multiple of a unit, halves up."""
    return unit * floor(value / unit + Fraction(1, 2))


def in_words(pairs):
    """Pairs of scores as a reader writes them: ``8 → 2, 4 → 1``, patterns in words."""
    arrow = "\N{NO-BREAK SPACE}→\N{NO-BREAK SPACE}"  # a pair stays on one line
    if not pairs:
        return "none"
    if all(after == 0 for _, after in pairs):
        return f"any{arrow}0"
    if all(before == after for before, after in pairs):
        return "no change"
    return ", ".join(f"{float(before):g}{arrow}{float(after):g}" for before, after in pairs)
