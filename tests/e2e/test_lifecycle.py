"""The life of a session over stdio, and everything that should not come over it."""

import json
import subprocess
import sys
import threading
from collections.abc import Iterator

import pytest

from tests.e2e.raw import ROOT, Raw

URI = "file:///nowhere/models/a.sql"


@pytest.fixture
def server():
    with Raw() as raw:
        yield raw
    assert raw.stray == [], "something was printed to standard output"
    assert {answer["id"] for answer in raw.repeated} <= {None, "twice"}, "answered more than once"


@pytest.fixture(scope="module")
def running() -> Iterator[Raw]:
    """A server that has been initialised, for tests that leave it as it was."""
    with Raw() as raw:
        raw.initialize()
        yield raw
        assert raw.stop() == 0
    assert raw.stray == [], "something was printed to standard output"


def test_a_proper_session_ends_with_zero(server: Raw) -> None:
    server.initialize()
    assert server.stop() == 0


def test_exit_without_shutdown_ends_with_one(server: Raw) -> None:
    server.initialize()
    server.notify("exit")
    assert server.process.wait(10) == 1


def test_the_end_of_the_stream_ends_the_server(server: Raw) -> None:
    server.initialize()
    server.process.stdin.close()
    assert server.process.wait(10) == 1


def test_the_end_of_the_client_ends_the_server_although_another_holds_the_pipe() -> None:
    start = "import subprocess, sys; subprocess.run([sys.executable, '-m', 'lsp_server', 'lsp'])"
    client = subprocess.Popen([sys.executable, "-c", start], stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=ROOT)
    assert client.stdin is not None
    assert client.stdout is not None
    with client.stdin, client.stdout:
        params = {"processId": client.pid, "rootUri": None, "capabilities": {}}
        body = json.dumps({"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": params}).encode()
        client.stdin.write(b"Content-Length: %d\r\n\r\n%b" % (len(body), body))
        client.stdin.flush()
        assert client.stdout.readline().startswith(b"Content-Length")
        client.kill()
        client.wait()
        rest = threading.Thread(target=client.stdout.read, daemon=True)  # until the server lets go of it
        rest.start()
        rest.join(30)
        ended = not rest.is_alive()
        client.stdin.close()  # or it would stay
        rest.join()
    assert ended


def test_nothing_before_initialize(server: Raw) -> None:
    assert server.error("textDocument/hover", {})["code"] == -32002
    server.open(URI, "SELECT 1")
    server.initialize()
    assert server.request("headwater/status")["documents"] == []
    assert server.error("initialize", {"capabilities": {}})["code"] == -32600


def test_nothing_after_shutdown(server: Raw) -> None:
    server.initialize()
    server.request("shutdown")
    assert server.error("headwater/status")["code"] == -32600
    assert server.error("shutdown")["code"] == -32600
    server.open(URI, "SELECT 1")
    server.notify("exit")
    assert server.process.wait(10) == 0


@pytest.mark.parametrize(
    "body", [b"{", b"", b"\xff\xfe", b"[]", b"null", b'"x"', b"{}", b'{"id": 900}', b'{"method": 3, "id": 900}']
)
def test_what_is_no_message_is_answered_and_forgotten(running: Raw, body: bytes) -> None:
    running.send_bytes(b"Content-Length: %d\r\n\r\n%b" % (len(body), body))
    running.send_bytes(b"Content-Length: nonsense\r\n\r\n")
    assert running.request("headwater/status")["version"]


@pytest.mark.parametrize("id", [None, 1.5, True, [], {}])
def test_an_id_that_is_none(running: Raw, id: object) -> None:
    running.request("headwater/status")  # whatever other tests sent is answered
    running.responses.pop(None, None)
    running.send({"jsonrpc": "2.0", "id": id, "method": "headwater/status"})
    assert running.answer(None)["error"]["code"] == -32600


