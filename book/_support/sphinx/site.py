"""What the theme's pages still need before they are published.

The template overrides are in ``templates/``; here is what no template reaches. Each step
says which default it corrects. In ``tests/support/sphinx/``, ``test_accessibility.py``,
``test_site.py`` and ``test_policy.py`` fail where one is left out, ``test_theme.py`` where an
upgrade changes what they replace.
"""

import base64
import hashlib
import re
import shutil
from collections.abc import Iterator
from html import escape, unescape
from pathlib import Path
from urllib.parse import urljoin

from bs4 import BeautifulSoup, SoupStrainer
from docutils import nodes
from sphinx.application import Sphinx
from sphinx.errors import ExtensionError

from _support.common import STATIC

INLINE = Path(__file__).resolve().parent / "inline"

# Scripts of single pages, from static/.
SCRIPTS = {
    "book/reproduction-report": ["search-words.js", "register.js"],
    "book/what-if": ["what-if-results.js", "what-if.js"],
    "search": ["search-words.js", "minisearch.min.js", "search-documents.js", "search.js"],
}

# The one script inside a page itself, from inline/: what it does has to be done
# before anything is seen, or without any other file.
INLINE_SCRIPT, OF_PAGE_NOT_FOUND = "colour-scheme.js", "not-found.js"
PRINT_BUTTON = "window.print()"  # the theme's attribute, and the only one of its kind

# Title and description of pages without a source.
WITHOUT_SOURCE = {
    "search": (
        "Search",
        "Search the recomputation of Correll et al. (2004): chapters, claims and divergences.",
    ),
    "404": (
        "Page not found",
        "There is no page at this address; a list of the pages that there are.",
    ),
}

# Markup of docutils and MyST-NB that says something wrong to a screen reader.
WRONG_MARKUP = {
    # The name of a button has to be what it shows: "Show the code".
    '<summary aria-label="Toggle hidden content">': "<summary>",
    # A role that is deprecated, and a list whose children are no list items.
    ' role="doc-biblioentry"': "",
    '<div role="list" class="citation-list">': '<div class="citation-list">',
    # The heads of a table written in Markdown do not say of what.
    '<th class="head">': '<th class="head" scope="col">',
}

# Files that no page asks for: Sphinx's own search and its keys; icons as script, font and
# picture (see static/book.css); source maps, the theme's own templates, translations and logos,
# a test's helper.
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


def defer_scripts(
    app: Sphinx, pagename: str, templatename: str, context: dict, doctree: nodes.document | None
) -> None:
    """Scripts load while the page is read and run after it, in their order.

    Inline ones would run before the rest; all they set is read by nothing here.
    """
    for name in SCRIPTS.get(pagename, []):
        app.add_js_file(name)
    scripts = context["script_files"]
    scripts[:] = [
        one for one in scripts if one.filename and Path(one.filename).name not in UNUSED_FILES
    ]
    for script in scripts:
        script.attributes["defer"] = "defer"


def add_inline_script(
    app: Sphinx, pagename: str, templatename: str, context: dict, doctree: nodes.document | None
) -> None:
    """The page's own script, and the policy that lets no other run."""
    alone = pagename == "404"
    name = OF_PAGE_NOT_FOUND if alone else INLINE_SCRIPT
    context["inline_script"] = (INLINE / name).read_text(encoding="utf-8")
    policy = content_security_policy(context["inline_script"], alone)
    tag = f'<meta http-equiv="Content-Security-Policy" content="{policy}" />'
    context["metatags"] = f"{tag}\n    {context['metatags']}"


