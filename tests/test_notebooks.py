"""What must hold for every chapter as committed; nbval compares its outputs."""

import copy
import json
import re

import pytest
import yaml

import prose as numbers
from correll2004.paths import BOOK, ROOT

CHAPTERS = sorted(BOOK.glob("*.ipynb"))
LONGEST_CELL = 15

chapters = pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.stem)


def load(path):
    return json.loads(path.read_text(encoding="utf-8"))


def code_cells(path):
    return [cell for cell in load(path)["cells"] if cell["cell_type"] == "code"]


def markdown(path):
    """The markdown of a chapter, cell by cell, or of the landing page."""
    if path.suffix == ".md":
        return [path.read_text(encoding="utf-8")]
    cells = [cell for cell in load(path)["cells"] if cell["cell_type"] == "markdown"]
    return ["".join(cell["source"]) for cell in cells]


def prose(path):
    """Markdown without what is no prose: directives' code, roles, numbers, formulas, links."""
    for text in markdown(path):
        text = numbers.DATA.sub("", text)
        text = re.sub(r"```.*?```", "", text, flags=re.DOTALL)
        text = re.sub(r"\$\$.*?\$\$|\$[^$]*\$", "", text, flags=re.DOTALL)
        text = re.sub(r"\{[\w:]+\}`[^`]*`|`[^`]*`", "", text)
        text = re.sub(r"\[[\w.-]+\]\(\.\./[^)]*\)|\]\([^)]*\)", "", text)
        yield text


def test_the_table_of_contents_holds_every_chapter():
    toc = yaml.safe_load((ROOT / "_toc.yml").read_text(encoding="utf-8"))
    files = {entry["file"] for part in toc["parts"] for entry in part["chapters"]}
    assert {f"book/{path.stem}" for path in CHAPTERS} == {
        name for name in files if (ROOT / f"{name}.ipynb").exists()
    }
    assert all(list(ROOT.glob(f"{name}.*")) for name in files)


@chapters
def test_every_code_cell_has_been_executed_in_order(path):
    # nbval passes silently where outputs and counts are stripped.
    counts = [cell["execution_count"] for cell in code_cells(path)]
    assert counts == list(range(1, len(counts) + 1))


@chapters
def test_outputs_are_clean(path):
    for cell in code_cells(path):
        for output in cell["outputs"]:
            assert output["output_type"] in {"display_data", "execute_result"}, output
            text = json.dumps(output)
            assert not re.search(r"0x[0-9a-f]{6,}|[/]home[/]|\d\d:\d\d:\d\d|Warning", text)


@chapters
def test_metadata_hold_no_clock_and_no_version(path):
    notebook = load(path)
    assert notebook["metadata"]["language_info"] == {
        "name": "python",
        "pygments_lexer": "ipython3",
    }
    for cell in notebook["cells"]:
        assert set(cell["metadata"]) <= {"tags"}
    assert notebook["metadata"]["myst"]["html_meta"]["description"]


@chapters
def test_code_cells_are_short(path):
    for cell in code_cells(path):
        assert len("".join(cell["source"]).splitlines()) <= LONGEST_CELL, cell["source"]


# What a reader of notebooks would show as it is written.
MARKUP = r"\{[\w:-]+\}`|^ *[:`]{3,} *\{.*|^\([\w-]+\)=$|\[\(?\)?\]\("


@chapters
def test_the_text_needs_no_builder(path):
    for text in markdown(path):
        assert not re.findall(MARKUP, text, re.MULTILINE)


@chapters
def test_numbers_and_citations_in_the_text_are_those_of_outputs_register_and_bibliography(path):
    notebook = load(path)
    fresh = copy.deepcopy(notebook)
    numbers.fill(fresh, path.name)
    assert fresh == notebook, "run `make book`"


def a_notebook(text, **glued):
    """A notebook of one text cell, with values that its code has glued."""
    outputs = [
        {
            "data": {"kind/text/plain": repr(value)},
            "metadata": {"scrapbook": {"name": name, "mime_prefix": "kind/"}},
        }
        for name, value in glued.items()
    ]
    cells = [("markdown", "x-00", {"source": text}), ("code", "x-01", {"outputs": outputs})]
    return {"cells": [{"cell_type": kind, "id": name} | rest for kind, name, rest in cells]}


