"""The inventory of the paper's numerals against the register, and against the paper."""

import hashlib
import os
import re
from collections import Counter, defaultdict
from pathlib import Path

import pytest

from correll2004.data import dictionary
from correll2004.paper import claims, records

FILES = records.load()


def inventory():
    return FILES.numerals.to_dict("records")


def test_every_numeral_has_a_claim_or_a_reason_not_both():
    reasons = set(dictionary.fields("numerals")["reason"]["codes"])
    for row in inventory():
        assert bool(row["claim"]) != bool(row["reason"]), row
        assert not row["reason"] or row["reason"] in reasons, row


def test_every_claim_stands_on_a_numeral_that_prints_its_value():
    tokens = defaultdict(set)
    for row in inventory():
        tokens[row["claim"]].add(row["token"])
    del tokens[""]
    register = claims.register(FILES)
    assert set(tokens) == set(register.index)
    for claim, printed in register["printed"].items():
        assert printed in tokens[claim], claim


# The paper's word for a unit, where the register has another.
UNITS = {"%": "percent", "share of patients": "percent", "mg/hr": "mg/h"}
UNITS |= dict.fromkeys(["charts", "men", "women"], "patients")


def test_a_claim_has_the_unit_that_is_printed():
    """But for the heads of Tables 3 and 4, whose patients are cycles (D24)."""
    register = claims.register(FILES)
    heads = register.index[register["locator"].str.startswith("header")]
    for row in inventory():
        if row["claim"] and row["token"] == register.at[row["claim"], "printed"]:
            unit = UNITS.get(row["unit"], row["unit"])
            assert unit == register.at[row["claim"], "unit"] or row["claim"] in heads, row


def test_a_claim_stands_in_one_section():
    register = claims.register(FILES)
    for row in inventory():
        if row["claim"]:
            assert register.at[row["claim"], "section"] == row["section"], row


def test_the_order_within_a_sentence_has_no_gap():
    orders = defaultdict(list)
    for row in inventory():
        orders[row["section"], row["paragraph"], row["sentence"]].append(int(row["order"]))
    assert all(order == list(range(1, len(order) + 1)) for order in orders.values())


# Of the inventory that was equal to a recount of the paper's text.
RECOUNTED = "3cfff40c8f8c257c"


def test_the_inventory_is_the_one_that_was_recounted():
    """Where the paper is not at hand; after a change, recount and write the new sum here."""
    places = ["section", "paragraph", "sentence", "order", "token"]
    lines = "\n".join(",".join(str(row[place]) for place in places) for row in inventory())
    assert hashlib.sha256(lines.encode()).hexdigest()[:16] == RECOUNTED


# --- the recount ------------------------------------------------------------------

ONES = "one|two|three|four|five|six|seven|eight|nine"
TEENS = "ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen|nineteen"
TENS = "twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety"
RANKS = (
    "zero|ones|once|twice|thrice|single|double|triple|half|quarters?|hundred|thousand|million|"
    "firstly|first|secondly|seconds|second|thirdly|thirds|third|fourth|fifth|sixth|seventh|"
    "eighth|ninth|tenth"
)

# Words that look like numerals and count nothing: the impersonal pronoun (5) and
# "nobody" (1), "loved ones", and the conjunction.
NO_NUMERALS = Counter({"one": 6, "ones": 1, "Once": 1})


def without_table_1(text):
    """The text without both pieces of Table 1's body; its notes stay."""
    kept, inside = [], False
    for line in text.split("\n"):
        if inside and re.match(r" \S|\* Presented", line):
            inside = False
        if not inside:
            kept.append(line)
        if line.startswith("No. Age Sex"):
            inside = True
    return "\n".join(kept)


def joined(text):
    """The text with hyphenation at line ends undone, but for compound number words."""
    text = re.sub(rf"(?i)\b({TENS})-\s*\n\s*", r"\1-", text)
    text = re.sub(r"(?<=[A-Za-z])-[ ]*\n\s*(?=[a-z])", "", text)
    return re.sub(r"\s+", " ", text)


def numerals_in(text):
    digits = re.findall(r"[0-9]+(?:\.[0-9]+)?", text)
    roman = re.findall(r"(?<![\w-])[IVX]+(?![\w-])", text)
    words = rf"(?:{TENS})(?:[- ](?:{ONES}))?|{ONES}|{TEENS}|{RANKS}"
    spelled = re.findall(rf"(?i)(?<![A-Za-z])(?:{words})(?![A-Za-z])", text)
    return Counter(digits + roman + spelled) - NO_NUMERALS


def test_the_inventory_equals_a_recount_of_the_paper():
    paper = os.environ.get("PAPER_TXT")
    if not paper:
        pytest.skip("the paper's text is not part of the project: set PAPER_TXT=<file>")
    text = Path(paper).read_text(encoding="utf-8")
    found = numerals_in(joined(without_table_1(text)))
    listed = Counter(row["token"] for row in inventory())
    assert found == listed
