"""Macros expanded, and every place led back to what was typed."""

from __future__ import annotations

import pytest
from sqlglot import exp

from lsp_server.syntax.expansion import MacroContext, Sql
from lsp_server.syntax.model_file import read_model
from lsp_server.syntax.query import ParsedQuery, parse_query

COLUMNS = {
    "s.a": (("id", "INTEGER"), ("name", "UNKNOWN"), ("x", "DATE")),
    "s.b": (("x", "DATE"), ("id", "INTEGER")),
    "s.c": (("id", "INTEGER"), ("x", "VARCHAR")),
}


def parsed(text: str, **changes: object) -> ParsedQuery:
    """A file's query, with the columns of two models known."""
    context = MacroContext("duckdb", columns=COLUMNS.get, **changes)  # type: ignore[arg-type]
    return parse_query(read_model(text, "duckdb"), context)


def expanded(text: str, **changes: object) -> str:
    """The text that was parsed, spaces made one."""
    query = parsed(text, **changes)
    assert query.problems == ()
    start, end = query.extent
    return " ".join(query.text[start:end].split())


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("SELECT @x, '@x', @{x}_id FROM t", "SELECT 'v', '@x', v_id FROM t"),
        ("SELECT a FROM @{x}.orders, s_@{x}.t", "SELECT a FROM v.orders, s_v.t"),
        ('SELECT 1 AS "is @{x}"', 'SELECT 1 AS "is v"'),
        ("@DEF(y, a + 1); @DEF(double, v -> v * 2); SELECT @y, @double(b) FROM t", "SELECT a + 1, b * 2 FROM t"),
        ("SELECT @VAR('x'), @VAR('missing', 3), @VAR('missing')", "SELECT 'v', 3, NULL"),
        ("SELECT @BLUEPRINT_VAR('region') AS r", "SELECT 'eu' AS r"),
        ("SELECT @EACH([a, b], c -> SUM(c) AS sum_@c) FROM t", "SELECT SUM(a) AS sum_a, SUM(b) AS sum_b FROM t"),
        ("SELECT a, @EACH([], c -> c) FROM t", "SELECT a FROM t"),
        ("SELECT @EACH([], c -> c), a FROM t", "SELECT a FROM t"),
        ("SELECT @IF(1 > 2, a), b FROM t", "SELECT b FROM t"),
        ("SELECT 1 FROM t WHERE @AND(a = 1, NULL, b = 1 OR c)", "SELECT 1 FROM t WHERE a = 1 AND (b = 1 OR c)"),
        ("SELECT 1 FROM t WHERE @OR(@IF(FALSE, a), NULL)", "SELECT 1 FROM t WHERE TRUE"),
        ("SELECT @REDUCE([a, b, c], (x, y) -> x + y) FROM t", "SELECT a + b + c FROM t"),
        ("SELECT 1 FROM t WHERE @AND(@EACH([a, b], x -> x = 1), c)", "SELECT 1 FROM t WHERE a = 1 AND b = 1 AND c"),
        ("SELECT @SAFE_SUB(@EACH([a, b], x -> x)) AS d FROM t",
         "SELECT CASE WHEN a IS NULL AND b IS NULL THEN NULL ELSE COALESCE(a, 0) - COALESCE(b, 0) END AS d FROM t"),
        ("SELECT @EVAL(1 + 2) * 2", "SELECT 3 * 2"),
        ("SELECT * FROM @SQL('@x')", "SELECT * FROM v"),
        ("SELECT @STAR(s.a, t, exclude := [x]) FROM s.a AS t", 'SELECT t."id" AS "id", t."name" AS "name" FROM s.a AS t'),
        ("SELECT @STAR(s.unknown) FROM s.unknown", "SELECT unknown.* FROM s.unknown"),
        ("SELECT @STAR(s.a) FROM s.a", 'SELECT a."id" AS "id", a."name" AS "name", a."x" AS "x" FROM s.a'),
        ("@UNION('distinct', s.a, s.b)",
         'SELECT CAST("id" AS INTEGER) AS "id", CAST("x" AS DATE) AS "x" FROM s.a'
         ' UNION SELECT CAST("id" AS INTEGER) AS "id", CAST("x" AS DATE) AS "x" FROM s.b'),
        ("@UNION(s.a, s.c)", 'SELECT CAST("id" AS INTEGER) AS "id" FROM s.a UNION ALL SELECT CAST("id" AS INTEGER) AS "id" FROM s.c'),
        ("SELECT @SAFE_DIV(a, b), @SAFE_ADD(a, b) FROM t",
         "SELECT a / NULLIF(b, 0), CASE WHEN a IS NULL AND b IS NULL THEN NULL ELSE COALESCE(a, 0) + COALESCE(b, 0) END FROM t"),
        ("SELECT @PIVOT(k, ['u', 'v']) FROM t",
         "SELECT SUM(CASE WHEN k = 'u' THEN 1 ELSE 0 END) AS \"u\", SUM(CASE WHEN k = 'v' THEN 1 ELSE 0 END) AS \"v\" FROM t"),
        ("@DEDUPLICATE(s.a, [id], ['x DESC'])", "SELECT * FROM s.a QUALIFY ROW_NUMBER() OVER (PARTITION BY id ORDER BY x DESC) = 1"),
        ("@WITH(TRUE) c AS (SELECT 1 AS x) SELECT x FROM c @WHERE(FALSE) x > 1 @ORDER_BY(TRUE) x", "WITH c AS (SELECT 1 AS x) SELECT x FROM c ORDER BY x"),
        ("SELECT 1 FROM t LEFT @JOIN(FALSE) u ON t.a = u.a WHERE t.b", "SELECT 1 FROM t WHERE t.b"),
        ("SELECT a FROM t WHERE ds BETWEEN @start_ds AND @end_dt", "SELECT a FROM t WHERE ds BETWEEN __hw_var('start_ds') AND __hw_var('end_dt')"),
        ("SELECT @IF(@runtime_stage = 'evaluating', 1, 2) AS a", "SELECT 1 AS a"),
        ("SELECT @GENERATE_SURROGATE_KEY(a) AS k FROM t", "SELECT MD5(CONCAT(COALESCE(CAST(a AS TEXT), '_sqlmesh_surrogate_key_null_'))) AS k FROM t"),
    ],
)  # fmt: skip
def test_expansion(text: str, expected: str) -> None:
    assert expanded(text, variables={"x": "v"}, blueprint={"region": "eu"}) == expected


