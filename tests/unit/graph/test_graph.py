"""What an edit costs and what it leaves alone, told by the list of executed queries."""

from __future__ import annotations

import gc
from collections.abc import Callable

import pytest
from sqlglot import exp

from lsp_server.graph import queries
from lsp_server.graph.config import Config
from lsp_server.graph.engine import Engine, query
from lsp_server.graph.graph import Graph
from lsp_server.graph.model import Declared, KindSpec, Model, SeedFile
from lsp_server.semantics.facts import Bound, Column, Interface
from lsp_server.syntax.query import ParsedQuery
from lsp_server.text.problems import Problem
from lsp_server.text.spans import Span

RAW = "MODEL (name shop.raw); SELECT 1 AS id, 2.5 AS price, 'x' AS note"
MID = "MODEL (name shop.mid); SELECT id, price * 2 AS total FROM shop.raw"
END = "MODEL (name shop.fin); SELECT SUM(total) AS total FROM shop.mid"


def graph_of(**texts: str) -> Graph:
    graph = Graph()
    graph.set_config(Config(dialect="duckdb"))
    for name, text in texts.items():
        graph.set_file(f"models/{name}.sql", text)
    graph.stabilise()
    return graph


def shop() -> Graph:
    return graph_of(raw=RAW, mid=MID, end=END)


def shop_with(**texts: str) -> Graph:
    return graph_of(**{"raw": RAW, "mid": MID, "end": END, **texts})


def edit(graph: Graph, name: str, text: str | None) -> list[tuple[str, str]]:
    graph.set_file(f"models/{name}.sql", text)
    graph.stabilise()
    return list(graph.engine.executed)


def columns(graph: Graph, name: str) -> dict[str, str]:
    known = graph.interface(name)
    return {column.name: column.type for column in known.columns} if known is not None else {}


def messages(graph: Graph, name: str) -> list[str]:
    return [problem.code for problem in graph.problems(f"models/{name}.sql")]


def test_interfaces_flow_through_models() -> None:
    graph = shop()
    assert columns(graph, "shop.raw") == {"id": "INTEGER", "price": "DECIMAL(2,1)", "note": "VARCHAR"}
    assert list(columns(graph, "shop.mid")) == ["id", "total"]
    assert graph.upstreams("shop.fin") == ("shop.mid",)
    assert graph.readers("shop.raw") == ("shop.mid",)


def test_a_comment_runs_one_file_and_no_reader() -> None:
    graph = shop()
    ran = edit(graph, "raw", RAW.replace("SELECT", "/* a note */ SELECT"))
    assert {key for _, key in ran} == {"models/raw.sql", "shop.raw"}
    assert "interface" not in {query for query, _ in ran}


def test_a_text_that_was_never_whole_follows_what_it_reads() -> None:
    """There is no last good version of it that could count instead."""
    damaged = "MODEL (name shop.mid); SELECT id, price FROM shop.raw WHERE ("
    graph = shop_with(mid=damaged)
    edit(graph, "raw", RAW.replace("2.5 AS price", "'none' AS price"))
    fresh = shop_with(mid=damaged, raw=RAW.replace("2.5 AS price", "'none' AS price"))
    assert columns(graph, "shop.mid")["price"] == "VARCHAR"
    assert graph.facts("shop.mid") == fresh.facts("shop.mid")


def test_the_same_text_runs_nothing() -> None:
    graph = shop()
    assert edit(graph, "raw", RAW) == []


def test_a_new_where_stops_at_the_interface() -> None:
    graph = shop()
    ran = edit(graph, "raw", RAW + " WHERE 1 = 2")
    assert "shop.mid" not in {key for _, key in ran}


def test_a_column_s_new_type_runs_its_readers_and_no_further() -> None:
    graph = graph_of(raw=RAW, mid=f"{MID} WHERE note <> ''", end=END)
    ran = edit(graph, "raw", RAW.replace("'x' AS note", "CURRENT_DATE AS note"))
    assert ("bound", "shop.mid") in ran
    assert "shop.fin" not in {key for _, key in ran}, "mid's interface is the same"


