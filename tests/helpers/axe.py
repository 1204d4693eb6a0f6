"""axe-core on a page of the site, as a phone and a desktop show it, light and dark.

Most of its time goes into the contrast of every word. That depends on the colour scheme and
not on the size; all other rules depend on the size and not on the scheme. So the contrast of
an article is asked in the light on a desktop and in the dark on a phone, that of what stands
around it, which differs with the size, in all four views, and the rest at both sizes. The few
colours of code are asked on the page with most of it, those of a long table in its first rows.
``AXE=all`` asks every rule of everything in every view.
"""

import os

THOROUGH = os.environ.get("AXE") == "all"
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
BY_COLOUR = ["color-contrast", "link-in-text-block"]
COLOURS = {"runOnly": {"type": "rule", "values": BY_COLOUR}}
# A rule of WCAG 2.1 A that axe leaves off for being young: a label begins with what is shown.
EVERY_RULE = {"runOnly": TAGS, "rules": {"label-content-name-mismatch": {"enabled": True}}}
THE_REST = EVERY_RULE | {
    "rules": EVERY_RULE["rules"] | {rule: {"enabled": False} for rule in BY_COLOUR}
}
# The desktop is so high that the sidebar is all there to see.
PHONE, DESKTOP = {"width": 390, "height": 844}, {"width": 1280, "height": 1600}
SETTLED = "Promise.all(document.getAnimations().map((one) => one.finished))"
THEME = "document.documentElement.dataset.theme"  # the page not found has none
UNFOLD = "document.querySelectorAll('details').forEach((one) => { one.open = true; })"
# The shades at the edges of a table and of its row heads are pictures, before which axe knows
# no contrast.
FLAT = ".book-table, .book-table :is(th, td) { background: none !important; }"

# The same colours again and again.
REPEATED = [".highlight", "tbody tr:nth-child(n + 21)"]


def show(tab, size, scheme, address):
    """Open a page at a size and in a colour scheme, everything unfolded, and let it settle."""
    tab.set_viewport_size(size)
    tab.emulate_media(color_scheme=scheme)
    tab.goto(address)
    tab.add_style_tag(content=FLAT)
    tab.evaluate(UNFOLD)
    settle(tab)


def settle(tab):
    tab.wait_for_timeout(350)  # the theme looks at boxes that scroll after 300 ms
    tab.evaluate(SETTLED)


def violations(tab, options, context=None):
    """What axe finds on the page as it is, one line for each element.

    options, context : axe's; the context says what to include or to leave out.
    """
    from axe_playwright_python.sync_playwright import Axe

    options = options | {"resultTypes": ["violations"]}
    found = Axe().run(tab, context, options).response["violations"]
    return [
        f"{rule['id']}: {node['html'][:200]} ({' '.join(c['message'] for c in node['any'][:1])})"
        for rule in found
        for node in rule["nodes"]
    ]


def everything(tab):
    """Violations of every rule."""
    return violations(tab, EVERY_RULE)


def wait_for_scheme(tab, scheme):
    """Until the page's colours are those that the browser asks for."""
    tab.wait_for_function(f"() => ['{scheme}', undefined].includes({THEME})")
    tab.evaluate(SETTLED)


def check(tab, size):
    """Violations of a page as `show` left it, in the light and then in the dark."""
    found = [] if THOROUGH else violations(tab, THE_REST)
    for scheme in ("light", "dark"):
        tab.emulate_media(color_scheme=scheme)
        wait_for_scheme(tab, scheme)
        if THOROUGH:
            found += everything(tab)
        elif (size, scheme) in [(DESKTOP, "light"), (PHONE, "dark")]:
            found += violations(tab, COLOURS, {"exclude": REPEATED})
        else:
            found += violations(tab, COLOURS, {"exclude": [".bd-article"]})
    return found
