"""The page "What if": its script against the package, in every state, in a real browser."""

import itertools
import json

import numpy as np
import pytest
from playwright.sync_api import Error

from correll2004 import batch, claims, explorer, multiverse
from correll2004.survival import KaplanMeier

pytestmark = pytest.mark.browser
URL = "book/what-if.html"
CHOICES = {name: c for name, c in multiverse.CHOICES.items() if not c.heights}
PATIENTS = [None, *range(1, 34)]
SIX = [
    {},
    {"patient_1": "censored"},
    {"no_follow_up": "lasting", "without": "18"},
    {"no_relief": "excluded", "partial_relief": "failure", "reading": "at_least"},
    {"patient_33": "shoulders", "recent": "included", "no_follow_up": "excluded"},
    {"broken_off": "failure", "recent": "excluded", "without": "32", "reading": "at_least"},
]


@pytest.fixture(scope="module")
def page(browser, address):
    page = browser.new_page()
    problems = []
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.on("requestfailed", lambda request: problems.append(request.url))
    page.goto(f"{address}{URL}")
    yield page
    page.close()
    assert not problems


def states(course):
    """Every combination of the choices that a course depends on."""
    names = [name for name, choice in CHOICES.items() if course in choice.courses]
    for options in itertools.product(*(CHOICES[name].options for name in names)):
        yield multiverse.PAPER | dict(zip(names, options, strict=True))


EVERY_STATE = """
([course, chosen, patients]) => patients.map((patient) => {
  const state = { ...chosen, without: patient === null ? "" : String(patient) };
  const found = { course, ...whatIf.results(course, state) };
  const late = whatIf.results(course, { ...state, reading: "at_least" });
  const number = (value) => (Number.isFinite(value) ? value : String(value));
  return [
    found.n, found.events, found.mean.value, number(found.mean.se),
    number(found.median.value), number(found.median.se),
    ...found.heights, ...late.heights, ...found.atRisk,
  ];
})
"""


def as_package(course, chosen):
    """The same row of numbers for every patient left out, from the package."""
    data = {name: value for name, value in chosen.items() if name != "reading"}
    whole = multiverse.outcomes(course, **data)
    times = explorer.payload()["heights"][course]
    for patient in PATIENTS:
        found = whole[whole["patient"] != patient]
        curves = batch.Curves(batch.encode(found["months"], found["event"])[None, :])
        mean, mean_se = curves.mean
        median, median_se = curves.median
        reached = (curves.survival[curves.event] <= 0.5 + 1e-9).any()
        yield [
            len(found),
            int(found["event"].sum()),
            mean[0],
            mean_se[0],
            median[0] if reached else np.inf,
            median_se[0],
            *(100 * curves.survival_at(time)[0] for time in times),
            *(100 * curves.survival_just_before(time)[0] for time in times),
            *((found["months"] >= time).sum() for time in explorer.TICKS),
        ]


@pytest.mark.parametrize("course", [1, 2])
def test_every_state_gives_the_packages_numbers(page, course):
    seen = 0
    for chosen in states(course):
        theirs = page.evaluate(EVERY_STATE, [course, chosen, PATIENTS])
        for ours, row in zip(as_package(course, chosen), theirs, strict=True):
            numbers = [
                float(value.replace("Infinity", "inf")) if isinstance(value, str) else value
                for value in row
            ]
            same = np.isclose(numbers, ours, rtol=0, atol=1e-8, equal_nan=True)
            # The package's batch gives no time where the median's error has none.
            same[4] |= np.isnan(ours[4])
            same[2] |= np.isnan(ours[2])
            assert same.all(), (chosen, numbers, ours)
            seen += 1
    assert seen == len(PATIENTS) * (128 if course == 1 else 32)


def expected_texts(state):
    """What the page must show in a state, by the package's slow and tested estimators."""
    without = int(state["without"]) if state.get("without") else None
    data = {name: state[name] for name in CHOICES if name in state}
    texts = {}
    for course in (1, 2):
        found = multiverse.outcomes(course, without, **data)
        curve = KaplanMeier(found["months"], found["event"])
        texts[f"patients-{course}"] = (
            f"{curve.n}; {curve.n_censored} censored, {curve.n_events} events"
        )
        mean = curve.mean()
        limits = f"{mean.lower:.2f} to {mean.upper:.2f}".replace("-", "−")
        texts[f"mean-{course}"] = f"{mean.value:.2f} ({mean.se:.2f}); {limits}"
        for time in explorer.payload()["heights"][course]:
            late = state.get("reading") == "at_least"
            height = curve.survival_just_before(time) if late else curve.survival_at(time)
            texts[f"height-{course}-{time}"] = f"{100 * height:.1f}%"
        for time in explorer.TICKS:
            texts[f"risk-{course}-{time}"] = str(curve.at_risk(time))
    return texts


