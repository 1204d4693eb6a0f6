"""Changes of the package's code, made from its syntax, and of data, listed in a table.

One change at a time: another operator, number, text or name, a condition that never holds,
a step left out. They follow the code wherever it moves; no list of texts has to.
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "book" / "correll2004"
DATA = ROOT / "tests" / "files" / "mutants.csv"

# Either of two is exchanged for the other: operators, and names that a slip could exchange.
COMPARISONS = [(ast.Lt, ast.LtE), (ast.Gt, ast.GtE), (ast.Eq, ast.NotEq), (ast.In, ast.NotIn)]
LOGIC = [(ast.Is, ast.IsNot), (ast.And, ast.Or), (ast.BitAnd, ast.BitOr)]
ARITHMETIC = [(ast.Add, ast.Sub), (ast.Mult, ast.Div)]
CURVES = [("survival_at", "survival_just_before"), ("limits_at", "limits_just_before")]
ENDS = [("le", "lt"), ("ge", "gt"), ("any", "all"), ("min", "max"), ("minimum", "maximum")]
PAIRS = COMPARISONS + LOGIC + ARITHMETIC + CURVES + ENDS
OTHER = dict(PAIRS) | {new: old for old, new in PAIRS}
OTHER |= {ast.FloorDiv: ast.Mult, ast.Pow: ast.Mult, "fullmatch": "match"}
# Most changes of annotations and decorators mean nothing.
SKIPPED = {"annotation", "returns", "decorator_list"}
SCOPES = (ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)


class Mutant(NamedTuple):
    """A changed file: where and what was changed, and its whole new text.

    function : around a change of code, with its class; empty outside of a function.
    """

    path: str
    line: int
    function: str
    meaning: str
    text: str


# --- code -------------------------------------------------------------------------


def modules() -> list[Path]:
    """The package's modules, in the order of their paths."""
    return sorted(PACKAGE.rglob("*.py"))


def plain(source: str) -> str:
    """Code without comments, one statement a line, as every change of it is written."""
    return ast.unparse(ast.parse(source)) + "\n"


def of_code(path: Path, names_only: bool = False) -> list[Mutant]:
    """All changes of one module, in the order of its syntax, or those of names alone."""
    source = path.read_text(encoding="utf-8")
    tree, before = ast.parse(source), plain(source)
    draws = re.search(r"^(from|import) (matplotlib|seaborn)", source, re.MULTILINE)
    found = []
    for node, line, function in _nodes(tree):
        for field, value in _replacements(node):
            is_name = field in {"id", "attr"}
            # Where an axis ends and how wide a line is, is a matter of taste; S(t) is not.
            is_taste = field in {"value", "operand"} or value in ("min", "max")
            if (names_only and not is_name) or (draws and is_taste):
                continue
            kept = getattr(node, field)
            setattr(node, field, value)
            text = ast.unparse(tree) + "\n"
            setattr(node, field, kept)
            where = path.relative_to(ROOT).as_posix(), line, function
            found.append(Mutant(*where, _difference(before, text), text))
    return found


def _nodes(parent, line=1, scope=()) -> Iterator[tuple[ast.AST, int, str]]:
    """Every node that may be changed, with its line and the name of its function."""
    for field, value in ast.iter_fields(parent):
        for node in value if isinstance(value, list) else [value]:
            if field in SKIPPED or not isinstance(node, ast.AST) or _is_left_alone(node, parent):
                continue
            here = getattr(node, "lineno", line)
            inner = (*scope, node.name) if isinstance(node, SCOPES) else scope
            yield node, here, ".".join(inner)
            yield from _nodes(node, here, inner)


def _is_left_alone(node, parent):
    """Docstrings, keys, sentences, and what runs only as a script."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        is_key = isinstance(parent, (ast.Expr, ast.Subscript, ast.JoinedStr))
        return is_key or re.search(r"^$|\s", node.value)
    return isinstance(node, ast.If) and "__name__" in ast.unparse(node.test)


def _replacements(node) -> Iterator[tuple[str, Any]]:
    """Fields of a node and their new values, each of which is a change."""
    match node:
        case ast.BinOp(op=op) | ast.BoolOp(op=op) | ast.AugAssign(op=op) if type(op) in OTHER:
            yield "op", OTHER[type(op)]()
        case ast.Compare(ops=ops):
            yield from (("ops", new) for new in _each_replaced(ops, lambda op: OTHER[type(op)]()))
        case ast.comprehension(ifs=ifs):
            yield from (("ifs", new) for new in _each_replaced(ifs, lambda _: ast.Constant(True)))
        case ast.If() | ast.IfExp() | ast.While():
            yield "test", ast.Constant(False)
        case ast.UnaryOp(op=op, operand=operand):  # -x becomes --x, which is x
            yield "operand", ast.UnaryOp(op, operand)
        case ast.Constant(value=bool(value)):
            yield "value", not value
        case ast.Constant(value=int(value)):
            yield "value", value + 1
        case ast.Constant(value=float(value)):
            yield "value", value * 1.1 or 1.0
        case ast.Constant(value=str(value)):
            yield "value", value + "X"
        case ast.Name(id=name) if name in OTHER:
            yield "id", OTHER[name]
        case ast.Attribute(attr=name) if name in OTHER:
            yield "attr", OTHER[name]
        case ast.Expr(value=ast.Call()):
            yield "value", ast.Constant(...)
        case ast.Assign(targets=[ast.Subscript() | ast.Attribute()]):  # computed, not stored
            yield "targets", [ast.Name("_")]


def _each_replaced(values, new):
    """Copies of a list, each with another of its values replaced."""
    return [[*values[:n], new(old), *values[n + 1 :]] for n, old in enumerate(values)]


def _difference(before, after):
    """The line that differs, from a little before the difference, as ``old → new``."""
    pairs = zip(before.splitlines(), after.splitlines(), strict=True)
    old, new = next((old, new) for old, new in pairs if old != new)
    same = next(n for n in range(len(old) + 1) if old[: n + 1] != new[: n + 1])
    start = max(0, same - 30)
    return f"{old[start:].strip()[:70]} → {new[start:].strip()[:70]}"


# --- data -------------------------------------------------------------------------


def of_data() -> list[Mutant]:
    """The changes of the table; rows with one meaning are one change.

    Raises ValueError where a row of the table does not fit the data.
    """
    cells = _read(DATA).groupby(["file", "meaning"], sort=False)
    return [_with_cells(*key, rows) for key, rows in cells]


def _read(path):
    return pd.read_csv(path, dtype=str, keep_default_na=False)


def _with_cells(file, meaning, rows):
    table = _read(ROOT / file)
    for row in rows.itertuples():
        keys = (part.split("=", 1) for part in row.where.split("&"))
        here = np.logical_and.reduce([table[column] == value for column, value in keys])
        if list(table.loc[here, row.column]) != [row.old]:
            where = f"row of {file} is {row.where} with {row.old!r} in {row.column}"
            raise ValueError(f"{DATA.name}, {meaning!r}: no single {where}")
        table.loc[here, row.column] = row.new
    text = table.to_csv(index=False, lineterminator="\n")
    return Mutant(file, int(here.argmax()) + 2, "", meaning, text)
