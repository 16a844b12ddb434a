"""Half-typed SQL: all errors with exact ranges, and as much of the tree as there is."""

from __future__ import annotations

import pytest

from lsp_server.syntax.model_file import read_model
from lsp_server.syntax.parsing import missing_token, typed_token
from lsp_server.syntax.query import ParsedQuery, parse_query


def parsed(sql: str) -> ParsedQuery:
    """A query of a file without a header."""
    return parse_query(read_model(sql, "duckdb"))


def tables(query: ParsedQuery) -> list[str]:
    """The relations that are still known."""
    return [".".join(table.parts) for table in query.tables]


@pytest.mark.parametrize(
    ("typed", "understood", "said"),
    [
        ("o.net", "o.net, o.a + o.b AS c, d", ["A comma is missing after `net`."]),
        ("o.net * 2 AS twice", "o.net * 2 AS twice, o.a + o.b AS c, d", ["A comma is missing after `twice`."]),
        ("o.net AS", "o.net, o.a + o.b AS c, d", ["A comma is missing after `AS`."]),
        (
            "MAX(o.net",
            "MAX(o.net), o.a + o.b AS c, d",
            ["`(` is never closed.", "A comma is missing after `net`."],
        ),
        (
            "CASE WHEN o.x THEN 1 END",
            "CASE WHEN o.x THEN 1 END, o.a + o.b AS c, d",
            ["A comma is missing after `END`."],
        ),
        ("o.net -", "o.net - o.a + o.b AS c, d", []),  # nothing is wrong with that
    ],
)
def test_a_projection_on_a_new_line_leaves_the_next_one_whole(typed: str, understood: str, said: list[str]) -> None:
    query = parsed(f"SELECT\n  {typed}\n  o.a + o.b AS c,\n  d\nFROM o")
    assert query.tree is not None
    assert query.tree.sql("duckdb") == f"SELECT {understood} FROM o"
    assert [problem.message for problem in query.problems] == said


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT CAST(a\n  AS INT, b FROM o",  # an AS that is no alias
        "SELECT foo(a,\n  b,\n  c FROM o",  # arguments in lines of their own
        "SELECT a +\n  b c d\nFROM o",  # what is wrong is not at the line's end
    ],
)
def test_a_comma_is_missing_only_where_a_projection_follows(sql: str) -> None:
    assert not any("comma" in problem.message for problem in parsed(sql).problems)


@pytest.mark.parametrize(
    ("sql", "marked", "known"),
    [
        ("SELECT a, o. FROM o", ["."], ["o"]),
        ("SELECT o.\nFROM o", ["."], ["o"]),
        ("SELECT o.::INT AS a FROM o", ["."], ["o"]),
        ("SELECT 1 FROM .o", ["."], ["o"]),
        ("SELECT 1 FROM o JOIN . s.p ON TRUE", ["."], ["o", "s.p"]),
        ("SELECT o.|| 'a' FROM o WHERE o. <> 1 AND o.::INT = 3", [".", ".", "."], ["o"]),
        ("SELECT a, (b FROM o WHERE x = 1", ["("], ["o"]),
        ("SELECT foo(a, FROM o", ["("], ["o"]),
        ("SELECT CASE WHEN a THEN 1, b FROM o", ["CASE"], ["o"]),
        ("WITH a AS (SELECT 1 AS x), b SELECT * FROM a, s.t", ["b"], ["s.t"]),
        ("WITH a AS (SELECT 1 AS x FROM t", ["(", ""], ["t"]),
        ("WITH a AS (SELECT 1 SELECT * FROM a, t", ["("], ["t"]),
        ("SELECT a, , b FROM o", [","], ["o"]),
        ("SELECT FROM o", ["SELECT"], ["o"]),
        ("SELECT a AS FROM o", ["AS"], ["o"]),
        ("SELECT a FROM o JOIN p ON o.x = WHERE p.y = 1", ["="], ["o", "p"]),
        ("SELECT a FROM o UNION ALL SELECT b c d FROM p", ["d"], ["o", "p"]),
        ("SELECT a) FROM o", [")"], ["o"]),
        ("SELECT a b c, d +, e FROM o WHERE", ["c", "+", "WHERE"], ["o"]),
        ("WITH x AS (SELEC 1), y AS (SELECT 2 AS b FROM p) SELECT y.b FROM x, y", ["SELEC"], ["p"]),
    ],
)
def test_every_error_is_reported_and_the_tables_are_still_known(sql: str, marked: list[str], known: list[str]) -> None:
    query = parsed(sql)
    found = [sql[problem.span.start : problem.span.end] for problem in query.problems]
    assert found == marked
    assert tables(query) == known
    assert query.damaged


