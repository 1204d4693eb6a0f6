"""Links codes and terms of a page to where they are explained, each with a note.

Patients (``Patient 9``, ``Patients 9, 21 and 30``, row heads such as ``22a``), entries of the
ledger (``D5``) and repairs are linked wherever they are named, terms of the glossary where a
page first uses them. Notebooks do not write these links, because every chapter would be full of
them. The notes are in one file for all pages; ``static/notes.js`` shows them.
"""

import json
import re
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx

from correll2004.data import repairs, validation
from correll2004.paper import records
from correll2004.paper.patients import NAMED
from correll2004.show.patients import in_words

FILE = "notes-texts.js"
PATIENTS, LEDGER, GLOSSARY = "book/patients", "book/reproduction-report", "book/glossary"
REPAIRS = ("book/results-duration-of-relief", "one-patient")  # page and section
WITHOUT_TERMS = (GLOSSARY, "book/references")  # pages on which no term is linked

# Inside these elements nothing is linked: they are links, headings, controls, code or pictures.
_LEFT_ALONE = {"a", "button", "code", "h1", "h2", "h3", "h4", "label", "math", "nav", "option"}
_LEFT_ALONE |= {"pre", "script", "select", "style", "summary", "svg", "textarea"}
_NO_TERMS = {"table", "dt"}  # inside these no terms are linked
_ROW_HEAD = re.compile(r"^\d+[abc]?$")
_HEADS = ("Patient", "Cycle", "No.")  # of a first column that holds numbers of patients


class Target(NamedTuple):
    """Where a code or a term leads: page, anchor, class of the link, title and text of its note."""

    page: str
    anchor: str
    kind: str
    title: str
    text: str


Targets = dict[str, Target]  # by ``patient-9``, ``D5``, ``R1`` or a term in lower case


@cache
def codes() -> Targets:
    """The targets of patients, entries of the ledger and repairs."""
    files = records.load()
    found: Targets = {}
    for number in files.table1.patients["patient"]:
        name = f"patient-{number}"
        text = in_words(files.table1, number)
        found[name] = Target(PATIENTS, name, "patient", f"Patient {number}", text)
    for name, entry in validation.rows(files.divergences):
        text = f"{_first_sentence(entry['printed'])} Consequence: it {entry['consequence']}."
        found[name] = Target(LEDGER, name, "entry", f"{name}. {entry['title']}", text)
    for name in dict.fromkeys(files.repairs["repair"]):
        text = f"{repairs.in_words(files.repairs, name)}. A hypothesis: the data stay as printed."
        found[name] = Target(*REPAIRS, "repair", f"Repair {name}", text)
    return found


def _first_sentence(text: str) -> str:
    return re.split(r"(?<=\.) (?=[A-Z])", text)[0]


def terms_of(glossary: nodes.document) -> Targets:
    """The targets of a glossary's terms; the note is the first sentence of the paragraph."""
    found: Targets = {}
    for item in glossary.findall(nodes.definition_list_item):
        if not isinstance(item.parent.parent, addnodes.glossary):
            continue
        terms = list(item.findall(nodes.term))
        paragraph = next(iter(item.findall(nodes.paragraph))).astext()
        text = _first_sentence(" ".join(paragraph.split()))
        target = Target(GLOSSARY, terms[0]["ids"][0], "term", terms[0].astext(), text)
        found |= {term.astext().lower(): target for term in terms}
    return found


