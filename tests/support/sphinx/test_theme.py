"""What an upgrade of the theme moves under the book's feet.

The overrides in ``book/_support/sphinx/templates`` and the repairs in ``site.py`` and
``book.js`` copy or rely on parts of the theme. Each part is here with its checksum: where one
changes, compare the new with the old, correct what the message names, then change the sum.
"""

import hashlib
import re
from fnmatch import fnmatch
from importlib.metadata import version
from pathlib import Path

import docutils
import myst_nb
import pydata_sphinx_theme
import pytest
import sphinx
import sphinx_book_theme
import sphinx_copybutton
from builtsite import SITE

from _support.common import STATIC
from _support.sphinx import site

TEMPLATES = STATIC.parent / "templates"


def folder(package):
    return Path(package.__file__).parent


BASIC = folder(sphinx) / "themes" / "basic"
PYDATA = folder(pydata_sphinx_theme) / "theme" / "pydata_sphinx_theme"
BOOK = folder(sphinx_book_theme) / "theme" / "sphinx_book_theme"
PARTS = PYDATA / "components"
SCRIPTS, STYLES = Path("static", "scripts"), Path("static", "styles")
COPYBUTTON = folder(sphinx_copybutton) / "_static"

# (ours, in templates/ or static/; what it replaces or relies on; checksum of that)
THEME_PARTS = [
    ("layout.html", BASIC / "layout.html", "677b8a118e600c5d"),
    ("layout.html", PYDATA / "layout.html", "fe5c35806042db60"),
    ("layout.html", BOOK / "layout.html", "2cd2fbbe2caedf3a"),
    ("layout.html", PYDATA / "static" / "webpack-macros.html", "b1f893e4416c7cc7"),
    ("navbar-logo.html", PARTS / "navbar-logo.html", "4eeb463826bddfe4"),
    ("search-button-field.html", PARTS / "search-button-field.html", "518dda81dd8cd06a"),
    ("theme-switcher.html", PARTS / "theme-switcher.html", "a68d37b2ca353382"),
    ("book.js", PYDATA / SCRIPTS / "pydata-sphinx-theme.js", "601846831b994311"),
    ("book.js", BOOK / SCRIPTS / "sphinx-book-theme.js", "20f5c4379fa2fa1a"),
    ("book.css", PYDATA / STYLES / "pydata-sphinx-theme.css", "c783889b78ce6a5e"),
    ("book.css", BOOK / STYLES / "sphinx-book-theme.css", "dcc916931d8a6e22"),
]
# The book's own in static/, and templates that replace nothing.
OURS = {"book.css", "book.js", "card.png", "favicon.svg", "print.css", "third-party.txt"}
OURS |= {
    "notes.js",
    "notes-texts.js",
    "register.js",
    "search.js",
    "search-documents.js",
    "search-words.js",
}
OURS |= {"what-if.js", "what-if-results.js"}
OUR_OWN = {"404.html", "book-footer.html", "search.html"}


@pytest.mark.parametrize(("ours", "theirs", "checksum"), THEME_PARTS)
def test_what_the_book_relies_on_is_as_it_was(ours, theirs, checksum):
    now = hashlib.sha256(theirs.read_bytes()).hexdigest()[:16]
    assert now == checksum, f"{theirs.name} of the theme has changed: look at {ours}"


def test_every_template_says_what_it_replaces():
    named = {ours for ours, _, _ in THEME_PARTS}
    templates = {path.name for path in TEMPLATES.iterdir()}
    assert templates == {name for name in named if name.endswith(".html")} | OUR_OWN
    assert named <= templates | OURS
    for path in TEMPLATES.iterdir():
        assert path.read_text(encoding="utf-8").startswith("{#"), f"{path.name} gives no reason"


@pytest.mark.parametrize(
    ("wrong", "source"),
    [
        ('<summary aria-label="Toggle hidden content">', folder(myst_nb) / "sphinx_.py"),
        ('role="doc-biblioentry"', folder(docutils) / "writers" / "_html_base.py"),
        ('<div role="list" class="citation-list">', folder(docutils) / "writers" / "_html_base.py"),
        ("atts['classes'].append('head')", folder(docutils) / "writers" / "_html_base.py"),
    ],
)
def test_the_markup_that_is_corrected_is_still_written(wrong, source):
    """Where it is no longer, `site.WRONG_MARKUP` corrects nothing."""
    text = source.read_text(encoding="utf-8")
    assert wrong in text


def test_every_unused_file_is_still_shipped():
    """Where one is no longer, its line in `site.UNUSED_FILES` does nothing."""
    shipped = [BASIC / "static", PYDATA / "static", BOOK / "static", COPYBUTTON]
    for pattern in site.UNUSED_FILES:
        assert any(any(place.glob(pattern)) for place in shipped), pattern


def rules(css):
    """The innermost rules of a style sheet."""
    return set(re.findall(r"[^{}]*\{[^{}]*\}", re.sub(r"\s*/\*.*?\*/", "", css, flags=re.DOTALL)))


def test_no_icon_is_left_in_the_theme_s_style():
    css = (PYDATA / STYLES / "pydata-sphinx-theme.css").read_text(encoding="utf-8")
    assert "fa-solid-900" in css
    assert "fa-solid-900" not in site.without_icon_rules(css)
    # Nothing else goes: what is taken out are fonts and rules of icon classes alone.
    gone = rules(css) - rules(site.without_icon_rules(css))
    assert len(gone) > 1000
    assert all("@font-face" in rule or rule.startswith(".fa") for rule in gone)


# --- other people's files ---------------------------------------------------------

LISTED = re.compile(r"^(\S+)\s{2,}(\S.*?) (\d[\d.]*)\s{2,}(\S+)$", re.MULTILINE)


def third_party():
    """Pattern of a file, work, version and licence of each line of the notice."""
    return LISTED.findall((STATIC / "third-party.txt").read_text(encoding="utf-8"))


def test_every_file_that_others_made_is_listed_with_its_licence():
    patterns = [pattern for pattern, *_ in third_party()]
    files = [path.relative_to(SITE / "_static") for path in (SITE / "_static").rglob("*")]
    files = [path.as_posix() for path in files if (SITE / "_static" / path).is_file()]
    assert len(files) > 20
    assert [
        name
        for name in files
        if name not in OURS and not any(fnmatch(name, pattern) for pattern in patterns)
    ] == []


@pytest.mark.parametrize(("pattern", "work", "number", "licence"), third_party())
def test_the_list_names_what_is_there(pattern, work, number, licence):
    vendored = STATIC / pattern
    if vendored.suffix == ".woff2":
        assert vendored.read_bytes().startswith(b"wOF2")
    elif vendored.is_file():
        assert number in vendored.read_text(encoding="utf-8")[:200]
    else:
        assert number == version(work)
        assert any((SITE / "_static").glob(pattern))
    notice = (STATIC / "third-party.txt").read_text(encoding="utf-8")
    assert f"{licence} License\n" in notice
