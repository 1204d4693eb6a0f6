"""The appraisal on its page: every answer is shown, and every link leads somewhere."""

import re

import pytest

from correll2004 import show
from correll2004.paper import records

FILES = records.load()
TOOLS = list(dict.fromkeys(FILES.appraisal["tool"]))
SENTENCES = show.supporting_sentences(FILES, "The sentences.").html


@pytest.mark.parametrize("tool", TOOLS)
def test_a_row_has_its_answer_and_links_to_all_it_rests_on(tool):
    html = show.appraisal_table(FILES, tool, "A tool.").html
    rows = re.findall(r'<tr><th scope="row"[^>]*>([^<]+)</th>(.*?)</tr>', html)
    listed = FILES.appraisal[FILES.appraisal["tool"] == tool]
    assert [item for item, _ in rows] == listed["item"].tolist()
    for (_, row), answer, support in zip(rows, listed["answer"], listed["support"], strict=True):
        assert f"<strong>{answer}</strong>" in row
        links = re.findall(r'href="([^"]+)"', row)
        assert len(links) == len(list(filter(None, support.split(";"))))
        for link in links:
            page, _, place = link.partition("#")
            if page:
                assert page == "reproduction-report.ipynb"
                assert place in FILES.register.index
            else:
                assert SENTENCES.count(f'id="{place}"') == 1


def test_no_sentence_is_listed_that_no_answer_rests_on():
    cited = {key for cell in FILES.appraisal["support"] for key in cell.split(";") if "/" in key}
    found = re.findall(r'<span id="([^"]+)"', SENTENCES)
    assert set(found) == {key.replace("/", "-") for key in cited}


def test_words_that_are_not_in_the_text_are_named():
    html = show.appraisal_table(FILES, "JBI", "A tool.").html
    assert "Not in the text: consecutive." in html
    assert (
        html.count("Not in the text")
        == (FILES.appraisal.query("tool == 'JBI'")["not_in_text"] != "").sum()
    )