def test_a_column_that_no_reader_names_runs_no_reader() -> None:
    graph = shop()
    for text in (RAW.replace("AS note", "AS remark"), RAW.replace("AS note", "AS note, 1 AS more")):
        ran = edit(graph, "raw", text)
        assert [query for query, key in ran if key == "shop.mid"] == ["seen"]


def test_a_new_column_that_no_reader_names_is_in_reach_of_all_the_same() -> None:
    graph = shop()
    edit(graph, "raw", RAW.replace("AS note", "AS note, 1 AS more"))
    bound = graph.bound("shop.mid")
    assert bound is not None
    (source,) = bound.places.scopes[0].sources
    assert [column.name for column in source.interface.columns] == ["id", "price", "note", "more"]


def test_a_star_and_an_error_look_at_all_columns() -> None:
    for sql in ("SELECT * FROM shop.raw", "SELECT raw FROM shop.raw", "SELECT nothing FROM shop.raw"):
        graph = graph_of(raw=RAW, mid=f"MODEL (name shop.mid); {sql}")
        ran = edit(graph, "raw", RAW.replace("AS note", "AS note, 1 AS more"))
        assert ("bound", "shop.mid") in ran, sql


def test_a_broken_reader_is_told_in_its_own_file() -> None:
    graph = shop()
    edit(graph, "raw", RAW.replace("AS price", "AS cost"))
    assert messages(graph, "mid") == ["unknown-column"]
    edit(graph, "raw", RAW)
    assert messages(graph, "mid") == []


def test_a_name_that_goes_and_comes_back_between_two_passes_keeps_its_readers() -> None:
    graph = shop()
    for text in (None, MID):
        graph.set_file("models/mid.sql", text)
        graph.read_names()
    graph.stabilise()
    assert graph.readers("shop.raw") == ("shop.mid",)
    assert graph.upstreams("shop.mid") == ("shop.raw",)


def test_an_edit_that_took_the_name_away_and_was_let_go_leaves_nothing_behind() -> None:
    graph = shop()
    graph.set_edited("models/raw.sql", True)
    for text in ("SELECT 1 AS x", RAW.replace("id", "key")):
        graph.set_file("models/raw.sql", text)
        graph.stabilise()
        graph.set_edited("models/raw.sql", False)
    assert graph.engine.peek(queries.SAVED, "shop.raw") is None


def test_the_saved_interface_is_that_of_the_saved_text_though_nothing_was_computed_since() -> None:
    graph = shop()
    graph.set_file("models/raw.sql", "SELECT 1")
    graph.stabilise()
    graph.set_file("models/raw.sql", RAW)
    graph.set_edited("models/raw.sql", True)
    graph.set_file("models/raw.sql", RAW.replace("price", "cost"))
    graph.stabilise()
    saved = graph.engine.peek(queries.SAVED, "shop.raw")
    assert saved is not None
    assert [column.name for column in saved.columns] == ["id", "price", "note"]


def test_half_typed_sql_leaves_readers_alone() -> None:
    graph = shop()
    ran = edit(graph, "raw", RAW.replace("SELECT 1", "SELECT (1"))
    assert graph.stale("shop.raw")
    assert "shop.mid" not in {key for _, key in ran}
    assert messages(graph, "raw") != []
    assert messages(graph, "mid") == []
    edit(graph, "raw", RAW)
    assert not graph.stale("shop.raw")


def test_a_half_typed_header_keeps_the_name() -> None:
    graph = shop()
    edit(graph, "raw", RAW.replace("name shop.raw)", "name shop.raw, kind ("))
    assert graph.owners("shop.raw") == ("models/raw.sql",)
    assert messages(graph, "mid") == []


def test_a_new_file_and_a_deleted_one() -> None:
    graph = graph_of(mid=MID, end=END)
    assert graph.interface("shop.raw") is None
    edit(graph, "raw", RAW)
    assert columns(graph, "shop.mid")["total"] == "DECIMAL(12,1)"
    edit(graph, "raw", None)
    assert graph.interface("shop.raw") is None
    assert graph.model("shop.raw") is None
    assert graph.paths() == ("models/end.sql", "models/mid.sql")


