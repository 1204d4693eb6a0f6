"""How results look: accessible HTML tables, inline SVG figures, glued numbers.

Nothing is computed here. Every object also has a plain-text form, for a terminal and
for the comparison of outputs.
"""

import inspect
import io
import re
import textwrap
from dataclasses import dataclass
from html import escape, unescape
from itertools import groupby

import pandas as pd
from IPython.display import display

from . import claims, dictionary
from .style import PALETTE, style

MARK = {
    "reproduced": "✓",
    "reproduced under repair R1": "✓ R1",
    "differs": "≠",
    "not computable": "○",
    "context": "·",
}
VERDICT_CLASS = {
    "reproduced": "same",
    "reproduced under repair R1": "repair",
    "differs": "differs",
    "not computable": "unknown",
    "context": "unknown",
}


@dataclass(frozen=True)
class Html:
    """A piece of HTML with its plain-text form."""

    html: str
    text: str

    def _repr_mimebundle_(self, include=None, exclude=None):
        return {"text/html": self.html, "text/plain": self.text}


def glue(**values):
    """Name values for the prose: ``<data value="glue:name"></data>`` prints the value there.

    Numbers are shown as given; format floats before. `Html` objects keep their HTML,
    for ``{glue} name``. The record is that of myst-nb's ``glue``, written out here so
    that a notebook runs without the book's builder.
    """
    prefix = "application/papermill.record/"
    for name, value in values.items():
        if isinstance(value, Html):
            bundle = value._repr_mimebundle_()
        else:
            bundle = {"text/plain": repr(str(value))}
        display(
            {prefix + kind: content for kind, content in bundle.items()},
            raw=True,
            metadata={"scrapbook": {"name": name, "mime_prefix": prefix}},
        )


@dataclass(frozen=True)
class Listing:
    """Source text in a language, e.g. ``"python"``, shown in its colours."""

    text: str
    language: str

    def _repr_mimebundle_(self, include=None, exclude=None):
        fenced = f"```{self.language}\n{self.text.strip()}\n```"
        return {"text/markdown": fenced, "text/plain": self.text}


def source(part):
    """The source of a function or method, as it runs."""
    return Listing(textwrap.dedent(inspect.getsource(part)), "python")


# --- tables -----------------------------------------------------------------------


def table(frame, caption, formats=None, note=""):
    """A frame as a captioned HTML table whose index holds the row headers.

    formats : format string or function by column, e.g. ``{"months": "{:.2f}"}``, a list
    of them in the columns' order, or one for all columns. Missing values are left blank.
    Columns of two levels become two header rows.
    """
    if isinstance(formats, dict):
        formats = [formats.get(column, "{}") for column in frame.columns]
    elif not isinstance(formats, list):
        formats = [formats or "{}"] * frame.shape[1]
    plain = frame.astype(object)
    for position, form in enumerate(formats):
        form = form.format if isinstance(form, str) else form
        column = frame.iloc[:, position]
        shown = ["" if pd.isna(value) else with_minus(form(value)) for value in column]
        plain.isetitem(position, shown)
    html = _table_html(plain.map(escape), caption, note)
    return Html(html, f"{caption}\n{plain.to_string()}")


def html_table(cells, plain, caption, note="", kind=""):
    """A table whose cells are HTML already; plain : the same frame as text; kind : of style."""
    text = f"{caption}\n{plain.to_string()}\n{note}"
    return Html(_table_html(cells, caption, note, kind), text)


def _table_html(cells, caption, note="", kind=""):
    """HTML of a frame whose cells are HTML already."""
    index_names = [name or "" for name in cells.index.names]
    label = _plain(caption)
    numeric = [cells.iloc[:, i].map(_is_number).all() for i in range(cells.shape[1])]
    if kind == "claims":  # one after the other through the book, whatever the values are
        numeric = [False] * len(numeric)
    texts = [cells.iloc[:, i].map(_plain).str.len().max() > 60 for i in range(cells.shape[1])]
    kinds = [
        ' class="num"' if number else ' class="long"' * bool(text)
        for number, text in zip(numeric, texts, strict=True)
    ]
    parts = [
        f'<div class="book-table {kind}" id="{anchor(caption)}" role="region" tabindex="0" '
        f'aria-label="{label}">',
        f"<table><caption>{caption}</caption><thead>",
        *_header_rows(cells.columns, index_names, kinds),
        "</thead><tbody>",
    ]
    for head, row in zip(_row_heads(cells.index), cells.itertuples(index=False), strict=True):
        datas = "".join(f"<td{kind}>{cell}</td>" for kind, cell in zip(kinds, row, strict=True))
        parts.append(f"{head}{datas}</tr>")
    parts.append("</tbody></table>")
    if note:
        parts.append(f'<p class="note">{note}</p>')
    parts.append("</div>")
    return "\n".join(parts)


