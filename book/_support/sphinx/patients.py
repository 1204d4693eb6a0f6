"""Links every patient number of a page to the patient's section in the chapter of patients.

Notebooks and tables name patients as ``Patient 9`` or ``Patients 9, 21 and 30``, and head rows
by ``9`` or ``22a``. They do not write these links, because every chapter would be full of them.
"""

import re
from collections.abc import Iterator
from functools import cache, partial

from sphinx.application import Sphinx

from correll2004.data import table1
from correll2004.paper.patients import NAMED

PAGE = "book/patients"
ANCHOR = "patient-"

# Inside these elements nothing is linked: they are links, headings, controls, code or pictures.
_LEFT_ALONE = {"a", "button", "code", "h1", "h2", "h3", "h4", "label", "nav", "pre", "script"}
_LEFT_ALONE |= {"style", "summary", "svg"}
_ROW_HEAD = re.compile(r"^\d+[abc]?$")
_HEADS = ("Patient", "Cycle", "No.")  # of a first column that holds numbers of patients


def link_patients(html: str, page: str) -> str:
    """Link the patient numbers in a piece of HTML.

    page : address of the chapter of patients, empty on that page itself.
    """
    return "".join(_linked(html, page))


def _linked(html: str, page: str) -> Iterator[str]:
    within: list[str] = []  # the open elements in which nothing is linked
    first_head, tag, own = "", "", ""
    for token in re.split(r"(<[^>]+>)", html):
        if token.startswith("<"):
            tag, name = token, re.sub(r"^</?([\w-]*).*", r"\1", token, flags=re.DOTALL)
            if name == "table":
                first_head = ""
            if name == "section":  # a patient's own section has no link to itself
                own = "".join(re.findall(rf'id="{ANCHOR}(\d+)"', token))
            if name in _LEFT_ALONE and not token.endswith("/>"):
                within.remove(name) if token.startswith("</") else within.append(name)
        elif token and not within:
            if tag.startswith('<th scope="col"'):
                first_head = first_head or token
            is_head = tag.startswith('<th scope="row"') and first_head in _HEADS
            numbered = _ROW_HEAD if is_head else NAMED
            link = partial(_link_numbers, page=page, known=numbers() - {own})
            token = numbered.sub(link, token)
        yield token


def _link_numbers(found: re.Match[str], page: str, known: frozenset[str]) -> str:
    """A list of patients, or the label of a cycle, with a link for each known number."""

    def link(number: re.Match[str]) -> str:
        if number[1] not in known:
            return number[0]
        title = f' title="Patient {number[1]}"' if number[0] == found[0] else ""
        return f'<a class="patient" href="{page}#{ANCHOR}{number[1]}"{title}>{number[0]}</a>'

    return re.sub(r"(\d+)[abc]?", link, found[0])


@cache
def numbers() -> frozenset[str]:
    """The patient numbers of Table 1, as printed."""
    return frozenset(map(str, table1.read().patients["patient"]))


def link_page(
    app: Sphinx, pagename: str, templatename: str, context: dict, doctree: object
) -> None:
    """Link a page's patient numbers (``html-page-context``)."""
    if doctree is not None:
        page = "" if pagename == PAGE else context["pathto"](PAGE)
        context["body"] = link_patients(context["body"], page)


def setup(app: Sphinx) -> None:
    """Connect this module."""
    app.connect("html-page-context", link_page, priority=950)
