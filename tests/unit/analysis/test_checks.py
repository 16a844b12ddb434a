"""Diagnostics across models, in fixtures that read like the editor: `-- ^^^ code: message` under what is marked."""

from __future__ import annotations

from lsp_server.analysis import checks
from lsp_server.graph.config import Config
from lsp_server.graph.graph import Graph
from lsp_server.graph.model import SeedFile
from tests.unit import fixture


def opened(files: dict[str, str]) -> Graph:
    graph = Graph()
    graph.set_config(Config(dialect="duckdb"))
    checks.install(graph)
    for path, text in files.items():
        graph.set_file(path, text)
    graph.stabilise()
    return graph


def check_marks(text: str, **seeds: SeedFile) -> None:
    """Every mark is a problem, and every problem is a mark."""
    parsed = fixture.parse(text)
    graph = opened(parsed.files)
    for name, seed in seeds.items():
        graph.set_seed(f"seeds/{name}.csv", seed)
    graph.stabilise()
    wanted = {(mark.path, mark.span): mark.message for mark in parsed.marks}
    found = {
        (path, problem.span): f"{problem.code}: {problem.message}"
        for path in graph.paths()
        for problem in checks.check(graph, path)
    }
    assert set(found) == set(wanted), found
    for place, message in wanted.items():
        assert found[place].startswith(message), found[place]


def test_unknown_model_with_a_similar_name() -> None:
    check_marks("""
--- models/orders.sql
MODEL (name shop.orders);
SELECT 1 AS id
--- models/daily.sql
MODEL (name shop.daily);
SELECT id FROM shop.ordrs
--             ^^^^^^^^^^ unknown-model: There is no model `shop.ordrs`. Did you mean `shop.orders`?
""")


def test_a_source_table_that_nobody_describes() -> None:
    check_marks("""
--- models/orders.sql
MODEL (name shop.orders);
SELECT id FROM raw.orders
--             ^^^^^^^^^^ unknown-model: Nothing describes `raw.orders`
""")


def test_a_model_that_comes_later_is_no_problem_any_more() -> None:
    graph = opened({"models/a.sql": "MODEL (name s.a); SELECT x FROM s.b"})
    assert [problem.code for problem in checks.check(graph, "models/a.sql")] == ["unknown-model"]
    graph.set_file("models/b.sql", "MODEL (name s.b); SELECT 1 AS x")
    graph.stabilise()
    assert checks.check(graph, "models/a.sql") == ()


def test_cycle() -> None:
    check_marks("""
--- models/a.sql
MODEL (name s.a);
SELECT x FROM s.b
--            ^^^ cycle: `s.a` reads itself: s.a -> s.b -> s.c -> s.a.
--- models/b.sql
MODEL (name s.b);
SELECT x FROM s.c
--            ^^^ cycle: `s.b` reads itself: s.b -> s.c -> s.a -> s.b.
--- models/c.sql
MODEL (name s.c);
SELECT x FROM s.a
--            ^^^ cycle: `s.c` reads itself: s.c -> s.a -> s.b -> s.c.
""")


def test_self_reference_of_a_view_but_not_of_an_incremental_model() -> None:
    check_marks("""
--- models/a.sql
MODEL (name s.a);
SELECT 1 AS x FROM s.a
--                 ^^^ self-reference: `s.a` is a view and cannot read itself.
--- models/b.sql
MODEL (name s.b, kind INCREMENTAL_BY_TIME_RANGE (time_column d));
SELECT 1 AS d FROM s.b
""")


def test_duplicate_model() -> None:
    check_marks("""
--- models/a.sql
MODEL (name s.a);
SELECT 1 AS x
--- models/b.sql
MODEL (name S.A);
--          ^^^ duplicate-model: `s.a` is also defined in models/a.sql
SELECT 2 AS y
""")


def test_seeds() -> None:
    check_marks(
        """
--- models/a.sql
MODEL (name s.a, kind SEED (path '../seeds/a.csv'));
--                               ^^^^^^^^^^^^^^^^ missing-seed: There is no file seeds/a.csv.
--- models/b.sql
MODEL (name s.b, kind SEED (path '../seeds/b.csv'));
--                               ^^^^^^^^^^^^^^^^ missing-seed: seeds/b.csv: It is empty.
""",
        b=SeedFile(None, problem="It is empty."),
    )


def test_a_reader_broken_by_an_edit_that_is_not_saved() -> None:
    raw, reader = "MODEL (name s.raw); SELECT 1 AS id, 2 AS price", "MODEL (name s.r); SELECT id, price FROM s.raw"
    graph = opened({"models/raw.sql": raw, "models/r.sql": reader})
    graph.set_edited("models/raw.sql", True)
    graph.set_file("models/raw.sql", raw.replace("price", "cost"))
    graph.stabilise()
    (problem,) = checks.check(graph, "models/r.sql")
    assert problem.code == "broken-reader"
    assert reader[slice(*problem.span)] == "price"
    assert problem.related[0].path == "models/raw.sql"
    graph.set_edited("models/raw.sql", False)
    graph.stabilise()
    (problem,) = checks.check(graph, "models/r.sql")
    assert problem.code == "unknown-column", "saved, it is the reader's fault"


def test_an_edit_checks_only_what_it_touches() -> None:
    files = {f"models/m{i}.sql": f"MODEL (name s.m{i}); SELECT x FROM s.base" for i in range(30)}
    graph = opened({"models/base.sql": "MODEL (name s.base); SELECT 1 AS x", **files})
    graph.set_file("models/m7.sql", files["models/m7.sql"] + " WHERE x > 1")
    graph.stabilise()
    assert [key for name, key in graph.engine.executed if name == "diagnostics"] in ([], ["models/m7.sql"])
    assert {key for _, key in graph.engine.executed} == {"models/m7.sql", "s.m7"}


def test_an_audit_of_a_column_that_there_is_not() -> None:
    check_marks("""
--- models/a.sql
MODEL (name a.a, kind FULL, audits (not_null(columns := (id, nope)), forall(criteria := (other > 1))));
--                                                           ^^^^ audit-column: The audit not_null looks at `nope`
SELECT 1 AS id
--- models/b.sql
MODEL (name a.b, kind FULL, audits (unique_values(columns := (ID)), accepted_range(column := id + 1, min_v := 0)));
SELECT id FROM a.a
""")