def test_make_book_writes_numbers_citations_and_the_note():
    notebook = a_notebook(
        '<data value="glue:n">7</data> <data value="printed:res-p21-attempts"></data> '
        '<data value="given">48</data> '
        "[](references.bib#kaplan1958) [()](references.bib#olney1989)",
        n="p < 0.1 * 2",
    )
    numbers.fill(notebook, "x.ipynb")
    numbers.fill(notebook, "x.ipynb")
    note, text, _ = notebook["cells"]
    assert (note["source"], note["metadata"]) == (numbers.NOTE, {"tags": ["remove-cell"]})
    printed = numbers.published()["res-p21-attempts"]
    assert text["source"] == (
        r'<data value="glue:n">p &lt; 0.1 \* 2</data> '
        f'<data value="printed:res-p21-attempts">{printed}</data> <data value="given">48</data> '
        "[Kaplan and Meier (1958)](references.bib#kaplan1958) "
        "[(Olney et al., 1989)](references.bib#olney1989)"
    )


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('<data value="glue:m">7</data>', "'m' is not glued in this notebook"),
        ('<data value="printed:res-cycle">47</data>', "'res-cycle' is not in data/claims.csv"),
        ('<data value="shown:n">7</data>', "'shown' is not one of 'glue', 'printed' and 'given'"),
        ('Of <data value="glue:n">7 patients', '>…</data>: <data value="glue:n">7 patients'),
        ("7</data> patients", "</data> patients"),
        ("<data>7</data>", "not of the form"),
        ("[Kaplan](references.bib#kaplan)", "'kaplan' is not in references.bib"),
    ],
)
def test_a_number_or_citation_that_leads_nowhere_is_named_with_its_cell(text, message):
    with pytest.raises(numbers.ProseError, match=r"^x\.ipynb, cell x-00: ") as error:
        numbers.fill(a_notebook(text, n="7"), "x.ipynb")
    assert message in str(error.value)


def test_boxes_and_captions_become_what_sphinx_knows():
    text = "> **In short**\n>\n> - One.\n>   More.\n\nText.\n\n**Files.**\n\n| a |\n|---|\n| b |\n"
    assert numbers.for_sphinx(text) == (
        ":::{admonition} In short\n:class: tip\n- One.\n  More.\n:::\n\nText.\n\n"
        "```{table} Files.\n| a |\n|---|\n| b |\n```\n"
    )


# Chapters whose question is not about numbers, with what it is about instead.
WITHOUT_NUMBERS = {
    "introduction": "an argument about mechanism",
    "what-if": "how to use the page, whose numbers follow the reader's choices",
    "reuse": "how to go on from the files",
    "colophon": "how the book is made and cited",
}


def box(path):
    """The points of a chapter's box *In short*, in Markdown."""
    boxes = [one for text in markdown(path) for one in numbers.BOX.findall(text)]
    (points,) = [body for title, body in boxes if title == "In short"]
    first, *points = re.split(r"^> - ", points, flags=re.MULTILINE)
    assert first == ">\n"
    return [point.replace("\n>", "").strip() for point in points]


@chapters
def test_a_chapter_opens_with_its_answer_and_a_box_of_few_points(path):
    opening = markdown(path)[1].split("> **In short**")[0]
    answer = opening.split("\n\n")[1]
    assert len(re.findall(r"[.?](?= |$)", numbers.DATA.sub("7", answer))) >= 3, answer
    assert 3 <= len(box(path)) <= 5


@chapters
def test_each_point_of_a_box_is_a_full_sentence(path):
    for point in box(path):
        words = numbers.DATA.sub("7", point)
        assert re.match(r"[*`]?[A-Z]", words), point
        assert words.endswith("."), point
        assert not re.match(r"[^.?]*:", words) or len(words.split(":")[0].split()) > 3, point
        assert 5 <= len(words.split()) <= 75, point


@chapters
def test_a_box_answers_in_computed_numbers_where_the_question_is_about_numbers(path):
    computed = re.findall('<data value="glue:', "\n".join(box(path)))
    assert len(computed) >= 3 or path.stem in WITHOUT_NUMBERS


def test_chapters_without_numbers_in_their_box_are_chapters():
    assert set(WITHOUT_NUMBERS) <= {path.stem for path in CHAPTERS}


LABEL = r"(Tables?|Figures?|Patients?|Appendix|type|and|to|,) \d+|[DR]\d+|\b(19|20)\d\d\b|[↑#]"
COUNTED = "patients|cycles|courses|infusions|relapses|events|women|men"
WORDS = "two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|twenty|thirty"


@pytest.mark.parametrize("path", [ROOT / "index.md", *CHAPTERS], ids=lambda path: path.stem)
def test_prose_carries_no_typed_number(path):
    # A number says where it is from; what is left are labels such as Table 5 or Patient 1.
    for text in prose(path):
        assert not re.findall(r".*\d.*", re.sub(LABEL, "", text))
        assert not re.findall(rf"\b(?:{WORDS}) (?:[\w-]+ )?(?:{COUNTED})\b.*", text, re.IGNORECASE)
