"""The release: what it lists, that it is the same bytes everywhere, and how it is put in place.

A small tree stands for the book; the whole release is made by ``make release``.
"""

import csv
import gzip
import hashlib
import io
import json
import os
import re
import shutil
import subprocess
import tarfile

import manifest
import pytest
import release
import sbom
import yaml
from builtsite import SITE, parsed

from correll2004 import display
from correll2004.paths import ROOT

# Python 3.11.3 and older extract without being told how.
SAFELY = {"filter": "data"} if hasattr(tarfile, "data_filter") else {}

# --- the bill of materials --------------------------------------------------------

LOCK = """\
# made by a tool
numpy==2.4.6 \\
    --hash=sha256:{a} \\
    --hash=sha256:{b}
    # via
    #   -r requirements.in
    #   scipy
scipy==1.17.1 ; python_full_version < '3.12' \\
    --hash=sha256:{b}
    # via -r requirements.in
""".format(a="a" * 64, b="b" * 64)


@pytest.fixture
def lock(tmp_path):
    path = tmp_path / "requirements.txt"
    path.write_text(LOCK, encoding="utf-8")
    return path


def bill(*arguments):
    return json.loads(sbom.document("1.0.0", *arguments))


def test_a_lock_file_is_read_with_hashes_markers_and_who_asks(lock):
    numpy, scipy = sbom.pins(lock)
    assert numpy.purl == "pkg:pypi/numpy@2.4.6"
    assert numpy.hashes == ["a" * 64, "b" * 64]
    assert numpy.via == ["-r requirements.in", "scipy"]
    assert scipy.marker == "python_full_version < '3.12'"


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (
            f"    --hash=sha256:{'b' * 64}\n    # via -r",
            "    # via -r",
            "scipy==1.17.1 has no hash",
        ),
        ("numpy==2.4.6 \\", "numpy>=2 \\", "line 2: neither a pin nor its hash"),
        ("scipy==1.17.1 ;", "-e . ;", "line 8: neither a pin nor its hash"),
    ],
    ids=["no hash", "no version", "no package"],
)
def test_what_is_not_locked_by_hash_is_refused(lock, old, new, message):
    lock.write_text(LOCK.replace(old, new), encoding="utf-8")
    with pytest.raises(ValueError, match=message):
        sbom.pins(lock)


def test_the_bill_is_whole_and_always_the_same():
    found = bill()
    assert found == bill()
    assert (found["bomFormat"], found["specVersion"]) == ("CycloneDX", "1.5")
    refs = [component["bom-ref"] for component in found["components"]]
    assert len(refs) == len(set(refs))
    assert {entry["ref"] for entry in found["dependencies"]} == {"correll2004", *refs}
    needed = {need for entry in found["dependencies"] for need in entry["dependsOn"]}
    assert needed == set(refs), "somebody asks for every package, and every one asked for is there"


def test_the_bill_names_every_pin_of_the_lock_file():
    text = (ROOT / "requirements.txt").read_text(encoding="utf-8")
    pinned = set(re.findall(r"^([\w.-]+)(?:\[.*\])?==(\S+)", text, re.MULTILINE))
    named = {(one["name"], one["version"]) for one in bill()["components"]}
    assert pinned <= named
    hashes = re.findall(r"--hash=sha256:(\w+)", text)
    references = [one.get("externalReferences", []) for one in bill()["components"]]
    listed = [each["content"] for found in references for one in found for each in one["hashes"]]
    assert listed == hashes


def test_the_book_asks_for_what_requirements_in_names():
    names = re.findall(r"^[\w-]+", (ROOT / "requirements.in").read_text(), re.MULTILINE)
    (book,) = [entry for entry in bill()["dependencies"] if entry["ref"] == "correll2004"]
    found = {re.match(r"pkg:pypi/([\w-]+)@", ref) for ref in book["dependsOn"]} - {None}
    assert {match[1] for match in found} == set(names)


