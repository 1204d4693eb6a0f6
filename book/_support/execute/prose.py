"""Writes numbers and citations into the chapters' text, which is plain Markdown.

Each number and citation names its source::

    <data value="printed:res-cycles">47</data>       published: the claim's id in the register
    <data value="glue:n_long">12</data>              computed: its name in ``show.glue``
    <data value="given">24</data>                    defines a condition, is not a result
    [Kaplan and Meier (1958)](references.bib#kaplan1958), or in brackets
    [(Kaplan and Meier, 1958)](references.bib#kaplan1958)

``make book`` writes what is between the tags and in the square brackets, so an author may
leave it empty. For the site, citations, boxes and captions are written as MyST.
"""

import ast
import csv
import re
from functools import cache
from html import escape

from pybtex.database import parse_file

from _support.common import BOOK, ROOT

REGISTER = ROOT / "data" / "claims.csv"
BIBLIOGRAPHY = BOOK / "references.bib"

NOTE = (
    "*Outputs follow when you change a cell and run it. The numbers in the text do not: "
    "they date from the last run of the whole book, and `make book` renews them.*"
)

DATA = re.compile(r'<data value="([a-z]+)(?::([^"]*))?">([^<]*)</data>')
CITATION = re.compile(r"\[(\(?)[^][]*\]\(references\.bib#([^)\s]*)\)")
BOX = re.compile(r"^> \*\*(.+)\*\*\n((?:>.*(?:\n|\Z))+)", re.MULTILINE)
TABLE = re.compile(r"^\*\*(.+)\*\*\n\n((?:\|.*(?:\n|\Z))+)", re.MULTILINE)
MARKUP = re.compile(r"([\\`*_$|~\[\]])")  # characters with a meaning in Markdown


class ProseError(ValueError):
    """A number or citation has no source; the message names notebook, cell and name."""


def fill(notebook: dict, name: str) -> None:
    """Write numbers and citations into a notebook's text, and `NOTE` as its first cell.

    notebook : dictionary in Jupyter's format, with outputs; changed in place.
    name : of its file, for the message. Raises ProseError.
    """
    glued = glued_values(notebook)
    cells = notebook["cells"]
    if cells[0]["id"] != "note":
        metadata = {"tags": ["remove-cell"]}
        cells.insert(0, {"cell_type": "markdown", "id": "note", "metadata": metadata})
    cells[0]["source"] = NOTE
    for cell in cells:
        if cell["cell_type"] == "markdown":
            try:
                cell["source"] = filled("".join(cell["source"]), glued)
            except ProseError as error:
                raise ProseError(f"{name}, cell {cell['id']}: {error}") from None


def filled(text: str, glued: dict[str, str]) -> str:
    """Markdown with its numbers and citations renewed. Raises ProseError.

    glued : the notebook's computed values by name.
    """
    if wrong := re.search(r"</?data\b.{0,60}", DATA.sub("", text)):
        raise ProseError(f'not of the form <data value="kind:name">…</data>: {wrong[0]}')
    text = DATA.sub(lambda match: _number(match, glued), text)
    return CITATION.sub(_citation, text)


def _number(match: re.Match[str], glued: dict[str, str]) -> str:
    kind, name, _ = match.groups()
    if kind == "given" and name is None:
        return match[0]
    sources = {
        "glue": (glued, "glued in this notebook"),
        "printed": (published(), "in data/claims.csv"),
    }
    if kind not in sources:
        raise ProseError(f"{kind!r} is not one of 'glue', 'printed' and 'given'")
    values, place = sources[kind]
    if name not in values:
        raise ProseError(f"{name!r} is not {place}")
    shown = MARKUP.sub(r"\\\1", escape(values[name], quote=False))
    return f'<data value="{kind}:{name}">{shown}</data>'


def glued_values(notebook: dict) -> dict[str, str]:
    """The texts that a notebook's code has glued, by name, from its outputs."""
    found = {}
    for cell in notebook["cells"]:
        for output in cell.get("outputs", []):
            if record := output.get("metadata", {}).get("scrapbook"):
                text = "".join(output["data"].get(record["mime_prefix"] + "text/plain", ""))
                if text[:1] in {"'", '"'}:
                    found[record["name"]] = ast.literal_eval(text)
    return found


@cache
def published() -> dict[str, str]:
    """Published strings by claim id, words in lower case; without the package's slow imports."""
    with REGISTER.open(encoding="utf-8", newline="") as file:
        return {claim["id"]: claim["printed"].lower() for claim in csv.DictReader(file)}


def _citation(match: re.Match[str]) -> str:
    bracket, key = match.groups()
    if key not in cited():
        raise ProseError(f"{key!r} is not in references.bib")
    names, year = cited()[key]
    text = f"({names}, {year})" if bracket else f"{names} ({year})"
    return f"[{text}](references.bib#{key})"


@cache
def cited() -> dict[str, tuple[str, str]]:
    """Authors and year of each entry of references.bib, as a citation names them, by key."""
    found = {}
    for key, entry in parse_file(BIBLIOGRAPHY).entries.items():
        people = entry.persons.get("author") or entry.persons["editor"]
        names = [" ".join(person.last_names).replace("{", "").replace("}", "") for person in people]
        if len(names) > 2:
            names = [f"{names[0]} et al."]
        found[key] = " and ".join(names), entry.fields["year"]
    return found


def for_sphinx(text: str) -> str:
    """A chapter's text with MyST's roles and directives for citations, boxes and captions."""
    text = CITATION.sub(lambda match: f"{{cite:{'p' if match[1] else 't'}}}`{match[2]}`", text)
    text = BOX.sub(_admonition, text)
    return TABLE.sub(r"```{table} \1\n\2```\n", text)


def _admonition(match: re.Match[str]) -> str:
    body = re.sub("^> ?", "", match[2], flags=re.MULTILINE).strip()
    return f":::{{admonition}} {match[1]}\n:class: tip\n{body}\n:::\n"
