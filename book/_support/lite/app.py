"""The app: JupyterLite with Pyodide, the packages, the chapters, all served by the site.

Put together in a folder of its own, from nothing, and moved into the site when it is whole and
names no other host: an interrupted or failing build leaves the app of before.
"""

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

from _support.common import ROOT, SITE, replace_folder, restore_folder, work_folder

from . import APP, HERE, WORK, LiteError, button, notebooks, pyodide, wheels

APPS = ("notebooks", "tree", "edit")  # the chapter, the list of files, a file
KERNEL = "@jupyterlite/pyodide-kernel-extension:kernel"
TIME = "1980-01-01T00:00:00Z"

# What a chapter may read, beside the notebooks themselves.
FOLDERS = ("book", "data", "tests/data", "tests/r")
FILES = ("pyproject.toml", "requirements.in", "LICENSE")
LEFT_OUT = shutil.ignore_patterns("_support", "__pycache__", ".*", "*.ipynb", "*.md")


def build(dist: Path) -> None:
    """Build the app from a Pyodide release, move it into the site, put the buttons.

    dist : folder of the release. Raises LiteError where it is not the official one, or where
    the app would load from another host.
    """
    chapters = [name for name in notebooks.chapters() if _page(name).is_file()]
    if set(chapters) != set(notebooks.chapters()):
        missing = ", ".join(sorted(set(notebooks.chapters()) - set(chapters)))
        raise LiteError(f"the site has no page for {missing}; run `make site` first")
    restore_folder(APP)
    with work_folder(WORK / "app.part") as made:
        source, fresh = made / "source", made / "app"
        names = _add_python(dist, source / "static" / "pyodide")
        _write_settings(source, names)
        _run_jupyterlite(source, fresh)
        _add_contents(fresh)
        _adapt_page(fresh)
        found = foreign_addresses(fresh)
        if found:
            raise LiteError("\n  ".join(["the app would load from elsewhere:", *found]))
        size = first_use(fresh)
        replace_folder(fresh, APP)
    for name in chapters:
        button.put(name, size)
    print(f"{len(chapters)} chapters in {APP}: {button.megabytes(on_disk(APP))} on disk, ", end="")
    print(f"{button.megabytes(size)} at first use. To try it:")
    print(f"python3 -m http.server -d {shlex.quote(str(SITE))}")


def _page(chapter):
    return SITE / "book" / f"{chapter}.html"


def _add_python(dist, folder):
    """Pyodide and all wheels in one folder with one lock; the names of the packages."""
    lock = pyodide.check(dist)
    folder.mkdir(parents=True)
    wheels.collect(folder)
    lock["packages"] = wheels.entries(folder) | pyodide.packages(lock)
    for name in pyodide.files(lock):
        shutil.copyfile(dist / name, folder / name)
    (folder / pyodide.LOCK).write_text(json.dumps(lock, indent=1), encoding="utf-8")
    return sorted(lock["packages"])


def _write_settings(source, names):
    """The kernel loads every package as it starts, by name, from that folder."""
    # "pyodide_kernel": the kernel looks for its own package under this spelling.
    kernel = {
        "disablePyPIFallback": True,
        "loadPyodideOptions": {"packages": [*names, "pyodide_kernel"]},
    }
    config = {"appUrl": "./tree", "litePluginSettings": {KERNEL: kernel}}
    settings = {"jupyter-lite-schema-version": 0, "jupyter-config-data": config}
    (source / "jupyter-lite.json").write_text(json.dumps(settings), encoding="utf-8")


def _run_jupyterlite(source, fresh):
    command = [Path(sys.executable).with_name("jupyter-lite"), "build", "--no-sourcemaps"]
    command += ["--lite-dir", source, "--output-dir", fresh, "--no-unused-shared-packages"]
    for app in APPS:
        command += ["--apps", app]
    environment = os.environ | {"SOURCE_DATE_EPOCH": wheels.EPOCH}
    # In the source folder: there it keeps its memory of what was built, which must be gone
    # next time, or a changed setting is not seen and Pyodide comes from its default host.
    result = subprocess.run(
        command, cwd=source, env=environment, text=True, capture_output=True, check=False
    )
    if result.returncode:
        raise LiteError(f"jupyter lite build failed:\n{result.stdout}{result.stderr}")


