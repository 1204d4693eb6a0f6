"""The letter to the authors: what it asks, what it says of itself, and the command behind it."""

import re

import axe
import pytest

from correll2004 import changes, letter
from correll2004.audit import open_questions
from correll2004.paper import questions, records

FILES = records.load()
LETTER = letter.letter(FILES)
VIEWS = [(size, scheme) for size in (axe.PHONE, axe.DESKTOP) for scheme in ("light", "dark")]


def test_it_asks_for_every_fact_once_the_most_decisive_first():
    asked = letter.items_of(FILES)
    names = [name for _, each in asked for name in each]
    ranked = open_questions.ranking(FILES).index.tolist()
    assert sorted(names) == sorted(ranked)
    first = [min(map(ranked.index, each)) for _, each in asked]
    assert first == sorted(first)
    places = [LETTER.text.index(words) for words, _ in asked]
    assert places == sorted(places)
    assert LETTER.html.count("<li>") == len(asked)


def test_it_says_what_each_fact_decides():
    ranking, total = open_questions.ranking(FILES), (FILES.register["compute"] != "").sum()
    for words, names in letter.items_of(FILES):
        own = LETTER.text.partition(words)[2].split("\n\n")[0]
        counts = ranking.loc[names, "claims"]
        if counts.isna().all():
            reason = questions.questions_of(FILES.questions)["unranked"][names[0]]
            assert reason in own
        else:
            assert re.search(rf"give (up to )?{counts.max():g} of the {total} ", own), names
            assert ("up to" in own.split(".")[0]) == (len(names) > 1)
        checks = ranking.loc[names, "checks"].sum()
        assert (f"could check {checks} printed values" in own) == bool(checks)


def test_the_largest_move_is_that_of_a_share():
    _, names = letter.items_of(FILES)[0]
    points = open_questions.ranking(FILES).loc[names, "headline_points"].max()
    assert f"moves by up to {points:.0f} percentage points" in letter.decided(FILES, names)
    assert "The estimate" not in letter.decided(FILES, ["hours"])


def test_it_is_the_readers_and_says_that_nobody_has_asked():
    assert LETTER.text.startswith("[Your name, address and date]")
    assert LETTER.text.endswith("[Your name]")
    assert "The makers of the book have not asked you." in LETTER.text
    assert "no names and no dates of birth" in LETTER.text


def test_the_command_writes_and_prints_it(project):
    data, run = project("correll2004.letter")
    done = run()
    assert (done.returncode, done.stderr) == (0, "")
    page = data.parent / "_build" / "letter.html"
    assert done.stdout == f"{LETTER.text}\n\nThe same as a page to print: _build/letter.html\n"
    text = page.read_text(encoding="utf-8")
    assert text == changes.page(LETTER, letter.TITLE, letter.STYLE)
    assert not re.search(r"<script|https?:|href", text)


def test_the_command_refuses_a_bad_answer_and_keeps_the_letter(project):
    data, run = project("correll2004.letter")
    path, page = data / questions.PATH.name, data.parent / "_build" / "letter.html"
    page.parent.mkdir()
    page.write_text("before")
    path.write_text(path.read_text("utf-8").replace("1.relief_months = 1.25", "1.sex = Q"), "utf-8")
    done = run()
    assert (done.returncode, done.stdout) == (1, "")
    assert "open_questions.csv, row 3, column changes: 'Q' must be one of M, F" in done.stderr
    assert page.read_text() == "before"


@pytest.mark.browser
def test_the_page_is_accessible_and_prints_on_two_sheets(browser, tmp_path):
    path = tmp_path / "letter.html"
    path.write_text(changes.page(LETTER, letter.TITLE, letter.STYLE), encoding="utf-8")
    # Evaluated from outside, axe needs no leave of the page's own policy.
    context = browser.new_context(bypass_csp=True)
    tab = context.new_page()
    found = []
    for size, scheme in VIEWS:
        tab.set_viewport_size(size)
        tab.emulate_media(color_scheme=scheme)
        tab.goto(path.as_uri())
        found += axe.everything(tab)
        assert tab.evaluate("document.documentElement.scrollWidth") <= size["width"]
    assert not found
    tab.emulate_media(media="print")
    pdf = tab.pdf(prefer_css_page_size=True)
    assert len(re.findall(rb"/Type\s*/Page\b", pdf)) <= 2
    context.close()
