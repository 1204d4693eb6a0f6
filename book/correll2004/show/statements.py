"""Statements of the paper as a table: place, what is asserted, why the verdict."""

from html import escape

import pandas as pd

from ..paper.judgements import cited
from ..paper.records import Files
from .claims_tables import place
from .html import Html, html_table
from .sources import entry_link


def statements_table(files: Files, found: pd.DataFrame, caption: str, page: str = "") -> Html:
    """Some statements with their verdicts, notes and entries.

    found : rows of `Files.statements`. page : page with the ledger, empty on that page itself.
    """
    names = ["Place", "What it says, in our words", "Verdict", "Note", "Ledger"]
    plain = pd.DataFrame(
        [
            [statement_place(row), row["assertion"], row["verdict"], row["note"], row["divergence"]]
            for _, row in found.iterrows()
        ],
        columns=names,
    ).set_index("Place")
    cells = plain.map(escape)
    cells["Ledger"] = [
        ", ".join(entry_link(files, entry, page) for entry in cited(divergence))
        for divergence in found["divergence"]
    ]
    return html_table(cells, plain, caption)


def statement_place(statement: pd.Series) -> str:
    """Where a statement is, in the words of the register's locators."""
    paragraph = str(statement["paragraph"])
    if str(statement["section"]).startswith("figure-"):
        part = "caption"
    else:
        part = f"¶{paragraph}" if paragraph.isdigit() else paragraph
    locator = f"{part} s{statement['sentence']}"
    return place({"section": statement["section"], "locator": locator})
