"""The page on which a reader changes the coding choices: its data and its HTML.

What the page shows at first, and without a script, is computed here. Two scripts do the
rest in the browser: ``what-if-results.js`` computes the other states, which a test holds
equal to this package, and ``what-if.js`` shows them.
"""

import json
from html import escape

import pandas as pd

from ..data import cells, dictionary, table1
from ..paper import claims, records
from ..robustness import coding_choices
from . import claims_tables, svg
from .figures import survival_curves
from .html import Html, html_table

TICKS = [0, 3, 6, 9, 12, 18, 24, 30, 36]  # months
COURSES = {1: "first", 2: "second"}
OUTCOMES = {"relapse": "relapse", "censored": "censored: still in remission"}


def payload():
    """Everything the script needs: the cycles as tabulated, and constants of the choices."""
    data = table1.read()
    cycles = data.cycles.merge(data.patients[["patient", "crps_months"]], on="patient")
    columns = {
        "patient": int,
        "label": str,
        "cycle": int,
        "relief_months": float,
        "event": int,
        "relief_percent": float,
        "crps_months": float,
    }
    names = {"relief_months": "months", "relief_percent": "relief", "crps_months": "crps"}
    records = [
        {names.get(column, column): kind(row[column]) for column, kind in columns.items()}
        | {"unseen": row["outcome"] == cells.NO_FOLLOW_UP}
        for _, row in cycles.iterrows()
    ]
    rules = dictionary.fields("cycles")["relief_months"]["constraints"]
    return {
        "cycles": records,
        "months": {limit: rules[limit] for limit in ("minimum", "maximum")},
        "recent": coding_choices.RECENT,
        "horizon": coding_choices.HORIZON,
        "broken_off": list(coding_choices.BROKEN_OFF),
        "ticks": TICKS,
        "times": sorted({headline.time for headline in _reliefs().values()}),
    }


def _reliefs():
    """The headlines that are survival probabilities, by claim id."""
    found = coding_choices.headlines().items()
    return {claim: headline for claim, headline in found if headline.statistic == "height"}


# --- the page ---------------------------------------------------------------------


def page():
    """Controls, chart and tables in the paper's own state, with the script's data."""
    # Only "<" could end the element early.
    data = json.dumps(payload(), separators=(",", ":")).replace("<", "\\u003c")
    drawing, results, errors, at_risk = _drawing(), _results(), _errors(), _at_risk()
    html = (
        '<div id="what-if-page" class="what-if">'
        '<p class="what-if-missing">Coding choices, leaving out a patient and changing an outcome '
        "need the script of this page, which does not run here. What follows is the paper's own "
        "path; the chapter Coding choices has every combination in tables.</p>"
        f'<div class="what-if-desk">{_form()}<div class="what-if-view">'
        f'<div class="what-if-chart">{drawing.html}<output aria-live="polite">'
        "<span>The paper's own path.</span>"
        '<span class="what-if-moved"></span></output></div>'
        f"{results.html}</div></div>{errors.html}{at_risk.html}</div>"
        f'<script type="application/json" id="what-if-data">{data}</script>'
    )
    return Html(html, "\n\n".join(part.text for part in (drawing, results, errors, at_risk)))


def _form():
    """A labelled control for every choice, and for what may be asked of any one patient."""
    choices = "".join(
        _select(name, choice.title, choice.options)
        for name, choice in coding_choices.CHOICES.items()
    )
    patients = "".join(
        f'<option value="Patient {number}">' for number in table1.read().patients["patient"]
    )
    courses = {str(course): title for course, title in COURSES.items()}
    return (
        '<form class="what-if-form" aria-label="Choices" hidden>'
        f"<fieldset><legend>Coding choices</legend>{choices}</fieldset>"
        f"<fieldset><legend>Any one patient</legend>{_text('without', 'Leave out', 'nobody')}"
        f"{_text('patient', 'Change the outcome of', 'nobody')}"
        f"{_select('course', 'Course', courses)}"
        f"{_text('months', 'Time in months', '')}"
        f"{_select('outcome', 'Outcome', OUTCOMES)}"
        '<p class="what-if-counted" id="what-if-counted"></p></fieldset>'
        f'<datalist id="what-if-patients">{patients}</datalist>'
        '<p><button type="reset">Back to the paper\'s path</button></p></form>'
    )


def _select(name, title, options):
    listed = "".join(
        f'<option value="{escape(value)}">{escape(words)}</option>'
        for value, words in options.items()
    )
    return _labelled(name, title, f'<select id="what-if-{name}" name="{name}">{listed}</select>')


