"""The chapters Data and Colophon against the files they describe."""

import json
import re
from importlib.metadata import version

import pytest
import yaml

from correll2004.data import dictionary
from correll2004.paths import BOOK, DATA, ROOT
from correll2004.show import dictionary_tables


def source(chapter):
    cells = json.loads((BOOK / f"{chapter}.ipynb").read_text(encoding="utf-8"))["cells"]
    return "\n".join("".join(cell["source"]) for cell in cells)


def test_every_data_file_can_be_downloaded():
    linked = set(re.findall(r"\]\(\.\./data/([^)]+)\)", source("data")))
    files = [path for path in DATA.rglob("*") if path.is_file()]
    assert linked == {path.relative_to(DATA).as_posix() for path in files}


def test_no_two_data_files_have_one_name():
    names = [path.name for path in DATA.rglob("*") if path.is_file()]
    assert len(set(names)) == len(names)


def test_every_data_file_has_its_dictionary_shown():
    shown = set(re.findall(r'dictionary_table\(rules, "([^"]+)"\)', source("data")))
    assert shown == {resource["name"] for resource in dictionary.load().resources.values()}


@pytest.mark.parametrize("name", [entry["name"] for entry in dictionary.load().resources.values()])
def test_a_dictionary_table_holds_every_column_and_code(name):
    found = dictionary_tables.dictionary_table(dictionary.load(), name)
    for column, field in dictionary.fields(name).items():
        assert f'<th scope="row">{column}</th>' in found.html
        for code in field.get("codes", {}):
            assert f'<span class="why">{code}: ' in found.html


def test_the_colophon_cites_as_the_citation_file_does():
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    text = source("colophon")
    assert f"title = {{{citation['title']}}}" in text
    assert f"author = {{{{{citation['authors'][0]['name']}}}}}" in text
    assert f"Version {citation['version']}." in text
    year = re.search(r"Copyright \(c\) (\d+)", (ROOT / "LICENSE").read_text(encoding="utf-8"))[1]
    assert f"year = {{{year}}}" in text


def test_the_colophon_shows_the_locked_versions():
    lock = (ROOT / "requirements.txt").read_text(encoding="utf-8")
    cells = json.loads((BOOK / "colophon.ipynb").read_text(encoding="utf-8"))["cells"]
    shown = "".join(
        "".join(output["data"].get("text/html", ""))
        for cell in cells
        for output in cell.get("outputs", [])
    )
    rows = re.findall(r'<th scope="row"[^>]*>([^<]+)</th><td[^>]*>([^<]+)</td>', shown)
    assert len(rows) == shown.count("<tr>") - 1
    for package, number in rows:
        assert f"\n{package}=={number} " in lock, package
        assert version(package) == number
