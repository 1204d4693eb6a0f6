"""The search: twenty questions of readers, each with the page that should come first.

They were written down before there was a search to try them on. The page itself is asked, in
a browser, over http and once from a disk; and what it can find is what the pages hold.
"""

import csv
import json
import re

import pytest
from builtsite import SITE, parsed
from playwright.sync_api import expect

from _support.sphinx.search import documents_of
from correll2004.paper import claims, judgements, records
from correll2004.paths import ROOT

FILES = records.load()

QUESTIONS = ROOT / "tests" / "files" / "questions.csv"
MISSES = 2  # questions at most whose expected page is not the first
FIELD, RESULTS = ".bd-search-container input", "#search-results li"
REPORT = "book/reproduction-report.html"


def questions():
    with QUESTIONS.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def documents():
    """What the search page is given: (kind, link, heading, text) of each document."""
    script = (SITE / "_static" / "search-documents.js").read_text(encoding="utf-8")
    pages = json.loads(re.search(r"SEARCH_PAGES = (.*);", script)[1])
    for line in re.findall(r"^(\[.*\]),$", script, re.MULTILINE):
        kind, page, anchor, heading, text = json.loads(line)
        yield kind, (f"{pages[page][0]}.html", anchor), heading, text


# --- what can be found ------------------------------------------------------------


def test_every_document_is_somewhere_on_a_page():
    found = list(documents())
    assert len(found) > 500
    for _, (page, anchor), heading, _ in found:
        assert heading
        assert not anchor or anchor in parsed(SITE / page).ids, (page, anchor)


def test_the_whole_register_and_all_divergences_can_be_found():
    anchors = {"claim": [], "divergence": []}
    for kind, (page, anchor), *_ in documents():
        if kind in anchors:
            assert page == REPORT
            anchors[kind].append(anchor)
    assert anchors["claim"] == list(claims.register(FILES).index)
    assert anchors["divergence"] == judgements.ranked(FILES.divergences)


def test_every_chapter_can_be_found_as_a_whole():
    whole = {page for kind, (page, anchor), *_ in documents() if kind == "section" and not anchor}
    chapters = {f"book/{path.stem}.html" for path in (SITE / "book").glob("*.html")}
    assert whole == chapters | {"index.html"}


def test_texts_are_sentences_without_code_and_numbers_of_tables():
    for kind, place, _, text in documents():
        assert "import " not in text, place
        assert len(text) < 20_000, place
        if kind == "section":
            assert re.search(r"(\b\d+ ){8}", text) is None, place


PAGE = """<meta content="What &amp; why." name="description" />
<article class="bd-article"><section id="one"><h1>One<a class="headerlink">#</a></h1><p>First.</p>
<dl class="glossary"><dt id="term-km">Kaplan-Meier</dt><dd><p>A curve.</p></dd></dl>
<pre>x = 1</pre><section id="two"><h2>T<em>wo</em></h2>
<p>Sec<em>ond</em>.</p>
<table><tr><td>4</td><td>cells that say a sentence</td></tr></table>
</section></section></article>"""


def test_a_page_is_cut_into_sections_and_terms():
    about, found = documents_of("book/one", PAGE)
    assert about == ("One", "What & why.")
    assert [tuple(one) for one in found] == [
        ("term", "book/one", "term-km", "Kaplan-Meier", "A curve."),
        ("section", "book/one", "", "One", "First."),
        ("section", "book/one", "two", "Two", "Second. cells that say a sentence"),
    ]


def test_nothing_is_left_of_sphinx_s_own_search():
    names = {path.name for path in SITE.rglob("*.js")}
    gone = {"searchindex.js", "searchtools.js", "language_data.js", "sphinx_highlight.js"}
    assert not names & (gone | {"doctools.js"})


# --- in a browser -----------------------------------------------------------------


@pytest.fixture
def tab(browser):
    """A page that keeps its troubles: errors and what the policy refuses."""
    tab = browser.new_page()
    tab.troubles = []
    tab.on("pageerror", lambda error: tab.troubles.append(str(error)))
    tab.on("console", lambda m: tab.troubles.append(m.text) if m.type == "error" else None)
    yield tab
    assert tab.troubles == []
    tab.close()


def ask(tab, question):
    """Write a question into the field, and wait until the page has answered it."""
    tab.fill(FIELD, question)
    expect(tab.locator("#search-count")).to_have_text(re.compile(f"“{re.escape(question)}”$"))


def links(tab):
    return tab.locator(f"{RESULTS} a").evaluate_all("all => all.map(a => a.getAttribute('href'))")


