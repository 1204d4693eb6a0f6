"""Asking for known weaknesses: an answer counts, no answer is neither a finding nor a pass."""

import http.server
import json
import subprocess
import sys
import threading

import pytest

from _support.common import BOOK, ROOT
from _support.dev import advisories
from _support.release import sbom

GOOD, BAD, WORSE = (f"pkg:pypi/{name}@1" for name in ("good", "bad", "worse"))


@pytest.fixture
def database(monkeypatch):
    """A function that starts a database with answers in turn, ``(status, body)``.

    It returns the address; the questions arrive in its ``asked``.
    """
    monkeypatch.setenv("no_proxy", "*")
    servers = []

    def start(*answers):
        remaining = list(answers)

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                start.asked.append(json.loads(body)["queries"])
                status, answer = remaining.pop(0)
                self.send_response(status)
                self.end_headers()
                text = answer if isinstance(answer, str) else json.dumps({"results": answer})
                self.wfile.write(text.encode())

            def log_message(self, *arguments):
                pass

        server = http.server.HTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        servers.append(server)
        return f"http://127.0.0.1:{server.server_port}/"

    start.asked = []
    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


def vulns(*names):
    return {"vulns": [{"id": name} for name in names]}


def test_findings_are_listed_by_package(database):
    address = database((200, [{}, vulns("B-2", "B-1")]))
    assert advisories.advisories([GOOD, BAD], address) == {BAD: ["B-1", "B-2"]}
    assert database.asked == [[{"package": {"purl": GOOD}}, {"package": {"purl": BAD}}]]


def test_every_page_of_an_answer_is_fetched(database):
    first = [vulns("B-1") | {"next_page_token": "more"}, vulns("W-1")]
    address = database((200, first), (200, [vulns("B-2")]))
    found = advisories.advisories([BAD, WORSE], address)
    assert found == {BAD: ["B-1", "B-2"], WORSE: ["W-1"]}
    assert database.asked[1] == [{"package": {"purl": BAD}, "page_token": "more"}]


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        ((503, "busy"), "503"),
        ((403, "forbidden"), "403"),
        ((200, "<html>Please log in</html>"), "could be read"),
        ((200, '{"other": 1}'), "could be read"),
        ((200, []), "0 answers to 1 questions"),
    ],
    ids=["busy", "forbidden", "not json", "other json", "too short"],
)
def test_no_answer_is_not_a_pass(database, answer, reason):
    with pytest.raises(advisories.NotAudited, match=reason):
        advisories.advisories([GOOD], database(answer))


def test_a_question_that_is_refused_is_our_fault(database):
    with pytest.raises(ValueError, match="refuses the question"):
        advisories.advisories([GOOD], database((400, "bad request")))


@pytest.mark.parametrize(
    ("answer", "code", "word"),
    [
        (lambda count: (200, [{}] * count), 0, "audited: no advisory"),
        (lambda count: (200, [vulns("X-1")] + [{}] * (count - 1)), 1, "X-1"),
        (lambda count: (503, ""), 69, "not audited: "),
    ],
    ids=["clean", "found", "not reached"],
)
def test_what_is_said_and_how_it_exits(database, answer, code, word):
    address = database(answer(len(advisories.packages())))
    run = f"from _support.dev import advisories as a; a.ADDRESS = {address!r}; a.main()"
    done = subprocess.run(
        [sys.executable, "-S", "-c", run],  # no installed package is at hand
        cwd=BOOK,
        capture_output=True,
        text=True,
    )
    assert done.returncode == code
    assert word in done.stdout + done.stderr
    assert ("packages have advisories" in done.stderr) == (code == 1)
    assert len(database.asked) == 1


def lists():
    """Every list of packages but the mirror's, from which nothing is installed."""
    found = [*ROOT.glob("*.txt"), *(BOOK / "_support" / "lite").glob("*.txt")]
    return [path for path in found if path.name != "mirror.txt"]


def test_every_pin_and_every_copied_script_is_asked_about():
    asked = advisories.packages()
    hashed = [path for path in lists() if "--hash" in path.read_text(encoding="utf-8")]
    assert {path.relative_to(ROOT).as_posix() for path in hashed} == set(advisories.LOCKS)
    for lock in hashed:
        assert {pin.purl for pin in sbom.pins(lock)} <= set(asked)
    assert any(purl.startswith("pkg:npm/d3@") for purl in asked)