def test_render_mode_puts_values_in() -> None:
    assert expanded("SELECT @start_ds", mode="render", values={"start_ds": "2024-01-01"}) == "SELECT '2024-01-01'"


def test_what_passed_through_a_macro_keeps_its_place() -> None:
    text = "SELECT id,\n  @EACH([price, qty], c -> SUM(c) AS sum_@c),\n  @SAFE_DIV(o.total, o.n) AS mean\nFROM @{s}.orders AS o"
    query = parsed(text, variables={"s": "shop"})
    assert query.tree is not None
    places = {column.name: query.span_of(column) for column in query.tree.find_all(exp.Column)}
    assert {name: text[span.start : span.end] for name, span in places.items() if span} == {
        "id": "id",
        "price": "price",
        "qty": "qty",
        "total": "o.total",
        "n": "o.n",
    }
    [table] = query.tables
    assert table.parts == ("shop", "orders")
    assert text[table.span.start : table.span.end] == "@{s}.orders"
    assert [text[macro.span.start : macro.span.end][:6] for macro in query.macros] == ["@EACH(", "@SAFE_", "@{s}"]


def test_an_error_inside_a_macro_is_reported_where_it_was_typed() -> None:
    text = "SELECT @EACH([a, b], c -> c +) FROM t"
    query = parsed(text)
    assert query.problems
    assert all(
        text[problem.span.start : problem.span.end] in ("+", "@EACH([a, b], c -> c +)") for problem in query.problems
    )


def test_a_python_macro_is_opaque_and_its_arguments_stay() -> None:
    text = "SELECT @my_macro(a + 1, 'x', k := b) AS c, d FROM t"
    query = parsed(text, python_macros=frozenset({"my_macro"}))
    assert query.tree is not None
    assert not query.damaged
    assert [(problem.code, problem.severity) for problem in query.problems] == [("python-macro", "information")]
    assert {column.name for column in query.tree.find_all(exp.Column)} == {"a", "b", "d"}
    assert "__hw_opaque('@my_macro(a + 1, ''x'', k := b)', a + 1, 'x', b)" in query.text


