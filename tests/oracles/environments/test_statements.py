"""Statements before and after a model's query, with two versions of the model side by side."""

from __future__ import annotations

from pathlib import Path

import pytest

from lsp_server.environments import commands
from lsp_server.environments.commands import Call
from lsp_server.environments.errors import EnvironmentProblem
from tests.oracles.environments.bench import NOW, Bench
from tests.versions import model, workspace

THIS = "__hw_var('this_model')"


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path)


def indexed(bench: Bench) -> list[tuple[object, ...]]:
    """How many indexes each physical table has, and whether they are unique."""
    return bench.sql(
        "SELECT table_name[:7], list(is_unique) FROM duckdb_indexes() GROUP BY table_name ORDER BY table_name"
    )


@pytest.mark.parametrize(
    "statement",
    [
        f"CREATE INDEX by_i ON {THIS} (i)",
        "CREATE INDEX by_i ON shop.a (i)",
        f"CREATE UNIQUE INDEX IF NOT EXISTS by_i ON {THIS} (i)",
        f'create index "By i" on {THIS} using art (i, (i + 1))',
    ],
)
def test_two_versions_of_a_model_each_have_their_index(bench: Bench, statement: str) -> None:
    for name, limit in (("prod", 5), ("dev", 6)):
        bench.apply(
            workspace(model("shop.a", f"SELECT range AS i FROM range({limit})", columns="i", post=(statement,))), name
        )
    unique = "UNIQUE" in statement
    assert indexed(bench) == [("shop__a", [unique]), ("shop__a", [unique])]


def test_an_index_is_dropped_by_the_name_that_the_model_gave_it(bench: Bench) -> None:
    """A full table that is computed anew makes its index anew; nothing else of that name is touched."""
    bench.sql("CREATE TABLE raw.others AS SELECT 1 AS i; CREATE INDEX by_i ON raw.others (i)")
    statements = ("DROP INDEX IF EXISTS by_i",), (f"CREATE INDEX by_i ON {THIS} (i)",)
    a = model("shop.a", "SELECT i FROM raw.numbers", columns="i", pre=statements[0], post=statements[1], cron="@daily")
    bench.apply(workspace(a))
    commands.run(bench.engine, "prod", Call(now=NOW.replace(day=7)))
    assert indexed(bench) == [("others", [False]), ("shop__a", [False])]


def test_an_index_of_somebody_else_s_table_keeps_its_name(bench: Bench) -> None:
    a = model("shop.a", "SELECT 1 AS i", columns="i", post=("CREATE INDEX IF NOT EXISTS by_i ON raw.numbers (i)",))
    bench.apply(workspace(a))
    assert bench.sql("SELECT index_name FROM duckdb_indexes()") == [("by_i",)]


def test_a_statement_that_fails_leaves_the_environment_as_it_was(bench: Bench) -> None:
    twice = model(
        "shop.a", "SELECT 1 AS i UNION ALL SELECT 1", columns="i", post=(f"CREATE UNIQUE INDEX one ON {THIS} (i)",)
    )
    with pytest.raises(EnvironmentProblem, match=r"shop\.a: .*duplicate"):
        bench.apply(workspace(twice))
    assert not bench.tables() and commands.list_environments(bench.engine) == []
