"""What stands beside a model's query: statements and audits that name tables of other models, of their own, or a view."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import duckdb
import pytest

from lsp_server.environments import commands
from lsp_server.environments.commands import Call
from lsp_server.environments.engines.duckdb import DuckDB
from lsp_server.environments.errors import AuditFailed, EnvironmentProblem, Refused
from lsp_server.environments.workspace_versions import workspace_version
from lsp_server.graph.config import Config
from lsp_server.graph.graph import Graph
from lsp_server.plan.versions import WorkspaceVersion
from lsp_server.project.seeds import look

NOW = Call(now=datetime(2024, 1, 5, 10))
LATER = Call(now=datetime(2024, 1, 6, 10))


def version(config: Config | None = None, **models: str) -> WorkspaceVersion:
    """`shop.<name>` by its header's further words and what stands below it, with a `;` between."""
    graph = Graph()
    graph.set_config(config or Config())
    for name, text in models.items():
        header, below = text.split(";", 1)
        if name.startswith("audit_"):
            graph.set_file(f"audits/{name}.sql", f"AUDIT (name {name}{header});\n{below}\n")
        else:
            graph.set_file(f"models/{name}.sql", f"MODEL (name shop.{name}, {header});\n{below}\n")
    graph.stabilise()
    return workspace_version(graph, Path("/"))


@pytest.fixture
def engine(tmp_path: Path) -> DuckDB:
    return DuckDB(tmp_path / "base.duckdb")


def rows(engine: DuckDB, query: str) -> list[tuple[object, ...]]:
    with duckdb.connect(str(engine.path)) as connection:
        return connection.execute(query).fetchall()


def problems(found: WorkspaceVersion, name: str) -> str:
    return "; ".join(found.models[f"shop.{name}"].problems)


# ---- statements


def test_a_model_over_a_view_may_have_any_statement(engine: DuckDB) -> None:
    found = version(
        v="kind VIEW; SELECT 1 AS i",
        a="kind FULL; CREATE TEMP TABLE seen AS SELECT i FROM shop.v; SET threads = 2; SELECT i, (SELECT COUNT(*) FROM seen) AS n FROM shop.v; "
        "CREATE INDEX by_i ON @this_model (i); INSERT INTO @this_model SELECT i + 1, 0 FROM shop.v",
    )
    commands.apply(engine, found, "prod", NOW)
    assert rows(engine, "SELECT i, n FROM shop.a ORDER BY i") == [(1, 1), (2, 0)]


def test_a_model_s_own_name_in_a_statement_is_its_own_table(engine: DuckDB) -> None:
    text = "kind FULL; SELECT {} AS i; INSERT INTO shop.a SELECT i + 1 FROM shop.a; ALTER TABLE shop.a ADD COLUMN j INT"
    commands.apply(engine, version(a=text.format(1)), "prod", NOW)
    commands.apply(engine, version(a=text.format(10)), "dev", NOW)
    assert rows(engine, "SELECT i FROM shop.a ORDER BY i") == [(1,), (2,)]
    assert rows(engine, "SELECT i FROM shop__dev.a ORDER BY i") == [(10,), (11,)]


def test_a_statement_names_only_what_the_model_depends_on() -> None:
    text = "kind FULL{}; CREATE TEMP TABLE t AS SELECT i FROM shop.b; SELECT i FROM t"
    undeclared = version(a=text.format(""), b="kind FULL; SELECT 1 AS i")
    assert "names shop.b, which its query does not: write depends_on (shop.b)" in problems(undeclared, "a")
    assert not problems(version(a=text.format(", depends_on (shop.b)"), b="kind FULL; SELECT 1 AS i"), "a")


def test_what_depends_on_names_decides_the_data(engine: DuckDB) -> None:
    def of(value: int) -> WorkspaceVersion:
        return version(
            a="kind FULL, depends_on (shop.b); CREATE TEMP TABLE t AS SELECT i FROM shop.b; SELECT i FROM t",
            b=f"kind FULL; SELECT {value} AS i",
            c="kind FULL; SELECT i FROM shop.a",
        )

    commands.apply(engine, of(1), "prod", NOW)
    commands.apply(engine, of(2), "dev", NOW)
    assert rows(engine, "SELECT i FROM shop.c UNION ALL SELECT i FROM shop__dev.c ORDER BY ALL") == [(1,), (2,)]


@pytest.mark.parametrize("kind", ["FULL", "VIEW", "INCREMENTAL_BY_TIME_RANGE (time_column d)"])
def test_a_model_that_reads_itself_is_refused(engine: DuckDB, kind: str) -> None:
    """Its own name is that of `prod`'s view: another environment would take in `prod`'s rows."""
    found = version(a=f"kind {kind}; SELECT DATE '2024-01-01' AS d, 1 + (SELECT COUNT(*) FROM shop.a) AS n")
    with pytest.raises(Refused, match="reads itself"):
        commands.apply(engine, found, "prod", NOW)


