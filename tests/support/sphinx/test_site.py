"""The built site: pages, links, what it fetches, and a real browser's view of it."""

import mimetypes
import re
from types import SimpleNamespace
from urllib.parse import unquote, urlsplit

import pytest
from axe import THEME
from builtsite import HERE, ICONS, PAGES, SITE, listen, pages, parsed, settled
from playwright.sync_api import expect
from sphinx.errors import ExtensionError

from _support.sphinx.site import add_metadata
from correll2004.paper import claims, judgements, records
from correll2004.paths import BOOK

FILES = records.load()

NAME = "Ketamine for CRPS, recomputed"


def test_the_site_has_been_built():
    assert "index.html" in PAGES, "run `make book` or `make site` first"


def test_the_front_page_is_the_landing_page():
    assert not parsed(SITE / "index.html").refresh


@pytest.mark.parametrize("path", sorted(BOOK.glob("*.ipynb")), ids=lambda path: path.stem)
def test_the_notebook_to_download_is_the_chapter_as_committed(path):
    assert (SITE / "_sources" / "book" / path.name).read_bytes() == path.read_bytes()


@pages
def test_internal_links_lead_somewhere(page):
    here = SITE / page
    for link in parsed(here).links:
        parts = urlsplit(link)
        if parts.scheme or parts.netloc:
            continue
        target = (here.parent / unquote(parts.path)).resolve() if parts.path else here
        assert target.is_file(), link
        if "=" in parts.fragment:  # a filter of the register
            assert 'data-{}="{}"'.format(*parts.fragment.split("=")) in parsed(target).text, link
        elif parts.fragment and target.suffix == ".html":
            assert unquote(parts.fragment) in parsed(target).ids, link


# --- titles and cards -------------------------------------------------------------


def test_titles_are_the_book_s_and_each_page_s_own():
    titles = {page: parsed(SITE / page).title.strip() for page in PAGES}
    assert titles.pop("index.html") == NAME
    assert all(title.endswith(f" – {NAME}") for title in titles.values())
    assert len(set(titles.values())) == len(titles)


def test_pages_describe_themselves():
    described = {page: parsed(SITE / page).meta["description"] for page in PAGES}
    assert all(len(texts) == 1 for texts in described.values())
    texts = [texts[0] for texts in described.values()]
    assert all(40 <= len(text) <= 300 for text in texts)
    assert len(set(texts)) == len(texts)


@pages
def test_a_page_s_social_card_is_complete_and_its_picture_there(page):
    meta = parsed(SITE / page).meta
    card = {key: meta[f"og:{key}"] for key in ("title", "description", "image", "type")}
    assert all(len(values) == 1 and values[0] for values in card.values())
    assert card["description"] == meta["description"]
    assert parsed(SITE / page).title.strip().startswith(card["title"][0])
    picture = (SITE / page).parent / card["image"][0]
    # The size that the networks ask for, from the picture's own head.
    head = picture.read_bytes()[:24]
    assert [int.from_bytes(head[i : i + 4], "big") for i in (16, 20)] == [1200, 630]


def test_with_a_public_address_a_card_s_links_are_absolute():
    base = "https://book.test/here/"
    config = SimpleNamespace(root_doc="index", html_baseurl=base, html_title=NAME)
    context = {"title": "Methods", "metatags": '<meta content="What." name="description" />'}
    context["pageurl"] = f"{base}book/methods.html"
    add_metadata(SimpleNamespace(config=config), "book/methods", context)
    assert f'"og:image" content="{base}_static/card.png"' in context["metatags"]
    assert f'"og:url" content="{base}book/methods.html"' in context["metatags"]


def test_a_page_without_a_description_stops_the_build():
    with pytest.raises(ExtensionError, match="book/new: no description"):
        add_metadata(None, "book/new", {"title": "New", "metatags": ""})


# --- third parties ----------------------------------------------------------------

# Hosts that pages are commonly made to fetch from, and the two traces that the theme leaves.
CDN = (
    r"\bcdn\b|cdnjs|jsdelivr|unpkg|cloudflare|cfasync|googleapis|gstatic|bootstrapcdn|jquery\.com"
    r"|esm\.sh|skypack|mathjax\.org|polyfill|thebe|docsearch|ethical-ad|readthedocs-sidebar"
)


@pages
def test_resources_are_the_sites_own(page):
    for resource in parsed(SITE / page).resources:
        parts = urlsplit(resource)
        assert not parts.netloc, resource
        assert parts.scheme in ("", "data"), resource


