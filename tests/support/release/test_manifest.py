"""The manifest: each table and figure leads to its cell and its place on a page."""

import csv
import hashlib
import io

import pytest
from builtsite import SITE, parsed
from smallbook import OUTPUTS, PAGE, notebook, write_small_book

from _support.common import ROOT
from _support.release import manifest


@pytest.fixture
def tree(tmp_path):
    return write_small_book(tmp_path / "a book")


def manifest_of(tree):
    return list(csv.DictReader(io.StringIO(manifest.text(tree / "_build" / "html", tree))))


def test_each_table_and_figure_leads_to_its_cell_and_place(tree):
    rows = manifest_of(tree)
    assert [row["paper"] for row in rows] == [*manifest.PAPER, ""]
    assert [row["with_verdicts"] for row in rows] == ["yes"] * 5 + [""] * 3
    assert rows[2]["cell"] == "results-02"
    assert rows[2]["page"] == "book/results.html#table-3-recomputed"
    assert rows[2]["sha256"] == hashlib.sha256(OUTPUTS[2].encode()).hexdigest()
    assert rows[5]["caption"] == "Figure 1. A curve."
    assert rows[5]["page"] == "book/results.html#first"
    assert rows[7] | {"sha256": ""} == {
        "paper": "",
        "with_verdicts": "",
        "kind": "table",
        "caption": "Patients & cycles in Table 1",
        "notebook": "book/results.ipynb",
        "cell": "results-07",
        "page": "book/results.html#patients-cycles-in-table-1",
        "sha256": "",
    }


def test_a_page_older_than_its_notebook_is_noticed(tree):
    page = tree / "_build" / "html" / "book" / "results.html"
    page.write_text(PAGE.replace("Table 4: re", "Table 4, re"), encoding="utf-8")
    with pytest.raises(LookupError, match="does not show what cell results-03 makes: Table 4"):
        manifest_of(tree)


def test_a_table_of_the_paper_that_no_cell_makes_is_noticed(tree):
    text = notebook(OUTPUTS[:3] + OUTPUTS[4:])
    (tree / "book" / "results.ipynb").write_text(text, encoding="utf-8")
    with pytest.raises(LookupError, match="no cell makes Table 4"):
        manifest_of(tree)


def test_the_book_s_manifest_is_true():
    rows = manifest.rows(SITE)
    assert [row["paper"] for row in rows if row["with_verdicts"]] == [
        f"Table {number}" for number in (2, 3, 4, 5)
    ]
    for row in rows:
        page, anchor = row["page"].split("#")
        assert anchor in parsed(SITE / page).ids
        sums = [
            hashlib.sha256(html.encode()).hexdigest()
            for cell, html in manifest.outputs(ROOT / row["notebook"])
            if cell == row["cell"]
        ]
        assert row["sha256"] in sums
    assert len({row["page"] for row in rows}) == len(rows)
    figures = [row["page"] for row in rows if row["kind"] == "figure"]
    drawn = sum(path.read_text().count('<figure class=\\"book-figure') for path in notebooks())
    assert len(figures) == drawn


def notebooks():
    return [ROOT / name for name in manifest.chapters()]
