"""What fits: nothing is cut that has room or too small to read; what is cut can be scrolled to."""

from collections import Counter

import pytest
from axe import PHONE, SETTLED, UNFOLD
from builtsite import A_CHAPTER, PAGES

pytestmark = pytest.mark.browser
WIDE = {"width": 1350, "height": 844}
STATES = {"book/what-if.html": "#recent=excluded"}  # which draws its chart

# Tables that are cut on a wide screen beside a margin that they might use.
CUT = """() => [...document.querySelectorAll(".book-table")].filter((box) =>
  box.scrollWidth > box.clientWidth && box.offsetWidth < 1.3 * box.parentElement.offsetWidth
).map((box) => box.id)"""

# What the theme concludes in a browser that, unlike Chromium, lays out nothing folded away.
FOLDED_BOXES_HAVE_NO_WIDTH = """
document.querySelectorAll("details pre").forEach((one) => { one.tabIndex = -1; })
"""
STUCK = """
[...document.querySelectorAll('main *')].filter(one =>
  ['auto', 'scroll'].includes(getComputedStyle(one).overflowX) &&
  one.scrollWidth > one.clientWidth && one.clientWidth > 0 && one.tabIndex < 0
).map(one => one.outerHTML.slice(0, 120))
"""

# On a phone: verdicts off the screen; row heads that scroll away, or fill the screen;
# lettering of figures below 9 px.
HIDDEN = """() => {
  const found = [];
  for (const box of document.querySelectorAll(".book-table")) {
    if (box.scrollWidth <= box.clientWidth) continue;
    if (box.matches(".claims, .headlines")) found.push(`${box.id} is cut`);
    const { left, width } = box.getBoundingClientRect();
    box.scrollLeft = box.scrollWidth;
    for (const head of box.querySelectorAll("tr:not(.further) > :first-child")) {
      const at = head.getBoundingClientRect();
      if (Math.abs(at.left - left) > 1) found.push(`${box.id}: ${head.textContent} is gone`);
      if (at.width > 0.6 * width) found.push(`${box.id}: ${head.textContent} is too wide`);
    }
    box.scrollLeft = 0;
  }
  for (const chip of document.querySelectorAll(".chip")) {
    const { left, right } = chip.getBoundingClientRect();
    if (left < 0 || right > innerWidth) found.push(`${chip.textContent} is off the screen`);
  }
  return found;
}"""
SMALL = """() => [...document.querySelectorAll("main svg:has(text)")].flatMap((picture) => {
  const scale = picture.getBoundingClientRect().width / picture.viewBox.baseVal.width;
  return [...picture.querySelectorAll("text")].filter((text) =>
    scale * parseFloat(getComputedStyle(text).fontSize) < 8.99
  ).map((text) => `${picture.parentElement.id}: ${text.textContent}`);
})"""


def test_wide_and_narrow_screens_show_what_they_can(calm_tab, address):
    """Every page once, at 1350 px, and then at 390 px with everything unfolded."""
    for page in PAGES:
        calm_tab.set_viewport_size(WIDE)
        calm_tab.goto("about:blank")
        calm_tab.goto(address + page + STATES.get(page, ""))
        calm_tab.wait_for_timeout(400)  # the theme looks once, while all is folded
        calm_tab.evaluate(SETTLED)
        assert calm_tab.evaluate(CUT) == [], page
        calm_tab.set_viewport_size(PHONE)
        calm_tab.evaluate(FOLDED_BOXES_HAVE_NO_WIDTH)
        calm_tab.evaluate(UNFOLD)
        # The theme waits a little before it looks again, and a busy machine longer.
        for _ in range(20):
            if not (stuck := calm_tab.evaluate(STUCK)):
                break
            calm_tab.wait_for_timeout(250)
        assert stuck == [], page
        assert calm_tab.evaluate(HIDDEN) == [], page
        assert calm_tab.evaluate(SMALL) == [], page


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
    table, margin = wide.bounding_box(), contents.bounding_box()
    assert margin["x"] < table["x"] + table["width"] <= WIDE["width"]
    assert margin["y"] + margin["height"] <= table["y"]
    # For the keyboard they open again.
    contents.locator("a").first.focus()
    calm_tab.wait_for_function(
        "() => getComputedStyle(document.querySelector('nav.page-toc')).opacity === '1'"
    )
    assert contents.locator("a").first.is_visible()


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
