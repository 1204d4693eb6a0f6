"""Calls of quantities, as the register and the ledger hold them: parsed once, into objects."""

import ast
import inspect
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import numpy as np

from ..data.table1 import Table1
from . import quantities
from .quantities import Quantity
from .versions import Versions, versions_of


@dataclass(frozen=True)
class Call:
    """A quantity with its arguments, such as ``survival_at("first", 3)``.

    Attributes
    ----------
    text : str
        As written; texts that ask for the same are the same call.
    quantity : str
        Name of a function of `correll2004.paper.quantities`.
    arguments : mapping of str to literal
        By the names of its parameters, defaults included.
    """

    text: str = field(compare=False)
    quantity: str
    arguments: Mapping[str, Any]

    def __hash__(self) -> int:
        return hash(self.canonical)

    def __getitem__(self, name: str) -> Any:
        """An argument, or None where the quantity has no parameter of that name."""
        return self.arguments.get(name)

    @property
    def canonical(self) -> str:
        """The call with every argument named, the same for texts that ask for the same."""
        words = ", ".join(f"{name}={value!r}" for name, value in self.arguments.items())
        return f"{self.quantity}({words})"

    def compute(self, versions: Versions) -> Quantity:
        """Compute the quantity in versions of Table 1.

        Parameters
        ----------
        versions : Versions

        Returns
        -------
        Quantity
            NaN in versions in which the value is not defined, such as a share of no case.
        """
        with np.errstate(divide="ignore", invalid="ignore"):
            return quantities.QUANTITIES[self.quantity](versions, **self.arguments)


@cache
def parse(text: str) -> Call:
    """Read a text as a call.

    Parameters
    ----------
    text : str
        Such as ``survival_at("first", 3)``.

    Returns
    -------
    Call

    Raises
    ------
    ValueError
        If it is not a call of a known quantity with literal arguments.

    Examples
    --------
    >>> parse('survival_at("first", months=3)').arguments
    {'course': 'first', 'months': 3}
    """
    try:
        name, positional, named = _parts(text)
        function = quantities.QUANTITIES[name]
        bound = inspect.signature(function).bind(None, *positional, **named)
    except (RecursionError, MemoryError):
        raise ValueError("is too deeply nested for a call") from None
    except (KeyError, SyntaxError, TypeError, ValueError):
        raise ValueError("is not a call of a known quantity with literals") from None
    bound.apply_defaults()
    _, *parameters = bound.arguments.items()
    return Call(text, name, dict(parameters))


def _parts(text: str) -> tuple[str, list[Any], dict[str, Any]]:
    """Name, positional and named arguments of a call."""
    node = ast.parse(text, mode="eval").body
    if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name)):
        raise ValueError("is not a call of a name")
    positional = [ast.literal_eval(argument) for argument in node.args]
    named = {word.arg or "**": ast.literal_eval(word.value) for word in node.keywords}
    return node.func.id, positional, named


@cache
def evaluate(text: str, table: Table1) -> Quantity:
    """Compute the quantity that a text calls for, from one table.

    Parameters
    ----------
    text : str
        A call, as in `parse`.
    table : Table1

    Returns
    -------
    Quantity

    Raises
    ------
    ValueError
        As `parse`, and where the value is not defined, such as a share of no case or a common
        value of cycles that differ.
    """
    found = parse(text).compute(versions_of(table))
    if np.isnan(found.value):
        cases = "no case, of too few, or of cases that differ"
        raise ValueError(f"the value is not defined: it is taken of {cases}")
    return found


def one_line(error: Exception) -> str:
    """What an error says, on one line and not at length."""
    return " ".join(str(error).split())[:200] or type(error).__name__
