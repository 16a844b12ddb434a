"""`headwater impact` where its baseline cannot be read: an error with its exit code, never "0 models touched"."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from lsp_server import cli
from lsp_server.environments import baselines
from lsp_server.environments.engines.duckdb import DuckDB

_CONFIG = "gateways:\n  local:\n    connection: {type: duckdb, database: local.db}\nmodel_defaults: {dialect: duckdb}\n"
_HOLDER = "import duckdb, sys; c = duckdb.connect(sys.argv[1]); print('held', flush=True); sys.stdin.read()"


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    (tmp_path / "config.yaml").write_text(_CONFIG, encoding="utf-8")
    (tmp_path / "models").mkdir()
    (tmp_path / "models" / "a.sql").write_text("MODEL (name s.a, kind FULL);\nSELECT 1 AS x\n", encoding="utf-8")
    return tmp_path


@pytest.fixture
def held(workspace: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The workspace while another process holds its database; a lock is waited for a moment only."""
    path = workspace / "local.db"
    monkeypatch.setattr(baselines, "engine_of", lambda config, root: DuckDB(path, patience=0.1))
    command = [sys.executable, "-c", _HOLDER, str(path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout is not None
        assert holder.stdin is not None
        assert holder.stdout.readline() == "held\n"
        yield workspace
        holder.stdin.close()


def headwater(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> int:
    """The exit code of a command line, run here."""
    monkeypatch.setattr(sys, "argv", ["headwater", *arguments])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    return int(ended.value.code or 0)


@pytest.mark.parametrize("against", [[], ["--against", "env:prod"]], ids=["default", "env:prod"])
def test_a_lock_held_elsewhere_is_an_error(
    held: Path, against: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert headwater(monkeypatch, "impact", str(held), *against) == 3
    printed = capsys.readouterr()
    assert printed.out == ""
    assert "local.db is in use by" in printed.err


def test_another_baseline_can_be_named(held: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert headwater(monkeypatch, "impact", str(held), "--against", "saved") == 0


def test_errors_are_json_where_json_is_asked_for(
    held: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert headwater(monkeypatch, "impact", str(held), "--format", "json") == 3
    error = json.loads(capsys.readouterr().out)["error"]
    assert error["code"] == "failed"
    assert "local.db is in use by" in error["message"]


@pytest.mark.parametrize("wrong", [["--against", "git:nowhere"], ["--frobnicate"], ["--fail-on", "sometimes"]])
def test_wrong_usage_is_json_too(
    workspace: Path, wrong: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert headwater(monkeypatch, "impact", str(workspace), "--format", "json", *wrong) == 2
    assert json.loads(capsys.readouterr().out)["error"]["code"] == "usage"


def test_a_file_that_is_no_database_is_an_error(workspace: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (workspace / "local.db").write_text("not a database" * 500, encoding="utf-8")
    assert headwater(monkeypatch, "impact", str(workspace)) == 3
