"""Entries of the ledger with their computed evidence."""

from html import escape

from ..paper import claims, records
from .html import Html, table, with_minus

# --- divergences ------------------------------------------------------------------


def divergence(name):
    """A divergence of the ledger with its computed evidence."""
    entry, evidence = records.divergences().loc[name], claims.evidence(name)
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
    entries = [divergence(name) for name in names or records.divergences().index]
    html = "\n".join(entry.html for entry in entries)
    return Html(html, "\n\n".join(entry.text for entry in entries))


def _short(value):
    return with_minus(f"{value:.3f}".rstrip("0").rstrip("."))
