"""A text that begins like the one before is parsed and bound as if there had been none: `syntax.earlier` and `semantics.earlier`.

`N=20000 SEED=...` for long histories; over sqlglot's TPC-DS queries: tests/oracles/test_earlier.py.
"""

from __future__ import annotations

import os
import random

import pytest
from sqlglot import exp

from lsp_server.semantics import binder
from lsp_server.semantics.binder import bind
from lsp_server.syntax import earlier
from lsp_server.syntax.model_file import read_model
from lsp_server.syntax.query import ParsedQuery, parse_query
from tests.unit.semantics.helper import RELATIONS
from tests.unit.semantics.typist import Typist, history, known

THREE = """MODEL (name shop.report);

WITH paid AS (
  SELECT o.id, o.customer, o.price FROM orders AS o WHERE o.status = 'paid' -- only these
),
totals AS (
  SELECT p.customer, SUM(p.price) AS total, COUNT(*) FROM paid AS p GROUP BY p.customer
) -- by customer
, named AS (SELECT c.name, t.total FROM totals AS t JOIN customers AS c ON c.id = t.customer)
SELECT n.name, n.total FROM named AS n
"""


def ctes(parsed: ParsedQuery) -> list[exp.Expression]:
    assert parsed.tree is not None
    found: list[exp.Expression] = parsed.tree.args["with_"].expressions
    return found


def test_the_nodes_of_ctes_before_an_edit_are_those_of_the_tree_before() -> None:
    typist = Typist()
    before = ctes(typist.type(THREE))
    after = ctes(typist.type(THREE.replace("n.total FROM", "n.total * 2 AS twice FROM")))
    assert [one is other for one, other in zip(before, after, strict=True)] == [True, True, True]
    after = ctes(typist.type(THREE.replace("COUNT(*)", "COUNT(*) AS orders")))
    assert [one is other for one, other in zip(before, after, strict=True)] == [True, False, False]


def test_a_damaged_text_has_them_too_and_gives_them_to_the_next() -> None:
    typist = Typist()
    before = ctes(typist.type(THREE))
    damaged = typist.type(THREE.replace("n.total FROM", "n. FROM"))
    assert damaged.damaged
    assert ctes(damaged)[1] is before[1]
    assert ctes(typist.type(THREE))[1] is before[1]


def test_damage_inside_a_cte_leaves_those_before_it() -> None:
    typist = Typist()
    before = ctes(typist.type(THREE))
    damaged = typist.type(THREE.replace("JOIN customers AS c ON", "JOIN customers AS c O"))
    assert [one is other for one, other in zip(before, ctes(damaged), strict=False)] == [True, True, False]


def test_a_tree_that_is_taken_apart_leaves_the_ctes_that_the_next_one_has() -> None:
    typist = Typist()
    first = typist.type(THREE)
    second = typist.type(THREE.replace("n.name,", "n.name AS called,"))
    first.take_apart()
    name = next(ctes(second)[0].find_all(exp.Column))
    assert name.find_ancestor(exp.With) is second.tree.args["with_"]  # type: ignore[union-attr]


