"""The appraisal: every answer from the closed list, and resting on what the paper has."""

import csv
import os
import re
from collections import Counter
from pathlib import Path

import pytest

from correll2004.data import dictionary
from correll2004.data.faults import Fault
from correll2004.paper import appraisal, records
from correll2004.paths import DATA

FILES = records.load()

# What was answered, by tool: an answer changed by mistake changes a count.
ANSWERS = {
    ("JBI", "yes"): 1,
    ("JBI", "partly"): 6,
    ("JBI", "unclear"): 3,
    ("NIH", "yes"): 1,
    ("NIH", "partly"): 3,
    ("NIH", "no"): 6,
    ("NIH", "unclear"): 1,
    ("NIH", "not applicable"): 1,
    ("STROBE", "no"): 9,
    ("STROBE", "partly"): 7,
    ("STROBE", "unclear"): 1,
}


def stored():
    with (DATA / "appraisal.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_every_support_is_a_sentence_or_a_claim_of_the_paper():
    with (DATA / "statements.csv").open(encoding="utf-8", newline="") as file:
        known = {
            f"{row['section']}/{row['paragraph']}/{row['sentence']}" for row in csv.DictReader(file)
        }
    with (DATA / "claims.csv").open(encoding="utf-8", newline="") as file:
        known |= {row["id"] for row in csv.DictReader(file)}
    for row in stored():
        cited = list(filter(None, row["support"].split(";")))
        assert set(cited) <= known, row
        assert len(set(cited)) == len(cited), row
        assert cited or row["answer"] not in ("yes", "partly"), row


@pytest.mark.parametrize("key", ["methods/1/99", "no-such-claim", "methods"])
def test_support_that_is_not_there_is_found_at_its_row(key):
    changed = FILES.appraisal.copy()
    changed.at[5, "support"] = f"methods/1/1;{key}"
    rule = "is in neither statements.csv nor claims.csv"
    fault = Fault("appraisal.csv", 5, "support", key, rule)
    assert appraisal.disagreements(changed, FILES.statements, FILES.register) == [fault]


def test_both_checklists_are_answered_whole():
    items = {
        tool: [row["item"] for row in stored() if row["tool"] == tool] for tool in ("JBI", "NIH")
    }
    assert items == {
        "JBI": [str(number) for number in range(1, 11)],
        "NIH": [str(number) for number in range(1, 13)],
    }


def test_the_answers_are_those_that_were_given():
    assert Counter((row["tool"], row["answer"]) for row in stored()) == ANSWERS
    allowed = dictionary.fields("appraisal")["answer"]["constraints"]["enum"]
    assert {row["answer"] for row in stored()} == set(allowed)


def test_of_strobe_only_what_is_missing_is_listed():
    assert not [row for row in stored() if row["tool"] == "STROBE" and row["answer"] == "yes"]


def paper_text():
    """The paper's text in one line, words joined that a line end had divided."""
    paper = os.environ.get("PAPER_TXT")
    if not paper:
        pytest.skip("the paper's text is not part of the project: set PAPER_TXT=<file>")
    text = Path(paper).read_text(encoding="utf-8")
    text = re.sub(r"(?<=[A-Za-z])-[ ]*\n\s*(?=[a-z])", "", text)
    return re.sub(r"\s+", " ", text).lower()


def test_the_words_said_to_be_missing_are_missing_from_the_paper():
    text = paper_text()
    assert "complex regional pain syndrome" in text
    words = [word for row in stored() for word in row["not_in_text"].split(";") if word]
    assert words
    assert [word for word in words if word.lower() in text] == []


def test_nothing_of_the_appraisal_is_copied_from_the_paper():
    def runs(text):
        words = re.findall(r"[a-z0-9]+", text.lower())
        return {tuple(words[start : start + 8]) for start in range(len(words) - 7)}

    own = [row[column] for row in stored() for column in ("question", "reason")]
    assert not set().union(*map(runs, own)) & runs(paper_text())