def test_a_query_that_is_being_bound_gives_way_and_is_bound_later() -> None:
    """It takes longer than anything else, and whoever typed the next letter would wait for it."""
    graph = shop()
    graph.engine.forget(queries.parsed)
    graph.engine.forget(queries.bound)
    graph.set_file("models/raw.sql", RAW.replace("2.5", "'y'"))
    assert graph.stabilise(["models/raw.sql"], rest=False)
    assert not graph.stabilise(cancelled=lambda: ("parsed", "shop.mid") in graph.engine.executed)
    assert ("bound", "shop.mid") not in graph.engine.executed, "it gave way before"
    stops = iter([False])
    assert not graph.stabilise(cancelled=lambda: next(stops, True))
    assert ("bound", "shop.mid") not in graph.engine.executed, "it gave way in the middle, where it asks for a relation"
    assert graph.stabilise()
    assert graph.bound("shop.mid") == shop_with(raw=RAW.replace("2.5", "'y'")).bound("shop.mid")


def test_the_open_file_comes_first_and_the_rest_can_be_cancelled() -> None:
    graph = graph_of(raw=RAW, **{f"r{i}": f"MODEL (name shop.r{i}); SELECT id, price FROM shop.raw" for i in range(20)})
    graph.set_file("models/raw.sql", RAW.replace("AS price", "AS cost"))
    assert graph.stabilise(first=["models/r7.sql"], rest=False)
    keys = {key for _, key in graph.engine.executed}
    assert {"shop.raw", "shop.r7"} <= keys
    assert not {f"shop.r{i}" for i in range(20) if i != 7} & keys
    assert not graph.is_stable()
    assert not graph.stabilise(cancelled=lambda: len(graph.engine.executed) > 10)
    assert graph.stabilise()
    assert all(messages(graph, f"r{i}") == ["unknown-column"] for i in range(20))


def test_two_models_of_one_name() -> None:
    graph = graph_of(a=RAW, b=RAW.replace("1 AS id", "1 AS other"))
    assert graph.owners("shop.raw") == ("models/a.sql", "models/b.sql")
    assert "id" in columns(graph, "shop.raw"), "the first file counts"
    edit(graph, "a", None)
    assert "other" in columns(graph, "shop.raw")


def test_a_circle_is_known_and_opens_again() -> None:
    a, b = "MODEL (name s.a); SELECT x FROM s.b", "MODEL (name s.b); SELECT x FROM s.a"
    graph = graph_of(a=a, b=b)
    assert graph.cycle("s.a") == ("s.a", "s.b")
    assert messages(graph, "a") == []
    edit(graph, "b", "MODEL (name s.b); SELECT 1 AS x")
    assert graph.cycle("s.a") == ()
    assert columns(graph, "s.a") == {"x": "INTEGER"}


def test_a_long_chain_of_models() -> None:
    size = 200  # binding dominates; the engine's own test has two thousand
    texts = {f"m{i}": f"MODEL (name s.m{i}); SELECT x FROM s.m{i + 1}" for i in range(size)}
    graph = graph_of(**texts, **{f"m{size}": f"MODEL (name s.m{size}); SELECT 1 AS x"})
    assert columns(graph, "s.m0") == {"x": "INTEGER"}


def test_blueprints_make_several_models_of_one_file() -> None:
    text = "MODEL (name shop.@{region}_x, blueprints ((region := eu), (region := us))); SELECT id FROM shop.raw"
    graph = graph_of(raw=RAW, x=text)
    assert [model.name for model in graph.models_in("models/x.sql")] == ["shop.eu_x", "shop.us_x"]
    assert graph.readers("shop.raw") == ("shop.eu_x", "shop.us_x")


def test_a_model_that_reads_its_own_table() -> None:
    text = "MODEL (name s.h, kind INCREMENTAL_BY_TIME_RANGE (time_column d)); SELECT 1 AS d FROM s.h"
    graph = graph_of(h=text)
    assert columns(graph, "s.h") == {"d": "INTEGER"}
    assert graph.cycle("s.h") == ()


