"""How often the audit's searches name the right patient, where a slip has been planted.

Suppose that the paper's numbers come from Table 1 with all repairs, and that the table was then
printed with a slip. `planted_outcomes` and `planted_cells` plant every slip of a kind in turn and
search for it; here the results are counted.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

UNNOTICED, UNEXPLAINED = "not noticed", "nothing explains it"
ALONE, AMONG, WRONG = "right cell alone", "right cell and others", "other cells only"
FINDINGS = [ALONE, AMONG, WRONG, UNEXPLAINED, UNNOTICED]


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
    shared : bool
        Whether the slip gives its patient an outcome that another patient has too. The search
        cannot tell the two apart.
    """

    kind: str
    compared: str
    culprits: frozenset[str]
    noticed: bool
    candidates: tuple[frozenset[str], ...]
    shared: bool = False

    @property
    def finding(self) -> str:
        """What the search comes to, one of `FINDINGS`."""
        if not self.candidates:
            return UNEXPLAINED if self.noticed else UNNOTICED
        if any(candidate <= self.culprits for candidate in self.candidates):
            return ALONE if len(self.candidates) == 1 else AMONG
        return WRONG


def error_rates(slips: Iterable[Planted]) -> pd.DataFrame:
    """Count planted slips by what the search finds.

    Parameters
    ----------
    slips : iterable of Planted

    Returns
    -------
    DataFrame
        One row per kind and comparison. Columns slips, those of `FINDINGS`, and the median and
        largest number of candidates of the slips that are noticed.
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
    findings = [slip.finding for slip in slips]
    candidates = [len(slip.candidates) for slip in slips if slip.noticed]
    return {
        "slips": len(slips),
        **{name: findings.count(name) for name in FINDINGS},
        "median": float(np.median(candidates)) if candidates else np.nan,
        "largest": max(candidates, default=np.nan),
    }
