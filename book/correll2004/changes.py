"""Which claims, divergences and headlines change with another Table 1: the old and new values.

``python -m correll2004.changes [TABLE]`` compares a table, by default ``data/table1.csv``, with
Table 1 as it was last exported. It prints what moved and writes it as a page, and changes no
other file.
"""

import argparse
import os
import re
import sys
from collections.abc import Collection, Iterator
from dataclasses import replace
from html import escape
from pathlib import Path

import numpy as np
import pandas as pd

from . import exports
from .data import dictionary, table1, validation
from .data.faults import DataError
from .data.table1 import Table1
from .paper import claims, records
from .paper.codings import AS_TABULATED
from .paper.records import Files
from .paths import ROOT
from .show import claims_tables
from .show.html import Html, html_table, table, without_zeros
from .show.sources import REGISTER_PAGE

PAGE = ROOT / "_build" / "claims.html"
REGISTER = REGISTER_PAGE.replace(".ipynb", ".html")  # the register on the site
ARROW = "→"
COMPUTED = ["recomputed", "recomputed_under_repair", "repair", "kind", "verdict"]  # columns


# --- what moved -------------------------------------------------------------------


def changed_cells(before: Table1, after: Table1) -> pd.DataFrame:
    """The cells that differ between two `Table1` of the same rows.

    Returns columns row (of the file), label, column, before and after (strings, empty
    where blank).
    """
    one, other = before.raw.fillna(""), after.raw.fillna("")
    labels = dict(zip(after.raw.index, after.cycles["label"], strict=True))
    rows, columns = np.nonzero((one != other).to_numpy())
    cells = zip(one.index[rows], one.columns[columns], strict=True)
    return pd.DataFrame(
        [(row, labels[row], name, one.at[row, name], other.at[row, name]) for row, name in cells],
        columns=["row", "label", "column", "before", "after"],
    )


def moved_claims(files: Files, before: Table1, after: Table1) -> pd.DataFrame:
    """The claims whose number or verdict differs between two `Table1`, by id.

    Columns are those of `claims.with_verdicts` from the table after, and the computed ones from
    the table before, such as ``verdict_before``. Claims whose verdict changed come first, then
    the others, both in the register's order.
    """
    was, now = claims.register(files, before), claims.register(files, after)
    moved = (was["verdict"] != now["verdict"]) | (was["repair"] != now["repair"])
    for column in ("recomputed", "recomputed_under_repair"):
        before_, after_ = (frame[column].to_numpy(float, na_value=np.nan) for frame in (was, now))
        moved |= ~np.isclose(before_, after_, rtol=1e-9, atol=1e-12, equal_nan=True)
    found = now.join(was[COMPUTED].add_suffix("_before"))[moved]
    same = found["verdict"] == found["verdict_before"]
    return found.loc[same.sort_values(kind="stable").index]


def moved_divergences(files: Files, before: Table1, after: Table1) -> pd.DataFrame:
    """The entries of the ledger whose claims or evidence differ between two `Table1`, by id.

    Columns title; claims (the ids of those that moved, in one string); evidence (the values
    that moved, old and new, of the tables without a repair).
    """
    moved = moved_claims(files, before, after)
    cited = moved["divergence"].str.split(dictionary.LIST_SEPARATOR)
    rows = {}
    for name, entry in validation.rows(files.divergences):
        ids = [str(claim) for claim, names in cited.items() if name in names]
        was, now = (claims.evidence(files, name, one)[AS_TABULATED] for one in (before, after))
        pieces = [
            f"{label}: {_number(was[label])} {ARROW} {_number(now[label])}"
            for label in was.index[~np.isclose(was, now, rtol=1e-9, equal_nan=True)]
        ]
        if ids or pieces:
            evidence = "; ".join(pieces)
            rows[name] = {"title": entry["title"], "claims": ", ".join(ids), "evidence": evidence}
    return pd.DataFrame.from_dict(rows, orient="index", columns=["title", "claims", "evidence"])


