"""From a printed number to the line that computes it: links, and the code they lead to."""

import doctest

import pytest
from bs4 import BeautifulSoup
from builtsite import SITE, parsed

from correll2004.paper import calls, quantities, records
from correll2004.paper.quantities import QUANTITIES
from correll2004.paths import ROOT
from correll2004.show import definitions, sources

FILES = records.load()
REPORT, PAGE = SITE / "book" / "reproduction-report.html", SITE / "book" / "quantities.html"


def links_of(html):
    """Addresses and texts of the links of a piece of HTML."""
    return [(one["href"], one.get_text()) for one in BeautifulSoup(html, "html.parser")("a")]


# --- a claim's id and call --------------------------------------------------------


def test_a_claim_shows_its_id_and_call_as_links():
    text = 'share_of_cycles("0 < relief_percent < 100", of="cycle == 1")'
    assert links_of(sources.id_and_call("abs-partial-percent", text)) == [
        ("reproduction-report.ipynb#abs-partial-percent", "abs-partial-percent"),
        ("quantities.ipynb#share_of_cycles", text),
    ]


def test_a_claim_without_a_call_shows_its_id():
    assert links_of(sources.id_and_call("abs-hallucinations", "", register="")) == [
        ("#abs-hallucinations", "abs-hallucinations")
    ]


def test_every_claim_of_the_register_leads_to_its_function_on_the_site():
    rows = BeautifulSoup(REPORT.read_text(encoding="utf-8"), "html.parser").select("#register tr")
    shown = {row["id"]: links_of(str(row.select_one(".how"))) for row in rows if row.get("id")}
    expected = {}
    for name, text in FILES.register["compute"].items():
        expected[name] = [(f"#{name}", name)]
        if text:
            expected[name].append((f"quantities.html#{calls.parse(text).quantity}", text))
    assert shown == expected
    assert set(QUANTITIES) <= parsed(PAGE).ids


@pytest.mark.parametrize("path", sorted(SITE.glob("book/*.html")), ids=lambda path: path.stem)
def test_every_judged_number_of_a_chapter_leads_to_its_claim(path):
    for number in BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser").select(
        ".with-verdicts .v"
    ):
        page, _, name = number.a["href"].partition("#")
        assert page == REPORT.name
        printed = FILES.register.at[name, "printed"]
        assert printed in number.get_text(), (name, number.get_text())


# --- the code behind it -----------------------------------------------------------


def test_every_quantity_says_in_a_sentence_what_it_is():
    for name in QUANTITIES:
        assert definitions.definitions()[name].sentence.endswith(".")
        assert definitions.definitions()[name].parameters[0] == "versions"


def test_a_name_that_two_modules_define_is_an_error():
    with pytest.raises(ValueError, match=r"defined in two modules: .*table5"):
        definitions.definitions((quantities, quantities))


def test_claims_and_entries_are_counted_by_the_quantity_they_use():
    usage = sources.usage(FILES)
    assert usage["claims"].sum() == (FILES.register["compute"] != "").sum()
    assert usage.at["table5", "claims"] == FILES.register["compute"].str.startswith("table5(").sum()
    assert usage.at["table5", "entries"] == ("D1", "D14", "D40", "D41", "D47")
    assert (usage["claims"] + usage["entries"].str.len() > 0).all(), "a quantity that nothing uses"


# --- the walk in CONTRIBUTING -------------------------------------------------------


def test_the_walk_from_a_number_to_its_line_runs_as_written():
    guide = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    walk = guide.split("\n## This number looks wrong\n")[1].split("\n## ")[0]
    prompt = "\n".join(part for part in walk.split("```") if ">>> " in part)
    found = doctest.DocTestParser().get_doctest(prompt, {}, "walk", "CONTRIBUTING.md", 0)
    assert doctest.DocTestRunner().run(found) == doctest.TestResults(0, len(found.examples))
    assert len(found.examples) == 5
