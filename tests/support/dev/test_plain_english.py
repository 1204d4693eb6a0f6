"""The rules on plain English find what is planted, and nothing in a plain text."""

import csv
import json
import shutil

import pytest

from _support.common import ROOT
from _support.dev import plain_english
from _support.dev.plain_english import Page, blocks_of

# For each rule of the list a sentence that breaks it and no other, in the list's order.
PLANTED = [
    "The source stands in the note.",
    "This hangs on one patient.",
    "The second curve bears little weight.",
    "Another time comes to lie before it.",
    "The comments tell of nausea.",
    "The repair gives every printed number back.",
    "Nine of the twelve numbers come back.",
    "The second edition parts from the first.",
    "The Abstract has the pain of one man.",
    "They had the records copied.",
    "Printed values are held against computed ones.",
    "In many cells another value would do.",
    "That is no rounding of the mean.",
    "The text reads two heights off the curve.",
    "The curve is clearly wrong.",
    "They find little amiss.",
    "There are a handful of patients.",
    "The numbers depend on nobody in particular.",
    "Not known are patients who stayed away.",
    "Age agrees. So does the rate.",
]
PLAIN = """
# Standard deviation of complete relief

Complex regional pain syndrome (CRPS) is a disease. "Is it?" We understand that there is no
comparison group. Table 1 has a column for the rate, in two parts of the paper. No hospital gave
more than 100 mg; [D5](audit.ipynb) says why. Patients came back when the pain did.

| `R1` | [Patient 1](audit.ipynb#R1) |
|---|---|
| N-methyl-D-aspartate | $R1 = NMDA$ |
| {printed}`res-cycles` | NMDA |
"""


def hits(markdown, **options):
    return [(hit.rule, hit.message) for hit in Page("page", blocks_of(markdown), **options).hits]


@pytest.mark.parametrize(
    ("words", "sentence"), list(zip(plain_english.INSTEAD, PLANTED, strict=True)), ids=PLANTED
)
def test_each_rule_of_the_list_finds_the_sentence_planted_for_it(words, sentence):
    (block,) = blocks_of(sentence)
    found = [
        rule.pattern
        for each in block.sentences
        for rule in plain_english.INSTEAD
        if rule.search(each)
    ]
    assert found == [words.pattern]
    ((rule, message),) = hits(sentence)
    assert rule == "word"
    assert message.endswith(f"instead: {plain_english.INSTEAD[words]}")


def test_a_plain_text_has_no_hit():
    assert hits(PLAIN) == []


def test_a_sentence_of_31_words_is_a_hit_and_one_of_30_is_not():
    assert hits("word " * 29 + "end.") == []
    assert hits("word " * 30 + "end. Short.") == [
        ("sentence", '31 words: "word word word word word word word word ..."')
    ]


def test_a_number_code_or_formula_counts_as_a_word_and_a_tag_as_none():
    text = 'In <data value="glue:n">316,833</data> calls of `f(x, y)`, $a + b$ is *one*.'
    (sentence,) = Page("page", blocks_of(text)).sentences
    assert len(plain_english.WORD.findall(sentence)) == 8


def test_sentences_end_at_full_stops_that_no_abbreviation_has():
    text = 'Brown et al. (2001) say 2.5 mg. "Why?" See Fig. 2, e.g. the top. `R1` is last.'
    assert Page("page", blocks_of(text)).sentences == [
        "Brown et al. (2001) say 2.5 mg.",
        '"Why?"',
        "See Fig. 2, e.g. the top.",
        "… is last.",
    ]


def test_headings_and_cells_are_checked_for_words_but_are_no_sentences():
    text = "# Where it stands\n\n| stands |\n|---|\n| stands |\n\n> - It stands.\n"
    page = Page("page", blocks_of(text))
    assert [hit.place for hit in page.hits] == ["line 1", "line 3", "line 5", "line 7"]
    assert page.sentences == ["It stands."]


