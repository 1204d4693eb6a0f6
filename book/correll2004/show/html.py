"""Accessible HTML tables, glued numbers and listings, each with a plain-text form."""

import inspect
import re
import textwrap
from dataclasses import dataclass
from functools import cached_property
from html import escape, unescape
from itertools import groupby

import pandas as pd
from IPython.display import display


@dataclass(frozen=True)
class Html:
    """A piece of HTML with its plain-text form."""

    html: str
    text: str

    def _repr_mimebundle_(self, include=None, exclude=None):
        return {"text/html": self.html, "text/plain": self.text}


def glue(**values):
    """Name values for the prose: ``<data value="glue:name"></data>`` prints the value there.

    Numbers are shown as given; format floats before. `Html` objects keep their HTML,
    for ``{glue} name``. The record is that of myst-nb's ``glue``, written out here so
    that a notebook runs without the book's builder.
    """
    prefix = "application/papermill.record/"
    for name, value in values.items():
        if isinstance(value, Html):
            bundle = value._repr_mimebundle_()
        else:
            bundle = {"text/plain": repr(str(value))}
        display(
            {prefix + kind: content for kind, content in bundle.items()},
            raw=True,
            metadata={"scrapbook": {"name": name, "mime_prefix": prefix}},
        )


@dataclass(frozen=True)
class Listing:
    """Source text in a language, e.g. ``"python"``, shown in its colours."""

    text: str
    language: str

    def _repr_mimebundle_(self, include=None, exclude=None):
        fenced = f"```{self.language}\n{self.text.strip()}\n```"
        return {"text/markdown": fenced, "text/plain": self.text}


def source(part):
    """The source of a function, method or cached property, as it runs."""
    function = part.func if isinstance(part, cached_property) else part
    return Listing(textwrap.dedent(inspect.getsource(function)), "python")


# --- tables -----------------------------------------------------------------------


def table(frame, caption, formats=None, note=""):
    """A frame as a captioned HTML table whose index holds the row headers.

    formats : format string or function by column, e.g. ``{"months": "{:.2f}"}``, a list
    of them in the columns' order, or one for all columns. Missing values are left blank.
    Columns of two levels become two header rows.
    """
    if isinstance(formats, dict):
        formats = [formats.get(column, "{}") for column in frame.columns]
    elif not isinstance(formats, list):
        formats = [formats or "{}"] * frame.shape[1]
    plain = frame.astype(object)
    for position, form in enumerate(formats):
        form = form.format if isinstance(form, str) else form
        column = frame.iloc[:, position]
        shown = ["" if pd.isna(value) else with_minus(form(value)) for value in column]
        plain.isetitem(position, shown)
    html = table_html(plain.map(escape), caption, note)
    return Html(html, f"{caption}\n{plain.to_string()}")


def html_table(cells, plain, caption, note="", kind=""):
    """A table whose cells are HTML already; plain : the same frame as text; kind : of style."""
    text = f"{caption}\n{plain.to_string()}\n{note}"
    return Html(table_html(cells, caption, note, kind), text)


def table_html(cells, caption, note="", kind=""):
    """HTML of a frame whose cells are HTML already."""
    index_names = [name or "" for name in cells.index.names]
    label = without_tags(caption)
    numeric = [cells.iloc[:, i].map(_is_number).all() for i in range(cells.shape[1])]
    if kind == "claims":  # one after the other through the book, whatever the values are
        numeric = [False] * len(numeric)
    texts = [cells.iloc[:, i].map(without_tags).str.len().max() > 60 for i in range(cells.shape[1])]
    kinds = [
        ' class="num"' if number else ' class="long"' * bool(text)
        for number, text in zip(numeric, texts, strict=True)
    ]
    parts = [
        f'<div class="book-table {kind}" id="{anchor(caption)}" role="region" tabindex="0" '
        f'aria-label="{label}">',
        f"<table><caption>{caption}</caption><thead>",
        *_header_rows(cells.columns, index_names, kinds),
        "</thead><tbody>",
    ]
    for head, row in zip(_row_heads(cells.index), cells.itertuples(index=False), strict=True):
        datas = "".join(f"<td{kind}>{cell}</td>" for kind, cell in zip(kinds, row, strict=True))
        parts.append(f"{head}{datas}</tr>")
    parts.append("</tbody></table>")
    if note:
        parts.append(f'<p class="note">{note}</p>')
    parts.append("</div>")
    return "\n".join(parts)


def anchor(caption):
    """The id by which a table is linked to: the first words of its caption's first sentence."""
    sentence = unescape(without_tags(caption)).lower().split(". ")[0]
    return "-".join(re.findall(r"[a-z0-9]+", sentence)[:8])


def _row_heads(index):
    """Start and header cells of each row; a head that repeats over rows spans them.

    A row that begins under a head of the row above is of class ``further``.
    """
    keys = [key if isinstance(key, tuple) else (key,) for key in index]
    for row, key in enumerate(keys):
        under_head = len(key) > 1 and row > 0 and keys[row - 1][0] == key[0]
        heads = '<tr class="further">' if under_head else "<tr>"
        for level, name in enumerate(key):
            above = row > 0 and keys[row - 1][: level + 1] == key[: level + 1]
            last = level == len(key) - 1
            if above and not last:
                continue
            rows = 1
            while not last and row + rows < len(keys) and _shares(keys, row, rows, level):
                rows += 1
            span = f' rowspan="{rows}"' * (rows > 1)
            tag = 'th scope="row"' if name else "td"  # a head without words is none
            length = ""
            if re.search("[ –-]", str(name)):  # what can break
                length = ' class="line"' if len(str(name)) <= 24 else ' class="long"'
            heads += f"<{tag}{span}{length}>{escape(str(name))}</{tag[:2]}>"
        yield heads


def _shares(keys, row, rows, level):
    """Whether a row so many below has the same heads up to a level."""
    return keys[row + rows][: level + 1] == keys[row][: level + 1]


def with_minus(text):
    """A text with a minus sign before its negative numbers."""
    return re.sub(r"(?<![\w)-])-(?=\d)", "−", text)


def _is_number(cell):
    return (
        cell in ("", "–", "not reached")
        or re.fullmatch(r"[-−]?[0-9.]+(,[0-9]{3})*%?", cell) is not None
    )


def _header_rows(columns, index_names, kinds):
    corner = "".join(
        f'<th scope="col">{escape(str(name))}</th>' if name else "<td></td>" for name in index_names
    )
    heads = "".join(
        f'<th scope="col"{kind}>{escape(str(name))}</th>'
        for kind, name in zip(kinds, columns.get_level_values(-1), strict=True)
    )
    if columns.nlevels == 1:
        return [f"<tr>{corner}{heads}</tr>"]
    tops = "".join(
        f'<th scope="colgroup" colspan="{len(list(run))}">{escape(str(name))}</th>'
        for name, run in groupby(columns.get_level_values(0))
    )
    blank = "<td></td>" * len(index_names)
    return [f"<tr>{blank}{tops}</tr>", f"<tr>{corner}{heads}</tr>"]


def without_tags(html):
    return re.sub(r"<[^>]+>", "", html).replace('"', "&quot;")


def reached(value):
    """A time or percentage to one decimal; inf, a median not reached, in words."""
    return "not reached" if value == float("inf") else f"{value:.1f}"
