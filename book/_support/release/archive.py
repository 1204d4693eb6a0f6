"""Packs everything a reader may need into one archive, the same bytes from every clone.

``python -m _support.release.archive SITE`` writes ``_build/release/``: the archive
``correll2004-<version>.tar.gz`` (the version is that of CITATION.cff), its checksum, and
copies of the manifest and the bill of materials. The archive holds

- the sources as git has them, from which ``make book`` and ``make test`` run;
- ``site/``, the built site, without the notebooks in the browser: they are many times the
  rest in size, other people's work for the most part, and ``make lite`` adds them;
- the PDF; ``manifest.csv``, which cell makes which table and figure; ``sbom.cdx.json``,
  what the book is made with; ``SHA256SUMS``, the checksum of every other file.

The archive depends on the sources and on three programs outside the lock file: Chromium and
the fonts it finds, for the PDF, and Python's zlib, for the last step.
"""

import gzip
import hashlib
import io
import os
import subprocess
import sys
import tarfile
from fnmatch import fnmatch
from pathlib import Path

import yaml

from _support.common import BUILD, ROOT, STATIC, replace_folder, restore_folder, work_folder
from _support.release import manifest, pdf, sbom

RELEASE = BUILD / "release"
# The date of every file, in seconds: 1 May 2004, when the paper was printed.
DATE = 1083369600
MANIFEST, BILL, SUMS = "manifest.csv", "sbom.cdx.json", "SHA256SUMS"


def version(root: Path = ROOT) -> str:
    """The book's version."""
    return str(yaml.safe_load((root / "CITATION.cff").read_text(encoding="utf-8"))["version"])


# --- what goes in -----------------------------------------------------------------


def sources(root: Path = ROOT) -> list[str]:
    """The tree's own files, as paths from the root: those of git, of a clean tree only.

    Without git, as in an unpacked archive: all that .gitignore does not name and no release
    has added. Raises ValueError where git knows of a difference.
    """
    if not (root / ".git").exists():
        return sorted(_walk(root))
    if changes := _git(root, "status", "--porcelain"):
        raise ValueError(f"a release is made of what is committed; not committed:\n{changes}")
    return sorted(filter(None, _git(root, "ls-files", "-z").split("\0")))


def _git(root, *command):
    done = subprocess.run(
        ["git", "-C", str(root), *command], capture_output=True, encoding="utf-8", check=False
    )
    if done.returncode:
        raise ValueError(f"git {command[0]}: {done.stderr.strip()}")
    return done.stdout


def _walk(root):
    lines = (root / ".gitignore").read_text(encoding="utf-8").splitlines()
    ignored = [line.strip("/") for line in lines if line and not line.startswith("#")]
    added = {"site", MANIFEST, BILL, SUMS, *(path.name for path in root.glob("*.pdf"))}
    for folder, folders, names in os.walk(root):
        here = Path(folder).relative_to(root)
        kept = [
            name
            for name in [*folders, *names]
            if not any(fnmatch(name, pattern) for pattern in ignored)
            and not (here == Path() and name in added)
        ]
        folders[:] = [name for name in folders if name in kept]
        yield from ((here / name).as_posix() for name in names if name in kept)


def contents(site: Path, paper: Path, root: Path = ROOT) -> dict[str, tuple[bytes, bool]]:
    """The archive's files: ``(bytes, executable)`` by path.

    site : folder of the built pages; paper : the PDF; root : the tree.
    Raises ValueError or LookupError where a part is not fit to be released.
    """
    found = {}
    for name in sources(root):
        path = root / name
        found[name] = (path.read_bytes(), bool(path.stat().st_mode & 0o100))
    for path in filter(Path.is_file, site.rglob("*")):
        found[f"site/{path.relative_to(site).as_posix()}"] = (path.read_bytes(), False)
    found[paper.name] = (paper.read_bytes(), False)
    lock = root / sbom.LOCK.relative_to(ROOT)
    static = root / STATIC.relative_to(ROOT)
    for name, text in {
        MANIFEST: manifest.text(site, root),
        BILL: sbom.document(version(root), lock, static),
    }.items():
        found[name] = (text.encode(), False)
    found[SUMS] = (sums({name: content for name, (content, _) in found.items()}), False)
    return found


def sums(files: dict[str, bytes]) -> bytes:
    """Checksums as ``sha256sum`` writes and checks them. files : bytes by path."""
    lines = (f"{hashlib.sha256(files[name]).hexdigest()}  {name}\n" for name in sorted(files))
    return "".join(lines).encode()


# --- how it is packed -------------------------------------------------------------


def archive(files: dict[str, tuple[bytes, bool]], folder: str) -> bytes:
    """The bytes of a .tar.gz that holds the files in a folder.

    Names are sorted, dates and owners constant; the compressed stream names no file and no
    time. files : as `contents` returns them.
    """
    buffer = io.BytesIO()
    with (
        gzip.GzipFile(filename="", mode="wb", fileobj=buffer, compresslevel=9, mtime=0) as stream,
        tarfile.open(fileobj=stream, mode="w", format=tarfile.PAX_FORMAT) as tar,
    ):
        for name in sorted(files):
            content, executable = files[name]
            entry = tarfile.TarInfo(f"{folder}/{name}")
            entry.size, entry.mtime = len(content), DATE
            entry.mode = 0o755 if executable else 0o644
            tar.addfile(entry, io.BytesIO(content))
    return buffer.getvalue()


def write(site: Path, paper: Path, root: Path = ROOT, target: Path = RELEASE) -> tuple[Path, str]:
    """Write the release, all of it or nothing. Returns the archive's path and checksum."""
    target.parent.mkdir(exist_ok=True)
    restore_folder(target)
    files = contents(site, paper, root)
    folder = f"correll2004-{version(root)}"
    packed = {f"{folder}.tar.gz": archive(files, folder)}
    checked = sums(packed)
    packed |= {name: files[name][0] for name in (MANIFEST, BILL)} | {SUMS: checked}
    with work_folder(target.with_name(f"{target.name}-next")) as fresh:
        for name, content in packed.items():
            (fresh / name).write_bytes(content)
        replace_folder(fresh, target)
    return target / f"{folder}.tar.gz", checked.split()[0].decode()


def main() -> None:
    try:
        path, checksum = write(Path(sys.argv[1]), pdf.TARGET)
    except (LookupError, OSError, ValueError) as error:
        sys.exit(f"error: {error}")
    print(f"The release: {path}, {path.stat().st_size / 2**20:.1f} MB\nsha256 {checksum}")


if __name__ == "__main__":
    main()
