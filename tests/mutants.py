"""Mutation check: does a test fail when the code or a published value is changed?

``python tests/mutants.py`` makes the changes of ``mutations.py`` in copies of the project,
one at a time, and runs the package's fast tests there, those nearest to the change first. It
lists the changes that no test noticed and the share noticed in each folder, and fails where
a change of data went unnoticed. ``python tests/mutants.py stats`` makes every change of the
files with that folder or name in their path, ``--sample`` a few, all of which must be noticed.
"""

import importlib
import os
import re
import resource
import shutil
import signal
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context
from pathlib import Path

from mutations import PACKAGE, ROOT, Mutant, modules, of_code, of_data, plain

PYTEST = ["-q", "-x", "-n", "0", "--tb=no", "--assert=plain", "-p", "no:cacheprovider"]
PYTEST += ["-m", "not slow and not browser", "--basetemp=_temporary"]
# Imported once; every run is a fork that has them already, and nothing of the project.
LIBRARIES = ["IPython.display", "lifelines", "matplotlib.figure", "pytest", "seaborn", "yaml"]
CONTEXT = get_context("fork")
OUTPUT = "output.txt"
WORKERS = 2
# Without a folder or file named, one change of code in so many.
EVERY = 28
# So many test files are run before all others.
NEAREST = 4
# A changed loop may never end and a changed size not fit. Seconds of the processor, not of
# the clock: that a machine is busy with something else is no fault of the change.
SECONDS, BYTES = 240, 6 * 2**30


# --- one run of pytest ------------------------------------------------------------


def copy_project(target: Path) -> None:
    """Copy what the tests read, without caches; the package's code is made plain."""
    for folder in ("book", "data", "tests"):
        ignored = shutil.ignore_patterns("__pycache__", ".ipynb_checkpoints")
        shutil.copytree(ROOT / folder, target / folder, ignore=ignored)
    for path in ROOT.iterdir():
        if path.is_file():
            shutil.copy(path, target)
    for path in modules():
        code = plain(path.read_text(encoding="utf-8"))
        (target / path.relative_to(ROOT)).write_text(code, encoding="utf-8")


def failing_test(project: Path, tests: list[str], mutant: Mutant | None = None) -> str | None:
    """First test that fails with a change, as ``test_x.py::name``, or None.

    project : a copy that stays as it is. Each run has a copy of it, because changed code
        may write where it should not, and a test that is stopped does not clean up.
    tests : test files or tests, as paths below ``tests/``.
    """
    with tempfile.TemporaryDirectory(dir=project.parent) as folder:
        tree = shutil.copytree(project, folder, dirs_exist_ok=True)
        if mutant:
            Path(tree, mutant.path).write_text(mutant.text, encoding="utf-8", newline="")
        child = CONTEXT.Process(target=_run_pytest, args=(tree, tests))
        child.start()
        child.join()
        output = Path(tree, OUTPUT).read_text(encoding="utf-8", errors="replace")
    if child.exitcode in {0, 5}:  # all passed, or all were deselected
        return None
    if child.exitcode < 0:
        return f"{tests[0]} or what follows: stopped by {signal.Signals(-child.exitcode).name}"
    found = re.search(r"^(?:FAILED|ERROR) tests/(\S+\.py(?:::\w+)?)", output, re.MULTILINE)
    if not found and "while loading conftest" not in output:
        raise RuntimeError(f"pytest ended with {child.exitcode}:\n{output}")
    return found[1] if found else "conftest.py"


def _run_pytest(tree, tests):
    """The whole of a forked process: pytest in a copy, its output in a file there."""
    os.chdir(tree)
    output = os.open(OUTPUT, os.O_WRONLY | os.O_CREAT)
    os.dup2(output, 1)
    os.dup2(output, 2)
    sys.stdout, sys.stderr = sys.__stdout__, sys.__stderr__
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS + 1))
    resource.setrlimit(resource.RLIMIT_AS, (BYTES, BYTES))
    os.environ["PYTHONPATH"] = str(Path(tree, "book"))
    sys.exit(int(sys.modules["pytest"].main([*PYTEST, *(f"tests/{test}" for test in tests)])))


# --- trying changes ---------------------------------------------------------------


