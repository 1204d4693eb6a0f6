"""Builds the app: JupyterLite with Pyodide, packages and chapters, all served by the site.

It takes the place of the earlier app when it is complete and loads from no other host. A build
that fails or is interrupted leaves the earlier app.
"""

import json
import os
import re
import shlex
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from _support.common import ROOT, SITE, replaced_folder, run

from . import APP, HERE, LiteError, button, notebooks, pyodide, wheels

APPS = ("notebooks", "tree", "edit")  # the chapter, the list of files, a file
KERNEL = "@jupyterlite/pyodide-kernel-extension:kernel"
TIME = "1980-01-01T00:00:00Z"  # of every file

# What a chapter may read.
FOLDERS = ("book", "data", "tests/files", "tests/pspp", "tests/r")
FILES = ("pyproject.toml", "requirements.in", "LICENSE")
IGNORED = shutil.ignore_patterns("_support", "__pycache__", ".*", "*.ipynb", "*.md")


def build(dist: Path) -> None:
    """Build the app from a Pyodide release, move it into the site, and add the buttons.

    dist : folder of the release. Raises LiteError where it is not the official one, or where
    the app would load from another host, and CommandError where a program fails.
    """
    chapters = notebooks.chapters()
    if missing := [name for name in chapters if not (SITE / "book" / f"{name}.html").is_file()]:
        raise LiteError(f"the site has no page for {', '.join(missing)}; run `make site` first")
    with replaced_folder(APP) as fresh, TemporaryDirectory() as folder:
        source = Path(folder)
        names = _add_python(dist, source / "static" / "pyodide")
        _write_settings(source, names)
        _run_jupyterlite(source, fresh)
        _add_contents(fresh)
        _adapt_page(fresh)
        if found := foreign_addresses(fresh):
            raise LiteError("\n  ".join(["the app would load from other hosts:", *found]))
    size = first_use(APP)
    for name in chapters:
        button.add(name, size)
    print(f"{len(chapters)} chapters in {APP}: {button.megabytes(on_disk(APP))} on disk, ", end="")
    print(f"{button.megabytes(size)} at first use. To try it:")
    print(f"python3 -m http.server -d {shlex.quote(str(SITE))}")


def _add_python(dist: Path, folder: Path) -> list[str]:
    """Put Pyodide and all wheels into one folder with one lock. Returns the packages' names."""
    lock = pyodide.check(dist)
    folder.mkdir(parents=True)
    wheels.collect(folder)
    lock["packages"] = wheels.entries(folder) | pyodide.packages(lock)
    for name in pyodide.files(lock):
        shutil.copyfile(dist / name, folder / name)
    (folder / pyodide.LOCK).write_text(json.dumps(lock, indent=1), encoding="utf-8")
    return sorted(lock["packages"])


def _write_settings(source: Path, names: list[str]) -> None:
    """Have the kernel load every package when it starts, by name, from that folder."""
    # The kernel looks for its own package by this spelling of its name: "pyodide_kernel".
    kernel = {
        "disablePyPIFallback": True,
        "loadPyodideOptions": {"packages": [*names, "pyodide_kernel"]},
    }
    config = {"appUrl": "./tree", "litePluginSettings": {KERNEL: kernel}}
    settings = {"jupyter-lite-schema-version": 0, "jupyter-config-data": config}
    (source / "jupyter-lite.json").write_text(json.dumps(settings), encoding="utf-8")


def _run_jupyterlite(source: Path, fresh: Path) -> None:
    program = Path(sys.executable).with_name("jupyter-lite")
    options = ["--no-sourcemaps", "--no-unused-shared-packages"]
    for app in APPS:
        options += ["--apps", app]
    folders = ("--lite-dir", source, "--output-dir", fresh)
    # In the source folder, which is a new one each time: there JupyterLite stores what it has
    # built, and with that it would ignore a changed setting and use Pyodide's default host.
    run(
        program,
        "build",
        *options,
        *folders,
        cwd=source,
        env=os.environ | {"SOURCE_DATE_EPOCH": wheels.EPOCH},
    )


# --- files ------------------------------------------------------------------------


def _add_contents(fresh: Path) -> None:
    """Add the chapters and what they read, with the listings that a server would give."""
    files = fresh / "files"
    for name in FOLDERS:
        shutil.copytree(ROOT / name, files / name, ignore=IGNORED)
    for name in FILES:
        shutil.copy(ROOT / name, files / name)
    for name in notebooks.chapters():
        text = json.dumps(notebooks.for_app(name), indent=1, ensure_ascii=False)
        (files / "book" / f"{name}.ipynb").write_text(text + "\n", encoding="utf-8")
    for folder in [files, *(path for path in files.rglob("*") if path.is_dir())]:
        listing = fresh / "api" / "contents" / folder.relative_to(files) / "all.json"
        listing.parent.mkdir(parents=True, exist_ok=True)
        entries = [_entry(path, files) for path in sorted(folder.iterdir())]
        listed = _entry(folder, files) | {"format": "json", "content": entries}
        listing.write_text(json.dumps(listed, indent=1), encoding="utf-8")


