"""The button on a chapter's page that opens the chapter in the app.

Put into the built pages, not into their sources: a site without the app carries nothing.
"""

import re

from _support.common import SITE, write_files

from . import LiteError

PUT = re.compile(r"<!-- lite -->.*?<!-- /lite -->\n?", re.DOTALL)
HEADING = re.compile(r"<article.*?</h1>\n?", re.DOTALL)


def html(chapter: str, size: float) -> str:
    """A link that looks like a button, with what it costs. ``size`` in bytes."""
    return (
        '<!-- lite --><link rel="stylesheet" href="../lite/button.css"><p class="lite">'
        f'<a href="../lite/notebooks/index.html?path=book/{chapter}.ipynb">'
        f"Run this chapter in your browser ({megabytes(size)} at first use)</a></p>"
        "<!-- /lite -->\n"
    )


def megabytes(size: float) -> str:
    return f"about {round(size / 1e6)} MB"


def put(chapter: str, size: float) -> None:
    """Put the button under the heading of a chapter's page, in place of an earlier one."""
    page = SITE / "book" / f"{chapter}.html"
    text = PUT.sub("", page.read_text(encoding="utf-8"))
    heading = HEADING.search(text)
    if heading is None:
        raise LiteError(f"{page} has no heading to put the button under")
    at = heading.end()
    write_files({page: text[:at] + html(chapter, size) + text[at:]})
