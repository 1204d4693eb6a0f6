"""Patients, entries, repairs and terms of a page lead to where they are explained."""

import json
import re

import axe
import pytest
from builtsite import PAGES, SITE, parsed
from playwright.sync_api import expect

from _support.common import BOOK, ROOT, parse_html, text_of
from _support.sphinx.links import GLOSSARY, LEDGER, PATIENTS, REPAIRS, Linker, Target, codes, notes

PAGE = "book/results-duration-of-relief.html"  # names patients, entries, repairs and terms
ADDRESSES = {
    PATIENTS: "patients.html",
    LEDGER: "ledger.html",
    GLOSSARY: "glossary.html",
    REPAIRS[0]: "relief.html",
}
TERMS = {
    name: Target(GLOSSARY, anchor, "term", title, "A sentence.")
    for name, anchor, title in [
        ("crps", "term-crps", "CRPS"),
        ("complex regional pain syndrome", "term-crps", "CRPS"),
        ("crps type i", "term-type-i", "CRPS type I"),
        ("relapse", "term-relapse", "Relapse"),
    ]
}


def with_links(html, **addresses):
    return Linker(ADDRESSES | addresses, TERMS).page(html)


def linked(html, **addresses):
    """The links in a piece of HTML, as pairs of the address and the text."""
    return re.findall(
        r'<a class="\w+" href="([^"]*)"[^>]*>([^<]+)</a>', with_links(html, **addresses)
    )


def patients(html):
    return [to.split("patient-")[1] for to, _ in linked(html) if "patient-" in to]


def test_the_codes_are_those_of_the_data(files):
    numbers = [f"patient-{number}" for number in range(1, 34)]
    assert list(codes()) == [*numbers, *files.divergences.index, *set(files.repairs["repair"])]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Patient 9's second infusion", ["9"]),
        ("Patients 9, 21 and 30, and Patient 25", ["9", "21", "30", "25"]),
        ("Patients 1 to 21", ["1", "21"]),
        ("In Patient 9, 3 months later, and in Patient 21 and 12 of the others", ["9", "21"]),
        ("Patient 99 and 33 patients", []),
    ],
)
def test_numbers_of_patients_in_a_sentence_are_linked(text, expected):
    assert patients(f"<p>{text}</p>") == expected


def test_row_heads_of_patients_are_linked_and_other_row_heads_are_not():
    row = '<tr><th scope="row" class="line">22a</th><td>22</td></tr></table>'
    to = "patients.html#patient-22"
    assert linked(f'<table><tr><th scope="col">Cycle</th></tr>{row}') == [(to, "22a")]
    assert linked(f'<table><tr><th scope="col">Months</th></tr>{row}') == []


def test_entries_and_repairs_are_linked_everywhere_and_unknown_codes_are_not():
    html = "<p>D5, D5 and repair R1; D99, R9, D5-1 and XD5</p><table><td>(D6)</td></table>"
    assert linked(html) == [
        ("ledger.html#D5", "D5"),
        ("ledger.html#D5", "D5"),
        ("relief.html#one-patient", "repair R1"),
        ("ledger.html#D6", "D6"),
    ]


def test_a_term_is_linked_where_it_is_first_used_under_any_of_its_names():
    html = "<p>Relapses. Complex regional pain syndrome (CRPS) and CRPS type I. A relapse.</p>"
    assert linked(html) == [
        ("glossary.html#term-relapse", "Relapses"),
        ("glossary.html#term-crps", "Complex regional pain syndrome"),
        ("glossary.html#term-type-i", "CRPS type I"),
    ]


@pytest.mark.parametrize("html", ["<td>relapse</td>", "<p>non-relapse, relapsed</p>"])
def test_a_term_is_not_linked_in_a_table_or_within_another_word(html):
    assert linked(f"<table>{html}</table>" if "td" in html else html) == []


@pytest.mark.parametrize("element", ["a", "code", "h2", "svg", "summary", "pre", "math", "option"])
def test_nothing_is_linked_within(element):
    html = f"<{element}><b>Patient 3, D5, R1, CRPS</b></{element}>"
    assert with_links(html) == html
    assert patients(f"{html} Patient 4") == ["4"]


def test_a_section_has_no_link_to_itself():
    html = '<section id="patient-9">Patients 9 and 21</section><section id="x">Patient 9</section>'
    assert linked(html, **{PATIENTS: ""}) == [("#patient-21", "21"), ("#patient-9", "9")]
    html = '<section id="D5">D5 and D6</section>'
    assert linked(html, **{LEDGER: ""}) == [("#D6", "D6")]
    assert len(linked(html)) == 2  # an entry shown in a chapter leads to the ledger


