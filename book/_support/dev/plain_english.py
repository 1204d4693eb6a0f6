"""Checks and measures the book's English: ``make lint`` and ``make prose``.

The rules are in ``plain_english.toml``. ``plain_english.csv`` allows each page the hits that it
has had; the allowance only falls, so that no page gets worse while the old hits are removed.
"""

from __future__ import annotations

import csv
import json
import re
import sys
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.token import Token
from mdit_py_plugins.dollarmath import dollarmath_plugin
from mdit_py_plugins.front_matter import front_matter_plugin

from _support.common import ROOT, SITE, parse_html, write_files

HERE = Path(__file__).parent
RULES = tomllib.loads((HERE / "plain_english.toml").read_text(encoding="utf-8"))
INSTEAD = {re.compile(words, re.IGNORECASE): say for words, say in RULES["instead"].items()}
ALLOWANCES = HERE / "plain_english.csv"
TEXTS = ("book/glossary.md", "book/teaching.md", "index.md", "README.md", "CONTRIBUTING.md")

MARKDOWN = MarkdownIt("commonmark").enable("table").use(dollarmath_plugin).use(front_matter_plugin)
GLOSSARY = re.compile(r"^```\{glossary\}\n(.*?)^```$", re.MULTILINE | re.DOTALL)
FORMAL = "…"  # in place of code and formulas: a word of one syllable that no rule looks at
WORD = re.compile(rf"\S*[\w{FORMAL}]\S*")
DOTTED = re.compile(r"\b(al|vs|cf|e\.g|i\.e|n\.d|Fig|Dr|pp?)\.")
SENTENCE = re.compile(rf'(?:(?<=[.!?])|(?<=[.!?]["”’)]))\s+(?=["“(]?[A-Z0-9{FORMAL}])')
CODE = re.compile(r"\b[DR]\d{1,2}\b")
ABBREVIATION = re.compile(r"\b([A-Z]{2,5})s?\b")  # longer ones are names of files or commands
# Vowels that are heard: not the last ones of made, closes, rounded is right, moved.
VOWELS = re.compile(r"[aeiouy]+")
SILENT = re.compile(r"[^aeiouyl]e$|(?<![aeiouycgszx])(?<!ch)(?<!sh)es$|[^aeiouytd]ed$")


@dataclass(frozen=True)
class Block:
    """A paragraph, a heading or a table's cell, as plain text.

    place : cell of the notebook, row of the table, or line of the file.
    unlinked : the text without that of its links. prose : whether it is a paragraph.
    """

    place: str
    text: str
    unlinked: str
    prose: bool

    @property
    def sentences(self) -> list[str]:
        """Its sentences; a heading or a cell is one."""
        whole = DOTTED.sub(lambda match: match[0].replace(".", "․"), self.text)
        return [part.replace("․", ".") for part in SENTENCE.split(whole)]


@dataclass(frozen=True)
class Hit:
    """What a rule has found. rule : sentence, word, abbreviation or code."""

    place: str
    rule: str
    message: str


@dataclass(frozen=True)
class Page:
    """A chapter, a text or a table's prose. codes : whether codes have to be links."""

    name: str
    blocks: list[Block] = field(repr=False)
    codes: bool = True

    @property
    def sentences(self) -> list[str]:
        """Those of its paragraphs."""
        return [each for block in self.blocks if block.prose for each in block.sentences]

    @property
    def hits(self) -> list[Hit]:
        """All that the rules find."""
        found = [hit for block in self.blocks for hit in _of_sentences(block)]
        if self.codes:
            for block in self.blocks:
                for code in CODE.findall(block.unlinked):
                    found.append(Hit(block.place, "code", f"{code} is not a link"))
        return found + list(_abbreviations(self.blocks))


# --- rules ------------------------------------------------------------------------


def _of_sentences(block: Block) -> Iterator[Hit]:
    for sentence in block.sentences:
        length = len(WORD.findall(sentence))
        if block.prose and length > RULES["longest_sentence"]:
            start = " ".join(sentence.split()[:8])
            yield Hit(block.place, "sentence", f'{length} words: "{start} ..."')
        for words, say in INSTEAD.items():
            for match in words.finditer(sentence):
                yield Hit(block.place, "word", f'"{match[0].strip()}"; instead: {say}')


