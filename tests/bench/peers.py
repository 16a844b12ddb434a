"""The peers on the same workspace, in virtual environments of their own (beside compiled sqlglot SQLMesh does not import).

SQLMesh's server publishes nothing while typing, so what is timed is start to first diagnostics and save to diagnostics.
dbt has no server: `dbt parse`, cold and after one edit (it knows no columns).  Both with their telemetry off.
"""

from __future__ import annotations

import os
import re
import statistics
import subprocess
import time
from pathlib import Path

from lsp_server.cli.demo.client import Client
from tests.bench.generate import PROBE
from tests.inputs import SQLMESH_WITH_SERVER, peer

QUIET = {"SQLMESH__DISABLE_ANONYMIZED_ANALYTICS": "1", "DO_NOT_TRACK": "1", "DBT_SEND_ANONYMOUS_USAGE_STATS": "false"}
DBT_PROJECT = (
    "name: bench\nversion: '1.0'\nprofile: bench\nmodel-paths: [models]\nflags:\n  send_anonymous_usage_stats: false\n"
)
DBT_PROFILE = "bench:\n  target: dev\n  outputs:\n    dev:\n      type: duckdb\n      path: bench.duckdb\n"


def sqlmesh(workspace: Path, saves: int = 3) -> dict[str, float]:
    """Seconds: `first_diagnostics` after start, `save` (median)."""
    executable = peer("sqlmesh", SQLMESH_WITH_SERVER) / "sqlmesh_lsp"
    uri = (workspace / "models/probe/typed.sql").as_uri()
    os.environ.update(QUIET)
    start = time.perf_counter()
    with Client([str(executable)], workspace.parent / "sqlmesh.log") as client:
        client.initialize(workspace)
        document = {"uri": uri, "languageId": "sql", "version": 1, "text": PROBE}
        client.notify("textDocument/didOpen", {"textDocument": document})
        arrived, _ = client.wait_for("textDocument/publishDiagnostics", lambda _: True, timeout=300)
        first, seconds = arrived - start, []
        for _ in range(saves):
            start = time.perf_counter()
            client.notify("textDocument/didSave", {"textDocument": {"uri": uri}})
            arrived, _ = client.wait_for("textDocument/publishDiagnostics", lambda _: True, timeout=300)
            seconds.append(arrived - start)
    return {"first_diagnostics": first, "save": statistics.median(seconds)}


def dbt(workspace: Path) -> dict[str, float]:
    """Seconds of `dbt parse`: `cold`, and `edit` after a comment was added to one model."""
    executable = peer("dbt", "dbt-core==1.10.*", "dbt-duckdb==1.*") / "dbt"
    project = workspace.parent / f"{workspace.name}-dbt"
    _as_dbt(workspace, project)

    def parse() -> float:
        start = time.perf_counter()
        command = [str(executable), "--quiet", "parse", "--profiles-dir", "."]
        subprocess.run(command, cwd=project, check=True, env={**os.environ, **QUIET}, capture_output=True)
        return time.perf_counter() - start

    cold = parse()
    probe = project / "models/probe__typed.sql"
    probe.write_text(probe.read_text() + "-- an edit\n")
    return {"cold": cold, "edit": parse()}


def _as_dbt(workspace: Path, project: Path) -> None:
    """The same queries as a dbt project: `{{ ref() }}` for models, plain names for sources."""
    (project / "models").mkdir(parents=True, exist_ok=True)
    (project / "dbt_project.yml").write_text(DBT_PROJECT)
    (project / "profiles.yml").write_text(DBT_PROFILE)
    for path in (workspace / "models").rglob("*.sql"):
        name = f"{path.parent.name}__{path.stem}"
        query = path.read_text().split(");\n", 1)[1]
        query = re.sub(
            r"\bFROM ((?:layer_\d+|hub)\.\w+)", lambda m: f"FROM {{{{ ref('{m[1].replace('.', '__')}') }}}}", query
        )
        (project / "models" / f"{name}.sql").write_text(query)
