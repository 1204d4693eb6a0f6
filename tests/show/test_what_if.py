"""The page "What if" in a real browser: what it shows, what it keeps in view, what it refuses.

``test_what_if_results.py`` holds its numbers to the package's in every state.
"""

import re
from functools import partial

import pytest
from builtsite import HERE, PAGES, SITE, listen, pages, parsed, settled
from playwright.sync_api import Error, expect

from correll2004.paper import records
from correll2004.robustness import coding_choices
from correll2004.show import what_if
from correll2004.stats.survival import KaplanMeier

FILES = records.load()

pytestmark = pytest.mark.browser
URL = "book/what-if.html"
CHOICES = coding_choices.choices(FILES)
OF_DATA = {name: choice for name, choice in CHOICES.items() if not choice.probabilities_only}
PAPER = coding_choices.papers_options(FILES)
PHONE = {"width": 390, "height": 844}
SIZES = [{"width": 1350, "height": 900}, {"width": 1280, "height": 720}, PHONE]
SEVEN = [
    {},
    {"patient_1": "censored"},
    {"no_follow_up": "lasting", "without": "18"},
    {"no_relief": "excluded", "partial_relief": "failure", "reading": "at_least"},
    {"patient_33": "shoulders", "recent": "included", "no_follow_up": "excluded"},
    {"broken_off": "failure", "recent": "excluded", "without": "32", "reading": "at_least"},
    {"without": "Patient 18", "no_relief": "excluded"},
]
CHANGES = [
    ({}, (18, 1, "7.5", "relapse")),
    ({}, (1, 1, "84", "censored")),
    ({"no_follow_up": "excluded"}, (25, 2, "0", "relapse")),
    ({"patient_33": "shoulders", "without": "2"}, (33, 1, "36", "relapse")),
]
SHOWN = """Object.fromEntries([...document.querySelectorAll('[data-now]')]
  .map((one) => [one.dataset.now, one.textContent]))"""
MOVED = """[...document.querySelectorAll('[data-now]')]
  .filter((one) => one.nextElementSibling?.textContent.includes('moved'))
  .map((one) => one.dataset.now)"""


@pytest.fixture(scope="module")
def shared(browser, address):
    context = browser.new_context(reduced_motion="reduce")
    page = context.new_page()
    troubles = listen(page, address)
    page.goto(f"{address}{URL}")
    yield page
    context.close()
    assert troubles == []


@pytest.fixture
def fresh(browser, address):
    """A function that opens the page anew, as options of a browser's context ask for it."""
    contexts = []

    def opened(state="", **options):
        contexts.append(browser.new_context(reduced_motion="reduce", **options))
        page = contexts[-1].new_page()
        page.goto(f"{address}{URL}{state}")
        return page

    yield opened
    for context in contexts:
        context.close()


@pytest.fixture(params=SIZES, ids=lambda size: f"{size['width']}x{size['height']}")
def sized(request, fresh):
    """The page anew at each size."""
    return fresh(viewport=request.param)


@pytest.fixture
def page(shared):
    """The page on the paper's own path."""
    shared.get_by_role("button", name="Back to the paper's path").click()
    return shared


def label_of(name):
    return "Leave out" if name == "without" else CHOICES[name].title


def write(page, label, text):
    """Write into a field and leave it."""
    field = page.get_by_label(label, exact=True)
    field.fill(text)
    expect(field).to_have_value(text)
    field.blur()


def choose(page, state):
    for name, value in state.items():
        if name == "without":
            write(page, "Leave out", value)
        else:
            page.get_by_label(label_of(name), exact=True).select_option(value)


def change(page, patient, course, months, outcome):
    write(page, "Change the outcome of", str(patient))
    page.get_by_label("Course", exact=True).select_option(str(course))
    write(page, "Time in months", months)
    page.get_by_label("Outcome", exact=True).select_option(outcome)


def expected_texts(state, changed=None):
    """What the page must show in a state, by the package's slow and tested estimators."""
    without = int(state["without"].removeprefix("Patient ")) if state.get("without") else None
    data = {name: state[name] for name in OF_DATA if name in state}
    texts = {}
    for course in (1, 2):
        patient, of, months, outcome = changed or (None, None, None, None)
        other = (patient, float(months), int(outcome == "relapse")) if of == course else None
        found = coding_choices.outcomes(FILES, course, without, other, **data)
        curve = KaplanMeier(found["months"], found["event"])
        mean = curve.mean()
        limits = f"{mean.lower:.2f} to {mean.upper:.2f}".replace("-", "−")
        texts |= {
            f"n-{course}": str(curve.n),
            f"events-{course}": str(curve.n_events),
            f"mean-{course}": f"{mean.value:.2f}",
            f"mean-se-{course}": f"{mean.se:.2f}; {limits}",
            f"median-{course}": f"{curve.median_time():.2f}".replace("inf", "not reached"),
        }
        late = state.get("reading") == "at_least"
        for time in what_if.script_data(FILES)["times"]:
            relief = curve.survival_just_before(time) if late else curve.survival_at(time)
            texts[f"relief-{time}-{course}"] = f"{100 * relief:.1f}%"
        for time in what_if.TICKS:
            texts[f"risk-{time}-{course}"] = str(curve.at_risk(time))
    return texts


