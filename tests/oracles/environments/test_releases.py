"""A new release that computes fingerprints anew: what an older one stored is never compared, and the reason says so."""

from __future__ import annotations

from pathlib import Path

import pytest

from lsp_server.analysis import fingerprints, hashing, impact, meanings
from lsp_server.environments import commands
from lsp_server.environments.baselines import baseline_of
from lsp_server.environments.commands import Call
from lsp_server.environments.site import engine_of
from lsp_server.environments.workspace_versions import workspace_version
from lsp_server.plan.steps import Plan
from lsp_server.project.present import present
from lsp_server.project.workspace import Project, open_workspace
from tests.oracles.environments.bench import NOW

FILES = {
    "config.yaml": "gateways:\n  local:\n    connection: {type: duckdb, database: local.db}\nmodel_defaults: {dialect: duckdb}\n",
    "models/a.sql": "MODEL (name shop.a, kind FULL);\nSELECT range AS i FROM range(10)\n",
    "models/b.sql": "MODEL (name shop.b, kind FULL);\nSELECT SUM(i) AS total FROM shop.a\n",
    "models/v.sql": "MODEL (name shop.v, kind VIEW);\nSELECT i FROM shop.a\n",
}


class _Newer(fingerprints.Meaning, frozen=True):
    """Meanings as the release after this one makes them."""

    version: int = hashing.FINGERPRINT_VERSION + 1


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for path, text in FILES.items():
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).write_text(text, encoding="utf-8")
    return tmp_path


def opened(folder: Path) -> Project:
    project = open_workspace(folder)
    project.stabilise()
    return project


def apply(folder: Path, **call: object) -> Plan:
    project = opened(folder)
    engine = engine_of(project.config, project.root)
    version = workspace_version(project.graph, project.root)
    return commands.apply(engine, version, "prod", Call(now=NOW, **call)).plan  # type: ignore[arg-type]


def next_release(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same program, but for the version of its fingerprints."""
    for module in (hashing, fingerprints, meanings):
        monkeypatch.setattr(module, "FINGERPRINT_VERSION", hashing.FINGERPRINT_VERSION + (module is hashing))
    monkeypatch.setattr(fingerprints, "Meaning", _Newer)


def test_a_new_release_builds_anew_and_says_why(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert {step.action for step in apply(folder).steps} == {"build", "view"}
    assert not apply(folder).changes
    next_release(monkeypatch)
    planned = apply(folder, dry_run=True)
    built = {step.model: step.reason for step in planned.steps if step.action == "build"}
    assert built.keys() == {"shop.a", "shop.b"}
    assert all("another release of Headwater, whose fingerprints cannot be compared" in why for why in built.values())
    assert planned.readers == ()
    assert {step.action for step in apply(folder).steps} >= {"build"} and not apply(folder).changes


def test_a_verdict_against_an_older_release_s_environment_comes_from_its_texts(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    apply(folder)
    next_release(monkeypatch)
    assert categories(folder) == {"shop.a": "none", "shop.b": "none", "shop.v": "none"}
    (folder / "models/b.sql").write_text(
        "MODEL (name shop.b, kind FULL);\nSELECT MAX(i) AS total FROM shop.a\n", "utf-8"
    )
    assert categories(folder) == {"shop.a": "none", "shop.b": "breaking", "shop.v": "none"}


def categories(folder: Path) -> dict[str, str]:
    """What impact says of the files against prod; it lists all models, since all tables are built anew."""
    project = opened(folder)
    found = impact.impact(project.graph, baseline_of(present(project), "env:prod"))
    return {name: model.category for name, model in found.models.items()}
