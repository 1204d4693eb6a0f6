"""How far two codings of the same cases agree."""

from collections.abc import Hashable, Sequence
from typing import NamedTuple


class Agreement(NamedTuple):
    """How far two codings agree.

    Attributes
    ----------
    cases : int
    agreed : int
        Cases that both coded alike.
    kappa : float
        Cohen's kappa, the share agreed beyond chance; NaN where chance alone agrees in all.
    """

    cases: int
    agreed: int
    kappa: float


def agreement(first: Sequence[Hashable], second: Sequence[Hashable]) -> Agreement:
    """Agreement of two codings, raw and beyond chance.

    Parameters
    ----------
    first, second : sequence of n codes
        Of the same cases, in the same order; at least one.

    Returns
    -------
    Agreement

    Raises
    ------
    ValueError
        If the two have different lengths, or no case.

    References
    ----------
    Cohen J. A coefficient of agreement for nominal scales. Educ Psychol Meas 1960;20:37-46.

    Examples
    --------
    >>> agreement(["yes", "yes", "no", "no"], ["yes", "no", "no", "no"])
    Agreement(cases=4, agreed=3, kappa=0.5)
    """
    if len(first) != len(second) or not first:
        raise ValueError(f"{len(first)} and {len(second)} codes are not two codings of cases")
    n, codes = len(first), {*first, *second}
    agreed = sum(one == other for one, other in zip(first, second, strict=True))
    # As whole numbers up to the last step, so that no rounding enters.
    by_chance = sum(list(first).count(code) * list(second).count(code) for code in codes)
    beyond = n * n - by_chance
    return Agreement(n, agreed, (n * agreed - by_chance) / beyond if beyond else float("nan"))
