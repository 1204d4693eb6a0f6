"""The page of the patients: one section for each, with all that the book has of this patient."""

from html import escape

import numpy as np
import pandas as pd

from ..data import courses, validation
from ..data.dictionary import LIST_SEPARATOR
from ..data.table1 import Table1
from ..paper import claims, patients
from ..paper.records import Files
from .claims_tables import place, printed_text
from .html import Html, or_not_reached, table_html
from .sources import REGISTER_PAGE, entry_link
from .statements import statement_place

_MONTHS = (0, 3, 6, 12, 24, 36)  # ticks of the timelines
_WIDTH, _LEFT, _HEIGHT = 300, 52, 18  # of a timeline: its axis, its labels, one course; in px
_SEX = {"F": "Woman", "M": "Man"}


def patients_sections(files: Files, left_out: pd.DataFrame) -> Html:
    """A section for each patient, whose id is ``patient-`` and the number.

    left_out : frame of `single_patients.leave_one_out`, the headlines without each patient.
    """
    numbers = files.table1.patients["patient"].tolist()
    links = [f'<a href="#patient-{number}">{number}</a>' for number in numbers]
    index = f'<nav class="patients" aria-label="Patients">{" ".join(links)}</nav>'
    sections = [_section(files, number, left_out) for number in numbers]
    plain = [f"Patient {number}. {in_words(files.table1, number)}" for number in numbers]
    return Html("\n".join([index, *sections]), "\n".join(plain))


def _section(files: Files, number: int, left_out: pd.DataFrame) -> str:
    parts = [
        f'<p class="title">Patient {number}</p>',
        f"<p>{escape(in_words(files.table1, number))}</p>",
        _comments(files, number),
        _courses(files.table1, number),
        timeline(files.table1, number),
        _said(files, number),
        _counted(files, number),
        _without(files, number, left_out),
    ]
    label = f'id="patient-{number}" aria-label="Patient {number}"'
    return f'<section class="patient" {label}>{"".join(parts)}</section>'


def _rows(table: Table1, number: int) -> list[tuple[pd.Series, pd.Series]]:
    """The rows of a patient, each as printed and as a cycle."""
    own = (table.cycles["patient"] == number).to_numpy()
    printed, cycles = table.raw[own], table.cycles[own]
    return [
        (row, cycle)
        for (_, row), (_, cycle) in zip(printed.iterrows(), cycles.iterrows(), strict=True)
    ]


def in_words(table: Table1, number: int) -> str:
    """Who the patient was, such as ``Man of 48. CRPS of the foot for 3 months.``."""
    who, _ = _rows(table, number)[0]
    months = str(who["crps_months"]).replace(">", "more than ")
    unit = "month" if months == "1" else "months"
    return f"{_SEX[who['sex']]} of {who['age_years']}. CRPS for {months} {unit}: {who['region']}."


def _comments(files: Files, number: int) -> str:
    """The comments of Table 1 in our words, each with its codes."""
    own = files.comments["label"].str.fullmatch(f"{number}[abc]?")
    found = files.comments.loc[own, ["label", "comment", "codes"]].to_numpy(str)
    lines = [
        f"{escape(_of_cycle(label, comment))} "
        f'<span class="why">{escape(codes.replace(LIST_SEPARATOR, ", "))}</span>'
        for label, comment, codes in found
    ]
    return f"<p>Comment, in our words: {'<br>'.join(lines)}</p>"


def _of_cycle(label: str, words: str) -> str:
    """Words about a patient or, where its label has a letter, about a cycle."""
    letter = label.lstrip("0123456789")
    return f"{letter}: {words}" if letter else words


def _courses(table: Table1, number: int) -> str:
    """The rows of Table 1, as printed."""
    columns = {
        "dosage_mg_per_h": "Rate (mg/h)",
        "infusion_days": "Days",
        "relief_percent": "Relief (%)",
        "relief_months": "Relief lasted (months)",
    }
    rows = {
        courses.title(int(cycle["cycle"])): printed[list(columns)].map(escape)
        for printed, cycle in _rows(table, number)
    }
    frame = pd.DataFrame(rows).T.set_axis(list(columns.values()), axis=1).rename_axis("Course")
    return table_html(frame, f"Patient {number} in Table 1, as printed.")


# --- timeline ---------------------------------------------------------------------


