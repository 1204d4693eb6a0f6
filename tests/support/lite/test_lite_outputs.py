"""Notebooks in the browser, as far as it can be tested without the browser's Python.

How a chapter reads there, and what the comparison of its outputs tolerates;
``test_lite.py`` runs the chapters.
"""

import json
import re
from importlib.metadata import distributions
from types import SimpleNamespace

import pytest
from liteoutputs import code, same

from _support.lite import notebooks
from correll2004 import show
from correll2004.paths import BOOK

chapters = pytest.mark.parametrize("chapter", notebooks.chapters())


@chapters
def test_a_chapter_keeps_its_code_and_outputs(chapter):
    kept = [(cell["source"], cell["outputs"]) for cell in code(notebooks.for_app(chapter))]
    assert kept == [
        (cell["source"], cell["outputs"]) for cell in code(notebooks.committed(chapter))
    ]


def output(html, text=""):
    data = {"text/html": html, "text/plain": text}
    return {"output_type": "execute_result", "metadata": {}, "data": data}


def test_the_comparison_sees_a_changed_word_a_lost_element_and_a_moved_one():
    path = BOOK / "results-duration-of-relief.ipynb"
    cells = code(json.loads(path.read_text(encoding="utf-8")))
    html = ["".join(o["data"].get("text/html", "")) for cell in cells for o in cell["outputs"]]
    drawn = next(text for text in html if "</svg>" in text)

    def after(change):
        assert change != drawn
        return same(output(change), output(drawn), "")

    assert same(output(drawn), output(drawn), "") == ""
    assert after(re.sub(r"\d([^<>]*</text>)", r"7\1", drawn, count=1))
    assert after(re.sub(r"<path[^>]*/>", "", drawn, count=1))
    assert after(re.sub(r'"M (\d)', r'"M 9\1', drawn, count=1))
    assert after(drawn.replace("</figcaption>", ".</figcaption>"))
    assert after(drawn.replace('aria-label="', 'aria-label="A'))


def colophon(monkeypatch, installed):
    """The Colophon's table of versions, made where packages are ``installed``: {name: version}."""
    shown, made = [], show.table
    packages = [SimpleNamespace(name=name, version=installed[name]) for name in installed]
    monkeypatch.setattr("importlib.metadata.distributions", lambda: packages)
    monkeypatch.setattr(show, "table", lambda *given: shown.append(made(*given)))
    source = ["".join(cell["source"]) for cell in code(notebooks.committed("colophon"))[:2]]
    exec("\n".join(source), {})
    monkeypatch.undo()
    return output(shown[0].html, shown[0].text)


def test_the_colophon_may_differ_in_versions_and_in_nothing_else(monkeypatch):
    (printed,) = code(notebooks.committed("colophon"))[1]["outputs"]
    here = {found.name: found.version for found in distributions()}
    assert same(colophon(monkeypatch, here), printed, "colophon") == ""
    there = {name: f"{version}.post9" for name, version in here.items() if name > "jupyter"}
    other = colophon(monkeypatch, there)
    assert "not installed" in other["data"]["text/html"]
    assert ".post9" in other["data"]["text/html"]
    assert same(other, printed, "colophon") == ""
    for kind, text in other["data"].items():
        for change in (text.replace("ruff", "rust"), re.sub(r".*ruff.*\n", "", text)):
            changed = other | {"data": other["data"] | {kind: change}}
            assert same(changed, printed, "colophon") != ""