def test_a_query_that_is_one_python_macro_is_some_relation() -> None:
    query = parsed("MODEL (name a.b);\n@my_query(1)", python_macros=frozenset({"my_query"}))
    assert isinstance(query.tree, exp.Select)


def test_a_syntax_error_beside_something_unknown_is_no_error() -> None:
    query = parsed("SELECT a FROM t @my_clause(1) GROUP BY a", python_macros=frozenset({"my_clause"}))
    assert {problem.severity for problem in query.problems} == {"information"}


@pytest.mark.parametrize(("complete", "severity"), [(True, "error"), (False, "information")])
def test_unknown_names(complete: bool, severity: str) -> None:
    query = parsed("SELECT @nope, @nothing(1)", complete=complete)
    assert [(problem.code, problem.severity) for problem in query.problems] == [
        ("unknown-variable", severity),
        ("unknown-macro", "warning" if complete else severity),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "@DEF(f, x -> @f(x)); SELECT @f(1)",
        "@DEF(f, x -> @f(x) + @f(x)); SELECT @f(1)",
        "@DEF(f, x -> x + x); SELECT " + "@f(" * 30 + "aaaaaaaaaa" + ")" * 30,
        "@DEF(l, [1,2,3,4,5,6,7,8,9,0]); SELECT @EACH(@l, a -> @EACH(@l, b -> @EACH(@l, c -> @EACH(@l, d -> @EACH(@l, e -> @a)))))",
    ],
)
def test_a_macro_without_end_is_stopped_at_its_call(text: str) -> None:
    query = parsed(text)
    [problem] = [problem for problem in query.problems if problem.code == "macro-limit"]
    assert text[problem.span.start :].startswith(("@f(", "@EACH("))


def test_wrong_use_is_said_at_the_call() -> None:
    text = "SELECT @IF(TRUE), @EACH(a) FROM t"
    query = parsed(text)
    assert [
        (problem.code, text[problem.span.start : problem.span.end])
        for problem in query.problems
        if problem.code == "macro"
    ] == [
        ("macro", "@IF(TRUE)"),
        ("macro", "@EACH(a)"),
    ]


def test_a_call_that_is_not_closed_yet_is_no_variable() -> None:
    query = parsed("SELECT a, @EACH([x, y], c -> @c + FROM s.a AS t", complete=True)
    assert [problem.message for problem in query.problems] == ["`(` is never closed.", "Something is missing near `+`."]
    assert [table.parts for table in query.tables] == [("s", "a")]


def test_only_what_follows_the_first_macro_is_read_again() -> None:
    file = read_model("MODEL (name a.b); SELECT a, b -- c\nFROM t WHERE ds = @start_ds GROUP BY @x", "duckdb")
    query = parse_query(file, MacroContext("duckdb", variables={"x": Sql("a")}))
    assert file.query is not None
    assert all(kept is token for kept, token in zip(query.tokens[:8], file.query.tokens, strict=False))
    assert all(query.text[token.start : token.end + 1].strip("'") == token.text for token in query.tokens)
    assert query.problems == ()


def test_names_in_a_blueprint_are_no_strings() -> None:
    text = """MODEL (name @name, blueprints ((name := shop.eu, src := raw.eu, label := 'eu')));
SELECT @label AS label FROM @src"""
    query = parsed(text, blueprint={"name": "shop.eu", "src": "raw.eu", "label": "eu"})
    assert query.text[slice(*query.extent)] == "SELECT 'eu' AS label FROM raw.eu"
    assert query.tables[0].parts == ("raw", "eu")


def test_blueprint_values_that_are_no_plain_words_are_quoted_as_names() -> None:
    text = """MODEL (name m.@{v}, blueprints ((v := "a b", s := 'c d')));
SELECT @v AS one, @{v} AS two, @s AS three, @{s} AS four, x_@{v}_y FROM t"""
    query = parsed(text, blueprint={"v": "a b", "s": "c d"})
    assert query.text[slice(*query.extent)].startswith(
        """SELECT "a b" AS one, "a b" AS two, 'c d' AS three, "c d" AS four, x_a b_y"""
    )


def test_sql_values_are_not_quoted() -> None:
    assert expanded("SELECT @x FROM t", variables={"x": Sql("a + 1")}) == "SELECT a + 1 FROM t"