def _entry(path: Path, files: Path) -> dict[str, Any]:
    """A file or folder as Jupyter's contents service describes it."""
    kind = "notebook" if path.suffix == ".ipynb" else "file"
    return {
        "name": "" if path == files else path.name,
        "path": "" if path == files else path.relative_to(files).as_posix(),
        "type": "directory" if path.is_dir() else kind,
        "size": None if path.is_dir() else path.stat().st_size,
        "created": TIME,
        "last_modified": TIME,
        "mimetype": None,
        "format": None,
        "content": None,
        "writable": True,
    }


def _adapt_page(fresh: Path) -> None:
    """Add the book's styles, and a message for readers who open the app from a disk."""
    shutil.copy(HERE / "button.css", fresh)
    page = fresh / "notebooks" / "index.html"
    text = page.read_text(encoding="utf-8")
    for old, new in {
        "<html>": '<html lang="en" data-theme="light">',
        "</head>": '<link rel="stylesheet" href="../../_static/book.css" /></head>',
        "<noscript>": (
            '<script>if (location.protocol === "file:" || !isSecureContext) '
            'document.body.textContent = "Notebooks run only from an https address, '
            'or from a server on this machine.";</script><noscript>'
        ),
    }.items():
        if text.count(old) != 1:
            raise LiteError(f"JupyterLite's page has changed: it has {old} {text.count(old)} times")
        text = text.replace(old, new)
    page.write_text(text, encoding="utf-8")


# --- other hosts, and size --------------------------------------------------------

LOADING = {".html", ".js", ".mjs", ".css", ".json", ".webmanifest"}  # what can load other files
HOSTS = re.compile(
    rb"https?://[\w.-]*(?:jsdelivr\.net|unpkg\.com|cdnjs|googleapis|gstatic|esm\.sh|skypack"
    rb"|jspm|bootcdn|statically|pypi\.org|pythonhosted)[^\s\"'`)]*"
)
LOADED = re.compile(
    rb"<(?:script|link|img|iframe)\b[^>]*\b(?:src|href)=[\"']?(?:https?:)?//[^\s\"'>]*"
)
# Files that name other hosts but do not load from them: a default that our settings replace,
# what Pyodide does in Node alone, and the address that `disablePyPIFallback` turns off.
ADDRESSES_NOT_LOADED = (
    "static/pyodide/pyodide.js",
    "static/pyodide/pyodide.asm.js",
    "extensions/@jupyterlite/pyodide-kernel-extension/static/",
)


def foreign_addresses(app: Path) -> list[str]:
    """What in the app would load from another host; empty where nothing would."""
    found = []
    for path in sorted(filter(Path.is_file, app.rglob("*"))):
        name = path.relative_to(app).as_posix()
        # Nothing in the chapters and data, in files/, is loaded by a page.
        if path.suffix not in LOADING or name.startswith("files/"):
            continue
        content = path.read_bytes()
        matches = [] if name.startswith(ADDRESSES_NOT_LOADED) else HOSTS.findall(content)
        if path.suffix == ".html":
            matches += LOADED.findall(content)
        found += [f"{name}: {match.decode()}" for match in matches]
    return found + [f"jupyter-lite.json: {fault}" for fault in _settings_faults(app)]


def _settings_faults(app: Path) -> Iterator[str]:
    """Settings by which the kernel would ask another host."""
    config = json.loads((app / "jupyter-lite.json").read_text(encoding="utf-8"))
    kernel = config["jupyter-config-data"]["litePluginSettings"][KERNEL]
    for key in ("pyodideUrl", "pipliteUrls"):
        urls = kernel.get(key) or ["not set, and its default is another host"]
        for url in [urls] if isinstance(urls, str) else urls:
            if not url.startswith("./") or not (app / url.split("?")[0]).is_file():
                yield f"{key} is {url}"
    if kernel.get("disablePyPIFallback") is not True:
        yield "disablePyPIFallback is not set"


def on_disk(folder: Path) -> int:
    """Bytes of all files in a folder."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


OF_JUPYTERLITE = 7.5e6  # bytes of its scripts and styles that a chapter loads, as tests measure


def first_use(app: Path) -> float:
    """Bytes that a browser fetches when it opens and runs a chapter for the first time."""
    return on_disk(app / "static" / "pyodide") + OF_JUPYTERLITE
