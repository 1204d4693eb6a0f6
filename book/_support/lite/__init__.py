"""The chapters as notebooks that run in the reader's browser, without a server.

``python -m lite build`` adds a JupyterLite app to the built site, in ``_build/html/lite``,
with every chapter of ``_toc.yml``, the package and the data inside. Python itself is Pyodide;
it and every package are served by the site, nothing by anyone else.

``pyodide`` fetches and checks Pyodide, ``wheels`` the other packages, ``notebooks`` gives a
chapter its kernel, ``app`` puts the app together, ``button`` links it from the chapters. Standard
library only: it runs in a virtual environment of its own (``requirements.txt`` beside this file),
and the book does without it.
"""

import shutil
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
HERE = Path(__file__).resolve().parent
WORK = ROOT / "_build" / "lite"
SITE = ROOT / "_build" / "html"
APP = SITE / "lite"


class Stop(Exception):
    """The build cannot go on; the message says why, for whoever runs it."""


@contextmanager
def aside(parent, name):
    """An empty folder to work in; what an interrupted run has left there goes first."""
    folder = parent / f".{name}"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
