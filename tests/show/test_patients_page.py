"""The page of the patients shows what Table 1 and the book hold of each."""

import re

import pytest

from _support.common import parse_html
from correll2004 import show
from correll2004.paper import claims, records
from correll2004.robustness import single_patients
from correll2004.show.html import without_tags
from correll2004.show.patients import timeline

FILES = records.load()
LEFT_OUT = single_patients.leave_one_out(FILES)


@pytest.fixture(scope="module")
def sections():
    page = parse_html(show.patients_sections(FILES, LEFT_OUT).html)
    return {each["id"]: each for each in page.select("section.patient")}


def test_every_patient_has_a_section(sections):
    assert list(sections) == [f"patient-{number}" for number in range(1, 34)]


def test_the_rows_are_those_of_table_1(sections):
    cells = [
        [cell.get_text() for cell in row.select("td")]
        for section in sections.values()
        for row in section.select("table")[0].select("tbody tr")
    ]
    columns = ["dosage_mg_per_h", "infusion_days", "relief_percent", "relief_months"]
    assert cells == FILES.table1.raw[columns].to_numpy().tolist()


def test_the_comments_are_those_of_the_file(sections):
    for _, row in FILES.comments.iterrows():
        number = re.sub("[abc]", "", row["label"])
        assert row["comment"] in sections[f"patient-{number}"].get_text()


def test_the_headlines_without_a_patient_are_those_that_change(sections):
    *_, table = sections["patient-18"].select("table")
    shown = {
        row.th.get_text(): [cell.get_text() for cell in row.select("td")]
        for row in table.select("tbody tr")
    }
    assert shown["Mean duration of relief, first course"] == ["9.4", "6.3"]
    headlines = claims.headlines(FILES)["headline"]
    moved = headlines[[LEFT_OUT.at[18, name] != LEFT_OUT.at[0, name] for name in headlines.index]]
    assert set(shown) <= set(moved)


def test_a_timeline_is_as_long_as_the_relief_and_marked_by_its_end():
    svg = timeline(FILES.table1, 23)
    widths = [float(width) for width in re.findall(r'<rect [^>]*width="([\d.]+)"', svg)]
    months = FILES.table1.cycles.query("patient == 23")["relief_months"].tolist()
    assert widths[1] / widths[0] == pytest.approx(months[1] / months[0], rel=1e-4)
    assert re.findall(r'<g class="(\w+)"', svg) == ["relapse", "in_remission"]
    assert "Second course: still in remission at the last visit, after more than 15 months" in svg
    assert [without_tags(text) for text in re.findall("<text.*?</text>", svg)][-1] == "&gt;15"
