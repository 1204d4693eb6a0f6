"""The open questions: ranked by what they decide, and those that cannot be ranked."""

from html import escape

import pandas as pd

from ..audit import open_questions
from ..data.dictionary import LIST_SEPARATOR
from ..paper.questions import questions_of
from ..paper.records import Files
from .html import Html, html_table, without_zeros
from .sources import entry_link


def ranked_questions(files: Files) -> Html:
    """The questions that a recomputation can rank, the most decisive first."""
    found = open_questions.ranking(files).dropna()
    ties = ["claims", "bounds", "points"]
    ranks = found[ties].apply(tuple, axis=1).rank(method="min", ascending=False).astype(int)
    shared = ranks.duplicated(keep=False)
    counts = found[["answers", "claims", "headlines", "bounds"]].astype(int).astype(str)
    moves = [
        "; ".join(
            f"{without_zeros(row[unit], 1)} {unit}"
            for unit in ("points", "months")
            if without_zeros(row[unit], 1) != "0"
        )
        or "–"
        for _, row in found.iterrows()
    ]
    cells = pd.DataFrame(
        {
            "Rank": ranks.astype(str) + shared.map({True: " =", False: ""}),
            **counts.set_axis(["Answers tried", "Verdicts", "Headlines", "Bounds"], axis=1),
            "A bound moves by at most": moves,
        },
        index=found.index,
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
