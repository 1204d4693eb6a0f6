"""The chapters run in the reader's browser, and give what the book prints.

Needs the app in ``_build/html/lite``; ``make lite`` builds it, ``make test-lite`` runs this.
Chromium opens each chapter by its button, with every other host blocked, runs all cells and
is held against the committed outputs, as ``liteoutputs.py`` compares them.
"""

import json
import re
import shutil
import time
from collections import Counter
from itertools import zip_longest

import pytest
from labpage import DONE, FAILED, FIRST, RESULT, SHOWN, run_all
from liteoutputs import code, same

from _support import common
from _support.common import CHROMIUM, CHROMIUM_OPTIONS, SITE
from _support.lite import APP, WORK, LiteError, app, button, notebooks, pyodide

if not APP.is_dir():
    pytest.skip("no app in _build/html/lite: `make lite` builds it", allow_module_level=True)

CHAPTERS = notebooks.chapters()

chapters = pytest.mark.parametrize("chapter", CHAPTERS)


def in_app(chapter):
    path = APP / "files" / "book" / f"{chapter}.ipynb"
    return json.loads(path.read_text(encoding="utf-8"))


# --- the app as files -------------------------------------------------------------


def test_nothing_is_loaded_from_another_host():
    assert app.foreign_addresses(APP) == []


def test_a_default_host_or_a_cdn_would_be_noticed(tmp_path):
    copy = tmp_path / "lite"
    shutil.copytree(APP, copy, ignore=shutil.ignore_patterns("*.whl", "*.wasm", "files"))
    settings = copy / "jupyter-lite.json"
    text = settings.read_text(encoding="utf-8")
    settings.write_text(text.replace("pyodideUrl", "pyodideURL"), encoding="utf-8")
    page = copy / "tree" / "index.html"
    page.write_text('<script src="https://cdn.jsdelivr.net/x.js"></script>', encoding="utf-8")
    script = copy / "build" / "x.js"
    script.write_text('import("https://unpkg.com/x")', encoding="utf-8")
    found = "\n".join(app.foreign_addresses(copy))
    assert "pyodideUrl is not set" in found
    assert "tree/index.html: " in found
    assert "build/x.js: https://unpkg.com/x" in found


def test_every_file_of_python_is_the_one_that_the_lock_names():
    folder = APP / "static" / "pyodide"
    lock = json.loads((folder / pyodide.LOCK).read_text(encoding="utf-8"))
    listed = {entry["file_name"]: entry["sha256"] for entry in lock["packages"].values()}
    listed |= pyodide.PINNED
    del listed[pyodide.LOCK]
    assert {path.name for path in folder.iterdir()} == {*listed, pyodide.LOCK}
    for name, expected in listed.items():
        assert pyodide.sha256(folder / name) == expected, name


def test_a_file_that_is_not_the_official_one_stops_the_build(tmp_path):
    for name in (*pyodide.PINNED, "numpy-2.2.5-cp313-cp313-pyodide_2025_0_wasm32.whl"):
        (tmp_path / name).write_bytes(b"not this")
        with pytest.raises(LiteError, match="does not hold Pyodide"):
            pyodide.check(tmp_path)


@chapters
def test_the_app_holds_the_chapter_as_committed(chapter):
    assert in_app(chapter) == notebooks.for_app(chapter), "run `make lite` after a change"


def test_only_chapters_have_a_button():
    pages = [path for path in SITE.rglob("*.html") if not path.is_relative_to(APP)]
    with_one = [path for path in pages if path.read_text(encoding="utf-8").count("<!-- lite -->")]
    assert {path.relative_to(SITE).as_posix() for path in with_one} == {
        f"book/{chapter}.html" for chapter in CHAPTERS
    }


def test_a_second_button_takes_the_place_of_the_first(monkeypatch, tmp_path):
    chapter = CHAPTERS[0]
    (tmp_path / "book").mkdir()
    page = tmp_path / "book" / f"{chapter}.html"
    shutil.copy(SITE / "book" / page.name, page)
    monkeypatch.setattr(button, "SITE", tmp_path)
    button.add(chapter, 123e6)
    text = page.read_text(encoding="utf-8")
    assert text.count("<!-- lite -->") == 1
    assert "(about 123 MB at first use)" in text


