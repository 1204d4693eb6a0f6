"""Later works as a table, each with its address."""

from html import escape

import pandas as pd

from ..data import validation
from .html import Html, html_table


def evidence_table(works: pd.DataFrame) -> Html:
    """Later works with design, treatment, finding and difference. works : of `evidence.works`."""
    html, plain = {}, {}
    for _, work in validation.rows(works):
        who = f", {work['patients']} patients" if work["patients"] else ""
        cells = [
            f"{work['design']}{who}. {work['treatment']}.",
            work["finding"],
            work["differs"],
        ]
        links = [f'<a href="{escape(work["page"])}">{escape(work["read"])}</a>']
        if work["doi"]:
            links.append(f'<a href="https://doi.org/{escape(work["doi"])}">DOI</a>')
        html[work["citation"]] = [*map(escape, cells), ", ".join(links)]
        plain[work["citation"]] = [*cells, work["read"]]
    columns = ["Design and treatment", "What was found", "Unlike this series", "What was read"]
    cells_html, text = (
        pd.DataFrame.from_dict(each, orient="index", columns=columns).rename_axis("Work")
        for each in (html, plain)
    )
    caption = f"Works after 2004. {len(works)} of them, as far as they were read."
    return html_table(cells_html, text, caption, kind="claims dictionary texts")
