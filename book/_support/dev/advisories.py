"""Asks a public database whether anything the book is made with has a known weakness.

``python -m _support.dev.advisories`` sends the name and version of every package of the lock
files, and of the scripts copied into the repository, to OSV (https://osv.dev), which collects
the advisories of PyPI, GitHub and npm. It exits with 0 where there is no advisory and with 1
where there is one. A database that cannot be reached is no finding and no pass: the last line
says "not audited", and why, and the exit code is 69, the system's "service unavailable". What
comes inside a Pyodide release is not asked about: its pins are not this book's.
"""

import http.client
import json
import os
import sys
import urllib.error
import urllib.request

from _support.common import ROOT
from _support.release import sbom

ADDRESS = "https://api.osv.dev/v1/querybatch"
SECONDS = 30
# The book's own; the builder's and the browser's part of the notebooks in the browser.
LOCKS = (
    "requirements.txt",
    "book/_support/lite/requirements.txt",
    "book/_support/lite/browser.txt",
)


class NotAudited(Exception):
    """The database could not be asked."""


def packages() -> list[str]:
    """Package URLs of all that is pinned, and of the files copied into the repository."""
    found = {pin.purl for lock in LOCKS for pin in sbom.pins(ROOT / lock)}
    return sorted(found | {purl for purl, *_ in sbom.vendored()})


def advisories(purls: list[str], address: str) -> dict[str, list[str]]:
    """Identifiers of the advisories by package URL, for packages that have any.

    Raises NotAudited where the database gives no answer, ValueError where it refuses the
    question: that would be a fault of this script.
    """
    found = {}
    queries = [{"package": {"purl": purl}} for purl in purls]
    while queries:
        results = _ask(queries, address)
        if len(results) != len(queries):
            raise NotAudited(f"{len(results)} answers to {len(queries)} questions")
        more = []
        for query, result in zip(queries, results, strict=True):
            names = [one["id"] for one in result.get("vulns", [])]
            found.setdefault(query["package"]["purl"], []).extend(names)
            if token := result.get("next_page_token"):
                more.append(query | {"page_token": token})
        queries = more
    return {purl: sorted(names) for purl, names in found.items() if names}


def _ask(queries, address):
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
