"""What several parts of the support need: places, files, contents, a browser and a server.

Importing it needs the standard library alone: ``lite`` and ``dev.advisories`` run where the
book's packages are not installed.
"""

import functools
import http.server
import os
import shutil
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BOOK = ROOT / "book"
BUILD = ROOT / "_build"
SITE = BUILD / "html"
STATIC = BOOK / "_support" / "sphinx" / "static"


# --- files: whole or not at all ---------------------------------------------------


def write_files(contents: Mapping[Path, bytes | str]) -> None:
    """Write all files, each whole, or leave all as they are.

    contents : bytes, or text to be written in UTF-8, by path. Raises OSError.
    """
    fresh = {path: path.with_name(f"{path.name}.{os.getpid()}.new") for path in contents}
    try:
        for path, content in contents.items():
            fresh[path].write_bytes(content.encode() if isinstance(content, str) else content)
        for path in contents:
            os.replace(fresh[path], path)
    finally:
        for path in fresh.values():
            path.unlink(missing_ok=True)


@contextmanager
def work_folder(path: Path) -> Iterator[Path]:
    """An empty folder, removed at the end; what an interrupted run left there is removed first."""
    shutil.rmtree(path, ignore_errors=True)
    path.mkdir(parents=True)
    try:
        yield path
    finally:
        shutil.rmtree(path, ignore_errors=True)


def replace_folder(fresh: Path, target: Path) -> None:
    """Put a folder in another's place; the old one is kept until the new one is there."""
    before = _before(target)
    if target.exists():
        shutil.rmtree(before, ignore_errors=True)
        os.rename(target, before)
    os.rename(fresh, target)
    shutil.rmtree(before, ignore_errors=True)


def restore_folder(target: Path) -> None:
    """Put back what `replace_folder` had moved away when it was interrupted."""
    if _before(target).exists() and not target.exists():
        os.rename(_before(target), target)
    shutil.rmtree(_before(target), ignore_errors=True)


def _before(target: Path) -> Path:
    return target.with_name(f"{target.name}-before")


# --- the table of contents --------------------------------------------------------


def parts_of_the_book(root: Path = ROOT) -> list[tuple[str, list[str]]]:
    """Caption of each part with the names of its pages; the landing page is a part without one.

    root : folder with ``_toc.yml``. A name is a path without its ending: ``book/methods``.
    """
    import yaml

    contents = yaml.safe_load((root / "_toc.yml").read_text(encoding="utf-8"))
    parts = [
        (part["caption"], [entry["file"] for entry in part["chapters"]])
        for part in contents["parts"]
    ]
    return [("", [contents["root"]]), *parts]


# --- a browser and a server -------------------------------------------------------

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
CHROMIUM_OPTIONS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]


@contextmanager
def chromium():
    """The machine's Chromium as Playwright drives it; `CHROMIUM` says whether there is one."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=CHROMIUM_OPTIONS)
        yield browser
        browser.close()


class QuietHandler(http.server.SimpleHTTPRequestHandler):
    """Serves files and prints nothing."""

    def log_message(self, *arguments):
        pass


@contextmanager
def served(folder: Path, handler: type[QuietHandler] = QuietHandler) -> Iterator[str]:
    """Address of a server of a folder on this machine, with a slash at its end."""
    answer = functools.partial(handler, directory=str(folder))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), answer) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()
