"""A file that is there and cannot be read is not a model that somebody deleted: its view stays."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from lsp_server.environments import commands
from lsp_server.environments.commands import Call
from lsp_server.environments.errors import Refused
from lsp_server.environments.site import engine_of
from lsp_server.environments.workspace_versions import workspace_version
from lsp_server.project.workspace import open_workspace
from tests.oracles.environments.bench import NOW

CONFIG = "gateways:\n  local:\n    connection: {type: duckdb, database: local.db}\nmodel_defaults: {dialect: duckdb}\n"
A = "MODEL (name shop.a, kind FULL);\nSELECT 1 AS i\n"
DAMAGE = {
    "empty": b"",
    "another word": A.replace("MODEL", "MODLE").encode(),
    "a name lost": A.replace("name shop.a, ", "").encode(),
    "a merge that was left": b"<<<<<<< HEAD\n" + A.encode() + b"=======\n>>>>>>> other\n",
    "another encoding": A.encode("utf-16"),
    "binary": b"\0" + A.encode(),
    "too large": A.encode() + b"-- " + b"x" * 1_100_000,
}


def apply(folder: Path, name: str = "prod") -> commands.Outcome:
    project = open_workspace(folder)
    project.stabilise()
    version = workspace_version(project.graph, project.root, project.problems)
    return commands.apply(engine_of(project.config, project.root), version, name, Call(now=NOW))


@pytest.fixture
def built(tmp_path: Path) -> Path:
    (tmp_path / "models").mkdir()
    (tmp_path / "config.yaml").write_text(CONFIG)
    (tmp_path / "models" / "a.sql").write_text(A)
    (tmp_path / "models" / "b.sql").write_text(A.replace("shop.a", "shop.b"))
    apply(tmp_path)
    return tmp_path


def shown(folder: Path) -> list[str]:
    with duckdb.connect(str(folder / "local.db")) as connection:
        return [
            n
            for (n,) in connection.execute(
                "SELECT view_name FROM duckdb_views() WHERE schema_name = 'shop' ORDER BY 1"
            ).fetchall()
        ]


@pytest.mark.parametrize("damage", DAMAGE.values(), ids=DAMAGE)
def test_a_damaged_file_takes_no_view_away(built: Path, damage: bytes) -> None:
    (built / "models" / "a.sql").write_bytes(damage)
    with pytest.raises(
        Refused, match=r"shop\.a: no model can be read from models/a\.sql: .*[Mm]end the file, or delete it"
    ) as problem:
        apply(built)
    assert [refusal.code for refusal in problem.value.refusals if refusal.model == "shop.a"] == ["unread"]
    assert shown(built) == ["a", "b"]


def test_nor_by_way_of_a_new_environment(built: Path) -> None:
    (built / "models" / "a.sql").write_bytes(b"")
    with pytest.raises(Refused, match=r"shop\.a: no model can be read from models/a\.sql: it has no MODEL header"):
        apply(built, "dev")


def test_a_folder_that_cannot_be_read_takes_no_view_away(built: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from lsp_server.project import files

    scandir = files.os.scandir

    def closed(path: str) -> object:
        if str(path).rstrip("/").endswith("models"):
            raise PermissionError(13, "Permission denied")
        return scandir(path)

    monkeypatch.setattr(files.os, "scandir", closed)
    with pytest.raises(Refused, match=r"models/a\.sql: This folder cannot be read: Permission denied"):
        apply(built)
    assert shown(built) == ["a", "b"]


def test_a_model_that_is_deleted_or_renamed_goes(built: Path) -> None:
    (built / "models" / "a.sql").write_text(A.replace("shop.a", "shop.c"))
    (built / "models" / "b.sql").unlink()
    apply(built)
    assert shown(built) == ["c"]


@pytest.mark.parametrize(
    ("broken", "message"),
    [
        (CONFIG.replace("{dialect: duckdb}", "{dialect: ducks}"), r"config\.yaml: .*ducks"),
        (CONFIG + "variables: 5\n", r"config\.yaml: .*variables"),
    ],
)
def test_a_configuration_that_was_not_taken_as_a_whole_builds_nothing(built: Path, broken: str, message: str) -> None:
    """What was left out of it may be what a model means."""
    (built / "config.yaml").write_text(broken)
    with pytest.raises(Refused, match=message):
        apply(built)


def test_a_wrong_setting_of_the_editor_stops_no_build(built: Path) -> None:
    (built / "headwater.toml").write_text("[editor]\ndebounceMs = 'soon'\n")
    assert not apply(built).plan.refusals
