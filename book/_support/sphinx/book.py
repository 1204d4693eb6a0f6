"""Reads the chapters' plain Markdown, and shows published values and formulas as MathML."""

import json

import latex2mathml.converter
from docutils import nodes
from sphinx.application import Sphinx
from sphinx.errors import ExtensionError
from sphinx.util.docutils import SphinxRole
from sphinx.writers.html5 import HTML5Translator

from _support.execute import prose


def read_chapter(app: Sphinx, docname: str, source: list[str]) -> None:
    """Turn a notebook's text into MyST (``source-read``).

    source : the file's text, changed in place. Raises ExtensionError for an unknown name.
    """
    path = app.env.doc2path(docname, base=False)
    if not path.endswith(".ipynb"):
        return
    notebook = json.loads(source[0])
    try:
        prose.fill(notebook, path)
    except prose.ProseError as error:
        raise ExtensionError(str(error)) from None
    for cell in notebook["cells"]:
        if cell["cell_type"] == "markdown":
            cell["source"] = prose.for_sphinx(cell["source"])
    source[0] = json.dumps(notebook)


def heading_slug(title: str) -> str:
    """The address of a heading, as Jupyter makes it: a link works there and on the site."""
    return title.replace(" ", "-")


class PrintedRole(SphinxRole):
    """``{printed}`claim-id``` is the published string of that claim, words in lower case."""

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        """The published string, or an error where the register has no such claim."""
        raw, claims = self.rawtext, prose.published()
        if self.text in claims:
            return [nodes.inline(raw, claims[self.text])], []
        message = self.inliner.reporter.error(
            f"no claim {self.text!r} in the register", line=self.lineno
        )
        return [self.inliner.problematic(raw, raw, message)], [message]


def visit_math(self: HTML5Translator, node: nodes.math) -> None:
    """Write an inline formula as MathML, which needs no script."""
    self.body.append(latex2mathml.converter.convert(node.astext(), display="inline"))
    raise nodes.SkipNode


def visit_displaymath(self: HTML5Translator, node: nodes.math_block) -> None:
    """Write a displayed formula as MathML, in a box that scrolls on a narrow screen."""
    formula = latex2mathml.converter.convert(node.astext(), display="block")
    self.body.append(f'<div class="formula" tabindex="0">{formula}</div>')
    raise nodes.SkipNode


def setup(app: Sphinx) -> None:
    """Connect this module."""
    app.connect("source-read", read_chapter)
    app.add_role("printed", PrintedRole())
    app.add_html_math_renderer(
        "mathml", inline_renderers=(visit_math, None), block_renderers=(visit_displaymath, None)
    )
