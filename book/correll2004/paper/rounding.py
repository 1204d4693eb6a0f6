"""Printed strings as numbers, and whether a recomputed value agrees with one."""

import re
from decimal import ROUND_HALF_UP, Decimal

import numpy as np

from ..stats.curves import BoolArray, FloatArray

_ONES = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"]
WORDS = {word: str(number) for number, word in enumerate(_ONES)}
WORDS |= {"thirty-three": "33", "thirty-five": "35", "seventy-six": "76"}
WORDS |= {"third": "33"}  # a share in words is compared in whole percent


def printed_number(printed: str) -> Decimal:
    """Read a printed string as a number that keeps its decimals.

    Parameters
    ----------
    printed : str
        Digits, or a number word of `WORDS`.

    Returns
    -------
    Decimal

    Raises
    ------
    TypeError
        For anything but a string: a float has lost its decimals.
    ValueError
        For a string that is no number.

    Examples
    --------
    >>> printed_number("9.40"), printed_number("three")
    (Decimal('9.40'), Decimal('3'))
    """
    if not isinstance(printed, str):
        raise TypeError(f"a printed value is a string, not {type(printed).__name__}")
    digits = WORDS.get(printed.lower(), printed)
    if not re.fullmatch(r"-?[0-9]{1,9}(\.[0-9]{1,9})?", digits):
        raise ValueError("is neither a number nor a number word")
    return Decimal(digits)


def decimals(printed: str) -> int:
    """Count the decimals of a printed string.

    Parameters
    ----------
    printed : str
        As in `printed_number`.

    Returns
    -------
    int

    Examples
    --------
    >>> decimals("9.40"), decimals("three")
    (2, 0)
    """
    return len(str(printed_number(printed)).partition(".")[2])


def rounded(value: float, like: Decimal) -> Decimal:
    """Round a float half up to the decimals of a Decimal.

    Binary noise beyond ten decimals is dropped first, so that a tie is a tie.

    Parameters
    ----------
    value : float
    like : Decimal
        A number with as many decimals as are wanted.

    Returns
    -------
    Decimal
        NaN and infinities stay what they are.

    Examples
    --------
    >>> rounded(0.125, Decimal("0.00"))
    Decimal('0.13')
    """
    exact = Decimal(f"{value:.10f}")
    return exact.quantize(like, rounding=ROUND_HALF_UP) if exact.is_finite() else exact


def which_agree(printed: str, values: FloatArray, rounding: str = "half up") -> BoolArray:
    """Find which of many recomputed values agree with a printed string.

    Binary noise beyond ten decimals is dropped first, so that a tie is a tie.

    Parameters
    ----------
    printed : str
        As in `printed_number`.
    values : ndarray of float
        NaN agrees with nothing.
    rounding : {"half up", "floor at 0", "exact", "more than", "at least"}
        ``half up``: equal at the printed decimals; ``floor at 0``: the same, but a negative
        value counts as 0; ``exact``: equal; ``more than`` and ``at least``: the value is
        above, or at or above, the printed one.

    Returns
    -------
    ndarray of bool
        Shaped as `values`.

    Raises
    ------
    TypeError, ValueError
        As `printed_number`; ValueError also for another rule.
    """
    number = printed_number(printed)
    # In units of the tenth decimal: what lies beyond is binary noise.
    exact, target = np.rint(np.asarray(values, dtype=float) * 1e10), float(number.scaleb(10))
    if rounding == "exact":
        return np.asarray(exact == target)
    if rounding == "more than":
        return np.asarray(exact > target)
    if rounding == "at least":
        return np.asarray(exact >= target)
    if rounding == "floor at 0":
        exact = np.maximum(exact, 0)
    elif rounding != "half up":
        raise ValueError(f"no such rounding rule: {rounding!r}")
    unit = 10 ** (10 + int(number.as_tuple().exponent))
    nearest = np.sign(exact) * np.floor(np.abs(exact) / unit + 0.5) * unit
    return np.asarray(nearest == target)


def agrees(printed: str, value: float, rounding: str = "half up") -> bool:
    """Whether one recomputed value agrees with a printed string, by the rules of `which_agree`."""
    return bool(which_agree(printed, np.array([value]), rounding)[0])