@pytest.mark.parametrize("state", SIX, ids=lambda state: ",".join(state.values()) or "paper")
def test_choosing_shows_the_packages_numbers_and_draws(page, state):
    page.click("button[type=reset]", force=True) if state else None
    for name, value in state.items():
        page.get_by_label(_label(name), exact=True).select_option(value)
    shown = page.evaluate(
        "Object.fromEntries([...document.querySelectorAll('[data-now]')]"
        ".map((one) => [one.dataset.now, one.textContent]))"
    )
    assert shown | expected_texts(state) == shown
    if state:
        chart = page.locator(".what-if-chart > svg")
        chart.wait_for()
        first = expected_texts(state)["patients-1"].split(";")[0]
        page.wait_for_function(
            "(words) => document.querySelector('.what-if-chart > svg')"
            "?.getAttribute('aria-label').includes(words)",
            arg=f"first course, {first} counted",
        )
        said = page.locator("#what-if output").text_content()
        departures = sum(value != next(iter(_options(name))) for name, value in state.items())
        assert said.startswith(f"{departures} departure")


def _label(name):
    return "Leave out" if name == "without" else multiverse.CHOICES[name].title


def _options(name):
    return [""] if name == "without" else multiverse.CHOICES[name].options


def test_the_address_keeps_the_state(browser, address):
    page = browser.new_page()
    page.goto(f"{address}{URL}#recent=excluded&without=8")
    assert page.get_by_label("CRPS below 1 month").input_value() == "excluded"
    assert page.locator("[data-now=patients-1]").text_content().startswith("27;")
    page.get_by_label("Leave out").select_option("")
    assert page.url.endswith("#recent=excluded")
    page.get_by_role("button", name="Back to the paper's path").click()
    page.wait_for_function("() => !location.hash")
    assert page.locator("[data-now=patients-1]").text_content().startswith("33;")
    page.close()


def test_an_address_with_unknown_options_shows_the_papers_path(browser, address):
    page = browser.new_page()
    page.goto(f"{address}{URL}#recent=perhaps&without=99&colour=blue")
    assert page.locator("[data-now=patients-1]").text_content().startswith("33;")
    page.close()


def test_from_a_file_too(browser):
    from builtsite import SITE

    page = browser.new_page()
    page.goto((SITE / URL).as_uri() + "#no_follow_up=excluded")
    page.locator(".what-if-chart > svg").wait_for()
    assert page.locator("[data-now=patients-1]").text_content().startswith("28;")
    page.close()


def test_the_library_is_loaded_only_when_it_is_needed(browser, address):
    page = browser.new_page()
    asked = []
    page.on("request", lambda request: asked.append(request.url.rpartition("/")[2]))
    page.goto(f"{address}{URL}", wait_until="networkidle")
    assert not {"d3.min.js", "plot.umd.min.js"} & set(asked)
    page.get_by_label("No relief", exact=True).select_option("excluded")
    page.locator(".what-if-chart > svg").wait_for()
    assert {"d3.min.js", "plot.umd.min.js"} <= set(asked)
    page.close()


def test_without_a_script_the_papers_path_stands_there(browser, address):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{address}{URL}")
    assert page.locator(".what-if-form").is_hidden()
    assert page.locator("#what-if-curves svg").is_visible()
    shown = page.locator("[data-now=median-1]").text_content()
    assert shown.startswith(claims.published("t5-first-median-months"))
    with pytest.raises(Error):
        page.get_by_label("Leave out").select_option("8", timeout=500)
    context.close()


def test_the_payload_is_the_table_as_printed(printed):
    data = explorer.payload()
    assert len(data["cycles"]) == 47
    assert sum(cycle["event"] for cycle in data["cycles"]) == printed.cycles["event"].sum()
    assert json.loads(json.dumps(data))["horizon"] == 36
