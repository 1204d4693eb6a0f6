"""What the chapters need of Sphinx: their plain text read, published values, MathML."""

import json

import latex2mathml.converter
from docutils import nodes
from sphinx.application import Sphinx
from sphinx.errors import ExtensionError
from sphinx.writers.html5 import HTML5Translator

from _support.execute import prose


def read_chapter(app: Sphinx, docname: str, source: list[str]) -> None:
    """A notebook's text as MyST understands it (``source-read``); a bad name stops the build."""
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
    """The address of a heading as Jupyter makes it, so that links work there and here."""
    return title.replace(" ", "-")


def printed(name: str, rawtext: str, text: str, lineno: int, inliner, options=None, content=None):
    """``{printed}`claim-id``` is the published string of that claim, words in lower case."""
    if text in prose.published():
        return [nodes.inline(rawtext, prose.published()[text])], []
    message = inliner.reporter.error(f"no claim {text!r} in the register", line=lineno)
    return [inliner.problematic(rawtext, rawtext, message)], [message]


def _mathml(latex, display):
    return latex2mathml.converter.convert(latex, display=display)


def visit_math(self: HTML5Translator, node: nodes.math) -> None:
    """Inline formula as MathML: no script."""
    self.body.append(_mathml(node.astext(), "inline"))
    raise nodes.SkipNode


def visit_displaymath(self: HTML5Translator, node: nodes.math_block) -> None:
    """Displayed formula as MathML, in a box that scrolls on a narrow screen."""
    self.body.append(f'<div class="formula" tabindex="0">{_mathml(node.astext(), "block")}</div>')
    raise nodes.SkipNode


def setup(app: Sphinx) -> dict[str, bool]:
    app.connect("source-read", read_chapter)
    app.add_role("printed", printed)
    app.add_html_math_renderer(
        "mathml", inline_renderers=(visit_math, None), block_renderers=(visit_displaymath, None)
    )
    return {"parallel_read_safe": True, "parallel_write_safe": True}
