"""The four steps on the demo workspace, watched with DuckDB itself.

Creating and promoting make no table and read no row of a model; building makes exactly the tables of the models that the edit
touches; `prod` shows the new result after the promotion, and the old one after the rollback.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import duckdb
import pytest

from lsp_server.environments import commands
from lsp_server.environments.commands import Call
from lsp_server.environments.engines.base import Row
from lsp_server.environments.engines.duckdb import DuckSession
from lsp_server.environments.site import engine_of
from lsp_server.environments.workspace_versions import workspace_version
from lsp_server.plan.steps import Plan
from lsp_server.plan.versions import WorkspaceVersion
from lsp_server.project.workspace import Project, open_workspace

DEMO = Path(__file__).parents[3] / "demo_workspace"
NOW = datetime(2026, 6, 15, 10)
RIDES = "models/staging/rides.sql"


class Walk:
    """A copy of the demo workspace and its database."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        shutil.copytree(DEMO, folder)
        self.folder = folder
        self.project: Project = open_workspace(folder)
        self.engine = engine_of(self.project.config, self.project.root)
        self.statements: list[str] = []
        run = DuckSession.run

        def recorded(session: DuckSession, sql: str, params: Sequence[object] = ()) -> list[Row]:
            self.statements.append(sql)
            return run(session, sql, params)

        monkeypatch.setattr(DuckSession, "run", recorded)

    def version(self) -> WorkspaceVersion:
        self.project.refresh([RIDES])
        self.project.stabilise()
        return workspace_version(self.project.graph, self.project.root)

    def apply(self, name: str) -> Plan:
        return commands.apply(self.engine, self.version(), name, Call(now=NOW)).plan

    def edit(self, old: str, new: str) -> None:
        path = self.folder / RIDES
        text = path.read_text()
        assert old in text
        path.write_text(text.replace(old, new, 1))

    def sql(self, query: str) -> list[tuple[object, ...]]:
        database = next(self.folder.glob("*.duckdb"))
        with duckdb.connect(str(database), read_only=True) as connection:
            return connection.execute(query).fetchall()

    def tables(self) -> set[str]:
        return {
            str(r[0]) for r in self.sql("SELECT table_name FROM duckdb_tables() WHERE schema_name LIKE 'headwater__%'")
        }

    def reads_of_data(self) -> list[str]:
        """Statements since the last call that are more than views over, or descriptions of, the physical tables."""
        seen, self.statements = self.statements, []
        harmless = re.compile(r"(CREATE OR REPLACE VIEW|DESCRIBE|DROP VIEW) ")
        touching = [s for s in seen if "headwater__" in s and not harmless.match(s)]
        return touching + [s for s in seen if re.match(r"CREATE (OR REPLACE )?TABLE (?!STATE)", s)]


@pytest.fixture
def walk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Walk:
    return Walk(tmp_path / "demo", monkeypatch)


def test_the_four_steps(walk: Walk) -> None:
    walk.apply("prod")
    built = walk.tables()
    rides = walk.sql("SELECT COUNT(*) FROM staging.rides")
    revenue = walk.sql("SELECT SUM(gross_cents) FROM marts.daily_revenue")
    walk.reads_of_data()

    commands.create(walk.engine, "dev", call=Call(now=NOW))
    assert walk.reads_of_data() == [] and walk.tables() == built
    assert walk.sql("SELECT SUM(gross_cents) FROM marts__dev.daily_revenue") == revenue

    before = walk.version()
    walk.edit("  ride_id,\n  bike_id", "  'x' AS added_by_the_test,\n  ride_id,\n  bike_id")
    added = walk.apply("dev")
    assert {step.model for step in added.writing} == touched(before, walk.version()) == {"staging.rides"}
    walk.edit("INTERVAL 60 SECONDS", "INTERVAL 600 SECONDS")
    plan = walk.apply("dev")
    writing = {step.model for step in plan.writing}
    assert writing == touched_since(added, plan) and "staging.rides" in writing and "raw.rides" not in writing
    new = walk.tables() - built
    assert {model.replace(".", "__") for model in writing} == {name.rsplit("__", 1)[0] for name in new}
    assert walk.sql("SELECT SUM(gross_cents) FROM marts.daily_revenue") == revenue
    tables = walk.tables()
    walk.reads_of_data()

    commands.promote(walk.engine, "dev", call=Call(now=NOW))
    assert walk.reads_of_data() == [] and walk.tables() == tables
    assert walk.sql("SELECT COUNT(*) FROM staging.rides") < rides
    assert walk.sql("SELECT SUM(gross_cents) FROM marts.daily_revenue") < revenue
    shown = dict(walk.sql("SELECT view_name, sql FROM duckdb_views() WHERE schema_name = 'staging'"))
    assert any(name in str(shown["rides"]) for name in new)

    commands.rollback(walk.engine, "prod", call=Call(now=NOW))
    assert walk.reads_of_data() == [] and walk.tables() == tables
    assert walk.sql("SELECT COUNT(*) FROM staging.rides") == rides
    assert walk.sql("SELECT SUM(gross_cents) FROM marts.daily_revenue") == revenue


def touched(before: WorkspaceVersion, after: WorkspaceVersion) -> set[str]:
    """Models that hold a table whose data differs."""
    return {
        name
        for name, model in after.models.items()
        if model.holds_data and before.models[name].fingerprint != model.fingerprint
    }


def touched_since(first: Plan, second: Plan) -> set[str]:
    old = {m.name: m for m in first.versions.values()}
    return {m.name for m in second.versions.values() if m.holds_data and m.fingerprint != old[m.name].fingerprint}
