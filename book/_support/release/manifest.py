"""Which cell makes which table and figure, as a table, read off notebooks and built pages.

One row for each captioned table and each figure of the book, in reading order. Nothing of it
is typed: captions and figures come from the cells' outputs, places from the pages. It is the
list of outputs that a CODECHECK asks for, with the checksum of each.
"""

import csv
import hashlib
import io
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from bs4 import BeautifulSoup

from _support.common import ROOT, parts_of_the_book

COLUMNS = ("paper", "judged", "kind", "caption", "notebook", "cell", "page", "sha256")
# What the paper has: each must come out of some cell.
PAPER = [*(f"Table {number}" for number in range(1, 6)), "Figure 1", "Figure 2"]


@dataclass
class Piece:
    """A table or a figure in a piece of HTML. ``anchor``: the id by which it is linked to."""

    kind: str
    anchor: str
    judged: bool = False
    caption: str = ""


def pieces(html: str) -> list[Piece]:
    """The tables with a caption and the figures in a piece of HTML, in their order."""
    found = []
    for box in BeautifulSoup(html, "html.parser").select(".book-table, .book-figure"):
        kind = "table" if "book-table" in box["class"] else "figure"
        caption = box.find("caption" if kind == "table" else "figcaption")
        if caption is not None:
            found.append(Piece(kind, box["id"], "judged" in box["class"], caption.get_text()))
    return found


def outputs(notebook: Path) -> Iterator[tuple[str, str]]:
    """The HTML that the cells of a notebook show: ``(cell id, html)``."""
    for cell in json.loads(notebook.read_text(encoding="utf-8"))["cells"]:
        if "remove-cell" not in cell["metadata"].get("tags", []):
            for output in cell.get("outputs", []):
                if html := output.get("data", {}).get("text/html"):
                    yield cell["id"], "".join(html)


def chapters(root: Path = ROOT) -> list[str]:
    """The notebooks in the order of the table of contents, as paths from the root."""
    names = [name for _, pages in parts_of_the_book(root) for name in pages]
    return [f"{name}.ipynb" for name in names if (root / f"{name}.ipynb").is_file()]


def rows(site: Path, root: Path = ROOT) -> list[dict[str, str]]:
    """The manifest's rows: dictionaries by `COLUMNS`.

    site : folder of the built pages. Raises LookupError where a page does not show what its
    notebook holds, or where a table or figure of the paper comes from no cell.
    """
    found = [row for chapter in chapters(root) for row in _of_chapter(chapter, site, root)]
    if missing := set(PAPER) - {row["paper"] for row in found}:
        raise LookupError(f"made by no cell: {', '.join(sorted(missing))}")
    return found


def _of_chapter(chapter, site, root):
    page = Path(chapter).with_suffix(".html").as_posix()
    shown = pieces((site / page).read_text(encoding="utf-8"))
    for cell, html in outputs(root / chapter):
        for piece in pieces(html):
            place = _same(piece, shown)
            if place is None:
                raise LookupError(f"{page} does not show what cell {cell} makes: {piece.caption}")
            shown.remove(place)
            label = re.match(r"(Table|Figure) \d+\b", piece.caption)
            yield {
                "paper": label[0] if label else "",
                "judged": "yes" if piece.judged else "",
                "kind": piece.kind,
                "caption": " ".join(piece.caption.split()),
                "notebook": chapter,
                "cell": cell,
                "page": f"{page}#{place.anchor}",
                "sha256": hashlib.sha256(html.encode()).hexdigest(),
            }


def _same(piece, shown):
    """The first of the pieces on a page that is this one, or None."""
    key = (piece.kind, piece.caption)
    return next((other for other in shown if (other.kind, other.caption) == key), None)


def text(site: Path, root: Path = ROOT) -> str:
    """The manifest as CSV. ``paper``: the table or figure of the paper that a caption names;
    ``judged``: every number in it carries its verdict; ``page``: address within the site;
    ``sha256``: of the HTML that the cell puts out, as the notebook holds it, in UTF-8."""
    buffer = io.StringIO()
    writer = csv.DictWriter(buffer, COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows(site, root))
    return buffer.getvalue()
