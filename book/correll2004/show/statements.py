"""Statements of the paper as a table: place, what is asserted, why the verdict."""

from collections.abc import Mapping
from html import escape
from typing import Any

import pandas as pd

from ..paper.appraisal import statement_keys
from ..paper.judgements import cited
from ..paper.records import Files
from .claims_tables import place
from .html import Html, html_table
from .sources import entry_link


def statements_table(files: Files, found: pd.DataFrame, caption: str, page: str = "") -> Html:
    """Some statements with their verdicts, notes and entries.

    found : rows of `Files.statements`. page : page with the ledger, empty on that page itself.
    A sentence's address is its key, such as ``methods-1-4``.
    """
    names = ["Place", "What it says, in our words", "Verdict", "Note", "Ledger"]
    plain = pd.DataFrame(
        [
            [statement_place(row), row["assertion"], row["verdict"], row["note"], row["divergence"]]
            for row in found.to_dict("records")
        ],
        columns=names,
    ).set_index("Place")
    cells = plain.map(escape)
    keys = statement_keys(found).str.replace("/", "-")
    assertions = cells[names[1]]
    cells[names[1]] = [
        f'<span id="{key}">{words}</span>' for key, words in zip(keys, assertions, strict=True)
    ]
    cells["Ledger"] = [
        ", ".join(entry_link(files, entry, page) for entry in cited(divergence))
        for divergence in found["divergence"]
    ]
    return html_table(cells, plain, caption)


def statement_place(statement: Mapping[Any, Any]) -> str:
    """Where a statement is, in the words of the register's locators."""
    paragraph = str(statement["paragraph"])
    if str(statement["section"]).startswith("figure-"):
        part = "caption"
    else:
        part = f"¶{paragraph}" if paragraph.isdigit() else paragraph
    locator = f"{part} s{statement['sentence']}"
    return place({"section": statement["section"], "locator": locator})