def test_an_abbreviation_is_a_hit_once_unless_spelt_out_or_common():
    assert hits("CRPS and CRPS, in SPSS.") == [
        ("abbreviation", "CRPS is not spelt out on the page")
    ]
    assert hits("CRPS is complex regional pain syndrome.") == []
    # By chance words often begin with two letters: so these have to be in brackets.
    assert [rule for rule, _ in hits("A plain table. In most hospitals IM was used.")] == [
        "abbreviation"
    ]
    assert hits("An injection into muscle is intramuscular. It most often is IM.") != []
    assert hits("It is in muscle (IM). IM is rare.") == []


def test_a_code_outside_of_a_link_is_a_hit_in_texts_alone():
    text = "Under R1, see [D5](audit.ipynb), D12 and `R1`."
    assert hits(text) == [("code", "R1 is not a link"), ("code", "D12 is not a link")]
    assert hits(text, codes=False) == []


@pytest.mark.parametrize(
    ("word", "number"),
    [
        *[("pain", 1), ("made", 1), ("stopped", 1), ("rates", 1), ("0.05", 1), ("…", 1)],
        *[("closes", 2), ("rounded", 2), ("table", 2), ("(relief)", 2)],
        *[("ketamine", 3), ("infusion", 3)],
    ],
)
def test_syllables(word, number):
    assert plain_english.syllables(word) == number


def test_grade_is_flesch_and_kincaids_formula():
    # 3 and 5 words, 5 and 6 syllables: 0.39 * 4 + 11.8 * 11 / 8 - 15.59, by hand.
    sentences = ["Relief lasted longer.", "No patient had a relapse."]
    syllables = [sum(map(plain_english.syllables, each.split())) for each in sentences]
    assert syllables == [6, 7]
    assert plain_english.grade(sentences) == pytest.approx(1.56 + 11.8 * 13 / 8 - 15.59)
    assert plain_english.grade([]) == 0


def test_share_of_sentences_over_25_words():
    assert plain_english.share_long(["word " * 25, "word " * 26, "a", "b"]) == 0.25


# --- pages and allowances ---------------------------------------------------------


def test_every_page_of_the_book_and_every_text_is_read():
    found = {page.name: page for page in plain_english.pages()}
    chapters = {
        f"book/{path.name}"
        for path in (ROOT / "book").iterdir()
        if path.suffix in (".ipynb", ".md") and path.stem != "references"
    }
    tables = {f"data/{name}.csv" for name in ("divergences", "claims", "statements")}
    assert set(found) == chapters | tables | {"index.md", "README.md", "CONTRIBUTING.md"}
    assert all(len(page.sentences) >= 5 for page in found.values())
    with (ROOT / "data" / "divergences.csv").open(encoding="utf-8", newline="") as file:
        places = {row["id"] for row in csv.DictReader(file)}
    assert {block.place.split(",")[0] for block in found["data/divergences.csv"].blocks} == places


def test_what_is_planted_in_a_chapter_or_a_table_is_found_with_its_place(tmp_path):
    shutil.copytree(ROOT / "data", tmp_path / "data")
    (tmp_path / "book").mkdir()
    for name in plain_english.TEXTS:
        shutil.copy(ROOT / name, tmp_path / name)
    chapter = {"cells": []}
    for name, tags in ("note", ["remove-cell"]), ("x-01", []):
        cell = {"cell_type": "markdown", "id": name, "metadata": {"tags": tags}}
        chapter["cells"].append(cell | {"source": ["Asked are ", "all."]})
    (tmp_path / "book" / "x.ipynb").write_text(json.dumps(chapter), encoding="utf-8")
    ledger = tmp_path / "data" / "divergences.csv"
    text = ledger.read_text(encoding="utf-8")
    row = dict.fromkeys(next(csv.DictReader(text.splitlines())), "")
    row |= {"id": "D999", "explanation": "It hangs on one patient."}
    ledger.write_text(text + ",".join(row.values()) + "\n", encoding="utf-8")

    found = {page.name: page for page in plain_english.pages(tmp_path)}
    (hit,) = found["book/x.ipynb"].hits
    assert (hit.place, hit.message) == ("cell x-01", '"Asked are"; instead: subject first')
    assert 'data/divergences.csv, D999, explanation: "hangs"' in plain_english.report(
        found["data/divergences.csv"]
    )


