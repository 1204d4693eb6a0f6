"""Tables of claims: the published value, the recomputed one and the verdict on each."""

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

import pandas as pd

from ..data import repairs
from ..paper import calls, claims, rounding
from ..paper.records import CONTEXT, NOT_COMPUTABLE, Files
from .html import (
    NOT_REACHED,
    Html,
    filterable_table,
    html_table,
    or_not_reached,
    table_html,
    with_minus,
    without_zeros,
)
from .sources import REGISTER_PAGE, id_and_call

# Mark and class of the style sheet, by kind of verdict.
MARK = {
    claims.REPRODUCED: "✓",
    claims.UNDER_REPAIR: "✓",
    claims.DIFFERS: "≠",
    NOT_COMPUTABLE: "○",
    CONTEXT: "·",
}
VERDICT_CLASS = {
    claims.REPRODUCED: "same",
    claims.UNDER_REPAIR: "repair",
    claims.DIFFERS: "differs",
    NOT_COMPUTABLE: "unknown",
    CONTEXT: "unknown",
}


# --- published beside recomputed --------------------------------------------------


def _at_printed_decimals(value: float, printed: str) -> str:
    return str(rounding.rounded(value, rounding.printed_number(printed)))


def _mark(kind: str, repair: str) -> str:
    """The mark of a verdict, with the repair that it needs."""
    return f"{MARK[kind]} {repair}".strip()


def _value_with_verdict(claim: pd.Series, percent: bool = False) -> Html:
    """The recomputed value of a claim, linked to it, with its mark and what differs.

    percent : whether a percent sign follows the number.
    """
    kind, mark = VERDICT_CLASS[claim["kind"]], _mark(claim["kind"], claim["repair"])
    tabulated = with_minus(_at_printed_decimals(claim["recomputed"], claim["printed"]))
    unit = "%" if percent else ""
    if claim["kind"] == claims.DIFFERS:
        extra = f"printed {claim['printed']}"
    elif claim["repair"]:
        extra = f"as tabulated {tabulated}"
        tabulated = claim["printed"]
    else:
        extra = "" if tabulated == claim["printed"] else f"printed {claim['printed']}"
    word = f'<span class="sr-only">{claim["verdict"]}</span>'
    mark_html = f'<span class="verdict-mark" aria-hidden="true">{mark}</span>{word}'
    extra_html = f' <span class="extra">{extra}</span>' if extra else ""
    number = f"{tabulated}{unit}&nbsp;{mark_html}"
    link = f'<a href="{REGISTER_PAGE}#{claim.name}">{number}</a>'
    html = f'<span class="v {kind}">{link}{extra_html}</span>'
    return Html(html, f"{tabulated}{unit} {mark}" + (f" [{extra}]" if extra else ""))


def _published_cell(cell: pd.DataFrame, row: str) -> Html:
    """A cell of a published table: its claim, or several, such as a count and its percentage."""
    units = list(cell["unit"])
    if len(units) == 2 and units[0] != units[1]:
        count, share = (
            _value_with_verdict(claim, claim["unit"] == "percent") for _, claim in cell.iterrows()
        )
        html = f"{count.html} <span class='share'>({share.html})</span>"
        return Html(html, f"{count.text} ({share.text})")
    values = [_value_with_verdict(claim) for _, claim in cell.iterrows()]
    between = " / " if "/" in row else " – "
    return Html(
        between.join(value.html for value in values), between.join(value.text for value in values)
    )


def published(files: Files, section: str, caption: str) -> Html:
    """A published table in its own layout, with every cell recomputed and its verdict.

    section : a part of the paper such as ``table-3``, for which the register's locators name
    the row and the column of every cell.
    """
    found = claims.of_section(files, section)
    place = found["locator"].str.extract(r"^row (?P<row>.+), column (?P<column>.+)$")
    found = found.join(place).dropna(subset=["row"])
    rows, columns = found["row"].drop_duplicates(), found["column"].drop_duplicates()
    html = pd.DataFrame("", index=rows.array, columns=columns.array, dtype=object)
    text = html.copy()
    for row in rows:
        for column, cell in found[found["row"] == row].groupby("column", sort=False):
            shown = _published_cell(cell, row)
            html.at[row, column], text.at[row, column] = shown.html, shown.text
    legend = f"{tally(found)} {legend_text(files, found)} Each number leads to its claim."
    table = table_html(html, caption, escape(legend, quote=False), "with-verdicts")
    return Html(table, f"{caption}\n{text.to_string()}\n{legend}")


