"""Rename: every place changes, nothing else does, and the workspace still binds (a fresh graph is asked)."""

import pytest

from lsp_server.ide.rename import RefusedError, prepare_rename, rename
from tests.unit.ide.workspace import edited, errors, graph_of, opened


def renamed(text: str, new_name: str) -> str:
    """The files that changed, after the rename at `$0`, as a fixture; checked to bind without errors."""
    graph, parsed = opened(text)
    assert errors(graph) == [], "the fixture itself must be clean"
    result = rename(graph, *parsed.cursor, new_name)
    after = edited(parsed.files, [(edit.path, edit.span, edit.new_text) for edit in result.edits])
    fresh = graph_of(after)
    assert errors(fresh) == []
    for name in graph.models():
        before, now = graph.interface(name), fresh.interface(name)
        if before is not None and now is not None:
            assert [c.type for c in before.columns] == [c.type for c in now.columns]
    changed = [path for path in sorted(after) if after[path] != parsed.files[path]]
    return "".join(f"--- {path}\n{after[path]}" for path in changed)


def refusal(text: str, new_name: str) -> str:
    graph, parsed = opened(text)
    with pytest.raises(RefusedError) as refused:
        rename(graph, *parsed.cursor, new_name)
    return str(refused.value)


BASE = """\
--- models/base.sql
MODEL (name shop.base, kind FULL, grain id);
SELECT 1 AS id, 2.0 AS price
"""


def test_a_column_through_stars_ctes_and_unions() -> None:
    text = """\
--- models/a_base.sql
MODEL (name shop.base, kind FULL, grain id, audits (not_null(columns := (id, price))));
SELECT 1 AS id, 2.0 AS pri$0ce
--- models/b_orders.sql
MODEL (name shop.orders, kind FULL);
WITH x AS (SELECT * FROM shop.base WHERE price > 0)
SELECT x.id, x.price, price * 2 AS total FROM x ORDER BY total, price
--- models/c_daily.sql
MODEL (name shop.daily, kind FULL);
SELECT id, SUM(o.price) AS price FROM shop.orders AS o GROUP BY id
UNION ALL
SELECT orders.id, price FROM shop.orders
--- models/d_last.sql
MODEL (name shop.last, kind FULL);
SELECT price FROM shop.daily
"""
    assert (
        renamed(text, "cost")
        == """\
--- models/a_base.sql
MODEL (name shop.base, kind FULL, grain id, audits (not_null(columns := (id, cost))));
SELECT 1 AS id, 2.0 AS cost
--- models/b_orders.sql
MODEL (name shop.orders, kind FULL);
WITH x AS (SELECT * FROM shop.base WHERE cost > 0)
SELECT x.id, x.cost, cost * 2 AS total FROM x ORDER BY total, cost
--- models/c_daily.sql
MODEL (name shop.daily, kind FULL);
SELECT id, SUM(o.cost) AS price FROM shop.orders AS o GROUP BY id
UNION ALL
SELECT orders.id, cost FROM shop.orders
"""
    )


def test_renaming_at_a_use_renames_the_column_where_it_is_made() -> None:
    text = BASE + "--- models/reader.sql\nMODEL (name shop.reader);\nSELECT b.pri$0ce + 1 AS more FROM shop.base AS b\n"
    after = renamed(text, "unit price")
    assert '2.0 AS "unit price"' in after
    assert 'SELECT b."unit price" + 1 AS more' in after


def test_an_expression_without_an_alias_keeps_its_name() -> None:
    text = BASE.replace("price", "pri$0ce", 1) + (
        "--- models/reader.sql\nMODEL (name shop.reader);\nSELECT max(price) FROM shop.base\n"
    )
    assert 'SELECT max(cost) AS "max(price)" FROM shop.base' in renamed(text, "cost")


def test_a_column_that_came_from_a_source_table_gets_an_alias() -> None:
    text = """\
--- models/staged.sql
MODEL (name shop.staged);
SELECT r.id, r.amo$0unt FROM raw.orders AS r WHERE r.amount > 0
--- models/reader.sql
MODEL (name shop.reader);
SELECT SUM(amount) AS total FROM shop.staged
"""
    after = renamed(text, "net")
    assert "SELECT r.id, r.amount AS net FROM raw.orders AS r WHERE r.amount > 0" in after
    assert "SELECT SUM(net) AS total FROM shop.staged" in after


def test_a_model_with_its_qualifiers() -> None:
    text = """\
--- models/base.sql
MODEL (name shop.ba$0se);
SELECT 1 AS id
--- models/reader.sql
MODEL (name shop.reader);
SELECT base.id, b.id AS other FROM shop.base JOIN shop.base AS b ON base.id = b.id
"""
    after = renamed(text, "shop.source")
    assert "MODEL (name shop.source);" in after
    assert "SELECT source.id, b.id AS other FROM shop.source JOIN shop.source AS b ON source.id = b.id" in after


def test_a_cte_and_an_alias() -> None:
    cte = "WITH pa$0id AS (SELECT 1 AS id) SELECT paid.id, p.id AS b FROM paid JOIN paid AS p ON p.id = paid.id\n"
    text = "MODEL (name shop.one);\n"
    assert "WITH bought AS (SELECT 1 AS id) SELECT bought.id, p.id AS b FROM bought JOIN bought AS p" in renamed(
        text + cte, "bought"
    )
    alias = cte.replace("$0", "").replace("paid AS p ON p", "paid AS p ON p$0")
    assert "SELECT paid.id, q.id AS b FROM paid JOIN paid AS q ON q.id = paid.id" in renamed(text + alias, "q")


def test_clashes_are_refused_with_the_reason() -> None:
    text = BASE.replace("price", "pri$0ce", 1)
    assert refusal(text, "id") == "shop.base has a column named id already."
    other = text + (
        "--- models/other.sql\nMODEL (name shop.other);\nSELECT 1 AS id, 2 AS cost\n"
        "--- models/reader.sql\nMODEL (name shop.reader);\n"
        "SELECT price AS p FROM shop.base AS b JOIN shop.other AS o ON b.id = o.id\n"
    )
    assert refusal(other, "cost") == "In shop.reader, cost would also be a column of o: qualify it first."
    model = BASE.replace("shop.base", "shop.ba$0se") + "--- models/b.sql\nMODEL (name shop.b);\nSELECT 1 AS x\n"
    assert refusal(model, "b") == "There is a model named shop.b already, in models/b.sql."


def test_a_source_tables_column_is_not_renamed_in_a_filter() -> None:
    text = "MODEL (name shop.a);\nSELECT 1 AS one FROM raw.t WHERE raw.t.am$0ount > 1\n"
    assert refusal(text, "x").startswith("raw.t.amount is a column of a source table")


def test_prepare_gives_the_bare_name() -> None:
    graph, parsed = opened('MODEL (name shop.a);\nSELECT 1 AS "Big $0One"\n')
    span, placeholder = prepare_rename(graph, *parsed.cursor)
    assert placeholder == "Big One"
    assert parsed.files["models/main.sql"][slice(*span)] == '"Big One"'