def anchor(caption):
    """The id by which a table is linked to: the first words of its caption's first sentence."""
    sentence = unescape(_plain(caption)).lower().split(". ")[0]
    return "-".join(re.findall(r"[a-z0-9]+", sentence)[:8])


def _row_heads(index):
    """Start and header cells of each row; a head that repeats over rows spans them.

    A row that begins under a head of the row above is of class ``further``.
    """
    keys = [key if isinstance(key, tuple) else (key,) for key in index]
    for row, key in enumerate(keys):
        under_head = len(key) > 1 and row > 0 and keys[row - 1][0] == key[0]
        heads = '<tr class="further">' if under_head else "<tr>"
        for level, name in enumerate(key):
            above = row > 0 and keys[row - 1][: level + 1] == key[: level + 1]
            last = level == len(key) - 1
            if above and not last:
                continue
            rows = 1
            while not last and row + rows < len(keys) and _shares(keys, row, rows, level):
                rows += 1
            span = f' rowspan="{rows}"' * (rows > 1)
            tag = 'th scope="row"' if name else "td"  # a head without words is none
            length = ""
            if re.search("[ –-]", str(name)):  # what can break
                length = ' class="line"' if len(str(name)) <= 24 else ' class="long"'
            heads += f"<{tag}{span}{length}>{escape(str(name))}</{tag[:2]}>"
        yield heads


def _shares(keys, row, rows, level):
    """Whether a row so many below has the same heads up to a level."""
    return keys[row + rows][: level + 1] == keys[row][: level + 1]


def with_minus(text):
    """A text with a minus sign before its negative numbers."""
    return re.sub(r"(?<![\w)-])-(?=\d)", "−", text)


def _is_number(cell):
    return (
        cell in ("", "–", "not reached")
        or re.fullmatch(r"[-−]?[0-9.]+(,[0-9]{3})*%?", cell) is not None
    )


def _header_rows(columns, index_names, kinds):
    corner = "".join(
        f'<th scope="col">{escape(str(name))}</th>' if name else "<td></td>" for name in index_names
    )
    heads = "".join(
        f'<th scope="col"{kind}>{escape(str(name))}</th>'
        for kind, name in zip(kinds, columns.get_level_values(-1), strict=True)
    )
    if columns.nlevels == 1:
        return [f"<tr>{corner}{heads}</tr>"]
    tops = "".join(
        f'<th scope="colgroup" colspan="{len(list(run))}">{escape(str(name))}</th>'
        for name, run in groupby(columns.get_level_values(0))
    )
    blank = "<td></td>" * len(index_names)
    return [f"<tr>{blank}{tops}</tr>", f"<tr>{corner}{heads}</tr>"]


def _plain(html):
    return re.sub(r"<[^>]+>", "", html).replace('"', "&quot;")


COLUMNS = {
    "rate_max_mg_per_h": "Maximum rate (mg/h)",
    "infusion_days": "Duration (days)",
    "relief_percent": "Relief (%)",
    "outcome_printed": "Relief lasted (months)",
}


def cycle_table(cycles, caption):
    """Infusion cycles with rate, duration, relief and outcome as printed, by label."""
    shown = cycles.set_index("label")[list(COLUMNS)].rename(columns=COLUMNS)
    numbers = dict.fromkeys(list(COLUMNS.values())[:3], "{:g}")
    return table(shown.rename_axis("Cycle"), caption, numbers)


def with_at_risk(values, at_risk):
    """Values to one decimal, with the number at risk in brackets where there is one.

    values, at_risk : frames alike. Returns a frame of texts, blank where NaN.
    """
    shown = values.map(lambda value: "" if pd.isna(value) else reached(value))
    counts = at_risk.map(lambda n: "" if pd.isna(n) else f"\u00a0({n:.0f})")
    return shown + counts


