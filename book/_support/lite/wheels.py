"""The pure Python packages of the app, as wheels with known hashes."""

import os
import shutil
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

from _support.common import ROOT, replace_folder, work_folder

from . import HERE, WORK, LiteError, pyodide

PINS = HERE / "browser.txt"
PYTHON = "3.13"  # Pyodide's
SOURCE_ONLY = "autograd-gamma"
EPOCH = "315532800"  # 1980-01-01, the first day a zip file can name


def collect(folder: Path) -> None:
    """All wheels into a folder: from PyPI by hash, once for each state of the pins."""
    cache = WORK / f"wheels-{pyodide.sha256(PINS)[:16]}"
    if not cache.exists():
        with work_folder(WORK / "wheels.part") as fresh:
            _download(fresh)
            replace_folder(fresh, cache)
    for wheel in sorted(cache.iterdir()):
        shutil.copy(wheel, folder)
    for wheel in sorted(_of_the_kernel()):
        shutil.copy(wheel, folder)
    _without_a_module("sqlite3", folder)


def _download(folder):
    """Wheels that run anywhere, and the one package that has none, built."""
    where = ["--platform", "any", "--implementation", "py", "--abi", "none"]
    where += ["--python-version", PYTHON, "--no-binary", SOURCE_ONLY, "--no-build-isolation"]
    pyodide.pip("download", "--no-deps", *where, "-r", PINS, "-d", folder)
    (source,) = folder.glob("*.tar.gz")
    os.environ["SOURCE_DATE_EPOCH"] = EPOCH  # so that the wheel is the same file each time
    pyodide.pip("wheel", "--no-deps", "--no-index", "--no-build-isolation", source, "-w", folder)
    source.unlink()


def _of_the_kernel():
    """piplite, pyodide_kernel and the stand-in for ipykernel, from the kernel's extension."""
    share = Path(sys.prefix, "share/jupyter/labextensions/@jupyterlite/pyodide-kernel-extension")
    return [*share.glob("static/pypi/[ip]*.whl")]


def _without_a_module(name, folder):
    """A wheel of that name that holds nothing.

    The kernel insists on a package sqlite3 before it loads IPython, which keeps its history
    there; without the module IPython keeps none.
    """
    version = "0"
    info = f"{name}-{version}.dist-info"
    with zipfile.ZipFile(folder / f"{name}-{version}-py3-none-any.whl", "w") as wheel:
        for file, text in {
            "METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n",
            "WHEEL": "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
            "RECORD": "",
        }.items():
            wheel.writestr(zipfile.ZipInfo(f"{info}/{file}"), text)


def entries(folder: Path) -> dict[str, dict]:
    """Entries of a Pyodide lock for the wheels in a folder, by name."""
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
            "imports": [],  # everything is loaded with the kernel
            "depends": [],
            "unvendored_tests": False,
        }
    return found


def lock(folder: Path) -> None:
    """Write requirements.txt and browser.txt anew. Needs uv; versions move only here.

    folder : a Pyodide release, whose lock says which versions to prefer.
    """
    release = pyodide.check(folder)
    brought = pyodide.packages(release)
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
        for name in brought:
            inside += ["--no-emit-package", name]
        outside = ["--universal", "--python-version", "3.11"]
        for stem, options in {"browser": inside, "requirements": outside}.items():
            made = HERE / f"{stem}.txt"
            command = [*compile_, *options, f"{HERE / stem}.in", "-o", str(made)]
            if subprocess.run(command, cwd=ROOT).returncode:
                raise LiteError(f"uv could not resolve {stem}.in")