@pytest.mark.parametrize(
    ("sql", "understood"),
    [
        ("SELECT a FROM o WHERE a = AND b = 1", "SELECT a FROM o WHERE a = ? AND b = 1"),
        ("SELECT a FROM o WHERE x y z AND w = 1", "SELECT a FROM o WHERE x AND w = 1"),
        ("SELECT a FROM o WHERE a BETWEEN CAST(b", "SELECT a FROM o WHERE a BETWEEN CAST(b AS ?) AND ?"),
        ("SELECT a, b + FROM o", "SELECT a, b + ? FROM o"),
        ("SELECT a, CASE WHEN b = FROM o", "SELECT a, CASE WHEN b = ? THEN ? END FROM o"),
        ("SELECT CASE WHEN a THEN b ELSE END AS x FROM o", "SELECT CASE WHEN a THEN b ELSE ? END AS x FROM o"),
        ("SELECT CAST(a FROM o", "SELECT CAST(a AS ?) FROM o"),
        ("SELECT f(a, g( FROM o WHERE b", "SELECT F(a, G()) FROM o WHERE b"),
        ("SELECT sum(a) OVER (PARTITION BY b, c ORDER BY ) FROM o", "SELECT SUM(a) OVER (PARTITION BY b, c ORDER BY ?) FROM o"),
        ("SELECT a FROM o JOIN p ON o.x = LEFT JOIN q ON q.y", "SELECT a FROM o JOIN p ON o.x = ? LEFT JOIN q ON q.y"),
        ("SELECT a FROM o JOIN p ON WHERE o.x", "SELECT a FROM o JOIN p ON ? WHERE o.x"),
        ("SELECT a FROM o WHERE b IN (SELECT c FROM p WHERE d = ) AND e", "SELECT a FROM o WHERE b IN (SELECT c FROM p WHERE d = ?) AND e"),
        ("SELECT * EXCLUDE ( FROM o", "SELECT * FROM o"),
        ("SELECT a FRM o WHERE b", "SELECT a FROM o WHERE b"),
        ("SELECT a FROM o WHER b = 1", "SELECT a FROM o WHERE b = 1"),
        ("SELECT a FROM o WHERE b = 1 GROUP a HAVING sum(c) > 1 ORDER b", "SELECT a FROM o WHERE b = 1 GROUP BY a HAVING SUM(c) > 1 ORDER BY b"),
        ("SELECT o.a FROM s.o WHE", "SELECT o.a FROM s.o"),
        ("SELECT DISTINCT FROM o", "SELECT DISTINCT ? FROM o"),
        ("SELECT a FROM o GROUP", "SELECT a FROM o"),
    ],
)  # fmt: skip
def test_what_is_damaged_is_mended_where_it_is_and_all_else_is_kept(sql: str, understood: str) -> None:
    query = parsed(sql)
    assert query.tree is not None
    assert query.tree.sql("duckdb").replace("__hw_missing", "?") == understood
    assert query.problems
    assert all(problem.span.end > problem.span.start for problem in query.problems)


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT l.a FROM o l",
        "SELECT o.a, (SELECT 1 FROM o l) FROM o",
        "SELECT a FROM o wh",
        "SELECT o.a FROM o JOIN p ON o.x = LEFT(p.y, 1)",
    ],
)
def test_an_alias_that_begins_like_a_keyword_is_an_alias(sql: str) -> None:
    assert parsed(sql).problems == ()