def reached(value):
    """A time or height to one decimal; inf, a median not reached, in words."""
    return "not reached" if value == float("inf") else f"{value:.1f}"


# --- published beside recomputed --------------------------------------------------


def _at_printed_decimals(value, printed):
    return str(claims.rounded(value, claims.printed_number(printed)))


def _judged_cell(claim, unit=""):
    """A published table's cell: the recomputed value, its mark, and what differs.

    unit : what stands right after the number. Returns ``(html, text)``.
    """
    kind, mark = VERDICT_CLASS[claim["verdict"]], MARK[claim["verdict"]]
    tabulated = with_minus(_at_printed_decimals(claim["recomputed"], claim["printed"]))
    if claim["verdict"] == "differs":
        extra = f"printed {claim['printed']}"
    elif claim["repair"]:
        extra = f"as tabulated {tabulated}"
        tabulated = claim["printed"]
    else:
        extra = "" if tabulated == claim["printed"] else f"printed {claim['printed']}"
    word = f'<span class="sr-only">{claim["verdict"]}</span>'
    mark_html = f'<span class="verdict-mark" aria-hidden="true">{mark}</span>{word}'
    extra_html = f' <span class="extra">{extra}</span>' if extra else ""
    html = f'<span class="v {kind}">{tabulated}{unit}&nbsp;{mark_html}{extra_html}</span>'
    return html, f"{tabulated}{unit} {mark}" + (f" [{extra}]" if extra else "")


def published(section, caption, note=""):
    """A published table in its own layout, every cell recomputed and judged.

    section : part of the register such as ``table-3``, whose locators name the row and
    the column of every cell.
    """
    found = claims.of_section(section)
    place = found["locator"].str.extract(r"^row (?P<row>.+), column (?P<column>.+)$")
    found = found.join(place).dropna(subset=["row"])
    rows, columns = found["row"].drop_duplicates(), found["column"].drop_duplicates()
    html = pd.DataFrame("", index=rows.array, columns=columns.array, dtype=object)
    text = html.copy()
    for (row, column), cell in found.groupby(["row", "column"], sort=False):
        units = list(cell["unit"])
        share = len(units) == 2 and units[0] != units[1]  # a count and its percentage
        judged = [
            _judged_cell(claim, "%" * (share and claim["unit"] == "percent"))
            for _, claim in cell.iterrows()
        ]
        joint = " / " if "/" in row else " – "
        if share:
            html.at[row, column] = f"{judged[0][0]} <span class='share'>({judged[1][0]})</span>"
            text.at[row, column] = f"{judged[0][1]} ({judged[1][1]})"
        else:
            html.at[row, column] = joint.join(piece for piece, _ in judged)
            text.at[row, column] = joint.join(piece for _, piece in judged)
    legend = f"{tally(found)} {legend_text(found)}"
    return Html(
        _table_html(html, caption, " ".join(filter(None, [note, legend])), "judged"),
        f"{caption}\n{text.to_string()}\n{legend}",
    )


def tally(found):
    """How many of some claims' numbers are reproduced, in a sentence."""
    counts = found["verdict"].value_counts()
    order = [verdict for verdict in MARK if verdict in counts]
    words = {"differs": "differ"}
    parts = [
        f"{counts[verdict]} {verdict if counts[verdict] == 1 else words.get(verdict, verdict)}"
        for verdict in order
    ]
    noun = "number" if len(found) == 1 else "numbers"
    return f"{len(found)} printed {noun}: {', '.join(parts)}."


def legend_text(found):
    """What the marks mean, for the verdicts that occur."""
    meaning = {
        "reproduced": "✓ equal to the printed value",
        "reproduced under repair R1": "✓ R1 equal once Patient 1 is read as a relapse",
        "differs": "≠ differs from the printed value",
        "not computable": "○ not computable from Table 1",
        "context": "· context",
    }
    present = set(found["verdict"])
    return "; ".join(words for verdict, words in meaning.items() if verdict in present) + "."


# --- the claims at the end of a chapter -------------------------------------------


def recomputed_text(claim):
    """The recomputed value with two decimals more than printed, at most four."""
    value = claim["recomputed"]
    if pd.isna(value):
        return "–"
    decimals = min(4, max(0, -claims.printed_number(claim["printed"]).as_tuple().exponent) + 2)

    def short(number):
        if number == float("inf"):
            return "not reached"
        text = f"{number:.{decimals}f}"
        return with_minus(text.rstrip("0").rstrip(".") if decimals else text)

    if claim["repair"]:
        return f"{short(claim['recomputed_under_repair'])} ({short(value)} as tabulated)"
    return short(value)


