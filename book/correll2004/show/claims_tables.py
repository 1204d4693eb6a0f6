"""Claims as tables: published beside recomputed, with marks and verdicts."""

from html import escape

import pandas as pd

from ..data import repairs
from ..paper import calls, claims, rounding
from ..paper.records import CONTEXT, NOT_COMPUTABLE, Files
from .html import Html, table_html, with_minus
from .sources import REGISTER_PAGE, id_and_call

# By kind of verdict.
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


def _at_printed_decimals(value, printed):
    return str(rounding.rounded(value, rounding.printed_number(printed)))


def _mark(kind, repair):
    """The mark of a verdict, with the repair that it needs."""
    return f"{MARK[kind]} {repair}".strip()


def _cell_with_verdict(claim, unit=""):
    """A published table's cell, linked to its claim: recomputed value, mark, what differs.

    unit : what stands right after the number. Returns ``(html, text)``.
    """
    kind, mark = VERDICT_CLASS[claim["kind"]], _mark(claim["kind"], claim["repair"])
    tabulated = with_minus(_at_printed_decimals(claim["recomputed"], claim["printed"]))
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
    return html, f"{tabulated}{unit} {mark}" + (f" [{extra}]" if extra else "")


def published(files: Files, section: str, caption: str, note: str = "") -> Html:
    """A published table in its own layout, every cell recomputed, with its verdict.

    section : part of the register such as ``table-3``, whose locators name the row and
    the column of every cell.
    """
    found = claims.of_section(files, section)
    place = found["locator"].str.extract(r"^row (?P<row>.+), column (?P<column>.+)$")
    found = found.join(place).dropna(subset=["row"])
    rows, columns = found["row"].drop_duplicates(), found["column"].drop_duplicates()
    html = pd.DataFrame("", index=rows.array, columns=columns.array, dtype=object)
    text = html.copy()
    for (row, column), cell in found.groupby(["row", "column"], sort=False):
        units = list(cell["unit"])
        share = len(units) == 2 and units[0] != units[1]  # a count and its percentage
        shown = [
            _cell_with_verdict(claim, "%" if share and claim["unit"] == "percent" else "")
            for _, claim in cell.iterrows()
        ]
        joint = " / " if "/" in row else " – "
        if share:
            html.at[row, column] = f"{shown[0][0]} <span class='share'>({shown[1][0]})</span>"
            text.at[row, column] = f"{shown[0][1]} ({shown[1][1]})"
        else:
            html.at[row, column] = joint.join(piece for piece, _ in shown)
            text.at[row, column] = joint.join(piece for _, piece in shown)
    legend = f"{tally(found)} {legend_text(files, found)} Each number leads to its claim."
    notes = " ".join(filter(None, [note, escape(legend, quote=False)]))
    return Html(
        table_html(html, caption, notes, "judged"),
        f"{caption}\n{text.to_string()}\n{legend}",
    )


def tally(found: pd.DataFrame) -> str:
    """How many of some claims' numbers are reproduced, in a sentence."""
    counts, words = found["verdict"].value_counts(), {claims.DIFFERS: "differ"}
    parts = [
        f"{counts[verdict]} {verdict if counts[verdict] == 1 else words.get(verdict, verdict)}"
        for verdict in claims.kinds_of(found)
    ]
    noun = "number" if len(found) == 1 else "numbers"
    return f"{len(found)} printed {noun}: {', '.join(parts)}."


def legend_text(files: Files, found: pd.DataFrame) -> str:
    """What the marks mean, for the verdicts that occur."""
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


def recomputed_text(claim):
    """The recomputed value with two decimals more than printed, at most four."""
    value = claim["recomputed"]
    if pd.isna(value):
        return "–"
    decimals = min(4, max(0, -rounding.printed_number(claim["printed"]).as_tuple().exponent) + 2)

    def short(number):
        if number == float("inf"):
            return "not reached"
        text = f"{number:.{decimals}f}"
        return with_minus(text.rstrip("0").rstrip(".") if decimals else text)

    if claim["repair"]:
        return f"{short(claim['recomputed_under_repair'])} ({short(value)} as tabulated)"
    return short(value)


def verdict_chip(claim: pd.Series) -> str:
    """A claim's verdict as shape and word, never colour alone."""
    look, mark = VERDICT_CLASS[claim["kind"]], MARK[claim["kind"]]
    words = claim["verdict"]
    return f'<span class="chip {look}"><span aria-hidden="true">{mark}</span> {words}</span>'


