"""Buttons for the repository and for Binder: none without an address, plain links with one."""

import pytest
import yaml
from builtsite import PAGES, SITE, parsed

from _support.sphinx.repository import BINDER, buttons
from correll2004.paths import ROOT

NOTEBOOK = "book/audit.ipynb"
PLACE = "urlpath=lab%2Ftree%2Fbook%2Faudit.ipynb"


def options():
    config = yaml.safe_load((ROOT / "_config.yml").read_text(encoding="utf-8"))
    assert "repository" not in config, "without effect beside html_theme_options"
    assert "launch_buttons" not in config
    return config["sphinx"]["config"]["html_theme_options"]


def test_without_an_address_there_is_no_button():
    assert buttons("", "main", NOTEBOOK) == []


def test_the_pages_have_buttons_exactly_where_there_is_an_address():
    url = options()["repository_url"].strip("/")
    for page in PAGES:
        links = parsed(SITE / page).links
        launched = [link for link in links if link.startswith(BINDER)]
        notebook = (ROOT / page).with_suffix(".ipynb").is_file()
        assert len(launched) == bool(url and notebook), page
        assert not url or page == "404.html" or url in links, page


@pytest.mark.parametrize(
    ("url", "place"),
    [
        ("https://github.com/name/book", "gh/name/book/main"),
        ("https://github.com/name/book.git/", "gh/name/book/main"),
        ("https://gitlab.com/group/part/book", "gl/group%2Fpart%2Fbook/main"),
        ("https://example.org/git/book", "git/https%3A%2F%2Fexample.org%2Fgit%2Fbook/main"),
    ],
)
def test_binder_opens_the_page_s_own_notebook(url, place):
    (group,) = buttons(url, "main", NOTEBOOK)
    source, launch = group["buttons"]
    assert source["url"] == url.strip("/")
    assert launch["url"] == f"{BINDER}/{place}?{PLACE}"
    assert all(link["type"] == "link" for link in group["buttons"])


def test_a_page_that_is_no_notebook_is_not_launched():
    (group,) = buttons("https://github.com/name/book", "main")
    assert [link["text"] for link in group["buttons"]] == ["Repository"]


def test_a_branch_is_one_part_of_the_address():
    (group,) = buttons("https://github.com/name/book", "a/b", NOTEBOOK)
    assert "/name/book/a%2Fb?" in group["buttons"][1]["url"]
