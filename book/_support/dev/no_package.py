"""Refuses ``pip install .``: this is a book, not a package to install.

pip asks the build backend that `pyproject.toml` names, this module, for a wheel. The package in
``book/correll2004`` reads ``data/`` in the same tree, and would not work without it.
"""

from typing import NoReturn

MESSAGE = """
This is a book and not a package to install: its code reads the data folder of the same tree.
`make environment` installs what it needs. After it, `PYTHONPATH=book .venv/bin/python` can
import correll2004.
"""


def refuse(*arguments: object, **settings: object) -> NoReturn:
    """Stop pip with `MESSAGE`."""
    raise SystemExit(MESSAGE)


build_wheel = build_editable = build_sdist = refuse