def test_a_page_with_more_hits_than_allowed_is_listed_with_them():
    page = Page("book/x.ipynb", blocks_of("It stands.\n\nIt hangs.", "cell x-01"))
    assert plain_english.worse([page], {"book/x.ipynb": 2}) == []
    for allowed in ({"book/x.ipynb": 1}, {}):
        (complaint,) = plain_english.worse([page], allowed)
        assert complaint.startswith('book/x.ipynb, cell x-01: "stands"; instead: is')
        number = allowed.get("book/x.ipynb", 0)
        assert complaint.endswith(f"book/x.ipynb: 2 hits, allowed are at most {number}")


def test_an_allowance_falls_and_never_rises(tmp_path):
    allowed = {"better": 5, "worse": 5, "clean": 5, "gone": 5}
    found = {"better": 3, "worse": 7, "clean": 0, "new": 2}
    lowered = plain_english.lowered(allowed, found)
    assert lowered == {"better": 3, "worse": 5}
    path = tmp_path / "allowances.csv"
    plain_english.write_allowances(lowered, path)
    assert plain_english.read_allowances(path) == lowered


def test_the_commands(capsys, monkeypatch, tmp_path):
    allowances = tmp_path / "plain_english.csv"
    monkeypatch.setattr(plain_english, "read_allowances", lambda: {"book/a.ipynb": 2})
    monkeypatch.setattr(
        plain_english, "write_allowances", lambda found: allowances.write_text(str(found))
    )
    pages = [Page("book/a.ipynb", blocks_of("It stands.")), Page("b.md", blocks_of("It is."))]
    monkeypatch.setattr(plain_english, "pages", lambda: pages)
    assert plain_english.main(["--check"]) == 0
    assert "no page has more hits" in capsys.readouterr().out
    assert plain_english.main(["a"]) == 0
    assert capsys.readouterr().out.startswith('book/a.ipynb, line 1: "stands"')
    assert plain_english.main(["b"]) == 0
    assert capsys.readouterr().out == "b.md: no hits\n"
    with pytest.raises(SystemExit, match="error: no page is named c"):
        plain_english.main(["c"])
    assert not allowances.exists()

    assert plain_english.main([]) == 0
    assert allowances.read_text() == "{'book/a.ipynb': 1}"
    head, first, second, whole, *_ = capsys.readouterr().out.splitlines()
    assert head.split()[:2] == ["page", "grade"]
    assert first.split()[2:9] == ["0%", "0", "1", "0", "0", "1", "2"]
    assert second.split()[2:9] == ["0%", "0", "0", "0", "0", "0", "2"]
    assert whole.split()[2:9] == ["0%", "0", "1", "0", "0", "1", "4"]

    pages.append(Page("c.md", blocks_of("It hangs.")))
    assert plain_english.main(["--check"]) == 1
    assert "c.md: 1 hits, allowed are at most 0" in capsys.readouterr().out


def test_words_rendered_are_those_that_a_reader_sees(tmp_path):
    (tmp_path / "book").mkdir()
    page = "<nav>No</nav><article><p>Two words</p><svg><text>no</text></svg><script>no</script>"
    (tmp_path / "book" / "a.html").write_text(page, encoding="utf-8")
    assert plain_english.words_rendered("book/a.ipynb", tmp_path) == 2
    assert plain_english.words_rendered("book/b.ipynb", tmp_path) is None
    assert plain_english.words_rendered("README.md", tmp_path) is None