def _number(value: float) -> str:
    return "not computable" if pd.isna(value) else without_zeros(value)


# --- in words ---------------------------------------------------------------------


def report(files: Files, before: Table1, after: Table1, links: str | None = "") -> Html:
    """What moved between two `Table1`, as tables and in words.

    links : path of the book's pages from the page that shows this, None if they are not there.
    """
    cells, moved = changed_cells(before, after), moved_claims(files, before, after)
    divergences = moved_divergences(files, before, after)
    words = [_summary(files, cells, moved, divergences), *_unfit(files, before, after)]
    parts = [Html("".join(f"<p>{escape(line)}</p>" for line in words), "\n".join(words))]
    if len(cells):
        frame = cells.set_index("row").rename_axis("Row").rename(columns=str.capitalize)
        parts.append(table(frame, "Cells that differ."))
    headlines = moved[moved["headline"] != ""]
    if len(headlines):
        parts.append(_claims_table(headlines, "Headline results that moved.", links, "headline"))
    if len(moved):
        parts.append(_claims_table(moved, "Claims that moved.", links, "claim"))
    if len(divergences):
        parts.append(_divergences_table(divergences, links))
    return Html("\n".join(part.html for part in parts), "\n\n".join(part.text for part in parts))


def _summary(
    files: Files, cells: pd.DataFrame, moved: pd.DataFrame, divergences: pd.DataFrame
) -> str:
    """How many claims, headlines and divergences moved."""
    if cells.empty:
        return "The two tables are equal in every cell: nothing can move."
    register = files.register
    total = int((register["compute"] != "").sum())
    if moved.empty and divergences.empty:
        columns = cells["column"].unique()
        readers, made = _readers(files, columns), f"a column made from {' or '.join(columns)}"
        if not readers:
            return f"No number moved: none of the {total} computed claims names {made}."
        return (
            f"No number moved: {readers} of {total} computed claims name {made}, and none of them "
            "gives another number."
        )
    verdicts = int((moved["verdict"] != moved["verdict_before"]).sum())
    headlines, all_headlines = ((frame["headline"] != "").sum() for frame in (moved, register))
    return (
        f"{len(moved)} of {total} computed claims moved, {verdicts} of them to another verdict; "
        f"{headlines} of {all_headlines} headline results; {len(divergences)} of "
        f"{len(files.divergences)} divergences."
    )


def _readers(files: Files, columns: Collection[str]) -> int:
    """Number of claims whose call names a column that is made from these columns of Table 1."""
    rules = files.table1.rules
    fields = [*rules.fields("patients").items(), *rules.fields("cycles").items()]
    made = [re.escape(name) for name, field in fields if field.get("source") in columns]
    return int(files.register["compute"].str.contains(rf"\b(?:{'|'.join(made)})\b").sum())


def _unfit(files: Files, before: Table1, after: Table1) -> Iterator[str]:
    """A sentence for each repair that fits the table before and not the one after."""
    errors = replace(files, table1=after).why_not_applied
    for repair in replace(files, table1=before).under_each_repair:
        if repair in errors:
            reason = errors[repair].faults[0]
            yield (
                f"Repair {repair} no longer fits the table and is left out: {reason}. "
                "Claims are judged on the table as it is."
            )


def _claims_table(moved: pd.DataFrame, caption: str, links: str | None, words: str) -> Html:
    """Claims that moved. words : the column that says what is claimed."""
    html, text, index = [], [], []
    for _, claim in moved.iterrows():
        was = claim.copy()
        for column in COMPUTED:
            was[column] = claim[f"{column}_before"]
        numbers = [claims_tables.recomputed_text(each) for each in (was, claim)]
        each = [claim] if was["verdict"] == claim["verdict"] else [was, claim]
        index.append(claims_tables.place(claim))
        link = _linked(str(claim.name), links)
        html.append(
            {
                "Claim": f'{escape(claim[words])}<span class="why">{link}</span>',
                "Printed": escape(claims_tables.printed_text(claim)),
                "Recomputed": escape(f" {ARROW} ".join(numbers)),
                "Verdict": f" {ARROW} ".join(map(claims_tables.verdict_chip, each)),
            }
        )
        text.append(
            f"{claim.name}: {claims_tables.place(claim)}\n    {claim[words]}, printed "
            f"{claims_tables.printed_text(claim)}\n    {numbers[0]} {ARROW} {numbers[1]}, "
            + f" {ARROW} ".join(one["verdict"] for one in each)
        )
    frame = pd.DataFrame(html, index=pd.Index(index, name="Place"))
    plain = "\n".join([caption, *text])
    return Html(html_table(frame, frame, caption, kind="claims").html, plain)


