"""Accessible HTML tables, numbers for the prose and listings, each with a plain-text form."""

import inspect
import math
import re
import textwrap
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from html import escape, unescape
from itertools import groupby
from typing import Any

import pandas as pd
from IPython.display import display

NOT_REACHED = "not reached"  # in tables, of a time that is inf because the curve stays above

Form = str | Callable[[Any], str]  # a format string, or a function that writes a value


@dataclass(frozen=True)
class Html:
    """A piece of HTML with its plain-text form."""

    html: str
    text: str

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        return {"text/html": self.html, "text/plain": self.text}


def glue(**values: object) -> None:
    """Name values for the prose: ``<data value="glue:name"></data>`` prints the value there.

    Numbers are shown as they are, so floats are formatted first. `Html` objects keep their
    HTML, for ``{glue} name``. The output has the form that myst-nb's ``glue`` gives it. It is
    made here so that a notebook runs without the book's builder.
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
    """Source text in a language such as ``"python"``, shown with syntax highlighting."""

    text: str
    language: str

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        fenced = f"```{self.language}\n{self.text.strip()}\n```"
        return {"text/markdown": fenced, "text/plain": self.text}


def source(part: Callable[..., Any] | cached_property) -> Listing:
    """The source of a function, method or cached property, as it runs."""
    function = part.func if isinstance(part, cached_property) else part
    return Listing(textwrap.dedent(inspect.getsource(function)), "python")


# --- tables -----------------------------------------------------------------------


def table(
    frame: pd.DataFrame,
    caption: str,
    formats: Mapping[str, Form] | list[Form] | Form | None = None,
    note: str = "",
) -> Html:
    """A frame as a captioned HTML table. Its index becomes the row heads.

    formats : format string or function by column, such as ``{"months": "{:.2f}"}``, a list
    of them in the order of the columns, or one for all columns. Missing values are left
    blank. Columns of two levels become two header rows.
    """
    if isinstance(formats, Mapping):
        forms = [formats.get(column, "{}") for column in frame.columns]
    else:
        forms = formats if isinstance(formats, list) else [formats or "{}"] * frame.shape[1]
    plain = frame.astype(object)
    for position, form in enumerate(forms):
        write = form.format if isinstance(form, str) else form
        column = frame.iloc[:, position]
        shown = ["" if pd.isna(value) else with_minus(write(value)) for value in column]
        plain.isetitem(position, shown)
    html = table_html(plain.map(escape), caption, note)
    return Html(html, f"{caption}\n{plain.to_string()}")


def html_table(
    cells: pd.DataFrame, plain: pd.DataFrame, caption: str, note: str = "", kind: str = ""
) -> Html:
    """A table whose cells are HTML. plain : the same frame as text; kind : as in `table_html`."""
    text = f"{caption}\n{plain.to_string()}\n{note}"
    return Html(table_html(cells, caption, note, kind), text)


def filterable_table(
    name: str, label: str, caption: str, heads: Iterable[str], rows: Iterable[str], kind: str = ""
) -> str:
    """HTML of a table whose rows have the data attributes that the page's filter reads.

    name : id of the table; rows : HTML of each. Without a script it is a plain table.
    """
    kinds = f"book-table {kind}".strip()
    head = "".join(f'<th scope="col">{text}</th>' for text in heads)
    return (
        f'<div class="{kinds}" id="{name}" role="region" tabindex="0" '
        f'aria-label="{label}"><table><caption>{caption}</caption>'
        f"<thead><tr>{head}</tr></thead><tbody>\n" + "\n".join(rows) + "\n</tbody></table></div>"
    )


def table_html(cells: pd.DataFrame, caption: str, note: str = "", kind: str = "") -> str:
    """The HTML of a table whose cells are HTML. kind : a class of the style sheet."""
    index_names = [str(name or "") for name in cells.index.names]
    label = without_tags(caption)
    numeric = [bool(cells.iloc[:, i].map(_is_number).all()) for i in range(cells.shape[1])]
    if kind == "claims":  # all tables of claims align alike, whatever values they have
        numeric = [False] * len(numeric)
    texts = [cells.iloc[:, i].map(without_tags).str.len().max() > 60 for i in range(cells.shape[1])]
    classes = [
        ' class="num"' if number else ' class="long"' if text else ""
        for number, text in zip(numeric, texts, strict=True)
    ]
    parts = [
        f'<div class="book-table {kind}" id="{anchor(caption)}" role="region" tabindex="0" '
        f'aria-label="{label}">',
        f"<table><caption>{caption}</caption><thead>",
        *_header_rows(cells.columns, index_names, classes),
        "</thead><tbody>",
    ]
    for head, row in zip(_row_heads(cells.index), cells.itertuples(index=False), strict=True):
        data = "".join(f"<td{name}>{cell}</td>" for name, cell in zip(classes, row, strict=True))
        parts.append(f"{head}{data}</tr>")
    parts.append("</tbody></table>")
    if note:
        parts.append(f'<p class="note">{note}</p>')
    parts.append("</div>")
    return "\n".join(parts)


def anchor(caption: str) -> str:
    """The id by which a table is linked to: the first words of its caption's first sentence."""
    sentence = unescape(without_tags(caption)).lower().split(". ")[0]
    return "-".join(re.findall(r"[a-z0-9]+", sentence)[:8])


