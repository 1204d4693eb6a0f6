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

    text : as written; texts that ask for the same are the same call. quantity : name of a
    function of `correll2004.paper.quantities`; arguments : by the names
    of its parameters, defaults included.
    """

    text: str = field(compare=False)
    quantity: str
    arguments: Mapping[str, Any]

    def __hash__(self) -> int:
        return hash((self.quantity, repr(self.arguments)))

    def __getitem__(self, name: str) -> Any:
        """An argument, or None where the quantity has no parameter of that name."""
        return self.arguments.get(name)

    def of(self, versions: Versions) -> Quantity:
        """The quantity in versions of Table 1; NaN where a share or mean is of no case."""
        with np.errstate(divide="ignore", invalid="ignore"):
            return quantities.QUANTITIES[self.quantity](versions, **self.arguments)


@cache
def parse(text: str) -> Call:
    """The `Call` that a text is.

    Raises ValueError where it is not a call of a known quantity with literal arguments.
    """
    try:
        node = ast.parse(text, mode="eval").body
        function = quantities.QUANTITIES[node.func.id]
        positional = [ast.literal_eval(argument) for argument in node.args]
        named = {word.arg: ast.literal_eval(word.value) for word in node.keywords}
        bound = inspect.signature(function).bind(None, *positional, **named)
    except (RecursionError, MemoryError):
        raise ValueError("is too deeply nested for a call") from None
    except (AttributeError, KeyError, SyntaxError, TypeError, ValueError):
        raise ValueError("is not a call of a known quantity with literals") from None
    bound.apply_defaults()
    _, *parameters = bound.arguments.items()
    return Call(text, node.func.id, dict(parameters))


@cache
def evaluate(text: str, table: Table1) -> Quantity:
    """The quantity that a text calls for, from one `Table1`.

    Raises ValueError as `parse`, and where the value is not defined, such as a share of no case.
    """
    found = parse(text).of(versions_of(table))
    if np.isnan(found.value):
        raise ValueError("the value is not defined: it is taken of no case, or of too few")
    return found


def one_line(error: Exception) -> str:
    """What an error says, on one line and not at length."""
    return " ".join(str(error).split())[:200] or type(error).__name__
