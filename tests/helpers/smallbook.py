"""A small tree in place of the book: one chapter, its built page, a lock file."""

import json

from correll2004.show.html import anchor

LOCK = """\
# made by a tool
numpy==2.4.6 \\
    --hash=sha256:{a} \\
    --hash=sha256:{b}
    # via
    #   -r requirements.in
    #   scipy
scipy==1.17.1 ; python_full_version < '3.12' \\
    --hash=sha256:{b}
    # via -r requirements.in
""".format(a="a" * 64, b="b" * 64)
CONTENTS = """\
root: index
parts:
  - caption: All
    chapters: [{file: book/results}, {file: book/references}]
"""


def table(caption, kind=""):
    box = f'<div class="book-table {kind}" id="{anchor(caption)}">'
    return f"{box}<table><caption>{caption}</caption></table></div>"


def figure(name, caption):
    return f'<figure class="book-figure" id="{name}"><figcaption>{caption}</figcaption></figure>'


OUTPUTS = [
    *(table(f"Table {number}: recomputed", "with-verdicts") for number in (1, 2, 3, 4, 5)),
    figure("first", "Figure 1. A <b>curve</b>."),
    figure("second", "Figure 2. Another."),
    table("Patients &amp; cycles in Table 1"),
]
PAGE = (
    f"<h1>Results</h1>{figure('ours', 'One of ours.')}"
    f"<table><caption>Of the text</caption></table>{''.join(OUTPUTS)}"
)


def notebook(outputs):
    cells = [
        {
            "id": f"results-{number:02}",
            "cell_type": "code",
            "metadata": {},
            "outputs": [{"data": {"text/html": html.splitlines(keepends=True)}}],
        }
        for number, html in enumerate(outputs)
    ]
    glue = {"id": "glue", "metadata": {"tags": ["remove-cell"]}, "outputs": cells[0]["outputs"]}
    return json.dumps({"cells": [*cells, glue, {"id": "prose", "metadata": {}}]})


def write_small_book(root):
    """Write a book of one chapter into a folder, with its built page in ``_build/html``."""
    files = {
        "_toc.yml": CONTENTS,
        "CITATION.cff": "version: 1.2.3\n",
        ".gitignore": "# what is made\n/_build/\n__pycache__/\n",
        "book/results.ipynb": notebook(OUTPUTS),
        "book/references.md": "# References\n",
        "book/__pycache__/x.pyc": "x",
        ".ci/run": "#!/bin/sh\n",
        "requirements.txt": LOCK,
        "book/_support/sphinx/static/third-party.txt": "",
        "_build/html/book/results.html": PAGE,
        "_build/html/index.html": "<h1>Book</h1>",
        "_build/book.pdf": "%PDF",
    }
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    (root / ".ci" / "run").chmod(0o755)
    return root
