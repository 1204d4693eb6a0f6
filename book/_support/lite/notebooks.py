"""Prepares a chapter for the app: as committed, with the browser's Python as its kernel."""

import json
from typing import Any

from _support.common import BOOK

KERNEL = {"name": "python", "display_name": "Python (Pyodide)", "language": "python"}
HIDDEN_CODE = {"hide-input", "remove-input", "remove-cell"}  # tags of cells with hidden code


def chapters() -> list[str]:
    """Names of the chapters that are notebooks, sorted."""
    return sorted(path.stem for path in BOOK.glob("*.ipynb"))


def committed(name: str) -> dict[str, Any]:
    """A chapter's notebook as it is in the book."""
    return json.loads((BOOK / f"{name}.ipynb").read_text(encoding="utf-8"))


def for_app(name: str) -> dict[str, Any]:
    """A chapter's notebook for the app."""
    notebook = committed(name)
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code":
            if HIDDEN_CODE & set(cell["metadata"].get("tags", [])):
                cell["metadata"]["jupyter"] = {"source_hidden": True}
            cell["metadata"]["trusted"] = (
                True  # otherwise the figures of stored outputs are left out
            )
    notebook["metadata"]["kernelspec"] = KERNEL
    return notebook
