"""The references: where the details of each were seen, and what of them was not."""

import json
import re

import pytest
from builtsite import SITE
from pybtex.database import parse_file, parse_string

from correll2004.paths import BOOK

ENTRIES = parse_file(BOOK / "references.bib").entries
PAPER = "correll2004"  # the one whose DOI stays, though no page confirmed it
PUBLIC = re.compile(r"\w\.(com|org|net|io|edu|gov)\b|\bPubMed \d|\bR package \w")


def faults(entries):
    """What is wrong with the sources of the entries, as ``key: fault``."""
    found = []
    for key, entry in entries.items():
        seen, doi = entry.fields.get("seen", ""), entry.fields.get("doi")
        here = seen.startswith("This page") and "url" in entry.fields
        if not (here or PUBLIC.search(seen)):
            found.append(f"{key}: no public page")
        if doi and key != PAPER:
            if "unseen" in entry.fields:
                found.append(f"{key}: a DOI, though not all was seen")
            if "DOI" not in seen:
                found.append(f"{key}: a DOI that was not seen")
    return found


def test_each_reference_names_where_it_was_seen_and_no_doi_is_unconfirmed():
    assert faults(ENTRIES) == []
    assert ENTRIES[PAPER].fields["unseen"] == "DOI"


@pytest.mark.parametrize(
    ("fields", "fault"),
    [
        ("", "no public page"),
        ("seen = {from memory}", "no public page"),
        ("seen = {This page}", "no public page"),
        ("doi = {10.1/x}, seen = {a.org}", "a DOI that was not seen"),
        ("doi = {10.1/x}, seen = {a.org, DOI}, unseen = {year}", "a DOI, though not all was seen"),
    ],
)
def test_a_reference_of_unknown_source_is_found(fields, fault):
    entries = parse_string(f"@misc{{a, year = {{2000}}, {fields}}}", "bibtex").entries
    assert faults(entries) == [f"a: {fault}"]


def test_the_colophon_names_every_reference_that_is_confirmed_in_part():
    cells = json.loads((BOOK / "colophon.ipynb").read_text(encoding="utf-8"))["cells"]
    text = "\n".join("".join(cell["source"]) for cell in cells)
    section = re.search(r"## How the references were checked\n(.*?)\n## ", text, re.DOTALL)[1]
    named = re.findall(r"\(references\.bib#([^)]+)\)", section)
    assert sorted(named) == sorted(key for key, one in ENTRIES.items() if "unseen" in one.fields)


def test_the_sources_are_not_printed():
    for page in ("references", "colophon"):
        html = (SITE / "book" / f"{page}.html").read_text(encoding="utf-8")
        assert ENTRIES[PAPER].fields["doi"] in html
        assert not [key for key, one in ENTRIES.items() if one.fields["seen"] in html]
