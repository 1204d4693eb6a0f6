"""The page on which a reader changes the coding choices: its data and its HTML.

This module computes what the page shows at first, and without a script. Two scripts do the
rest in the browser: ``what-if-results.js`` computes the results under other choices, which a
test compares with this package, and ``what-if.js`` shows them.
"""

import json
from collections.abc import Mapping, Sequence
from html import escape

import pandas as pd

from ..data import cells, courses, validation
from ..data.courses import COURSE_NAMES
from ..data.table1 import Table1
from ..paper import claims
from ..paper.records import Files
from ..robustness import coding_choices, headlines
from ..robustness.coding_choices import COURSES_WITH_CURVE
from ..robustness.headlines import Headline
from . import claims_tables, svg
from .figures import survival_curves
from .html import Html, html_table, with_minus

TICKS = [0, 3, 6, 9, 12, 18, 24, 30, 36]  # months
OUTCOMES = {"relapse": "relapse", "censored": "censored: still in remission"}


def script_data(files: Files) -> dict:
    """Everything the scripts need: the cycles, and constants of the choices.

    ``cycles`` are those of Table 1 as printed; ``repairs`` gives, for each choice that comes
    from a repair, the option that applies it and what it changes, by label of the cycle.
    """
    printed = _cycles(files.table1)
    repairs = []
    for name, choice in coding_choices.choices(files).items():
        if choice.repair:
            read_as = _cycles(files.under_each_repair[choice.repair])
            changes = {
                label: {key: value for key, value in read_as[label].items() if value != cycle[key]}
                for label, cycle in printed.items()
                if read_as[label] != cycle
            }
            repairs.append({"choice": name, "option": choice.papers_option, "changes": changes})
    rules = files.table1.rules.fields("cycles")["relief_months"]["constraints"]
    return {
        "cycles": list(printed.values()),
        "repairs": repairs,
        "months": {limit: rules[limit] for limit in ("minimum", "maximum")},
        "recent": coding_choices.RECENT,
        "horizon": coding_choices.HORIZON,
        "broken_off": list(coding_choices.BROKEN_OFF),
        "with_persisting_pain": coding_choices.WITH_PERSISTING_PAIN,
        "ticks": TICKS,
        "times": _times(files),
    }


def _cycles(table: Table1) -> dict[str, dict]:
    """What the scripts need of each cycle, by its label."""
    return {
        cycle["label"]: {
            "patient": cycle["patient"],
            "label": cycle["label"],
            "cycle": cycle["cycle"],
            "months": float(cycle["relief_months"]),
            "event": cycle["event"],
            "relief": float(cycle["relief_percent"]),
            "crps": float(cycle["crps_months"]),
            "unseen": cycle["outcome"] == cells.NO_FOLLOW_UP,
        }
        for _, cycle in validation.rows(coding_choices.with_crps_months(table))
    }


def _probabilities(files: Files) -> list[tuple[float, Headline]]:
    """The headlines that are survival probabilities, each with its time in months."""
    found = headlines.of_curves(files).values()
    return [(headline.time, headline) for headline in found if headline.time is not None]


def _times(files: Files) -> list[float]:
    """Times in months at which the headlines read the curves."""
    return sorted({time for time, _ in _probabilities(files)})


# --- the page ---------------------------------------------------------------------


def page(files: Files) -> Html:
    """Controls, chart and tables under the paper's own choices, with the scripts' data."""
    # Without "<" the data cannot close their script element.
    data = json.dumps(script_data(files), separators=(",", ":")).replace("<", "\\u003c")
    drawing, results = _drawing(files), _results(files)
    errors, at_risk = _errors(files), _at_risk(files)
    html = (
        '<div id="what-if-page" class="what-if">'
        '<p class="what-if-missing">Coding choices, leaving out a patient and changing an outcome '
        "need the script of this page, which does not run here. What follows is the paper's own "
        "path; the chapter Coding choices has every combination in tables.</p>"
        f'<div class="what-if-desk">{_form(files)}<div class="what-if-view">'
        f'<div class="what-if-chart">{drawing.html}<output aria-live="polite">'
        "<span>The paper's own path.</span>"
        '<span class="what-if-moved"></span></output></div>'
        f"{results.html}</div></div>{errors.html}{at_risk.html}</div>"
        f'<script type="application/json" id="what-if-data">{data}</script>'
    )
    return Html(html, "\n\n".join(part.text for part in (drawing, results, errors, at_risk)))


def _form(files: Files) -> str:
    """A labelled control for every choice, and controls for one patient."""
    choices = "".join(
        _select(name, choice.title, choice.options)
        for name, choice in coding_choices.choices(files).items()
    )
    patients = "".join(
        f'<option value="Patient {number}">' for number in files.table1.patients["patient"]
    )
    names = {str(course): COURSE_NAMES[course] for course in COURSES_WITH_CURVE}
    return (
        '<form class="what-if-form" aria-label="Choices" hidden>'
        f"<fieldset><legend>Coding choices</legend>{choices}</fieldset>"
        f"<fieldset><legend>Any one patient</legend>{_text('without', 'Leave out', 'nobody')}"
        f"{_text('patient', 'Change the outcome of', 'nobody')}"
        f"{_select('course', 'Course', names)}"
        f"{_text('months', 'Time in months', '')}"
        f"{_select('outcome', 'Outcome', OUTCOMES)}"
        '<p class="what-if-counted" id="what-if-counted"></p></fieldset>'
        f'<datalist id="what-if-patients">{patients}</datalist>'
        '<p><button type="reset">Back to the paper\'s path</button></p></form>'
    )


