"""Packs the book into one archive, the same bytes from every clone.

``python -m _support.release.archive SITE`` writes ``_build/release/``: the archive
``correll2004-<version>.tar.gz`` (the version is that of CITATION.cff), its checksum, and
copies of the manifest and the bill of materials. The archive holds

- the sources as git has them, from which ``make book`` and ``make test`` run;
- ``site/``, the built site, without the notebooks in the browser, which are much larger, mostly
  other people's work, and added by ``make lite``;
- the PDF; ``manifest.csv``, which cell makes which table and figure; ``sbom.cdx.json``,
  what the book is made with; ``SHA256SUMS``, the checksum of every other file.

The bytes depend on the sources and on three things outside the lock file: Chromium and the
machine's fonts, for the PDF, and Python's zlib, which compresses the archive.
"""

import gzip
import hashlib
import io
import os
import sys
import tarfile
from collections.abc import Iterator, Mapping
from fnmatch import fnmatch
from pathlib import Path

import yaml

from _support.common import BUILD, ROOT, STATIC, CommandError, replaced_folder, run
from _support.release import manifest, pdf, sbom

RELEASE = BUILD / "release"
# The date of every file, in seconds: 1 May 2004, when the paper was printed.
DATE = 1083369600
MANIFEST, BILL, SUMS = "manifest.csv", "sbom.cdx.json", "SHA256SUMS"


def version(root: Path = ROOT) -> str:
    """The book's version, from CITATION.cff."""
    return str(yaml.safe_load((root / "CITATION.cff").read_text(encoding="utf-8"))["version"])


# --- what goes in -----------------------------------------------------------------


def sources(root: Path = ROOT) -> list[str]:
    """The tree's own files, as paths from the root: those that git tracks.

    Without git, as in an unpacked archive: all but what .gitignore names and what a release has
    added. Raises ValueError where something is not committed, CommandError where git fails.
    """
    if not (root / ".git").exists():
        return sorted(_walk(root))
    git = ("git", "-C", root)
    if changes := run(*git, "status", "--porcelain"):
        raise ValueError(f"a release is made of what is committed; not committed:\n{changes}")
    return sorted(filter(None, run(*git, "ls-files", "-z").split("\0")))


def _walk(root: Path) -> Iterator[str]:
    lines = (root / ".gitignore").read_text(encoding="utf-8").splitlines()
    ignored = [line.strip("/") for line in lines if line and not line.startswith("#")]
    added = {"site", MANIFEST, BILL, SUMS, *(path.name for path in root.glob("*.pdf"))}
    for folder, folders, names in os.walk(root):
        here = Path(folder).relative_to(root)
        left_out = {name for name in added if here == Path()}
        left_out |= {
            name for name in folders + names if any(fnmatch(name, each) for each in ignored)
        }
        folders[:] = set(folders) - left_out
        yield from ((here / name).as_posix() for name in set(names) - left_out)


def contents(site: Path, paper: Path, root: Path = ROOT) -> dict[str, tuple[bytes, bool]]:
    """The archive's files: ``(bytes, executable)`` by path.

    site : folder of the built pages; paper : the PDF; root : the tree. Raises ValueError,
    LookupError or CommandError where a part cannot be released.
    """
    paths = {name: root / name for name in sources(root)}
    executable = {name for name, path in paths.items() if path.stat().st_mode & 0o100}
    for path in filter(Path.is_file, site.rglob("*")):
        paths[f"site/{path.relative_to(site).as_posix()}"] = path
    paths[paper.name] = paper
    files = {name: path.read_bytes() for name, path in paths.items()}
    lock = root / sbom.LOCK.relative_to(ROOT)
    static = root / STATIC.relative_to(ROOT)
    files[MANIFEST] = manifest.text(site, root).encode()
    files[BILL] = sbom.document(version(root), lock, static).encode()
    files[SUMS] = sums(files)
    return {name: (content, name in executable) for name, content in files.items()}


def sums(files: Mapping[str, bytes]) -> bytes:
    """Checksums as ``sha256sum`` writes and checks them. files : bytes by path."""
    lines = (f"{hashlib.sha256(files[name]).hexdigest()}  {name}\n" for name in sorted(files))
    return "".join(lines).encode()


# --- how it is packed -------------------------------------------------------------


def archive(files: dict[str, tuple[bytes, bool]], folder: str) -> bytes:
    """The archive as the bytes of a .tar.gz: names sorted, dates and owners constant.

    files : as `contents` returns them; folder : the one that holds them in the archive.
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
    """Write the release, all of it or nothing.

    site : folder of the built pages; paper : the PDF; root : the tree; target : folder of the
    release. Returns the archive's path and checksum. Raises as `contents`, and OSError.
    """
    files = contents(site, paper, root)
    folder = f"correll2004-{version(root)}"
    packed = {f"{folder}.tar.gz": archive(files, folder)}
    checked = sums(packed)
    packed |= {name: files[name][0] for name in (MANIFEST, BILL)} | {SUMS: checked}
    with replaced_folder(target) as fresh:
        for name, content in packed.items():
            (fresh / name).write_bytes(content)
    return target / f"{folder}.tar.gz", checked.split()[0].decode()


def main() -> None:
    """Write the release of the site that is named on the command line."""
    try:
        path, checksum = write(Path(sys.argv[1]), pdf.TARGET)
    except (CommandError, LookupError, OSError, ValueError) as error:
        sys.exit(f"error: {error}")
    print(f"The release: {path}, {path.stat().st_size / 2**20:.1f} MB\nsha256 {checksum}")


if __name__ == "__main__":
    main()
