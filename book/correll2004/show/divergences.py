"""Entries of the ledger with their computed evidence."""

from html import escape

from ..paper import claims
from ..paper.records import Files
from .html import Html, table, with_minus

# --- divergences ------------------------------------------------------------------


def divergence(files: Files, name: str) -> Html:
    """A divergence of the ledger with its computed evidence."""
    entry, evidence = files.divergences.loc[name], claims.evidence(files, name)
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
    tabulated, *repairs = evidence
    moves = [name for name in repairs if not evidence[name].equals(evidence[tabulated])]
    heads = {tabulated: "As tabulated"} | {name: f"Under {name}" for name in moves}
    shown = evidence[[tabulated, *moves]].rename(columns=heads)
    return table(shown, f"Evidence for {name}", _short)


def divergences(files: Files, *names: str) -> Html:
    """Several divergences of the ledger; all of them where none is named."""
    entries = [divergence(files, name) for name in names or files.divergences.index]
    html = "\n".join(entry.html for entry in entries)
    return Html(html, "\n\n".join(entry.text for entry in entries))


def _short(value):
    return with_minus(f"{value:.3f}".rstrip("0").rstrip("."))
