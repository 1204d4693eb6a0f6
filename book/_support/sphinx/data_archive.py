"""Writes the data as one file to download: tables, dictionary, first scripts in R and Python.

It is written before Sphinx reads the chapters, since the Data chapter offers it. Nothing in it
is compressed, so that every build gives the same bytes, whatever the machine's zlib.
"""

import io
import json
import textwrap
import zipfile
from pathlib import Path

from sphinx.application import Sphinx

from _support.common import write_files
from correll2004.data import dictionary, repairs, table1

NAME = "correll2004-data"
TARGET = Path("_build") / f"{NAME}.zip"
DATE = (2004, 5, 1, 0, 0, 0)  # of every file: the month in which the paper was printed

README = """\
# The patient table of Correll et al. (2004) as data

Correll GE, Maleki J, Gracely EJ, Muir JJ, Harbut RE. Subanesthetic ketamine infusion therapy:
a retrospective analysis of a novel therapeutic approach to complex regional pain syndrome.
Pain Medicine 2004;5(3):263-275. Please cite the paper, whose patients these are, and say which
file you used.

## Files

{files}
- `datapackage.json`: the data dictionary, with every column's meaning, unit and limits
  (Frictionless Table Schema). All tables are comma-separated text in UTF-8.

## Start

- R, with its package survival: `Rscript curve.R`, `Rscript courses.R`
- Python, with pandas and lifelines: `python courses.py`

`N/A` is a printed outcome, not a missing value: `keep_default_na=False` in pandas,
`na.strings = ""` in R. `event` in `cycles.csv` is 1 for a relapse; `CNSR` in `adtte.csv` is 1
for a censored time. In `adtte.csv` one `PARAMCD` is one curve and has each patient once.

{repairs}

## Licence

The data are facts, dedicated to the public domain (CC0 1.0). The scripts are under the MIT
licence; see `LICENSE`.
"""


def files(root: Path) -> dict[str, bytes]:
    """The archive's files: bytes by name, all in one folder, where a script finds its table.

    root : the tree. The paths in the dictionary are changed to those in the archive.
    """
    data = root / "data"
    package = json.loads((data / "datapackage.json").read_text(encoding="utf-8"))
    found, lines = {"LICENSE": (root / "LICENSE").read_bytes()}, []
    for resource in package["resources"]:
        name = f"{resource['name']}.csv"
        found[name] = (data / resource["path"]).read_bytes()
        resource["path"] = name
        line = f"- `{name}`: {resource['description']}"
        lines.append(textwrap.fill(line, 95, subsequent_indent="  "))
    found["datapackage.json"] = (json.dumps(package, indent=1, ensure_ascii=False) + "\n").encode()
    words = README.format(files="\n".join(lines), repairs=_repairs_in_words(data))
    found["README.md"] = words.encode()
    for path in (root / "book" / "examples").iterdir():
        if path.suffix in (".R", ".py"):
            found[path.name] = path.read_bytes()
    return found


def _repairs_in_words(data: Path) -> str:
    """A paragraph for each repair of the data folder."""
    rules = dictionary.read(data / dictionary.PATH.name)
    found = table1.read_repairs(data / table1.REPAIRS_PATH.name, rules)
    paragraphs = []
    for name in found["repair"].unique():
        cells = " and ".join(
            f"{of}, printed as {printed}, is read as {read_as}"
            for of, printed, read_as in repairs.cells(found, name)
        )
        words = f"{name} is a hypothesis, not a correction: {cells}. `repairs.csv` says why."
        paragraphs.append(textwrap.fill(words, 95))
    return "\n\n".join(paragraphs)


def archive(root: Path) -> bytes:
    """The archive as the bytes of a ZIP file: names sorted, dates and permissions constant.

    root : the tree.
    """
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as target:
        for name, content in sorted(files(root).items()):
            entry = zipfile.ZipInfo(f"{NAME}/{name}", DATE)
            entry.create_system, entry.external_attr = 3, 0o100644 << 16  # as on Linux
            target.writestr(entry, content)
    return buffer.getvalue()


def write(app: Sphinx) -> None:
    """Write the archive where the Data chapter looks for it (``builder-inited``)."""
    target = Path(app.srcdir) / TARGET
    target.parent.mkdir(exist_ok=True)
    write_files({target: archive(Path(app.srcdir))})


def setup(app: Sphinx) -> None:
    """Connect this module."""
    app.connect("builder-inited", write)