@pages
def test_no_page_names_a_host_of_other_people_s_files(page):
    assert re.findall(CDN, parsed(SITE / page).text, re.IGNORECASE) == []


def test_style_sheets_and_scripts_fetch_nothing_from_elsewhere():
    files = [
        path
        for path in SITE.rglob("*")
        if path.suffix in {".css", ".js"} and "lite" not in path.relative_to(SITE).parts
    ]
    assert len(files) > 10
    for path in files:
        text = path.read_text(encoding="utf-8")
        assert re.findall(rf"https?://[^\s\"']*(?:{CDN})", text, re.IGNORECASE) == [], path.name
        if path.suffix == ".css":
            urls = re.findall(r"(?:url\(|@import\s)\s*[\"']?([^\"')\s]+)", text)
            outside = [url for url in urls if not url.startswith("data:") and urlsplit(url).netloc]
            assert outside == [], path.name


# --- in a browser -----------------------------------------------------------------


@pytest.fixture
def tab(browser):
    tab = browser.new_page()
    yield tab
    tab.close()


@pytest.mark.browser
def test_pages_load_quietly_from_a_disk(tab):
    """``test_pages_desktop.py`` asks more of them, from a server."""
    start = f"{SITE.resolve().as_uri()}/"
    troubles = listen(tab, start)
    for page in PAGES:
        tab.goto(start + page)
        tab.wait_for_load_state("networkidle")
        assert tab.evaluate(ICONS) == [], page
        assert tab.evaluate(THEME) == (None if page == "404.html" else "light"), page
        assert troubles == [], page


@pytest.mark.browser
@pytest.mark.parametrize("scheme", ["http", "file"])
def test_search_finds_a_term(tab, address, scheme):
    start = address if scheme == "http" else f"{SITE.resolve().as_uri()}/"
    troubles = listen(tab, start)
    tab.goto(start + "search.html?q=censored")
    expect(tab.locator("#search-results")).to_contain_text("Duration of relief")
    tab.wait_for_load_state("networkidle")
    assert tab.evaluate(ICONS) == []
    assert troubles == []


@pytest.mark.browser
def test_the_page_not_found_leads_home_from_any_depth(tab):
    """As a host serves it: in a folder of its own, for whatever address does not exist."""
    home = "http://book.test/some/book/"

    def answer(route):
        path = SITE / unquote(urlsplit(route.request.url).path).removeprefix("/some/book/")
        found = route.request.url.startswith(home) and path.is_file()
        kind = mimetypes.guess_type(path)[0] if found else "text/html"
        content = (path if found else SITE / "404.html").read_bytes()
        route.fulfill(status=200 if found else 404, content_type=kind, body=content)

    tab.route("**/*", answer)
    for lost in ("nil.html", "book/nil.html", "book/a/b/c/"):
        tab.goto(home + lost)
        tab.wait_for_load_state("networkidle")
        links = tab.locator("a").evaluate_all("links => links.map(link => link.href)")
        assert links[0] == home + "index.html"
        assert home + "book/methods.html" in links
        assert tab.locator("h1").evaluate("one => getComputedStyle(one).fontWeight") == "700"
    tab.click("text=Methods")
    expect(tab).to_have_url(home + "book/methods.html")


@pytest.mark.browser
def test_paper_shows_the_page_alone_and_light(tab, address):
    tab.emulate_media(color_scheme="dark")
    tab.goto(address + "book/results-duration-of-relief.html")
    tab.emulate_media(media="print", color_scheme="dark")
    tab.evaluate("dispatchEvent(new Event('beforeprint'))")
    expect(tab.locator("html")).to_have_attribute("data-theme", "light")
    for chrome in ("#pst-primary-sidebar", ".bd-header-article", ".prev-next-footer", ".copybtn"):
        expect(tab.locator(chrome).first, chrome).not_to_be_visible()
    expect(tab.locator("h1:visible")).to_have_count(1)
    clipped = "boxes => boxes.filter(one => getComputedStyle(one).overflowX !== 'visible').length"
    assert settled(lambda: tab.locator(".book-table").evaluate_all(clipped), 0) == 0
    tab.evaluate("dispatchEvent(new Event('afterprint'))")
    expect(tab.locator("html")).to_have_attribute("data-theme", "dark")


@pytest.mark.browser
def test_without_a_script_a_page_is_whole(browser, address):
    context = browser.new_context(java_script_enabled=False)
    tab = context.new_page()
    tab.goto(address + "book/results-duration-of-relief.html")
    assert tab.locator("main figure svg").first.is_visible()
    assert tab.get_by_role("link", name="Abstract").first.is_visible()
    assert not tab.locator(".pst-js-only:visible").count()
    context.close()


