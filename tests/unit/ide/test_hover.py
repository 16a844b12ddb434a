"""Hover: everything that is known of the name under the cursor, and nothing invented."""

import pytest
from inline_snapshot import snapshot

from lsp_server.ide.hover import hover
from tests.unit.ide.test_navigation import SHOP
from tests.unit.ide.workspace import opened


def check_hover(old: str, new: str) -> str | None:
    assert old in SHOP
    graph, fixture = opened(SHOP.replace(old, new, 1))
    found = hover(graph, *fixture.cursor)
    return found.markdown if found is not None else None


def test_model() -> None:
    assert check_hover("FROM shop.orders", "FROM shop.or$0ders") == snapshot("""\
**shop.orders** · VIEW · `models/orders.sql`

grain (id)

| column  | type |
|---------|---|
| `id`    | INTEGER |
| `total` | DECIMAL(12,1) |

Reads `raw.items`  \n\
Read by `shop.every`\
""")


def test_column_of_a_model() -> None:
    assert check_hover("SUM(e.total)", "SUM(e.to$0tal)") == snapshot("""\
`shop.every.total` · DECIMAL(12,1)

Made from
- `shop.orders.total` identity
- from the sources `raw.items.price` and `raw.items.qty`

Read by `shop.report.revenue`\
""")


def test_column_that_others_read() -> None:
    assert check_hover("i.price *", "i.pr$0ice *") == snapshot("""\
`raw.items.price` · DECIMAL(2,1)

Read by the rows of `shop.orders` (filter) and `shop.orders.total`; 2 columns further down\
""")


def test_cte_alias_and_their_columns() -> None:
    assert check_hover("FROM priced AS p", "FROM pri$0ced AS p") == snapshot("""\
`priced` · CTE of 2 columns

| column  | type |
|---------|---|
| `id`    | INTEGER |
| `total` | DECIMAL(12,1) |\
""")
    assert check_hover("WHERE p.total", "WHERE p.to$0tal") == snapshot("""\
`total` · DECIMAL(12,1)

```sql
i.price * i.qty AS total
```

Made from
- `raw.items.price` transformation
- `raw.items.qty` transformation\
""")
    assert check_hover("WHERE p.total", "WHERE p$0.total") == snapshot("""\
`p` · alias of 2 columns

| column  | type |
|---------|---|
| `id`    | INTEGER |
| `total` | DECIMAL(12,1) |\
""")


def test_star() -> None:
    assert check_hover("SELECT *", "SELECT $0*") == snapshot("""\
`*` stands for 2 columns

```sql
id,
total
```\
""")


def test_the_header_names_columns_too() -> None:
    assert check_hover("grain id", "grain i$0d") == snapshot("""\
`shop.orders.id` · INTEGER

Made from
- `raw.items.id` identity

Read by `shop.every.id`\
""")


def test_nothing_to_say() -> None:
    assert check_hover("SELECT *", "SEL$0ECT *") is None


def test_a_source_that_nobody_describes() -> None:
    graph, fixture = opened("MODEL (name a.b);\nSELECT x FROM raw.my$0stery")
    assert hover(graph, *fixture.cursor).markdown == snapshot(
        "**raw.mystery** is described nowhere: its columns are not known"
    )


def test_comments_describe_columns() -> None:
    graph, fixture = opened(
        """--- models/a.sql
MODEL (name s.a);
SELECT 1 AS id, -- the key
  2 AS n
--- models/b.sql
MODEL (name s.b);
SELECT id$0 FROM s.a
"""
    )
    found = hover(graph, *fixture.cursor)
    assert found is not None
    assert "the key" in found.markdown


def test_a_bare_projection_is_also_a_column_of_the_model() -> None:
    graph, fixture = opened("""\
--- models/raw.sql
MODEL (name raw.rides, kind EXTERNAL, columns (id INT, ended TIMESTAMP))
--- models/rides.sql
MODEL (name shop.rides, kind VIEW);
WITH once AS (SELECT *, ROW_NUMBER() OVER (PARTITION BY id) AS nth FROM raw.rides)
SELECT i$0d, once.ended FROM once WHERE nth = 1
--- models/report.sql
MODEL (name shop.report, kind VIEW);
SELECT COUNT(id) AS rides FROM shop.rides
""")
    found = hover(graph, *fixture.cursor)
    assert found is not None
    assert found.markdown == snapshot("""\
`id` · INTEGER

Made from
- `raw.rides.id` identity

As `shop.rides.id`: read by `shop.report.rides`\
""")


def shown(text: str) -> str | None:
    graph, fixture = opened(text)
    found = hover(graph, *fixture.cursor)
    return found.markdown if found is not None else None


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("MODEL (na$0me a.b, kind FULL)", "`name`\n\nThe model's name: `schema.table`, or `catalog.schema.table`."),
        ("MODEL (name a.b, kind FU$0LL)", "`FULL`\n\nA table, computed as a whole each time."),
        ("MODEL (name a.b, own$0er me)", "`owner`\n\n"),
        ("MODEL (name a.b, kind INCREMENTAL_BY_TIME_RANGE (time_column x, look$0back 2))", "`lookback`\n\n"),
    ],
)
def test_words_of_the_header(header: str, expected: str) -> None:
    assert (shown(f"{header};\nSELECT 1 AS id") or "").startswith(expected)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("@DEF(least, 3);\nSELECT 1 AS id WHERE 1 > @lea$0st", "`@least` · variable\n\n```sql\n3\n```"),
        (
            "SELECT @SAFE_D$0IV(a, b) AS c FROM raw.x",
            "`@safe_div` · macro\n\nThe quotient; NULL where the denominator is 0.\n\n```sql\na / NULLIF(b, 0)\n```",
        ),
    ],
)
def test_a_macro_and_what_it_becomes(query: str, expected: str) -> None:
    assert shown(f"MODEL (name a.b);\n{query}") == expected


@pytest.mark.parametrize("at", ["$0@start_date", "@$0start_date", "@start_date$0"])
def test_a_variable_of_the_run_says_which_moment_it_is(at: str) -> None:
    graph, fixture = opened(f"--- models/a.sql\nMODEL (name s.a);\nSELECT 1 AS x FROM raw.t WHERE d >= {at}\n")
    assert hover(graph, *fixture.cursor).markdown == (
        "`@start_date` · DATE\n\nThe beginning of the interval that is computed. Known at run time."
    )


def test_a_moment_with_its_time_zone_has_a_type_with_one_as_the_run_writes_it() -> None:
    graph, fixture = opened("--- models/a.sql\nMODEL (name s.a);\nSELECT @start_dt AS $0x\n")
    assert hover(graph, *fixture.cursor).markdown.startswith("`s.a.x` · TIMESTAMP WITH TIME ZONE")