@pytest.fixture
def bodies(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The CTEs that are bound."""
    from lsp_server.semantics import ctes as module

    found: list[str] = []
    original = module._bind_cte

    def counted(state: object, cte: exp.CTE, *rest: object) -> object:
        found.append(cte.alias)
        return original(state, cte, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(module, "_bind_cte", counted)
    return found


def typed(typist: Typist, bodies: list[str], text: str) -> list[str]:
    """What is bound of a text that follows the one before (and not what its witness binds)."""
    file = parse_query(read_model(text, typist.dialect), None, typist.parsed)
    bodies.clear()
    found = bind(file, typist.dialect, typist.lookup, typist.bound)
    again = list(bodies)
    typist.parsed, typist.bound = file, found
    assert known(found) == known(bind(parse_query(read_model(text, typist.dialect)), typist.dialect, typist.lookup))
    return again


def test_only_what_lies_behind_the_edit_is_bound_again(bodies: list[str]) -> None:
    typist = Typist()
    assert typed(typist, bodies, THREE) == ["paid", "totals", "named"]
    assert typed(typist, bodies, THREE.replace("n.total FROM", "n.total * 2 FROM")) == []
    assert typed(typist, bodies, THREE.replace("n.total FROM", "n. FROM")) == []
    assert typed(typist, bodies, THREE.replace("t.total FROM", "t.total + 1 AS total FROM")) == ["named"]


def test_ctes_over_a_table_that_has_other_columns_are_bound_again(bodies: list[str]) -> None:
    typist = Typist()
    typed(typist, bodies, THREE)
    typist.relations["customers"] = "id INTEGER, country VARCHAR"
    assert typed(typist, bodies, THREE + " ") == ["named"]
    typist.relations["orders"] = "id BIGINT, customer INTEGER, price DOUBLE, status VARCHAR"
    assert typed(typist, bodies, THREE) == ["paid", "totals", "named"]


def test_behind_a_relation_that_nobody_described_all_is_bound_again(bodies: list[str]) -> None:
    """A name may ask it for a column, which comes through every CTE between."""
    typist = Typist()
    text = "WITH a AS (SELECT * FROM unknown), b AS (SELECT x FROM a) SELECT x FROM b"
    typed(typist, bodies, text)
    assert typed(typist, bodies, text.replace("SELECT x FROM b", "SELECT x, y FROM b")) == ["a", "b"]


def test_what_is_said_only_of_a_whole_text_is_said_again_when_it_is_whole() -> None:
    typist = Typist()
    text = "WITH a AS (SELECT nothing) SELECT a.nothing FROM a"
    typist.type(text.replace("a.nothing", "a."))
    assert [problem.code for problem in typist.bound.places.problems] == []  # type: ignore[union-attr]
    typist.type(text)
    assert [problem.code for problem in typist.bound.places.problems] == ["unknown-column"]  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("WITH a AS (SELECT 1 AS x) SELECT x FROM a", "WITH RECURSIVE a AS (SELECT 1 AS x) SELECT x FROM a"),
        ("WITH a AS (SELECT 1 AS x) SELECT x FROM a", "WITH a AS (SELECT 1 AS x) SELECT x FROM a ORDER BY 1 ORDER BY 1"),
        ("WITH a AS (SELECT 1 AS x) SELECT x FROM a", "WITH a AS (SELECT 1 AS x) , SELECT x FROM a"),
        ("WITH a AS (SELECT 1 AS x) SELECT x FROM a", "WITH a AS (SELECT 1 AS x) SELEC x FROM a"),
        ("WITH a AS (SELECT 1 AS x) SELECT x FROM a", "WITH a AS (SELECT 1 AS x) SELECT x FROM a UNION SELECT 2"),
        ("WITH a AS (SELECT 1 AS x) SELECT x FROM a", "WITH a AS (SELECT 1 AS x) -- why\n SELECT x FROM a"),
        ("WITH a AS (SELECT 1 AS x) SELECT x FROM a", "WITH a AS (SELECT 1 AS x) "),
        ("WITH a AS (SELECT 1 AS x) SELECT x FROM a", "WITH a AS (SELECT 1 AS x) SELECT x FROM a |> WHERE x > 0"),
        ("WITH a AS (SELECT '(' AS x) SELECT x FROM a", "WITH a AS (SELECT '(' AS x) SELECT ' FROM a"),
        ("WITH a AS (SELECT $$'$$ AS x) SELECT x FROM a", "WITH a AS (SELECT $$'$$ AS x) SELECT '1' FROM a"),
        ("WITH a AS (SELECT 1 AS x), b AS (SELECT 2 AS y) SELECT x FROM a", "WITH a AS (SELECT 1 AS x), a AS (SELECT 2 AS y) SELECT x FROM a"),
        ("WITH a(b) AS (SELECT 1) SELECT b FROM a", "WITH a(b) AS (SELECT 1) SELECT b AS c FROM a"),
        ("WITH a AS (SELECT 1 AS x) SELECT x FROM a", "WITH a AS (SELECT 1 AS x) (WITH b AS (SELECT 2 AS x) SELECT x FROM b)"),
        ("WITH a AS (WITH b AS (SELECT 1 AS x) SELECT x FROM b) SELECT x FROM a", "WITH a AS (WITH b AS (SELECT 1 AS x) SELECT x FROM b) SELECT y FROM a"),
        ("WITH a AS (SELECT * FROM orders) SELECT id FROM a", "WITH a AS (SELECT * FROM orders) SELECT id, COLUMNS('p.*') FROM a"),
        ("WITH a AS (SELECT x::INT FROM (SELECT '1' AS x)) SELECT 1 FROM a", "WITH a AS (SELECT x::INT FROM (SELECT '1' AS x)) SELECT '2'::INT FROM a"),
        # A text that does not scan as a whole: what stands behind decides how the rest is read.
        ("WITH a AS (SELECT id FROM orders WHERE status = 'a\nprice'\n), b AS (SELECT 1 AS y)\nSELECT * FROM a WHERE id = \"x", "WITH a AS (SELECT id FROM orders WHERE status = 'a\nprice'\n), b AS (SELECT 1 AS y)\nSELECT * FROM a WHERE id = \"x\""),
        ("WITH a AS (SELECT id, 'a\nstatus'\nFROM orders\n)\nSELECT *, \"q FROM a", "WITH a AS (SELECT id, 'a\nstatus'\nFROM orders\n)\nSELECT * FROM a"),
        # Words that are read otherwise, wherever they stand, once something in the text is.
        ("WITH a AS (SELECT TRIM(BOTH 'x' FROM status) AS s FROM orders) SELECT s FROM a", "WITH a AS (SELECT TRIM(BOTH 'x' FROM status) AS s FROM orders) SELECT 5! FROM a"),
        ("WITH a AS (FROM (VALUES (1)) AS v(a)) SELECT 1 FROM a", "WITH a AS (FROM (VALUES (1)) AS v(a)) SELECT 5! FROM a"),
        ("WITH a AS (PIVOT orders ON status USING sum(price)) SELECT 1 FROM a", "WITH a AS (PIVOT orders ON status USING sum(price)) SELECT * FROM a JOIN customers AS c ON c.id IN (1 AS one, 2)"),
        ("WITH a AS (FROM orders |> WHERE id > 1 |> SELECT id) SELECT 1 FROM a", "WITH a AS (FROM orders |> WHERE id > 1 |> SELECT id) SELECT * FROM a |> WHERE id > 3 |> SELECT id"),
        # Keywords on their way, which hide a name of the same SELECT.
        ("WITH a AS (SELECT o.id FROM orders AS o) SELECT 1 FROM a", "WITH a AS (SELECT o.id FROM orders AS o) SELECT 1 FROM o WHE"),
        ("WITH a AS (SELECT o.id FROM orders AS o), b AS (SELECT whe.id FROM orders AS whe) SELECT o.id FROM a AS o", "WITH a AS (SELECT o.id FROM orders AS o), b AS (SELECT whe.id FROM orders AS whe) SELECT o.id FROM o WHE"),
        # What is wrong in a CTE is said in every text that has it.
        ("WITH a(x) AS (VALUES (1,, 2)) SELECT x FROM a", "WITH a(x) AS (VALUES (1,, 2)) SELECT x AS y FROM a"),
        ("WITH alAS (SELECT * FROM orders), b AS (SELECT 1 AS id) SELECT b.id FROM b", "WITH alAS (SELECT * FROM orders), b AS (SELECT 1 AS id) SELECT b.id FROM b GROUP BY ."),
        # What DuckDB refuses, though no error is reported.
        ("WITH a AS (SELECT sum(tags) AS s FROM orders) SELECT s FROM a", "WITH a AS (SELECT sum(tags) AS s FROM orders) SELECT s AS t FROM a"),
        # One text of two files: what a macro makes is the same, where it stands is not.
        ("WITH a AS (SELECT @EACH([1,2,3,4,5], i -> id + 100000 AS c_@i), price FROM orders) SELECT price FROM a", "WITH a AS (SELECT @EACH([1,  2,3,4,5], i -> id + 100000 AS c_@i), price FROM orders) SELECT price FROM a"),
        # A quote that the search for parentheses takes for another.
        ("WITH a AS ((SELECT 'u' AS x) UNION ALL SELECT $$'$$ AS x FROM orders WHERE id > 1), b AS (SELECT 1 AS y) SELECT 22 AS n, 'z' AS q FROM a", "WITH a AS ((SELECT 'u' AS x) UNION ALL SELECT $$'$$ AS x FROM orders WHERE id > 1), b AS (SELECT 11 AS y) SELECT 2 AS n, 'z' AS q FROM a"),
    ],
)  # fmt: skip
def test_after_one_text_another_is_what_it_is_by_itself(before: str, after: str) -> None:
    typist = Typist()
    for text in (before, after, before, after):
        typist.type(text)


def test_an_expression_that_is_named_beside_the_ctes_stays_what_it_is() -> None:
    typist = Typist("clickhouse")
    text = "WITH 1 AS x, a AS (SELECT id, x AS y FROM orders) SELECT id, x FROM a"
    typist.type(text)
    typist.type(text.replace("SELECT id, x FROM", "SELECT id, x + 1 FROM"))


def test_in_another_dialect_nothing_is_taken_over() -> None:
    before = parse_query(read_model(THREE, "duckdb"))
    after = parse_query(read_model(THREE, "snowflake"), None, before)
    assert not any(one is other for one, other in zip(ctes(before), ctes(after), strict=True))


def test_a_long_statement_is_parsed_as_a_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(earlier, "_LONGEST", 20)
    assert parse_query(read_model(THREE, "duckdb")).ctes is None


def test_a_tree_without_the_stub_takes_nothing() -> None:
    parsed = parse_query(read_model(THREE, "duckdb"))
    assert parsed.ctes is not None
    assert not parsed.ctes.put_back(parsed.tree)
    assert not parsed.ctes.put_back(None)


def test_a_relation_that_nobody_described_is_bound_once_where_no_star_spreads_it(bodies: list[str]) -> None:
    typist = Typist()
    text = "WITH a AS (SELECT u.x FROM unknown AS u), b AS (SELECT x FROM a) SELECT x FROM b"
    typed(typist, bodies, text)
    assert typed(typist, bodies, text.replace("SELECT x FROM b", "SELECT x + 1 FROM b")) == []


def test_a_function_beside_the_ctes_is_not_lost() -> None:
    typist = Typist("trino")
    text = "WITH FUNCTION f(x INT) RETURNS INT RETURN x + 1, a AS (SELECT id FROM orders) SELECT id FROM a"
    typist.type(text)
    typist.type(text.replace("SELECT id FROM a", "SELECT f(id) AS z FROM a"))


TEXTS = (
    "WITH a AS (SELECT id, 'x\nstatus' AS t\nFROM orders), b AS (SELECT TRIM(BOTH 'x' FROM t) AS s, id FROM a)\nSELECT b.s, b.id FROM b\n",
    THREE,
    "WITH a AS (SELECT * FROM orders), b AS (SELECT id, price FROM a WHERE price > 1) SELECT b.id, SUM(b.price) FROM b GROUP BY b.id",
    "WITH a AS (SELECT id FROM orders UNION ALL SELECT id FROM customers), b AS (SELECT a.id, o.qty FROM a JOIN items AS o ON o.orders = a.id)\n"
    "SELECT id, MAX(qty) OVER (PARTITION BY id ORDER BY qty) FROM b WHERE qty IN (SELECT qty FROM items) -- end\n",
    "WITH a(x, y) AS MATERIALIZED (VALUES (1, 'a'), (2, 'b')), /* two */ b AS (SELECT x, CASE WHEN y = 'a' THEN 1 ELSE 0 END AS z FROM a)\n"
    "SELECT * EXCLUDE (z), z::VARCHAR AS t FROM b EXCEPT SELECT 1, 'x' FROM unknown AS u",
    "WITH a AS (SELECT nothing), b AS (SELECT price.x, count(*) FROM orders), c AS (SELECT * FROM nobody) SELECT c.u, b.* FROM a, b, c",
)


def test_histories_at_random() -> None:
    seed, steps = int(os.environ.get("SEED", "3")), int(os.environ.get("N", "300"))
    taken: list[int] = []
    for number, text in enumerate(TEXTS):
        rng = random.Random(f"{seed}.{number}")
        typist = Typist(rng.choice(("duckdb", "duckdb", "snowflake", "bigquery")))

        def change(rng: random.Random, typist: Typist = typist) -> None:
            beginning = typist.bound.beginning if typist.bound is not None else None
            taken.append(len(beginning._marks) if isinstance(beginning, binder.Beginning) else 0)
            if rng.random() < 0.05:
                typist.relations["items"] = rng.choice((RELATIONS["items"], "orders INTEGER, qty DOUBLE"))

        history(rng, typist, text, steps // len(TEXTS), change)
    assert sum(taken) > steps // 2, "mostly there is something to begin with"
