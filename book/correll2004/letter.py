"""A letter to the authors with the open questions, for a reader to sign and send.

``python -m correll2004.letter`` prints it and writes it as a page to print. The questions and
what each decides come from ``data/open_questions.csv`` and the register.
"""

import os
import sys
from html import escape

import pandas as pd

from . import exports
from .audit import open_questions
from .changes import page
from .data import repairs
from .data.faults import DataError
from .paper import claims, questions, records
from .paper.records import Files
from .paths import ROOT
from .show.html import Html, without_zeros

PAGE = ROOT / "_build" / "letter.html"
TITLE = "Questions about your Table 1"
STYLE = """
body { max-width: 42rem; }
h1 { font-size: 1.25rem; }
li { margin: .6rem 0; break-inside: avoid; }
li p { margin: 0; }
@page { size: A4; margin: 1.8cm 2.2cm; }
@media print {
  :root { color-scheme: light; font-size: 10pt; line-height: 1.35; }
  body { margin: 0; padding: 0; max-width: none; }
}
"""


def letter(files: Files) -> Html:
    """The letter, as a page's content and as plain text."""
    items = [(asked, decided(files, names)) for asked, names in items_of(files)]
    before, after = opening(files), closing()
    html = [f"<p>{escape(line)}</p>" for line in before]
    html += ["<ol>"]
    html += [
        f'<li><p>{escape(asked)}</p><p class="why">{escape(why)}</p></li>' for asked, why in items
    ]
    html += ["</ol>", *(f"<p>{escape(line)}</p>" for line in after)]
    numbered = [f"{n}. {asked}\n   {why}" for n, (asked, why) in enumerate(items, start=1)]
    return Html("\n".join(html), "\n\n".join([*before, *numbered, *after]))


def items_of(files: Files) -> list[tuple[str, list[str]]]:
    """Each question as it is put, with the facts that it asks for, the most decisive first."""
    order = open_questions.ranking(files).index.tolist()
    asked = questions.asked_together(files.questions)
    return sorted(asked.items(), key=lambda item: min(map(order.index, item[1])))


def decided(files: Files, names: list[str]) -> str:
    """What the answer to one question, or to several that are asked together, decides."""
    found = open_questions.ranking(files).loc[names]
    total = int((files.register["compute"] != "").sum())
    if found["claims"].notna().any():
        most = int(found["claims"].max())
        start = "Each of these facts decides whether" if len(names) > 1 else "It decides whether"
        upto = "up to " if len(names) > 1 else ""
        words = [f"{start} your data give {upto}{most} of the {total} printed values."]
        words += _largest_move(files, names)
    else:
        words = [str(questions.questions_of(files.questions).at[names[0], "unranked"])]
    if checks := int(found["checks"].sum()):
        words.append(f"It could check {checks} printed values that Table 1 cannot.")
    return " ".join(words)


def _largest_move(files: Files, names: list[str]) -> list[str]:
    """A sentence on the headline share that moves most; none if no share moves."""
    shares = files.register.query("headline != '' and unit == 'percent'")["headline"]
    moves = pd.concat([open_questions.decisions(files).moves(name)["value"] for name in names])
    moves = moves[moves.index.isin(shares.index)].round(6)  # noise does not choose among equals
    if not moves.any():
        return []
    title = str(shares[moves.idxmax()]).partition(" (")[0]
    result = f"{title[0].lower()}{title[1:]}"
    points = without_zeros(moves.max(), 0)
    return [f"The estimate of \u201c{result}\u201d moves by up to {points} percentage points."]


def opening(files: Files) -> list[str]:
    """The paragraphs before the questions."""
    kinds = claims.register(files)["kind"].value_counts()
    read_as = [repairs.in_words(files.repairs, name, "is read as") for name in files.repair_names]
    computed = int((files.register["compute"] != "").sum())
    return [
        "[Your name, address and date]",
        "Dear Dr. Correll and colleagues,",
        "I have read your paper on subanesthetic ketamine infusions for complex regional pain "
        "syndrome (Pain Medicine 2004;5(3):263-275) beside a book that recomputes it from its "
        f"Table 1. Of {computed} printed values that the table can give, it reproduces "
        f"{kinds[claims.REPRODUCED]} as they are and {kinds[claims.UNDER_REPAIR]} more if "
        f"{' or '.join(read_as)}; {kinds[claims.DIFFERS]} differ.",
        "Some facts that are not printed would settle what is open. I ask for them here, those "
        "that decide most first. An answer to one question would already help, and so would the "
        "word that nothing is known any more. The numbers of Table 1 are enough to name a patient: "
        "please send no names and no dates of birth.",
        "The makers of the book have not asked you. They wrote down the questions; this letter "
        "is mine.",
    ]


def closing() -> list[str]:
    """The paragraphs after the questions."""
    return [
        "What a fact decides was computed: every possible answer, or examples of them, became a "
        "table of its own, with which all printed values were compared.",
        "With many thanks for publishing the patients one by one, which makes such questions "
        "possible,",
        "[Your name]",
    ]


def main() -> None:
    """Print the letter, and write it as a page."""
    try:
        found = letter(records.load())
        PAGE.parent.mkdir(exist_ok=True)
        exports.write_file(PAGE, page(found, TITLE, STYLE))
    except (DataError, OSError) as error:
        sys.exit(f"error: {error}")
    print(f"{found.text}\n\nThe same as a page to print: {os.path.relpath(PAGE)}")


if __name__ == "__main__":
    main()
