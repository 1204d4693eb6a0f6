"""Collects the app's pure Python packages, as wheels with known hashes."""

import os
import shutil
import sys
import tempfile
import zipfile
from pathlib import Path
from typing import Any

from _support.common import ROOT, replaced_folder, run

from . import HERE, WORK, pyodide

PINS = HERE / "browser.txt"
PYTHON = "3.13"  # Pyodide's
SOURCE_ONLY = "autograd-gamma"
EPOCH = "315532800"  # 1980-01-01, the first date that a zip file can have


def collect(folder: Path) -> None:
    """Put all wheels into a folder, those from PyPI downloaded once for each `PINS`.

    Raises CommandError where pip fails.
    """
    cache = WORK / f"wheels-{pyodide.sha256(PINS)[:16]}"
    if not cache.exists():
        with replaced_folder(cache) as fresh:
            _download(fresh)
    for wheel in (*cache.iterdir(), *_wheels_of_the_kernel()):
        shutil.copy(wheel, folder)
    _write_empty_wheel("sqlite3", folder)


def _download(folder: Path) -> None:
    """Download the wheels, and build the one package that has none."""
    where = ["--platform", "any", "--implementation", "py", "--abi", "none"]
    where += ["--python-version", PYTHON, "--no-binary", SOURCE_ONLY, "--no-build-isolation"]
    pyodide.pip("download", "--no-deps", *where, "-r", PINS, "-d", folder)
    (source,) = folder.glob("*.tar.gz")
    os.environ["SOURCE_DATE_EPOCH"] = EPOCH  # so that the wheel is the same file each time
    pyodide.pip("wheel", "--no-deps", "--no-index", "--no-build-isolation", source, "-w", folder)
    source.unlink()


def _wheels_of_the_kernel() -> list[Path]:
    """piplite, pyodide_kernel and its replacement of ipykernel, from the kernel's extension."""
    share = Path(sys.prefix, "share/jupyter/labextensions/@jupyterlite/pyodide-kernel-extension")
    return [*share.glob("static/pypi/[ip]*.whl")]


def _write_empty_wheel(name: str, folder: Path) -> None:
    """Write a wheel without a module.

    The kernel needs a package sqlite3 before it loads IPython, which stores its history there;
    without the module IPython stores none.
    """
    with zipfile.ZipFile(folder / f"{name}-0-py3-none-any.whl", "w") as wheel:
        for file, text in {
            "METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: 0\n",
            "WHEEL": "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
            "RECORD": "",
        }.items():
            wheel.writestr(zipfile.ZipInfo(f"{name}-0.dist-info/{file}"), text)


def entries(folder: Path) -> dict[str, dict[str, Any]]:
    """Entries of a Pyodide lock for the wheels in a folder, by name, sorted."""
    found = {}
    for path in sorted(folder.glob("*.whl")):
        name, version = path.name.split("-")[:2]
        name = name.replace("_", "-").lower()
        found[name] = {
            "name": name,
            "version": version,
            "file_name": path.name,
            "sha256": pyodide.sha256(path),
            "install_dir": "site",
            "package_type": "package",
            "imports": [],  # every package is loaded with the kernel
            "depends": [],
            "unvendored_tests": False,
        }
    return found


def lock(folder: Path) -> None:
    """Write requirements.txt and browser.txt anew, with uv; versions change only here.

    folder : a Pyodide release, whose versions are taken. Raises LiteError or CommandError.
    """
    release = pyodide.check(folder)
    versions = [
        f"{name}=={entry['version']}\n"
        for name, entry in release["packages"].items()
        if entry["package_type"] == "package"
    ]
    compile_ = ["uv", "pip", "compile", "--quiet", "--generate-hashes", "--no-annotate"]
    compile_ += ["--custom-compile-command", "python -m _support.lite lock"]
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as constraints:
        constraints.writelines(versions)
        constraints.flush()
        inside = ["--python-version", PYTHON, "--python-platform", "wasm32-pyodide2024"]
        inside += ["--constraint", constraints.name]
        for name in pyodide.packages(release):
            inside += ["--no-emit-package", name]
        outside = ["--universal", "--python-version", "3.11"]
        for stem, options in {"browser": inside, "requirements": outside}.items():
            target = HERE / f"{stem}.txt"
            run(*compile_, *options, HERE / f"{stem}.in", "-o", target, cwd=ROOT)
