"""What stands between a project's files and its graph while they are read for the first time."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from pathlib import Path

import pytest

from lsp_server.project import loading
from lsp_server.project.files import decode
from lsp_server.project.workspace import Project, open_workspace


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    (tmp_path / "headwater.toml").write_text('dialect = "duckdb"\n')
    (tmp_path / "models").mkdir()
    (tmp_path / "models/a.sql").write_text("MODEL (name s.a); SELECT 1 AS x")
    thresholds = gc.get_threshold()
    gc.enable()
    yield open_workspace(tmp_path)
    gc.set_threshold(*thresholds)
    gc.unfreeze()
    gc.enable()


def test_the_collector_stays_away_until_all_is_loaded_also_between_two_steps(project: Project) -> None:
    assert not project.stabilise(cancelled=lambda: True)
    assert not gc.isenabled()
    assert project.stabilise()
    assert gc.isenabled()
    project.set_buffer("models/a.sql", "MODEL (name s.a); SELECT 2 AS x")
    assert not project.stabilise(cancelled=lambda: True)
    assert gc.isenabled()


def test_who_closes_before_it_is_loaded_has_the_collector_back(project: Project) -> None:
    project.stabilise(cancelled=lambda: True)
    project.close()
    assert gc.isenabled()


def test_a_failure_while_it_loads_brings_the_collector_back(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> bool:
        raise OSError("no memory")

    monkeypatch.setattr(project.graph, "stabilise", fail)
    with pytest.raises(OSError, match="no memory"):
        project.stabilise()
    assert gc.isenabled()


@pytest.mark.parametrize(
    ("header", "seed"),
    [
        ("MODEL (name s.a, kind SEED (path 'a.csv'));", True),
        ("model (name s.a, kind\n  seed (path 'a.csv'));", True),
        ("MODEL (name s.seed, kind FULL); SELECT 1 AS kind_SEED", False),
        ("MODEL (name s.a, kind FULL); " + "-" * 4_000 + "kind SEED", False),
    ],
)
def test_a_seed_is_known_by_its_header(header: str, seed: bool) -> None:
    assert loading._is_seed(header) == seed


def test_a_byte_order_mark_is_no_part_of_the_text() -> None:
    assert decode(b"\xef\xbb\xbfSELECT 1") == ("SELECT 1", None)
