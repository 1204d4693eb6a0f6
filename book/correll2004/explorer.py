"""The page on which a reader changes the coding choices: its data and its HTML.

What the page shows at first, and without a script, is computed here. The script beside it,
``what-if.js``, computes the other states in the browser; a test holds both equal.
"""

import json
from html import escape

import pandas as pd

from . import claims, display, figures, multiverse, table1

TICKS = [0, 3, 6, 9, 12, 18, 24, 30, 36]  # months
COURSES = {1: "first", 2: "second"}


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
        | {"unseen": row["outcome"] == table1.NO_FOLLOW_UP}
        for _, row in cycles.iterrows()
    ]
    return {
        "cycles": records,
        "recent": multiverse.RECENT,
        "horizon": multiverse.HORIZON,
        "broken_off": list(multiverse.BROKEN_OFF),
        "ticks": TICKS,
        "heights": {course: _heights(course) for course in COURSES},
        "paper": {course: _steps(course) for course in COURSES},
    }


def _heights(course):
    """Times in months at which the paper reads the curve of a course."""
    found = multiverse.headlines().values()
    return [h.time for h in found if h.course == course and h.statistic == "height"]


def _steps(course):
    table = multiverse.curve(course).table
    return [
        {"months": float(months), "survival": round(float(height), 6)}
        for months, height in table["survival"].items()
    ]


# --- the page ---------------------------------------------------------------------


def page():
    """Controls, chart and tables in the paper's own state, with the script's data."""
    # Only "<" could end the element early.
    data = json.dumps(payload(), separators=(",", ":")).replace("<", "\\u003c")
    drawing, results, at_risk = _drawing(), _results(), _at_risk()
    html = (
        f'<div id="what-if" class="what-if">{_form()}'
        f'<div class="what-if-chart">{drawing.html}</div>{at_risk.html}{results.html}</div>'
        f'<script type="application/json" id="what-if-data">{data}</script>'
    )
    return display.Html(html, "\n\n".join([drawing.text, at_risk.text, results.text]))


def _form():
    """A labelled select for every choice, and one for a patient to leave out."""
    fields = "".join(
        _select(name, choice.title, choice.options) for name, choice in multiverse.CHOICES.items()
    )
    patients = {"": "nobody"} | {
        str(number): f"Patient {number}" for number in table1.read().patients["patient"]
    }
    fields += _select("without", "Leave out", patients)
    return (
        '<form class="what-if-form" aria-label="Coding choices" hidden>'
        f'{fields}<p><button type="reset" disabled>Back to the paper\'s path</button> '
        '<output aria-live="polite"></output></p></form>'
    )


def _select(name, title, options):
    listed = "".join(
        f'<option value="{escape(value)}">{escape(words)}</option>'
        for value, words in options.items()
    )
    return (
        f'<div><label for="what-if-{name}">{escape(title)}</label>'
        f'<select id="what-if-{name}" name="{name}">{listed}</select></div>'
    )


def _drawing():
    curves = {f"{COURSES[course]} course": multiverse.curve(course) for course in COURSES}
    words = " ".join(
        f"{name.capitalize()}. {figures.describe(curve, TICKS[1:])}"
        for name, curve in curves.items()
    )
    return display.figure(
        figures.two_curves(curves, TICKS),
        "what-if-curves",
        "Both curves on the paper's own path.",
        words,
    )


def _table(rows, columns, corner, caption, note=""):
    """A table whose last part the script rewrites: cells are texts, or (name, text)."""
    plain = pd.DataFrame.from_dict(rows, orient="index", columns=columns).rename_axis(corner)
    cells = plain.map(_cell)
    return display.html_table(cells, plain.map(_text), caption, note)


def _cell(value):
    if isinstance(value, str):
        return escape(value)
    name, text = value
    return f'<span data-now="{name}">{escape(text)}</span>'


def _text(value):
    return value if isinstance(value, str) else value[1]


def _at_risk():
    """Numbers at risk of both courses, by time."""
    rows = {
        f"{title.capitalize()} course": [
            (f"risk-{course}-{time}", str(multiverse.curve(course).at_risk(time))) for time in TICKS
        ]
        for course, title in COURSES.items()
    }
    caption = "Number at risk, by months since the infusion."
    return _table(rows, [str(time) for time in TICKS], "Course", caption)


def _results():
    """Table 5 and the heights: as printed, and as they are now."""
    rows = {}
    for course, title in COURSES.items():
        curve, start = multiverse.curve(course), f"{title.capitalize()} course"
        printed = [
            claims.published(f"t5-{title}-{part}") for part in ("total", "censored", "events")
        ]
        counted = [str(number) for number in (curve.n, curve.n_censored, curve.n_events)]
        form = "{}; {} censored, {} events"
        rows[f"{start}: patients"] = [
            form.format(*printed),
            (f"patients-{course}", form.format(*counted)),
        ]
        for statistic, found in (("mean", curve.mean()), ("median", curve.median())):
            parts = [
                claims.published(f"t5-{title}-{statistic}-{part}")
                for part in ("months", "se", "lower", "upper")
            ]
            form = "{} ({}); {} to {}"
            numbers = [found.value, found.se, found.lower, found.upper]
            shown = [f"{number:.2f}".replace("-", "−") for number in numbers]
            rows[f"{start}: {statistic} (SE); 95% limits, months"] = [
                form.format(*parts),
                (f"{statistic}-{course}", form.format(*shown)),
            ]
        for claim, headline in multiverse.headlines().items():
            if headline.course == course and headline.statistic == "height":
                value, _, _ = multiverse.estimate(headline, curve)
                rows[f"{start}: relief for {headline.time:g} months"] = [
                    display.printed_text(claims.stored().loc[claim]),
                    (f"height-{course}-{headline.time:g}", f"{value:.1f}%"),
                ]
    return _table(
        rows,
        ["Printed", "With these choices"],
        "Result",
        "Table 5 and the heights of the curves, as printed and with the choices above.",
        "Limits: estimate ± 1.96 standard errors, as in Table 5, not cut off at 0.",
    )
