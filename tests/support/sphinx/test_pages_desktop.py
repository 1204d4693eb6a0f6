"""Every page on a desktop, opened once: quiet, light, whole, accessible."""

import itertools
from typing import NamedTuple
from urllib.parse import unquote, urlsplit

import axe
import pytest
from builtsite import ICONS, PAGES, SITE, listen, settled
from playwright.sync_api import Page

from _support.dev.weight import as_sent

pytestmark = pytest.mark.browser
WIDE = {"width": 1350, "height": 844}
WIDTHS = (1280, 360)

# Tables that are cut on a wide screen beside a margin that they might use.
CUT = """() => [...document.querySelectorAll(".book-table")].filter((box) =>
  box.scrollWidth > box.clientWidth && box.offsetWidth < 1.3 * box.parentElement.offsetWidth
).map((box) => box.id)"""


OVER = "Math.max(0, document.documentElement.scrollWidth - window.innerWidth)"


def resize(tab, size):
    """Give a tab another size, and wait until the page has it."""
    tab.set_viewport_size(size)
    tab.wait_for_function("(width) => innerWidth === width", arg=size["width"])


class Visit(NamedTuple):
    """A page in a browser of its own, unfolded: what troubles it, and what it asks for."""

    tab: Page
    troubles: list[str]
    asked: list[str]


@pytest.fixture(scope="module", params=PAGES)
def visit(request, browser, address):
    context = browser.new_context(reduced_motion="reduce")
    tab, asked = context.new_page(), []
    troubles = listen(tab, address)
    tab.on("request", lambda request: asked.append(request.url))
    axe.show(tab, axe.DESKTOP, "light", address + request.param)
    tab.wait_for_load_state("networkidle")
    yield Visit(tab, troubles, asked)
    context.close()


@pytest.fixture
def tab(visit):
    return visit.tab


def test_tables_have_captions_and_heads_with_a_scope(tab):
    nameless = "tables => tables.filter(one => !one.caption?.textContent.trim()).length"
    assert tab.locator("main table").evaluate_all(nameless) == 0
    loose = (
        "heads => heads.filter(one => !one.textContent.trim() || "
        "!['row', 'col', 'rowgroup', 'colgroup'].includes(one.scope)).map(one => one.outerHTML)"
    )
    assert tab.locator("main th").evaluate_all(loose) == []
    headless = "tables => tables.filter(one => !one.querySelector('th')).length"
    assert tab.locator("main table").evaluate_all(headless) == 0


def test_one_title_and_no_level_left_out(tab):
    levels = tab.locator("main :is(h1, h2, h3, h4, h5, h6)").evaluate_all(
        "heads => heads.map(one => Number(one.tagName[1]))"
    )
    assert levels[:1] == [1]
    assert levels.count(1) == 1
    assert all(below - above <= 1 for above, below in itertools.pairwise(levels))


def test_figures_have_a_text_and_their_numbers_in_a_table(tab):
    for figure in tab.locator("main figure").all():
        text = figure.locator("svg[role=img]").get_attribute("aria-label")
        assert len(text.split()) >= 8, text
    if tab.locator("main figure").count():
        assert tab.locator("main table").count() > 0


def test_every_icon_is_drawn(tab):
    assert tab.evaluate(ICONS) == []


def test_axe_finds_nothing(tab):
    assert axe.check(tab, axe.DESKTOP) == []


def test_no_table_is_cut_beside_a_free_margin(tab):
    resize(tab, WIDE)
    assert settled(lambda: tab.evaluate(CUT), []) == []


def test_the_page_is_no_wider_than_the_screen(tab):
    for width in WIDTHS:
        resize(tab, {"width": width, "height": 800})
        assert settled(lambda: tab.evaluate(OVER), 0) == 0, f"px too wide at {width}"


def test_the_page_weighs_little(visit, address):
    """As a host sends it to a reader's first visit; the search loads the words of all pages."""
    paths = [unquote(urlsplit(url).path)[1:] for url in visit.asked if url.startswith(address)]
    most = 260 if visit.tab.url.endswith("search.html") else 225
    assert sum(as_sent(SITE / path) for path in paths) <= most * 1024


def test_nothing_troubles_the_page(visit):
    """The last, so that it sees what the others have called up."""
    assert visit.troubles == []