def timeline(table: Table1, number: int) -> str:
    """A small picture: one bar for each course, as long as its relief, and a mark at its end."""
    rows = [cycle for _, cycle in _rows(table, number)]
    base = _HEIGHT * len(rows)
    drawn = [_bar(row, _HEIGHT * place) for place, row in enumerate(rows)]
    ticks = "".join(
        f'<line x1="{_x(month)}" x2="{_x(month)}" y1="0" y2="{base}" class="tick"/>'
        f'<text x="{_x(month)}" y="{base + 12}" text-anchor="middle">{month}</text>'
        for month in _MONTHS
    )
    size = f'viewBox="0 0 {_LEFT + _WIDTH + 64} {base + 16}"'
    words = f"Timeline of Patient {number}. " + "; ".join(map(_course_in_words, rows)) + "."
    label = f'role="img" aria-label="{escape(words)}"'
    return f'<svg class="timeline" {size} {label}>{ticks}{"".join(drawn)}</svg>'


def _x(months: float) -> str:
    return f"{_LEFT + _WIDTH * months / _MONTHS[-1]:g}"


def _bar(cycle: pd.Series, top: int) -> str:
    middle, end = top + _HEIGHT / 2, float(_x(cycle["relief_months"]))
    name = courses.title(int(cycle["cycle"])).removesuffix(" course")
    return (
        f'<text x="0" y="{middle + 4:g}">{name}</text>'
        f'<rect x="{_LEFT}" y="{top + 4}" width="{end - _LEFT:g}" height="{_HEIGHT - 8}"/>'
        f'<g class="{cycle["outcome"]}" transform="translate({end:g} {middle:g})">'
        f"{_MARKS[cycle['outcome']]}</g>"
        f'<text x="{end + 9:g}" y="{middle + 4:g}">{escape(str(cycle["outcome_printed"]))}</text>'
    )


# The marks of the swimmer plot.
_MARKS = {
    "relapse": '<circle r="4.5"/>',
    "in_remission": '<path d="M-4 -5 5 0 -4 5z"/>',
    "no_follow_up": '<path d="M0 -5.5 5.5 0 0 5.5 -5.5 0z"/>',
    "no_relief": '<path d="M-4 -4 4 4M-4 4 4 -4"/>',
}
_ENDS = {
    "relapse": "relapse after {}",
    "in_remission": "still in remission at the last visit, after more than {}",
    "no_follow_up": "relieved, not seen again",
    "no_relief": "no relief",
}


def _course_in_words(cycle: pd.Series) -> str:
    months = f"{cycle['relief_months']:g} month{'' if cycle['relief_months'] == 1 else 's'}"
    return f"{courses.title(int(cycle['cycle']))}: {_ENDS[cycle['outcome']].format(months)}"


# --- what rests on the patient ----------------------------------------------------


def _said(files: Files, number: int) -> str:
    """The statements of the paper and the entries of the ledger that name the patient."""
    found = patients.statements_on(files, number)
    items = [
        f"{escape(statement_place(row))}: {escape(row['assertion'])} <em>{row['verdict']}</em>"
        for _, row in validation.rows(found)
    ]
    items += [
        f"{entry_link(files, name)}: {escape(str(files.divergences.at[name, 'title']))}"
        for name in patients.entries_on(files, number)
    ]
    if not items:
        return "<p>Neither the text nor the ledger names this patient.</p>"
    listed = "".join(f"<li>{item}</li>" for item in items)
    return f"<p>In the text and in the ledger:</p><ul>{listed}</ul>"


def _counted(files: Files, number: int) -> str:
    """The claims that count the patient among few, folded, and the number of the others."""
    few, more = patients.claims_on(files, number)
    items = "".join(
        f'<li><a href="{REGISTER_PAGE}#{name}">{escape(place(claim))}</a>: '
        f"{escape(claim['claim'])}, {escape(printed_text(claim))}</li>"
        for name, claim in files.register.loc[few].iterrows()
    )
    others = f"{more} printed values count this patient among more than {patients.FEW}."
    if not few:
        return f"<p>{others}</p>"
    words = f"Printed values that count this patient among {patients.FEW} or fewer: {len(few)}"
    return f"<details><summary>{words}</summary><ul>{items}</ul><p>{others}</p></details>"


def _without(files: Files, number: int, left_out: pd.DataFrame) -> str:
    """The headlines that change, as they are printed, when the patient is left out."""
    headlines, moved = claims.headlines(files), {}
    for name, claim in validation.rows(headlines):
        form = "{:.0f}" if claim["unit"] == "patients" else "{:.1f}"
        values = left_out.loc[[0, number], name].tolist()
        if values[0] != values[1] and not np.isclose(*values):
            moved[claim["headline"]] = [or_not_reached(value, form) for value in values]
    if not moved:
        return "<p>Without this patient no headline of the paper changes.</p>"
    columns = ["All patients", "Without"]
    frame = pd.DataFrame.from_dict(moved, orient="index", columns=columns).rename_axis("Result")
    table = table_html(frame, f"Headlines without Patient {number}, under all repairs.")
    summary = f"{len(moved)} of {len(headlines)} headlines change without this patient"
    return f"<details><summary>{summary}</summary>{table}</details>"
