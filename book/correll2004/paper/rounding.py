"""Printed strings as numbers, and whether a recomputed value agrees with one."""

import re
from decimal import ROUND_HALF_UP, Decimal

import numpy as np

_ONES = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"]
WORDS = {word: str(number) for number, word in enumerate(_ONES)}
WORDS |= {"thirty-three": "33", "thirty-five": "35", "seventy-six": "76"}
WORDS |= {"third": "33"}  # a share in words is compared in whole percent


def printed_number(printed):
    """The printed string as a Decimal that keeps its decimals; words become digits.

    Raises TypeError for anything but a string, since a float has lost its decimals,
    and ValueError for a string that is no number.
    """
    if not isinstance(printed, str):
        raise TypeError(f"a printed value is a string, not {type(printed).__name__}")
    digits = WORDS.get(printed.lower(), printed)
    if not re.fullmatch(r"-?[0-9]{1,9}(\.[0-9]{1,9})?", digits):
        raise ValueError("is neither a number nor a number word")
    return Decimal(digits)


def rounded(value, like):
    """A float rounded half up to the decimals of a Decimal.

    Binary noise beyond ten decimals is dropped first, so that a tie is a tie.
    """
    exact = Decimal(f"{value:.10f}")
    return exact.quantize(like, rounding=ROUND_HALF_UP) if exact.is_finite() else exact


def agree(printed: str, values: np.ndarray, rounding: str = "half up") -> np.ndarray:
    """Which of many recomputed values agree with a printed string under a rounding rule.

    values : floats; NaN agrees with nothing. rounding : ``half up``, equal at the printed
    decimals; ``floor at 0``, the same but a negative value counts as 0; ``exact``;
    ``more than`` and ``at least``, the value lies above, or at or above, the printed one.
    Binary noise beyond ten decimals is dropped first, so that a tie is a tie.

    Raises ValueError for another rule.
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


def agrees(printed: str, value: float, rounding: str = "half up") -> bool:
    """Whether one recomputed value agrees with a printed string; the rules are those of `agree`."""
    return bool(agree(printed, np.array([value]), rounding)[0])
