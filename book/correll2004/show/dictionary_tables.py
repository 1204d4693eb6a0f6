"""The data dictionary as tables, one for each data file."""

from collections.abc import Iterator
from html import escape

import pandas as pd

from ..data.dictionary import Dictionary
from .html import Html, table_html


def dictionary_table(rules: Dictionary, name: str) -> Html:
    """The columns of a data file: meaning with codes, type and unit, rules, source.

    name : of the file's resource in the data dictionary.
    """
    html, text = [], []
    for field in rules.fields(name).values():
        codes = [f"{code}: {meaning}" for code, meaning in field.get("codes", {}).items()]
        columns = {
            "Meaning": field["description"],
            "Type": ", ".join(filter(None, [field["type"], field.get("unit")])),
            "Rules": "; ".join(_rules(field)),
            "Source": field.get("source", "–").removeprefix("Correll et al. 2004, "),
        }
        text.append(columns | {"Codes": "; ".join(codes)})
        shown = {title: escape(words) for title, words in columns.items()}
        shown["Meaning"] += "".join(f'<span class="why">{escape(code)}</span>' for code in codes)
        if "pattern" in field.get("constraints", {}):
            shown["Rules"] = _pattern_as_code(shown["Rules"])
        html.append(shown)
    resource = rules.resource(name)
    index = pd.Index(list(rules.fields(name)), name="Column")
    caption = f"{resource['path']}. {escape(resource['description'])}"
    return Html(
        table_html(pd.DataFrame(html, index=index), caption, kind="claims dictionary"),
        f"{caption}\n{pd.DataFrame(text, index=index).to_string()}",
    )


def _rules(field: dict) -> Iterator[str]:
    """A field's constraints in words."""
    rules = field.get("constraints", {})
    if rules.get("required"):
        yield "required"
    if rules.get("unique"):
        yield "unique"
    if "minimum" in rules or "maximum" in rules:
        ends = ("minimum", "at least"), ("maximum", "at most")
        yield " and ".join(f"{words} {rules[end]}" for end, words in ends if end in rules)
    if "enum" in rules and "codes" in field:
        yield "one of the codes"
    elif "enum" in rules:
        yield f"one of {', '.join(map(str, rules['enum']))}"
    if "pattern" in rules:
        yield f"form {rules['pattern']}"


def _pattern_as_code(rules: str) -> str:
    words, _, pattern = rules.partition("form ")
    return f"{words}form <code>{pattern}</code>"