# ---- audits


def test_an_audit_reads_the_tables_of_its_environment(engine: DuckDB) -> None:
    """The model does not read the parent, so it may be built later: the audit waits for it, and never looks at `prod`."""

    def of(parents: int) -> WorkspaceVersion:
        audits = "relationships(column := i, to := shop.parents, field := i), audit_all"
        return version(
            children=f"kind FULL, audits ({audits}); SELECT 2 AS i",
            parents=f"kind FULL; SELECT i FROM range({parents}) AS r(i)",
            audit_all="; SELECT * FROM shop.children WHERE i NOT IN (SELECT i FROM shop.parents)",
        )

    commands.apply(engine, of(3), "prod", NOW)
    with pytest.raises(AuditFailed, match=r"audit relationships of shop\.children found 1 row"):
        commands.apply(engine, of(2), "dev", NOW)
    commands.apply(engine, of(4), "dev", NOW)
    with pytest.raises(AuditFailed, match="relationships"):
        commands.apply(engine, of(2), "prod", LATER)


def test_an_audit_may_read_what_is_built_from_its_model(engine: DuckDB) -> None:
    def of(factor: int) -> WorkspaceVersion:
        return version(
            a="kind FULL, audits (audit_sum); SELECT i FROM range(4) AS r(i)",
            b=f"kind FULL; SELECT SUM(i) * {factor} AS total FROM shop.a",
            audit_sum="; SELECT total FROM shop.b WHERE total <> (SELECT SUM(i) FROM @this_model)",
        )

    commands.apply(engine, of(1), "prod", NOW)
    with pytest.raises(AuditFailed, match=r"audit audit_sum of shop\.a found 1 row"):
        commands.apply(engine, of(2), "prod", LATER)
    assert rows(engine, "SELECT total FROM shop.b") == [(6,)]


def test_an_audit_may_call_its_model_by_name(engine: DuckDB) -> None:
    for kind in ("FULL", "VIEW"):
        text = f"kind {kind}, audits (audit_small); SELECT {{}} AS i"
        audit = "; SELECT * FROM shop.a WHERE i > 5"
        commands.apply(engine, version(a=text.format(1), audit_small=audit), "prod", NOW)
        with pytest.raises(AuditFailed, match="audit_small"):
            commands.apply(engine, version(a=text.format(10), audit_small=audit), "dev", NOW)


def test_an_audit_that_is_to_be_skipped_is(engine: DuckDB) -> None:
    found = version(
        a="kind FULL, audits (audit_none); SELECT 1 AS i",
        audit_none=", skip true; SELECT * FROM @this_model",
        audit_alone=", standalone true, skip true; SELECT 1 AS i",
    )
    commands.apply(engine, found, "prod", NOW)


def test_a_standalone_audit_of_tables_that_nobody_records_runs_each_time(engine: DuckDB) -> None:
    with duckdb.connect(str(engine.path)) as connection:
        connection.execute("CREATE SCHEMA raw; CREATE TABLE raw.t AS SELECT 1 AS i")
    found = version(a="kind FULL; SELECT i FROM raw.t", audit_raw=", standalone true; SELECT i FROM raw.t WHERE i > 1")
    commands.apply(engine, found, "prod", NOW)
    rows(engine, "INSERT INTO raw.t VALUES (2)")
    with pytest.raises(AuditFailed, match="audit_raw"):
        commands.apply(engine, found, "prod", NOW)


def test_a_statement_does_not_end_the_transaction() -> None:
    for word in ("COMMIT", "ROLLBACK", "BEGIN TRANSACTION"):
        assert "would end the transaction" in problems(version(a=f"kind FULL; {word}; SELECT 1 AS i"), "a")


def test_a_seed_that_is_no_longer_what_was_planned(engine: DuckDB, tmp_path: Path) -> None:
    """Under the old content's fingerprint its table would be taken for the old content."""
    (tmp_path / "plans.csv").write_text("id\n1\n")
    data = (tmp_path / "plans.csv").read_bytes()
    graph = Graph()
    graph.set_config(Config())
    graph.set_file("models/plans.sql", "MODEL (name shop.plans, kind SEED (path '../plans.csv'))")
    graph.set_seed("plans.csv", look(data))
    graph.stabilise()
    planned = workspace_version(graph, tmp_path)
    (tmp_path / "plans.csv").write_text("id\n2\n")
    with pytest.raises(EnvironmentProblem, match=r"shop\.plans: plans\.csv was changed since this was planned"):
        commands.apply(engine, planned, "prod", NOW)
    (tmp_path / "plans.csv").write_bytes(data)
    commands.apply(engine, planned, "prod", NOW)
    assert rows(engine, "SELECT id FROM shop.plans") == [(1,)]
