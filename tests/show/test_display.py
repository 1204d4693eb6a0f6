"""Published tables, headlines and tallies show what the register judged."""

import re
from collections import Counter

import byhand
import pandas as pd
import pytest

from correll2004 import show
from correll2004.paper import claims, judgements, records
from correll2004.show import claims_tables, html, study_tables
from correll2004.stats.interval_censored import Bounds

FILES = records.load()

PUBLISHED = byhand.published()


def cells(section):
    """Class, value, mark, spoken verdict and addition of every judged number of a table."""
    return re.findall(
        r'<span class="v (\w+)"><a href="[^"]*">([^&]*?)%?&nbsp;'
        r'<span class="verdict-mark" aria-hidden="true">([^<]*)</span>'
        r'<span class="sr-only">([^<]*)</span></a>(?: <span class="extra">([^<]*)</span>)?',
        claims_tables.published(FILES, section, "Caption").html,
    )


@pytest.mark.parametrize("number", [2, 3, 4, 5])
def test_every_cell_shows_the_verdict_of_the_register(number):
    register = claims.of_section(FILES, f"table-{number}")
    register = register[register["locator"].str.match("row .*, column")]
    verdicts = Counter(verdict for _, _, _, verdict, _ in cells(f"table-{number}"))
    assert verdicts == Counter(register["verdict"])


@pytest.mark.parametrize("number", [2, 3, 4, 5])
def test_only_what_is_printed_alike_looks_reproduced(number):
    """Class, mark and word say the same; a cell without addition is as printed."""
    looks = {
        "reproduced": ("same", "✓"),
        "reproduced under repair R1": ("repair", "✓ R1"),
        "differs": ("differs", "≠"),
    }
    printed = Counter(value for name, value in PUBLISHED.items() if name.startswith(f"t{number}-"))
    for look, value, mark, verdict, addition in cells(f"table-{number}"):
        assert (look, mark) == looks[verdict]
        assert bool(addition) == (verdict != "reproduced" or value.startswith("−"))
        if not addition:
            assert value in printed


def test_a_cell_that_differs_shows_both_values():
    """Standard deviations 3.868 and 22.594."""
    differing = [cell[1:] for cell in cells("table-2") if cell[3] == "differs"]
    assert differing == [
        ("3.87", "≠", "differs", "printed 3.86"),
        ("22.59", "≠", "differs", "printed 22.25"),
    ]


def test_a_cell_under_repair_shows_the_printed_value_and_that_of_the_table():
    first = [cell[1::3] for cell in cells("table-5") if cell[0] == "repair"][:3]
    assert first == [
        ("13", "as tabulated 14"),
        ("20", "as tabulated 19"),
        ("9.44", "as tabulated 9.83"),
    ]


def test_a_negative_limit_is_shown_beside_the_printed_0():
    assert ("same", "−0.47", "✓", "reproduced", "printed 0.00") in cells("table-5")


@pytest.mark.parametrize(
    ("claim", "text"),
    [
        ("t2-days-sd", "3.868"),  # 3.8680
        ("abs-complete-percent", "75.76"),  # 25/33
        ("t5-first-mean-months", "9.4358 (9.831 as tabulated)"),
        ("abs-survival-first-3", "53.63 (56.19 as tabulated)"),
        ("abs-hallucinations", "–"),
    ],
)
def test_recomputed_values_have_two_decimals_more_than_printed(claim, text):
    assert claims_tables.recomputed_text(claims.register(FILES).loc[claim]) == text


def test_a_median_without_an_upper_limit_has_an_interval_from_the_lower():
    text = claims_tables.headlines(FILES).text
    assert re.search(r"Median .* second course +36\.00 months +36 +from 4\.0 ", text)
    assert "inf" not in text


def test_a_tally_tells_repaired_from_reproduced():
    words = "22 printed numbers: 13 reproduced, 9 reproduced under repair R1."
    assert claims_tables.tally(claims.of_section(FILES, "table-5")) == words


def test_marks_and_classes_tell_the_numbers_verdicts_apart():
    kinds = [claims.REPRODUCED, claims.UNDER_REPAIR, claims.DIFFERS, records.NOT_COMPUTABLE]
    assert len({claims_tables.VERDICT_CLASS[kind] for kind in kinds}) == len(kinds)
    marks = {
        claims_tables._mark(kind, "R1" if kind == claims.UNDER_REPAIR else "") for kind in kinds
    }
    assert len(marks) == len(kinds)


def test_the_register_table_holds_every_claim_with_its_verdict():
    html = claims_tables.register_table(FILES).html
    rows = re.findall(r'<tr id="([^"]+)" data-section="[^"]+" data-verdict="([^"]+)"', html)
    assert rows == list(claims.register(FILES)["verdict"].items())