def files_of_package() -> dict[str, str]:
    """Texts of test files by path, but of those that need the site, the chapters or this."""
    files = sorted((ROOT / "tests").rglob("test_*.py"))
    texts = {str(path.relative_to(ROOT / "tests")): path.read_text("utf-8") for path in files}
    others = re.compile(r"builtsite|ipynb|mutants")
    package = f"from {PACKAGE.name}"
    return {
        name: text for name, text in texts.items() if package in text and not others.search(text)
    }


def files_to_run(mutant: Mutant) -> tuple[list[str], list[str]]:
    """Test files to run for a change: the nearest ones, and all others.

    Those named after the changed file come first, then those that most often name it or
    the changed function.
    """
    texts, stem = files_of_package(), Path(mutant.path).stem
    words = re.compile(rf"\b({stem}|{mutant.function.rpartition('.')[2] or stem})\b")
    names = sorted(texts, key=lambda name: (stem not in name, -len(words.findall(texts[name]))))
    return names[:NEAREST], names[NEAREST:]


def try_all(chosen: list[Mutant]) -> Iterator[tuple[Mutant, str | None]]:
    """Yield each change with the first test that notices it, or None.

    Raises RuntimeError at the end where one of these tests fails without any change.
    """
    # No bytecode: a change of the same length within a second would not be seen.
    sys.dont_write_bytecode = True
    os.environ |= {"PYTHONDONTWRITEBYTECODE": "1", "OPENBLAS_NUM_THREADS": "1"}
    for library in LIBRARIES:
        importlib.import_module(library)
    noticed = set()
    with tempfile.TemporaryDirectory() as folder, ProcessPoolExecutor(WORKERS, CONTEXT) as pool:
        project = Path(folder, "project")
        copy_project(project)
        for mutant, found in zip(chosen, pool.map(partial(_try, project), chosen), strict=True):
            yield mutant, found
            noticed |= {found} if found and re.fullmatch(r"\S+", found) else set()
        # A test that fails anyway would notice every change.
        if noticed and (broken := failing_test(project, sorted(noticed))):
            raise RuntimeError(f"fails without any change: {broken}")


def _try(project, mutant):
    return next(
        filter(None, (failing_test(project, t, mutant) for t in files_to_run(mutant))), None
    )


def sample() -> list[Mutant]:
    """Of each folder of code the first exchange of names, of each file of data the first change."""
    code = [mutant for path in modules() for mutant in of_code(path, names_only=True)]
    first = {Path(mutant.path).parent: mutant for mutant in reversed(code)}
    return [*first.values(), *{mutant.path: mutant for mutant in reversed(of_data())}.values()]


def everything(word: str = "") -> list[Mutant]:
    """All changes of the files with a folder or name in their path, of code and data.

    word : that folder or name; without it, all data, and of code one change in EVERY.

    Raises ValueError where there is no such file.
    """
    paths = [path for path in modules() if _is_in(path.relative_to(ROOT), word)]
    code = [mutant for path in paths for mutant in of_code(path)]
    found = [mutant for mutant in of_data() if _is_in(Path(mutant.path), word)]
    found += code if word else code[EVERY // 2 :: EVERY]
    if not found:
        names = sorted({name for path in modules() for name in (path.stem, path.parent.name)})
        raise ValueError(f"nothing to change in {word!r}; there are {', '.join(names)}")
    return found


def _is_in(path, word):
    return not word or word in {*path.parts, path.stem}


def main(words: list[str]) -> bool:
    """Make changes, print what was noticed, and return whether that is too little."""
    start = time.monotonic()
    is_sample = words == ["--sample"]
    counts = defaultdict(list)
    for mutant, found in try_all(sample() if is_sample else everything(*words)):
        counts[str(Path(mutant.path).parent)].append(bool(found))
        if is_sample or not found:
            outcome = f"noticed by {found}" if found else "UNNOTICED"
            where = f"{mutant.path}:{mutant.line} {mutant.function}".strip()
            print(f"{where}: {mutant.meaning}: {outcome}", flush=True)
    print("\n| Folder | Changes | Noticed | Share |\n|---|---|---|---|")
    for folder, noticed in sorted(counts.items()):
        share = 100 * sum(noticed) / len(noticed)
        print(f"| `{folder}` | {len(noticed)} | {sum(noticed)} | {share:.0f}% |")
    print(f"\n{time.monotonic() - start:.0f} s")
    return not all(map(all, counts.values())) if is_sample else not all(counts["data"])


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except (RuntimeError, ValueError) as error:
        sys.exit(f"error: {error}")