@pytest.mark.browser
@pytest.mark.parametrize("scheme", ["http", "file"])
def test_questions_of_readers_find_their_page_first(tab, address, scheme):
    tab.goto((address if scheme == "http" else f"{SITE.resolve().as_uri()}/") + "search.html")
    ranks = {}
    for one in questions():
        ask(tab, one["question"])
        pages = [link.split(".html")[0] for link in links(tab)]
        ranks[one["question"]] = pages.index(one["page"]) + 1 if one["page"] in pages else 99
        expect(tab.locator("mark")).not_to_have_count(0)
    assert len(ranks) == len(questions()) >= 20
    assert sum(rank > 1 for rank in ranks.values()) <= MISSES, ranks
    assert max(ranks.values()) <= 3, ranks


@pytest.mark.browser
def test_sections_that_answer_are_near_the_top(tab, address):
    tab.goto(address + "search.html")
    for one in questions():
        if one["section"]:
            ask(tab, one["question"])
            names = tab.locator(f"{RESULTS} a").evaluate_all("all => all.map(a => a.textContent)")
            places = [name.split(" › ")[-1] for name in names]
            assert one["section"] in places[:5], one["question"]


@pytest.mark.browser
def test_a_result_leads_to_its_section_and_back_to_the_question(tab, address):
    tab.goto(address + "search.html?q=neurotoxicity")
    first = tab.locator(f"{RESULTS} a").first
    expect(tab.locator(RESULTS).first).to_contain_text("Chapter")
    target = first.get_attribute("href")
    assert "#" in target
    first.focus()
    tab.keyboard.press("Enter")
    tab.wait_for_url(f"**/{target}")
    tab.go_back()
    expect(tab.locator(FIELD)).to_have_value("neurotoxicity")
    expect(first).to_have_attribute("href", target)


@pytest.mark.browser
def test_the_question_is_in_the_address_and_more_results_follow(tab, address):
    tab.goto(address + "search.html")
    ask(tab, "relief & pain")
    expect(tab).to_have_url(address + "search.html?q=relief%20%26%20pain")
    shown = tab.locator(RESULTS).count()
    assert shown > 0
    tab.get_by_role("button", name="More results").press("Enter")
    expect(tab.locator(RESULTS).nth(shown).locator("a")).to_be_focused()
    tab.fill(FIELD, "")
    expect(tab).to_have_url(address + "search.html")
    expect(tab.locator(RESULTS)).to_have_count(0)
    expect(tab.locator("#search-count")).to_have_text("")


@pytest.mark.browser
@pytest.mark.parametrize(
    ("question", "kind", "anchor"),
    [
        ("D5", "Divergence", "#D5"),
        ("abs reviewed notes", "Claim", "#abs-reviewed"),
        ("relief_months", "Column of the data", "data.html#as-printed"),
        ("grams of morphine", "Patient", "patients.html#patient-14"),
        ("amputation", "Patient", "patients.html#patient-23"),
        ("halucinations", "Chapter", "#effects-on-the-central-nervous-system"),
        ("halluc", "Chapter", "#effects-on-the-central-nervous-system"),
    ],
)
def test_codes_claims_columns_misspelt_and_unfinished_words_are_found(
    tab, address, question, kind, anchor
):
    tab.goto(address + "search.html")
    ask(tab, question)
    found = tab.locator(RESULTS).filter(has_text=kind).locator(f"a[href*='{anchor}']")
    expect(found).not_to_have_count(0)


@pytest.mark.browser
def test_what_is_typed_is_shown_as_text(tab, address):
    tab.goto(address + "search.html")
    ask(tab, "<b>liver</b>")
    assert tab.locator("#search-count b").count() == 0
    ask(tab, "xyzzy")
    expect(tab.locator("#search-count")).to_have_text("No results for “xyzzy”")


@pytest.mark.browser
def test_without_a_script_the_page_says_so(browser, address):
    context = browser.new_context(java_script_enabled=False)
    tab = context.new_page()
    tab.goto(address + "search.html")
    assert "needs JavaScript" in tab.inner_text("main")
    assert not tab.locator(FIELD).is_visible()
    context.close()


# --- the register's filter --------------------------------------------------------


@pytest.mark.browser
def test_the_register_is_filtered_by_the_same_words(tab, address):
    tab.goto(address + REPORT)
    rows = tab.locator("#register tbody tr:not([hidden])")

    def found(words):
        field = tab.locator("#register-find")
        field.fill(words)
        expect(field).to_have_value(words)  # the rows are hidden in the same step
        return set(rows.evaluate_all("rows => rows.map(row => row.id)"))

    rates = found("maximum rate")
    assert rates
    assert rates <= found("dose") == found("ketamine") == found("mg/h")
    assert found("the liver") == found("liver enzymes") == found("hepatic")
    # A number is itself, and no part of another one.
    assert found("9.44") == {"t5-first-mean-months"}
    assert "t5-first-mean-months" not in found("44")
    assert found("abs-reviewed") == {"abs-reviewed"}
