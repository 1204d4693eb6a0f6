"""What is wrong with the data: faults, the error that lists them, files that cannot be read."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

SHOWN = 200  # characters of a value in a message


@dataclass(frozen=True, order=True)
class Fault:
    """One broken rule: the place, the value found there, and the rule.

    Attributes
    ----------
    file : str
        Name of the file.
    row : int
        Row of the file, the header being row 1; 0 is the file as a whole.
    column : str
        Name of the column; ``-`` is the row as a whole.
    value : str
        What is there.
    rule : str
        The rule that it breaks, worded to follow the value: ``is above 100 percent``.
    """

    file: str
    row: int
    column: str
    value: str
    rule: str

    def __str__(self) -> str:
        place = [self.file]
        place += [f"row {self.row}"] if self.row else []
        place += [f"column {self.column}"] if self.column != "-" else []
        line = f"{', '.join(place)}: {_shortened(self.value)} {self.rule}"
        return "".join(c if c.isprintable() else repr(c)[1:-1] for c in line)


def _shortened(value: str) -> str:
    """A value in quotes, and only the beginning of a long one."""
    shown = repr(value)
    return shown if len(shown) <= SHOWN else f"{shown[: SHOWN - 20]}… ({len(value)} characters)"


class DataError(ValueError):
    """The data break their rules.

    Parameters
    ----------
    faults : iterable of Fault
        At least one; kept as ``faults``, each once and in file order.
    """

    def __init__(self, faults: Iterable[Fault]):
        self.faults = sorted(set(faults))
        count = len(self.faults)
        head = f"{count} fault{'s' if count != 1 else ''} in the data"
        super().__init__("\n  ".join([head, *map(str, self.faults)]))


def read_text(path: Path) -> str:
    """Read the text of a UTF-8 file, without a byte order mark.

    Raises
    ------
    DataError
        If the file does not exist, cannot be read or is not UTF-8.
    """
    name = path.name
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        raise DataError([Fault(name, 0, "-", str(path), "does not exist")]) from None
    except OSError as error:
        rule = f"cannot be read: {error.strerror}"
        raise DataError([Fault(name, 0, "-", str(path), rule)]) from None
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        row = len(error.object[: error.start + 1].splitlines())
        bad = repr(error.object[error.start : error.end])
        raise DataError([Fault(name, row, "-", bad, "is not UTF-8")]) from None
