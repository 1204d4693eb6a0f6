"""The functions and constants that compute a value from Table 1, and what each of them uses.

Both are read from the source, so that the chapter *Quantities* shows the code that runs.
"""

import ast
import inspect
import textwrap
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import ModuleType

from ..data import classes, courses
from ..paper import quantities, versions
from ..paper.quantities import QUANTITIES
from ..paths import ROOT
from ..stats import curves, summary

# The modules that compute values from the columns of Table 1.
MODULES = (quantities, versions, classes, courses, curves, summary)
SHARED = "_of_rows"  # a helper of nearly all quantities, shown once and not with each of them

Node = ast.FunctionDef | ast.Assign | ast.AnnAssign


@dataclass(frozen=True)
class Definition:
    """A function, a member of a class, or a constant, with its source as it runs.

    name : such as ``Curves.mean``; file : path in the project; parameters : their names, with
    defaults; sentence : the first of its docstring, empty for a constant; uses : names of the
    definitions that its body uses, in order of use.
    """

    name: str
    file: str
    source: str
    parameters: tuple[str, ...]
    sentence: str
    uses: tuple[str, ...]


@cache
def definitions(modules: tuple[ModuleType, ...] = MODULES) -> dict[str, Definition]:
    """Every definition of some modules by name, in the order of the files.

    A class is represented by its methods, such as ``Curves.__init__``. Raises ValueError if two
    modules define the same name.
    """
    texts = {module: inspect.getsource(module) for module in modules}
    nodes: dict[str, tuple[ModuleType, Node]] = {}
    visible: dict[ModuleType, set[str]] = {}
    for module in modules:
        tree = ast.parse(texts[module])
        named = _named(tree)
        if twice := nodes.keys() & named.keys():
            raise ValueError(f"defined in two modules: {', '.join(sorted(twice))}")
        nodes |= {name: (module, node) for name, node in named.items()}
        imported = {one.name for node in tree.body for one in getattr(node, "names", [])}
        visible[module] = imported | {name.split(".")[0] for name in named}
    found = {}
    for name, (module, node) in nodes.items():
        # Keys are the names in the code: mean for Curves.mean, Curves for Curves.__init__.
        members = [one for one in nodes if "." in one and one.split(".")[0] in visible[module]]
        attributes = {one.split(".")[1]: one for one in members}
        plain = {one: one for one in visible[module] if one in nodes}
        plain |= {one.split(".")[0]: one for one in members if one.endswith(".__init__")}
        uses = _uses(node, plain, attributes, name)
        found[name] = _definition(name, module, node, texts[module], uses)
    return found


def _named(tree: ast.Module) -> dict[str, Node]:
    """Functions, methods and constants of a module by name."""
    found: dict[str, Node] = {}
    for node in tree.body:
        if isinstance(node, ast.ClassDef):
            methods = [one for one in node.body if isinstance(one, ast.FunctionDef)]
            found |= {f"{node.name}.{one.name}": one for one in methods}
        elif isinstance(node, ast.FunctionDef):
            found[node.name] = node
        elif isinstance(node, (ast.Assign, ast.AnnAssign)):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            found |= {one.id: node for one in targets if isinstance(one, ast.Name)}
    return found


def _uses(
    node: Node, plain: dict[str, str], attributes: dict[str, str], itself: str
) -> tuple[str, ...]:
    """Definitions that a body uses, in order of use; annotations and defaults do not count."""
    body = node.body if isinstance(node, ast.FunctionDef) else [node.value]
    inner = [one for part in body if part for one in ast.walk(part)]
    named = [one for one in inner if isinstance(one, (ast.Name, ast.Attribute))]
    named.sort(key=lambda one: (one.end_lineno, one.end_col_offset))
    found = [
        attributes.get(one.attr) if isinstance(one, ast.Attribute) else plain.get(one.id)
        for one in named
    ]
    return tuple(one for one in dict.fromkeys(found) if one not in (None, itself))


def _definition(
    name: str, module: ModuleType, node: Node, text: str, uses: tuple[str, ...]
) -> Definition:
    file = Path(inspect.getfile(module)).relative_to(ROOT).as_posix()
    decorators = getattr(node, "decorator_list", [])
    first = min(one.lineno for one in [node, *decorators])
    source = textwrap.dedent("\n".join(text.splitlines()[first - 1 : node.end_lineno]))
    if not isinstance(node, ast.FunctionDef):
        return Definition(name, file, source, (), "", uses)
    names = [one.arg for one in node.args.args]
    defaults = [f"={ast.unparse(one)}".replace("'", '"') for one in node.args.defaults]
    ends = [""] * (len(names) - len(defaults)) + defaults
    parameters = tuple(map("".join, zip(names, ends, strict=True)))
    sentence = (ast.get_docstring(node) or "").split("\n\n")[0].replace("\n", " ")
    return Definition(name, file, source, parameters, sentence, uses)


# --- a quantity, and what it rests on ----------------------------------------------


def own_definitions(quantity: str) -> list[Definition]:
    """A quantity and the helpers in its file that it uses, in order of use."""
    file = definitions()[quantity].file

    def helpers(name: str) -> list[str]:
        uses = [one for one in definitions()[name].uses if one not in {SHARED, *QUANTITIES}]
        return [one for one in uses if definitions()[one].file == file]

    return [definitions()[name] for name in _with_all([quantity], helpers)]


def _with_all(names: Iterable[str], used_by: Callable[[str], Iterable[str]]) -> list[str]:
    """Names, and all that they use, directly or through others, each once."""
    found, waiting = [], list(dict.fromkeys(names))
    while waiting:
        found.append(waiting.pop(0))
        used = dict.fromkeys(used_by(found[-1]))
        waiting += [name for name in used if name not in found and name not in waiting]
    return found


def rests_on(quantity: str) -> list[str]:
    """Names of the other definitions that a quantity and its helpers use, in order of use."""
    own = own_definitions(quantity)
    used = dict.fromkeys(name for one in own for name in one.uses)
    return [name for name in used if definitions()[name] not in own]


def shared_definitions() -> list[Definition]:
    """All that the quantities use, directly or through others, but for quantities, by file."""
    found = [name for quantity in QUANTITIES for name in rests_on(quantity)]
    found = [name for name in found if name not in QUANTITIES]
    found = _with_all(found, lambda name: definitions()[name].uses)
    return [one for name, one in definitions().items() if name in found]
