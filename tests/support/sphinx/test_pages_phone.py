"""Every page on a phone, opened once: what is cut scrolls, what is small can be read, axe."""

import axe
import pytest
from builtsite import PAGES

pytestmark = pytest.mark.browser
STATES = {"book/what-if.html": "#recent=excluded"}  # which draws its chart

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

# Verdicts off the screen; row heads that scroll away, or fill the screen; lettering of figures
# below 9 px.
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


@pytest.fixture(scope="module", params=PAGES)
def tab(request, calm_tab, address):
    """A page in the light, everything unfolded."""
    page = request.param + STATES.get(request.param, "")
    calm_tab.goto("about:blank")
    axe.show(calm_tab, axe.PHONE, "light", address + page)
    return calm_tab


def test_what_scrolls_can_be_reached(tab):
    tab.evaluate(FOLDED_BOXES_HAVE_NO_WIDTH)
    for width in (380, 390):
        tab.set_viewport_size(axe.PHONE | {"width": width})
    # The theme waits a little before it looks again, and a busy machine longer.
    for _ in range(20):
        if not (stuck := tab.evaluate(STUCK)):
            break
        tab.wait_for_timeout(250)
    assert stuck == []


def test_nothing_is_hidden_and_nothing_too_small_to_read(tab):
    assert tab.evaluate(HIDDEN) == []
    assert tab.evaluate(SMALL) == []


def test_axe_finds_nothing(tab):
    assert axe.check(tab, axe.PHONE) == []