def test_copied_files_are_listed_with_their_checksums():
    copied = [one for one in bill()["components"] if "hashes" in one]
    assert {"d3", "@observablehq/plot", "minisearch"} <= {one["name"] for one in copied}
    for component in copied:
        (file,) = component["properties"]
        (digest,) = component["hashes"]
        content = (sbom.STATIC / file["value"]).read_bytes()
        assert digest["content"] == hashlib.sha256(content).hexdigest()


# --- the manifest -----------------------------------------------------------------


def table(caption, kind=""):
    box = f'<div class="book-table {kind}" id="{display.anchor(caption)}">'
    return f"{box}<table><caption>{caption}</caption></table></div>"


def figure(name, caption):
    return f'<figure class="book-figure" id="{name}"><figcaption>{caption}</figcaption></figure>'


OUTPUTS = [
    *(table(f"Table {number}: recomputed", "judged") for number in (1, 2, 3, 4, 5)),
    figure("first", "Figure 1. A <b>curve</b>."),
    figure("second", "Figure 2. Another."),
    table("Patients &amp; cycles in Table 1"),
]
PAGE = (
    f"<h1>Results</h1>{figure('ours', 'One of ours.')}"
    f"<table><caption>Of the text</caption></table>{''.join(OUTPUTS)}"
)


def notebook(outputs):
    cells = [
        {
            "id": f"results-{number:02}",
            "cell_type": "code",
            "metadata": {},
            "outputs": [{"data": {"text/html": html.splitlines(keepends=True)}}],
        }
        for number, html in enumerate(outputs)
    ]
    glue = {"id": "glue", "metadata": {"tags": ["remove-cell"]}, "outputs": cells[0]["outputs"]}
    return json.dumps({"cells": [*cells, glue, {"id": "prose", "metadata": {}}]})


@pytest.fixture
def tree(tmp_path):
    """A book of one chapter, with its built page in ``_build/html``."""
    root = tmp_path / "a book"
    files = {
        "_toc.yml": "parts: [{chapters: [{file: book/results}, {file: book/references}]}]",
        "CITATION.cff": "version: 1.2.3\n",
        ".gitignore": "# what is made\n/_build/\n__pycache__/\n",
        "book/results.ipynb": notebook(OUTPUTS),
        "book/references.md": "# References\n",
        "book/__pycache__/x.pyc": "x",
        ".ci/run": "#!/bin/sh\n",
        "requirements.txt": LOCK,
        "book/_support/static/third-party.txt": "",
        "_build/html/book/results.html": PAGE,
        "_build/html/index.html": "<h1>Book</h1>",
        "_build/book.pdf": "%PDF",
    }
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    (root / ".ci" / "run").chmod(0o755)
    return root


def manifest_of(tree):
    return list(csv.DictReader(io.StringIO(manifest.text(tree / "_build" / "html", tree))))


def test_each_table_and_figure_leads_to_its_cell_and_place(tree):
    rows = manifest_of(tree)
    assert [row["paper"] for row in rows] == [*manifest.PAPER, ""]
    assert [row["judged"] for row in rows] == ["yes"] * 5 + [""] * 3
    assert rows[2]["cell"] == "results-02"
    assert rows[2]["page"] == "book/results.html#table-3-recomputed"
    assert rows[2]["sha256"] == hashlib.sha256(OUTPUTS[2].encode()).hexdigest()
    assert rows[5]["caption"] == "Figure 1. A curve."
    assert rows[5]["page"] == "book/results.html#first"
    assert rows[7] | {"sha256": ""} == {
        "paper": "",
        "judged": "",
        "kind": "table",
        "caption": "Patients & cycles in Table 1",
        "notebook": "book/results.ipynb",
        "cell": "results-07",
        "page": "book/results.html#patients-cycles-in-table-1",
        "sha256": "",
    }


def test_a_page_older_than_its_notebook_is_noticed(tree):
    page = tree / "_build" / "html" / "book" / "results.html"
    page.write_text(PAGE.replace("Table 4: re", "Table 4, re"), encoding="utf-8")
    with pytest.raises(LookupError, match="does not show what cell results-03 makes: Table 4"):
        manifest_of(tree)


