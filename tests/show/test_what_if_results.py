"""What the page "What if" computes, against the package: in node and in chromium.

Every combination of the coding choices with every patient left out, and a sample of changed
outcomes: all patients, times that tie with others and times at the limits, both outcomes.
"""

import itertools
import json
import random
import re
import shutil
import subprocess
from functools import cache, partial

import byhand
import numpy as np
import pytest

from _support.common import STATIC
from correll2004.data import cells
from correll2004.paper import records
from correll2004.robustness import coding_choices
from correll2004.show import what_if
from correll2004.stats.curves import Curves, encode
from correll2004.stats.survival import KaplanMeier

FILES = records.load()
CHOICES = {
    name: choice
    for name, choice in coding_choices.choices(FILES).items()
    if not choice.probabilities_only
}
PAPER = coding_choices.papers_options(FILES)
PATIENTS = [None, *range(1, 34)]
TIMES = [0, 0.01, 3, 4, 7.77, 12, 36, 84]
LIMITS = FILES.table1.rules.fields("cycles")["relief_months"]["constraints"]
SCRIPT = STATIC / "what-if-results.js"

ASK_NODE = """
const fs = require("fs");
require("vm").runInThisContext(fs.readFileSync(process.argv[1], "utf8"));
const { data, asked } = JSON.parse(fs.readFileSync(0, "utf8"));
process.stdout.write(JSON.stringify((ASKED)(data, asked)));
"""


