"""`headwater.demo.write`, which the editor's walkthrough runs: a copy in a new folder, and refusals by name."""

from __future__ import annotations

from pathlib import Path

from tests.e2e.raw import Raw


def run(server: Raw, folder: str) -> dict:
    return server.answer(
        server.post("workspace/executeCommand", {"command": "headwater.demo.write", "arguments": [{"folder": folder}]})
    )


def test_the_demo_is_written_where_nothing_is(tmp_path: Path) -> None:
    with Raw() as server:
        server.initialize()
        written = run(server, str(tmp_path / "demo"))
        assert written["result"] == {"folder": (tmp_path / "demo").as_uri()}
        assert (tmp_path / "demo" / "models" / "marts" / "daily_revenue.sql").is_file()
        assert "exists already and is not empty" in run(server, (tmp_path / "demo").as_uri())["error"]["message"]
        assert "full path" in run(server, "demo")["error"]["message"]
        (tmp_path / "file").write_text("")
        assert "could not be written" in run(server, str(tmp_path / "file" / "demo"))["error"]["message"]
