"""What the chapters need of Sphinx: published values by role, formulas as MathML."""

import csv
from functools import cache
from pathlib import Path

import latex2mathml.converter
from docutils import nodes

REGISTER = Path(__file__).resolve().parents[2] / "data" / "claims.csv"


@cache
def _published():
    """Published strings by claim id, without the package: its imports cost seconds."""
    with REGISTER.open(encoding="utf-8", newline="") as file:
        return {claim["id"]: claim["printed"] for claim in csv.DictReader(file)}


def printed(name, rawtext, text, lineno, inliner, options=None, content=None):
    """``{printed}`claim-id``` is the published string of that claim, words in lower case."""
    if text in _published():
        return [nodes.inline(rawtext, _published()[text].lower())], []
    message = inliner.reporter.error(f"no claim {text!r} in the register", line=lineno)
    return [inliner.problematic(rawtext, rawtext, message)], [message]


def given(name, rawtext, text, lineno, inliner, options=None, content=None):
    """``{given}`48``` is a number that defines a condition; it is no result."""
    return [nodes.inline(rawtext, text)], []


def _mathml(latex, display):
    return latex2mathml.converter.convert(latex, display=display)


def visit_math(self, node):
    """Inline formula as MathML: no script."""
    self.body.append(_mathml(node.astext(), "inline"))
    raise nodes.SkipNode


def visit_displaymath(self, node):
    """Displayed formula as MathML, in a box that scrolls on a narrow screen."""
    self.body.append(f'<div class="formula" tabindex="0">{_mathml(node.astext(), "block")}</div>')
    raise nodes.SkipNode


def setup(app):
    app.add_role("printed", printed)
    app.add_role("given", given)
    app.add_html_math_renderer(
        "mathml", inline_renderers=(visit_math, None), block_renderers=(visit_displaymath, None)
    )
    return {"parallel_read_safe": True, "parallel_write_safe": True}
