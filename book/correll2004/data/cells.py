"""The coding rules of Table 1: how a printed cell becomes an analysis variable.

The strings are those of the printed table (``15–20``, ``>24``, ``No follow-up``, ``N/A``).
Every rule raises ValueError for a string that it does not know; nothing is guessed.
"""

import re

RELAPSE = "relapse"
NO_RELIEF = "no_relief"
IN_REMISSION = "in_remission"
NO_FOLLOW_UP = "no_follow_up"
EVENT_DESCRIPTION = {
    RELAPSE: "Relapse of pain",
    NO_RELIEF: "No relief: failure at once",
    IN_REMISSION: "Censored: in remission at last visit",
    NO_FOLLOW_UP: "Censored: no follow-up",
}

# No zero in front: a spreadsheet that takes the point for a thousands sign turns 0.75
# into 075, which is not 75.
_NUMBER = r"(?:0|[1-9][0-9]*)(?:\.[0-9]+)?"


def code_outcome(printed: str, relief_percent: float) -> tuple[float, int, str]:
    """Code a printed duration of relief as a time and an event.

    The rules, as the paper's Methods and the note under Table 1 state them:

    - ``4``: relapse at 4 months, an event;
    - ``>24``: still in remission at the last visit, censored at 24 months;
    - ``No follow-up``: not seen again after the infusion, censored at 0;
    - ``N/A``, only with 0% relief: no relief to lose, an event at 0.

    Parameters
    ----------
    printed : str
        Duration of relief as Table 1 prints it.
    relief_percent : float
        Relief directly after the infusion, in percent.

    Returns
    -------
    months : float
        Time to relapse or to the last visit.
    event : int
        1 for a relapse or failure, 0 for a censored time.
    outcome : str
        A key of `EVENT_DESCRIPTION`.

    Raises
    ------
    ValueError
        For any other string, and where one of ``N/A`` and 0% relief is without the other.

    Examples
    --------
    >>> code_outcome(">24", 100)
    (24.0, 0, 'in_remission')
    """
    if (printed == "N/A") != (relief_percent == 0):
        raise ValueError("must be N/A exactly where relief is 0 percent")
    if printed == "N/A":
        return 0.0, 1, NO_RELIEF
    if printed == "No follow-up":
        return 0.0, 0, NO_FOLLOW_UP
    match = re.fullmatch(rf"(>?)({_NUMBER})", printed)
    if not match:
        raise ValueError("is neither a time, a time with >, No follow-up nor N/A")
    censored, months = match.groups()
    return (float(months), 0, IN_REMISSION) if censored else (float(months), 1, RELAPSE)


def parse_whole(printed: str) -> int:
    """Read a whole number of up to four digits, without sign.

    Raises
    ------
    ValueError
        For any other string.
    """
    if not re.fullmatch("0|[1-9][0-9]{0,3}", printed):
        raise ValueError("is not a whole number in plain digits")
    return int(printed)


def parse_number(printed: str) -> float:
    """Read a number without sign.

    Raises
    ------
    ValueError
        For any other string.
    """
    if not re.fullmatch(_NUMBER, printed):
        raise ValueError("is not a number in plain digits")
    return float(printed)


def parse_rate(printed: str) -> tuple[float, float]:
    """Read a rate, or a range of rates.

    Parameters
    ----------
    printed : str
        Such as ``20`` or ``15–20``.

    Returns
    -------
    low, maximum : float
        In mg/h; equal for a single number.

    Raises
    ------
    ValueError
        If the string is no rate, or the low end is above the maximum.
    """
    match = re.fullmatch(rf"({_NUMBER})(?:[–-]({_NUMBER}))?", printed)
    if not match:
        raise ValueError("is neither a rate nor a range of rates")
    low = float(match[1])
    high = float(match[2] or match[1])
    if low > high:
        raise ValueError("has its lower rate above its maximum")
    return low, high


def parse_lower_bound(printed: str) -> tuple[float, bool]:
    """Read a number that may be a lower bound.

    Parameters
    ----------
    printed : str
        Such as ``24`` or ``>24``.

    Returns
    -------
    value : float
    is_lower_bound : bool
        Whether ``>`` is printed before it.

    Raises
    ------
    ValueError
        For any other string.
    """
    match = re.fullmatch(rf"(>?)({_NUMBER})", printed)
    if not match:
        raise ValueError("is neither a number nor a number with >")
    return float(match[2]), bool(match[1])
