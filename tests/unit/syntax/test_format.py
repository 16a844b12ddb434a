"""Formatting: what it makes, that it is stable, and that it changes nothing but white space and keywords' case."""

from __future__ import annotations

import random

import pytest

from lsp_server.syntax.format import format_model, formatted
from lsp_server.text.spans import apply_edits
from tests.unit.syntax.test_fuzz import MODEL, damaged


def done(text: str, dialect: str = "duckdb") -> str:
    """The text formatted."""
    return apply_edits(text, format_model(text, dialect))


BEFORE = """-- Orders.
MODEL (name shop.orders, kind INCREMENTAL_BY_TIME_RANGE (time_column ds, batch_size 3), -- by day
owner jen);
with recent as (select o.id,sum(i.price*i.qty) filter (where i.qty>0) as total -- the sum
, case when o.kind='a' then 1 else 2 end kind
from raw.orders o left join raw.items i on o.id=i.order_id and i.ds between @start_ds and @end_ds where o.id in (select id from raw.ids where x) group by all)
-- the main query
select r.id, /* key */ r.*, @EACH([a, b], x -> r.@x AS @{x}_col) from recent r @WHERE(TRUE) r.id > 1 union all select 1,2,3 order by 1;
DROP   TABLE x"""

AFTER = """-- Orders.
MODEL (
  name shop.orders,
  kind INCREMENTAL_BY_TIME_RANGE (time_column ds, batch_size 3), -- by day
  owner jen
);
WITH recent AS (
  SELECT
    o.id,
    sum(i.price * i.qty) FILTER (WHERE i.qty > 0) AS total, -- the sum
    CASE WHEN o.kind = 'a' THEN 1 ELSE 2 END kind
  FROM raw.orders o
  LEFT JOIN raw.items i
    ON o.id = i.order_id AND i.ds BETWEEN @start_ds AND @end_ds
  WHERE o.id IN (SELECT id FROM raw.ids WHERE x)
  GROUP BY ALL
)
-- the main query
SELECT
  r.id, /* key */
  r.*,
  @EACH([a, b], x -> r.@x AS @{x}_col)
FROM recent r @WHERE(TRUE) r.id > 1
UNION ALL
SELECT
  1,
  2,
  3
ORDER BY 1;
DROP   TABLE x
"""


def test_a_whole_model() -> None:
    assert done(BEFORE) == AFTER


def test_twice_changes_nothing() -> None:
    for text in (BEFORE, MODEL, AFTER):
        once = done(text)
        assert format_model(once, "duckdb") == []
        assert done(once) == once


def test_only_lines_that_change_are_edited() -> None:
    text = AFTER.replace("  r.*,\n", "  r.*,   \n")
    [edit] = format_model(text, "duckdb")
    assert text[edit.span.start : edit.span.end] == "  r.*,   \n"


@pytest.mark.parametrize(
    ("dialect", "text", "expected"),
    [
        (
            "duckdb",
            "a=-1, a-b, a - -1, -a, a*-b, (a)*(b), a||b",
            "a = -1, a - b, a - -1, -a, a * -b, (a) * (b), a || b",
        ),
        (
            "duckdb",
            "count(*), t.*, f(l,x->x>1), a->'$.b', a->>'b'",
            "count(*), t.*, f(l, x -> x > 1), a->'$.b', a->>'b'",
        ),
        ("bigquery", "array<int64>[1], a>=b", "array<int64>[1], a >= b"),
        ("snowflake", "a+b, a:b.c::text", "a + b, a:b.c::text"),
        ("mysql", "a+b", "a+b"),
    ],
)
def test_spaces_stand_around_what_is_surely_an_operator(dialect: str, text: str, expected: str) -> None:
    assert done(f"SELECT f({text})", dialect) == f"SELECT\n  f({expected})\n"


@pytest.mark.parametrize(
    "text",
    [
        "MODEL (\n  name a.b,\n  kind SEED (path 'a.csv'),\n  columns (id INT, name TEXT)\n);\nSELECT\n  1\n",
        "MODEL (\n  name a.b,\n  kind SEED (\n    path 'a.csv'\n  ),\n  columns (\n    id INT,\n    name TEXT\n  )\n);\nSELECT\n  1\n",
        "SELECT\n  a\nFROM t\nWHERE a\nGROUP BY a, b\n",
        "SELECT\n  a\nFROM t\nWHERE\n  a\nGROUP BY\n  a,\n  b\n",
        "SELECT\n  CASE WHEN a THEN 1 ELSE 2 END AS c\nFROM t\nJOIN u\n  ON t.a = u.a AND t.b = u.b\n",
        "SELECT\n  CASE\n    WHEN a THEN 1\n    ELSE 2\n  END AS c\nFROM t\nJOIN u\n  ON t.a = u.a\n  AND t.b = u.b\n",
    ],
)
def test_short_lists_stay_as_their_author_broke_them(text: str) -> None:
    assert done(text) == text


def test_a_path_and_a_project_are_no_operations() -> None:
    assert done("SELECT a FROM @stage/a-b", "snowflake") == "SELECT\n  a\nFROM @stage/a-b\n"
    assert done("SELECT a FROM my-data.b.c, UNNEST(x) WITH OFFSET", "bigquery") == (
        "SELECT\n  a\nFROM my-data.b.c, UNNEST(x) WITH OFFSET\n"
    )


def test_line_ends_of_the_file_are_kept() -> None:
    text = "SELECT a,\r\nb FROM t\r\n"
    assert done(text) == "SELECT\r\n  a,\r\n  b\r\nFROM t\r\n"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("MODEL (name a.b, formatting FALSE); SELECT  1", "formatting FALSE"),
        ("MODEL (name a.b); SELECT 'x", "errors"),
        ("MODEL (name a.b); JINJA_QUERY_BEGIN; SELECT   {{ x }}; JINJA_END;", "Jinja"),
        ("SELECT   {{ x }}", "nothing"),
        ("MODEL (name a.b); SELECT   a FROM (SELECT 1", "not closed"),
    ],
)
def test_what_is_left_alone_is_said(text: str, words: str) -> None:
    assert words in formatted(text, "duckdb").note


def test_long_expressions_are_broken() -> None:
    condition = " OR ".join(f"(column_{n} = {n} AND other_{n} > {n})" for n in range(9))
    text = done(
        f"SELECT CASE WHEN {condition} THEN coalesce({', '.join(f'argument_{n}' for n in range(20))}) ELSE 1 END AS x FROM t"
    )
    assert max(len(line) for line in text.splitlines()) <= 100
    assert format_model(text, "duckdb") == []


def test_half_typed_and_damaged_texts_are_never_changed_in_substance() -> None:
    rng = random.Random(3)
    for _ in range(60):
        text = damaged(rng)
        result = formatted(text, "duckdb")
        new = apply_edits(text, list(result.edits))
        assert sorted(new.split()) == sorted(new.split())
        assert "".join(new.split()).lower().replace(",", "") == "".join(text.split()).lower().replace(",", "")
        assert "cannot be formatted" not in result.note, text
