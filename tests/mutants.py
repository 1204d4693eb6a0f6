"""Mutation check: does a test fail when the code or a published value is changed?

``python tests/mutants.py`` copies the project to a temporary folder, makes the changes of
``mutations.py`` there, one at a time, and runs the tests that reach what was changed. It
lists the changes that no test noticed and the share noticed in each file, and fails where
that share is below LEAST, or a change of data went unnoticed. ``python tests/mutants.py
stats`` tries only the files with that folder or name in their path, ``--sample`` a fixed
few, all of which must be noticed. Tests of the site and of releases, which would notice
more, are left out.
"""

import ast
import functools
import importlib
import itertools
import json
import os
import re
import resource
import shutil
import signal
import sys
import tempfile
import time
import traceback
from collections import defaultdict
from contextlib import contextmanager
from multiprocessing import get_context
from pathlib import Path
from typing import NamedTuple

from mutations import (
    PACKAGE,
    ROOT,
    imported,
    modules,
    of_code,
    of_data,
    plain,
)

TESTS = ROOT / "tests"
FOLDERS = ["book", "data", "tests"]
PYTEST = ["-q", "-x", "-n", "0", "--tb=no", "--assert=plain", "-p", "no:cacheprovider"]
PYTEST += ["-m", "not slow and not browser"]
# Imported once; every trial is a fork that has them already, and nothing of the project.
LIBRARIES = ["IPython.display", "lifelines", "matplotlib.figure", "pandera.pandas", "pytest"]
LIBRARIES += ["seaborn", "yaml"]
# Tests of the site, of chapters, of how they are made, and of this list.
OTHERS = re.compile(r"builtsite|_support|ipynb|MAKEFILE|book_extension|mutants")
WORKERS = 2
OUTPUT, REACHED = "output.txt", "reached.json"
# Percent of the changes of code that the tests must notice.
LEAST = 50
# Without a folder or file named, one change of code in so many.
EVERY = 10
# No more than so many seconds of tests that are not the closest: the fastest of them.
FURTHER = 20
# A changed loop may never end and a changed size not fit: what a trial gets of both.
SECONDS, BYTES = 180, 6 * 2**30
NO_TESTS = 5  # pytest's exit code


class Reach(NamedTuple):
    """What a test file calls and opens, as ``(path, function)`` and ``(path, "")``."""

    places: set[tuple[str, str]]
    seconds: float


# --- one run of pytest in a copy --------------------------------------------------


def copy_project(target):
    """The tree that the tests read, without caches; the package's code made plain."""
    for folder in FOLDERS:
        ignored = shutil.ignore_patterns("__pycache__", ".ipynb_checkpoints")
        shutil.copytree(ROOT / folder, target / folder, ignore=ignored)
    for path in ROOT.iterdir():
        if path.is_file():
            shutil.copy(path, target)
    for path in modules():
        code = plain(path.read_text(encoding="utf-8"))
        (target / path.relative_to(ROOT)).write_text(code, encoding="utf-8")


def failing_test(tree, tests, watched=False):
    """First test that fails in a copy, as ``test_x.py::name``, or None.

    tests : paths below ``tests/``.
    watched : whether to write what they reach to REACHED.
    """
    sys.stdout.flush()
    child = os.fork()
    if not child:
        _run_pytest(tree, tests, watched)
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    if code in {0, NO_TESTS}:
        return None
    if code == -signal.SIGALRM:
        return f"{tests[0]} and what follows: not done in {SECONDS} s"
    output = (tree / OUTPUT).read_text(encoding="utf-8")
    found = re.search(r"^(?:FAILED|ERROR) tests/(\S+\.py(?:::\w+)?)", output, re.MULTILINE)
    if not found and "conftest" not in output:
        raise RuntimeError(f"pytest ended with {code}:\n{output}")
    return found[1] if found else "conftest.py"