def tally(found: pd.DataFrame) -> str:
    """How many claims have which verdict on the number, in a sentence."""
    counts, words = found["verdict"].value_counts(), {claims.DIFFERS: "differ"}
    parts = [
        f"{counts[verdict]} {verdict if counts[verdict] == 1 else words.get(verdict, verdict)}"
        for verdict in claims.kinds_of(found)
    ]
    noun = "number" if len(found) == 1 else "numbers"
    return f"{len(found)} printed {noun}: {', '.join(parts)}."


def legend_text(files: Files, found: pd.DataFrame) -> str:
    """What the marks of some claims mean, for the verdicts that occur among them."""
    meaning = {
        claims.REPRODUCED: "equal to the printed value",
        claims.DIFFERS: "differs from the printed value",
        NOT_COMPUTABLE: "not computable from Table 1",
        CONTEXT: "context",
    }
    words = []
    repair_of = dict(zip(found["verdict"], found["repair"], strict=True))
    for verdict, kind in claims.kinds_of(found).items():
        repair = repair_of[verdict]
        once = f"equal once {repairs.in_words(files.repairs, repair, 'is read as')}"
        words.append(f"{_mark(kind, repair)} {once if repair else meaning[kind]}")
    return "; ".join(words) + "."


# --- the claims at the end of a chapter -------------------------------------------


def recomputed_text(claim: pd.Series) -> str:
    """The recomputed value with two decimals more than printed, at most four."""
    value = claim["recomputed"]
    if pd.isna(value):
        return "–"
    decimals = min(4, rounding.decimals(claim["printed"]) + 2)
    tabulated = without_zeros(value, decimals)
    if claim["repair"]:
        repaired = without_zeros(claim["recomputed_under_repair"], decimals)
        return f"{repaired} ({tabulated} as tabulated)"
    return tabulated


def verdict_chip(claim: pd.Series) -> str:
    """A claim's verdict on the number as a mark and words, so that colour is not needed."""
    kind, mark = VERDICT_CLASS[claim["kind"]], MARK[claim["kind"]]
    mark_html = f'<span aria-hidden="true">{mark}</span>'
    return f'<span class="chip {kind}">{mark_html} {claim["verdict"]}</span>'


def _why(claim: pd.Series) -> str:
    """The divergence that a claim cites, and its explanation."""
    return ": ".join(filter(None, [claim["divergence"], claim["explanation"]]))


def _claim_cells(claim: pd.Series, register: str = REGISTER_PAGE) -> dict[str, str]:
    """The cells of a claim as HTML, by column.

    register : the page with the register, empty on that page itself.
    """
    why = f'<span class="why">{escape(_why(claim))}</span>' if _why(claim) else ""
    wording = f'<span class="wording">{escape(claim["wording"])}</span>' if claim["wording"] else ""
    return {
        "Claim": escape(claim["claim"])
        + why
        + id_and_call(str(claim.name), claim["compute"], register),
        "Printed": escape(printed_text(claim)),
        "Recomputed": escape(recomputed_text(claim)),
        "Verdict on number and wording": verdict_chip(claim) + wording,
    }


def claims_table(found: pd.DataFrame, caption: str, note: str) -> Html:
    """Claims one by one: place, claim with its explanation, printed, recomputed, both verdicts."""
    claimed = [claim for _, claim in found.iterrows()]
    index = pd.Index([place(claim) for claim in claimed], name="Place")
    cells = pd.DataFrame([_claim_cells(claim) for claim in claimed], index=index)
    plain = pd.DataFrame(
        {
            "Claim": [claim["claim"] for claim in claimed],
            "Why": [_why(claim) for claim in claimed],
            "Printed": [printed_text(claim) for claim in claimed],
            "Recomputed": [recomputed_text(claim) for claim in claimed],
            "Number": [claim["verdict"] for claim in claimed],
            "Wording": [claim["wording"] or "–" for claim in claimed],
            "Id": [claim.name for claim in claimed],
            "Call": [claim["compute"] or "–" for claim in claimed],
        },
        index=index,
    )
    return html_table(cells, plain, caption, note, "claims")


