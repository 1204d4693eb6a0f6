"""The layout of single pages: contents beside a wide table, cards of a phone."""

from collections import Counter

import pytest
from axe import PHONE
from builtsite import A_CHAPTER, settled
from playwright.sync_api import expect

pytestmark = pytest.mark.browser
WIDE = {"width": 1350, "height": 844}


def test_the_contents_make_room_for_a_wide_table(calm_tab, address):
    calm_tab.set_viewport_size(WIDE)
    calm_tab.goto(address + A_CHAPTER)
    contents = calm_tab.locator(".bd-sidebar-secondary")
    assert contents.bounding_box()["height"] > 100
    wide = calm_tab.locator(".book-table.full-width")
    assert wide.count() == 1
    wide.scroll_into_view_if_needed()
    wide.evaluate("one => scrollBy(0, one.getBoundingClientRect().top - 100)")
    calm_tab.wait_for_function(
        "() => document.querySelector('.bd-sidebar-secondary').clientHeight <= 48"
    )
    table = wide.bounding_box()
    assert contents.bounding_box()["x"] < table["x"] + table["width"] <= WIDE["width"]
    assert settled(lambda: is_above(contents, wide), True)
    # For the keyboard they open again.
    contents.locator("a").first.focus()
    calm_tab.wait_for_function(
        "() => getComputedStyle(document.querySelector('nav.page-toc')).opacity === '1'"
    )
    expect(contents.locator("a").first).to_be_visible()


def is_above(one, other):
    box = one.bounding_box()
    return box["y"] + box["height"] <= other.bounding_box()["y"]


def test_cards_are_still_rows_of_a_table(calm_tab, address):
    """What a screen reader is given of the landing page's table, on either screen."""
    found = []
    for size in (WIDE, PHONE):
        calm_tab.set_viewport_size(size)
        calm_tab.goto(address + "index.html")
        session = calm_tab.context.new_cdp_session(calm_tab)
        nodes = session.send("Accessibility.getFullAXTree")["nodes"]
        roles = Counter(node["role"]["value"] for node in nodes if not node["ignored"])
        found.append({role: roles[role] for role in ("table", "row", "rowheader", "cell")})
        session.detach()
    assert found[0] == found[1]
    assert found[0]["row"] == found[0]["rowheader"] + 1
    assert found[0]["cell"] == 4 * found[0]["rowheader"] > 0