def _run_pytest(tree, tests, watched):
    """The end of a forked process: pytest in a copy, its output in a file there."""
    code = -1
    try:
        os.chdir(tree)
        output = os.open(OUTPUT, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        os.dup2(output, 1)
        os.dup2(output, 2)
        signal.alarm(SECONDS)
        resource.setrlimit(resource.RLIMIT_AS, (BYTES, BYTES))
        os.environ["PYTHONPATH"] = str(tree / "book")
        own = {ROOT, *(ROOT / folder for folder in FOLDERS)}
        sys.path[:] = [path for path in sys.path if Path(path) not in own]
        reached = _watch(tree) if watched else set()
        code = sys.modules["pytest"].main([*PYTEST, *(f"tests/{test}" for test in tests)])
        sys.setprofile(None)
        Path(REACHED).write_text(json.dumps(sorted(reached)), encoding="utf-8")
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        os._exit(code)


def _watch(tree):
    """A growing set of ``(path, function)`` called and ``(path, "")`` opened in a copy."""
    reached = set()
    package, data = (str(tree / path.relative_to(ROOT)) for path in (PACKAGE, ROOT / "data"))

    def called(frame, event, _):
        if event == "call" and frame.f_code.co_filename.startswith(package):
            function = frame.f_code.co_qualname.partition(".<locals>")[0]
            reached.add((os.path.relpath(frame.f_code.co_filename, tree), function))

    def opened(event, arguments):
        if event == "open" and str(arguments[0]).startswith(data):
            reached.add((os.path.relpath(arguments[0], tree), ""))

    sys.addaudithook(opened)
    sys.setprofile(called)
    return reached


# --- which tests ------------------------------------------------------------------


def test_files():
    """Paths below ``tests/`` of tests of code and data, those that import least first."""
    names = (path.relative_to(TESTS).as_posix() for path in TESTS.rglob("test_*.py"))
    names = [name for name in names if not OTHERS.search(_text(name))]
    return sorted(names, key=lambda name: (len(_imports(name)), name))


@functools.cache
def _text(name):
    return (TESTS / name).read_text(encoding="utf-8")


@functools.cache
def _imports(name):
    """Full names that a test file imports from the package."""
    tree = ast.parse(_text(name))
    return {each for each in imported(tree) if each.startswith(PACKAGE.name)}


def tests_for(mutant, reach):
    """Two lists of test files: the two closest to a change, and others that reach it.

    reach : as of `reach_of_tests`; None takes the five closest of all files.
    """
    path = Path(mutant.path)
    module = ".".join((ROOT / path).relative_to(ROOT / path.parts[0]).with_suffix("").parts)
    sought = (mutant.path, mutant.function)
    names = [name for name in test_files() if reach is None or sought in reach[name].places]
    # Those named after a module or a table of data, then those that import or name it.
    close = {name for name in names if module in _imports(name) or path.stem in _text(name)}
    names.sort(key=lambda name: (path.stem not in name, name not in close))
    closest, others = names[:2], names[2:]
    if reach is None:
        return closest, others[:3]
    others.sort(key=lambda name: reach[name].seconds)
    total = itertools.accumulate(reach[name].seconds for name in others)
    return closest, [name for name, sum_ in zip(others, total, strict=True) if sum_ < FURTHER]


def reach_of_tests(pool):
    """What each test file reaches in a copy without changes.

    Raises RuntimeError where one fails there.
    """
    names = test_files()
    return dict(zip(names, pool.imap(_reach, names), strict=True))


# --- trying them ------------------------------------------------------------------


@contextmanager
def workers():
    """A pool of processes, each with a copy of the project of its own."""
    # No bytecode: a change of the same length within a second would not be seen.
    sys.dont_write_bytecode = True
    os.environ |= {"PYTHONDONTWRITEBYTECODE": "1", "OPENBLAS_NUM_THREADS": "1"}
    for library in LIBRARIES:
        importlib.import_module(library)
    context = get_context("fork")
    with tempfile.TemporaryDirectory() as folder:
        trees = context.SimpleQueue()
        for number in range(WORKERS):
            copy_project(Path(folder) / str(number))
            trees.put(Path(folder) / str(number))
        with context.Pool(WORKERS, _take_a_copy, (trees,)) as pool:
            yield pool


def _take_a_copy(trees):
    global _tree
    _tree = trees.get()


def _reach(name):
    """What a test file reaches in a copy without changes, and how long it takes."""
    start = time.monotonic()
    if failed := failing_test(_tree, [name], watched=True):
        raise RuntimeError(f"fails without any change: {failed}")
    places = json.loads((_tree / REACHED).read_text(encoding="utf-8"))
    return Reach({tuple(place) for place in places}, time.monotonic() - start)


def _try(task):
    """A change, and the first test that fails with it or None; the copy is restored."""
    mutant, groups = task
    path = _tree / mutant.path
    kept = path.read_bytes()
    try:
        path.write_text(mutant.text, encoding="utf-8", newline="")
        runs = (failing_test(_tree, tests) for tests in groups if tests)
        return mutant, next(filter(None, runs), None)
    finally:
        path.write_bytes(kept)


def try_all(chosen, pool, reach=None):
    """Yield ``(mutant, first test to notice or None)``, in the order of the list.

    Raises RuntimeError at the end where one of these tests fails without any change.
    """
    noticed = set()
    for mutant, found in pool.imap(_try, ((each, tests_for(each, reach)) for each in chosen)):
        yield mutant, found
        noticed |= {found.partition("::")[0]} & set(test_files()) if found else set()
    # A test that fails anyway would notice every change.
    if reach is None:
        list(pool.imap(_reach, sorted(noticed)))


def sample():
    """Of each of NAMES the first exchange, and of each file of data the first change.

    Of ``fullmatch`` the first of each file: what it lets through is another thing in each.
    """
    found = {}
    for path in reversed(modules()):
        for mutant in of_code(path, names_only=True):
            key = (mutant.name, mutant.path) if mutant.name == "fullmatch" else mutant.name
            found.setdefault(key, mutant)
    for mutant in of_data():
        found.setdefault(mutant.path, mutant)
    return list(found.values())


def everything(word=""):
    """Changes of data and code, of the files with a folder or name in their path.

    word : that folder or name; without it, all data, and of code one change in EVERY.

    Raises ValueError where there is no such file.
    """
    paths = [path for path in modules() if _is_in(path.relative_to(ROOT), word)]
    found = [mutant for mutant in of_data() if _is_in(Path(mutant.path), word)]
    for path in paths:
        found += of_code(path, 1 if word else EVERY)
    if not found:
        names = {name for path in modules() for name in (path.stem, path.parent.name)}
        raise ValueError(f"nothing to change in {word!r}; there are {', '.join(sorted(names))}")
    return found


def _is_in(path, word):
    return not word or word in {*path.parts, path.stem}


def main(words):
    start = time.monotonic()
    is_sample = words == ["--sample"]
    chosen = sample() if is_sample else everything(*words)
    counts = defaultdict(lambda: [0, 0])
    with workers() as pool:
        reach = None if is_sample else reach_of_tests(pool)
        for mutant, found in try_all(chosen, pool, reach):
            counts[mutant.path][0] += 1
            counts[mutant.path][1] += bool(found)
            if is_sample or not found:
                where = " ".join(filter(None, [f"{mutant.path}:{mutant.line}", mutant.function]))
                outcome = f"noticed by {found}" if found else "UNNOTICED"
                print(f"{where}: {mutant.meaning}: {outcome}", flush=True)
    print("\n| File | Changes | Noticed | Share |\n|---|---|---|---|")
    for path, (n, noticed) in counts.items():
        print(f"| {path} | {n} | {noticed} | {100 * noticed / n:.0f}% |")
    code, seen_in_code = _sums(counts, ".py")
    data, seen_in_data = _sums(counts, ".csv")
    print(
        f"\n{seen_in_code} of {code} changes of code and {seen_in_data} of {data} of data "
        f"noticed ({time.monotonic() - start:.0f} s)."
    )
    return seen_in_data < data or seen_in_code < code * (1 if is_sample else LEAST / 100)


def _sums(counts, ending):
    """Changes and those noticed, of all files with an ending."""
    chosen = [count for path, count in counts.items() if path.endswith(ending)]
    return sum(n for n, _ in chosen), sum(noticed for _, noticed in chosen)


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except (RuntimeError, ValueError) as error:
        sys.exit(f"error: {error}")
