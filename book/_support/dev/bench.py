"""How fast and light the book is, as ratios measured in one run.

``python -m _support.dev.bench`` prints a table: pages against those of the same book under
jupyter-book's defaults, a rebuild and nbval against kernels that only import the libraries,
the audit's batched curves against a loop over lifelines. Words after the command choose rows
(``pages``, ``rebuild``, ``nbval``, ``curves``). All is done in copies; nothing is asserted.
"""

import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import nbformat
import numpy as np
import yaml
from lifelines import KaplanMeierFitter
from playwright.sync_api import Browser

from _support.common import ROOT, chromium, served
from _support.dev.weight import weigh
from correll2004.data import table1
from correll2004.stats import survival
from correll2004.stats.curves import PER_MONTH, Curves, decode, encode

Row = tuple[str, float, float, str]  # what is measured, of this book, beside it, of what
BUILD = ["jupyter-book", "build", ".", "--path-output"]
EXECUTE = [sys.executable, "-m", "_support.execute.chapters"]
NBVAL = ["make", "nbval", f"VENV={sys.prefix}"]
# What the chapters import before anything of their own.
STACK = "import lifelines, matplotlib, numpy, pandas, scipy.stats, seaborn"


# --- copies of the book -----------------------------------------------------------


def copy(target: Path) -> Path:
    """The sources of the book in a folder of their own."""
    for folder in ("book", "data", "tests"):
        ignored = shutil.ignore_patterns("__pycache__", ".ipynb_checkpoints")
        shutil.copytree(ROOT / folder, target / folder, ignore=ignored)
    for path in ROOT.iterdir():
        if path.is_file():
            shutil.copy2(path, target)
    return target


def with_defaults(tree: Path) -> Path:
    """The same book as jupyter-book shows it by itself: content kept, our settings dropped."""
    path = tree / "_config.yml"
    config = yaml.safe_load(path.read_text(encoding="utf-8"))
    kept = ("title", "author", "only_build_toc_files", "exclude_patterns", "execute", "parse")
    defaults = {key: config[key] for key in (*kept, "bibtex_bibfiles")}
    ours = "_support.sphinx.book"
    extensions = {ours: config["sphinx"]["local_extensions"][ours]}
    defaults["sphinx"] = {"local_extensions": extensions}
    path.write_text(yaml.safe_dump(defaults), encoding="utf-8")
    return tree


def with_empty_chapters(tree: Path) -> Path:
    """As many notebooks, each of which only imports the libraries."""
    for path in (tree / "book").glob("*.ipynb"):
        cell = nbformat.v4.new_code_cell(STACK, id="stack", execution_count=1)
        nbformat.write(nbformat.v4.new_notebook(cells=[cell]), path)
    return tree


def seconds(tree: Path, *command: str) -> float:
    """Time of a command in a copy; ends here, with its words, where it fails."""
    environment = os.environ | {"PYTHONPATH": str(tree / "book")}
    start = time.perf_counter()
    done = subprocess.run(command, cwd=tree, env=environment, capture_output=True, text=True)
    if done.returncode:
        sys.exit(done.stdout + done.stderr)
    return time.perf_counter() - start


# --- pages ------------------------------------------------------------------------


def median_page(browser: Browser, site: Path, pages: list[str]) -> float:
    """Median of the KiB that a page takes, text compressed; others' hosts not counted."""
    with served(site) as address:
        return statistics.median(weigh(browser, site, address, page)[1] / 1024 for page in pages)


def pages(folder: Path) -> Iterator[Row]:
    """Median page, and that of the same pages under jupyter-book's defaults."""
    sites = []
    for name, change in (("ours", lambda tree: tree), ("defaults", with_defaults)):
        tree = change(copy(folder / f"pages-{name}"))
        seconds(tree, *BUILD, ".")
        sites.append(tree / "_build" / "html")
    names = [
        path.relative_to(sites[0]).as_posix()
        for path in (sites[0] / "index.html", *sorted((sites[0] / "book").glob("*.html")))
    ]
    with chromium() as browser:
        ours, defaults = (median_page(browser, site, names) for site in sites)
    yield "median page, KiB", ours, defaults, "jupyter-book's defaults"


# --- rebuild and nbval ------------------------------------------------------------

ROUNDS = 4


