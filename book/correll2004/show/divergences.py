"""Entries of the ledger of divergences, with their computed evidence."""

from html import escape

import pandas as pd

from ..paper import claims, judgements
from ..paper.records import Files
from .html import Html, filterable_table, table, without_zeros
from .sources import REGISTER_PAGE, entry_link


def divergence(files: Files, name: str) -> Html:
    """A divergence of the ledger with its computed evidence."""
    entry = files.divergences.to_dict("index")[name]
    evidence = claims.evidence(files, name)
    where = f"Where: {entry['where']}. Consequence: it {entry['consequence']}."
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


def _evidence_table(name: str, evidence: pd.DataFrame) -> Html:
    """Evidence as a table, with a column for each repair that changes a value."""
    if evidence.empty:
        return Html("", "")
    tabulated, *repairs = evidence
    moves = [repair for repair in repairs if not evidence[repair].equals(evidence[tabulated])]
    heads = {tabulated: "As tabulated"} | {repair: f"Under {repair}" for repair in moves}
    shown = evidence[[tabulated, *moves]].rename(columns=heads)
    return table(shown, f"Evidence for {name}", without_zeros)


def divergences(files: Files, *names: str) -> Html:
    """Several divergences of the ledger."""
    entries = [divergence(files, name) for name in names]
    html = "\n".join(entry.html for entry in entries)
    return Html(html, "\n\n".join(entry.text for entry in entries))


def ledger_table(files: Files) -> Html:
    """The whole ledger in one table, the entries with the gravest consequence first."""
    ledger = files.divergences.loc[judgements.ranked(files.divergences)]
    shown = ["title", "where", "kind", "consequence"]
    rows = []
    for name, entry in ledger.to_dict("index").items():
        keys = "".join(f' data-{key}="{entry[key]}"' for key in shown[2:])
        cells = "".join(f"<td>{escape(entry[key])}</td>" for key in shown)
        link = entry_link(files, str(name), page="")
        rows.append(f'<tr{keys}><th scope="row">{link}</th>{cells}</tr>')
    caption = f"The ledger. {len(ledger)} entries, those that change the paper's use first."
    heads = ["Entry", *(column.capitalize() for column in shown)]
    html = filterable_table("ledger", "The ledger", caption, heads, rows)
    return Html(html, f"{caption}\n{ledger[shown].to_string()}")


def what_changes_use(files: Files) -> Html:
    """A list for the landing page: the entries that change how the paper is used, and why."""
    names = judgements.by_consequence(files.divergences)[judgements.CHANGES_USE]
    entries = files.divergences.loc[names]
    words = entries["conclusion"].str.replace("^(?:Yes|In part): ", "", regex=True)
    words = words.str[0].str.upper() + words.str[1:]
    page = f"book/{REGISTER_PAGE}"
    items = [
        f"<li>{entry_link(files, name, page)}, <em>{escape(title)}</em>. {escape(why)}</li>"
        for name, title, why in zip(names, entries["title"], words, strict=True)
    ]
    plain = pd.DataFrame({"title": entries["title"], "why": words}).to_string()
    return Html("<ul>\n" + "\n".join(items) + "\n</ul>", plain)
