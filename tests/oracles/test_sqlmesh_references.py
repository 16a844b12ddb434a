"""SQLMesh's own example projects, opened as a person opens them: what SQLMesh resolves, resolves here.

SQLMesh itself, in its own virtual environment, says which models there are and what each reads; then the same folders are
opened by `open_workspace`, with SQLMesh nowhere in sight.
"""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from lsp_server.analysis import checks
from lsp_server.project.workspace import Project, open_workspace
from tests.inputs import SQLMESH_WITH_SERVER, peer, sqlmesh_examples

ASK = """
import json, sys, types, warnings
warnings.filterwarnings("ignore")
from unittest.mock import MagicMock
# Some examples import libraries that only their functions use; nothing is run here.
for name in ("faker", "numpy", "google", "google.cloud"):
    try:
        __import__(name)
    except ImportError:
        sys.modules[name] = MagicMock()
import custom_materializations.full, custom_materializations.custom_kind  # a package of the examples that sushi needs
from sqlmesh import Context
from sqlmesh.core.config import Config, DuckDBConnectionConfig, GatewayConfig, ModelDefaultsConfig
duckdb = GatewayConfig(connection=DuckDBConnectionConfig())
config = Config(gateways={"duckdb": duckdb}, default_gateway="duckdb", model_defaults=ModelDefaultsConfig(dialect="duckdb"))
context = Context(paths=sys.argv[1:], config=config)
found = {}
for model in context.models.values():
    named = lambda name: ".".join(part for part in name.replace('"', "").split(".")[-2:])
    found[named(model.fqn)] = sorted(named(name) for name in model.depends_on)
print("ANSWER" + json.dumps(found))
"""
PROJECTS = {"sushi": ["."], "wursthall": ["."], "multi": ["repo_1", "repo_2"]}


@pytest.fixture(params=PROJECTS, scope="module")
def example(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, dict[str, list[str]]]:
    """A copy of an example, and what SQLMesh says of it."""
    tmp_path = tmp_path_factory.mktemp("examples")
    folder = tmp_path / "examples" / request.param
    shutil.copytree(sqlmesh_examples() / request.param, folder)
    (tmp_path / "examples" / "__init__.py").touch()
    python = peer("sqlmesh", SQLMESH_WITH_SERVER) / "python"
    command = [str(python), "-c", ASK, *PROJECTS[request.param]]
    environment = {
        "PYTHONPATH": f"{tmp_path}:{sqlmesh_examples() / 'custom_materializations'}",
        "PATH": "/usr/bin:/bin",
        "HOME": str(tmp_path),
    }
    done = subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, timeout=300, check=False
    )
    answer = next((line for line in done.stdout.splitlines() if line.startswith("ANSWER")), None)
    assert answer is not None, done.stderr[-3000:]
    return folder, json.loads(answer.removeprefix("ANSWER"))


def opened(folder: Path) -> Project:
    project = open_workspace(folder)
    checks.install(project.graph)
    project.stabilise()
    return project


def test_every_model_and_every_reference_is_found(example: tuple[Path, dict[str, list[str]]]) -> None:
    folder, expected = example
    graph = opened(folder).graph
    found = {name: set(graph.upstreams(name)) for name in graph.models()}
    assert expected.keys() <= found.keys()
    missing = {name: set(upstreams) - found[name] for name, upstreams in expected.items()}
    assert {name: names for name, names in missing.items() if names} == {}
    unknown = {up for name in expected for up in found[name] if graph.interface(up) is None}
    assert unknown == set()


def test_no_false_error(example: tuple[Path, dict[str, list[str]]]) -> None:
    folder, _ = example
    project = opened(folder)
    found = [p for path in project.graph.paths() for p in checks.check(project.graph, path)]
    assert [problem for problem in found if problem.severity in ("error", "warning")] == []


def test_columns_of_a_python_model_and_of_a_star_over_it(example: tuple[Path, dict[str, list[str]]]) -> None:
    folder, expected = example
    graph = opened(folder).graph
    described = {name for name in expected if (known := graph.interface(name)) is not None and known.columns}
    # A Python model that builds its SQL, and two whose columns only SQLMesh's own run would tell.
    assert len(expected.keys() - described) <= 2
