"""What a page weighs: every request that a browser makes for it, as a host sends it.

Hosts compress text (GitHub Pages does, with gzip); fonts and pictures are as they are.
"""

import gzip
from pathlib import Path
from urllib.parse import unquote, urlsplit

from playwright.sync_api import Browser

TEXT = {".css", ".html", ".js", ".json", ".svg", ".txt"}


def as_sent(path: Path) -> int:
    """Bytes of a file on its way."""
    content = Path(path).read_bytes()
    return len(gzip.compress(content, 6)) if Path(path).suffix in TEXT else len(content)


def weigh(browser: Browser, site: Path, address: str, page: str) -> tuple[int, int]:
    """Requests of a page and bytes of those that the site itself answers.

    browser : Playwright's; site : folder that a server shows at `address`.
    """
    tab = browser.new_page()
    urls = []
    tab.on("request", lambda request: urls.append(request.url))
    tab.goto(address + page)
    tab.wait_for_timeout(100)  # the icon is asked for last
    tab.close()
    urls = [url for url in urls if not url.startswith("data:")]
    own = [unquote(urlsplit(url).path)[1:] for url in urls if url.startswith(address)]
    return len(urls), sum(as_sent(Path(site) / path) for path in own)
