"""Compares the book's speed and weight with something simpler, in one run.

``python -m _support.dev.bench`` prints a table of ratios: pages against those of the same book
with jupyter-book's defaults, a rebuild and nbval against kernels that only import the libraries,
the audit's many curves at once against a loop over lifelines. Words after the command choose
rows (``pages``, ``rebuild``, ``nbval``, ``curves``). It works on copies and asserts nothing.
"""

import os
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import nbformat
import numpy as np
import yaml
from lifelines import KaplanMeierFitter

from _support.common import ROOT, chromium, run, served
from _support.dev.weight import weigh
from correll2004.data import table1
from correll2004.stats import survival
from correll2004.stats.curves import PER_MONTH, Curves, decode, encode

Row = tuple[str, float, float, str]  # quantity, its value here, in the comparison, of what
BUILD = ("jupyter-book", "build", ".", "--path-output")
EXECUTE = (sys.executable, "-m", "_support.execute.chapters")
NBVAL = ("make", "nbval", f"VENV={sys.prefix}")
# What the chapters import beside the package.
LIBRARIES = "import lifelines, matplotlib, numpy, pandas, scipy.stats, seaborn"


# --- copies of the book -----------------------------------------------------------


def copy(target: Path) -> Path:
    """Copy the book's sources into a folder."""
    ignored = shutil.ignore_patterns("__pycache__", ".ipynb_checkpoints")
    for folder in ("book", "data", "tests"):
        shutil.copytree(ROOT / folder, target / folder, ignore=ignored)
    for path in filter(Path.is_file, ROOT.iterdir()):
        shutil.copy2(path, target)
    return target


def with_defaults(tree: Path) -> Path:
    """Change a copy to jupyter-book's defaults: the content stays, our settings go."""
    path = tree / "_config.yml"
    config = yaml.safe_load(path.read_text(encoding="utf-8"))
    kept = ("title", "author", "only_build_toc_files", "exclude_patterns", "execute", "parse")
    defaults = {key: config[key] for key in (*kept, "bibtex_bibfiles")}
    defaults["sphinx"] = {"local_extensions": {"_support.sphinx.book": "book"}}
    path.write_text(yaml.safe_dump(defaults), encoding="utf-8")
    return tree


def with_empty_chapters(tree: Path) -> Path:
    """Change a copy's notebooks to ones that only import the libraries."""
    for path in (tree / "book").glob("*.ipynb"):
        cell = nbformat.v4.new_code_cell(LIBRARIES, id="libraries", execution_count=1)
        nbformat.write(nbformat.v4.new_notebook(cells=[cell]), path)
    return tree


def seconds(tree: Path, *command: str) -> float:
    """Time that a command takes in a copy. Raises CommandError."""
    start = time.perf_counter()
    run(*command, cwd=tree, env=os.environ | {"PYTHONPATH": str(tree / "book")})
    return time.perf_counter() - start


# --- pages ------------------------------------------------------------------------


def median_page(site: Path) -> float:
    """Median weight of a site's pages in KiB, without what other hosts send."""
    pages = [site / "index.html", *(site / "book").glob("*.html")]
    with chromium() as browser, served(site) as address:
        weights = [weigh(browser, site, address, str(page.relative_to(site))) for page in pages]
    return statistics.median(size / 1024 for _, size in weights)


def pages(folder: Path) -> Iterator[Row]:
    """Median page, against that of the same pages with jupyter-book's defaults."""
    medians = []
    for tree in (copy(folder / "ours"), with_defaults(copy(folder / "defaults"))):
        seconds(tree, *BUILD, ".")
        medians.append(median_page(tree / "_build" / "html"))
    ours, defaults = medians
    yield "median page, KiB", ours, defaults, "jupyter-book's defaults"


# --- rebuild and nbval ------------------------------------------------------------

ROUNDS = 4


def fastest(*measures: Callable[[], float]) -> Iterator[float]:
    """Least time of each measure, taken in turn, for other programs can only add to it."""
    rounds = [[measure() for measure in measures] for _ in range(ROUNDS)]
    return map(min, zip(*rounds, strict=True))