def _divergences_table(found: pd.DataFrame, links: str | None) -> Html:
    """Divergences that moved: rows of `moved_divergences`."""
    cells = pd.DataFrame(
        {
            "Title": found["title"].map(escape),
            "Its claims that moved": found["claims"].map(
                lambda ids: (
                    ", ".join(_linked(name, links) for name in ids.split(", ")) if ids else ""
                )
            ),
            "Its evidence": found["evidence"].map(escape),
        }
    )
    caption = "Divergences whose claims or evidence moved."
    index = pd.Index(found.index, name="Entry")
    html = html_table(cells.set_index(index), cells, caption).html
    for name in found.index if links is not None else ():
        html = html.replace(f">{name}</th>", f">{_linked(name, links)}</th>")
    lines = [
        "\n    ".join(
            filter(None, [f"{name}: {entry['title']}", entry["claims"], entry["evidence"]])
        )
        for name, entry in validation.rows(found)
    ]
    return Html(html, "\n".join([caption, *lines]))


def _linked(name: str, links: str | None) -> str:
    """The id of a claim or a divergence, as a link to its place in the book."""
    return name if links is None else f'<a href="{links}{REGISTER}#{name}">{name}</a>'


# --- the command ------------------------------------------------------------------


_STYLE = """
:root { color-scheme: light dark; font: 1rem/1.5 system-ui, sans-serif; }
body { max-width: 70rem; margin: 2rem auto; padding: 0 1rem; }
.book-table { overflow-x: auto; margin: 2rem 0; }
table { border-collapse: collapse; }
caption { text-align: left; font-weight: bold; padding-bottom: .5rem; }
th, td { text-align: left; vertical-align: top; padding: .35rem .75rem .35rem 0;
  border-bottom: 1px solid color-mix(in srgb, currentcolor 25%, transparent); }
.num { text-align: right; }
.why { display: block; font-size: .875rem; }
a { color: light-dark(#0b5a76, #7cc4de); }
.chip { white-space: nowrap; }
.chip.differs { color: light-dark(#a3290f, #ff9c85); font-weight: bold; }
"""


def page(found: Html, title: str, style: str = "") -> str:
    """A complete HTML page with an `Html` in it. The page loads nothing. style : more CSS."""
    return f"""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>{escape(title)}</title>
<style>{_STYLE}{style}</style>
</head>
<body>
<main>
<h1>{escape(title)}</h1>
{found.html}
</main>
</body>
</html>
"""


def main() -> None:
    """Compare two tables, as the command line says."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("table", nargs="?", type=Path, default=table1.PATH, help="a CSV file")
    options = parser.parse_args()
    try:
        before, after = exports.exported_table1(), table1.read_file(options.table)
        book = PAGE.parent / "html" / "book"
        found = report(records.load(), before, after, "html/book/" if book.is_dir() else None)
        title = f"What moves with {options.table.name}"
        PAGE.parent.mkdir(exist_ok=True)
        exports.write_file(PAGE, page(found, title))
    except (DataError, OSError) as error:
        sys.exit(f"error: {error}")
    table, target = (os.path.relpath(path) for path in (options.table, PAGE))
    print(f"{table} beside Table 1 as last exported to data/exports.\n\n{found.text}\n")
    print(f"The same as a page: {target}")


if __name__ == "__main__":
    main()
