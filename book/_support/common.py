"""What several parts of the support need: places, files, programs, contents, HTML, a browser.

Importing it needs the standard library alone: ``lite`` and ``dev.advisories`` run where the
book's packages are not installed.
"""

from __future__ import annotations

import functools
import http.server
import os
import shutil
import subprocess
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from bs4 import BeautifulSoup, SoupStrainer, Tag
    from playwright.sync_api import Browser

ROOT = Path(__file__).resolve().parents[2]
BOOK = ROOT / "book"
BUILD = ROOT / "_build"
SITE = BUILD / "html"
STATIC = BOOK / "_support" / "sphinx" / "static"


# --- files and folders: replaced whole or not at all ------------------------------


def write_files(contents: Mapping[Path, bytes | str]) -> None:
    """Write all files or, where one cannot be written, none.

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
def replaced_folder(target: Path) -> Iterator[Path]:
    """An empty folder that takes the place of another at the end, but not after an error.

    The old folder is kept until then; what an interrupted run left is put in order first.
    """
    fresh, old = (target.with_name(f"{target.name}-{name}") for name in ("next", "before"))
    if old.exists() and not target.exists():
        os.rename(old, target)
    for path in (fresh, old):
        shutil.rmtree(path, ignore_errors=True)
    fresh.mkdir(parents=True)
    try:
        yield fresh
        if target.exists():
            os.rename(target, old)
        os.rename(fresh, target)
        shutil.rmtree(old, ignore_errors=True)
    finally:
        shutil.rmtree(fresh, ignore_errors=True)


# --- other programs ---------------------------------------------------------------


class CommandError(RuntimeError):
    """A program failed; the message says which, and all that it printed."""


def run(*command: str | Path, **settings: Any) -> str:
    """Run a program and return what it prints.

    settings : of `subprocess.run`, such as ``cwd`` and ``env``. Raises CommandError.
    """
    words = [str(word) for word in command]
    done = subprocess.run(words, capture_output=True, encoding="utf-8", check=False, **settings)
    if done.returncode:
        raise CommandError(f"{' '.join(words)} failed:\n{done.stdout}{done.stderr}".rstrip())
    return done.stdout


# --- the book's contents ----------------------------------------------------------


def parts_of_the_book(root: Path = ROOT) -> list[tuple[str, list[str]]]:
    """Caption of each part with the names of its pages, from ``_toc.yml``.

    root : folder with ``_toc.yml``. The landing page is the first part, without a caption. A
    name is a path without its ending: ``book/methods``.
    """
    import yaml

    contents = yaml.safe_load((root / "_toc.yml").read_text(encoding="utf-8"))
    parts = [
        (part["caption"], [entry["file"] for entry in part["chapters"]])
        for part in contents["parts"]
    ]
    return [("", [contents["root"]]), *parts]


def parse_html(html: str, only: SoupStrainer | None = None) -> BeautifulSoup:
    """HTML as a tree. only : the elements to keep, where not all are needed."""
    from bs4 import BeautifulSoup

    return BeautifulSoup(html, "html.parser", parse_only=only)


def text_of(element: Tag | None) -> str:
    """Text of an element of a page, words separated by single spaces; none without element."""
    return " ".join(element.get_text().split()) if element else ""


# --- a browser and a server -------------------------------------------------------

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
CHROMIUM_OPTIONS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]


@contextmanager
def chromium() -> Iterator[Browser]:
    """The machine's Chromium, driven by Playwright; `CHROMIUM` is None where there is none."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=CHROMIUM_OPTIONS)
        yield browser
        browser.close()


class QuietHandler(http.server.SimpleHTTPRequestHandler):
    """Serves files and prints nothing, even when a browser closes before it has a whole file."""

    def log_message(self, format: str, *arguments: object) -> None:
        pass

    def copyfile(self, source: Any, outputfile: Any) -> None:
        with suppress(ConnectionError):
            super().copyfile(source, outputfile)


@contextmanager
def served(folder: Path, handler: type[QuietHandler] = QuietHandler) -> Iterator[str]:
    """Serve a folder on this machine: the server's address, with a slash at its end."""
    answer = functools.partial(handler, directory=str(folder))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), answer) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()