def assert_numbers(page, texts):
    """The page comes to show these texts, by name."""

    def shown():
        return {name: text for name, text in page.evaluate(SHOWN).items() if name in texts}

    assert settled(shown, texts) == texts


def assert_shows(page, texts, departures):
    """Numbers, marks, summary and the chart's text are those of a state."""
    paper = expected_texts({})
    assert_numbers(page, texts)
    marked = {
        name for name, text in texts.items() if text != paper[name] and not name.startswith("risk")
    }
    assert settled(lambda: set(page.evaluate(MOVED)) & texts.keys(), marked) == marked
    drawn = f"Kaplan-Meier curves. first course, {texts['n-1']} counted, "
    expect(page.locator(f'.what-if-chart svg[aria-label^="{drawn}"]')).to_be_attached()
    expect(page.locator(".what-if output")).to_have_text(re.compile(rf"^{departures} departure"))


@pytest.mark.parametrize("state", SEVEN, ids=lambda state: ",".join(state.values()) or "paper")
def test_choosing_shows_the_packages_numbers_and_draws(page, state):
    choose(page, state)
    if state:
        departures = sum(name == "without" or value != PAPER[name] for name, value in state.items())
        assert_shows(page, expected_texts(state), departures)
    else:
        assert_numbers(page, expected_texts({}))
        assert settled(lambda: page.evaluate(MOVED), []) == []


@pytest.mark.parametrize(("state", "changed"), CHANGES, ids=str)
def test_a_changed_outcome_shows_the_packages_numbers(page, state, changed):
    choose(page, state)
    change(page, *changed)
    assert_shows(page, expected_texts(state, changed), len(state) + 1)


def test_a_patient_who_is_named_moves_nothing_yet(page):
    write(page, "Change the outcome of", "27")
    months = page.get_by_label("Time in months")
    expect(months).to_have_value("0.75")
    expect(page.get_by_label("Outcome", exact=True)).to_have_value("relapse")
    counted = page.locator("#what-if-counted")
    expect(counted).to_have_text(re.compile(r"relapse at 0\.75 months\.$"))
    assert_numbers(page, expected_texts({}))
    # What is shown as it counts follows the other choices; what was changed does not.
    page.get_by_label("Course", exact=True).select_option("2")
    choose(page, {"no_follow_up": "lasting"})
    expect(months).to_have_value("36")
    write(page, "Time in months", "5")
    choose(page, {"no_follow_up": "censored"})
    expect(months).to_have_value("5")
    assert_shows(page, expected_texts({}, (27, 2, "5", "censored")), 1)
    choose(page, {"without": "27"})
    expect(counted).to_have_text(re.compile("^The choices leave out"))


@pytest.mark.parametrize(
    ("label", "text", "message"),
    [
        ("Leave out", "99", "“99” is not a patient. Write a number from 1 to 33."),
        ("Leave out", "nobody", "“nobody” is not a patient."),
        ("Change the outcome of", "0", "“0” is not a patient."),
        ("Time in months", "4,5", "“4,5” is not a time in months. Write a number from 0 to 84"),
        ("Time in months", "85", "“85” is not a time in months."),
        ("Time in months", "-1", "“-1” is not a time in months."),
        ("Time in months", "", "“” is not a time in months."),
    ],
)
def test_bad_input_is_named_beside_the_field_and_changes_nothing(page, label, text, message):
    choose(page, {"without": "7"})
    change(page, 18, 1, "7.5", "censored")
    before, address = page.evaluate(SHOWN), page.evaluate(HERE)
    write(page, label, text)
    field = page.get_by_label(label, exact=True)
    expect(field).to_have_attribute("aria-invalid", "true")
    fault = page.locator(f"#{field.get_attribute('aria-describedby')}")
    expect(fault).to_be_visible()
    expect(fault).to_have_text(re.compile(f"^{re.escape(message)}"))
    below = fault.bounding_box()["y"] - field.bounding_box()["y"] - field.bounding_box()["height"]
    assert 0 <= below < 10
    assert page.evaluate(SHOWN) == before
    assert page.evaluate(HERE) == address
    # What can be read elsewhere still counts, and a good text takes the message away.
    choose(page, {"recent": "excluded"})
    expect(page).to_have_url(re.compile("recent=excluded"))
    write(page, label, "12")
    expect(fault).to_have_text("")
    expect(field).to_have_attribute("aria-invalid", "false")


