"""SQLMesh builds the demo workspace too: every model has the same rows there and here, and its unit tests pass there.

This holds two things at once: that the demo is in SQLMesh's format, not in something close to it, and that macros,
embedded models, intervals and merges mean here what they mean there.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections import Counter
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from tests.inputs import SQLMESH_WITH_SERVER, peer

ROOT = Path(__file__).parents[2]
QUIET = {"SQLMESH__DISABLE_ANONYMIZED_ANALYTICS": "1", "DO_NOT_TRACK": "1"}


def _copy(target: Path) -> Path:
    shutil.copytree(
        ROOT / "demo_workspace", target, ignore=shutil.ignore_patterns("*.duckdb*", ".headwater", "__pycache__")
    )
    return target


def _run(command: list[str], folder: Path) -> str:
    environment = {**os.environ, **QUIET, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, timeout=240, check=False
    )
    assert done.returncode == 0, f"{command}:\n{done.stdout[-3000:]}\n{done.stderr[-3000:]}"
    return done.stdout + done.stderr


@pytest.fixture(scope="module")
def theirs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The workspace as SQLMesh built it."""
    folder = _copy(tmp_path_factory.mktemp("sqlmesh") / "bikes")
    _run([str(peer("sqlmesh", SQLMESH_WITH_SERVER) / "sqlmesh"), "plan", "--auto-apply", "--no-prompts"], folder)
    return folder


@pytest.fixture(scope="module")
def ours(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The workspace as Headwater built it."""
    folder = _copy(tmp_path_factory.mktemp("headwater") / "bikes")
    _run([sys.executable, "-m", "lsp_server", "env", "apply", "prod", "--yes"], folder)
    return folder


def test_every_model_has_the_same_rows(theirs: Path, ours: Path) -> None:
    models = [_name(path) for path in sorted((ROOT / "demo_workspace" / "models").rglob("*.sql"))]
    models.remove("staging.plans")  # embedded: there is no relation of it
    there, here = _relations(theirs, models), _relations(ours, models)
    assert [model for model in models if here[model] != there[model]] == []
    assert len(models) == 29


def _name(path: Path) -> str:
    match = re.search(r"name (\w+\.\w+)", path.read_text(encoding="utf-8"))
    assert match, path
    return match.group(1)


def _relations(folder: Path, models: list[str]) -> dict[str, tuple[list[str], Counter[str]]]:
    """Column names and rows of each model; sums of doubles are equal when nine digits are."""
    found = {}
    with duckdb.connect(str(folder / "bikeshare.duckdb"), read_only=True) as connection:
        for model in models:
            rows = connection.execute(f"SELECT * FROM {model}").fetchall()
            names = [row[0] for row in connection.execute(f"DESCRIBE {model}").fetchall()]
            found[model] = names, Counter(repr([_plain(value) for value in row]) for row in rows)
    return found


def _plain(value: object) -> object:
    return float(f"{value:.9g}") if isinstance(value, float | Decimal) else value


def test_the_unit_tests_pass_there(theirs: Path) -> None:
    said = _run([str(peer("sqlmesh", SQLMESH_WITH_SERVER) / "sqlmesh"), "test"], theirs)
    assert "Successfully Ran `2` Tests" in said