def test_an_unclosed_string_damages_its_line_only() -> None:
    sql = "SELECT a, 'it FROM x\nFROM o\nWHERE b = 'fine'"
    file = read_model(sql, "duckdb")
    query = parse_query(file)
    assert [sql[problem.span.start :][:3] for problem in file.problems] == ["'it"]
    assert tables(query) == ["o"]
    assert query.damaged


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT a, FROM o",
        "SELECT x IS DISTINCT FROM y FROM o",
        "SELECT EXTRACT(year FROM d), count(*) FILTER (WHERE a > 1) FROM o",
        "SELECT * EXCLUDE (a) FROM o",
        "FROM o SELECT a",
        "SELECT o.end, o.left FROM o",
        "SELECT {'a': 1}.a, [1, 2][1], o.* FROM o",
        "WITH RECURSIVE r AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM r WHERE n < 9) SELECT n FROM r",
        "SELECT 1 AS a UNION BY NAME SELECT 2 AS a",
        "PIVOT o ON a USING sum(b)",
        "SELECT list_transform(l, lambda x: x + 1) FROM o",
        "SELECT a.b.c FROM a WHERE a.b IS NOT NULL ORDER BY ALL",
    ],
)
def test_whole_queries_have_no_problem(sql: str) -> None:
    query = parsed(sql)
    assert query.problems == ()
    assert not query.damaged
    assert query.tree is not None


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT " + "(" * 1000 + "1" + ")" * 1000,
        "SELECT * FROM " + "(SELECT * FROM " * 10000 + "t" + ")" * 10000,
        "SELECT CASE " + "WHEN a = 1 THEN 2 " * 20000 + "END FROM t",
        "SELECT " + "CASE WHEN 1 THEN " * 500 + "1" + " END" * 500,
        "SELECT " + "- " * 1000 + "1",
        "SELECT a" + "[1]" * 1000 + " FROM t",
        "SELECT 1" + " + 1" * 50000,
        "SELECT " + "f(" * 5000 + "1",
    ],
    ids=["parentheses", "subqueries", "case-branches", "nested-case", "minus", "subscripts", "sum", "open-calls"],
)
def test_what_would_crash_the_parser_is_refused_in_words(sql: str) -> None:
    query = parsed(sql)
    assert [problem.code for problem in query.problems] == ["too-large"]
    assert query.tree is None


def test_large_but_harmless_queries_are_parsed() -> None:
    ctes = ", ".join(f"c{n} AS (SELECT {n} AS x)" for n in range(500))
    assert parsed(f"WITH {ctes} SELECT * FROM c499").problems == ()
    assert parsed("SELECT 1 AS x" + " UNION ALL SELECT 1" * 500).problems == ()
    assert parsed("SELECT " + ", ".join(f"a + {n} AS c{n}" for n in range(2000)) + " FROM t").problems == ()


@pytest.mark.parametrize(
    ("text", "code"),
    [("SELECT 1" + " " * 5_000_000, "file-too-large"), ("\x7fELF\x02\0\0\0SELECT", "not-text")],
)
def test_what_is_no_sql_file_is_said(text: str, code: str) -> None:
    file = read_model(text, "duckdb")
    assert [problem.code for problem in file.problems] == [code]
    assert parse_query(file).tree is None


@pytest.mark.parametrize(
    "text", ["\ufeffSELECT a\r\nFROM t", "SELECT a -- \ud800\nFROM t", "SELECT 'é漢😀' AS a FROM t"]
)
def test_marks_line_ends_and_lone_surrogates(text: str) -> None:
    query = parse_query(read_model(text, "duckdb"))
    assert query.problems == ()
    [table] = query.tables
    assert text[table.span.start : table.span.end] == "t"


class Uncopied(list):  # type: ignore[type-arg]
    """Tokens of which nobody may copy a part."""

    def __getitem__(self, index: object) -> object:
        assert not isinstance(index, slice)
        return super().__getitem__(index)  # type: ignore[index]


def test_a_fault_is_placed_without_copying_what_stands_before_it() -> None:
    """With 50,000 faults in a text, a copy for each took fifteen seconds."""
    tokens = parsed("SELECT a FROM o WHERE").tokens
    added = missing_token(tokens[-1], tokens[-1].end + 1)
    assert typed_token(Uncopied([*tokens, added, added]), len(tokens) + 1) is tokens[-1]


@pytest.mark.parametrize("function", ["MAX", "CEIL", "FLOOR", "STRING_AGG", "CHAR", "NORMALIZE", "SUM"])
def test_a_bracket_that_sqlglot_does_not_miss_is_missed(function: str) -> None:
    for sql in (
        f"SELECT {function}(x FROM t",
        f"WITH a AS (SELECT {function}(x FROM t), b AS (SELECT 1) SELECT * FROM b",
    ):
        (problem,) = parse_query(read_model(sql, "duckdb")).problems
        assert problem.message == "`(` is never closed."
        assert sql[: problem.span.start].endswith(function)


def test_the_same_damage_twice_is_said_at_both_places() -> None:
    text = "WITH a AS (SELECT x y z FROM t), b AS (SELECT x y z FROM t) SELECT 1 FROM a, b"
    found = [problem.span.start for problem in parse_query(read_model(text, "duckdb")).problems]
    assert found == [text.index("z"), text.rindex("z")]