def test_a_note_has_title_and_consequence(files):
    texts = json.loads(notes(codes() | TERMS).split(" = ")[1].removesuffix(";\n"))
    assert texts["term-crps"] == ["CRPS", "A sentence."]
    assert texts["R1"][0] == "Repair R1"
    title, text = texts["D5"]
    assert title == f"D5. {files.divergences.at['D5', 'title']}"
    assert text.startswith("The text says that ")
    assert text.endswith(f"Consequence: it {files.divergences.at['D5', 'consequence']}.")


def test_a_page_without_codes_and_terms_stays_as_it_is():
    html = (ROOT / "LICENSE").read_text(encoding="utf-8")
    assert with_links(html) == html


# --- the glossary -----------------------------------------------------------------


def test_the_glossary_has_no_typed_number():
    text = (BOOK / "glossary.md").read_text(encoding="utf-8").split("---", 2)[2]
    text = re.sub(r"\{printed\}`[^`]+`|`[\w-]+`|Patient \d+|Table \d|[DR]\d+|95%", "", text)
    assert re.findall(r".*\d.*", text) == []


@pytest.fixture(scope="module")
def glossary():
    html = (SITE / f"{GLOSSARY}.html").read_text(encoding="utf-8")
    return parse_html(html).select("dl.glossary")


def test_every_term_of_the_glossary_has_a_short_paragraph(glossary):
    paragraphs = [text_of(one) for part in glossary for one in part.select("dd")]
    assert len(paragraphs) >= 40
    assert [one for one in paragraphs if not 10 <= len(one.split()) <= 60] == []
    assert [one for one in paragraphs if one.count(". ") < 1] == []  # no example


def test_every_term_is_used_and_linked_once_a_page(glossary):
    used = set()
    for page in PAGES:
        links = [one for one in parsed(SITE / page).links if "glossary.html#term-" in one]
        assert len(links) == len(set(links)), page
        used |= {link.split("#")[1] for link in links}
    firsts = {
        term["id"]
        for part in glossary
        for term in part("dt")
        if (before := term.find_previous_sibling()) is None or before.name == "dd"
    }
    assert used == firsts


# --- in a browser -----------------------------------------------------------------

browsers = pytest.mark.browser


@browsers
def test_the_keyboard_shows_a_note_and_escape_hides_it(calm_tab, address):
    calm_tab.goto(address + PAGE)
    link = calm_tab.locator("a.entry:visible").first
    note = calm_tab.locator(f"#{link.get_attribute('aria-describedby')}")
    expect(note).to_be_hidden()
    link.evaluate("one => one.focus()")
    expect(note).to_be_visible()
    expect(note).to_contain_text("Consequence: it ")
    expect(link).to_have_accessible_description(re.compile("Consequence: it "))
    calm_tab.keyboard.press("Escape")
    expect(note).to_be_hidden()
    calm_tab.keyboard.press("Enter")
    expect(calm_tab).to_have_url(re.compile(r"reproduction-report\.html#D\d+$"))


@browsers
def test_the_first_tap_shows_a_note_within_the_screen_and_the_second_follows(browser, address):
    context = browser.new_context(
        has_touch=True, is_mobile=True, viewport={"width": 390, "height": 844}
    )
    tab = context.new_page()
    tab.goto(address + PAGE)
    link = tab.locator("a.term").last
    note = tab.locator(f"#{link.get_attribute('aria-describedby')}")
    link.tap()
    expect(note).to_be_visible()
    box = note.bounding_box()
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 390
    tab.locator("h1").tap()
    expect(note).to_be_hidden()
    link.tap()
    link.tap()
    expect(tab).to_have_url(re.compile(r"glossary\.html#term-"))
    context.close()


@browsers
def test_the_pointer_shows_a_note_and_may_move_into_it(calm_tab, address):
    calm_tab.goto(address + PAGE)
    link = calm_tab.locator("a.term").first
    note = calm_tab.locator(f"#{link.get_attribute('aria-describedby')}")
    link.hover()
    expect(note).to_be_visible()
    note.hover()
    calm_tab.wait_for_timeout(400)
    expect(note).to_be_visible()
    calm_tab.locator("h1").hover()
    expect(note).to_be_hidden()


@browsers
@pytest.mark.parametrize("size", [axe.PHONE, axe.DESKTOP])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_in_a_note(calm_tab, address, size, scheme):
    axe.show(calm_tab, size, scheme, address + PAGE)
    calm_tab.locator("a.term").first.evaluate("one => one.focus()")
    note = calm_tab.locator(".notes p:visible")
    expect(note).to_have_count(1)
    assert axe.violations(calm_tab, axe.EVERY_RULE, ".notes") == []
