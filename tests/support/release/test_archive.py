"""The archive: what it holds, that it is the same bytes everywhere, and how it is put in place.

A small tree takes the place of the book; the whole release is made by ``make release``.
"""

import gzip
import hashlib
import os
import shutil
import subprocess
import tarfile

import pytest
from smallbook import PAGE, write_small_book

from _support.common import ROOT
from _support.release import archive

# Python 3.11.3 and older extract without being told how.
SAFELY = {"filter": "data"} if hasattr(tarfile, "data_filter") else {}


@pytest.fixture
def tree(tmp_path):
    return write_small_book(tmp_path / "a book")


PACKED = """
.ci/run .gitignore CITATION.cff SHA256SUMS _toc.yml
book.pdf book/_support/sphinx/static/third-party.txt book/references.md book/results.ipynb
manifest.csv requirements.txt sbom.cdx.json site/book/results.html site/index.html
"""


def written(tree):
    """The small tree's release: files by name, and the archive's members by path."""
    site, paper = tree / "_build" / "html", tree / "_build" / "book.pdf"
    path, checksum = archive.write(site, paper, tree, tree / "_build" / "release")
    found = {one.name: one.read_bytes() for one in path.parent.iterdir()}
    assert hashlib.sha256(found[path.name]).hexdigest() == checksum
    with tarfile.open(path) as tar:
        return found, {one.name: (tar.extractfile(one).read(), one) for one in tar.getmembers()}


def test_the_archive_holds_sources_site_paper_and_lists(tree):
    found, members = written(tree)
    assert set(found) == {
        "correll2004-1.2.3.tar.gz",
        "SHA256SUMS",
        "manifest.csv",
        "sbom.cdx.json",
    }
    folder = "correll2004-1.2.3"
    names = [name.removeprefix(f"{folder}/") for name in members]
    assert names == PACKED.split()
    for name in ("manifest.csv", "sbom.cdx.json"):
        assert members[f"{folder}/{name}"][0] == found[name]
    lines = members[f"{folder}/SHA256SUMS"][0].decode().splitlines()
    for line in lines:
        digest, name = line.split("  ", 1)
        assert hashlib.sha256(members[f"{folder}/{name}"][0]).hexdigest() == digest
    assert len(lines) == len(members) - 1


def test_the_archive_tells_nothing_of_who_packed_it_when_and_where(tree):
    found, members = written(tree)
    packed = found["correll2004-1.2.3.tar.gz"]
    assert packed[3] == 0, "no name, no comment"
    assert packed[4:8] == bytes(4), "no time"
    for name, (_, member) in members.items():
        assert (member.uid, member.gid, member.uname, member.gname) == (0, 0, "", "")
        assert member.mtime == archive.DATE
        assert member.mode == (0o755 if name.endswith("/run") else 0o644)
    assert os.fsencode(tree) not in gzip.decompress(packed)


def test_two_trees_give_the_same_bytes(tree, tmp_path):
    other = tmp_path / "ein ánderer Ort" / "book"
    # Made in another order, at another time, with other rights.
    for path in sorted(tree.rglob("*"), reverse=True):
        if path.is_file():
            copy = other / path.relative_to(tree)
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, copy)
            copy.chmod(0o700 if path.stat().st_mode & 0o100 else 0o600)
    assert written(tree)[0] == written(other)[0]


def test_an_unpacked_archive_can_be_released_again(tree, tmp_path):
    found, _ = written(tree)
    with tarfile.open(tree / "_build" / "release" / "correll2004-1.2.3.tar.gz") as tar:
        tar.extractall(tmp_path, **SAFELY)
    again = tmp_path / "correll2004-1.2.3"
    shutil.copytree(tree / "_build" / "html", again / "_build" / "html")
    shutil.copy(tree / "_build" / "book.pdf", again / "_build")
    assert written(again)[0] == found


def git(tree, *command):
    names = ["-c", "user.name=a", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false"]
    subprocess.run(["git", "-C", tree, *names, *command], check=True, capture_output=True)


@pytest.mark.skipif(shutil.which("git") is None, reason="no git on this machine")
def test_of_a_git_tree_what_is_committed_is_released_and_nothing_else(tree):
    without_git = archive.sources(tree)
    git(tree, "init", "--quiet")
    git(tree, "add", ".")
    git(tree, "commit", "--quiet", "-m", "all")
    assert archive.sources(tree) == without_git
    (tree / "notes.txt").write_text("mine")
    with pytest.raises(ValueError, match=r"not committed:\n\?\? notes.txt"):
        archive.sources(tree)
    (tree / "notes.txt").unlink()
    (tree / "CITATION.cff").write_text("version: 2.0.0\n")
    with pytest.raises(ValueError, match=r"M CITATION\.cff"):
        archive.sources(tree)


# --- putting it in place ----------------------------------------------------------


def test_a_release_that_fails_leaves_the_old_one(tree, monkeypatch):
    before, _ = written(tree)
    page = tree / "_build" / "html" / "book" / "results.html"
    page.write_text("<h1>Nothing</h1>", encoding="utf-8")
    with pytest.raises(LookupError):
        written(tree)
    page.write_text(PAGE, encoding="utf-8")
    (tree / "CITATION.cff").write_text("version: 2.0.0\n")

    def full(path, content):
        raise OSError("no space left on device")

    with monkeypatch.context() as patched:
        patched.setattr("pathlib.Path.write_bytes", full)
        with pytest.raises(OSError, match="no space left"):
            written(tree)
    assert {one.name: one.read_bytes() for one in (tree / "_build/release").iterdir()} == before
    assert "correll2004-2.0.0.tar.gz" in written(tree)[0]
    assert sorted(path.name for path in (tree / "_build").iterdir()) == [
        "book.pdf",
        "html",
        "release",
    ]


@pytest.mark.parametrize("step", range(2))
def test_a_release_killed_between_two_renames_loses_nothing(tree, monkeypatch, step):
    before, _ = written(tree)
    renames = iter([os.rename] * step)

    def rename(*paths):
        next(renames, killed)(*paths)

    def killed(*paths):
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(os, "rename", rename)
        with pytest.raises(KeyboardInterrupt):
            written(tree)
    target = tree / "_build" / "release"
    kept = target if target.exists() else target.with_name("release-before")
    assert {one.name: one.read_bytes() for one in kept.iterdir()} == before
    assert written(tree)[0] == before
    assert {path.name for path in target.parent.iterdir()} == {"book.pdf", "html", "release"}


def test_the_version_is_said_once():
    project = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    assert f'version = "{archive.version()}"' in project
    assert f"\n## {archive.version()}\n" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
