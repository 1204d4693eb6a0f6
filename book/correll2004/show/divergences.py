"""Entries of the ledger of divergences, with their computed evidence."""

from html import escape

import pandas as pd

from ..paper import claims
from ..paper.records import Files
from .html import Html, table, without_zeros


def divergence(files: Files, name: str) -> Html:
    """A divergence of the ledger with its computed evidence."""
    entry = files.divergences.to_dict("index")[name]
    evidence = claims.evidence(files, name)
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
    """Several divergences of the ledger, or all of them if none is named."""
    entries = [divergence(files, name) for name in names or files.divergences.index]
    html = "\n".join(entry.html for entry in entries)
    return Html(html, "\n\n".join(entry.text for entry in entries))