REPORT = "book/reproduction-report.html"


@pytest.mark.browser
def test_the_register_can_be_filtered_searched_and_shared(browser, address):
    tab = browser.new_page()
    tab.goto(address + REPORT)
    register = claims.register(FILES)
    shown = "#register tbody tr:not([hidden])"
    rows = tab.locator(shown)
    expect(rows).to_have_count(len(register))
    tab.get_by_label("Number", exact=True).select_option("differs")
    differing = list(register.index[register["verdict"] == "differs"])
    assert settled(lambda: rows.evaluate_all("rows => rows.map(row => row.id)"), differing) == (
        differing
    )
    tab.get_by_label("Number", exact=True).select_option("")
    form = tab.get_by_role("search", name="Filter the register")
    form.get_by_label("Find").fill("liver")
    expect(rows.filter(has_not_text="liver")).to_have_count(0)
    shared, found = tab.evaluate(HERE), rows.count()
    assert found > 0
    tab.goto(address + "index.html")
    tab.goto(shared)
    expect(rows).to_have_count(found)
    tab.close()


@pytest.mark.browser
def test_the_ledger_can_be_filtered_by_kind_and_consequence_and_shared(browser, address):
    tab = browser.new_page()
    tab.goto(address + REPORT)
    shown, ledger = "#ledger tbody tr:not([hidden])", FILES.divergences
    expect(tab.locator(shown)).to_have_count(len(ledger))
    gravest = ledger["consequence"] == judgements.CHANGES_USE
    texts = tab.locator("#ledger tbody th").all_inner_texts()
    assert texts[: gravest.sum()] == list(ledger.index[gravest])
    form = tab.get_by_role("search", name="Filter the ledger")
    form.get_by_label("Consequence").select_option(judgements.CHANGES_USE)
    expect(tab.locator(shown)).to_have_count(int(gravest.sum()))
    form.get_by_label("Kind").select_option("remark")
    expected = list(ledger.index[gravest & (ledger["kind"] == "remark")])
    expect(tab.locator(f"{shown} th")).to_have_text(expected)
    shared = tab.evaluate(HERE)
    tab.goto(address + "index.html")
    tab.goto(shared)
    expect(tab.locator(f"{shown} th")).to_have_text(expected)
    # The register is not filtered by what the ledger is filtered by.
    assert tab.locator("#register tbody tr[hidden]").count() == 0
    tab.locator(f"{shown} th a").first.click()
    expect(tab).to_have_url(f"{address}{REPORT}#{expected[0]}")
    expect(tab.locator(f"section#{expected[0]}")).to_be_visible()
    tab.close()


@pytest.mark.browser
def test_the_landing_page_names_what_changes_the_paper_s_use(browser, address):
    tab = browser.new_page()
    tab.goto(address + "index.html")
    links = tab.locator("main li a[href*='reproduction-report.html#D']")
    named = judgements.by_consequence(FILES.divergences)[judgements.CHANGES_USE]
    assert links.all_inner_texts() == named
    links.first.click()
    expect(tab).to_have_url(f"{address}{REPORT}#{named[0]}")
    tab.close()


@pytest.mark.browser
def test_from_a_number_to_its_function_are_two_clicks(browser, address):
    tab = browser.new_page()
    tab.goto(address + "book/results-duration-of-relief.html")
    tab.locator(".with-verdicts .v a", has_text="9.44").click()
    expect(tab).to_have_url(f"{address}{REPORT}#t5-first-mean-months")
    tab.get_by_text('table5("first", "Mean", "months")', exact=True).click()
    expect(tab).to_have_url(f"{address}book/quantities.html#table5")
    expect(tab.get_by_text("def table5(").first).to_be_visible()
    # And from a function to the claims that ask for it.
    tab.locator("a[href$='#quantity=table5']").last.click()
    shown = tab.locator("#register tbody tr:not([hidden])")
    expected = FILES.register["compute"].str.startswith("table5(").sum()
    assert expected > 0
    expect(shown).to_have_count(int(expected))
    form = tab.get_by_role("search", name="Filter the register")
    assert settled(lambda: form.bounding_box()["y"] < 200, True)
    tab.close()


@pytest.mark.browser
def test_the_register_is_whole_without_a_script(browser, address):
    context = browser.new_context(java_script_enabled=False)
    tab = context.new_page()
    tab.goto(address + REPORT)
    assert tab.locator("#register tbody tr").count() == len(claims.register(FILES))
    assert tab.locator(".register-filter").count() == 0
    context.close()
