"""Buttons for the repository and for Binder, on every page, once there is an address.

The address is ``repository_url`` in ``_config.yml`` and nowhere else. While it is
empty, no page has a button or a link of this kind. The buttons are plain links: a page
fetches nothing from there until a reader follows one. The theme's own launch buttons would
ask for a logo and an icon font, which this site leaves out.
"""

from urllib.parse import quote, urlsplit

from docutils import nodes
from sphinx.application import Sphinx

BINDER = "https://mybinder.org/v2"


def buttons(url: str, branch: str, notebook: str = "") -> list[dict]:
    """The links for the head of a page, as the theme takes them; none without an address.

    url : of the repository; notebook : path of the page's source, where it is a notebook.
    """
    url = url.strip("/")
    if not url:
        return []
    links = [{"type": "link", "text": "Repository", "url": url}]
    if notebook:
        launch = f"{BINDER}/{_place(url)}/{quote(branch, safe='')}"
        address = f"{launch}?urlpath={quote(f'lab/tree/{notebook}', safe='')}"
        links.append({"type": "link", "text": "Run on Binder", "url": address})
    group = {"type": "group", "label": "source-buttons", "tooltip": "Repository and Binder"}
    return [group | {"icon": "fas fa-code", "buttons": links}]


def _place(url):
    """A repository as BinderHub names it, which knows two hosts by a short name."""
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
    """Put the buttons at the head of a page (``html-page-context``)."""
    options = app.config.html_theme_options
    source = f"{pagename}{context.get('page_source_suffix') or ''}"
    notebook = source if source.endswith(".ipynb") else ""
    context["header_buttons"] += buttons(
        options["repository_url"], options["repository_branch"], notebook
    )


def setup(app: Sphinx) -> dict[str, bool]:
    # After the theme has made the list.
    app.connect("html-page-context", add_buttons, priority=600)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
