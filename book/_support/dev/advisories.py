"""Asks a public database whether anything the book is made with has a known weakness.

``python -m _support.dev.advisories`` sends the name and version of every package of the lock
files, and of the scripts copied into the repository, to OSV (https://osv.dev), which collects
the advisories of PyPI, GitHub and npm. The exit code is 0 where there is no advisory, and 1
where there is one. Where the database is not reached, it is 69 ("service unavailable"), and the
last line says "not audited", and why. The packages of a Pyodide release are not asked about:
this book does not choose their versions.
"""

import http.client
import json
import os
import sys
import urllib.error
import urllib.request
from typing import Any

from _support.common import ROOT
from _support.release import sbom

ADDRESS = "https://api.osv.dev/v1/querybatch"
SECONDS = 30
# Of the book; of the builder of the notebooks in the browser; of those notebooks.
LOCKS = (
    "requirements.txt",
    "book/_support/lite/requirements.txt",
    "book/_support/lite/browser.txt",
)


class NotAudited(Exception):
    """The database could not be asked."""


def packages() -> list[str]:
    """Package URLs of all locked packages and of the files copied into the repository."""
    found = {pin.purl for lock in LOCKS for pin in sbom.pins(ROOT / lock)}
    return sorted(found | {purl for purl, *_ in sbom.vendored()})


def advisories(purls: list[str], address: str) -> dict[str, list[str]]:
    """Identifiers of the advisories by package URL, for packages that have any.

    purls : package URLs; address : of the database. Raises NotAudited where it gives no answer,
    ValueError where it refuses the question, which would be a fault of this script.
    """
    found: dict[str, list[str]] = {}
    queries: list[dict[str, Any]] = [{"package": {"purl": purl}} for purl in purls]
    while queries:
        results = _ask(queries, address)
        if len(results) != len(queries):
            raise NotAudited(f"{len(results)} answers to {len(queries)} questions")
        more = []
        for query, result in zip(queries, results, strict=True):
            names = [advisory["id"] for advisory in result.get("vulns", [])]
            found.setdefault(query["package"]["purl"], []).extend(names)
            if token := result.get("next_page_token"):
                more.append(query | {"page_token": token})
        queries = more
    return {purl: sorted(names) for purl, names in found.items() if names}


def _ask(queries: list[dict[str, Any]], address: str) -> list[dict[str, Any]]:
    request = urllib.request.Request(
        address,
        json.dumps({"queries": queries}).encode(),
        {"Content-Type": "application/json", "User-Agent": "correll2004"},
    )
    try:
        with urllib.request.urlopen(request, timeout=SECONDS) as answer:
            return json.load(answer)["results"]
    except urllib.error.HTTPError as error:
        if error.code == 400:
            raise ValueError(f"the database refuses the question: {error}") from error
        raise NotAudited(str(error)) from error
    except urllib.error.URLError as error:
        raise NotAudited(str(error.reason)) from error
    except (OSError, http.client.HTTPException, ValueError, KeyError, TypeError) as error:
        raise NotAudited(f"no answer that could be read: {error!r}") from error


def main() -> None:
    """Ask about every package, print the answer, and exit as the module's docstring says."""
    purls = packages()
    try:
        found = advisories(purls, ADDRESS)
    except ValueError as error:
        sys.exit(f"error: {error}")
    except NotAudited as error:
        print(f"not audited: {ADDRESS} was not reached: {error}", file=sys.stderr)
        sys.exit(os.EX_UNAVAILABLE)
    for purl, names in found.items():
        print(f"{purl}: {', '.join(names)}")
    if found:
        sys.exit(f"{len(found)} of {len(purls)} packages have advisories: see osv.dev")
    print(f"audited: no advisory for any of {len(purls)} packages")


if __name__ == "__main__":
    main()