def register_table(files: Files) -> Html:
    """The whole register, one row per claim, with the patients whose rows enter each value.

    Each row has the data attributes that the page's filter reads.
    """
    found = claims.register(files)
    rows = []
    for name, claim in found.iterrows():
        keys = {
            "section": section_name(claim["section"]),
            "verdict": claim["verdict"],
            "wording": claim["wording"] or "none",
            "quantity": calls.parse(claim["compute"]).quantity if claim["compute"] else "none",
        }
        data = "".join(f' data-{key}="{escape(value)}"' for key, value in keys.items())
        cells = _claim_cells(claim, register="")
        cells["Claim"] += _members(claim["members"])
        here = escape(place(claim)).replace("/", "/<wbr>")
        row = f'<th scope="row">{here}</th>' + "".join(
            f"<td>{cell}</td>" for cell in cells.values()
        )
        rows.append(f'<tr id="{name}"{data}>{row}</tr>')
    caption, heads = f"The register. {tally(found)}", ["Place", *cells]
    html = filterable_table("register", "The register", caption, heads, rows, "claims")
    columns = ["printed", "verdict", "wording", "divergence", "compute"]
    return Html(html, f"{caption}\n{found[columns].to_string()}")


def _members(members: Sequence[str]) -> str:
    """The patients or cycles that enter a value, folded away if there are many."""
    if not members:
        return ""
    listed = ", ".join(members)
    if len(members) <= 6:
        return f'<span class="why">From {listed}</span>'
    return f'<details class="why"><summary>From {len(members)} rows</summary>{listed}</details>'


def chapter_claims(files: Files, chapter: str) -> Html:
    """The claims of a chapter: statements one by one, the cells of tables as counts by table."""
    found = claims.of_chapter(files, chapter)
    in_tables = found["section"].str.startswith("table-")
    note = " ".join(
        f"{section_name(str(section))}, with its heads and notes, judged above: {tally(group)}"
        for section, group in found[in_tables].groupby("section")
    )
    statements = found[~in_tables]
    note = f"¶: paragraph, s: sentence. The second verdict is on the wording. {note}".strip()
    caption = f"The claims of this chapter. {tally(statements)}"
    return claims_table(statements, caption, note)


def section_name(section: str) -> str:
    """Name of a part of the paper, such as Table 2 or Caption of Figure 1."""
    kind, _, number = section.partition("-")
    if kind == "figure":
        return f"Caption of Figure {number}"
    return f"Table {number}" if kind == "table" else section.capitalize().replace("-", " ")


def place(claim: pd.Series | Mapping[str, Any]) -> str:
    """Where the paper makes a claim: paragraph (¶) and sentence (s), or row and column."""
    kind, _, number = claim["section"].partition("-")
    part = f"Figure {number}" if kind == "figure" else section_name(claim["section"])
    return f"{part}, {claim['locator']}"


def printed_text(claim: pd.Series | Mapping[Any, Any]) -> str:
    """The printed value with its unit."""
    if claim["unit"] == "percent":
        printed = claim["printed"]
        if printed[0].isdigit():
            return f"{printed}%"
        return "a third" if printed == "third" else f"{printed} percent"
    if claim["unit"] == "ratio":
        return f"{claim['printed']} to 1"
    unit = "" if claim["unit"] == "score" else claim["unit"]
    if rounding.printed_number(claim["printed"]) == 1:
        unit = unit.removesuffix("s")
    return f"{claim['printed']} {unit}".strip()


def headlines(files: Files) -> Html:
    """The paper's headline results: printed, recomputed, an interval and the verdict."""
    caption = "The paper's headline results, recomputed."
    codings = [f"{name}: {repairs.in_words(files.repairs, name)}" for name in files.repair_names]
    listed = "; ".join([*codings, "as tabulated: Table 1 as printed"])
    under = f" under {' and '.join(files.repair_names)}" if files.repair_names else ""
    note = (
        f"{listed}. Intervals{under}: for shares of patients Wilson's, for heights of a curve "
        "and medians exact, both ours; for means those of Table 5, not cut off at 0; none for "
        "counts, and none where cycles of the same patients count."
    )
    found = claims.headlines(files)
    rows = {
        claim["headline"]: [
            printed_text(claim),
            recomputed_text(claim),
            _interval_text(claims.interval(files, claim["compute"])),
            claim["verdict"],
        ]
        for _, claim in found.iterrows()
    }
    columns = ["Printed", "Recomputed", "95% interval", "Verdict"]
    plain = pd.DataFrame.from_dict(rows, orient="index", columns=columns).rename_axis("Result")
    cells = plain.map(escape)
    cells["Verdict"] = [verdict_chip(claim) for _, claim in found.iterrows()]
    html = table_html(cells, caption, escape(note, quote=False), kind="headlines")
    return Html(html, f"{caption}\n{plain.to_string()}\n{note}")


def _interval_text(limits: tuple[float, float] | None) -> str:
    if limits is None:
        return "–"
    lower, upper = map(or_not_reached, limits)
    return f"from {lower}" if upper == NOT_REACHED else f"{lower} to {upper}"
