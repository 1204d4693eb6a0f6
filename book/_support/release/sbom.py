"""Lists what the book is made with, as a CycloneDX bill of materials.

It is read from two files: the lock file ``requirements.txt``, and the notice of other people's
files, ``static/third-party.txt``. Neither the network nor an installed package is asked, so the
bill is the same on every machine. Where the lock file has two versions of a package for different
versions of Python, the bill has both, with the condition as a property. The notebooks in the
browser, which ``make lite`` adds, are not in it.
"""

import hashlib
import json
import re
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote

from _support.common import ROOT, STATIC

LOCK = ROOT / "requirements.txt"
LICENCES = "MIT AND CC-BY-4.0 AND CC0-1.0"  # code, text, data: see LICENSE

_PIN = re.compile(r"(?P<name>[\w.-]+)(\[.*\])?==(?P<version>[^\s;]+)( ; (?P<marker>.+?))? \\")
_HASH = re.compile(r"    --hash=sha256:(?P<hash>[0-9a-f]{64})( \\)?")
_VIA = re.compile(r"    #( via)?( +(?P<via>\S.*))?")
# The npm package of each work in the notice.
_NPM = {
    "D3": "d3",
    "MiniSearch": "minisearch",
    "Observable Plot": "@observablehq/plot",
    "STIX Two Math": "@fontsource/stix-two-math",
}
_LISTED = re.compile(r"^(\S+)\s{2,}(\S.*?) (\d[\d.]*)\s{2,}(\S+)$", re.MULTILINE)


@dataclass
class Pin:
    """A package of a lock file: version, condition, hashes of its files, who requires it."""

    name: str
    version: str
    marker: str = ""
    hashes: list[str] = field(default_factory=list)
    via: list[str] = field(default_factory=list)

    @property
    def purl(self) -> str:
        """Package URL, its name for other tools."""
        return f"pkg:pypi/{re.sub(r'[-_.]+', '-', self.name).lower()}@{self.version}"


def pins(lock: Path = LOCK) -> list[Pin]:
    """The packages of a lock file that uv wrote, in its order.

    Raises ValueError for any other line, naming it, and for a package without a hash.
    """
    found = []
    for number, line in enumerate(lock.read_text(encoding="utf-8").splitlines(), start=1):
        if match := _PIN.fullmatch(line):
            found.append(Pin(match["name"], match["version"], match["marker"] or ""))
        elif found and (match := _HASH.fullmatch(line)):
            found[-1].hashes.append(match["hash"])
        elif found and (match := _VIA.fullmatch(line)):
            found[-1].via += filter(None, [match["via"]])
        elif line and not line.startswith("#"):
            raise ValueError(f"{lock.name}, line {number}: neither a package nor a hash: {line!r}")
    for pin in found:
        if not pin.hashes:
            raise ValueError(f"{lock.name}: {pin.name}=={pin.version} has no hash")
    return found


def vendored(static: Path = STATIC) -> Iterator[tuple[str, str, Path]]:
    """Package URL, licence and path of other people's files in the repository."""
    notice = (static / "third-party.txt").read_text(encoding="utf-8")
    for name, work, version, licence in _LISTED.findall(notice):
        if (static / name).is_file():
            package = quote(_NPM[work], safe="/")
            yield f"pkg:npm/{package}@{version}", licence, static / name


# --- the document -----------------------------------------------------------------


def document(version: str, lock: Path = LOCK, static: Path = STATIC) -> str:
    """The bill as JSON, in CycloneDX 1.5.

    version : of the book; lock : the lock file; static : folder of the copied files and their
    notice. Raises ValueError, as `pins`.
    """
    locked = pins(lock)
    files = list(vendored(static))
    book = {
        "type": "application",
        "bom-ref": "correll2004",
        "name": "correll2004",
        "version": version,
        "licenses": [{"expression": LICENCES}],
    }
    components = [_package(pin) for pin in locked] + [_file(*each) for each in files]
    bill = {
        "$schema": "http://cyclonedx.org/schema/bom-1.5.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        "version": 1,
        "metadata": {"component": book},
        "components": components,
        "dependencies": _dependencies(locked, [purl for purl, *_ in files]),
    }
    # The same contents always have the same number.
    serial = uuid.uuid5(uuid.NAMESPACE_URL, json.dumps(bill))
    return json.dumps(bill | {"serialNumber": serial.urn}, indent=1, ensure_ascii=False) + "\n"


def _package(pin: Pin) -> dict[str, Any]:
    """A package, with the checksums of the files from any of which it can be installed."""
    hashes = [{"alg": "SHA-256", "content": digest} for digest in pin.hashes]
    component = {
        "type": "library",
        "bom-ref": pin.purl,
        "name": pin.name,
        "version": pin.version,
        "purl": pin.purl,
        "externalReferences": [{"type": "distribution", "url": pin.purl, "hashes": hashes}],
    }
    if pin.marker:
        component["properties"] = [{"name": "python:marker", "value": pin.marker}]
    return component


def _file(purl: str, licence: str, path: Path) -> dict[str, Any]:
    """A file copied from a package, with the checksum of the copy."""
    name, version = purl.removeprefix("pkg:npm/").rsplit("@", 1)
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    return {
        "type": "library",
        "bom-ref": purl,
        "name": name.replace("%40", "@"),
        "version": version,
        "hashes": [{"alg": "SHA-256", "content": digest}],
        "licenses": [{"license": {"id": licence}}],
        "purl": purl,
        "properties": [{"name": "file", "value": path.name}],
    }


def _dependencies(locked: list[Pin], files: list[str]) -> list[dict[str, Any]]:
    """What depends on what: the book on what it names itself, packages on each other.

    files : package URLs of the copied files, on which the book depends.
    """
    required: dict[str, list[str]] = {"": list(files)} | {pin.name: [] for pin in locked}
    for pin in locked:
        for parent in pin.via:
            # "-r requirements.in" is the book; "coverage[toml]" a package with an extra.
            name = "" if parent.startswith("-") else parent.split("[")[0]
            required[name].append(pin.purl)
    graph = {"correll2004": required[""]} | {pin.purl: required[pin.name] for pin in locked}
    graph |= {purl: [] for purl in files}
    return [{"ref": ref, "dependsOn": sorted(set(needs))} for ref, needs in graph.items()]
