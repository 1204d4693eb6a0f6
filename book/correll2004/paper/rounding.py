"""Printed strings as numbers, and whether a recomputed value agrees with one."""

import re
from decimal import ROUND_HALF_UP, Decimal

import numpy as np

# --- comparison at printed precision ----------------------------------------------


def agree(printed, values, rounding="half up"):
    """Which of many values agree with a printed string: `claims.agrees` as an array.

    values : floats; NaN agrees with nothing. Raises ValueError for an unknown rule.
    """
    number = printed_number(printed)
    # In units of the tenth decimal: what lies beyond is binary noise.
    exact, target = np.rint(np.asarray(values, dtype=float) * 1e10), float(number.scaleb(10))
    if rounding == "exact":
        return exact == target
    if rounding == "more than":
        return exact > target
    if rounding == "at least":
        return exact >= target
    if rounding == "floor at 0":
        exact = np.maximum(exact, 0)
    elif rounding != "half up":
        raise ValueError(f"no such rounding rule: {rounding!r}")
    unit = 10 ** (10 + number.as_tuple().exponent)
    return np.sign(exact) * np.floor(np.abs(exact) / unit + 0.5) * unit == target


_ONES = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"]
WORDS = {word: str(number) for number, word in enumerate(_ONES)}
WORDS |= {"thirty-three": "33", "thirty-five": "35", "seventy-six": "76"}
WORDS |= {"third": "33"}  # a share in words is compared in whole percent


# --- comparison at printed precision ----------------------------------------------


def printed_number(printed):
    """The printed string as a Decimal that keeps its decimals; words become digits.

    Raises TypeError for anything but a string, since a float has lost its decimals,
    and ValueError for a string that is no number.
    """
    if not isinstance(printed, str):
        raise TypeError(f"a printed value is a string, not {type(printed).__name__}")
    digits = WORDS.get(printed.lower(), printed)
    if not re.fullmatch(r"-?[0-9]{1,9}(\.[0-9]{1,9})?", digits):
        raise ValueError(f"is neither a number nor a number word: {printed!r}")
    return Decimal(digits)


def rounded(value, like):
    """A float rounded half up to the decimals of a Decimal.

    Binary noise beyond ten decimals is dropped first, so that a tie is a tie.
    """
    exact = Decimal(f"{value:.10f}")
    return exact.quantize(like, rounding=ROUND_HALF_UP) if exact.is_finite() else exact


def agrees(printed, value, rounding="half up"):
    """Whether a recomputed value agrees with a printed string under a rounding rule.

    rounding : ``half up``, equal at the printed decimals; ``floor at 0``, the same but
    a negative value counts as 0; ``exact``; ``more than`` and ``at least``, the value
    lies above, or at or above, the printed one. Raises ValueError for another rule.
    """
    number = printed_number(printed)
    if rounding == "half up":
        return rounded(value, number) == number
    if rounding == "floor at 0":
        return rounded(max(value, 0.0), number) == number
    exact = Decimal(f"{value:.10f}")
    if rounding == "exact":
        return exact == number
    if rounding == "more than":
        return exact > number
    if rounding == "at least":
        return exact >= number
    raise ValueError(f"no such rounding rule: {rounding!r}")
