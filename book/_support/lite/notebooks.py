"""A chapter as the app opens it: as committed, with the browser's Python as its kernel."""

import json

from _support.common import BOOK

KERNEL = {"name": "python", "display_name": "Python (Pyodide)", "language": "python"}
FOLDED = {"hide-input", "remove-input", "remove-cell"}  # cells whose code the book folds away


def chapters() -> list[str]:
    """Names of the notebooks, sorted; each is a chapter."""
    return sorted(path.stem for path in BOOK.glob("*.ipynb"))


def committed(name: str) -> dict:
    """A chapter as it is in the book."""
    return json.loads((BOOK / f"{name}.ipynb").read_text(encoding="utf-8"))


def for_app(name: str) -> dict:
    """A chapter for the app."""
    notebook = committed(name)
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code":
            if FOLDED & set(cell["metadata"].get("tags", [])):
                cell["metadata"]["jupyter"] = {"source_hidden": True}
            cell["metadata"]["trusted"] = True  # or the figures of stored outputs are left out
    notebook["metadata"]["kernelspec"] = KERNEL
    return notebook
