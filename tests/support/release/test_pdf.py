"""The printed book, read from the PDF itself: contents, links, full pages, whole paragraphs."""

import io
import itertools
import re
import shutil
import unicodedata

import paperpages
import pytest
import yaml
from builtsite import SITE
from pypdf import PdfReader

from _support.release import pdf
from correll2004.paths import ROOT

pytestmark = pytest.mark.browser
DATES = re.compile(rb"/(?:CreationDate|ModDate) \(([^)]*)\)")
MOST_PAGES = 150
# The type area in points from the foot of a page: margins of 17 and 19 mm.
TOP, BOTTOM = 842 - 48, 54
HEADS = {"H1", "H2", "H3", "H4"}


def finished(browser, site):
    """The book as `pdf.main` writes it."""
    page = pdf.joined_page(browser, site)
    return pdf.renumbered_tags(pdf.fixed_dates(pdf.printed_pdf(browser, page)))


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """A copy of the built site, to which the book's page and fonts are added."""
    copy = tmp_path_factory.mktemp("pdf") / "html"
    return shutil.copytree(SITE, copy, ignore=shutil.ignore_patterns("lite", "_sources"))


@pytest.fixture(scope="module")
def book(browser, site):
    """The whole book as bytes."""
    return finished(browser, site)


@pytest.fixture(scope="module")
def reader(book):
    return PdfReader(io.BytesIO(book))


@pytest.fixture(scope="module")
def pages(reader):
    return paperpages.text_of(reader)


@pytest.fixture(scope="module")
def blocks(reader, pages):
    return [block for block in paperpages.blocks_of(reader, pages) if block.lines]


def test_dates_are_those_of_the_paper_and_nothing_moves():
    one = b"a /CreationDate (D:20261122184051+00'00') b /ModDate (D:20261122184051+00'00') c"
    found = pdf.fixed_dates(one)
    assert len(found) == len(one)
    assert DATES.findall(found) == [pdf.DATE] * 2


def test_tags_have_the_same_names_wherever_chromium_began_to_count():
    one = b"/ID (node00000172) /P 3 0 R /ID (node00046158) [(node00000172) 3 0 R]"
    other = one.replace(b"172)", b"173)").replace(b"58)", b"59)")
    found = pdf.renumbered_tags(one)
    assert found == pdf.renumbered_tags(other)
    assert found == b"/ID (node00000001) /P 3 0 R /ID (node00000002) [(node00000001) 3 0 R]"


def test_the_same_bytes_each_time(browser, site, monkeypatch):
    some = [("", ["index"]), ("Some", ["book/abstract", "book/reproduction-report"])]
    monkeypatch.setattr(pdf, "parts_of_the_book", lambda: some)
    one, other = finished(browser, site), finished(browser, site)
    assert one == other
    assert set(DATES.findall(one)) == {pdf.DATE}


def test_a_link_that_leads_to_no_page_is_an_error(browser, tmp_path):
    page = tmp_path / "page.html"
    page.write_text("<article><a href='#nowhere'>there</a></article>", encoding="utf-8")
    with pytest.raises(SystemExit, match="lead to no page: nowhere"):
        pdf.printed_pdf(browser, page)


def test_tagged_with_outline_language_and_title(book, reader):
    assert reader.trailer["/Root"]["/MarkInfo"]["/Marked"]
    assert reader.trailer["/Root"]["/Lang"] == "en"
    assert reader.metadata.title == "Ketamine for CRPS, recomputed"
    assert reader.outline


def test_nothing_comes_from_elsewhere_and_nothing_leads_to_this_machine(book, site):
    html = (site / "paper.html").read_text(encoding="utf-8")
    assert not re.search(
        r"""<link[^>]*href="(?!_static/)|\bsrc=["']?(?:https?:)?//|@import""", html
    )
    assert b"file:" not in book
    assert str(ROOT).encode() not in book


def test_paper_is_a4(reader):
    for page in reader.pages:
        assert page.mediabox.width == pytest.approx(595, abs=1)
        assert page.mediabox.height == pytest.approx(842, abs=1)


def test_thin_enough_to_be_read(reader):
    print(f"{len(reader.pages)} pages")
    assert len(reader.pages) < MOST_PAGES


def test_title_page_says_what_the_book_is(reader):
    work = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    text = " ".join(reader.pages[0].extract_text().split())
    for words in (
        work["title"],
        work["abstract"],
        work["references"][0]["doi"],
        f"Version {work['version']}",
        f"{work['license']} licence",
        "not medical advice",
    ):
        assert words in text


def test_contents_name_the_page_of_each_chapter_and_section(reader):
    """The printed numbers, against where the outline says that the heads are."""
    heads = [
        (place.title, reader.get_destination_page_number(place) + 1)
        for depth, place in _with_depth(reader.outline)
        if depth < 2
    ]
    titles = [title for title, _ in heads]
    first, last = titles.index("Summary"), titles.index("The code of the chapters")
    text = "".join(page.extract_text() for page in reader.pages[1 : heads[first][1] - 1])
    text = _without_spaces(unicodedata.normalize("NFKC", text))  # ligatures
    after = 0
    for title, page in heads[first : last + 1]:
        entry = re.compile(re.escape(f"{_without_spaces(title)}{page}") + r"(?!\d)")
        found = entry.search(text, after)
        assert found, f"{title}, page {page}"
        after = found.end()
    assert last - first > 100


def _without_spaces(text):
    return re.sub(r"\s+", "", text)


def _with_depth(outline, depth=0):
    for entry in outline:
        if isinstance(entry, list):
            yield from _with_depth(entry, depth + 1)
        else:
            yield depth, entry


def test_pages_end_early_only_where_a_chapter_ends(pages, blocks):
    begins = {min(block.lines) for block in blocks if block.kind == "H1"} | {len(pages)}
    early = [
        number
        for number, page in enumerate(pages)
        if (TOP - paperpages.lowest(page)) / (TOP - BOTTOM) < 0.6
    ]
    print(f"{len(early)} pages less than 60% full")
    assert [number + 1 for number in early if number + 1 not in begins] == []


def test_no_page_but_the_last_holds_a_few_lines_only(pages):
    few = {number + 1: paperpages.lowest(page) for number, page in enumerate(pages[:-1])}
    assert {number: height for number, height in few.items() if TOP - height < 50} == {}


def test_no_paragraph_leaves_a_single_line_on_a_page(blocks):
    """Three are asked for on either side, but Chromium parts five lines as three and two."""
    split = [block for block in blocks if block.kind in {"P", "LI"} and len(block.lines) > 1]
    assert split
    lonely = [
        (page + 1, len(lines))
        for block in split
        for page, lines in block.lines.items()
        # One line on each page is the head of a table, repeated.
        if len(lines) < 2 and not all(len(each) == 1 for each in block.lines.values())
    ]
    assert lonely == []


def test_no_head_and_no_caption_is_parted_from_what_follows(blocks):
    """A caption above is a table's; that of a figure is below it."""
    for block, following in itertools.pairwise(blocks):
        if block.kind in HEADS or (block.kind == "Caption" and following.kind == "TR"):
            assert max(block.lines) == min(following.lines), max(block.lines) + 1
