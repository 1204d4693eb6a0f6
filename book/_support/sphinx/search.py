"""The search: what it can find, written as a script beside the page that searches it.

Sphinx's own index fetches the pages for its snippets, which fails from a disk, and knows
neither sections nor claims. Here the finished chapters are cut into documents: sections,
claims of the register, divergences, columns of the data and terms of a glossary. A script
file can be loaded from a disk too. ``static/search.js`` indexes and shows the documents.
"""

import json
import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import NamedTuple

from bs4 import BeautifulSoup, SoupStrainer, Tag
from sphinx.application import Sphinx

FILE = "search-documents.js"
# What is left out before a page is read: code, pictures, displayed formulas.
NO_TEXT = re.compile(
    r'<(pre|svg|script|style|select)\b.*?</\1>|<math display="block".*?</math>', re.DOTALL
)
# And what is read off a page but not as a sentence: signs, buttons, lists of rows.
NO_SENTENCES = ".headerlink, .above-input, td details, [aria-hidden=true]"
# What is found as a document of its own, or is in another place too.
NOT_OF_A_SECTION = (
    "section.divergence, #register, dl.glossary, .dictionary table, .claims table > :not(caption)"
)
BLOCKS = ["p", "li", "td", "th", "caption", "figcaption", "dt", "dd", "summary", "div", "br"]
HEADINGS = ["h1", "h2", "h3", "h4"]
WORDS_OF_A_SENTENCE = 4  # a cell of a table with fewer is a number or a label


class Document(NamedTuple):
    """Something that can be found: its kind, page, anchor there, heading and text."""

    kind: str
    page: str
    anchor: str
    heading: str
    text: str


def documents_of(page: str, html: str) -> tuple[tuple[str, str], list[Document]]:
    """Title and description of a page, and the documents of its own part, in their order.

    page : its name, as ``book/methods``; html : the finished page.
    """
    only = SoupStrainer("article", class_="bd-article")
    article = BeautifulSoup(NO_TEXT.sub("", html), "html.parser", parse_only=only)
    description = re.search(r'<meta content="([^"]*)" name="description"', html)[1]
    _drop(article, NO_SENTENCES)
    for block in article.find_all(BLOCKS) + article.find_all(class_="why"):
        block.insert_after(" ")
    title = _words(article.h1)
    found = [
        Document(kind, page, *parts)
        for kind, documents in KINDS.items()
        for parts in documents(article)
    ]
    return (title, unescape(description)), found


def _claims(article: Tag) -> Iterator[tuple[str, str, str]]:
    for row in article.select("#register tbody tr"):
        place, claim, printed, recomputed, verdict = row.find_all(["th", "td"], recursive=False)
        why = " ".join(_words(one.extract()) for one in claim.find_all(class_="why"))
        text = f"{_words(place)}: printed {_words(printed)}, recomputed {_words(recomputed)}."
        if wording := verdict.find(class_="wording"):
            why = f"Wording: {_words(wording.extract())}. {why}"
        yield row["id"], _words(claim), f"{text} Number: {_words(verdict)}. {why}".strip()


def _divergences(article: Tag) -> Iterator[tuple[str, str, str]]:
    # All are beside the register; chapters show theirs again.
    if article.find(id="register"):
        for box in article.select("section.divergence"):
            title = box.find(class_="title").extract()
            _drop(box, ".book-table")
            yield box["id"], _words(title), _sentences(box)


def _columns(article: Tag) -> Iterator[tuple[str, str, str]]:
    for table in article.select(".dictionary table"):
        file = _words(table.caption).split(". ")[0]
        anchor = table.find_parent("section")["id"]
        for row in table.tbody.find_all("tr"):
            name, meaning = row.find_all(["th", "td"], recursive=False)[:2]
            yield anchor, f"{_words(name)} ({file})", _words(meaning)


def _terms(article: Tag) -> Iterator[tuple[str, str, str]]:
    for term in article.select("dl.glossary > dt[id]"):
        yield term["id"], _words(term), _words(term.find_next_sibling("dd"))


def _sections(article: Tag) -> Iterator[tuple[str, str, str]]:
    _drop(article, NOT_OF_A_SECTION)
    found = []
    # The innermost first: what has been read is taken out of the section around it.
    for section in reversed(article.select("section[id]")):
        heading = section.find(HEADINGS)
        if heading is None:
            continue
        heading.extract()
        anchor = "" if heading.name == "h1" else section["id"]
        found.append((anchor, _words(heading), _sentences(section)))
        section.decompose()
    return reversed(found)


# Sections come last, for they take the page apart.
KINDS = {
    "claim": _claims,
    "divergence": _divergences,
    "column": _columns,
    "term": _terms,
    "section": _sections,
}


def _sentences(part: Tag) -> str:
    """Text of a part of a page without the numbers and labels of its tables."""
    for cell in part.find_all(["td", "th"]):
        if len(re.findall(r"[^\W\d_]{2,}", cell.get_text(" "))) < WORDS_OF_A_SENTENCE:
            cell.decompose()
    return _words(part)


def _drop(part: Tag, selector: str) -> None:
    for one in part.select(selector):
        if not one.decomposed:
            one.decompose()


def _words(part: Tag) -> str:
    return " ".join(part.get_text().split())


def script_of(pages: dict[str, tuple[str, str]], documents: list[Document]) -> str:
    """The script that hands pages and documents over; a document names its page by number.

    pages : title and description of each page.
    """
    numbers = {page: number for number, page in enumerate(pages)}
    lines = [[one.kind, numbers[one.page], one.anchor, one.heading, one.text] for one in documents]
    return "\n".join(
        [
            '"use strict";',
            f"const SEARCH_PAGES = {_json([[name, *about] for name, about in pages.items()])};",
            "const SEARCH_DOCUMENTS = [",
            *(f"{_json(line)}," for line in lines),
            "];",
            "",
        ]
    )


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def search_page(app: Sphinx) -> Iterator[tuple[str, dict, str]]:
    """The page that searches; its documents are cut from the chapters, written before it."""
    if app.builder.name != "html":
        return
    root = app.config.root_doc
    pages, documents = {}, []
    for name in [root, *app.env.toctree_includes.get(root, [])]:
        html = Path(app.builder.get_outfilename(name)).read_text(encoding="utf-8")
        pages[name], found = documents_of(name, html)
        documents += found
    script = script_of(pages, documents)
    (Path(app.outdir) / "_static" / FILE).write_text(script, encoding="utf-8")
    yield "search", {"title": "Search"}, "search.html"


def disable_sphinx_search(app: Sphinx) -> None:
    """No index of Sphinx's is made, and no page of its own."""
    app.builder.search = False


def setup(app: Sphinx) -> dict[str, bool]:
    app.connect("builder-inited", disable_sphinx_search)
    app.connect("html-collect-pages", search_page)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
