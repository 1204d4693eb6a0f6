"""The chapters in JupyterLab, started by `make lab`: they read well and give the same again."""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time

import pytest
from labpage import CODE, DONE, NOTEBOOK, RESULT, SHOWN, run_all

from correll2004.paths import BOOK, ROOT

pytestmark = [pytest.mark.browser, pytest.mark.slow]

# With a box and a table, with sources and formulas, with figures and links to headings.
CHAPTERS = ["abstract", "methods", "results-duration-of-relief"]
TIMEOUT = 120  # seconds, for a machine that is busy with other things
TEXT = f"{NOTEBOOK}.widgets.filter(c => c.rendered).map(c => c.node.innerText).join('\\n')"
SOLUTIONS = f"{CODE}.filter(c => c.model.getMetadata('tags')?.includes('solution'))"
FOLDED = f"{SOLUTIONS}.map(c => c.inputHidden && c.outputHidden)"
RENDERED = f"{NOTEBOOK}.widgets.every(c => c.model.type !== 'markdown' || c.rendered)"
IDLE = "window.jupyterapp.shell.currentWidget.sessionContext.session?.kernel?.status === 'idle'"
RAW = r"\{[\w:]+\}`.*|:{3,}.*|`{3,}.*|</?data.*|\*\*|\]\(|^\([\w-]+\)=$"


@pytest.fixture(scope="module")
def lab(browser, tmp_path_factory):
    """Address and token of a JupyterLab on a copy of the sources."""
    folder = tmp_path_factory.mktemp("lab")
    for part in ("book", "data"):
        shutil.copytree(ROOT / part, folder / part, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "Makefile", folder)
    places = {f"JUPYTER_{kind}_DIR": str(folder / kind) for kind in ("CONFIG", "DATA", "RUNTIME")}
    # Every cell in the page, also those that are not in sight.
    settings = folder / "settings" / "@jupyterlab" / "notebook-extension"
    settings.mkdir(parents=True)
    (settings / "tracker.jupyterlab-settings").write_text('{"windowingMode": "none"}')
    places["JUPYTERLAB_SETTINGS_DIR"] = str(folder / "settings")
    path = os.pathsep.join([os.path.dirname(sys.executable), os.environ["PATH"]])
    flags = "--no-browser --port-retries=50 --LabApp.expose_app_in_browser=True"
    with (folder / "log.txt").open("w") as log:
        server = subprocess.Popen(
            ["make", "--old-file=.venv/.ready", "lab", f"FLAGS={flags}"],
            cwd=folder,
            env=os.environ | places | {"PATH": path},
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        yield address_of(folder, server)
    finally:
        os.killpg(server.pid, signal.SIGTERM)
        server.wait(TIMEOUT)


def address_of(folder, server):
    """What the server says of itself once it listens: its address, and its token."""
    end = time.monotonic() + TIMEOUT
    while time.monotonic() < end and server.poll() is None:
        for path in folder.glob("RUNTIME/jpserver-*.json"):
            if text := path.read_text(encoding="utf-8"):
                said = json.loads(text)
                return said["url"], said["token"]
        time.sleep(0.1)
    pytest.fail((folder / "log.txt").read_text(encoding="utf-8"))


@pytest.fixture
def tab(browser):
    """A window wide enough for the menus."""
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.set_default_timeout(1000 * TIMEOUT)
    yield page
    page.close()


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_a_chapter_reads_well_runs_and_gives_the_committed_outputs(lab, tab, chapter):
    address, token = lab
    tab.goto(f"{address}lab/tree/book/{chapter}.ipynb?token={token}&reset")
    tab.wait_for_function(SHOWN)
    tab.wait_for_function(f"{RENDERED} && {IDLE}")
    committed = json.loads((BOOK / f"{chapter}.ipynb").read_text(encoding="utf-8"))["cells"]
    assert not re.findall(RAW, tab.evaluate(TEXT), re.MULTILINE)
    drawn = json.dumps(committed).count('<figure class=\\"book-figure')
    assert tab.locator("figure.book-figure svg").count() == drawn, "figures as committed"
    solutions = sum("solution" in cell["metadata"].get("tags", []) for cell in committed)
    assert tab.evaluate(FOLDED) == [True] * solutions, "solutions are folded until asked for"
    run_all(tab)
    tab.wait_for_function(DONE)
    expected = [cell["outputs"] for cell in committed if cell["cell_type"] == "code"]
    assert [plain(cell["outputs"]) for cell in tab.evaluate(RESULT)] == [*map(plain, expected)]


def plain(outputs):
    """Outputs with the texts that a file may break into lines joined."""
    for output in outputs:
        output["data"] = {kind: "".join(text) for kind, text in output["data"].items()}
    return outputs
