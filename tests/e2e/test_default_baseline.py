"""`headwater impact` without `--against`: what it compares with, and that it says so."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from lsp_server import cli


def git(folder: Path, *arguments: str) -> None:
    identity = ("-c", "user.name=t", "-c", "user.email=t@example.com")
    subprocess.run(["git", *identity, "-C", str(folder), *arguments], check=True, capture_output=True)


@pytest.mark.parametrize("connection", ["", "gateways: {local: {connection: {type: duckdb, database: local.db}}}\n"])
def test_git_is_the_baseline_where_no_prod_is_built(
    tmp_path: Path, connection: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Also where the configuration names no database at all: then there is nothing that could not be read."""
    (tmp_path / "models").mkdir()
    (tmp_path / "config.yaml").write_text(f"{connection}model_defaults: {{dialect: duckdb}}\n")
    path = tmp_path / "models" / "a.sql"
    path.write_text("MODEL (name s.a, kind FULL);\nSELECT 1 AS x\n")
    for arguments in (("init", "-q"), ("add", "-A"), ("commit", "-q", "-m", "one")):
        git(tmp_path, *arguments)
    path.write_text("MODEL (name s.a, kind FULL);\nSELECT 2 AS x\n")
    monkeypatch.setattr(sys, "argv", ["headwater", "impact", str(tmp_path)])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    assert not ended.value.code
    printed = capsys.readouterr().out
    assert (
        "against git:HEAD: 1 model edited, 0 touched by that; 1 breaking, 0 non-breaking; 1 rebuilt, 0 reused"
        in printed
    )
