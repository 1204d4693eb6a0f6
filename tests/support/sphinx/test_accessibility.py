"""What axe does not ask: texts of pictures, and the keyboard alone."""

import re

import pytest
from axe import DESKTOP, PHONE
from builtsite import A_CHAPTER
from playwright.sync_api import expect

from _support.sphinx.site import pictures_without_text

pytestmark = pytest.mark.browser


@pytest.mark.parametrize(
    "picture",
    [
        "<svg></svg>",
        '<svg role="img" aria-label=" "></svg>',
        '<svg aria-label="A curve"></svg>',
        '<img src="a.png">',
        '<img src="a.png" alt="">',
        '<img src="../_images/a.png" alt="../_images/a.png">',
        '<img src="../_images/a.png" alt="_images/abc.png">',
    ],
)
def test_a_picture_without_a_text_is_found(picture):
    """`site.correct_markup` asks this of every page and stops the build."""
    assert pictures_without_text(f"<p>{picture}</p>")


def test_a_picture_with_a_text_or_for_decoration_passes():
    whole = '<svg role="img" aria-label="A curve"></svg><img src="a.png" alt="A curve">'
    assert pictures_without_text(f'{whole}<svg aria-hidden="true"></svg>') == []


# --- keyboard ---------------------------------------------------------------------

STOP = """async () => {
  const at = document.activeElement, style = getComputedStyle(at);
  const isSeen = () => style.boxShadow !== "none" ||
    (style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0);
  const isWithin = () => {
    const box = at.getBoundingClientRect();
    return box.width > 0 && box.bottom > 0 && box.top < innerHeight;
  };
  await Promise.all(document.getAnimations().map((one) => one.finished.catch(() => null)));
  for (let i = 0; i < 20 && at !== document.body && !(isSeen() && isWithin()); i += 1) {
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return {
    html: at.outerHTML.slice(0, 120),
    classes: at.className,
    text: at.textContent.trim().replace(/\\s+/g, " "),
    seen: isSeen(),
    within: isWithin(),
  };
}"""


def stops(tab, most):
    """The elements that Tab reaches in turn, until it leaves the page."""
    found = []
    for _ in range(most):
        tab.keyboard.press("Tab")
        stop = tab.evaluate(STOP)
        if stop["html"].startswith("<body"):
            break
        found.append(stop)
    return found


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_tab_reaches_everything_in_order_and_shows_where_it_is(calm_tab, address, scheme):
    calm_tab.set_viewport_size(DESKTOP)
    calm_tab.emulate_media(color_scheme=scheme)
    calm_tab.goto(address + A_CHAPTER)
    found = stops(calm_tab, 400)
    unseen = [stop["html"] for stop in found if not (stop["seen"] and stop["within"])]
    assert unseen == []
    order = ["Skip to main content", "Ketamine for CRPS", "Search", "Abstract", "Colour scheme"]
    places = [
        next(i for i, stop in enumerate(found) if stop["text"].startswith(start)) for start in order
    ]
    assert places == sorted(places)
    assert places[0] == 0
    reached = sum("book-table" in stop["classes"].split() for stop in found)
    # Those in a closed fold, such as a solution, are out of reach.
    assert reached == calm_tab.locator(".book-table:visible").count() > 0


def test_the_skip_link_leads_past_the_sidebar(calm_tab, address):
    calm_tab.set_viewport_size(DESKTOP)
    calm_tab.goto(address + A_CHAPTER)
    calm_tab.keyboard.press("Tab")
    calm_tab.keyboard.press("Enter")
    expect(calm_tab).to_have_url(f"{address}{A_CHAPTER}#main-content")
    calm_tab.keyboard.press("Tab")
    expect(calm_tab.locator("main :focus")).to_have_count(1)


def test_the_colour_scheme_is_switched_and_told_by_the_keyboard(calm_tab, address):
    calm_tab.set_viewport_size(DESKTOP)
    calm_tab.emulate_media(color_scheme="light")
    calm_tab.goto(address + A_CHAPTER)
    switch = calm_tab.get_by_role("button", name="Colour scheme")
    for told, shown in [("dark", "dark"), ("light", "light"), ("as the system", "light")]:
        switch.focus()
        calm_tab.keyboard.press("Enter")
        expect(switch).to_have_text(re.compile(rf":\s*{told}\s*$"), use_inner_text=True)
        expect_theme(calm_tab, shown)


def test_the_reader_s_scheme_outlasts_the_page(calm_tab, address):
    calm_tab.emulate_media(color_scheme="light")
    calm_tab.goto(address + A_CHAPTER)
    calm_tab.evaluate("localStorage.setItem('mode', 'dark')")
    calm_tab.goto(address + "index.html")
    expect_theme(calm_tab, "dark")
    calm_tab.evaluate("localStorage.clear()")


def expect_theme(tab, shown):
    expect(tab.locator("html")).to_have_attribute("data-theme", shown)


def test_search_is_done_by_the_keyboard_alone(calm_tab, address):
    calm_tab.set_viewport_size(DESKTOP)
    calm_tab.goto(address + A_CHAPTER)
    calm_tab.keyboard.press("Control+k")
    expect(calm_tab.locator("#pst-search-dialog input")).to_be_focused()
    calm_tab.keyboard.type("censored")
    calm_tab.keyboard.press("Enter")
    expect(calm_tab).to_have_url(re.compile(f"^{re.escape(address)}search.html\\?q=censored"))
    expect(calm_tab.locator("#search-results li a")).not_to_have_count(0)


def test_on_a_phone_the_sidebar_opens_and_closes_by_the_keyboard(calm_tab, address):
    calm_tab.set_viewport_size(PHONE)
    calm_tab.goto(address + A_CHAPTER)
    toggle = calm_tab.locator(".primary-toggle")
    toggle.focus()
    calm_tab.keyboard.press("Enter")
    expect(calm_tab.get_by_role("dialog").get_by_role("link", name="Abstract")).to_be_visible()
    calm_tab.keyboard.press("Escape")
    expect(calm_tab.get_by_role("dialog")).to_have_count(0)
    expect(toggle).to_be_focused()
