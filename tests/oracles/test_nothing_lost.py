"""Whatever a syntax tree says is in the relational form: change any argument of any node, and the form changes.

The fingerprints call two queries equal when their forms are, so an argument that the binder forgets would be a change that nobody sees.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from sqlglot import exp

from lsp_server.semantics.binder import bind
from lsp_server.semantics.facts import Bound, Interface
from lsp_server.syntax.model_file import read_model
from lsp_server.syntax.query import ParsedQuery, parse_query
from tests.unit.semantics.helper import interface

TABLES = {
    "t": "a INTEGER, b INTEGER, s VARCHAR, d DATE, l INTEGER[], st STRUCT(x INTEGER, y VARCHAR), m MAP(VARCHAR, INTEGER), bo BOOLEAN",
    "u": "a INTEGER, c VARCHAR",
}

QUERIES = [
    ("duckdb", "SELECT a, sum(b) FROM t TABLESAMPLE reservoir(10 ROWS) REPEATABLE (42) WHERE a > 1 GROUP BY a HAVING sum(b) > 1 ORDER BY a DESC NULLS LAST LIMIT 3 OFFSET 1"),
    ("duckdb", "SELECT * FROM t JOIN u USING (a) LEFT JOIN u AS v ON v.a = t.b"),
    ("duckdb", "SELECT * FROM t ASOF LEFT JOIN u ON t.a >= u.a"),
    ("duckdb", "SELECT a FROM t UNION ALL BY NAME SELECT c FROM u ORDER BY a LIMIT 2"),
    ("duckdb", "SELECT a FROM t EXCEPT ALL SELECT a FROM u"),
    ("duckdb", "WITH RECURSIVE r(n) USING KEY (n) AS (SELECT a FROM t UNION ALL SELECT n + 1 FROM r) SELECT n FROM r"),
    ("duckdb", "WITH c AS MATERIALIZED (SELECT a FROM t) SELECT a FROM c"),
    ("duckdb", "SELECT DISTINCT ON (a) a, b FROM t ORDER BY a, b"),
    ("duckdb", "SELECT a, row_number() OVER (PARTITION BY b ORDER BY a DESC NULLS FIRST ROWS BETWEEN 1 PRECEDING AND CURRENT ROW EXCLUDE TIES) AS r FROM t QUALIFY r = 1"),
    ("duckdb", "SELECT sum(a) OVER w FROM t WINDOW w AS (PARTITION BY b ORDER BY a)"),
    ("duckdb", "SELECT sum(a) FILTER (WHERE b > 1), string_agg(s, ',' ORDER BY a), count(DISTINCT a), first(a IGNORE NULLS), list(a ORDER BY b LIMIT 2) FROM t"),
    ("duckdb", "SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY a) FROM t"),
    ("duckdb", "SELECT a, b, count(*) FROM t GROUP BY GROUPING SETS ((a), (b), ()), ROLLUP (a, b)"),
    ("duckdb", "SELECT x.v, o FROM t, unnest(l) WITH ORDINALITY AS x(v, o)"),
    ("duckdb", "SELECT * FROM (SELECT a, b, s FROM t) PIVOT (sum(a) AS q FOR b IN (1, 2 AS two) GROUP BY s)"),
    ("duckdb", "SELECT * FROM (SELECT a, b, s FROM t) UNPIVOT INCLUDE NULLS (v FOR n IN (a, b))"),
    ("duckdb", "SELECT * EXCLUDE (a) REPLACE (b + 1 AS b) RENAME (s AS z) FROM t"),
    ("duckdb", "SELECT * FROM read_csv('x.csv', header = true) AS c"),
    ("duckdb", "SELECT a FROM t WHERE a IN (SELECT a FROM u) AND EXISTS (SELECT 1 FROM u) AND a = ANY (SELECT a FROM u)"),
    ("duckdb", "SELECT CASE a WHEN 1 THEN 'x' ELSE s END AS x1, a::DECIMAL(10, 2) AS x2, TRY_CAST(s AS INTEGER) AS x3, s LIKE 'a' ESCAPE 'b' AS x4, s COLLATE nocase AS x5, d + INTERVAL 3 DAY AS x6 FROM t"),
    ("duckdb", "SELECT l[1:2] AS x1, m['k'] AS x2, st.x AS x3, {'p': a} AS x4, list_transform(l, lambda x: x + 1) AS x5 FROM t"),
    ("duckdb", "SELECT [x FOR x IN l IF x > 1] AS x1, extract(year FROM d) AS x2, d AT TIME ZONE 'UTC' AS x3 FROM t"),
    ("duckdb", "SELECT round(a, 2) AS x1, date_trunc('month', d) AS x2, coalesce(a, b, 1) AS x3, json_extract(s, '$.x') AS x4, regexp_replace(s, 'a', 'b', 'g') AS x5 FROM t LIMIT 10 PERCENT"),
    ("bigquery", "SELECT ARRAY_AGG(b IGNORE NULLS ORDER BY a LIMIT 2) OVER () AS q FROM t, UNNEST(l) AS x WITH OFFSET AS o WHERE SAFE_CAST(a AS INT64) > 1"),
    ("snowflake", "SELECT a, f.value:x::INT AS q FROM t, LATERAL FLATTEN(input => l, outer => true) f WHERE s ILIKE ANY ('a', 'b')"),
    ("snowflake", "SELECT a FROM t AT (TIMESTAMP => '2024-01-01') START WITH a = 1 CONNECT BY PRIOR a = b"),
    ("spark", "SELECT /*+ BROADCAST(u) */ a, e FROM t LATERAL VIEW OUTER explode(l) x AS e CLUSTER BY a"),
    ("clickhouse", "SELECT a FROM t FINAL SAMPLE 0.1 PREWHERE a > 1 WHERE b > 2 GROUP BY a WITH TOTALS LIMIT 1 BY a SETTINGS max_threads = 1"),
    ("clickhouse", "SELECT a FROM t ANY LEFT JOIN u USING (a)"),
    ("postgres", "SELECT DISTINCT ON (a) a, s ~* 'x' FROM ONLY t ORDER BY a FETCH FIRST 3 ROWS WITH TIES"),
    ("tsql", "SELECT TOP 10 PERCENT WITH TIES a FROM t WITH (NOLOCK) CROSS APPLY (SELECT c FROM u WHERE u.a = t.a) x ORDER BY a"),
    ("mysql", "SELECT a, GROUP_CONCAT(DISTINCT s ORDER BY a SEPARATOR ';') FROM t STRAIGHT_JOIN u GROUP BY a WITH ROLLUP"),
    ("oracle", "SELECT MAX(a) KEEP (DENSE_RANK LAST ORDER BY b) FROM t, u WHERE t.a = u.a (+)"),
]  # fmt: skip

HARMLESS = {
    ("identifier", "quoted"): "names are folded by the dialect",
    ("identifier", "global_"): "of a temporary table's own name only",
    ("identifier", "temporary"): "of a temporary table's own name only",
    ("join", "on"): "a join with USING has no ON",
    ("tablealias", "this"): "aliases are erased",
    ("table", "alias"): "aliases are erased",
    ("subquery", "alias"): "aliases are erased",
    ("lateral", "alias"): "aliases are erased",
    ("pivot", "alias"): "aliases are erased",
    ("pivot", "this"): "of a clause: the relation it hangs on is there by its source",
    ("tablealias", "columns"): "a table function's columns are known by position",
    ("column", "table"): "the same column, when it is the only one of its name",
    ("column", "db"): "without a table there is no schema",
    ("column", "catalog"): "without a table there is no catalog",
    ("count", "big_int"): "a note to other dialects",
    ("count", "this"): "COUNT() and COUNT(*) are one",
    ("trycast", "safe"): "said by the node itself",
    ("fetch", "direction"): "FIRST and NEXT are synonyms",
    ("with", "recursive"): "the same query, when none of its CTEs reads itself",
    ("lateral", "view"): "how a call is spelled in a FROM",
    ("datatype", "nested"): "follows from the type",
    ("datatype", "values"): "of types that have none",
    ("datatype", "kind"): "of types that have none",
    ("datatype", "nullable"): "of dialects that do not write it",
    ("datatype", "expressions"): "of types that have none",
    ("datatype", "collate"): "of types that have none",
    ("datatypeparam", "expression"): "a number has no unit",
    ("if", "false"): "a branch of CASE has no ELSE of its own",
    ("array", "value_constructor"): "around a comprehension",
    ("array", "struct_name_inheritance"): "around a comprehension",
    ("array", "bracket_notation"): "around a comprehension",
    ("subquery", "joins"): "of the operand of APPLY",
    ("subquery", "laterals"): "of the operand of APPLY",
    ("literal", "is_string"): "a frame's bound is read as a number",
    ("union", "by_name"): "the same pairs, when names and positions agree",
    ("except", "by_name"): "the same pairs, when names and positions agree",
    ("union", "distinct"): "absent is DISTINCT",
    ("group", "all"): "beside keys of its own it adds what is there",
    ("join", "using"): "a NATURAL JOIN names its columns itself",
    ("join", "kind"): "a POSITIONAL JOIN has no other kind",
    ("limit", "offset"): "an OFFSET of the query's own hides it",
    ("star", "ilike"): "of a star over no relation",
}
"""(node, argument) and why the same data follows without it."""


def _name() -> exp.Identifier:
    return exp.to_identifier("zz")


def _number() -> exp.Literal:
    return exp.Literal.number(987)


SAMPLES: dict[str, Callable[[], Any]] = {
    "catalog": _name,
    "db": _name,
    "table": _name,
    "alias": lambda: exp.TableAlias(this=_name()),
    "order": lambda: exp.Order(expressions=[exp.Ordered(this=_number())]),
    "limit": lambda: exp.Limit(expression=_number()),
    "offset": lambda: exp.Offset(expression=_number()),
    "joins": lambda: [exp.Join(this=exp.to_table("zzz"))],
    "laterals": lambda: [exp.Lateral(this=exp.to_table("zzz"))],
    "where": lambda: exp.Where(this=_number()),
    "having": lambda: exp.Having(this=_number()),
    "qualify": lambda: exp.Qualify(this=_number()),
    "group": lambda: exp.Group(expressions=[_number()]),
    "distinct": exp.Distinct,
    "columns": lambda: [_name()],
    "side": lambda: "RIGHT",
    "kind": lambda: "ANTI",
    "method": lambda: "ASOF",
    "using": lambda: [_name()],
}
"""What to put where nothing was, for arguments that hold a certain kind of node."""
_STRUCTURAL = {"with_", "pivots", "windows", "except_", "replace", "rename", "cube", "rollup", "grouping_sets"}
"""Lists whose items only a parser can make: dropped where present, not invented where absent."""


def _others(key: str, value: Any) -> list[Any]:
    """What an argument could be instead."""
    if value is None or value is False or value == []:
        if key in _STRUCTURAL:
            return []
        return [SAMPLES[key]()] if key in SAMPLES else [True, _number()]
    if isinstance(value, str):
        return [str(int(value) + 1) if value.isdigit() else value + "_zz"]
    return [value[:-1]] if isinstance(value, list) else [None]


def _bound(parsed: ParsedQuery) -> Bound:
    def lookup(name: str) -> Interface | None:
        return interface(TABLES[name.lower()]) if name.lower() in TABLES else None

    return bind(parsed, parsed.dialect, lookup)


def _lost(parsed: ParsedQuery) -> Iterator[tuple[str, str]]:
    before = _bound(parsed).facts
    for node in list(parsed.tree.walk()):
        if node.find_ancestor(exp.Star):
            continue  # names that a star leaves out or renames are no columns that it reads
        for key in node.arg_types:
            value = node.args.get(key)
            present = key in node.args
            for other in _others(key, value):
                node.args[key] = other
                after = _bound(parsed).facts
                if after.query == before.query and after.interface == before.interface:
                    yield (node.key, key)
            if present:
                node.args[key] = value
            else:
                node.args.pop(key, None)


@pytest.mark.parametrize(("dialect", "sql"), QUERIES)
def test_every_argument_counts(dialect: str, sql: str) -> None:
    parsed = parse_query(read_model(sql, dialect))
    assert parsed.tree is not None
    assert not [p for p in _bound(parsed).places.problems if p.code == "not-analysed"]
    aliases = {a.name for a in parsed.tree.find_all(exp.TableAlias)} | {"zz"}
    lost = {found for found in _lost(parsed) if found not in HARMLESS}
    assert lost <= ({("identifier", "this")} if aliases else set())
