"""What is begun with the client's first message, before anybody is there to take it."""

from __future__ import annotations

import io
import json
import threading
from pathlib import Path

import pytest

from lsp_server.server.head_start import HeadStart, folders_of
from lsp_server.server.wire import FrameError, Reader, frame


def initialize(**params: object) -> bytes:
    return json.dumps({"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": params}).encode()


@pytest.mark.parametrize(
    ("params", "folders"),
    [
        ({"rootUri": "file:///a/b%20c"}, ["/a/b c"]),
        ({"rootUri": "file:///a", "workspaceFolders": [{"uri": "file:///b", "name": "b"}, {"uri": "file:///c", "name": "c"}]}, ["/b", "/c"]),
        ({"rootUri": "file:///a", "workspaceFolders": []}, ["/a"]),
        ({"rootUri": None, "workspaceFolders": None, "rootPath": "/old"}, ["/old"]),
        ({"rootUri": "untitled:x", "rootPath": "/old"}, []),
        ({"capabilities": {"workspace": {}}}, []),
    ],
)  # fmt: skip
def test_folders_are_those_that_the_session_opens(params: dict[str, object], folders: list[str]) -> None:
    assert folders_of(initialize(**params)) == folders


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"[]", b'{"method": 1}', b'{"method": "initialize"}', initialize(rootUri=3), initialize(rootUri="file:///a\0b"),
     initialize(workspaceFolders=[1]), json.dumps({"method": "shutdown", "params": {"rootUri": "file:///a"}}).encode()],
)  # fmt: skip
def test_any_other_message_begins_nothing(body: bytes) -> None:
    start = HeadStart()
    start.begin(body)
    with start.taken() as ahead:
        assert ahead is None


def test_it_is_taken_once(tmp_path: Path) -> None:
    start = HeadStart()
    start.begin(initialize(rootUri=tmp_path.as_uri()))
    with start.taken() as ahead:
        assert ahead is not None
        assert ahead.files(tmp_path) is not None
    with start.taken() as ahead:
        assert ahead is None


def test_frames_wait_for_somebody_to_take_them() -> None:
    began, heard = threading.Event(), []
    stream = io.BytesIO(b"Content-Length: nonsense\r\n" + frame(b"one") + frame(b"two"))
    ended = threading.Event()

    def deliver(body: bytes | None) -> None:
        heard.append(body)
        if body is None:
            ended.set()

    def first(body: bytes) -> None:
        heard.append(b"first " + body)
        began.set()

    complaints: list[FrameError] = []
    reader = Reader(stream, first)
    assert not began.wait(0.05), "a damaged header is somebody's to hear of before the next message"
    assert heard == []
    reader.hand_to(deliver, complaints.append)
    assert ended.wait(5)
    assert heard == [b"first one", b"one", b"two", None]
    assert len(complaints) == 1


def test_the_first_frame_is_seen_before_it_is_taken() -> None:
    seen = threading.Event()
    reader = Reader(io.BytesIO(frame(b"one")), lambda body: seen.set())
    assert seen.wait(5)
    heard: list[bytes | None] = []
    ended = threading.Event()
    reader.hand_to(lambda body: (heard.append(body), body is None and ended.set())[0], lambda error: None)
    assert ended.wait(5)
    assert heard == [b"one", None]
