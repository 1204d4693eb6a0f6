"""A chapter as a notebook that reads well without Sphinx.

Code and outputs stay as they are. In the text the book's MyST markup is written out as plain
Markdown: values take the place of their names, boxes become quotations, included sources
become code, references lead to the other notebooks.
"""

import ast
import csv
import json
import re
import textwrap
from functools import cache

from . import ROOT

BOOK = ROOT / "book"
KERNEL = {"name": "python", "display_name": "Python (Pyodide)", "language": "python"}
FOLDED = {"hide-input", "remove-cell"}  # tags of cells whose code the book folds away

ROLE = re.compile(r"\{([\w:-]+)\}`([^`]+)`")
TARGET = re.compile(r"^\(([\w-]+)\)=\n", re.MULTILINE)
BOX = re.compile(r"^:::\{admonition\} *(.*)\n(?::.*\n)*((?:.*\n)*?):::$", re.MULTILINE)
TABLE = re.compile(r"^```\{table\} *(.*)\n(?::.*\n)*((?:.*\n)*?)```$", re.MULTILINE)
DIRECTIVE = re.compile(r"^```\{literalinclude\} *(.*)\n((?::.*\n)*)(?:.*\n)*?```$", re.MULTILINE)
FENCED = re.compile(r"(^```.*?^```$)", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\[([^\]]*)\]\(#?([\w-]+)\)")
LEFT = re.compile(r"\{[\w:-]+\}`|^[:`]{3,}\{.*|^\([\w-]+\)=$", re.MULTILINE)


def chapters():
    """Names of the notebooks in ``_toc.yml``, in its order."""
    contents = (ROOT / "_toc.yml").read_text(encoding="utf-8")
    names = re.findall(r"^\s*- file: book/([\w-]+)\s*$", contents, re.MULTILINE)
    return [name for name in names if (BOOK / f"{name}.ipynb").is_file()]


def committed(name):
    """A chapter as it stands in the book."""
    return json.loads((BOOK / f"{name}.ipynb").read_text(encoding="utf-8"))


def for_app(name):
    """A chapter for the app."""
    notebook = committed(name)
    values = glued(notebook)
    for cell in notebook["cells"]:
        if cell["cell_type"] == "markdown":
            cell["source"] = plain("".join(cell["source"]), values)
            continue
        if FOLDED & set(cell["metadata"].get("tags", [])):
            cell["metadata"]["jupyter"] = {"source_hidden": True}
        cell["metadata"]["trusted"] = True  # or the figures of stored outputs are left out
    notebook["metadata"]["kernelspec"] = KERNEL
    return notebook


def glued(notebook):
    """Texts that the chapter's code has given a name, from the stored outputs."""
    found = {}
    for cell in notebook["cells"]:
        for output in cell.get("outputs", []):
            record = output.get("metadata", {}).get("scrapbook")
            if record:
                text = "".join(output["data"].get(record["mime_prefix"] + "text/plain", ""))
                found[record["name"]] = ast.literal_eval(text) if text[:1] in "'\"" else text
    return found


def plain(text, values):
    """MyST written out as Markdown. What is not known here is left as it is."""
    text = BOX.sub(_quotation, TARGET.sub("", text))
    text = TABLE.sub(r"**\1**\n\n\2", text)
    parts = FENCED.split(text)  # every second one is code
    for number in range(0, len(parts), 2):
        part = ROLE.sub(lambda found: _role(found, values), parts[number])
        parts[number] = LINK.sub(_link, part)
    return "".join(DIRECTIVE.sub(_source, part) for part in parts)


def unresolved(text):
    """Markup of the book that `plain` has left."""
    return LEFT.findall(text)


def _quotation(found):
    title, body = found.groups()
    lines = [f"**{title}**", "", *body.strip().splitlines()]
    return "\n".join(f"> {line}".rstrip() for line in lines)


# --- roles and links --------------------------------------------------------------


def _role(found, values):
    role, content = found.groups()
    if role == "glue:text" and content in values:
        return values[content]
    if role == "printed" and content in _published():
        return _published()[content].lower()
    if role == "given":
        return content
    if role in {"cite:t", "cite:p"}:
        names = [_citation(key.strip(), role == "cite:t") for key in content.split(",")]
        return "; ".join(names) if role == "cite:t" else f"({'; '.join(names)})"
    if role in {"ref", "download"}:
        shown, _, target = content.rstrip(">").rpartition("<")
        return f"[{shown.strip() or target}]({target})"
    return found[0]


def _link(found):
    """Links to chapters and labels lead to notebooks; to pages without one, nowhere."""
    shown, target = found.groups()
    if target in _labels():
        chapter, title = _labels()[target]
        return f"[{shown or title}]({chapter}.ipynb)"
    return f"[{shown}]({target}.ipynb)" if target in chapters() else shown


@cache
def _labels():
    """Chapter and title of every label."""
    found = {}
    for chapter in chapters():
        for cell in committed(chapter)["cells"]:
            text = "".join(cell["source"])
            for target in TARGET.finditer(text) if cell["cell_type"] == "markdown" else ():
                heading = re.match(r"\s*#+ *(.*)", text[target.end() :])
                found[target[1]] = chapter, heading[1] if heading else target[1]
    return found


@cache
def _published():
    with (ROOT / "data" / "claims.csv").open(encoding="utf-8", newline="") as file:
        return {claim["id"]: claim["printed"] for claim in csv.DictReader(file)}


def _citation(key, in_text):
    """Authors and year, as the book's pages cite them."""
    entry = re.search(rf"@\w+\{{{re.escape(key)},(.*?)\n\}}", _bibliography(), re.DOTALL)
    if not entry:
        return key
    fields = dict(re.findall(r"^\s*(\w+) = \{(.*)\},?$", entry[1], re.MULTILINE))
    names = fields.get("author", key).split(" and ")
    family = [re.sub(r"[{}]", "", name.split(",")[0]) for name in names]
    if len(family) > 2:
        family = [f"{family[0]} et al."]
    names, year = " and ".join(family), fields.get("year", "")
    return f"{names} ({year})" if in_text else f"{names}, {year}"


@cache
def _bibliography():
    return (BOOK / "references.bib").read_text(encoding="utf-8")


# --- included sources -------------------------------------------------------------


def _source(found):
    """A file, or the part of it that the options name, as a code block."""
    path, options = found.groups()
    options = dict(re.findall(r"^:([\w-]+): *\"?(.*?)\"?$", options, re.MULTILINE))
    text = (BOOK / path.strip()).read_text(encoding="utf-8")
    lines = text.splitlines()
    if "pyobject" in options:
        lines = _definition(text, options["pyobject"].split("."))
    if "start-at" in options:
        lines = lines[_line_with(lines, options["start-at"]) :]
    if "end-before" in options:
        lines = lines[: _line_with(lines, options["end-before"])]
    code = textwrap.dedent("\n".join(lines)).strip("\n")
    return f"```{options.get('language', 'python')}\n{code}\n```"


def _line_with(lines, text):
    return next(number for number, line in enumerate(lines) if text in line)


def _definition(text, names):
    """Lines of a function or class, found by its dotted name."""
    node = ast.parse(text)
    for name in names:
        node = next(child for child in node.body if getattr(child, "name", None) == name)
    first = min([node.lineno, *(decorator.lineno for decorator in node.decorator_list)])
    return text.splitlines()[first - 1 : node.end_lineno]
