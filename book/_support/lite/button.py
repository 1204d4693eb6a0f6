"""Adds a button to a chapter's page that opens the chapter in the app.

It is added to the built pages and not to their sources: a site without the app has no button.
"""

import re

from _support.common import SITE, write_files

from . import LiteError

BUTTON = re.compile(r"<!-- lite -->.*?<!-- /lite -->\n?", re.DOTALL)
HEADING = re.compile(r"<article.*?</h1>\n?", re.DOTALL)


def html(chapter: str, size: float) -> str:
    """A link that looks like a button and says how much the reader downloads.

    chapter : its name; size : in bytes.
    """
    return (
        '<!-- lite --><link rel="stylesheet" href="../lite/button.css"><p class="lite">'
        f'<a href="../lite/notebooks/index.html?path=book/{chapter}.ipynb">'
        f"Run this chapter in your browser ({megabytes(size)} at first use)</a></p>"
        "<!-- /lite -->\n"
    )


def megabytes(size: float) -> str:
    """A size in bytes as words."""
    return f"about {round(size / 1e6)} MB"


def add(chapter: str, size: float) -> None:
    """Add the button below the heading of a chapter's page, in place of an earlier one.

    chapter, size : as in `html`. Raises LiteError where the page has no heading.
    """
    page = SITE / "book" / f"{chapter}.html"
    text = BUTTON.sub("", page.read_text(encoding="utf-8"))
    heading = HEADING.search(text)
    if heading is None:
        raise LiteError(f"{page} has no heading below which to add the button")
    end = heading.end()
    write_files({page: text[:end] + html(chapter, size) + text[end:]})
