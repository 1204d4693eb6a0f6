"""The exercises: each has a hidden solution that is checked, and the lesson plan leads to it."""

import json
import re

import pytest
from builtsite import SITE, parsed

from _support.common import parse_html
from correll2004.audit import outcome_search
from correll2004.data import table1
from correll2004.paper import course_curves, records
from correll2004.paths import BOOK
from correll2004.stats.curves import encode

PLAN = (BOOK / "teaching.md").read_text(encoding="utf-8")
CHAPTERS = ("methods", "results-duration-of-relief", "audit")
EXERCISE = re.compile(r"^### (Exercise on .+)$", re.MULTILINE)
TIMES = {
    "Five minutes": "5 minutes",
    "Ten minutes": "10 minutes",
    "Fifteen minutes": "15 minutes",
    "Twenty minutes": "20 minutes",
    "Half an hour": "30 minutes",
    "An hour": "1 hour",
}
# On the site and in JupyterLab the whole cell is folded, its output too.
HIDDEN = {
    "tags": ["hide-cell", "solution"],
    "jupyter": {"outputs_hidden": True, "source_hidden": True},
    "mystnb": {"code_prompt_show": "Show the solution", "code_prompt_hide": "Hide the solution"},
}


def exercises():
    """Chapter, heading, question and the cells up to the next heading of each exercise."""
    for chapter in CHAPTERS:
        notebook = json.loads((BOOK / f"{chapter}.ipynb").read_text(encoding="utf-8"))
        found = None
        for cell in notebook["cells"]:
            text = "".join(cell["source"])
            if cell["cell_type"] == "markdown":
                if found:
                    yield found
                heads = EXERCISE.findall(text)
                assert len(heads) <= 1, "each solution follows its own question"
                found = (chapter, heads[0], text, []) if heads else None
            elif found:
                found[-1].append(cell)
        if found:
            yield found


EXERCISES = {
    f"{chapter}.ipynb#{head.replace(' ', '-')}": rest for chapter, head, *rest in exercises()
}
each_exercise = pytest.mark.parametrize("address", EXERCISES)


def solution(address):
    """The one cell with the solution of an exercise."""
    (cell,) = (
        cell for cell in EXERCISES[address][1] if "solution" in cell["metadata"].get("tags", [])
    )
    return cell


def rows(address):
    """The table that a solution shows, row by row, as text."""
    (output,) = solution(address)["outputs"]
    table = parse_html("".join(output["data"]["text/html"]))
    lines = table.select("tbody tr")
    return [[cell.get_text() for cell in line.find_all(["th", "td"])] for line in lines]


def test_each_of_the_chapters_has_two():
    counts = [sum(address.startswith(f"{name}.") for address in EXERCISES) for name in CHAPTERS]
    assert counts == [2, 2, 2]


@each_exercise
def test_an_exercise_has_one_hidden_solution_with_an_output_and_a_check(address):
    cell = solution(address)
    assert cell["metadata"] == HIDDEN
    assert "assert " in "".join(cell["source"])
    assert "Solution: " in "".join(cell["outputs"][0]["data"]["text/html"])


@each_exercise
def test_the_site_folds_the_solution_away(address):
    chapter, _, heading = address.partition(".ipynb#")
    page = parse_html((SITE / f"book/{chapter}.html").read_text(encoding="utf-8"))
    (section,) = page.select(f"section#{heading.lower()}")
    (fold,) = section.select("div.cell.tag_solution > details:not([open])")
    assert fold.summary.get_text(strip=True).startswith("Show the solution")
    assert fold.select(".cell_output table")
    assert not section.select("div.cell.tag_solution > :not(details)")


@each_exercise
def test_the_plan_leads_to_the_exercise_and_names_its_time(address):
    question = EXERCISES[address][0]
    (time,) = re.findall(r"^\*(.+?), (?:on|in)", question, re.MULTILINE)
    (line,) = (line for line in PLAN.splitlines() if f"]({address}) |" in line)
    assert line.split(" | ")[1] == TIMES[time]


def test_what_the_plan_links_is_there():
    linked = re.findall(r"\]\(([\w-]+\.ipynb#Exercise-on[^)]*)\)", PLAN)
    assert set(linked) == set(EXERCISES)
    for link in parsed(SITE / "book/teaching.html").links:
        page, _, anchor = link.partition("#")
        if anchor and page:
            assert f'id="{anchor}"' in (SITE / "book" / page).read_text(encoding="utf-8"), link


@pytest.mark.parametrize("minutes", [45, 90])
def test_a_lesson_fills_its_time_without_a_gap(minutes):
    (lesson,) = re.findall(rf"## The lesson of {minutes} minutes\n(.*?)\n## ", PLAN, re.DOTALL)
    parts = [tuple(map(int, part)) for part in re.findall(r"^\| (\d+) to (\d+) ", lesson, re.M)]
    ends = [0, *(end for _, end in parts)]
    assert [start for start, _ in parts] == ends[:-1]
    assert ends[-1] == minutes


# --- the answers, by another way ----------------------------------------------------


def test_the_patient_last_seen_at_a_year():
    answers = rows("methods.ipynb#Exercise-on-a-last-visit")
    for row, outcome in zip(answers, (">12", "12", ">11"), strict=True):
        changed = table1.read(change={("28b", "relief_months"): outcome})
        share = course_curves.of_course(changed, 2).survival_at(12)
        assert row[-1] == f"{100 * share:.1f}%"


def test_the_changes_with_the_printed_mean_are_those_of_the_search():
    files = records.load()
    search = outcome_search.single_cell_search(files)
    numbers = list(search.block.index)
    times = sorted(set(files.table1.course(1)["relief_months"]))
    codes = encode(times * 2, [1] * len(times) + [0] * len(times))
    mean, error = (
        search.matched[:, codes, numbers.index(f"t5-first-mean-{part}")]
        for part in ("months", "se")
    )
    answers = rows("audit.ipynb#Exercise-on-one-number")
    assert len(answers) == mean.sum()
    assert [row[-1] for row in answers].count("yes") == (mean & error).sum() == 1