def _row_heads(index: pd.Index) -> Iterator[str]:
    """The start tag and head cells of each row. A head that repeats over rows spans them.

    A row whose first head is that of the row above has the class ``further``.
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
            span = f' rowspan="{rows}"' if rows > 1 else ""
            tag = 'th scope="row"' if name else "td"  # an empty cell is not a head
            length = ""
            if re.search("[ –-]", str(name)):  # a line can break there
                length = ' class="line"' if len(str(name)) <= 24 else ' class="long"'
            heads += f"<{tag}{span}{length}>{escape(str(name))}</{tag[:2]}>"
        yield heads


def _shares(keys: list[tuple[Any, ...]], row: int, rows: int, level: int) -> bool:
    """Whether a row so many below has the same heads up to a level."""
    return keys[row + rows][: level + 1] == keys[row][: level + 1]


def with_minus(text: str) -> str:
    """A text with the sign − in place of a hyphen before its negative numbers."""
    return re.sub(r"(?<![\w)-])-(?=\d)", "−", text)


def _is_number(cell: str) -> bool:
    return (
        cell in ("", "–", NOT_REACHED)
        or re.fullmatch(r"[-−]?[0-9.]+(,[0-9]{3})*%?", cell) is not None
    )


def _header_rows(
    columns: pd.Index, index_names: Sequence[str], classes: Sequence[str]
) -> list[str]:
    """One row of column heads, or two for columns of two levels."""
    corner = "".join(
        f'<th scope="col">{escape(str(name))}</th>' if name else "<td></td>" for name in index_names
    )
    heads = "".join(
        f'<th scope="col"{css}>{escape(str(name))}</th>'
        for css, name in zip(classes, columns.get_level_values(-1), strict=True)
    )
    if columns.nlevels == 1:
        return [f"<tr>{corner}{heads}</tr>"]
    tops = "".join(
        f'<th scope="colgroup" colspan="{len(list(run))}">{escape(str(name))}</th>'
        for name, run in groupby(columns.get_level_values(0))
    )
    blank = "<td></td>" * len(index_names)
    return [f"<tr>{blank}{tops}</tr>", f"<tr>{corner}{heads}</tr>"]


def without_tags(html: str) -> str:
    """The text of a piece of HTML, with its quotation marks escaped for an attribute."""
    return re.sub(r"<[^>]+>", "", html).replace('"', "&quot;")


def or_not_reached(value: float, form: str = "{:.1f}") -> str:
    """A time or percentage in a format, by default with one decimal; inf as `NOT_REACHED`."""
    return NOT_REACHED if value == math.inf else with_minus(form.format(value))


def without_zeros(value: float, decimals: int = 3) -> str:
    """A number with so many decimals at most, without zeros at their end; inf in words."""
    text = or_not_reached(value, f"{{:.{decimals}f}}")
    return text.rstrip("0").rstrip(".") if "." in text else text
