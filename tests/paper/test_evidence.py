"""Works after 2004: what the file says is what the page shows."""

import re

import pandas as pd
import pytest

from correll2004.paper import course_curves, evidence, records
from correll2004.show import evidence_table, figures

FINDINGS = evidence.read_evidence()
FILES = records.load()


def test_a_number_is_in_the_words_of_its_finding():
    for _, row in FINDINGS[FINDINGS["measure"] != ""].iterrows():
        for number in row[["value", "lower", "upper"]].dropna():
            assert f"{abs(number):g}" in row["finding"], row["finding"]


def test_a_row_with_a_number_says_what_it_measures():
    assert (FINDINGS["value"].notna() == (FINDINGS["measure"] != "")).all()
    limits = FINDINGS[FINDINGS["lower"].notna()]
    assert len(limits) == 3
    assert limits["value"].between(limits["lower"], limits["upper"]).all()


def test_a_number_of_patients_in_words_is_that_of_the_row():
    words = {"four": "4", "six": "6"}
    for _, row in FINDINGS.iterrows():
        found = re.search(r"\b(four|six) patients", row["finding"])
        assert not found or row["patients"] == words[found[1]]


def test_every_finding_and_address_is_on_the_page():
    works = evidence.works(FINDINGS)
    table = evidence_table(works)
    text = table.text
    assert all(
        finding in works.loc[work, "finding"]
        for work, finding in FINDINGS[["work", "finding"]].to_numpy()
    )
    assert all(citation in text for citation in works["citation"])
    assert all(f'href="https://doi.org/{doi}"' in table.html for doi in works["doi"] if doi)
    assert table.html.count("<a href") == len(works) + (works["doi"] != "").sum()


def test_rows_that_differ_about_their_work_are_refused():
    changed = FINDINGS.copy()
    changed.loc[changed.index[1], "design"] = "another"
    with pytest.raises(ValueError, match="sigtermans2009"):
        evidence.works(changed)


def test_the_figure_draws_the_numbers_of_the_file():
    curve = course_curves.of_course(FILES.repaired, 1)
    drawing = figures.later_work(curve, {3: 54.0, 6: 31.0}, FINDINGS)
    left, right = drawing.axes
    points = {marker: [] for marker in "Ds"}
    for line in left.lines:
        if line.get_marker() in points:
            points[line.get_marker()] += list(zip(*line.get_data(), strict=True))
    assert points == {"D": [(3, 54), (6, 31)], "s": [(0, 69), (2, 58)]}
    spans = [list(line.get_ydata()) for line in left.lines if len(line.get_ydata()) == 2]
    assert [53, 84] in spans
    assert [41, 75] in spans
    assert [bar.get_height() for bar in right.patches] == [2.68, 5.45]
    words = figures.describe_later_work(curve, {3: 54.0}, FINDINGS)
    assert "54% at 3 months (recomputed 54%)" in words
    assert "58% (41 to 75%) at 1 to 3 months" in words


def test_numbers_are_numbers_and_missing_ones_are_missing():
    assert all(pd.api.types.is_float_dtype(FINDINGS[name]) for name in evidence.NUMBERS)
    assert FINDINGS.loc[FINDINGS["work"] == "schwartzman2009", "value"].isna().all()