def test_wrong_parameters_are_named(server: Raw) -> None:
    server.initialize()
    error = server.error("workspace/executeCommand", {"arguments": 3})
    assert error["code"] in (-32602, -32601)
    server.notify("textDocument/didOpen", {"textDocument": {"uri": 5}})
    server.notify("textDocument/didChange", None)
    server.change(URI, 2, {"text": "not open"})
    server.wait(lambda: len(server.seen("window/logMessage")) >= 3)
    messages = [message["params"]["message"] for message in server.seen("window/logMessage")]
    assert any("didOpen" in message for message in messages)
    assert any("not open" in message for message in messages)
    assert server.stop() == 0


def test_text_stays_equal_through_surrogates_and_line_ends(server: Raw) -> None:
    server.initialize()
    server.open(URI, "SELECT '😀'\r\n")
    inside = {"start": {"line": 0, "character": 9}, "end": {"line": 0, "character": 9}}
    server.change(URI, 2, {"range": inside, "text": "\ude00x\ud83d"})
    server.diagnostics(URI, 2)
    digest = server.request("headwater/status")["documents"][0]["sha256"]
    import hashlib

    assert digest == hashlib.sha256("SELECT '😀x😀'\r\n".encode()).hexdigest()


def test_every_edit_is_answered_with_its_version_or_a_newer_one(server: Raw) -> None:
    server.initialize()
    server.open(URI, "SELECT 1")
    for version in range(2, 100):
        server.change(URI, version, {"text": f"SELECT {version // 2}"})
    server.diagnostics(URI, 99)
    versions = [message["params"]["version"] for message in server.seen("textDocument/publishDiagnostics")]
    assert versions == sorted(versions)


def test_cancelling_what_is_unknown_or_answered_is_harmless(running: Raw) -> None:
    for params in ({"id": 999}, {"id": "x"}, {}, None, [], {"id": [1]}):
        running.notify("$/cancelRequest", params)
    assert running.request("headwater/status")["ready"] in (True, False)


def test_responses_to_nothing_are_ignored(running: Raw) -> None:
    running.send({"jsonrpc": "2.0", "id": 12345, "result": None})
    running.send({"jsonrpc": "2.0", "id": "abc", "error": {"code": 1, "message": "x"}})
    assert json.dumps(running.request("headwater/status"))


def test_an_id_in_use_is_refused_and_the_first_is_answered(server: Raw) -> None:
    server.initialize()
    for _ in range(2):
        server.post("headwater/status", id="twice")
    server.request("headwater/status")
    answers = [server.responses["twice"], *server.repeated]
    assert len(answers) == 2
    assert all("result" in answer or answer["error"]["code"] == -32600 for answer in answers)


@pytest.mark.parametrize(
    ("offered", "chosen"),
    [(["utf-8", "utf-16"], "utf-8"), (["utf-32"], "utf-32"), (["utf-7"], "utf-16"), (None, "utf-16")],
)
def test_the_encoding_is_the_clients_first_that_we_know(server: Raw, offered: list[str] | None, chosen: str) -> None:
    result = server.initialize(general={"positionEncodings": offered})
    assert result["capabilities"]["positionEncoding"] == chosen


def test_a_client_that_asks_for_a_trace_is_told_of_every_request(running: Raw) -> None:
    def traced(level: str) -> list[dict]:
        running.notifications.clear()
        running.notify("$/setTrace", {"value": level})
        running.request("headwater/status")
        running.error("textDocument/hover", {})
        running.request("headwater/status")  # what was told of the others came before its answer
        return [message["params"] for message in running.seen("$/logTrace")]

    assert traced("off") == []
    status = next(told for told in traced("messages") if told["message"].startswith("headwater/status"))
    assert " answered after " in status["message"]
    assert "verbose" not in status
    # What is told of a request follows its answer: the first of these may still be of the one before.
    last = [told for told in traced("verbose") if "headwater/status" in told["message"]][-1]
    assert '"ready":' in last["verbose"]
