"""Adds buttons for the repository and for Binder to every page, once there is an address.

The address is ``repository_url`` in ``_config.yml`` alone. While it is empty, no page has such a
button. The buttons are plain links: a page fetches nothing from there until a reader follows
one. The theme's own launch buttons would fetch a logo and an icon font, which this site leaves
out.
"""

from typing import Any
from urllib.parse import quote, urlsplit

from docutils import nodes
from sphinx.application import Sphinx

BINDER = "https://mybinder.org/v2"


def buttons(url: str, branch: str, notebook: str = "") -> list[dict[str, Any]]:
    """The links for the head of a page, as the theme takes them; none without an address.

    url, branch : of the repository; notebook : path of the page's source, empty if that is no
    notebook.
    """
    url = url.strip("/")
    if not url:
        return []
    links = [{"type": "link", "text": "Repository", "url": url}]
    if notebook:
        launch = f"{BINDER}/{_binder_path(url)}/{quote(branch, safe='')}"
        address = f"{launch}?urlpath={quote(f'lab/tree/{notebook}', safe='')}"
        links.append({"type": "link", "text": "Run on Binder", "url": address})
    group = {"type": "group", "label": "source-buttons", "tooltip": "Repository and Binder"}
    return [group | {"icon": "fas fa-code", "buttons": links}]


def _binder_path(url: str) -> str:
    """A repository as Binder names it, which has a short name for two hosts."""
    parts = urlsplit(url)
    path = parts.path.strip("/").removesuffix(".git")
    if parts.hostname == "github.com":
        return f"gh/{path}"
    if parts.hostname == "gitlab.com":
        return f"gl/{quote(path, safe='')}"
    return f"git/{quote(url, safe='')}"


def add_buttons(
    app: Sphinx, pagename: str, templatename: str, context: dict, doctree: nodes.document | None
) -> None:
    """Add the buttons to the head of a page (``html-page-context``)."""
    options = app.config.html_theme_options
    source = f"{pagename}{context.get('page_source_suffix') or ''}"
    notebook = source if source.endswith(".ipynb") else ""
    context["header_buttons"] += buttons(
        options["repository_url"], options["repository_branch"], notebook
    )


def setup(app: Sphinx) -> None:
    """Connect this module, after the theme, which makes the list of buttons."""
    app.connect("html-page-context", add_buttons, priority=600)