def test_a_table_of_the_paper_that_no_cell_makes_is_noticed(tree):
    text = notebook(OUTPUTS[:3] + OUTPUTS[4:])
    (tree / "book" / "results.ipynb").write_text(text, encoding="utf-8")
    with pytest.raises(LookupError, match="made by no cell: Table 4"):
        manifest_of(tree)


def test_the_book_s_manifest_is_true():
    rows = manifest.rows(SITE)
    assert [row["paper"] for row in rows if row["judged"]] == [
        f"Table {number}" for number in (2, 3, 4, 5)
    ]
    for row in rows:
        page, anchor = row["page"].split("#")
        assert anchor in parsed(SITE / page).ids
        sums = [
            hashlib.sha256(html.encode()).hexdigest()
            for cell, html in manifest.outputs(ROOT / row["notebook"])
            if cell == row["cell"]
        ]
        assert row["sha256"] in sums
    assert len({row["page"] for row in rows}) == len(rows)
    figures = [row["page"] for row in rows if row["kind"] == "figure"]
    drawn = sum(path.read_text().count('<figure class=\\"book-figure') for path in notebooks())
    assert len(figures) == drawn


def notebooks():
    return [ROOT / name for name in manifest.chapters()]


# --- the archive ------------------------------------------------------------------

PACKED = """
.ci/run .gitignore CITATION.cff SHA256SUMS _toc.yml
book.pdf book/_support/static/third-party.txt book/references.md book/results.ipynb
manifest.csv requirements.txt sbom.cdx.json site/book/results.html site/index.html
"""


def written(tree):
    """The small tree's release: files by name, and the archive's members by path."""
    site, paper = tree / "_build" / "html", tree / "_build" / "book.pdf"
    path, checksum = release.write(site, paper, tree, tree / "_build" / "release")
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
        assert member.mtime == release.DATE
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
    without_git = release.sources(tree)
    git(tree, "init", "--quiet")
    git(tree, "add", ".")
    git(tree, "commit", "--quiet", "-m", "all")
    assert release.sources(tree) == without_git
    (tree / "notes.txt").write_text("mine")
    with pytest.raises(ValueError, match=r"not committed:\n\?\? notes.txt"):
        release.sources(tree)
    (tree / "notes.txt").unlink()
    (tree / "CITATION.cff").write_text("version: 2.0.0\n")
    with pytest.raises(ValueError, match=r"M CITATION\.cff"):
        release.sources(tree)


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
    release.recover(target)
    assert {one.name: one.read_bytes() for one in target.iterdir()} == before
    assert written(tree)[0] == before


def test_the_version_is_said_once():
    project = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    assert f'version = "{release.version()}"' in project


# --- where else the book runs -----------------------------------------------------


def test_every_environment_installs_the_lock_file_on_one_python():
    project = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    python = re.search(r'requires-python = ">=([\d.]+)"', project)[1]
    binder = (ROOT / ".binder" / "requirements.txt").read_text(encoding="utf-8")
    lines = [line for line in binder.splitlines() if not line.startswith("#")]
    assert lines == ["-r ../requirements.txt"]
    assert (ROOT / ".binder" / "runtime.txt").read_text().strip() == f"python-{python}"
    text = (ROOT / ".devcontainer" / "devcontainer.json").read_text(encoding="utf-8")
    container = json.loads(re.sub(r"^\s*//.*$", "", text, flags=re.MULTILINE))
    assert f":1-{python}-" in container["image"]
    assert container["postCreateCommand"] == "make environment"
    workflow = yaml.safe_load((ROOT / ".github" / "workflows" / "book.yml").read_text())
    steps = [step for job in workflow["jobs"].values() for step in job["steps"]]
    versions = {step["with"]["python-version"] for step in steps if "setup-python" in str(step)}
    assert versions == {python}
    assert all(
        re.fullmatch(r"[\w-]+/[\w-]+@v\d+", step["uses"]) for step in steps if "uses" in step
    )
