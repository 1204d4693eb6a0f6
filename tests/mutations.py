"""Changes of the package's code, made from its syntax, and of data, listed in a table.

One change at a time: another operator, number, name or string, a condition negated, a
statement left out. They follow the code wherever it moves; no list of texts has to.
"""

import ast
import csv
import io
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "book" / "correll2004"
DATA = ROOT / "tests" / "data" / "mutants.csv"
MODULE_LEVEL = "<module>"

OPERATORS = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.And: ast.Or,
    ast.Or: ast.And,
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Div,
    ast.Div: ast.Mult,
    ast.FloorDiv: ast.Mult,
    ast.Pow: ast.Mult,
    ast.BitAnd: ast.BitOr,
    ast.BitOr: ast.BitAnd,
}
# Names that a slip could exchange, the field's own first. The sample takes one of each.
NAMES = {
    "survival_at": "survival_just_before",
    "survival_just_before": "survival_at",
    "limits_at": "limits_just_before",
    "fullmatch": "match",
    "ROUND_HALF_UP": "ROUND_HALF_EVEN",
    "le": "lt",
    "ge": "gt",
    "any": "all",
    "all": "any",
    "min": "max",
    "max": "min",
    "minimum": "maximum",
    "maximum": "minimum",
}
# Annotations and decorators are left alone: most of their changes mean nothing.
SKIPPED = {"annotation", "returns", "decorator_list"}
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


class Mutant(NamedTuple):
    """A changed file: its path, where and what was changed, and its whole new text.

    function : where the change of code is, or MODULE_LEVEL; empty for data.
    meaning : the change in a line; for data, what it means.
    name : which of NAMES is exchanged, or nothing.
    """

    path: str
    line: int
    function: str
    meaning: str
    text: str
    name: str = ""


class Place(NamedTuple):
    """A node of the syntax tree, and the list or attributes that hold it."""

    parent: ast.AST
    field: str
    holder: Any
    key: Any
    node: ast.AST
    line: int
    function: str


# --- code -------------------------------------------------------------------------


def modules() -> list[Path]:
    """The package's modules, wherever they are, in the order of their paths."""
    return sorted(PACKAGE.rglob("*.py"))


def plain(source: str) -> str:
    """A module's code without comments, as every change of it is written."""
    return ast.unparse(ast.parse(source)) + "\n"


