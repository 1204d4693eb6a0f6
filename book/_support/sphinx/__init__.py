"""Makes the site: an extension of Sphinx in six modules, templates, style and scripts."""

from sphinx.application import Sphinx

from _support.sphinx import book, data_archive, links, repository, search, site


def setup(app: Sphinx) -> dict[str, bool]:
    """Connect every module of the extension."""
    for module in (book, site, links, search, repository, data_archive):
        module.setup(app)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
