"""The chapters as notebooks that run in the reader's browser, without a server.

``python -m _support.lite build`` adds a JupyterLite app to the built site, in ``_build/html/lite``,
with every chapter of ``_toc.yml``, the package and the data inside. Python itself is Pyodide;
it and every package are served by the site, nothing by anyone else.

``pyodide`` fetches and checks Pyodide, ``wheels`` the other packages, ``notebooks`` gives a
chapter its kernel, ``app`` puts the app together, ``button`` links it from the chapters. Standard
library only: it runs in a virtual environment of its own (``requirements.txt`` beside this file),
and the book does without it.
"""

from pathlib import Path

from _support.common import BUILD, SITE

HERE = Path(__file__).resolve().parent
WORK = BUILD / "lite"
APP = SITE / "lite"


class LiteError(Exception):
    """The build cannot go on; the message says why, for whoever runs it."""
