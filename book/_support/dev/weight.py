"""Measures a page's weight: the bytes that a host sends for it.

Hosts compress text (GitHub Pages does, with gzip), but neither fonts nor pictures.
"""

import gzip
from pathlib import Path
from urllib.parse import unquote, urlsplit

from playwright.sync_api import Browser

TEXT = {".css", ".html", ".js", ".json", ".svg", ".txt"}


def as_sent(path: Path) -> int:
    """Bytes that a host sends for a file."""
    content = path.read_bytes()
    return len(gzip.compress(content, 6) if path.suffix in TEXT else content)


def weigh(browser: Browser, site: Path, address: str, page: str) -> tuple[int, int]:
    """Number of requests that a browser makes for a page, and bytes of the site's own files.

    site : folder that a server shows at `address`; page : path of the page in it.
    """
    tab = browser.new_page()
    urls: list[str] = []
    tab.on("request", lambda request: urls.append(request.url))
    tab.goto(address + page)
    tab.wait_for_timeout(100)  # the icon is asked for last
    tab.close()
    urls = [url for url in urls if not url.startswith("data:")]
    own = [unquote(urlsplit(url).path)[1:] for url in urls if url.startswith(address)]
    return len(urls), sum(as_sent(site / path) for path in own)