def verdict_chip(verdict):
    """A verdict as shape and word, never colour alone."""
    kind, mark = VERDICT_CLASS[verdict], MARK[verdict].split()[0]
    return f'<span class="chip {kind}"><span aria-hidden="true">{mark}</span> {verdict}</span>'


def _why(claim):
    return ": ".join(filter(None, [claim["divergence"], claim["explanation"]]))


def _claim_cells(claim):
    """HTML of a claim: what is claimed and why, printed, recomputed, both verdicts."""
    why = f'<span class="why">{escape(_why(claim))}</span>' * bool(_why(claim))
    wording = f'<span class="wording">{escape(claim["wording"])}</span>' * bool(claim["wording"])
    return {
        "Claim": escape(claim["claim"]) + why,
        "Printed": escape(printed_text(claim)),
        "Recomputed": escape(recomputed_text(claim)),
        "Verdict on number and wording": verdict_chip(claim["verdict"]) + wording,
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
        },
        index=index,
    )
    return Html(
        _table_html(cells, caption, note, "claims"),
        f"{caption}\n{plain.to_string()}\n{note}",
    )


def register_table():
    """The whole register, one row per claim, with the patients that enter each value.

    Rows carry what the page's filter needs; without a script it is a plain long table.
    """
    found = claims.register()
    rows = []
    for name, claim in found.iterrows():
        keys = {
            "section": section_name(claim["section"]),
            "verdict": claim["verdict"],
            "wording": claim["wording"] or "none",
        }
        data = "".join(f' data-{key}="{escape(value)}"' for key, value in keys.items())
        cells = _claim_cells(claim)
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
    columns = ["printed", "verdict", "wording", "divergence"]
    return Html(html, f"{caption}\n{found[columns].to_string()}")


def _members(members):
    """The patients or cycles behind a value, folded away where they are many."""
    if not members:
        return ""
    listed = ", ".join(members)
    if len(members) <= 6:
        return f'<span class="why">From {listed}</span>'
    return f'<details class="why"><summary>From {len(members)} rows</summary>{listed}</details>'


def chapter_claims(chapter):
    """The claims of a chapter: statements one by one, cells of tables counted by table."""
    found = claims.of_chapter(chapter)
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
    if claims.printed_number(claim["printed"]) == 1:
        unit = unit.removesuffix("s")
    return f"{claim['printed']} {unit}".strip()


def headlines():
    """The paper's headline results: printed, recomputed, an interval and the verdict."""
    caption = "The paper's headline results, recomputed."
    note = (
        "R1: Patient 1 read as a relapse; as tabulated: Table 1 as printed. Intervals under R1: "
        "for shares of patients Wilson's, for heights of a curve log-log, both ours; for means and "
        "medians those of Table 5, not cut off at 0; none for counts, and none where cycles "
        "of the same patients count."
    )
    found = claims.headlines()
    rows = {
        claim["headline"]: [
            printed_text(claim),
            recomputed_text(claim),
            _interval_text(claims.interval(claim["compute"])),
            claim["verdict"],
        ]
        for _, claim in found.iterrows()
    }
    columns = ["Printed", "Recomputed", "95% interval", "Verdict"]
    plain = pd.DataFrame.from_dict(rows, orient="index", columns=columns).rename_axis("Result")
    cells = plain.map(escape)
    cells["Verdict"] = plain["Verdict"].map(verdict_chip)
    html = _table_html(cells, caption, note, kind="headlines")
    return Html(html, f"{caption}\n{plain.to_string()}\n{note}")


def _interval_text(limits):
    return "–" if limits is None else with_minus(f"{limits[0]:.1f} to {limits[1]:.1f}")