def test_a_time_without_a_patient_waits_for_one(page):
    write(page, "Time in months", "5")
    fault = page.locator("#what-if-patient-fault")
    expect(fault).to_have_text("Write which patient this is, as a number.")
    assert page.evaluate(MOVED) == []
    write(page, "Change the outcome of", "18")
    expect(fault).to_have_text("")
    assert_shows(page, expected_texts({}, (18, 1, "5", "relapse")), 1)


def test_a_course_that_a_patient_did_not_have_is_refused(page):
    change(page, 18, 1, "7.5", "censored")
    before = page.evaluate(SHOWN)
    page.get_by_label("Course", exact=True).select_option("2")
    fault = page.locator("#what-if-course-fault")
    expect(fault).to_have_text("Patient 18 had no second course.")
    assert page.evaluate(SHOWN) == before
    assert "course=1" in page.evaluate(HERE)


# --- the address --------------------------------------------------------------------


def test_the_address_keeps_the_state(fresh):
    page = fresh("#recent=excluded&without=Patient+8")
    expect(page.get_by_label("CRPS below 1 month")).to_have_value("excluded")
    expect(page.get_by_label("Leave out")).to_have_value("Patient 8")
    expect(page.locator("[data-now=n-1]")).to_have_text("27")
    write(page, "Leave out", "")
    expect(page).to_have_url(re.compile("#recent=excluded$"))
    change(page, 18, 1, "20", "relapse")
    changed = "#recent=excluded&patient=18&course=1&months=20&outcome=relapse$"
    expect(page).to_have_url(re.compile(changed))
    shown = page.evaluate(SHOWN)
    page.reload()
    assert settled(lambda: page.evaluate(SHOWN), shown) == shown
    expect(page.get_by_label("Time in months")).to_have_value("20")
    # Another place of the page is no state.
    page.evaluate("location.hash = 'main-content'")
    page.wait_for_timeout(100)
    assert page.evaluate(SHOWN) == shown
    write(page, "Leave out", "77")
    page.get_by_role("button", name="Back to the paper's path").click()
    expect(page).to_have_url(re.compile("^[^#]+$"))
    assert_numbers(page, expected_texts({}))
    for label in ("Leave out", "Change the outcome of", "Time in months"):
        expect(page.get_by_label(label, exact=True)).to_have_value("")
    faults = page.locator(".what-if-fault")
    expect(faults).to_have_text([""] * faults.count())


@pytest.mark.parametrize(
    ("bad", "field"),
    [
        ("recent=perhaps&colour=blue", None),
        ("without=99", "without"),
        ("patient=99&course=1&months=3", "patient"),
        ("patient=18&course=1&months=-3", "months"),
        ("patient=18&course=2&months=3", "course"),
        ("course=1&months=3", "patient"),
    ],
)
def test_an_address_with_unknown_options_shows_the_papers_path(fresh, bad, field):
    page = fresh(f"#{bad}")
    faults = page.locator(".what-if-fault").filter(visible=True)
    expect(faults).to_have_count(1 if field else 0)
    assert [fault.get_attribute("id") for fault in faults.all()] == (
        [f"what-if-{field}-fault"] if field else []
    )
    assert_numbers(page, expected_texts({}))


def test_from_a_file_too(browser):
    page = browser.new_page()
    page.goto((SITE / URL).as_uri() + "#no_follow_up=excluded")
    page.locator(".what-if-chart svg[aria-label^='Kaplan-Meier curves.']").wait_for()
    expect(page.locator("[data-now=n-1]")).to_have_text("28")
    page.close()


# --- in view and within reach -------------------------------------------------------

IN_VIEW = """(control) => {
  const top = document.querySelector(".bd-header-article").getBoundingClientRect().bottom;
  const box = control.getBoundingClientRect();
  const curve = document.querySelector(".what-if-chart svg").getBoundingClientRect();
  const at = document.elementFromPoint((box.left + box.right) / 2, (box.top + box.bottom) / 2);
  const on = document.elementFromPoint((curve.left + curve.right) / 2, curve.bottom - 20);
  return {
    control: at === control && box.top >= top && box.bottom <= innerHeight,
    curve: curve.top >= top && curve.bottom <= innerHeight && curve.height >= 150,
    clear: Boolean(on?.closest(".what-if-chart")),
  };
}"""
ALL = {"control": True, "curve": True, "clear": True}


