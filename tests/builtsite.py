"""The built site as the tests read it: its pages, and the parts of a page.

It stands in ``_build/html``, which ``make test`` builds first, or where ``BOOK_SITE`` says.
"""

import functools
import os
import shutil
from html.parser import HTMLParser
from pathlib import Path

import pytest

from correll2004.paths import ROOT

SITE = Path(os.environ.get("BOOK_SITE", ROOT / "_build" / "html"))
# Not pages of the book: the theme's templates, and JupyterLab in the browser.
OTHERS = {"_static", "lite"}
PAGES = sorted(
    path.relative_to(SITE).as_posix()
    for path in SITE.glob("**/*.html")
    if path.relative_to(SITE).parts[0] not in OTHERS
)
A_CHAPTER = "book/results-duration-of-relief.html"  # with figures, tables, code and boxes
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")

pages = pytest.mark.parametrize("page", PAGES)


class Page(HTMLParser):
    """Ids, links, fetched resources, title and metadata of a page."""

    def __init__(self, path):
        super().__init__()
        self.text = path.read_text(encoding="utf-8")
        self.ids, self.links, self.resources, self.refresh = set(), [], [], False
        self.title, self.meta = "", {}
        self._in_title = False
        self.feed(self.text)

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        self._in_title = tag == "title"
        self.ids.update(filter(None, [attributes.get("id"), attributes.get("name")]))
        if tag == "a" and attributes.get("href"):
            self.links.append(attributes["href"])
        if tag in {"script", "img", "iframe", "source"} and attributes.get("src"):
            self.resources.append(attributes["src"])
        if tag == "link" and attributes.get("rel") not in {"canonical", "author", "license"}:
            self.resources.append(attributes["href"])
        if tag == "meta":
            self.refresh |= attributes.get("http-equiv") == "refresh"
            name = attributes.get("name") or attributes.get("property")
            self.meta.setdefault(name, []).append(attributes.get("content"))

    def handle_endtag(self, tag):
        self._in_title = False

    def handle_data(self, data):
        self.title += data * self._in_title


@functools.cache
def parsed(path):
    return Page(path)