def rebuild(folder: Path) -> Iterator[Row]:
    """All chapters executed and the site built, against as many kernels and the build."""
    tree, empty = copy(folder / "rebuild"), with_empty_chapters(copy(folder / "rebuild-empty"))
    kernels, chapters, build = fastest(
        lambda: seconds(empty, *EXECUTE),
        lambda: seconds(tree, *EXECUTE),
        lambda: seconds(tree, *BUILD, tempfile.mkdtemp(dir=folder)),
    )
    yield "full rebuild, s", chapters + build, kernels + build, "kernels that import, and the build"
    yield "  of this the chapters, s", chapters, kernels, "kernels that import"


def nbval(folder: Path) -> Iterator[Row]:
    """nbval on the chapters, against nbval on as many notebooks that only import."""
    tree, empty = copy(folder / "nbval"), with_empty_chapters(copy(folder / "nbval-empty"))
    kernels, chapters = fastest(lambda: seconds(empty, *NBVAL), lambda: seconds(tree, *NBVAL))
    yield "nbval, s", chapters, kernels, "kernels that import"


# --- the audit's curves -----------------------------------------------------------

LOOPED = 300  # recodings in the loop; the batch takes the same ones many times
REPEATS = 100


def recodings(count: int, seed: int = 2004) -> np.ndarray:
    """Random changes of one patient's first course, a row each, as codes of `curves.encode`."""
    draw = np.random.default_rng(seed)
    cycles = table1.read().course(1)
    codes = np.tile(encode(cycles["relief_months"], cycles["event"]), (count, 1))
    codes[np.arange(count), draw.integers(codes.shape[1], size=count)] = draw.integers(
        2 * 48 * PER_MONTH, size=count
    )
    return codes


def looped(codes: np.ndarray) -> np.ndarray:
    """Mean, its SE, median, its SE, S(3) and S(6) of each recoding, one by one, by lifelines."""
    rows = []
    for months, event in zip(*decode(codes), strict=True):
        curve = survival.KaplanMeier(months, event)
        mean, median = curve.mean(), curve.median()
        survival_probabilities = (curve.survival_at(3), curve.survival_at(6))
        rows.append((mean.value, mean.se, median.value, median.se, *survival_probabilities))
    return np.array(rows)


def fitted(codes: np.ndarray) -> None:
    """Fit lifelines' curve of each recoding, without the numbers."""
    for months, event in zip(*decode(codes), strict=True):
        KaplanMeierFitter().fit(months, event)


def batched(codes: np.ndarray) -> np.ndarray:
    """The same as `looped`, all recodings at once."""
    curves = Curves(codes)
    return np.transpose([*curves.mean, *curves.median, *map(curves.survival_at, (3, 6))])


def timed(function: Callable[[np.ndarray], Any], codes: np.ndarray) -> tuple[Any, float]:
    """Result of a function of many recodings, and microseconds for each recoding."""
    start = time.perf_counter()
    result = function(codes)
    return result, 1e6 * (time.perf_counter() - start) / len(codes)


def curves(folder: Path) -> Iterator[Row]:
    """A recoding's curve and numbers, of many at once, against one by one."""
    codes = recodings(LOOPED)
    many = np.tile(codes, (REPEATS, 1))
    batched(codes)  # the first run takes longer
    expected, loop_time = timed(looped, codes)
    _, fit_time = timed(fitted, codes)
    numbers, batch_time = timed(batched, many)
    np.testing.assert_allclose(numbers[:LOOPED], expected, rtol=1e-12)
    yield "curve and numbers, µs", batch_time, loop_time, "lifelines, the same"
    yield "  the same", batch_time, fit_time, "lifelines, the curve alone"


MEASURES = {"pages": pages, "rebuild": rebuild, "nbval": nbval, "curves": curves}


def main(names: list[str]) -> None:
    """Print the rows of some measures, or of all."""
    with tempfile.TemporaryDirectory() as folder:
        print(f"{'':28}{'this book':>10}{'other':>10}{'ratio':>10}  other", flush=True)
        for name in names or MEASURES:
            for quantity, ours, other, what in MEASURES[name](Path(folder)):
                ratio = f"{ours / other:10.3g}"
                print(f"{quantity:28}{ours:10.1f}{other:10.1f}{ratio}  {what}", flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
