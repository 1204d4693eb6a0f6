"""Makes the chapters notebooks that run in the reader's browser, without a server.

``python -m _support.lite build`` adds a JupyterLite app to the built site, in ``_build/html/lite``,
with every chapter, the package and the data. Python itself is Pyodide; the site serves it and
every package, and no other host serves anything.

``pyodide`` fetches and checks Pyodide, ``wheels`` the other packages, ``notebooks`` gives a
chapter its kernel, ``app`` builds the app, ``button`` links to it from the chapters. The modules
import the standard library alone: they run in a virtual environment of their own
(``requirements.txt`` beside this file), without what the book needs.
"""

from pathlib import Path

from _support.common import BUILD, SITE

HERE = Path(__file__).resolve().parent
WORK = BUILD / "lite"
APP = SITE / "lite"


class LiteError(Exception):
    """The app cannot be built; the message says why."""