def of_code(path: Path, every: int = 1, names_only: bool = False) -> Iterator[Mutant]:
    """Changes of one module, in the order of its syntax tree.

    every : 1 for all changes, 10 for one in ten, evenly.
    names_only : only those that exchange one of NAMES.
    """
    tree = ast.parse(path.read_text(encoding="utf-8"))
    draws = any(name.startswith(("matplotlib", "seaborn")) for name in imported(tree))
    places = [(place, new) for place in _places(tree) if (new := _replacement(place))]
    # How wide a line is and where a label is put is a matter of taste.
    taste = (ast.Constant, ast.stmt) if draws else ()
    places = [(place, new) for place, new in places if not isinstance(place.node, taste)]
    if names_only:
        places = [(place, new) for place, new in places if _name(place.node) in NAMES]
    for place, new in places[every // 2 :: every]:
        # An operator alone says little: its whole expression is shown.
        alone = not isinstance(place.node, (ast.expr, ast.stmt))
        before = _short(place.parent if alone else place.node)
        place.holder[place.key] = new
        meaning = f"{before} → {_short(place.parent if alone else new)}"
        text = ast.unparse(tree) + "\n"
        place.holder[place.key] = place.node
        name = _name(place.node) if _name(place.node) in NAMES else ""
        where = path.relative_to(ROOT).as_posix(), place.line, place.function
        yield Mutant(*where, meaning, text, name)


def imported(tree: ast.AST) -> set[str]:
    """Full names of the modules that code imports, and of what it imports from them."""
    names = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return names


def _places(parent, line=1, scope="", function=MODULE_LEVEL) -> Iterator[Place]:
    """Every node below another that may be changed, with its line and function."""
    for field, value in ast.iter_fields(parent):
        if field in SKIPPED:
            continue
        in_list = isinstance(value, list)
        for key, node in enumerate(value) if in_list else [(field, value)]:
            if not isinstance(node, ast.AST) or _is_run_as_script(node):
                continue
            here = getattr(node, "lineno", line)
            holder = value if in_list else vars(parent)
            yield Place(parent, field, holder, key, node, here, function)
            inner = scope, function
            if isinstance(node, ast.ClassDef):
                inner = f"{scope}{node.name}.", function
            elif isinstance(node, FUNCTIONS) and function == MODULE_LEVEL:
                inner = "", f"{scope}{node.name}"
            yield from _places(node, here, *inner)


def _is_run_as_script(node):
    return isinstance(node, ast.If) and "__name__" in ast.unparse(node.test)


def _replacement(place):
    """What stands in for a node in a change; None for a node that is left alone."""
    node = place.node
    if type(node) in OPERATORS:
        return OPERATORS[type(node)]()
    if isinstance(node, ast.UnaryOp):
        return node.operand
    if isinstance(node, ast.Constant):
        value = _other_value(place)
        return None if value is None else ast.Constant(value)
    if isinstance(node, ast.Name) and node.id in NAMES:
        return ast.Name(NAMES[node.id], node.ctx)
    if isinstance(node, ast.Attribute) and node.attr in NAMES:
        return ast.Attribute(node.value, NAMES[node.attr], node.ctx)
    if _can_be_left_out(node):
        return ast.Pass()
    # Other conditions have an operator, which is changed itself.
    if place.field in {"test", "ifs"} and isinstance(node, (ast.Name, ast.Attribute, ast.Call)):
        return ast.UnaryOp(ast.Not(), node)
    return None


def _other_value(place):
    """Another constant; None for texts that people read, for keys, and for None."""
    value = place.node.value
    if isinstance(value, bool):
        return not value
    if isinstance(value, int):
        return value + 1
    if isinstance(value, float):
        return value * 1.1 or 1.0
    is_key = isinstance(place.parent, (ast.Subscript, ast.JoinedStr))
    if isinstance(value, str) and value and not is_key and not any(map(str.isspace, value)):
        return value + "X"
    return None


def _name(node):
    return getattr(node, "id", getattr(node, "attr", ""))


def _can_be_left_out(node):
    """Statements for their effect: a call, a change in place, an error raised."""
    if isinstance(node, ast.Assign):
        return isinstance(node.targets[0], (ast.Subscript, ast.Attribute))
    is_call = isinstance(node, ast.Expr) and isinstance(node.value, ast.Call)
    return is_call or isinstance(node, (ast.AugAssign, ast.Raise))


def _short(node):
    line = " ".join(ast.unparse(node).split())
    return line if len(line) <= 70 else f"{line[:67]}..."


# --- data -------------------------------------------------------------------------


def of_data() -> list[Mutant]:
    """The changes of the table; rows with one meaning are one change.

    Raises ValueError where a row of the table does not fit the data.
    """
    cells = defaultdict(list)
    for row in csv.DictReader(DATA.read_text(encoding="utf-8").splitlines()):
        cells[row["file"], row["meaning"]].append(row)
    return [_with_cells(file, meaning, rows) for (file, meaning), rows in cells.items()]


def _with_cells(file, meaning, rows):
    reader = csv.DictReader((ROOT / file).read_text(encoding="utf-8").splitlines())
    table = list(reader)
    for row in rows:
        key = dict(part.split("=", 1) for part in row["where"].split("&"))
        found = [n for n, line in enumerate(table) if key.items() <= line.items()]
        if len(found) != 1 or table[found[0]][row["column"]] != row["old"]:
            raise ValueError(
                f"{DATA.name}, {meaning!r}: no single row of {file} is {row['where']}"
                f" with {row['old']!r} in {row['column']}"
            )
        table[found[0]][row["column"]] = row["new"]
    text = io.StringIO()
    writer = csv.DictWriter(text, reader.fieldnames, lineterminator="\n")
    writer.writeheader()
    writer.writerows(table)
    return Mutant(file, found[0] + 2, "", meaning, text.getvalue())