# --- files ------------------------------------------------------------------------


def _add_contents(fresh):
    """The chapters and what they read, with the listings that replace a server's."""
    files = fresh / "files"
    for folder in FOLDERS:
        shutil.copytree(ROOT / folder, files / folder, ignore=LEFT_OUT)
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


def _entry(path, files):
    """A file or folder as Jupyter's contents service describes it."""
    kind = "notebook" if path.suffix == ".ipynb" else "file"
    inside = path.relative_to(files).as_posix()
    return {
        "name": "" if path == files else path.name,
        "path": "" if path == files else inside,
        "type": "directory" if path.is_dir() else kind,
        "size": None if path.is_dir() else path.stat().st_size,
        "created": TIME,
        "last_modified": TIME,
        "mimetype": None,
        "format": None,
        "content": None,
        "writable": True,
    }


def _adapt_page(fresh):
    """The book's look for outputs and button, and a word to who opens the app from a file."""
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
            raise LiteError(f"the app's page has changed: {old} is in it {text.count(old)} times")
        text = text.replace(old, new)
    page.write_text(text, encoding="utf-8")


# --- what is checked, and how it gets into the site -------------------------------

HOSTS = re.compile(
    rb"https?://[\w.-]*(?:jsdelivr\.net|unpkg\.com|cdnjs|googleapis|gstatic|esm\.sh|skypack"
    rb"|jspm|bootcdn|statically|pypi\.org|pythonhosted)[^\s\"'`)]*"
)
LOADED = re.compile(
    rb"<(?:script|link|img|iframe)\b[^>]*\b(?:src|href)=[\"']?(?:https?:)?//[^\s\"'>]*"
)
# Named, but not loaded from: a default that the setting below replaces, a fallback of
# Pyodide's under Node alone, and the address that `disablePyPIFallback` keeps piplite from.
ADDRESSES_NOT_LOADED = {
    "static/pyodide/pyodide.js",
    "static/pyodide/pyodide.asm.js",
    "extensions/@jupyterlite/pyodide-kernel-extension/static/",
}


def foreign_addresses(app: Path) -> list[str]:
    """What in the app would load from another host; empty where nothing would."""
    found = []
    for path in sorted(path for path in app.rglob("*") if path.is_file()):
        name = path.relative_to(app).as_posix()
        if path.suffix in {".html", ".js", ".mjs", ".css", ".json", ".webmanifest"}:
            if name.startswith("files/"):
                continue  # the chapters and data: nothing there is loaded by a page
            text = path.read_bytes()
            allowed = any(name.startswith(start) for start in ADDRESSES_NOT_LOADED)
            found += [f"{name}: {host.decode()}" for host in HOSTS.findall(text) if not allowed]
            if path.suffix == ".html":
                found += [f"{name}: {tag.decode()}" for tag in LOADED.findall(text)]
    kernel = json.loads((app / "jupyter-lite.json").read_text(encoding="utf-8"))
    kernel = kernel["jupyter-config-data"]["litePluginSettings"][KERNEL]
    for key in ("pyodideUrl", "pipliteUrls"):
        urls = kernel.get(key) or ["nothing, so that its default counts"]
        for url in [urls] if isinstance(urls, str) else urls:
            if not url.startswith("./") or not (app / url.split("?")[0]).is_file():
                found.append(f"jupyter-lite.json: {key} is {url}")
    if kernel.get("disablePyPIFallback") is not True:
        found.append("jupyter-lite.json: disablePyPIFallback is not set")
    return found


def on_disk(app: Path) -> int:
    return sum(path.stat().st_size for path in app.rglob("*") if path.is_file())


OF_JUPYTERLITE = 7.5e6  # of its scripts and styles a chapter loads this much; tests measure it


def first_use(app: Path) -> float:
    """Bytes that a browser fetches when it opens and runs a chapter for the first time."""
    return on_disk(app / "static" / "pyodide") + OF_JUPYTERLITE
