"""What must hold for every chapter as committed; nbval compares its outputs."""

import json
import re

import pytest
import yaml

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
    """Markdown without what is no prose: directives' code, roles, formulas, links."""
    for text in markdown(path):
        text = re.sub(r"```.*?```", "", text, flags=re.DOTALL)
        text = re.sub(r"\$\$.*?\$\$|\$[^$]*\$", "", text, flags=re.DOTALL)
        text = re.sub(r"\{[\w:]+\}`[^`]*`|`[^`]*`", "", text)
        text = re.sub(r"\]\([^)]*\)|^\([\w-]+\)=$", "", text, flags=re.MULTILINE)
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


LABEL = r"(Tables?|Figures?|Patients?|Appendix|type|and|to|,) \d+|[DR]\d+|\b(19|20)\d\d\b|[↑#]"
COUNTED = "patients|cycles|courses|infusions|relapses|events|women|men"
WORDS = "two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|twenty|thirty"


@pytest.mark.parametrize("path", [ROOT / "index.md", *CHAPTERS], ids=lambda path: path.stem)
def test_prose_carries_no_typed_number(path):
    # A computed number comes from {glue}, a published one from {printed}, the limit of
    # a condition from {given}; what is left are labels such as Table 5 or Patient 1.
    for text in prose(path):
        assert not re.findall(r".*\d.*", re.sub(LABEL, "", text))
        assert not re.findall(rf"\b(?:{WORDS}) (?:[\w-]+ )?(?:{COUNTED})\b.*", text, re.IGNORECASE)
