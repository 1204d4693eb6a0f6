"""What ``pip install .`` says: this is a book, and no package to install.

pip asks a build backend for a wheel; `pyproject.toml` names this one. The package in
``book/correll2004`` reads ``data/`` beside it, and would be of no use without.
"""

from typing import NoReturn

MESSAGE = """
This is a book and not a package to install: its code reads the data folder of the same tree.
`make environment` installs what it needs. After it, `PYTHONPATH=book .venv/bin/python` can
import correll2004.
"""


def refuse(*arguments: object, **settings: object) -> NoReturn:
    raise SystemExit(MESSAGE)


build_wheel = build_editable = build_sdist = refuse
