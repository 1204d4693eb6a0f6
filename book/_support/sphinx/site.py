"""Corrects the theme's pages where its templates cannot; ours are in ``templates/``.

Each step says which default it corrects. In ``tests/support/sphinx/``, ``test_accessibility.py``,
``test_site.py`` and ``test_policy.py`` fail when a step is left out, ``test_theme.py`` when an
upgrade changes what it replaces.
"""

import base64
import hashlib
import re
import shutil
from collections.abc import Iterator
from html import escape, unescape
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

from bs4 import SoupStrainer, Tag
from docutils import nodes
from sphinx.application import Sphinx
from sphinx.errors import ExtensionError

from _support.common import STATIC, parse_html

INLINE = Path(__file__).resolve().parent / "inline"
NOT_FOUND = "404"  # the page for addresses that do not exist; it does without the theme

# Scripts of single pages, from static/.
SCRIPTS = {
    "book/reproduction-report": ["search-words.js", "register.js"],
    "book/what-if": ["what-if-results.js", "what-if.js"],
    "search": ["search-words.js", "minisearch.min.js", "search-documents.js", "search.js"],
}

PRINT_BUTTON = "window.print()"  # the theme's only script in an attribute

# Title and description of pages without a source.
GENERATED_PAGES = {
    "search": (
        "Search",
        "Search the recomputation of Correll et al. (2004): chapters, claims and divergences.",
    ),
    NOT_FOUND: (
        "Page not found",
        "There is no page at this address. This one lists all pages of the book.",
    ),
}

# Markup of docutils and MyST-NB that tells a screen reader something wrong.
WRONG_MARKUP = {
    # The label must be what the button shows: "Show the code".
    '<summary aria-label="Toggle hidden content">': "<summary>",
    # A deprecated role, and a list whose children are not list items.
    ' role="doc-biblioentry"': "",
    '<div role="list" class="citation-list">': '<div class="citation-list">',
    # The heads of a table written in Markdown do not say that they are of columns.
    '<th class="head">': '<th class="head" scope="col">',
}

# A link in a table made by code leads to a notebook, as in Jupyter; here to its page. On the
# landing page the notebooks are in a folder.
NOTEBOOK_LINK = re.compile(r'href="((?:book/)?[\w-]+)\.ipynb(?=["#])')

# Files that no page loads: Sphinx's own search and its keys; icons as script, font and picture
# (book.css has its own); source maps; the theme's templates, translations, logos and test file.
UNUSED_FILES = (
    "**/*.map",
    "*webpack-macros.html",
    "check-solid.svg",
    "copy-button.svg",
    "copybutton_funcs.js",
    "doctools.js",
    "images",
    "language_data.js*",
    "locales",
    "minus.png",
    "plus.png",
    "scripts/fontawesome.js*",
    "searchtools.js",
    "sphinx_highlight.js",
    "styles/theme.css",
    "vendor",
)


def correct_page(
    app: Sphinx, pagename: str, templatename: str, context: dict, doctree: nodes.document | None
) -> None:
    """Correct what a template is given for a page (``html-page-context``)."""
    defer_scripts(app, pagename, context)
    add_metadata(app, pagename, context)
    add_inline_script(pagename, context)
    correct_markup(pagename, context)


def defer_scripts(app: Sphinx, pagename: str, context: dict[str, Any]) -> None:
    """Load the page's scripts while it is read, and run them after it, in their order.

    Sphinx's inline scripts are dropped: they would run first, and nothing here reads what they
    set.
    """
    for name in SCRIPTS.get(pagename, []):
        app.add_js_file(name)
    scripts = context["script_files"]
    scripts[:] = [
        script
        for script in scripts
        if script.filename and Path(script.filename).name not in UNUSED_FILES
    ]
    for script in scripts:
        script.attributes["defer"] = "defer"


def add_inline_script(pagename: str, context: dict[str, Any]) -> None:
    """Add the one script within the page, from ``inline/``, and the policy that allows it.

    It must run before anything is seen or, on the page not found, without any other file.
    """
    name = "not-found.js" if pagename == NOT_FOUND else "colour-scheme.js"
    context["inline_script"] = (INLINE / name).read_text(encoding="utf-8")
    policy = content_security_policy(context["inline_script"], themed=pagename != NOT_FOUND)
    tag = f'<meta http-equiv="Content-Security-Policy" content="{policy}" />'
    context["metatags"] = f"{tag}\n    {context['metatags']}"


def content_security_policy(script: str, themed: bool = True) -> str:
    """What a page may load and run: the book's own files, and nothing from elsewhere.

    script : text of the page's inline script; themed : whether the page has the theme's buttons.

    Exceptions: that script and the theme's print button, each by the hash of its text; style
    attributes, which every figure has; pictures within style sheets. A page may fetch from the
    book's own host, where the page not found looks for the book, and where auditors look for
    robots.txt.
    """
    rules = {
        "default-src": "'none'",
        "script-src": f"'self' {_hash_source(script)}",
        "style-src": "'self' 'unsafe-inline'",
        "img-src": "'self' data:",
        "font-src": "'self'",
        "connect-src": "'self'",
        "form-action": "'self'",
        "base-uri": "'none'",
    }
    if themed:
        rules["script-src"] += f" 'unsafe-hashes' {_hash_source(PRINT_BUTTON)}"
    return "; ".join(f"{name} {value}" for name, value in rules.items())