def leave_one_out(ranges, at_risk):
    """What single patients carry: frame of `correll2004.robustness.leave_one_out_range`.

    at_risk : claim id -> number at risk at the time of a height.
    """
    found = claims.stored().loc[ranges.index]
    rows = {}
    for name, claim in found.iterrows():
        form = "{:.0f}" if claim["unit"] == "patients" else "{:.1f}"
        form += "%" if claim["unit"] == "percent" else f" {claim['unit']}"
        cells = [str(at_risk.get(name, "")), form.format(ranges.at[name, "value"])]
        for end in ("minimum", "maximum"):
            value, who = ranges.at[name, end], ranges.at[name, f"without_{end}"].split(", ")
            shown = "not reached" if value == float("inf") else form.format(value)
            if len(who) > 4:
                shown += f" (without any one of {len(who)} patients)"
            elif who != [""]:
                shown += f" (without Patient {' or '.join(who)})"
            cells.append(shown)
        rows[claim["headline"]] = cells
    columns = ["At risk", "Nobody left out", "Lowest", "Highest"]
    frame = pd.DataFrame.from_dict(rows, orient="index", columns=columns)
    return table(
        frame.rename_axis("Result"),
        "Headlines without each patient in turn: the extremes, and who is left out.",
        note="Where no patient is named, leaving anybody out changes nothing in that direction.",
    )


# --- divergences ------------------------------------------------------------------


def divergence(name):
    """A divergence of the ledger with its computed evidence."""
    entry, evidence = claims.divergences().loc[name], claims.evidence(name)
    where = f"Where: {entry['where']}."
    conclusion = f"Does a conclusion change? {entry['conclusion']}"
    words = [where, entry["printed"], entry["explanation"], conclusion]
    head = f"{name}, {entry['kind']}. {entry['title']}"
    paragraphs = "".join(f"<p>{escape(paragraph)}</p>" for paragraph in words)
    found = _evidence_table(name, evidence)
    html = (
        f'<section class="divergence" id="{name}" aria-label="Divergence {name}">'
        f'<p class="title">{escape(head)}</p>{paragraphs}{found.html}</section>'
    )
    return Html(html, "\n".join([head, *words, found.text]))


def _evidence_table(name, evidence):
    """Evidence as a table; the column of a repair only where it moves something."""
    if evidence.empty:
        return Html("", "")
    moved = (evidence.nunique(axis=1) > 1).any()
    shown = evidence if moved else evidence[["as tabulated"]]
    shown = shown.rename(columns={"as tabulated": "As tabulated", "R1": "Under R1"})
    return table(shown, f"Evidence for {name}", _short)


def divergences(*names):
    """Several divergences of the ledger; all of them where none is named."""
    entries = [divergence(name) for name in names or claims.divergences().index]
    html = "\n".join(entry.html for entry in entries)
    return Html(html, "\n\n".join(entry.text for entry in entries))


def _short(value):
    return with_minus(f"{value:.3f}".rstrip("0").rstrip("."))


def pins(cells, headings):
    """The claims that each cell of Table 1 moves, folded away, one row per cycle.

    cells : frame of `correll2004.audit.pinning`; headings : name of each column.
    """
    html, text = {}, {}
    for label, of_row in cells.groupby("cycle", sort=False):
        moved = {
            headings[cell.column]: ", ".join(cell.claims)
            for cell in of_row.itertuples()
            if cell.claims
        }
        every = {claim for names in of_row["claims"] for claim in names}
        listed = "".join(f"<li>{escape(name)}: {ids}</li>" for name, ids in moved.items())
        html[label] = f"<details><summary>{len(every)} claims</summary><ul>{listed}</ul></details>"
        text[label] = f"{len(every)} claims"
    caption = "Claims that a row of Table 1 moves, by the cell that moves them."
    return Html(
        _table_html(pd.DataFrame({"Claims": html}).rename_axis("Cycle"), caption),
        f"{caption}\n{pd.Series(text).to_string()}",
    )


# --- curves -----------------------------------------------------------------------


def curve_table(curve, caption):
    """A Kaplan-Meier curve as a table: every time with its counts, S(t), error and limits."""
    steps = curve.table.join(curve.limits())
    percent = ["survival", "greenwood_se", "lower", "upper"]
    steps[percent] *= 100
    steps.loc[steps["survival"].isin([0, 100]), percent[1:]] = None
    names = ["At risk", "Events", "Censored", "S(t), %", "SE", "Lower 95%", "Upper 95%"]
    steps = steps.set_axis(names, axis=1)
    steps.index = pd.Index([f"{time:g}" for time in steps.index], name="Months")
    return table(
        steps,
        caption,
        dict.fromkeys(names[3:], "{:.1f}"),
        note="SE: Greenwood. Limits: pointwise, log-log transform; none where S(t) is 100 or 0%.",
    )


