"""What a repair reads otherwise than Table 1 prints it, in words."""

from collections.abc import Iterator

import pandas as pd

from .cells import IN_REMISSION, NO_FOLLOW_UP, NO_RELIEF, RELAPSE, code_outcome
from .courses import COURSE_NAMES
from .table1 import replaced_cells

OUTCOMES = {
    RELAPSE: "a relapse",
    NO_RELIEF: "without relief",
    IN_REMISSION: "still in remission",
    NO_FOLLOW_UP: "not seen again",
}


def cells(repairs: pd.DataFrame, repair: str) -> Iterator[tuple[str, str, str]]:
    """Say which cells a repair replaces.

    Parameters
    ----------
    repairs : DataFrame
        As `table1.read_repairs` returns it.
    repair : str
        Identifier of the repair.

    Yields
    ------
    of, printed, read_as : str
        Of whom or what, as printed, as read. An outcome of another kind is named, as in
        ``("Patient 1", "still in remission", "a relapse")``; other cells are quoted.
    """
    for cell in replaced_cells(repairs, repair):
        where = f" in the {COURSE_NAMES[cell.cycle]} course" if cell.cycle > 1 else ""
        owner = f"Patient {cell.patient}{where}"
        if cell.column == "relief_months":
            printed, read_as = _outcome(cell.printed or ""), _outcome(cell.read_as or "")
            if printed != read_as:
                yield owner, printed, read_as
                continue
        yield f"{cell.column} of {owner}", cell.printed or "", cell.read_as or ""


def in_words(repairs: pd.DataFrame, repair: str, verb: str = "read as") -> str:
    """Say what a repair reads otherwise, such as ``Patient 1 read as a relapse``.

    Parameters
    ----------
    repairs : DataFrame
        As `table1.read_repairs` returns it.
    repair : str
        Identifier of the repair.
    verb : str
        ``is read as`` makes a sentence of it.

    Returns
    -------
    str
    """
    return " and ".join(f"{of} {verb} {reading}" for of, _, reading in cells(repairs, repair))


def _outcome(printed: str) -> str:
    """The kind of outcome that a cell with a duration of relief holds, in words."""
    _, _, outcome = code_outcome(printed, 0 if printed == "N/A" else 100)
    return OUTCOMES[outcome]