def _abbreviations(blocks: list[Block]) -> Iterator[Hit]:
    text = "\n".join(block.text for block in blocks)
    seen = set().union(*RULES["abbreviations"].values())
    for block in blocks:
        for short in ABBREVIATION.findall(block.text):
            if short not in seen and not _spelt_out(short, text):
                yield Hit(block.place, "abbreviation", f"{short} is not spelt out on the page")
            seen.add(short)


def _spelt_out(short: str, text: str) -> bool:
    """Whether words with its initials are in the text; for two letters, right before it."""
    words = r"[\s-]+(?:(?:of|and|the)\s+)?".join(rf"{letter}\w*" for letter in short)
    after = rf"\s+\({short}" if len(short) < 3 else ""
    return re.search(rf"\b{words}{after}\b", text, re.IGNORECASE) is not None


# --- measures ---------------------------------------------------------------------


def syllables(word: str) -> int:
    """Number of syllables, from the spelling; a number counts as one."""
    letters = re.sub(r"[^a-z]", "", word.lower())
    return max(1, len(VOWELS.findall(letters)) - bool(SILENT.search(letters)))


def grade(sentences: list[str]) -> float:
    """Reading grade (Flesch-Kincaid): years of school needed to follow at first reading."""
    words = [word for sentence in sentences for word in WORD.findall(sentence)]
    if not words:
        return 0.0
    per_word = sum(map(syllables, words)) / len(words)
    return 0.39 * len(words) / len(sentences) + 11.8 * per_word - 15.59


def share_long(sentences: list[str]) -> float:
    """Share of sentences with more than `long_sentence` words."""
    long = sum(len(WORD.findall(each)) > RULES["long_sentence"] for each in sentences)
    return long / max(1, len(sentences))


def words_rendered(page: str, site: Path = SITE) -> int | None:
    """Words that a reader sees on the page of the built site; None if there is none."""
    path = site / Path(page).with_suffix(".html")
    if page in TEXTS[1:] or not path.is_file():
        return None
    article = parse_html(path.read_text(encoding="utf-8")).article
    assert article is not None, f"{path} has no article"
    for element in article(["script", "style", "svg", "template"]):
        element.decompose()
    return len(article.get_text(" ").split())


# --- texts ------------------------------------------------------------------------


def blocks_of(markdown: str, place: str = "") -> list[Block]:
    """The paragraphs, headings and cells of a text in Markdown.

    place : of all blocks; if empty, each has its line.
    """
    # The terms of a glossary are in a fence, each with its paragraph below it, set in.
    opened = GLOSSARY.sub(lambda fence: fence[1].replace("\n  ", "\n\n"), markdown)
    tokens = MARKDOWN.parse(opened)
    found = []
    for before, token in pairwise(tokens):
        if token.type == "inline":
            line = f"line {token.map[0] + 1}" if token.map else ""
            text, unlinked = (_plain(token.children or [], links) for links in (True, False))
            if text:
                found.append(Block(place or line, text, unlinked, before.type == "paragraph_open"))
    return found


def _plain(tokens: list[Token], links: bool) -> str:
    parts, depth = [], 0
    for token in tokens:
        depth += {"link_open": 1, "link_close": -1}.get(token.type, 0)
        if depth and not links:
            continue
        if token.type in {"text", "image"}:
            parts.append(token.content)
        elif token.type in {"softbreak", "hardbreak"}:
            parts.append(" ")
        elif token.type in {"code_inline", "math_inline", "math_inline_double"}:
            parts.append(FORMAL)
    # What MyST reads: a role's name before its code, a block's class.
    return re.sub(rf"\{{[a-z:]+\}}(?={FORMAL})|^\{{\.[\w-]+\}}\s*", "", "".join(parts)).strip()


def _of_notebook(path: Path) -> Iterator[Block]:
    for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
        hidden = "remove-cell" in cell["metadata"].get("tags", [])
        if cell["cell_type"] == "markdown" and not hidden:
            yield from blocks_of("".join(cell["source"]), f"cell {cell['id']}")


def _of_table(path: Path, columns: Mapping[str, Any]) -> Iterator[Block]:
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            place = " ".join(row[name] for name in columns["key"])
            for name in columns["prose"]:
                yield from blocks_of(row[name], f"{place}, {name}")