def spread_table(spread, caption):
    """The lines of a dot plot as a table: number, range, quartiles and median of each."""
    names = ["Number", "Minimum", "25th percentile", "Median", "75th percentile", "Maximum"]
    note = "Percentiles as SPSS computes them."
    return table(spread.set_axis(names, axis=1), caption, "{:g}", note)


def outputs_table(found, same, printed, how, caption):
    """What programs print of a curve beside Table 5, ✓ where it would be the same there.

    found : frame of `correll2004.software.outputs`; same : booleans of its shape;
    printed : Table 5's strings by column; how : program -> how its numbers were found.
    """

    def number(program, column):
        value = found.at[program, column]
        if pd.isna(value):
            return "–"
        exact = column in ("patients", "quarter", "three_quarters")
        form = "{:g}" if exact else "{:.2f}"
        shown = "not reached" if value == float("inf") else with_minus(form.format(value))
        return shown + "\u00a0✓" * bool(same.at[program, column])

    def limits(program, which):
        low, high = (number(program, f"{which}_{end}") for end in ("lower", "upper"))
        if low == "–":
            return low
        if high == "not reached":
            return f"from {low}"
        both = low.endswith("✓") and high.endswith("✓")
        low, high = low.removesuffix("\u00a0✓"), high.removesuffix("\u00a0✓")
        return f"{low} to\u00a0{high}" + "\u00a0✓" * both

    columns = {("Included", "Patients"): "patients"}
    for which in ("mean", "median"):
        columns[which.capitalize(), "Months"] = which
        columns[which.capitalize(), "SE"] = f"{which}_se"
        columns[which.capitalize(), "95% limits"] = which
    columns["Relapsed by", "¼"] = "quarter"
    columns["Relapsed by", "¾"] = "three_quarters"
    rows = {
        "Table 5": [
            f"{printed[f'{name}_lower']} to\u00a0{printed[f'{name}_upper']}"
            if head[1] == "95% limits"
            else printed.get(name, "–")
            for head, name in columns.items()
        ]
    }
    for program in found.index:
        rows[f"{program} ({how[program]})"] = [
            limits(program, name) if head[1] == "95% limits" else number(program, name)
            for head, name in columns.items()
        ]
    frame = pd.DataFrame.from_dict(rows, orient="index")
    frame.columns = pd.MultiIndex.from_tuples(list(columns))
    note = (
        "✓: as Table 5 prints it. –: no such number is printed. Formula: computed from "
        "published rules, the program itself was not run. R: computed by its rules and equal to "
        "R's own output. Relapsed by: the months by which a quarter or three quarters have "
        "relapsed. From: without an upper limit."
    )
    return table(frame.rename_axis("Program"), caption, note=note)


# --- Table 1 ----------------------------------------------------------------------


def table1_printed(table1):
    """Table 1 in full: the printed strings as they stand, the comments as coded facts."""
    raw = table1.raw.fillna("")
    facts = raw["patient_facts"] + dictionary.LIST_SEPARATOR + raw["cycle_facts"]
    facts = [
        ", ".join(filter(None, codes.split(dictionary.LIST_SEPARATOR))).replace("_", " ")
        for codes in facts
    ]
    frame = raw.drop(columns=["patient", "patient_facts", "cycle_facts"]).assign(facts=facts)
    frame.columns = pd.MultiIndex.from_tuples(
        [
            ("Patient", "Age (years)"),
            ("Patient", "Sex"),
            ("CRPS", "Duration (months)"),
            ("CRPS", "Region"),
            ("Infusion", "Cycle"),
            ("Infusion", "Rate (mg/h)"),
            ("Infusion", "Duration (days)"),
            ("Outcome", "Relief (%)"),
            ("Outcome", "Duration (months)"),
            ("Comments", "Facts, coded"),
        ]
    )
    frame.index = pd.Index(table1.cycles["label"], name="No.")
    return table(
        frame,
        "Table 1, every patient and every infusion cycle: cells as printed, comments coded.",
        note="A range of rates ends at the maximum. &gt; marks a patient still in remission at "
        "the last visit or, under CRPS, a lower bound.",
    )


# --- the data dictionary ----------------------------------------------------------


