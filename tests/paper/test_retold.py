"""How the paper is retold: verdicts are computed, claims exist, the page shows the file."""

from collections import Counter

import pandas as pd
import pytest

from correll2004.data.faults import DataError
from correll2004.paper import records, retold
from correll2004.paper.rounding import printed_number
from correll2004.show import retold_pages, retold_sentences

FILES = records.load()
TOLD = FILES.retold


def test_every_claim_exists_and_every_verdict_is_computed():
    assert retold.disagreements(TOLD, FILES.register) == []
    for _, row in TOLD[TOLD["number"] != ""].iterrows():
        printed = FILES.register.at[row["claim"], "printed"]
        same = printed_number(row["number"]) == printed_number(printed)
        assert row["verdict"] == ("agrees" if same else "differs"), row["id"]


@pytest.mark.parametrize(
    ("row", "column", "value", "rule"),
    [
        (0, "claim", "abs-nothing", "is not in claims.csv"),
        (0, "verdict", "differs", "should be agrees: the claim's value is '76'"),
        (0, "number", "75", "should be differs"),
        (0, "number", "", "should be no exact number"),
    ],
)
def test_a_wrong_claim_number_or_verdict_is_found_at_its_row(row, column, value, rule):
    changed = TOLD.copy()
    changed.loc[changed.index[row], column] = value
    (fault,) = retold.disagreements(changed, FILES.register)
    assert (fault.file, fault.row) == ("retold.csv", row + 2)
    assert rule in fault.rule


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("abs-complete-percent,76,", ",76,", "row 2, column claim: '' is missing"),
        (",six,agrees", ",several,agrees", "row 3, column number: 'several' is neither a number"),
        (
            "agrees,fits,,fits,fits",
            "agrees,too strong,,fits,fits",
            "row 2, column wording: 'too strong' must be that of one of the codings",
        ),
        (
            "agrees,fits,,fits,fits",
            "agrees,fits,,fits,too strong",
            "row 2, column note: '' is missing",
        ),
    ],
)
def test_what_the_dictionary_cannot_refuse_is_refused_by_row(old, new, message, tmp_path):
    path = tmp_path / "retold.csv"
    path.write_text(retold.PATH.read_text("utf-8").replace(old, new, 1), "utf-8")
    with pytest.raises(DataError) as error:
        retold.read_retold(path)
    assert message in str(error.value)


def test_a_sentence_is_about_one_page_and_numbered_on_it():
    """One identifier, one source, one kind and one address for each page, counted from 1."""
    names = TOLD["id"].str.rsplit("-", n=1, expand=True)
    for _, rows in TOLD.groupby(names[0]):
        assert all(rows[column].nunique() == 1 for column in ("source", "kind", "page", "seen"))
        assert list(names.loc[rows.index, 1].astype(int)) == list(range(1, len(rows) + 1))
    assert names[0].nunique() == TOLD["page"].nunique() == TOLD["source"].nunique()


def test_a_number_in_digits_is_in_our_words_and_what_was_read_is_said():
    for _, row in TOLD[TOLD["number"].str.match(r"[0-9]")].iterrows():
        assert row["number"] in row["says"], row["id"]
    assert TOLD["read"].str.startswith("stored copy of the page").all()


def test_the_counts_of_the_pages_are_those_of_the_file():
    pages = retold.by_page(TOLD)
    assert list(pages.index) == list(dict.fromkeys(TOLD["source"]))
    assert pages["sentences"].to_dict() == dict(Counter(TOLD["source"]))
    words = ["fits", "too strong", "contradicts"]
    assert (pages[words].sum(axis=1) == pages["sentences"]).all()
    assert pages[words].sum().to_dict() == dict(Counter(TOLD["wording"]))
    for code in ("agrees", "differs"):
        assert pages[code].sum() == (TOLD["verdict"] == code).sum()
    html = retold_pages(pages).html
    assert all(f'href="{page}"' in html for page in TOLD["page"])


def test_a_sentence_is_shown_with_its_number_claim_reason_and_page():
    table = retold_sentences(TOLD, "All.")
    shown = pd.concat([TOLD["says"], TOLD["note"]])
    assert all(text in table.text for text in shown)
    assert "one: differs" in table.text
    for _, row in TOLD[TOLD["claim"] != ""].iterrows():
        assert f'#{row["claim"]}">' in table.html
        assert f'href="{row["page"]}"' in table.html


def test_no_sentence_of_ours_is_one_of_the_register():
    """A retelling is worded for itself: it repeats no claim or statement of ours."""
    ours = {*FILES.statements["assertion"], *FILES.register["claim"]}
    assert not ours & set(TOLD["says"])
