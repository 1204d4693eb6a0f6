"""How the paper is retold: pages with their verdicts, and the sentences that do not fit."""

from html import escape

import pandas as pd

from ..data import validation
from .html import Html, html_table
from .sources import REGISTER_PAGE

COUNTS = {
    "sentences": "Sentences",
    "agrees": "Number agrees",
    "differs": "Number differs",
    "fits": "Wording fits",
    "too strong": "Too strong",
    "contradicts": "Contradicts",
}


def retold_pages(pages: pd.DataFrame) -> Html:
    """Each page with the counts of its verdicts. pages : of `retold.by_page`."""
    plain = pages[["kind", *COUNTS]].astype(str).rename(columns={"kind": "Kind", **COUNTS})
    plain = plain.rename_axis("Source")
    links = zip(pages["page"], pages["kind"], strict=True)
    html = plain.assign(Kind=[_link(page, kind) for page, kind in links])
    caption = f"{len(pages)} pages that retell the paper, each read in a stored copy."
    return html_table(html, plain, caption, kind="claims dictionary texts")


def retold_sentences(sentences: pd.DataFrame, caption: str) -> Html:
    """Sentences with number, wording and the reason of the verdict.

    sentences : rows of `retold.read_retold`.
    """
    columns = ["What it says, in our words", "Number", "Wording", "Why", "Page"]
    html, plain = [], []
    for _, row in validation.rows(sentences):
        number = f"{row['number']}: {row['verdict']}" if row["number"] else row["verdict"]
        words = [row["says"], number, row["wording"], row["note"], row["kind"]]
        plain.append(words)
        shown = [*map(escape, words[:-1]), _link(row["page"], row["kind"])]
        if row["claim"]:
            shown[1] = _link(f"{REGISTER_PAGE}#{row['claim']}", number)
        html.append(shown)
    heads = pd.Index(sentences["source"], name="Source")
    cells, text = (pd.DataFrame(rows, index=heads, columns=columns) for rows in (html, plain))
    return html_table(cells, text, caption, kind="claims dictionary texts")


def _link(address: str, words: str) -> str:
    """HTML of a link."""
    return f'<a href="{escape(address)}">{escape(words)}</a>'
