"""The demo is copied whole, without what a run left behind, and never over what is there."""

from __future__ import annotations

from pathlib import Path

import pytest

from lsp_server.project import demo


def test_a_new_folder_and_an_empty_one(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    for name in ("new/inside", "empty"):
        demo.write(tmp_path / name)
        assert (tmp_path / name / "config.yaml").is_file()
        models = {file.relative_to(tmp_path / name) for file in (tmp_path / name).rglob("*.sql")}
        assert models == {file.relative_to(demo.source()) for file in demo.source().rglob("*.sql")}
        assert not list((tmp_path / name).glob("*.duckdb*"))


def test_what_is_there_stays(tmp_path: Path) -> None:
    (tmp_path / "mine.sql").write_text("SELECT 1")
    for taken in (tmp_path, tmp_path / "mine.sql"):
        with pytest.raises(FileExistsError, match="exists already and is not empty"):
            demo.write(taken)
    assert [file.name for file in tmp_path.iterdir()] == ["mine.sql"]