def in_node(function, asked, files=FILES):
    """The result of a JavaScript function of the page's data and of what is asked."""
    done = subprocess.run(
        ["node", "-e", ASK_NODE.replace("ASKED", function), str(SCRIPT)],
        input=json.dumps({"data": what_if.script_data(files), "asked": asked}),
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.fixture(
    params=["node", pytest.param("chromium", marks=pytest.mark.browser)], scope="module"
)
def ask(request):
    """A function as `in_node`, for node and for chromium."""
    if request.param == "node":
        if not shutil.which("node"):
            pytest.skip("node is not installed")
        yield in_node
        return
    page = request.getfixturevalue("browser").new_page()
    page.goto(request.getfixturevalue("address") + "book/what-if.html")
    yield lambda function, asked: page.evaluate(f"asked => ({function})(data, asked)", asked)
    page.close()


# --- states to numbers --------------------------------------------------------------

ROWS = """
(data, asked) => asked.map(([course, state]) => {
  const found = results(data, course, state);
  const late = results(data, course, { ...state, reading: "at_least" });
  return [
    found.n, found.events, found.mean.value, found.mean.se, found.median.value,
    found.median.se, ...found.relief, ...late.relief, ...found.atRisk,
  ].map((value) => (Number.isFinite(value) ? value : String(value)));
})
"""


def rows(ask, asked):
    """What the script computes, a row of floats for each course and state."""
    return np.array(
        [
            [
                float(value.replace("Infinity", "inf")) if isinstance(value, str) else value
                for value in row
            ]
            for row in ask(ROWS, asked)
        ]
    )


def states(course):
    """Every combination of the choices that a course depends on."""
    names = [name for name, choice in CHOICES.items() if course in choice.courses]
    for options in itertools.product(*(CHOICES[name].options for name in names)):
        yield PAPER | dict(zip(names, options, strict=True))


@cache
def of_every_state(course):
    """The states of a course, every patient left out, and the package's numbers of each."""
    asked, numbers = [], []
    times = what_if.script_data(FILES)["times"]
    for chosen in states(course):
        data = {name: value for name, value in chosen.items() if name != "reading"}
        whole = coding_choices.outcomes(FILES, course, **data)
        for patient in PATIENTS:
            found = whole[whole["patient"] != patient]
            curves = Curves(encode(found["months"], found["event"])[None, :])
            mean, mean_se = curves.mean
            median, median_se = curves.median
            reached = (curves.survival[curves.event] <= 0.5 + 1e-9).any()
            asked.append([course, chosen | {"without": patient}])
            numbers.append(
                [
                    len(found),
                    int(found["event"].sum()),
                    mean[0],
                    mean_se[0],
                    median[0] if reached else np.inf,
                    median_se[0],
                    *(100 * curves.survival_at(time)[0] for time in times),
                    *(100 * curves.survival_just_before(time)[0] for time in times),
                    *((found["months"] >= time).sum() for time in what_if.TICKS),
                ]
            )
    return asked, np.array(numbers)


@pytest.mark.parametrize("course", [1, 2])
def test_every_state_gives_the_packages_numbers(ask, course):
    asked, ours = of_every_state(course)
    theirs = rows(ask, asked)
    same = np.isclose(theirs, ours, rtol=0, atol=1e-8, equal_nan=True)
    # The package's batch gives no time where the median's error has none.
    same[:, 4] |= np.isnan(ours[:, 4])
    same[:, 2] |= np.isnan(ours[:, 2])
    assert same.all(), [asked[i] for i in np.flatnonzero(~same.all(axis=1))[:3]]
    assert len(asked) == len(PATIENTS) * (128 if course == 1 else 96)


def changes():
    """Changed outcomes on the paper's path, then some beside other choices."""
    patients = {
        course: list(coding_choices.outcomes(FILES, course)["patient"]) for course in (1, 2)
    }
    for course, time, event in itertools.product((1, 2), TIMES, (0, 1)):
        for patient in patients[course]:
            yield course, PAPER, None, (patient, time, event)
    shoulders = PAPER | {"patient_33": "shoulders"}
    for time in TIMES:  # not of the third course, which then counts among the first
        yield 1, shoulders, None, (33, time, 1)
    for without in (30, None):  # one relapse left, then two
        yield 2, shoulders | {"recent": "excluded"}, without, (32, 36, 0)
    dice = random.Random(2004)
    for _ in range(200):
        course = dice.choice((1, 2))
        chosen = {name: dice.choice(list(c.options)) for name, c in CHOICES.items()}
        time = round(dice.uniform(0, LIMITS["maximum"]), dice.randrange(4))
        changed = (dice.choice(patients[course]), time, dice.randrange(2))
        yield course, PAPER | chosen, dice.choice(PATIENTS), changed


def by_the_package(course, chosen, without, changed, files=FILES):
    data = {name: value for name, value in chosen.items() if name != "reading"}
    found = coding_choices.outcomes(files, course, without, changed, **data)
    curve = KaplanMeier(found["months"], found["event"])
    mean_se = curve.mean().se if curve.n_events > 1 else np.nan
    try:
        median_se = curve.median().se
    except ValueError:
        median_se = np.nan
    times = what_if.script_data(FILES)["times"]
    return [
        curve.n,
        curve.n_events,
        curve.area(),
        mean_se,
        curve.median_time(),
        median_se,
        *(100 * curve.survival_at(time) for time in times),
        *(100 * curve.survival_just_before(time) for time in times),
        *(curve.at_risk(time) for time in what_if.TICKS),
    ]


@cache
def of_every_change():
    """What is asked of the script for each of `changes`, and the package's numbers."""
    asked, numbers = [], []
    for course, chosen, without, changed in changes():
        patient, months, event = changed
        change = {"patient": patient, "course": course, "months": months, "event": event}
        asked.append([course, chosen | {"without": without, "change": change}])
        numbers.append(by_the_package(course, chosen, without, changed))
    return asked, np.array(numbers)


def test_every_changed_outcome_gives_the_packages_numbers(ask):
    asked, ours = of_every_change()
    theirs = rows(ask, asked)
    same = np.isclose(theirs, ours, rtol=0, atol=1e-8, equal_nan=True)
    assert same.all(), [asked[i] for i in np.flatnonzero(~same.all(axis=1))[:3]]
    assert len(asked) == (33 + 12) * len(TIMES) * 2 + len(TIMES) + 2 + 200
    assert 1 in ours[:, 1]
    # The sample reaches medians that are not reached, and standard errors that are not there.
    assert np.isinf(ours[:, 4]).any()
    assert np.isnan(ours[:, 5]).any()


def test_a_change_of_the_other_course_moves_nothing(ask):
    change = {"patient": 25, "course": 1, "months": 1, "event": 1}
    paper = PAPER | {"without": None}
    plain, changed = rows(ask, [[2, paper], [2, paper | {"change": change}]])
    assert (plain == changed).all()


@pytest.mark.skipif(not shutil.which("node"), reason="node is not installed")
def test_a_second_repair_is_a_choice_of_its_own(two_repairs):
    asked, numbers = [], []
    paper = coding_choices.papers_options(two_repairs)
    options = {name: coding_choices.choices(two_repairs)[name].options for name in REPAIRED}
    for chosen in itertools.product(*options.values()):
        state = paper | dict(zip(REPAIRED, chosen, strict=True))
        asked.append([1, state | {"without": None}])
        numbers.append(by_the_package(1, state, None, None, two_repairs))
    theirs = rows(partial(in_node, files=two_repairs), asked)
    assert np.allclose(theirs, numbers, rtol=0, atol=1e-8)
    assert theirs[:, 1].tolist() == [21, 20, 20, 19]  # relapses and failures


REPAIRED = ["patient_1", "patient_2"]


# --- what a reader writes -----------------------------------------------------------


def test_a_patient_is_read_with_and_without_the_word(ask):
    good = ["18", "Patient 18", "patient 18", "PATIENT18", "  18 "]
    bad = ["0", "34", "99", "018", "-1", "1.5", "1e1", "18a", "Patient", "Patient 0", "18 19"]
    function = "(data, asked) => asked.map((text) => readPatient(data, text) ?? 'no such patient')"
    assert ask(function, good) == [18] * len(good)
    assert ask(function, bad) == ["no such patient"] * len(bad)
    everybody = list(range(1, 34))
    assert ask(function, [str(number) for number in everybody]) == everybody
    empty = "(data, asked) => asked.map((text) => readPatient(data, text) === null)"
    assert ask(empty, ["", "  ", "0"]) == [True, True, False]


def allowed(text):
    """The months of a text by the rules of Table 1, None where they do not allow it."""
    try:
        months = cells.parse_number(text.strip())
    except ValueError:
        return None
    return months if LIMITS["minimum"] <= months <= LIMITS["maximum"] else None


def test_months_are_read_by_the_rules_of_the_table(ask):
    texts = ["0", "4", "4.5", "0.01", " 36 ", "83.99", "84", "84.0", "84.01", "85", "1000"]
    texts += ["", "-1", "-0", "+4", "4,5", "4.", ".5", "04", "00", "1e1", "0x10", "4 5"]
    texts += [">24", "N/A", "No follow-up", "NaN", "Infinity", "٤", "４", "4\n5"]
    function = "(data, asked) => asked.map((text) => readMonths(data, text) ?? null)"
    assert ask(function, texts) == [allowed(text) for text in texts]
    assert sum(allowed(text) is not None for text in texts) == 8


def test_the_page_starts_with_the_numbers_of_the_papers_path():
    """Before its script runs: Patient 1 read as a relapse, counted by hand."""
    now = dict(re.findall(r'data-now="([^"]+)">([^<]*)<', what_if.page(FILES).html))
    for course in (1, 2):
        pairs = byhand.course(course, patient_1_relapsed=True)
        steps = byhand.kaplan_meier(pairs)
        assert now[f"n-{course}"] == str(len(pairs))
        assert now[f"events-{course}"] == str(sum(event for _, event in pairs))
        assert now[f"mean-{course}"] == f"{float(byhand.area(steps)):.2f}"
        for time in what_if.script_data(FILES)["times"]:
            (*_, height) = (1, *(step.survival for step in steps if step.months <= time))
            assert now[f"relief-{time}-{course}"] == f"{float(100 * height):.1f}%"
        for time in what_if.TICKS:
            at_risk = sum(months >= time for months, _ in pairs)
            assert now[f"risk-{time}-{course}"] == str(at_risk)


def test_the_scripts_data_are_the_table_as_printed(printed):
    data = what_if.script_data(FILES)
    assert len(data["cycles"]) == 47
    assert sum(cycle["event"] for cycle in data["cycles"]) == printed.cycles["event"].sum()
    assert json.loads(json.dumps(data))["horizon"] == 36
    assert data["months"] == {name: LIMITS[name] for name in ("minimum", "maximum")}