def content_security_policy(script: str, alone: bool = False) -> str:
    """What a page may load and run: the book's own files, and nothing from elsewhere.

    script : text of the page's own script; alone : whether the page does without the theme,
    as the page not found. Exceptions: that script and the theme's print button, each by the
    hash of its text; style attributes, which every figure has; pictures within style sheets.
    The book's own host may be asked: the page not found seeks the book there, and auditors
    that look for robots.txt through a page take a refusal for a broken file.
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
    if not alone:
        rules["script-src"] += f" 'unsafe-hashes' {_hash_source(PRINT_BUTTON)}"
    return "; ".join(f"{name} {value}" for name, value in rules.items())


def _hash_source(script):
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    return f"'sha256-{digest}'"


def add_metadata(
    app: Sphinx, pagename: str, templatename: str, context: dict, doctree: nodes.document | None
) -> None:
    """Description and social card of a page, a description being asked of every page."""
    # Sphinx says the first of these lines twice.
    tags = re.sub(r'<meta name="viewport"[^>]*>', "", context.get("metatags", "")).strip()
    if pagename in WITHOUT_SOURCE:
        title, description = WITHOUT_SOURCE[pagename]
        tags = f'<meta name="description" content="{description}" />'
    else:
        title = unescape(re.sub(r"<[^>]+>", "", context["title"]))
    described = re.search(
        r'content="([^"]+)" name="description"|"description" content="(.+)"', tags
    )
    if not described:
        raise ExtensionError(f"{pagename}: no description among the page's metadata")
    lines = [
        f'<meta property="og:{key}" content="{text}" />'
        for key, text in _card(app, pagename, context, title, described[1] or described[2])
    ]
    lines.append('<meta name="twitter:card" content="summary_large_image" />')
    context["metatags"] = "\n    ".join([tags, *lines])


def _card(app, pagename, context, title, description):
    """Keys and texts of a social card. Without a public address links stay relative."""
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


def correct_markup(
    app: Sphinx, pagename: str, templatename: str, context: dict, doctree: nodes.document | None
) -> None:
    """The page's own part, without what `WRONG_MARKUP` lists; stops where a picture has no text."""
    body = context.get("body", "")
    for wrong, right in WRONG_MARKUP.items():
        body = body.replace(wrong, right)
    if nameless := pictures_without_text(body):
        raise ExtensionError(f"{pagename}: a picture without alternative text: {nameless[0]}")
    context["body"] = body


def pictures_without_text(html: str) -> list[str]:
    """Tags of the pictures in a piece of HTML that say nothing to who cannot see them.

    An ``img`` needs an ``alt`` of words, not of a path; an ``svg`` needs ``role="img"`` and
    a label, unless it is decoration (``aria-hidden``).
    """
    pictures = BeautifulSoup(html, "html.parser", parse_only=SoupStrainer(["img", "svg"]))
    return [str(one)[:200] for one in pictures(["img", "svg"]) if not _has_text(one)]


def _has_text(picture):
    if picture.name == "svg":
        if picture.get("aria-hidden") == "true":
            return True
        text = picture.get("aria-label") if picture.get("role") == "img" else ""
    else:
        text = picture.get("alt")
    # Sphinx puts the file's path where no text was given.
    return bool((text or "").strip()) and text != picture.get("src") and "_images/" not in text


def page_not_found(app: Sphinx) -> Iterator[tuple[str, dict, str]]:
    """404.html, with the chapters in their order."""
    names = app.env.toctree_includes.get(app.config.root_doc, [])
    chapters = [(name, app.env.titles[name].astext()) for name in names]
    favicon = (STATIC / "favicon.svg").read_text(encoding="utf-8")
    yield "404", {"chapters": chapters, "favicon": favicon}, "404.html"


def remove_unused_files(app: Sphinx, exception: Exception | None) -> None:
    """Drops `UNUSED_FILES` from a finished site, and the icon rules from the theme's style."""
    # Sphinx's note for the next build, of paths on this machine. Ours start from nothing.
    (Path(app.outdir) / ".buildinfo").unlink(missing_ok=True)
    static = Path(app.outdir) / "_static"
    if exception or not static.is_dir():
        return
    for pattern in UNUSED_FILES:
        for path in sorted(static.glob(pattern)):
            shutil.rmtree(path) if path.is_dir() else path.unlink()
    style = static / "styles" / "pydata-sphinx-theme.css"
    style.write_text(without_icon_rules(style.read_text(encoding="utf-8")), encoding="utf-8")
    for path in [*static.rglob("*.js"), *static.rglob("*.css")]:
        text = path.read_text(encoding="utf-8")
        path.write_text(
            re.sub(r"\n?(//|/\*)# sourceMappingURL=\S+\s*$", "\n", text), encoding="utf-8"
        )


def without_icon_rules(css: str) -> str:
    """A style sheet without Font Awesome's fonts and its two thousand icon classes."""
    css = re.sub(r"@font-face\{[^{}]*Font Awesome[^{}]*\}", "", css)
    icon = r"\.fa[\w-]*(?::before)?"
    return re.sub(rf"(?<=[}}/]){icon}(?:,{icon})*\{{[^{{}}]*\}}", "", css)


def setup(app: Sphinx) -> dict[str, bool]:
    app.connect("html-page-context", defer_scripts, priority=900)
    app.connect("html-page-context", add_metadata, priority=900)
    app.connect("html-page-context", add_inline_script, priority=901)
    app.connect("html-page-context", correct_markup)
    app.connect("html-collect-pages", page_not_found)
    app.connect("build-finished", remove_unused_files)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
