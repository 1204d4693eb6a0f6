"""The codings of Table 1, as it is printed and under repairs, and the name of each."""

from ..data import repairs
from ..data.table1 import Table1
from .records import Files

AS_TABULATED = "as tabulated"


def name_of(table: Table1) -> str:
    """The repairs applied to a table, such as ``R1`` or ``R1 and R2``; ``as tabulated`` if none."""
    return " and ".join(table.repairs) or AS_TABULATED


def in_caption(table: Table1) -> str:
    """How a caption names a table's coding: ``under R1``, or ``as tabulated``."""
    return f"under {name_of(table)}" if table.repairs else AS_TABULATED


def of_course(files: Files, number: int) -> dict[str, Table1]:
    """Table 1 as printed and, if they change an outcome of a course, under all repairs, by name.

    number : of the course, 1, 2 or 3.
    """
    printed, repaired = files.table1, files.repaired
    outcomes = [table.course(number)[["relief_months", "event"]] for table in (printed, repaired)]
    tables = [printed] if outcomes[0].equals(outcomes[1]) else [printed, repaired]
    return {name_of(table): table for table in tables}


def repairs_in_words(files: Files, verb: str = "read as") -> str:
    """What all repairs change, such as ``Patient 1 read as a relapse (R1)``."""
    words = [
        f"{repairs.in_words(files.repairs, name, verb)} ({name})" for name in files.repair_names
    ]
    return " and ".join(words)
