"""Numbers and citations in the chapters' text: each is written from its source, or refused."""

import pytest

from _support.execute import prose


def a_notebook(text, **glued):
    """A notebook of one text cell, with values that its code has glued."""
    outputs = [
        {
            "data": {"kind/text/plain": repr(value)},
            "metadata": {"scrapbook": {"name": name, "mime_prefix": "kind/"}},
        }
        for name, value in glued.items()
    ]
    cells = [("markdown", "x-00", {"source": text}), ("code", "x-01", {"outputs": outputs})]
    return {"cells": [{"cell_type": kind, "id": name} | rest for kind, name, rest in cells]}


def test_make_book_writes_numbers_citations_and_the_note():
    notebook = a_notebook(
        '<data value="glue:n">7</data> <data value="printed:res-p21-attempts"></data> '
        '<data value="given">48</data> '
        "[](references.bib#kaplan1958) [()](references.bib#olney1989)",
        n="p < 0.1 * 2",
    )
    prose.fill(notebook, "x.ipynb")
    prose.fill(notebook, "x.ipynb")
    note, text, _ = notebook["cells"]
    assert (note["source"], note["metadata"]) == (prose.NOTE, {"tags": ["remove-cell"]})
    printed = prose.published()["res-p21-attempts"]
    assert text["source"] == (
        r'<data value="glue:n">p &lt; 0.1 \* 2</data> '
        f'<data value="printed:res-p21-attempts">{printed}</data> <data value="given">48</data> '
        "[Kaplan and Meier (1958)](references.bib#kaplan1958) "
        "[(Olney et al., 1989)](references.bib#olney1989)"
    )


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('<data value="glue:m">7</data>', "'m' is not glued in this notebook"),
        ('<data value="printed:res-cycle">47</data>', "'res-cycle' is not in data/claims.csv"),
        ('<data value="shown:n">7</data>', "'shown' is not one of 'glue', 'printed' and 'given'"),
        ('Of <data value="glue:n">7 patients', '>…</data>: <data value="glue:n">7 patients'),
        ("7</data> patients", "</data> patients"),
        ("<data>7</data>", "not of the form"),
        ("[Kaplan](references.bib#kaplan)", "'kaplan' is not in references.bib"),
    ],
)
def test_a_number_or_citation_that_leads_nowhere_is_named_with_its_cell(text, message):
    with pytest.raises(prose.ProseError, match=r"^x\.ipynb, cell x-00: ") as error:
        prose.fill(a_notebook(text, n="7"), "x.ipynb")
    assert message in str(error.value)


def test_boxes_and_captions_become_what_sphinx_knows():
    text = "> **In short**\n>\n> - One.\n>   More.\n\nText.\n\n**Files.**\n\n| a |\n|---|\n| b |\n"
    assert prose.for_sphinx(text) == (
        ":::{admonition} In short\n:class: tip\n- One.\n  More.\n:::\n\nText.\n\n"
        "```{table} Files.\n| a |\n|---|\n| b |\n```\n"
    )
