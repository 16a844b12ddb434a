"""Texts that do not parse promise nothing; a session that had a good text keeps its verdict meanwhile."""

from __future__ import annotations

import pytest

from lsp_server.analysis.impact import baseline, impact
from tests.unit.ide.workspace import graph_of

PATH = "models/m.sql"


def model(query: str, dialect: str = "duckdb") -> dict[str, str]:
    return {PATH: f"MODEL (name s.m, kind FULL, dialect {dialect});\n{query}\n"}


def verdict(before: str, after: str, dialect: str = "duckdb") -> str:
    found = impact(graph_of(model(after, dialect)), baseline(graph_of(model(before, dialect)), "saved")).models.get(
        "s.m"
    )
    return found.category if found is not None else "untouched"


@pytest.mark.parametrize(
    "after",
    [
        "SELECT a FROM s.t WHERE a > 1 )) garbage",
        "SELECT a FROM s.t WHERE a >",
        "SELECT a, FROM s.t JOIN",
        "SELECT a FROM s.t AS OF TIMESTAMP '2024'",
        "SELECT a FROM s.t WHERE b = 'open",
    ],
)
def test_a_damaged_text_is_breaking_when_it_is_all_there_is(after: str) -> None:
    assert verdict("SELECT a FROM s.t", after) == "breaking"


def test_a_session_keeps_the_verdict_of_the_last_good_text() -> None:
    graph = graph_of(model("SELECT a FROM s.t"))
    was = baseline(graph, "saved")
    graph.set_file(PATH, model("SELECT a, b FROM s.t")[PATH])
    graph.stabilise()
    assert impact(graph, was).models["s.m"].category == "non_breaking"
    graph.set_file(PATH, model("SELECT a, b FROM s.t WHERE (")[PATH])
    graph.stabilise()
    assert impact(graph, was).models["s.m"].category == "non_breaking"


@pytest.mark.parametrize("share", ["0.5", "0.9"])
def test_the_order_of_an_ordered_set_counts(share: str) -> None:
    before = f"SELECT percentile_cont({share}) WITHIN GROUP (ORDER BY a) AS r FROM s.t"
    assert verdict(before, before.replace("ORDER BY a", "ORDER BY a DESC")) == "breaking"


def test_an_order_that_a_sum_does_not_read_does_not_count() -> None:
    assert verdict("SELECT SUM(a ORDER BY b) AS r FROM s.t", "SELECT SUM(a) AS r FROM s.t") in ("none", "untouched")


def test_a_length_that_truncates_counts_where_it_does() -> None:
    before, after = "SELECT CAST(n AS VARCHAR(3)) AS r FROM s.t", "SELECT CAST(n AS VARCHAR(2)) AS r FROM s.t"
    assert verdict(before, after, "duckdb") == "none"
    assert verdict(before, after, "postgres") == "breaking"


def test_a_reader_that_the_engine_refuses_is_breaking() -> None:
    base = {"models/dim.sql": "MODEL (name s.dim, kind FULL);\nSELECT * FROM (VALUES (1, 'x')) AS t(did, label)\n"}
    files = {**base, PATH: "MODEL (name s.m);\nSELECT did, label FROM s.dim EXCEPT SELECT * FROM s.dim\n"}
    after = {**files, "models/dim.sql": base["models/dim.sql"].replace("SELECT *", "SELECT *, 5 AS extra")}
    found = impact(graph_of(after), baseline(graph_of(files), "saved")).models
    assert found["s.dim"].category == "non_breaking"
    assert found["s.m"].category == "breaking"