def test_the_curve_stays_in_view_with_every_control(sized):
    page = sized
    page.get_by_text("Skip to the choices").press("Enter")
    controls = page.locator(".what-if-form :is(select, input)").all()
    assert len(controls) == len(CHOICES) + 5
    for control in controls:
        expect(control).to_be_focused()
        place = partial(control.evaluate, IN_VIEW)
        assert settled(place, ALL) == ALL, control.get_attribute("name")
        if control.evaluate("(one) => one.tagName") == "SELECT":
            page.keyboard.press("ArrowDown")
        else:
            page.keyboard.type("18")
            page.keyboard.press("Enter")
        page.locator(".what-if-chart svg[aria-label^='Kaplan-Meier curves.']").wait_for()
        page.wait_for_timeout(50)
        assert settled(place, ALL) == ALL, (control.get_attribute("name"), "after")
        page.keyboard.press("Tab")


def test_a_choice_made_with_the_mouse_brings_the_curve_into_view(sized):
    page = sized
    control = page.get_by_label("No relief", exact=True)
    at_the_bottom = "scrollTo(0, scrollY + one.getBoundingClientRect().bottom - innerHeight)"
    control.evaluate(f"(one) => {{ one.focus({{ preventScroll: true }}); {at_the_bottom}; }}")
    control.select_option("excluded")
    page.locator(".what-if-chart svg[aria-label^='Kaplan-Meier curves.']").wait_for()
    page.wait_for_timeout(50)
    assert settled(partial(control.evaluate, IN_VIEW), ALL) == ALL


def test_leaving_a_field_for_another_place_does_not_scroll_back(fresh):
    page = fresh(viewport=SIZES[1])
    page.get_by_label("Leave out").fill("18")
    page.evaluate("scrollTo(0, document.documentElement.scrollHeight)")
    place = page.evaluate("scrollY")
    page.mouse.click(900, 300)
    expect(page.locator("[data-now=n-1]")).to_have_text("32")
    assert page.evaluate("scrollY") == place


def test_the_choices_are_one_column_on_a_phone(fresh):
    page = fresh(viewport=PHONE)
    boxes = [one.bounding_box() for one in page.locator(".what-if-form :is(select, input)").all()]
    assert len({(box["x"], box["width"]) for box in boxes}) == 1
    assert boxes[0]["width"] > 300
    tops = [box["y"] for box in boxes]
    assert tops == sorted(set(tops))
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


FIRST = "#what-if-patient_1"


def test_the_first_control_is_within_reach_of_the_keyboard(sized):
    page = sized
    for _ in range(2):
        page.keyboard.press("Tab")
    expect(page.get_by_text("Skip to the choices")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator(FIRST)).to_be_focused()
    seen = (
        "(({ boxShadow, outlineStyle }) => boxShadow !== 'none' || outlineStyle !== 'none')"
        "(getComputedStyle(document.activeElement))"
    )
    assert settled(partial(page.evaluate, seen), True)
    # From the start of the main part, past the buttons at its head.
    page.reload()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("#main-content$"))
    presses = 0
    while not page.locator(f"{FIRST}:focus").count():
        page.keyboard.press("Tab")
        presses += 1
        assert presses <= 11  # some of them links of terms


# --- what is loaded -----------------------------------------------------------------


@pages
def test_only_this_page_loads_the_scripts(page):
    files = [name.partition("?")[0].rpartition("/")[2] for name in parsed(SITE / page).resources]
    ours = [name for name in files if name.startswith("what-if") and name.endswith(".js")]
    assert ours == (["what-if-results.js", "what-if.js"] if page == URL else [])
    assert URL in PAGES


def test_the_library_is_loaded_only_when_it_is_needed(browser, address):
    page = browser.new_page()
    asked = []
    page.on("request", lambda request: asked.append(request.url.rpartition("/")[2]))
    page.goto(f"{address}{URL}", wait_until="networkidle")
    assert not {"d3.min.js", "plot.umd.min.js"} & set(asked)
    page.get_by_label("No relief", exact=True).select_option("excluded")
    page.locator(".what-if-chart svg[aria-label^='Kaplan-Meier curves.']").wait_for()
    assert {"d3.min.js", "plot.umd.min.js"} <= set(asked)
    page.close()


def test_without_a_script_the_papers_path_and_what_is_missing(fresh):
    page = fresh(java_script_enabled=False)
    assert page.locator(".what-if-form").is_hidden()
    assert page.locator("#what-if-curves svg").is_visible()
    assert page.get_by_text("need the script of this page").is_visible()
    shown = page.locator("[data-now=median-1]").text_content()
    assert shown == FILES.register.at["t5-first-median-months", "printed"]
    with pytest.raises(Error):
        page.get_by_label("Leave out").fill("8", timeout=500)


def test_with_a_script_nothing_is_said_to_be_missing(page):
    expect(page.get_by_text("need the script of this page")).to_be_hidden()
