"""Queries that name the database's own catalog, and a file whose name is also a schema's."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import duckdb

from lsp_server.environments import commands
from lsp_server.environments.commands import Call
from lsp_server.environments.engines.duckdb import DuckDB
from lsp_server.environments.workspace_versions import workspace_version
from lsp_server.graph.config import Config
from lsp_server.graph.graph import Graph
from lsp_server.plan.versions import WorkspaceVersion
from lsp_server.semantics.facts import Column, Interface

NOW = Call(now=datetime(2024, 1, 5))


def version(catalog: str, **queries: str) -> WorkspaceVersion:
    graph = Graph()
    graph.set_config(Config(default_catalog=catalog))
    graph.set_tables("sources", {"raw.numbers": Interface((Column("i", "INTEGER"),))})
    for name, query in queries.items():
        kind = "VIEW" if name.startswith("v") else "FULL"
        graph.set_file(f"models/{name}.sql", f"MODEL (name {catalog}.mart.{name}, kind {kind}); {query}")
    graph.stabilise()
    return workspace_version(graph, Path("/"))


def test_a_query_may_name_the_catalog(tmp_path: Path) -> None:
    path = tmp_path / "store.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute("CREATE SCHEMA raw; CREATE TABLE raw.numbers AS SELECT 7 AS i")
    found = version(
        "store",
        a="SELECT i FROM store.raw.numbers",
        va="SELECT store.mart.a.i FROM store.mart.a",
        vb="SELECT i FROM store.raw.numbers",
        b="SELECT i FROM mart.va",
    )
    engine = DuckDB(path)
    commands.apply(engine, found, "prod", NOW)
    commands.create(engine, "dev", call=NOW)
    with duckdb.connect(str(path)) as connection:
        for schema in ("mart", "mart__dev"):
            for view in ("a", "va", "vb", "b"):
                assert connection.execute(f"SELECT i FROM {schema}.{view}").fetchall() == [(7,)]


def test_a_file_may_be_called_like_a_schema(tmp_path: Path) -> None:
    path = tmp_path / "mart.duckdb"
    engine = DuckDB(path)
    commands.apply(engine, version("mart", a="SELECT 7 AS i", b="SELECT i FROM mart.a"), "prod", NOW)
    with duckdb.connect() as connection:
        connection.execute(f"ATTACH '{path}' AS other")
        assert connection.execute("SELECT i FROM other.mart.b").fetchall() == [(7,)]


def test_settings_that_nothing_carries_out_are_refused_by_name() -> None:
    graph = Graph()
    graph.set_config(Config())
    header = "name a.b, kind INCREMENTAL_BY_TIME_RANGE (time_column d, on_additive_change error, auto_restatement_cron '@daily'), signals (ready())"
    graph.set_file("models/b.sql", f"MODEL ({header}); SELECT DATE '2024-01-01' AS d")
    graph.stabilise()
    kind = workspace_version(graph, Path("/")).models["a.b"].kind
    assert kind.unsupported == ("auto_restatement_cron", "on_additive_change", "signals")