# --- the chapters in a browser ----------------------------------------------------


SENT = Counter()  # bytes, by kind


class Handler(common.QuietHandler):
    """Serves the site, counts what it sends, and lets the test see into the app."""

    def do_GET(self):
        if self.path.split("?")[0] != "/lite/jupyter-lite.json":
            super().do_GET()
            return
        settings = json.loads((APP / "jupyter-lite.json").read_text(encoding="utf-8"))
        settings["jupyter-config-data"]["exposeAppInBrowser"] = True
        body = json.dumps(settings).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def copyfile(self, source, outputfile):
        kind = "Python and packages" if "/static/pyodide/" in self.path else "JupyterLite"
        if "/lite/" not in self.path or "/lite/files/" in self.path:
            kind = "chapter, package, data"
        start = source.tell()
        super().copyfile(source, outputfile)
        SENT[kind] += source.tell() - start


@pytest.fixture(scope="module")
def served():
    """Address of a server of the site with the app."""
    with common.served(SITE, Handler) as address:
        yield address


@pytest.fixture(scope="module")
def reader(browser, tmp_path_factory):
    """A browser with a cache of its own that finds no host but this machine."""
    context = browser.browser_type.launch_persistent_context(
        tmp_path_factory.mktemp("profile"),
        executable_path=CHROMIUM,
        args=[*CHROMIUM_OPTIONS, "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"],
    )
    yield context
    context.close()


@pytest.fixture(scope="module")
def log():
    """Times and sizes, chapter by chapter; printed and kept in ``_build/lite/log.txt``."""
    lines = [f"{'chapter':32}{'first cell, s':>14}{'all cells, s':>14}{'fetched, MB':>14}"]
    yield lines
    megabytes = {kind: size / 1e6 for kind, size in SENT.items()}
    lines += [f"in all {kind}: {size:.1f} MB" for kind, size in sorted(megabytes.items())]
    lines.append(f"on disk: {app.on_disk(APP) / 1e6:.1f} MB")
    text = "\n".join(lines)
    (WORK / "log.txt").write_text(text + "\n", encoding="utf-8")
    print(f"\n{text}")


TIMEOUT = 300_000  # milliseconds, for a machine that is busy with other things


def run(reader, served, chapter):
    """Open a chapter by its button, clear it, run all cells: the cells, and the times."""
    tab = reader.new_page()
    troubles = []
    tab.on(
        "request",
        lambda r: None if r.url.startswith((served, "data:", "blob:")) else troubles.append(r.url),
    )
    try:
        tab.goto(f"{served}book/{chapter}.html")
        start = time.monotonic()
        tab.get_by_role("link", name=re.compile("Run this chapter in your browser")).click()
        tab.wait_for_function(SHOWN, timeout=TIMEOUT)
        run_all(tab)
        tab.wait_for_function(f"{FIRST} || {FAILED}", timeout=TIMEOUT)
        first = time.monotonic() - start
        tab.wait_for_function(DONE, timeout=TIMEOUT)
        return tab.evaluate(RESULT), (first, time.monotonic() - start)
    finally:
        assert troubles == [], "the browser asked other hosts"
        tab.close()


@pytest.mark.browser
@pytest.mark.slow
@chapters
def test_a_chapter_run_in_the_browser_gives_the_committed_outputs(reader, served, log, chapter):
    before = SENT.total()
    cells, (first, whole) = run(reader, served, chapter)
    fetched = SENT.total() - before
    log.append(f"{chapter:32}{first:14.1f}{whole:14.1f}{fetched / 1e6:14.1f}")
    if len(log) == 2:
        announced = app.first_use(APP)
        assert 0.9 * announced < fetched < 1.1 * announced, "the button announces another size"
    for cell, expected in zip_longest(cells, code(notebooks.committed(chapter))):
        source = "".join(expected["source"])
        for got, printed in zip_longest(cell["outputs"], expected["outputs"]):
            assert same(got, printed, chapter) == "", source
