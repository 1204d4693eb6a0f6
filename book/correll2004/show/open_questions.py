"""The open questions: ranked by what they decide, and those that cannot be ranked."""

from html import escape

import pandas as pd

from ..audit import open_questions
from ..data.dictionary import LIST_SEPARATOR
from ..paper.questions import questions_of
from ..paper.records import Files
from .html import NOT_REACHED, Html, html_table, without_zeros
from .sources import entry_link


def ranked_questions(files: Files) -> Html:
    """The questions that a recomputation can rank, the most decisive first."""
    found = open_questions.ranking(files).dropna()
    ties = ["claims", "bounds", "bound_points"]
    ranks = found[ties].apply(tuple, axis=1).rank(method="min", ascending=False).astype(int)
    shared = ranks.duplicated(keep=False)
    count = found[["answers", "claims", "headlines", "bounds"]].astype(int).astype(str)
    cells = pd.DataFrame(
        {
            "Rank": ranks.astype(str) + shared.map({True: " =", False: ""}),
            "Answers tried": count["answers"],
            "Verdicts": count["claims"],
            "Headlines": count["headlines"],
            "A headline moves at most": _largest_moves(found, "headline"),
            "Bounds": count["bounds"],
            "A bound moves at most": _largest_moves(found, "bound"),
        }
    )
    computed = int((files.register["compute"] != "").sum())
    headlines = int((files.register["headline"] != "").sum())
    note = (
        "Verdicts, headlines and bounds: how many depend on the answer, of "
        f"{computed}, {headlines} and {2 * headlines}. A bound is the lowest or the highest "
        "possible value of a headline result, whatever happened to the patients last seen in "
        "remission or not seen again; times count up to 36 months. =: as decisive as another."
    )
    return _with_entries(files, cells, "Facts that could be asked for, by what they decide.", note)


def _largest_moves(found: pd.DataFrame, what: str) -> pd.Series:
    """By how much a headline or a bound moves at most, in words."""
    texts = []
    for _, row in found.iterrows():
        moves = {unit: without_zeros(row[f"{what}_{unit}"], 1) for unit in ("points", "months")}
        moved = [
            "a median is not reached" if size == NOT_REACHED else f"{size} {unit}"
            for unit, size in moves.items()
            if size != "0"
        ]
        texts.append("; ".join(moved) or "–")
    return pd.Series(texts, index=found.index)


def unranked_questions(files: Files) -> Html:
    """The questions that no recomputation can rank, with the reason."""
    found = open_questions.ranking(files)
    found = found[found["claims"].isna()]
    cells = pd.DataFrame(
        {
            "Values that it could check": found["checks"].astype(str),
            "Why no recomputation can rank it": questions_of(files.questions)["unranked"],
        }
    ).loc[found.index]
    caption = "Facts that no recomputation can rank."
    note = "Values that it could check: published values that Table 1 cannot check."
    return _with_entries(files, cells, caption, note)


def _with_entries(files: Files, cells: pd.DataFrame, caption: str, note: str) -> Html:
    """A table of questions, with title and links to the ledger."""
    of = questions_of(files.questions).loc[cells.index]
    names = [list(filter(None, each.split(LIST_SEPARATOR))) for each in of["divergence"]]
    links = [", ".join(entry_link(files, name) for name in each) or "–" for each in names]
    titled = cells.map(escape).set_axis(pd.Index(of["title"], name="Fact"))
    plain = titled.assign(Ledger=[", ".join(each) for each in names])
    return html_table(titled.assign(Ledger=links), plain, caption, note)