def _why(claim):
    return ": ".join(filter(None, [claim["divergence"], claim["explanation"]]))


def _claim_cells(claim, register=REGISTER_PAGE):
    """HTML of a claim: what is claimed, why and how, printed, recomputed, both verdicts."""
    why = f'<span class="why">{escape(_why(claim))}</span>' * bool(_why(claim))
    wording = f'<span class="wording">{escape(claim["wording"])}</span>' * bool(claim["wording"])
    return {
        "Claim": escape(claim["claim"]) + why + id_and_call(claim.name, claim["compute"], register),
        "Printed": escape(printed_text(claim)),
        "Recomputed": escape(recomputed_text(claim)),
        "Verdict on number and wording": verdict_chip(claim) + wording,
    }


def claims_table(found, caption, note=""):
    """Claims one by one: place, claim and why, printed, recomputed, both verdicts."""
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
    return Html(
        table_html(cells, caption, note, "claims"),
        f"{caption}\n{plain.to_string()}\n{note}",
    )


def register_table(files: Files) -> Html:
    """The whole register, one row per claim, with the patients that enter each value.

    Rows carry what the page's filter needs; without a script it is a plain long table.
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
        datas = "".join(f"<td>{cell}</td>" for cell in cells.values())
        here = escape(place(claim)).replace("/", "/<wbr>")
        rows.append(f'<tr id="{name}"{data}><th scope="row">{here}</th>{datas}</tr>')
    heads = "".join(f'<th scope="col">{name}</th>' for name in ["Place", *cells])
    caption = f"The register. {tally(found)}"
    html = (
        '<div class="book-table claims" id="register" role="region" tabindex="0" '
        f'aria-label="The register"><table><caption>{caption}</caption>'
        f"<thead><tr>{heads}</tr></thead><tbody>\n" + "\n".join(rows) + "\n</tbody></table></div>"
    )
    columns = ["printed", "verdict", "wording", "divergence", "compute"]
    return Html(html, f"{caption}\n{found[columns].to_string()}")


def _members(members):
    """The patients or cycles behind a value, folded away where they are many."""
    if not members:
        return ""
    listed = ", ".join(members)
    if len(members) <= 6:
        return f'<span class="why">From {listed}</span>'
    return f'<details class="why"><summary>From {len(members)} rows</summary>{listed}</details>'


def chapter_claims(files: Files, chapter: str) -> Html:
    """The claims of a chapter: statements one by one, cells of tables counted by table."""
    found = claims.of_chapter(files, chapter)
    in_tables = found["section"].str.startswith("table-")
    note = " ".join(
        f"{section_name(section)}, with its heads and notes, judged above: {tally(group)}"
        for section, group in found[in_tables].groupby("section")
    )
    statements = found[~in_tables]
    note = f"¶: paragraph, s: sentence. The second verdict is on the wording. {note}".strip()
    caption = f"The claims of this chapter. {tally(statements)}"
    return claims_table(statements, caption, note)


def section_name(section):
    """Name of a part of the paper: ``table-2`` is Table 2, ``figure-1`` its caption."""
    kind, _, number = section.partition("-")
    if kind == "figure":
        return f"Caption of Figure {number}"
    return f"Table {number}" if kind == "table" else section.capitalize()


def place(claim):
    """Where a claim stands in the paper: paragraph (¶) and sentence (s), row or column."""
    kind, _, number = claim["section"].partition("-")
    part = f"Figure {number}" if kind == "figure" else section_name(claim["section"])
    return f"{part}, {claim['locator']}"


def printed_text(claim):
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
    readings = [f"{name}: {repairs.in_words(files.repairs, name)}" for name in files.repair_names]
    readings = "; ".join([*readings, "as tabulated: Table 1 as printed"])
    under = f" under {' and '.join(files.repair_names)}" if files.repair_names else ""
    note = (
        f"{readings}. Intervals{under}: for shares of patients Wilson's, for heights of a curve "
        "log-log, both ours; for means and medians those of Table 5, not cut off at 0; none for "
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


def _interval_text(limits):
    return "–" if limits is None else with_minus(f"{limits[0]:.1f} to {limits[1]:.1f}")
