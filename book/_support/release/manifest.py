"""Lists which cell makes which table and figure, from notebooks and built pages.

The list has one row for each table with a caption and each figure of the book, in reading order:
what it is comes from the cells' outputs, where it is from the pages. It is the list of outputs
that a CODECHECK asks for, with the checksum of each.
"""

import csv
import hashlib
import io
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from _support.common import ROOT, parse_html, parts_of_the_book

COLUMNS = ("paper", "with_verdicts", "kind", "caption", "notebook", "cell", "page", "sha256")
# The paper's tables and figures: some cell must make each.
PAPER = [*(f"Table {number}" for number in range(1, 6)), "Figure 1", "Figure 2"]


@dataclass
class Exhibit:
    """A table or a figure in a piece of HTML.

    anchor : id by which it is linked to; with_verdicts : whether its numbers carry their verdicts.
    """

    kind: str
    anchor: str
    with_verdicts: bool
    caption: str


def exhibits(html: str) -> list[Exhibit]:
    """The tables and figures with a caption in a piece of HTML, in their order."""
    found = []
    for box in parse_html(html).select(".book-table, .book-figure"):
        kind = "table" if "book-table" in box["class"] else "figure"
        caption = box.find("caption" if kind == "table" else "figcaption")
        if caption is not None:
            with_verdicts = "with-verdicts" in box["class"]
            found.append(Exhibit(kind, str(box["id"]), with_verdicts, caption.get_text()))
    return found


def outputs(notebook: Path) -> Iterator[tuple[str, str]]:
    """The HTML that a notebook's cells show, with the cell's id first."""
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

    site : folder of the built pages; root : the tree. Raises LookupError where a page does not
    show what its notebook holds, or where no cell makes a table or figure of the paper.
    """
    found = [row for chapter in chapters(root) for row in _rows_of(chapter, site, root)]
    if missing := set(PAPER) - {row["paper"] for row in found}:
        raise LookupError(f"no cell makes {', '.join(sorted(missing))}")
    return found


def _rows_of(chapter: str, site: Path, root: Path) -> Iterator[dict[str, str]]:
    page = Path(chapter).with_suffix(".html").as_posix()
    on_page = exhibits((site / page).read_text(encoding="utf-8"))
    for cell, html in outputs(root / chapter):
        for made in exhibits(html):
            key = (made.kind, made.caption)
            shown = next((each for each in on_page if (each.kind, each.caption) == key), None)
            if shown is None:
                raise LookupError(f"{page} does not show what cell {cell} makes: {made.caption}")
            on_page.remove(shown)
            label = re.match(r"(Table|Figure) \d+\b", made.caption)
            yield {
                "paper": label[0] if label else "",
                "with_verdicts": "yes" if made.with_verdicts else "",
                "kind": made.kind,
                "caption": " ".join(made.caption.split()),
                "notebook": chapter,
                "cell": cell,
                "page": f"{page}#{shown.anchor}",
                "sha256": hashlib.sha256(html.encode()).hexdigest(),
            }


def text(site: Path, root: Path = ROOT) -> str:
    """The manifest as CSV.

    Columns: ``paper``, the table or figure of the paper that the caption names; ``with_verdicts``,
    whether its numbers carry their verdicts; ``page``, its address within the site; ``sha256``,
    of the HTML that the cell puts out, in UTF-8. Raises LookupError, as `rows`.
    """
    buffer = io.StringIO()
    writer = csv.DictWriter(buffer, COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows(site, root))
    return buffer.getvalue()
