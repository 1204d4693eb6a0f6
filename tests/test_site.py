"""The built site: pages, links, and a real browser's view of them.

Needs ``_build/html``, which ``make test`` builds first.
"""

import functools
import http.server
import os
import shutil
import threading
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

from correll2004 import claims
from correll2004.paths import ROOT

SITE = ROOT / "_build" / "html"
PAGES = sorted(
    path.relative_to(SITE).as_posix()
    for path in SITE.glob("**/*.html")
    if "_static" not in path.parts
)
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")

pages = pytest.mark.parametrize("page", PAGES)


class Page(HTMLParser):
    """Ids, links and fetched resources of a page."""

    def __init__(self, path):
        super().__init__()
        self.ids, self.links, self.resources, self.refresh = set(), [], [], False
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        self.ids.update(filter(None, [attributes.get("id"), attributes.get("name")]))
        if tag == "a" and attributes.get("href"):
            self.links.append(attributes["href"])
        if tag in {"script", "img", "iframe", "source"} and attributes.get("src"):
            self.resources.append(attributes["src"])
        if tag == "link" and attributes.get("rel") not in {"canonical", "author", "license"}:
            self.resources.append(attributes["href"])
        self.refresh |= tag == "meta" and attributes.get("http-equiv") == "refresh"


@functools.cache
def parsed(path):
    return Page(path)


def test_the_site_has_been_built():
    assert "index.html" in PAGES, "run `make book` or `make site` first"


def test_the_front_page_is_the_landing_page():
    assert not parsed(SITE / "index.html").refresh


@pages
def test_internal_links_lead_somewhere(page):
    here = SITE / page
    for link in parsed(here).links:
        parts = urlsplit(link)
        if parts.scheme or parts.netloc:
            continue
        target = (here.parent / unquote(parts.path)).resolve() if parts.path else here
        assert target.is_file(), link
        if parts.fragment and target.suffix == ".html":
            assert unquote(parts.fragment) in parsed(target).ids, link


@pages
def test_resources_are_the_sites_own(page):
    for resource in parsed(SITE / page).resources:
        assert not urlsplit(resource).netloc, resource


@pytest.fixture(scope="module")
def browser():
    if CHROMIUM is None:
        reason = "no chromium on this machine"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM,
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
        )
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def address():
    handler = functools.partial(QuietHandler, directory=str(SITE))
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    server.server_close()


class QuietHandler(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *arguments):
        pass


VIEWS = [(width, scheme) for width in (1280, 360) for scheme in ("light", "dark")]


@pytest.mark.browser
@pytest.mark.parametrize(("width", "scheme"), VIEWS)
def test_pages_load_quietly_and_fit(browser, address, width, scheme):
    context = browser.new_context(viewport={"width": width, "height": 800}, color_scheme=scheme)
    tab = context.new_page()
    troubles = []
    tab.on("console", lambda m: troubles.append(m.text) if m.type == "error" else None)
    tab.on("pageerror", lambda error: troubles.append(str(error)))
    tab.on(
        "request",
        lambda r: None if r.url.startswith((address, "data:")) else troubles.append(r.url),
    )
    tab.on("response", lambda r: troubles.append(r.url) if r.status >= 400 else None)
    for page in PAGES:
        tab.goto(address + page)
        tab.wait_for_load_state("networkidle")
        overflow = tab.evaluate("document.documentElement.scrollWidth - window.innerWidth")
        assert overflow <= 0, f"{page} is {overflow} px too wide"
        theme = tab.evaluate("document.documentElement.dataset.theme")
        assert theme == scheme, page
        assert not troubles, page
    context.close()


@pytest.mark.browser
def test_search_finds_a_term_from_a_file(browser):
    tab = browser.new_page()
    tab.goto(Path(SITE / "search.html").as_uri() + "?q=censored")
    tab.wait_for_selector("#search-results li a")
    assert "duration" in tab.inner_text("#search-results").lower()
    tab.close()


REPORT = "book/reproduction-report.html"


@pytest.mark.browser
def test_the_register_can_be_filtered_searched_and_shared(browser, address):
    tab = browser.new_page()
    tab.goto(address + REPORT)
    register = claims.register()
    shown = "#register tbody tr:not([hidden])"
    assert tab.locator(shown).count() == len(register)
    tab.get_by_label("Number", exact=True).select_option("differs")
    differing = list(register.index[register["verdict"] == "differs"])
    assert tab.locator(shown).evaluate_all("rows => rows.map(row => row.id)") == differing
    tab.get_by_label("Number", exact=True).select_option("")
    tab.get_by_label("Find", exact=True).fill("liver")
    assert tab.locator(shown).count() == tab.locator(shown).filter(has_text="liver").count() > 0
    shared = tab.url
    found = tab.locator(shown).count()
    tab.goto(address + "index.html")
    tab.goto(shared)
    assert tab.locator(shown).count() == found
    tab.close()


@pytest.mark.browser
def test_the_register_is_whole_without_a_script(browser, address):
    context = browser.new_context(java_script_enabled=False)
    tab = context.new_page()
    tab.goto(address + REPORT)
    assert tab.locator("#register tbody tr").count() == len(claims.register())
    assert tab.locator(".register-filter").count() == 0
    context.close()
