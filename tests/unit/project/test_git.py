"""Revisions are read out of git without touching the working folder."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from lsp_server.project.baselines import BaselineError, is_in_git, project_at
from lsp_server.project.git import branch


def git(folder: Path, *arguments: str) -> None:
    identity = ("-c", "user.name=t", "-c", "user.email=t@example.com", "-c", "init.defaultBranch=main")
    subprocess.run(["git", *identity, "-C", str(folder), *arguments], check=True, capture_output=True)


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    root = tmp_path / "company" / "warehouse"
    (root / "models").mkdir(parents=True)
    (root / "config.yaml").write_text("model_defaults:\n  dialect: duckdb\n")
    (root / "models" / "a b.sql").write_text("MODEL (name s.a); SELECT 1 AS x, 'ü' AS y")
    git(tmp_path / "company", "init", "-q")
    git(tmp_path / "company", "add", "-A")
    git(tmp_path / "company", "commit", "-q", "-m", "one")
    git(tmp_path / "company", "tag", "v1")
    (root / "models" / "a b.sql").write_text("MODEL (name s.a); SELECT 1 AS z")
    return root


def names(root: Path, spec: str) -> list[str]:
    interface = project_at(root, spec).graph.interface("s.a")
    return [column.name for column in interface.columns] if interface is not None else []


def test_a_revision_in_a_folder_below_the_repository(repository: Path) -> None:
    assert names(repository, "git:HEAD") == ["x", "y"]
    assert names(repository, "git:v1") == ["x", "y"]
    assert names(repository, "saved") == ["z"]
    assert "z" in (repository / "models" / "a b.sql").read_text(), "nothing was checked out"
    assert branch(repository) == "main"
    assert is_in_git(repository)


def test_another_folder(repository: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    (other / "models").mkdir(parents=True)
    (other / "models" / "a.sql").write_text("MODEL (name s.a); SELECT 1 AS w")
    assert names(repository, str(other)) == ["w"]
    assert names(repository, "../../other") == ["w"]


@pytest.mark.parametrize("spec", ["git:nowhere", "git:--all", "git:", "no/such/folder"])
def test_a_baseline_that_is_not_there_says_so(repository: Path, spec: str) -> None:
    with pytest.raises(BaselineError, match="cannot be read"):
        project_at(repository, spec)


def test_no_repository(tmp_path: Path) -> None:
    assert not is_in_git(tmp_path)
    with pytest.raises(BaselineError):
        project_at(tmp_path, "git:HEAD")
