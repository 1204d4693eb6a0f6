"""How often the audit's searches name the right patient, where a slip has been planted.

Suppose that the paper's numbers come from Table 1 with all repairs, and that the table was then
printed with a slip. `planted_outcomes` and `planted_cells` plant every slip of a kind in turn and
search for it; here the results are counted.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd


@dataclass(frozen=True)
class Planted:
    """A planted slip, and what a search for it finds.

    Attributes
    ----------
    kind : str
        Of slip and search, in words.
    compared : str
        What the changed table is compared with, in words.
    culprits : frozenset of str
        Labels of the cycles in which the slip is.
    noticed : bool
        Whether anything ceases to agree.
    candidates : tuple of frozenset of str
        The cycles that, if changed, make everything agree again; empty if nothing was noticed.
    """

    kind: str
    compared: str
    culprits: frozenset[str]
    noticed: bool
    candidates: tuple[frozenset[str], ...]

    @property
    def is_alone(self) -> bool:
        """Whether the search names one candidate alone."""
        return len(self.candidates) == 1

    @property
    def is_among(self) -> bool:
        """Whether a candidate has the slip, or a part of it."""
        return any(candidate <= self.culprits for candidate in self.candidates)


FINDINGS = ["not noticed", "no explanation", "culprit alone", "culprit and others", "others alone"]


def finding(slip: Planted) -> str:
    """Say which of `FINDINGS` a search comes to."""
    if not slip.candidates:
        return FINDINGS[1 if slip.noticed else 0]
    if slip.is_among:
        return FINDINGS[2 if slip.is_alone else 3]
    return FINDINGS[4]


def error_rates(slips: Iterable[Planted]) -> pd.DataFrame:
    """Count planted slips by what the search finds.

    Parameters
    ----------
    slips : iterable of Planted

    Returns
    -------
    DataFrame
        One row per kind and comparison. Columns slips, noticed, those of `FINDINGS` after the
        first, and the median and largest number of candidates of the slips that are noticed.
    """
    rows: dict[str, dict[str, list[Planted]]] = {}
    for slip in slips:
        rows.setdefault(slip.kind, {}).setdefault(slip.compared, []).append(slip)
    counted = {
        (kind, compared): _counts(found)
        for kind, by_comparison in rows.items()
        for compared, found in by_comparison.items()
    }
    return pd.DataFrame.from_dict(counted, orient="index")


def _counts(slips: Sequence[Planted]) -> dict[str, float]:
    """A row of `error_rates`."""
    findings = [finding(slip) for slip in slips]
    candidates = [len(slip.candidates) for slip in slips if slip.noticed]
    return {
        "slips": len(slips),
        "noticed": len(candidates),
        **{name: findings.count(name) for name in FINDINGS[1:]},
        "median": float(np.median(candidates)) if candidates else np.nan,
        "largest": max(candidates, default=np.nan),
    }
