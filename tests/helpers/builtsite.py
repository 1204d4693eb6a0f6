"""The built site as the tests read it: its pages, and the parts of a page.

It is in ``_build/html``, which ``make test`` builds first, or where ``BOOK_SITE`` says.
"""

import functools
import os
import time
from pathlib import Path

import pytest

from _support import common
from _support.common import parse_html

SITE = Path(os.environ.get("BOOK_SITE", common.SITE))
# Not pages of the book: the theme's templates, and JupyterLab in the browser.
OTHERS = {"_static", "lite"}
PAGES = sorted(
    path.relative_to(SITE).as_posix()
    for path in SITE.glob("**/*.html")
    if path.relative_to(SITE).parts[0] not in OTHERS
)
A_CHAPTER = "book/results-duration-of-relief.html"  # with figures, tables, code and boxes
OTHER_LINKS = {"canonical", "author", "license"}  # the address of a page, not of a resource

pages = pytest.mark.parametrize("page", PAGES)


class Page:
    """Ids, links, fetched resources, title and metadata of a page."""

    def __init__(self, path):
        self.text = path.read_text(encoding="utf-8")
        html = parse_html(self.text)
        named = html.find_all(id=True) + html.find_all(attrs={"name": True})
        self.ids = {one[key] for one in named for key in ("id", "name") if one.get(key)}
        self.links = [one["href"] for one in html.select("a[href]") if one["href"]]
        sources = html.select("script, img, iframe, source")
        self.resources = [one["src"] for one in sources if one.get("src")]
        links = [one for one in html.find_all("link") if not OTHER_LINKS & set(one["rel"])]
        self.resources += [one["href"] for one in links]
        self.title = html.title.get_text()
        self.refresh = html.select_one("meta[http-equiv=refresh]") is not None
        self.meta = {}
        for one in html.find_all("meta"):
            name = one.get("name") or one.get("property")
            self.meta.setdefault(name, []).append(one.get("content"))


@functools.cache
def parsed(path):
    return Page(path)


# --- in a browser -----------------------------------------------------------------

PATIENCE = 15  # seconds, for a machine that is busy with other things
HERE = "location.href"  # at once, whereas Playwright learns of a changed address a little later


def settled(read, expected):
    """What `read` gives: as soon as it is what is expected, else what it is in the end.

    The waiting twin of ``read() == expected``, for what Playwright's ``expect`` cannot ask.
    """
    end = time.monotonic() + PATIENCE
    while (found := read()) != expected and time.monotonic() < end:
        time.sleep(0.05)
    return found


# Icons without a drawing, and signs of the icon font that is not there.
ICONS = """() => {
  const drawn = (one) => getComputedStyle(one).maskImage !== "none";
  const bare = [...document.querySelectorAll("[class*='fa-'], .fas, .fa-solid")]
    .filter((one) => !drawn(one)).map((one) => one.outerHTML);
  const signs = [...document.querySelectorAll("*")].flatMap((one) => ["::before", "::after"]
    .map((side) => getComputedStyle(one, side).content)
    .filter((content) => /[\ue000-\uf8ff]/.test(content)).map(() => one.outerHTML.slice(0, 99)));
  return bare.concat(signs);
}"""


def listen(tab, start):
    """What goes wrong in a tab from now on, as a list that grows: errors and warnings in the
    console, failed requests, and those that do not begin with `start`."""
    troubles = []

    def note(text, is_trouble=True):
        if is_trouble:
            troubles.append(text)

    tab.on("console", lambda said: note(said.text, said.type in {"error", "warning"}))
    tab.on("pageerror", lambda error: note(str(error)))
    tab.on("requestfailed", lambda request: note(request.url))
    tab.on("response", lambda answer: note(f"{answer.status} {answer.url}", answer.status >= 400))
    tab.on("request", lambda asked: note(asked.url, not asked.url.startswith((start, "data:"))))
    return troubles
