"""Every patient number on a page leads to the patient's section."""

import re

import pytest

from _support.common import ROOT
from _support.sphinx.patients import link_patients, numbers


def linked(html, page="patients.html"):
    """The numbers linked in a piece of HTML, as pairs of the patient and the text."""
    return re.findall(r'href="[^"]*#patient-(\d+)"[^>]*>([^<]+)</a>', link_patients(html, page))


def test_the_patients_are_those_of_table_1():
    assert sorted(map(int, numbers())) == list(range(1, 34))


@pytest.mark.parametrize(
    ("text", "patients"),
    [
        ("Patient 9's second infusion", ["9"]),
        ("Patients 9, 21 and 30, and Patient 25", ["9", "21", "30", "25"]),
        ("Patients 1 to 21", ["1", "21"]),
        ("In Patient 9, 3 months later, and in Patient 21 and 12 of the others", ["9", "21"]),
        ("Patient 99 and 33 patients", []),
    ],
)
def test_numbers_in_a_sentence_are_linked(text, patients):
    assert [number for number, _ in linked(f"<p>{text}</p>")] == patients


@pytest.mark.parametrize("element", ["a", "code", "h2", "svg", "summary", "pre"])
def test_nothing_is_linked_within(element):
    html = f"<{element}><b>Patient 3</b></{element}>"
    assert link_patients(html, "patients.html") == html
    assert linked(f"{html} Patient 4") == [("4", "4")]


def test_row_heads_of_patients_are_linked_and_other_row_heads_are_not():
    row = '<tr><th scope="row" class="line">22a</th><td>22</td></tr></table>'
    assert linked(f'<table><tr><th scope="col">Cycle</th></tr>{row}') == [("22", "22a")]
    assert linked(f'<table><tr><th scope="col">Months</th></tr>{row}') == []


def test_a_patient_s_section_has_no_link_to_itself():
    html = '<section id="patient-9">Patients 9 and 21</section><section id="x">Patient 9</section>'
    assert linked(html, "") == [("21", "21"), ("9", "9")]


def test_a_page_without_patients_stays_as_it_is():
    html = (ROOT / "README.md").read_text(encoding="utf-8")
    assert link_patients(html, "patients.html") == html
