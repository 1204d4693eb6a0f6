"""The printed book: one page printed by Chromium, tagged, outlined, undated, without paths."""

import re

import pdf
import pytest
from builtsite import SITE

DATES = re.compile(rb"/(?:CreationDate|ModDate) \(([^)]*)\)")


def test_dates_are_those_of_the_paper_and_nothing_moves():
    one = b"a /CreationDate (D:20261122184051+00'00') b /ModDate (D:20261122184051+00'00') c"
    found = pdf.undated(one)
    assert len(found) == len(one)
    assert DATES.findall(found) == [pdf.DATE] * 2


def test_tags_have_the_same_names_wherever_chromium_began_to_count():
    one = b"/ID (node00000172) /P 3 0 R /ID (node00046158) [(node00000172) 3 0 R]"
    other = one.replace(b"172)", b"173)").replace(b"58)", b"59)")
    found = pdf.renumbered(one)
    assert found == pdf.renumbered(other)
    assert found == b"/ID (node00000001) /P 3 0 R /ID (node00000002) [(node00000001) 3 0 R]"


@pytest.fixture(scope="module")
def printed(browser, tmp_path_factory):
    """A small page with the book's print style, as a PDF, twice."""
    folder = tmp_path_factory.mktemp("pdf")
    style = (SITE / "_static" / "print.css").read_text(encoding="utf-8")
    page = folder / "index.html"
    page.write_text(
        f"<!doctype html><html lang=en><title>none</title><style media=print>{style}</style>"
        "<main class=bd-article><h1>First</h1><p>Text with a <a href='_downloads/a.csv'>file</a>"
        " and <a href='#second'>a place</a>.</p><h2 id=second>Second</h2><p>More.</p></main>",
        encoding="utf-8",
    )
    return [pdf.renumbered(pdf.undated(pdf.printed(browser, page, "A title"))) for _ in range(2)]


@pytest.mark.browser
def test_the_same_bytes_each_time(printed):
    assert printed[0] == printed[1]
    assert set(DATES.findall(printed[0])) == {pdf.DATE}


@pytest.mark.browser
def test_tagged_with_an_outline_and_a_title(printed):
    assert b"/StructTreeRoot" in printed[0]
    assert b"/Outlines" in printed[0]
    assert b"A title" in printed[0]


@pytest.mark.browser
def test_no_link_leads_to_this_machine(printed):
    assert b"file:" not in printed[0]
    assert str(SITE.parent).encode() not in printed[0]


@pytest.mark.browser
def test_paper_is_a4(printed):
    left, bottom, right, top = map(
        float, re.search(rb"/MediaBox \[([^\]]*)\]", printed[0])[1].split()
    )
    assert (right - left, top - bottom) == pytest.approx((595, 842), abs=1)
