"""axe-core finds nothing in what opens, is drawn or is found; ``test_pages_*.py`` ask the pages."""

import axe
import pytest
from axe import DESKTOP, PHONE
from builtsite import A_CHAPTER
from playwright.sync_api import expect

pytestmark = pytest.mark.browser
SCHEMES = pytest.mark.parametrize("scheme", ["light", "dark"])


@SCHEMES
def test_axe_finds_nothing_in_the_colours_of_code(calm_tab, address, scheme):
    axe.show(calm_tab, DESKTOP, scheme, address + "book/methods.html")
    assert calm_tab.locator(".highlight").count() > 10
    assert axe.violations(calm_tab, axe.COLOURS, {"include": [".highlight"]}) == []


@SCHEMES
@pytest.mark.parametrize("size", [DESKTOP, PHONE])
def test_axe_finds_nothing_in_a_drawn_chart_and_refused_input(calm_tab, address, size, scheme):
    calm_tab.goto("about:blank")  # another state alone would be no new page
    state = "recent=excluded&without=99&patient=18&course=1&months=4,5"
    axe.show(calm_tab, size, scheme, f"{address}book/what-if.html#{state}")
    calm_tab.wait_for_selector(".what-if-chart svg[aria-label^='Kaplan-Meier curves.']")
    expect(calm_tab.locator(".what-if-fault").filter(visible=True)).to_have_count(2)
    assert axe.everything(calm_tab) == []


@SCHEMES
@pytest.mark.parametrize("size", [PHONE, DESKTOP])
def test_axe_finds_nothing_in_the_results_of_a_search(calm_tab, address, size, scheme):
    axe.show(calm_tab, size, scheme, address + "search.html?q=relief")
    expect(calm_tab.locator("mark").nth(10)).to_be_attached()
    assert axe.everything(calm_tab) == []


@SCHEMES
@pytest.mark.parametrize(
    ("size", "opener", "dialog"),
    [
        (PHONE, ".primary-toggle", "#pst-primary-sidebar-modal"),
        (PHONE, ".secondary-toggle", "#pst-secondary-sidebar-modal"),
        (DESKTOP, ".search-button-field", "#pst-search-dialog"),
    ],
)
def test_axe_finds_nothing_in_what_opens(calm_tab, address, size, opener, dialog, scheme):
    axe.show(calm_tab, size, scheme, address + A_CHAPTER)
    calm_tab.click(opener)
    expect(calm_tab.locator(dialog)).to_have_js_property("open", True)
    axe.settle(calm_tab)
    assert axe.everything(calm_tab) == []
