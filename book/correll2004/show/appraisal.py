"""The appraisal as tables: each answer with its reason, and the sentences and claims behind it."""

from html import escape

import pandas as pd

from ..paper.appraisal import statement_keys, supports
from ..paper.records import Files
from .html import Html, html_table
from .sources import REGISTER_PAGE
from .statements import statement_place, statements_table


def appraisal_table(files: Files, tool: str, caption: str) -> Html:
    """The answers to one checklist, in its order.

    tool : a code of the column ``tool``. Sentences lead to `supporting_sentences` on the same
    page, claims to the register.
    """
    found = files.appraisal[files.appraisal["tool"] == tool]
    links, names = _links(files)
    html, plain = {}, {}
    for row in found.to_dict("records"):
        cited = supports(row["support"])
        words = row["not_in_text"].replace(";", ", ")
        absent = f"Not in the text: {words}." if words else ""
        why = f'<span class="why">{escape(absent)}</span>' if absent else ""
        html[row["item"]] = [
            escape(row["question"]),
            f"<strong>{row['answer']}</strong>",
            escape(row["reason"]) + why,
            "; ".join(links[key] for key in cited) or "no sentence",
        ]
        resting = "; ".join(names[key] for key in cited) or "no sentence"
        plain[row["item"]] = [
            row["question"],
            row["answer"],
            " ".join(filter(None, [row["reason"], absent])),
            resting,
        ]
    columns = ["Question, in our words", "Our answer", "Why", "Rests on"]
    cells, text = (
        pd.DataFrame.from_dict(rows, orient="index", columns=columns).rename_axis("Item")
        for rows in (html, plain)
    )
    return html_table(cells, text, caption, kind="appraisal")


def supporting_sentences(files: Files, caption: str) -> Html:
    """Every sentence of the paper that an answer rests on, in the paper's order."""
    cited = {key for cell in files.appraisal["support"] for key in supports(cell)}
    found = files.statements[statement_keys(files.statements).isin(cited)]
    return statements_table(files, found, caption, REGISTER_PAGE)


def _links(files: Files) -> tuple[dict[str, str], dict[str, str]]:
    """The HTML of a link to each statement and claim, and the name it shows."""
    links, names = {}, {}
    keys = statement_keys(files.statements)
    for key, row in zip(keys, files.statements.to_dict("records"), strict=True):
        names[key] = statement_place(row)
        title = escape(row["assertion"])
        links[key] = f'<a href="#{key.replace("/", "-")}" title="{title}">{names[key]}</a>'
    for name, claim in files.register["claim"].items():
        names[str(name)] = str(name)
        title = escape(claim)
        links[str(name)] = f'<a href="{REGISTER_PAGE}#{name}" title="{title}">{name}</a>'
    return links, names