def fastest(*measures: Callable[[], float]) -> Iterator[float]:
    """Least time of each of some measures, taken in turn: others on the machine only add."""
    rounds = [[measure() for measure in measures] for _ in range(ROUNDS)]
    return map(min, zip(*rounds, strict=True))


def rebuild(folder: Path) -> Iterator[Row]:
    """Every chapter executed and the site built, against as many kernels and the build."""
    tree, floor = copy(folder / "rebuild"), with_empty_chapters(copy(folder / "rebuild-floor"))
    kernels, chapters, build = fastest(
        lambda: seconds(floor, *EXECUTE),
        lambda: seconds(tree, *EXECUTE),
        lambda: seconds(tree, *BUILD, tempfile.mkdtemp(dir=folder)),
    )
    yield "full rebuild, s", chapters + build, kernels + build, "kernels that import, and the build"
    yield "  of this the chapters, s", chapters, kernels, "kernels that import"


def nbval(folder: Path) -> Iterator[Row]:
    """nbval on the chapters, against nbval on as many notebooks that only import."""
    tree, floor = copy(folder / "nbval"), with_empty_chapters(copy(folder / "nbval-floor"))

    kernels, chapters = fastest(lambda: seconds(floor, *NBVAL), lambda: seconds(tree, *NBVAL))
    yield "nbval, s", chapters, kernels, "kernels that import"


# --- the audit's curves -----------------------------------------------------------

LOOPED = 300  # recodings of the loop; the batch takes the same ones many times over
REPEATS = 100


def recodings(count: int, seed: int = 2004) -> np.ndarray:
    """Random single-patient changes of the first course, as codes of `curves.encode`."""
    draw = np.random.default_rng(seed)
    cycles = table1.read().course(1)
    codes = np.tile(encode(cycles["relief_months"], cycles["event"]), (count, 1))
    codes[np.arange(count), draw.integers(codes.shape[1], size=count)] = draw.integers(
        2 * 48 * PER_MONTH, size=count
    )
    return codes


def looped(codes: np.ndarray) -> np.ndarray:
    """Mean, its SE, median, its SE, S(3) and S(6) of each recoding, through lifelines."""
    rows = []
    for months, event in zip(*decode(codes), strict=True):
        curve = survival.KaplanMeier(months, event)
        mean, median = curve.mean(), curve.median()
        heights = (curve.survival_at(3), curve.survival_at(6))
        rows.append((mean.value, mean.se, median.value, median.se, *heights))
    return np.array(rows)


def fitted(codes: np.ndarray) -> None:
    """lifelines' curves alone, none of the numbers drawn from them."""
    for months, event in zip(*decode(codes), strict=True):
        KaplanMeierFitter().fit(months, event)


def batched(codes: np.ndarray) -> np.ndarray:
    """The same, all recodings at once."""
    curves = Curves(codes)
    return np.transpose([*curves.mean, *curves.median, *map(curves.survival_at, (3, 6))])


def timed(function: Callable, codes: np.ndarray) -> tuple[np.ndarray, float]:
    """Result, and microseconds per recoding."""
    start = time.perf_counter()
    result = function(codes)
    return result, 1e6 * (time.perf_counter() - start) / len(codes)


def curves(folder: Path) -> Iterator[Row]:
    """A recoding's curve and the numbers drawn from it, batched against looped."""
    codes = recodings(LOOPED)
    many = np.tile(codes, (REPEATS, 1))
    batched(codes)  # warm
    slow, of_loop = timed(looped, codes)
    _, of_fits = timed(fitted, codes)
    fast, of_batch = timed(batched, many)
    np.testing.assert_allclose(fast[:LOOPED], slow, rtol=1e-12)
    yield "curve and numbers, µs", of_batch, of_loop, "lifelines, the same"
    yield "  the same", of_batch, of_fits, "lifelines, the curve alone"


MEASURES = {"pages": pages, "rebuild": rebuild, "nbval": nbval, "curves": curves}


def main(words: list[str]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        print(f"{'':28}{'this book':>10}{'beside':>10}{'ratio':>10}", flush=True)
        for name in words or MEASURES:
            for label, ours, beside, what in MEASURES[name](Path(folder)):
                ratio = f"{ours / beside:10.3g}"
                print(f"{label:28}{ours:10.1f}{beside:10.1f}{ratio}  {what}", flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
