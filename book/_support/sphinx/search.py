"""Writes what the search can find, as a script for the page that searches.

Sphinx's own search fetches pages to show snippets, which fails when the site is opened from a
disk, and finds whole pages only. Here the finished chapters are cut into documents: sections,
claims of the register, divergences, columns of the data, comments of Table 1 and terms of a
glossary. A script file
loads from a disk too. ``static/search.js`` indexes and shows the documents.
"""

import json
import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import NamedTuple

from bs4 import SoupStrainer, Tag
from sphinx.application import Sphinx
from sphinx.builders.html import StandaloneHTMLBuilder

from _support.common import parse_html, text_of

FILE = "search-documents.js"
# Removed before a page is parsed: code, pictures, displayed formulas.
NO_TEXT = re.compile(
    r'<(pre|svg|script|style|select)\b.*?</\1>|<math display="block".*?</math>', re.DOTALL
)
# Removed from the parsed page: signs, buttons, lists of rows.
NO_SENTENCES = ".headerlink, .above-input, .how, td details, [aria-hidden=true]"
# No part of a section's text: documents of their own, and what another page shows too.
NOT_OF_A_SECTION = "section.divergence, section.patient, nav, #register, dl.glossary"
NOT_OF_A_SECTION += ", .dictionary table, .claims table > :not(caption)"
BLOCKS = ["p", "li", "td", "th", "caption", "figcaption", "dt", "dd", "summary", "div", "br"]
HEADINGS = ["h1", "h2", "h3", "h4"]
WORDS_OF_A_SENTENCE = 4  # a table's cell with fewer is a number or a label


class Document(NamedTuple):
    """Something that can be found: its kind, page, anchor on that page, heading and text."""

    kind: str
    page: str
    anchor: str
    heading: str
    text: str


Parts = Iterator[tuple[str, str, str]]  # anchor, heading and text of documents of one kind


def documents_of(page: str, html: str) -> tuple[tuple[str, str], list[Document]]:
    """Title and description of a page, and the documents in its article.

    page : its name, as ``book/methods``; html : the finished page.
    """
    only = SoupStrainer("article", class_="bd-article")
    article = parse_html(NO_TEXT.sub("", html), only)
    description = re.findall(r'<meta content="([^"]*)" name="description"', html)[0]
    _remove(article, NO_SENTENCES)
    for block in article.find_all(BLOCKS) + article.find_all(class_="why"):
        block.insert_after(" ")
    title = text_of(article.h1)
    found = [
        Document(kind, page, *parts)
        for kind, documents in KINDS.items()
        for parts in documents(article)
    ]
    return (title, unescape(description)), found


def _claims(article: Tag) -> Parts:
    for row in article.select("#register tbody tr"):
        place, claim, printed, recomputed, verdict = row.find_all(["th", "td"], recursive=False)
        why = " ".join(text_of(each.extract()) for each in claim.find_all(class_="why"))
        text = f"{text_of(place)}: printed {text_of(printed)}, recomputed {text_of(recomputed)}."
        if wording := verdict.find(class_="wording"):
            why = f"Wording: {text_of(wording.extract())}. {why}"
        yield str(row["id"]), text_of(claim), f"{text} Number: {text_of(verdict)}. {why}".strip()


def _divergences(article: Tag) -> Parts:
    if article.find(id="register"):
        for box in article.select("section.divergence"):
            title = text_of(box.select(".title")[0].extract())
            _remove(box, ".book-table")
            yield str(box["id"]), title, _sentences(box)


def _columns(article: Tag) -> Parts:
    for table in article.select(".dictionary:not(.texts) table"):
        file = text_of(table.caption).split(". ")[0]
        anchor = str(table.find_parents("section")[0]["id"])
        for row in table.select("tbody tr"):
            name, meaning = row.find_all(["th", "td"], recursive=False)[:2]
            yield anchor, f"{text_of(name)} ({file})", text_of(meaning)


def _patients(article: Tag) -> Parts:
    for section in article.select("section.patient"):
        title = text_of(section.select(".title")[0].extract())
        _remove(section, ".book-table, details, ul")
        yield str(section["id"]), title, _sentences(section)


def _terms(article: Tag) -> Parts:
    for term in article.select("dl.glossary > dt[id]"):
        yield str(term["id"]), text_of(term), text_of(term.find_next_sibling("dd"))


def _sections(article: Tag) -> Parts:
    _remove(article, NOT_OF_A_SECTION)
    found = []
    # The innermost first: a section that has been read is removed from the one around it.
    for section in reversed(article.select("section[id]")):
        heading = section.find(HEADINGS)
        if heading is None:
            continue
        heading.extract()
        anchor = "" if heading.name == "h1" else str(section["id"])
        found.append((anchor, text_of(heading), _sentences(section)))
        section.decompose()
    return reversed(found)


# Sections are last, because reading them removes them.
KINDS = {
    "claim": _claims,
    "divergence": _divergences,
    "column": _columns,
    "patient": _patients,
    "term": _terms,
    "section": _sections,
}


def _sentences(part: Tag) -> str:
    """Text of a part of a page without the numbers and labels of its tables."""
    for cell in part.find_all(["td", "th"]):
        if len(re.findall(r"[^\W\d_]{2,}", cell.get_text(" "))) < WORDS_OF_A_SENTENCE:
            cell.decompose()
    return text_of(part)


def _remove(part: Tag, selector: str) -> None:
    for element in part.select(selector):
        if not element.decomposed:
            element.decompose()


def script_of(pages: dict[str, tuple[str, str]], documents: list[Document]) -> str:
    """The script with all pages and documents; a document names its page by number.

    pages : title and description of each page, by name.
    """
    numbers = {page: number for number, page in enumerate(pages)}
    lines = [_json([doc.kind, numbers[doc.page], *doc[2:]]) + "," for doc in documents]
    return "\n".join(
        [
            '"use strict";',
            f"const SEARCH_PAGES = {_json([[name, *about] for name, about in pages.items()])};",
            "const SEARCH_DOCUMENTS = [",
            *lines,
            "];",
            "",
        ]
    )


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def search_page(app: Sphinx) -> Iterator[tuple[str, dict[str, str], str]]:
    """Add the page that searches, and its script, cut from the chapters written before it."""
    if app.builder.name != "html":
        return
    root = app.config.root_doc
    pages, documents = {}, []
    for name in [root, *app.env.toctree_includes.get(root, [])]:
        html = Path(app.outdir, f"{name}.html").read_text(encoding="utf-8")
        pages[name], found = documents_of(name, html)
        documents += found
    script = script_of(pages, documents)
    Path(app.outdir, "_static", FILE).write_text(script, encoding="utf-8")
    yield "search", {"title": "Search"}, "search.html"


def disable_sphinx_search(app: Sphinx) -> None:
    """Have Sphinx make no index and no search page of its own."""
    if isinstance(app.builder, StandaloneHTMLBuilder):
        app.builder.search = False


def setup(app: Sphinx) -> None:
    """Connect this module."""
    app.connect("builder-inited", disable_sphinx_search)
    app.connect("html-collect-pages", search_page)