def test_tables_seeds_and_declared_models_have_interfaces() -> None:
    graph = graph_of(
        seed="MODEL (name s.seed, kind SEED (path '../seeds/a.csv'))", r="MODEL (name s.r); SELECT * FROM ext.t, s.seed"
    )
    graph.set_seed("seeds/a.csv", SeedFile(Interface((Column("a", "BIGINT"),)), "1"))
    graph.set_tables("catalog", {"ext.t": Interface((Column("k", "DATE"),))})
    graph.stabilise()
    assert columns(graph, "s.r") == {"k": "DATE", "a": "BIGINT"}
    declared = Model(
        "ext.t", "external_models.yaml", KindSpec("EXTERNAL"), columns=(Column("z", "DATE"),), external=True
    )
    graph.set_declared("external_models.yaml", Declared((declared,), {"ext.t": Span(8, 13)}))
    graph.stabilise()
    assert columns(graph, "s.r") == {"z": "DATE", "a": "BIGINT"}
    assert graph.name_span("ext.t") == Span(8, 13)


def test_a_text_too_long_is_one_problem_and_nothing_else_stops() -> None:
    graph = graph_of(raw=RAW, big="MODEL (name s.big); SELECT 1 AS x -- " + "x" * 1_100_000)
    assert messages(graph, "big") == ["file-too-large"]
    assert messages(graph, "raw") == []


def test_observed_queries_of_other_layers_follow() -> None:
    @query()
    def count(db: Engine, name: str) -> int:
        known = queries.interface(db, name)
        return len(known.columns) if known is not None else 0

    graph = shop()
    graph.observe(count, per="model")
    graph.stabilise()
    ran = edit(graph, "mid", MID.replace("SELECT id,", "SELECT id, id AS again,"))
    assert [key for of, key in ran if of == "count"] == ["shop.mid"]
    assert graph.engine.peek(count, "shop.mid") == 3


def test_problems_come_once_and_in_order() -> None:
    graph = graph_of(a="MODEL (name s.a); SELECT nope, nada FROM s.b", b="MODEL (name s.b); SELECT 1 AS x")
    found = graph.problems("models/a.sql")
    assert [problem.code for problem in found] == ["unknown-column", "unknown-column"]
    assert all(isinstance(problem, Problem) for problem in found)
    assert found[0].span.start < found[1].span.start


@pytest.mark.parametrize("ctes", ["", "WITH c AS (SELECT u.z FROM s.u AS u), d AS (SELECT c.z FROM c) "])
def test_trees_that_were_replaced_or_forgotten_need_no_collector(ctes: str) -> None:
    """They have circles: left to the collector they pile up where it seldom looks (1.6 GB after ten edits of a root)."""
    graph, path = Graph(), "models/a.sql"

    def edit(number: int) -> None:
        graph.set_file(path, f"MODEL (name s.a); {ctes}SELECT t.x + {number} AS y FROM s.t AS t WHERE t.x > 1")
        graph.stabilise()

    edit(0)
    gc.collect()
    gc.disable()
    gc.set_debug(gc.DEBUG_SAVEALL)
    try:
        edit(1)
        graph.engine.forget(queries.parsed)
        edit(2)
        gc.collect()
        left = [found for found in gc.garbage if isinstance(found, exp.Expression)]
    finally:
        gc.set_debug(0)
        gc.garbage.clear()
        gc.enable()
    assert left == []


def test_a_reader_is_bound_once_when_a_column_goes_and_when_it_comes_back(monkeypatch: pytest.MonkeyPatch) -> None:
    graph = shop()
    bound: list[str] = []
    bind = queries.bind

    def counted(
        parsed: ParsedQuery, dialect: str, interfaces: Callable[[str], Interface | None], earlier: Bound | None
    ) -> Bound:
        found = bind(parsed, dialect, interfaces, earlier)
        bound.extend(column.name for column in found.facts.interface.columns)
        return found

    monkeypatch.setattr(queries, "bind", counted)
    edit(graph, "raw", RAW.replace("AS price", "AS prices"))
    assert messages(graph, "mid") == ["unknown-column"]
    assert bound.count("total") == 2, "the reader, and its own reader"
    bound.clear()
    graph.engine.forget(queries.bound)
    edit(graph, "raw", RAW)
    assert messages(graph, "mid") == []
    assert bound.count("total") == 2
