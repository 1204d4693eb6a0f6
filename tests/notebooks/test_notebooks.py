"""What must hold for every chapter as committed; nbval compares its outputs."""

import copy
import json
import re

import pytest

from _support.common import parts_of_the_book
from _support.execute import prose as numbers
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
    """Markdown without what is no prose: code, roles, numbers, citations, formulas, links."""
    for text in markdown(path):
        text = numbers.CITATION.sub("", numbers.DATA.sub("", text))
        text = re.sub(r"```.*?```", "", text, flags=re.DOTALL)
        text = re.sub(r"\$\$.*?\$\$|\$[^$]*\$", "", text, flags=re.DOTALL)
        text = re.sub(r"\{[\w:]+\}`[^`]*`|`[^`]*`", "", text)
        text = re.sub(r"\[[\w.-]+\]\(\.\./[^)]*\)|\]\([^)]*\)", "", text)
        yield text


def is_solution(cell):
    """Whether the cell is the solution of an exercise; ``test_exercises.py`` has their rules."""
    return "solution" in cell["metadata"].get("tags", [])


def test_the_table_of_contents_holds_every_chapter():
    files = {name for _, names in parts_of_the_book() for name in names}
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
        allowed = {"tags", "jupyter", "mystnb"} if is_solution(cell) else {"tags"}
        assert set(cell["metadata"]) <= allowed
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