def test_pins_count_each_claim_once_per_row():
    cells = pd.DataFrame(
        [("9", "age_years", ("a", "b")), ("9", "crps_months", ("b",)), ("22a", "age_years", ())],
        columns=["cycle", "column", "claims"],
    )
    shown = study_tables.pins(cells, {"age_years": "Age", "crps_months": "CRPS"})
    assert "2 claims</summary><ul><li>Age: a, b</li><li>CRPS: b</li></ul>" in shown.html
    assert "0 claims</summary><ul></ul>" in shown.html


@pytest.mark.parametrize(
    ("cell", "kind"),
    [("1,234", "num"), ("−3.86", "num"), ("17%", "num"), ("2 of 33", ""), ("5\n", "")],
)
def test_only_a_column_of_numbers_is_set_as_one(cell, kind):
    shown = html.table(pd.DataFrame({"head": [cell, "not reached"]}), "Caption").html
    assert ('class="num"' in shown) == bool(kind)


@pytest.mark.parametrize(
    ("value", "text"),
    [(float("inf"), "not reached"), (0.125, "0.1"), (-1.25, "−1.2"), (40, "40.0")],
)
def test_a_number_or_that_it_is_not_reached(value, text):
    assert html.or_not_reached(value) == text


@pytest.mark.parametrize(
    ("value", "decimals", "text"),
    [(40, 0, "40"), (40, 3, "40"), (-1.5, 3, "−1.5"), (1 / 3, 2, "0.33"), (float("inf"), 2, None)],
)
def test_a_number_has_no_zeros_at_its_end(value, decimals, text):
    assert html.without_zeros(value, decimals) == (text or html.NOT_REACHED)


def test_evidence_has_a_column_of_the_repair_where_that_moves_a_number():
    moving = {
        name: any(len(set(row)) > 1 for row in claims.evidence(FILES, name).to_numpy().tolist())
        for name in FILES.divergences.index
    }
    assert set(moving.values()) == {True, False}
    for name, is_moving in moving.items():
        assert ("Under R1" in show.divergences(FILES, name).html) == is_moving


# --- ledger and statements --------------------------------------------------------


def test_the_landing_page_says_of_each_grave_entry_what_it_changes():
    found = show.what_changes_use(FILES)
    named = judgements.by_consequence(FILES.divergences)[judgements.CHANGES_USE]
    assert re.findall(r">(D[0-9]+)</a>", found.html) == named
    assert found.html.count("<li>") == len(named)
    for name in named:
        assert html.escape(FILES.divergences.at[name, "title"]) in found.html
    assert "Yes: " not in found.html


def test_the_ledger_s_table_has_each_entry_once_with_what_the_filter_needs():
    found = show.ledger_table(FILES).html
    assert re.findall(r'href="#(D[0-9]+)"', found) == judgements.ranked(FILES.divergences)
    for key in ("kind", "consequence"):
        values = re.findall(f'data-{key}="([^"]*)"', found)
        assert sorted(values) == sorted(FILES.divergences[key])


def test_a_statement_is_placed_as_claims_are():
    table = show.statements_table(FILES, FILES.statements, "All.").html
    for place in (
        "Abstract, ¶4 s2",
        "Table 3, note s2",
        "Figure 1, caption s4",
        "Appendix 1, ¶4 s1",
    ):
        assert f">{place}</th>" in table
    assert 'href="#D18"' in table


def test_values_with_limits_are_one_text_that_breaks_before_the_limits_alone():
    columns = pd.MultiIndex.from_product([["A", "B"], ["value", "lower", "upper"]])
    rows = [[1, 0, float("inf"), float("nan"), 2, 3], [-1.25, -2, 0.5, 7, 7, 7]]
    frame = pd.DataFrame(rows, ["x", "y"], columns)
    write = {"x": "{:.0f}", "y": "{:g}"}.__getitem__
    shown = study_tables.with_limits(frame, write).replace("\u00a0", "_", regex=True)
    assert shown.columns.tolist() == ["A", "B"]
    assert shown["A"].tolist() == ["1 (0_to_not_reached)", "−1.25 (−2_to_0.5)"]
    assert shown["B"].tolist() == ["", "7 (7_to_7)"]
    one = study_tables.with_limits(frame[["B"]].iloc[1:], "{:.1f}")
    assert one["B"].item() == "7.0 (7.0\u00a0to\u00a07.0)"


@pytest.mark.parametrize(
    ("bounds", "shown"),
    [
        ((4, 4, 2.5, float("inf")), "4.0 (2.5 to not reached)"),
        ((52.63, 65.79, 33.1, 82), "52.6 to 65.8 (33.1 to 82.0)"),
    ],
)
def test_an_estimate_with_limits_breaks_before_the_bracket_only(bounds, shown):
    found = study_tables.bounds_with_limits(Bounds(*bounds))
    assert found.replace("\u00a0", " ") == shown
    assert found.count(" ") == 1