def pages(root: Path = ROOT) -> list[Page]:
    """All that is checked: the chapters, then texts, then tables with prose."""
    chapters = sorted((root / "book").glob("*.ipynb"))
    found = [Page(f"book/{path.name}", list(_of_notebook(path))) for path in chapters]
    found += [Page(name, blocks_of((root / name).read_text(encoding="utf-8"))) for name in TEXTS]
    for name, columns in RULES["tables"].items():
        found.append(Page(name, list(_of_table(root / name, columns)), codes=False))
    return found


# --- allowances and commands ------------------------------------------------------


def read_allowances(path: Path = ALLOWANCES) -> dict[str, int]:
    """Hits allowed, by page; a page that is not in the file may have none."""
    with path.open(encoding="utf-8", newline="") as file:
        return {row["page"]: int(row["hits"]) for row in csv.DictReader(file)}


def lowered(allowed: Mapping[str, int], found: Mapping[str, int]) -> dict[str, int]:
    """Allowances of the pages that exist: as before or, if fewer hits are left, those."""
    fewest = {page: min(hits, allowed.get(page, 0)) for page, hits in found.items()}
    return {page: hits for page, hits in fewest.items() if hits}


def write_allowances(allowed: Mapping[str, int], path: Path = ALLOWANCES) -> None:
    """Write the file of allowances."""
    rows = [f"{page},{hits}" for page, hits in allowed.items()]
    write_files({path: "\n".join(["page,hits", *rows, ""])})


def report(page: Page) -> str:
    """Every hit of a page, a line each."""
    lines = [f"{page.name}, {hit.place}: {hit.message}" for hit in page.hits]
    return "\n".join(lines) or f"{page.name}: no hits"


def worse(checked: list[Page], allowed: Mapping[str, int]) -> list[str]:
    """For each page with more hits than it is allowed: its hits, and both numbers."""
    return [
        f"{report(page)}\n{page.name}: {len(page.hits)} hits, allowed are at most "
        f"{allowed.get(page.name, 0)}"
        for page in checked
        if len(page.hits) > allowed.get(page.name, 0)
    ]


def table(measured: list[Page]) -> str:
    """A line for each page and one for all, as `make prose` prints them."""
    rules = ("sentence", "word", "abbreviation", "code")
    head = ("page", "grade", ">25", ">30", "words", "abbr.", "codes", "hits", "prose", "rendered")
    lines = [f"{head[0]:34}" + "".join(f"{name:>9}" for name in head[1:])]
    whole = Page("all", [block for page in measured for block in page.blocks])
    for page in [*measured, whole]:
        hits = [hit for each in measured if page in (each, whole) for hit in each.hits]
        counts = [sum(hit.rule == rule for hit in hits) for rule in rules]
        prose = sum(len(WORD.findall(block.text)) for block in page.blocks)
        shown = [f"{grade(page.sentences):.1f}", f"{100 * share_long(page.sentences):.0f}%"]
        shown += map(str, [*counts, len(hits), prose, words_rendered(page.name) or ""])
        lines.append(f"{page.name:34}" + "".join(f"{each:>9}" for each in shown))
    return "\n".join(lines)


NOTE = """
grade: Flesch-Kincaid, in years of school; a number counts as one syllable. >25: share of
sentences with more words. Hits: sentences over 30 words, words of the list, abbreviations not
spelt out, codes that are not links. prose: words written; rendered: words on the built page, with
tables and code.
"""


def main(arguments: list[str]) -> int:
    """``--check`` fails where a page got worse; a page's name lists its hits; else the table."""
    found = pages()
    if arguments == ["--check"]:
        complaints = worse(found, read_allowances())
        print("\n\n".join(complaints) or "Plain English: no page has more hits than allowed.")
        return int(bool(complaints))
    if arguments:
        chosen = [page for page in found if arguments[0] in {page.name, Path(page.name).stem}]
        if not chosen:
            sys.exit(f"error: no page is named {arguments[0]}")
        print("\n".join(map(report, chosen)))
        return 0
    write_allowances(lowered(read_allowances(), {page.name: len(page.hits) for page in found}))
    print(table(found) + "\n" + NOTE)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