def _select(name: str, title: str, options: dict[str, str]) -> str:
    listed = "".join(
        f'<option value="{escape(value)}">{escape(words)}</option>'
        for value, words in options.items()
    )
    return _labelled(name, title, f'<select id="what-if-{name}" name="{name}">{listed}</select>')


def _text(name: str, title: str, empty: str) -> str:
    """A text field: of a patient if an empty field has a meaning, else of a number."""
    kind = 'list="what-if-patients"' if empty else 'inputmode="decimal"'
    return _labelled(
        name,
        title,
        f'<input id="what-if-{name}" name="{name}" {kind} placeholder="{empty}" '
        f'autocomplete="off" aria-describedby="what-if-{name}-fault">',
    )


def _labelled(name: str, title: str, control: str) -> str:
    return (
        f'<div><label for="what-if-{name}">{escape(title)}</label>{control}'
        f'<span class="what-if-fault" id="what-if-{name}-fault" role="alert"></span></div>'
    )


def _drawing(files: Files) -> Html:
    curves = {course: coding_choices.curve(files, course) for course in COURSES_WITH_CURVE}
    words = " ".join(
        f"{courses.title(course)}. {survival_curves.describe(curve, TICKS[1:])}"
        for course, curve in curves.items()
    )
    named = {courses.title(course).lower(): curve for course, curve in curves.items()}
    return svg.figure(
        survival_curves.two_curves(named, TICKS, height=2.5),
        "what-if-curves",
        "First course solid, second dashed.",
        words,
    )


_Cell = str | tuple[str, str]  # a text, or a name and the text that the script replaces


def _table(
    rows: Mapping[str, Sequence[_Cell]],
    columns: pd.Index | list[str],
    corner: str,
    caption: str,
    note: str = "",
) -> Html:
    """A table in which the script replaces the texts that have a name."""
    cells = pd.DataFrame(list(rows.values()), index=pd.Index(rows, name=corner), columns=columns)
    return html_table(cells.map(_cell), cells.map(_plain), caption, note)


def _cell(value: _Cell) -> str:
    if isinstance(value, str):
        return escape(value)
    name, text = value
    return f'<span data-now="{name}">{escape(text)}</span>'


def _plain(value: _Cell) -> str:
    return value if isinstance(value, str) else value[1]


def _results(files: Files) -> Html:
    """Patients, events, median, mean and relief of both courses, as printed and now."""
    times, parts = _times(files), ("total", "events", "median-months", "mean-months")
    names = ["Patients", "Events", "Median, months", "Mean, months"]
    rows: dict[str, list[_Cell]] = {
        name: [] for name in [*names, *(f"Relief for {time} months" for time in times)]
    }
    for course in COURSES_WITH_CURVE:
        curve, name = coding_choices.curve(files, course), COURSE_NAMES[course]
        printed = [claims.published(files, f"t5-{name}-{part}") for part in parts]
        printed += [_printed_relief(files, course, time) for time in times]
        now = {
            "n": str(curve.n),
            "events": str(curve.n_events),
            "median": f"{curve.median().value:.2f}",
            "mean": f"{curve.mean().value:.2f}",
        } | {f"relief-{time}": f"{100 * curve.survival_at(time):.1f}%" for time in times}
        for row, before, (key, text) in zip(rows.values(), printed, now.items(), strict=True):
            row += [before, (f"{key}-{course}", text)]
    columns = pd.MultiIndex.from_product(
        [[courses.title(course) for course in COURSES_WITH_CURVE], ["Printed", "Now"]]
    )
    caption = "Headline numbers, as printed and as they are now."
    note = "● differs from the paper's own path. –: the paper prints no such value."
    return _table(rows, columns, "Result", caption, note)


def _printed_relief(files: Files, course: int, time: float) -> str:
    """Relief at a time as the paper prints it, or a dash."""
    register = files.register.to_dict("index")
    for printed_time, headline in _probabilities(files):
        if (headline.course, printed_time) == (course, time):
            return claims_tables.printed_text(register[headline.claim])
    return "–"


def _errors(files: Files) -> Html:
    """Standard errors and limits of Table 5, as printed and now."""
    rows: dict[str, list[_Cell]] = {}
    for course in COURSES_WITH_CURVE:
        curve = coding_choices.curve(files, course)
        for statistic, found in (("median", curve.median()), ("mean", curve.mean())):
            ids = [
                f"t5-{COURSE_NAMES[course]}-{statistic}-{part}" for part in ("se", "lower", "upper")
            ]
            printed = [claims.published(files, name) for name in ids]
            limits = [with_minus(f"{limit:.2f}") for limit in (found.lower, found.upper)]
            rows[f"{courses.title(course)}: {statistic}"] = [
                "{}; {} to {}".format(*printed),
                (f"{statistic}-se-{course}", f"{found.se:.2f}; {limits[0]} to {limits[1]}"),
            ]
    caption = "Standard errors and 95% limits of Table 5, months."
    note = "Limits: estimate ± 1.96 standard errors, as in Table 5, not cut off at 0."
    return _table(rows, ["Printed", "Now"], "Estimate", caption, note)


def _at_risk(files: Files) -> Html:
    """Numbers at risk of both courses, by time."""
    rows = {}
    for course in COURSES_WITH_CURVE:
        curve = coding_choices.curve(files, course)
        counts = [(f"risk-{time}-{course}", str(curve.at_risk(time))) for time in TICKS]
        rows[courses.title(course)] = counts
    caption = "Number at risk, by months since the infusion."
    return _table(rows, [str(time) for time in TICKS], "Course", caption)