class Linker:
    """Links the codes and terms of one page.

    addresses : address of each page that a target is on, empty for the page itself.
    """

    def __init__(self, addresses: dict[str, str], terms: Targets) -> None:
        self.addresses, self.targets = addresses, codes() | terms
        self.terms = dict(terms)  # those that the page has not used yet
        names = [re.escape(name) for name in codes() if not name.startswith("patient-")]
        self.code = re.compile(rf"\b(?:[Rr]epair )?({'|'.join(names)})\b(?![-.]\d)")
        self.own = ""

    def page(self, html: str) -> str:
        """The page's HTML with links."""
        return "".join(self._tokens(html))

    def _link(self, name: str, text: str) -> str:
        target = self.targets.get(name)
        if target is None or (not self.addresses[target.page] and self.own == target.anchor):
            return text
        href = f"{self.addresses[target.page]}#{target.anchor}"
        return f'<a class="{target.kind}" href="{href}">{text}</a>'

    def _tokens(self, html: str) -> Iterator[str]:
        within: list[str] = []  # the open elements in which nothing, or no term, is linked
        first_head, tag = "", ""
        for token in re.split(r"(<[^>]+>)", html):
            if token.startswith("<"):
                tag, name = token, re.sub(r"^</?([\w-]*).*", r"\1", token, flags=re.DOTALL)
                if name == "table":
                    first_head = ""
                if name == "section":  # a section has no link to itself
                    self.own = "".join(re.findall(r'id="([^"]+)"', token))
                if name in _LEFT_ALONE | _NO_TERMS and not token.endswith("/>"):
                    within.remove(name) if token.startswith("</") else within.append(name)
            elif token.strip() and _LEFT_ALONE.isdisjoint(within):
                if tag.startswith('<th scope="col"'):
                    first_head = first_head or token
                is_head = tag.startswith('<th scope="row"') and first_head in _HEADS
                token = self._text(token, is_head, terms=_NO_TERMS.isdisjoint(within))
            yield token

    def _text(self, text: str, is_head: bool, terms: bool) -> str:
        text = (_ROW_HEAD if is_head else NAMED).sub(self._patients, text)
        text = _outside_links(text, lambda part: self.code.sub(self._code, part))
        return self._first_uses(text) if terms and self.terms else text

    def _code(self, found: re.Match[str]) -> str:
        return self._link(found[1], found[0])

    def _patients(self, found: re.Match[str]) -> str:
        """A list of patients, or the label of a cycle, with a link for each known number."""
        number = r"(\d+)[abc]?"
        return re.sub(number, lambda one: self._link(f"patient-{one[1]}", one[0]), found[0])

    def _first_uses(self, text: str) -> str:
        """Link each term that the page has not used before."""
        while found := _any_of(tuple(self.terms)).search(_without_links(text)):
            target = self.terms[found[1].lower()]
            start, end = found.span()
            text = f"{text[:start]}{self._link(found[1].lower(), found[0])}{text[end:]}"
            self.terms = {
                name: one for name, one in self.terms.items() if one.anchor != target.anchor
            }
            if not self.terms:
                break
        return text


@cache
def _any_of(terms: tuple[str, ...]) -> re.Pattern[str]:
    longest_first = sorted(terms, key=len, reverse=True)
    names = "|".join(re.escape(term) for term in longest_first)
    return re.compile(rf"(?<![\w-])({names})s?(?![\w-])", re.IGNORECASE)


def _without_links(text: str) -> str:
    """A text of the same length in which links are blank."""
    return re.sub(r"<a .*?</a>", lambda found: "\0" * len(found[0]), text)


def _outside_links(text: str, change: Callable[[str], str]) -> str:
    parts = re.split(r"(<a .*?</a>)", text)
    return "".join(part if part.startswith("<a ") else change(part) for part in parts)


def link_page(
    app: Sphinx, pagename: str, templatename: str, context: dict, doctree: object
) -> None:
    """Link a page's codes and terms (``html-page-context``)."""
    if doctree is None:
        return
    pages = (PATIENTS, LEDGER, GLOSSARY, REPAIRS[0])
    addresses = {page: "" if page == pagename else context["pathto"](page) for page in pages}
    terms = terms_of(app.env.get_doctree(GLOSSARY)) if pagename not in WITHOUT_TERMS else {}
    context["body"] = Linker(addresses, terms).page(context["body"])


def notes(targets: Targets) -> str:
    """The script with title and text of each note, by what a link to it ends with.

    That is the anchor or, for a repair, whose section is shared, its name.
    """
    texts = {
        name if target.kind == "repair" else target.anchor: [target.title, target.text]
        for name, target in targets.items()
    }
    return f'"use strict";\nconst NOTES = {json.dumps(texts, ensure_ascii=False, indent=0)};\n'


def write_notes(app: Sphinx) -> Iterator[tuple[str, dict[str, str], str]]:
    """Write the notes of all codes and terms; adds no page (``html-collect-pages``)."""
    if app.builder.name == "html":
        script = notes(codes() | terms_of(app.env.get_doctree(GLOSSARY)))
        Path(app.outdir, "_static", FILE).write_text(script, encoding="utf-8")
    yield from ()


def setup(app: Sphinx) -> None:
    """Connect this module."""
    app.connect("html-page-context", link_page, priority=950)
    app.connect("html-collect-pages", write_notes)