def dictionary_table(name):
    """The columns of a data file: meaning with codes, type and unit, rules, source."""
    html, text = [], []
    for field in dictionary.fields(name).values():
        codes = [f"{code}: {meaning}" for code, meaning in field.get("codes", {}).items()]
        columns = {
            "Meaning": field["description"],
            "Type": ", ".join(filter(None, [field["type"], field.get("unit")])),
            "Rules": "; ".join(_rules(field)),
            "Source": field.get("source", "–").removeprefix("Correll et al. 2004, "),
        }
        text.append(columns | {"Codes": "; ".join(codes)})
        shown = {title: escape(words) for title, words in columns.items()}
        shown["Meaning"] += "".join(f'<span class="why">{escape(code)}</span>' for code in codes)
        if "pattern" in field.get("constraints", {}):
            shown["Rules"] = _pattern_as_code(shown["Rules"])
        html.append(shown)
    resource = dictionary.resource(name)
    index = pd.Index(list(dictionary.fields(name)), name="Column")
    caption = f"{resource['path']}. {escape(resource['description'])}"
    return Html(
        _table_html(pd.DataFrame(html, index=index), caption, kind="claims dictionary"),
        f"{caption}\n{pd.DataFrame(text, index=index).to_string()}",
    )


def _rules(field):
    """A field's constraints in words."""
    rules = field.get("constraints", {})
    if rules.get("required"):
        yield "required"
    if rules.get("unique"):
        yield "unique"
    if "minimum" in rules or "maximum" in rules:
        ends = ("minimum", "at least"), ("maximum", "at most")
        yield " and ".join(f"{words} {rules[end]}" for end, words in ends if end in rules)
    if "enum" in rules and "codes" in field:
        yield "one of the codes"
    elif "enum" in rules:
        yield f"one of {', '.join(map(str, rules['enum']))}"
    if "pattern" in rules:
        yield f"form {rules['pattern']}"


def _pattern_as_code(rules):
    words, _, pattern = rules.partition("form ")
    return f"{words}form <code>{pattern}</code>"


# --- figures ----------------------------------------------------------------------


def figure(drawing, name, caption, alt):
    """A matplotlib figure as inline SVG that follows the page's colours and type.

    drawing : a ``matplotlib.figure.Figure``; name : identifier, unique on its page;
    caption : HTML; alt : what one sees, in words, with its numbers.
    """
    buffer = io.StringIO()
    with style():  # read when the file is written: the salt of its ids, text as text
        drawing.savefig(buffer, format="svg", metadata={"Date": None, "Creator": None})
    svg = _inline_svg(buffer.getvalue(), name, alt)
    caption_html = f"<figcaption>{caption}</figcaption>"
    html = f'<figure class="book-figure" id="{name}">\n{svg}\n{caption_html}</figure>'
    return Html(html, f"{_plain(caption)}\n{alt}")


_POINTS_PER_REM = 11  # so that lettering has one size in figures of any width


def _inline_svg(svg, name, alt):
    """The file's SVG element, its ids made unique, its colours and type left to the page."""
    svg = svg[svg.index("<svg") :]
    svg = re.sub(r"<metadata>.*?</metadata>\s*", "", svg, flags=re.DOTALL)
    svg = re.sub(r'\bid="', f'id="{name}-', svg)
    svg = re.sub(r'(href="#|url\(#)', rf"\g<1>{name}-", svg)
    for variable, colour in PALETTE.items():
        svg = svg.replace(colour, f"var(--figure-{variable}, {colour})")
    svg = re.sub(r'\b(d|x|y|transform)="([^"]*)"', _in_hundredths, svg)
    svg = re.sub(r"'DejaVu Sans'[^;\"]*", "var(--figure-font, sans-serif)", svg)
    head, body = svg.split(">", 1)
    width, height = re.search(r'viewBox="0 0 ([\d.]+) ([\d.]+)"', head).groups()
    rem = float(width) / _POINTS_PER_REM
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" '
        f'width="{rem:.1f}rem" viewBox="0 0 {width} {height}" role="img" '
        f'aria-label="{escape(alt)}">{body}'
    ).strip()


def _in_hundredths(attribute):
    """A geometric attribute with its lengths in hundredths of a point: finer is not seen."""
    name, value = attribute.groups()
    value = re.sub(r"-?\d+\.\d{3,}", lambda number: f"{float(number[0]):.2f}", value)
    return f'{name}="{value}"'
