"""A fault of ours: the client gets an error in words, the log the traceback, and everything else goes on."""

import logging
from pathlib import Path

import msgspec
import pytest

from tests.fuzz.inside import Inside


def test_a_handler_that_fails(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    def fails(*_: object) -> None:
        raise ZeroDivisionError("a fault of ours")

    with Inside() as server, caplog.at_level(logging.ERROR):
        server.initialize(str(tmp_path))
        routes = server._protocol.routes
        routes["textDocument/hover"] = msgspec.structs.replace(routes["textDocument/hover"], handler=fails)
        params = {"textDocument": {"uri": tmp_path.as_uri()}, "position": {"line": 0, "character": 0}}
        error = server.answer(server.post("textDocument/hover", params))["error"]
        assert error["code"] == -32603
        assert "ZeroDivisionError: a fault of ours" in error["message"]
        assert server.request("headwater/status")["version"]
    (record,) = [record for record in caplog.records if record.exc_info]
    assert "textDocument/hover failed" in record.getMessage()
    assert "a fault of ours" in str(record.exc_info)