def _text(name, title, empty):
    """A text field: of a patient where an empty one has a meaning, else of a number."""
    kind = 'list="what-if-patients"' if empty else 'inputmode="decimal"'
    return _labelled(
        name,
        title,
        f'<input id="what-if-{name}" name="{name}" {kind} placeholder="{empty}" '
        f'autocomplete="off" aria-describedby="what-if-{name}-fault">',
    )


def _labelled(name, title, control):
    return (
        f'<div><label for="what-if-{name}">{escape(title)}</label>{control}'
        f'<span class="what-if-fault" id="what-if-{name}-fault" role="alert"></span></div>'
    )


def _drawing():
    curves = {f"{COURSES[course]} course": coding_choices.curve(course) for course in COURSES}
    words = " ".join(
        f"{name.capitalize()}. {survival_curves.describe(curve, TICKS[1:])}"
        for name, curve in curves.items()
    )
    return svg.figure(
        survival_curves.two_curves(curves, TICKS, height=2.5),
        "what-if-curves",
        "First course solid, second dashed.",
        words,
    )


def _table(rows, columns, corner, caption, note=""):
    """A table that the script rewrites in part: cells are texts, or (name, text)."""
    plain = pd.DataFrame(list(rows.values()), index=pd.Index(rows, name=corner), columns=columns)
    return html_table(plain.map(_cell), plain.map(_plain), caption, note)


def _cell(value):
    if isinstance(value, str):
        return escape(value)
    name, text = value
    return f'<span data-now="{name}">{escape(text)}</span>'


def _plain(value):
    return value if isinstance(value, str) else value[1]


def _results():
    """Patients, events, median, mean and relief of both courses, as printed and as now."""
    rows = {name: [] for name in ("Patients", "Events", "Median, months", "Mean, months")}
    times = payload()["times"]
    rows |= {f"Relief for {time} months": [] for time in times}
    for course, title in COURSES.items():
        curve = coding_choices.curve(course)
        parts = ("total", "events", "median-months", "mean-months")
        printed = [claims.published(records.load(), f"t5-{title}-{part}") for part in parts]
        printed += [_printed_relief(course, time) for time in times]
        now = {
            "n": str(curve.n),
            "events": str(curve.n_events),
            "median": f"{curve.median().value:.2f}",
            "mean": f"{curve.mean().value:.2f}",
        } | {f"relief-{time}": f"{100 * curve.survival_at(time):.1f}%" for time in times}
        for row, before, (name, text) in zip(rows.values(), printed, now.items(), strict=True):
            row += [before, (f"{name}-{course}", text)]
    columns = pd.MultiIndex.from_product(
        [[f"{title.capitalize()} course" for title in COURSES.values()], ["Printed", "Now"]]
    )
    caption = "Headline numbers, as printed and as they are now."
    note = "● differs from the paper's own path. –: the paper prints no such value."
    return _table(rows, columns, "Result", caption, note)


def _printed_relief(course, time):
    """Relief at a time as the paper prints it, or a dash."""
    for claim, headline in _reliefs().items():
        if (headline.course, headline.time) == (course, time):
            return claims_tables.printed_text(records.load().register.loc[claim])
    return "–"


def _errors():
    """Standard errors and limits of Table 5, as printed and as now."""
    rows = {}
    for course, title in COURSES.items():
        curve = coding_choices.curve(course)
        for statistic, found in (("median", curve.median()), ("mean", curve.mean())):
            parts = ("se", "lower", "upper")
            printed = [
                claims.published(records.load(), f"t5-{title}-{statistic}-{part}") for part in parts
            ]
            limits = [f"{limit:.2f}".replace("-", "−") for limit in (found.lower, found.upper)]
            rows[f"{title.capitalize()} course: {statistic}"] = [
                "{}; {} to {}".format(*printed),
                (f"{statistic}-se-{course}", f"{found.se:.2f}; {limits[0]} to {limits[1]}"),
            ]
    caption = "Standard errors and 95% limits of Table 5, months."
    note = "Limits: estimate ± 1.96 standard errors, as in Table 5, not cut off at 0."
    return _table(rows, ["Printed", "Now"], "Estimate", caption, note)


def _at_risk():
    """Numbers at risk of both courses, by time."""
    rows = {
        f"{title.capitalize()} course": [
            (f"risk-{time}-{course}", str(coding_choices.curve(course).at_risk(time)))
            for time in TICKS
        ]
        for course, title in COURSES.items()
    }
    caption = "Number at risk, by months since the infusion."
    return _table(rows, [str(time) for time in TICKS], "Course", caption)