def _hash_source(script: str) -> str:
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    return f"'sha256-{digest}'"


def add_metadata(app: Sphinx, pagename: str, context: dict[str, Any]) -> None:
    """Add a page's description and social card. Raises ExtensionError without a description."""
    # Sphinx writes the viewport twice.
    tags = re.sub(r'<meta name="viewport"[^>]*>', "", context.get("metatags", "")).strip()
    if pagename in GENERATED_PAGES:
        title, description = GENERATED_PAGES[pagename]
        tags = f'<meta name="description" content="{description}" />'
    else:
        title = unescape(re.sub(r"<[^>]+>", "", context["title"]))
        found = re.search(r'content="([^"]+)" name="description"', tags)
        if not found:
            raise ExtensionError(f"{pagename}: no description among the page's metadata")
        description = found[1]
    card = _card(app, pagename, context, title, description)
    lines = [f'<meta property="og:{key}" content="{text}" />' for key, text in card]
    lines.append('<meta name="twitter:card" content="summary_large_image" />')
    context["metatags"] = "\n    ".join([tags, *lines])


def _card(
    app: Sphinx, pagename: str, context: dict[str, Any], title: str, description: str
) -> Iterator[tuple[str, str]]:
    """Keys and texts of a social card; without a public address its links are relative."""
    root = pagename == app.config.root_doc
    picture, base = "_static/card.png", app.config.html_baseurl
    yield "type", "website" if root else "article"
    yield "site_name", escape(app.config.html_title)
    yield "title", escape(app.config.html_title if root else title)
    yield "description", description
    yield "image", urljoin(base, picture) if base else context["pathto"](picture, resource=True)
    yield "image:alt", "The name of the book under a curve that falls in steps."
    if base:
        yield "url", context["pageurl"]


def correct_markup(pagename: str, context: dict[str, Any]) -> None:
    """Correct a page's `WRONG_MARKUP` and its links to notebooks.

    Raises ExtensionError for a picture without a text.
    """
    body = context.get("body", "")
    for wrong, right in WRONG_MARKUP.items():
        body = body.replace(wrong, right)
    body = NOTEBOOK_LINK.sub(r'href="\1.html', body)
    if pictures := pictures_without_text(body):
        raise ExtensionError(f"{pagename}: a picture without alternative text: {pictures[0]}")
    context["body"] = body


def pictures_without_text(html: str) -> list[str]:
    """Tags of the pictures in a piece of HTML that have no alternative text.

    An ``img`` needs an ``alt`` of words, not of a path; an ``svg`` needs ``role="img"`` and
    a label, unless it is decoration (``aria-hidden``).
    """
    names = ["img", "svg"]
    pictures = parse_html(html, SoupStrainer(names)).find_all(names)
    return [str(picture)[:200] for picture in pictures if not _has_text(picture)]


def _has_text(picture: Tag) -> bool:
    if picture.name == "svg":
        labelled = picture.get("role") == "img" and str(picture.get("aria-label", "")).strip()
        return bool(labelled) or picture.get("aria-hidden") == "true"
    text = str(picture.get("alt", ""))
    # Where no text is given, Sphinx writes the file's path.
    return bool(text.strip()) and text != picture.get("src") and "_images/" not in text


def page_not_found(app: Sphinx) -> Iterator[tuple[str, dict[str, Any], str]]:
    """Add the page not found, with a list of the chapters."""
    names = app.env.toctree_includes.get(app.config.root_doc, [])
    chapters = [(name, app.env.titles[name].astext()) for name in names]
    favicon = (STATIC / "favicon.svg").read_text(encoding="utf-8")
    yield NOT_FOUND, {"chapters": chapters, "favicon": favicon}, "404.html"


def remove_unused_files(app: Sphinx, exception: Exception | None) -> None:
    """Remove `UNUSED_FILES`, icon rules and links to source maps from a finished site."""
    # Sphinx's note for the next build, with paths on this machine. Ours start from nothing.
    Path(app.outdir, ".buildinfo").unlink(missing_ok=True)
    static = Path(app.outdir, "_static")
    if exception or not static.is_dir():
        return
    for path in [path for pattern in UNUSED_FILES for path in static.glob(pattern)]:
        shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
    style = static / "styles" / "pydata-sphinx-theme.css"
    style.write_text(without_icon_rules(style.read_text(encoding="utf-8")), encoding="utf-8")
    for path in [*static.rglob("*.js"), *static.rglob("*.css")]:
        text = path.read_text(encoding="utf-8")
        text = re.sub(r"\n?(//|/\*)# sourceMappingURL=\S+\s*$", "\n", text)
        path.write_text(text, encoding="utf-8")


def without_icon_rules(css: str) -> str:
    """A style sheet without Font Awesome's fonts and its two thousand icon classes."""
    css = re.sub(r"@font-face\{[^{}]*Font Awesome[^{}]*\}", "", css)
    icon = r"\.fa[\w-]*(?::before)?"
    return re.sub(rf"(?<=[}}/]){icon}(?:,{icon})*\{{[^{{}}]*\}}", "", css)


def setup(app: Sphinx) -> None:
    """Connect this module; pages are corrected after the theme has prepared them."""
    app.connect("html-page-context", correct_page, priority=900)
    app.connect("html-collect-pages", page_not_found)
    app.connect("build-finished", remove_unused_files)
