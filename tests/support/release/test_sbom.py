"""The bill of materials: every pin and every copied file, the same each time."""

import hashlib
import json
import re

import pytest
from smallbook import LOCK

from _support.common import ROOT, STATIC
from _support.release import sbom


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
        ("numpy==2.4.6 \\", "numpy>=2 \\", "line 2: neither a package nor a hash"),
        ("scipy==1.17.1 ;", "-e . ;", "line 8: neither a package nor a hash"),
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
        content = (STATIC / file["value"]).read_bytes()
        assert digest["content"] == hashlib.sha256(content).hexdigest()
