"""Links of claims and entries of the ledger, and the chapter of quantities that calls lead to."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from html import escape
from typing import Any

import pandas as pd

from ..data import validation
from ..paper import calls, records
from ..paper.quantities import QUANTITIES
from ..paper.records import Files
from . import definitions
from .definitions import Definition
from .html import Html, html_table

# As a notebook names them; the site's pages are named by `_support.sphinx.site`.
QUANTITIES_PAGE, REGISTER_PAGE = "quantities.ipynb", "reproduction-report.ipynb"


def id_and_call(name: str, compute: str, register: str = REGISTER_PAGE) -> str:
    """HTML of a claim's id, linked to the register, and its call, linked to its quantity.

    compute : text of the call, may be empty; register : page with the register, empty on that
    page itself.
    """
    html = f'<a href="{register}#{name}">{name}</a>'
    if compute:
        # A line may break after a bracket or a bar.
        text = re.sub(r"([(|])(?!\))", r"\1<wbr>", escape(compute, quote=False))
        target = f"{QUANTITIES_PAGE}#{calls.parse(compute).quantity}"
        html += f' <a href="{target}"><code>{text}</code></a>'
    return f'<span class="how">{html}</span>'


def entry_link(files: Files, name: str, page: str = REGISTER_PAGE) -> str:
    """HTML of an entry's number, linked to the entry, with its title at hand.

    page : the page with the ledger, empty on that page itself.
    """
    title = escape(str(files.divergences.at[name, "title"]))
    return f'<a href="{page}#{name}" title="{title}">{name}</a>'


# --- the chapter of quantities ------------------------------------------------------


def usage(files: Files) -> pd.DataFrame:
    """Where each quantity is used: a row for each of `QUANTITIES`.

    Columns ``claims``, the number of claims that call it, and ``entries``, a tuple of the
    entries of the ledger whose evidence calls it.
    """
    claims = pd.Series(
        [calls.parse(text).quantity for text in files.register["compute"] if text]
    ).value_counts()
    entries: dict[str, dict[str, None]] = {name: {} for name in QUANTITIES}
    for name, entry in validation.rows(files.divergences):
        for _, text in records.evidence_calls(entry["evidence"]):
            entries[calls.parse(text).quantity][name] = None
    names = list(QUANTITIES)
    return pd.DataFrame(
        {
            "claims": claims.reindex(names, fill_value=0),
            "entries": [tuple(entries[name]) for name in names],
        },
        index=names,
    )


def quantities_table(files: Files) -> Html:
    """Every quantity with the claims and the entries of the ledger that use it, as links."""
    rows, plain = {}, {}
    for name, row in validation.rows(usage(files)):
        sentence = definitions.definitions()[name].sentence
        rows[name] = [
            f'<a href="#{name}">{_sentence(sentence)}</a>',
            _claims_link(name, row["claims"]),
            ", ".join(entry_link(files, entry) for entry in row["entries"]),
        ]
        plain[name] = [sentence, row["claims"], ", ".join(row["entries"])]
    columns = ["What it is", "Claims", "Ledger"]
    cells, text = (
        pd.DataFrame.from_dict(each, orient="index", columns=columns).rename_axis("Quantity")
        for each in (rows, plain)
    )
    caption = "The quantities that a claim can ask for."
    return html_table(cells, text, caption, kind="quantities")


def _claims_link(name: str, number: int) -> str:
    if not number:
        return "none"
    noun = "claim" if number == 1 else "claims"
    return f'<a href="{REGISTER_PAGE}#quantity={name}">{number} {noun}</a>'


@dataclass(frozen=True)
class Sources:
    """Definitions under their names, each with its source, highlighted.

    entries : name of each, HTML of what is said of it, and the definitions shown under it.
    """

    entries: tuple[tuple[str, str, tuple[Definition, ...]], ...]

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        parts, plain = [], []
        for name, words, shown in self.entries:
            code = "\n\n\n".join(one.source for one in shown)
            head = f'<h3 class="definition" id="{name}">{name}</h3>'
            parts.append(f"{head}\n{words}\n\n```python\n{code}\n```")
            plain.append(code)
        return {"text/markdown": "\n\n".join(parts), "text/plain": "\n\n\n".join(plain)}


def quantity_sources(files: Files) -> Sources:
    """The source of every quantity and its helpers, with links to what else they use."""
    entries = []
    for name, row in validation.rows(usage(files)):
        own = tuple(definitions.own_definitions(name))
        _, *parameters = own[0].parameters  # a call does not give the versions
        note = [
            f"Called as <code>{escape(name)}({escape(', '.join(parameters), quote=False)})</code>.",
            f"Asked by {_claims_link(name, row['claims'])}." if row["claims"] else "",
            _links("Rests on", definitions.rests_on(name)),
        ]
        entries.append((name, _words(own[0], note), own))
    return Sources(tuple(entries))


def shared_sources() -> Sources:
    """The source of all other definitions that the quantities use, by file."""
    entries = []
    for one in definitions.shared_definitions():
        note = [f"In <code>{one.file}</code>.", _links("Uses", one.uses)]
        entries.append((one.name, _words(one, note), (one,)))
    return Sources(tuple(entries))


def _words(definition: Definition, note: Iterable[str]) -> str:
    sentence = f"<p>{_sentence(definition.sentence)}</p>\n" if definition.sentence else ""
    return f'{sentence}<p class="how">{" ".join(filter(None, note))}</p>'


def _sentence(text: str) -> str:
    return re.sub(r"`+([^`]+)`+", r"<code>\1</code>", escape(text, quote=False))


def _links(verb: str, names: Iterable[str]) -> str:
    links = [f'<a href="#{name}"><code>{name}</code></a>' for name in names]
    return f"{verb} {', '.join(links)}." if links else ""
