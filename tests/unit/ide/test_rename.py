"""Rename: every place changes, nothing else does, and the workspace still binds (a fresh graph is asked)."""

import pytest

from lsp_server.graph.config import Config
from lsp_server.graph.graph import Graph
from lsp_server.graph.model import Declared, Model
from lsp_server.ide.rename import RefusedError, prepare_rename, rename
from lsp_server.project.formats.external_models import read_external_models
from lsp_server.semantics.facts import Column
from lsp_server.text.spans import Span
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


TESTS = """\
test_orders:
  model: shop.orders
  inputs:
    shop.base:
      rows:
        - {id: 1, price: 2.0}
        - id: 2
          "price": 3.0
    shop.other: [{price: 1}]
  outputs:
    ctes:
      x: {rows: [{price: 2.0}]}
    query:
      - {price: 4.0, id: 1}
test_by_query:
  model: shop.orders
  inputs:
    shop.base: {query: "SELECT 1 AS id, 2.0 AS price"}
  outputs: {query: [{price: 4.0}]}
"""


def test_unit_tests_follow_a_column() -> None:
    text = BASE.replace("price", "pri$0ce") + (
        "--- models/orders.sql\nMODEL (name shop.orders);\nWITH x AS (SELECT id, price FROM shop.base) SELECT price, id FROM x\n"
    )
    graph, parsed = opened(text)
    result = rename(graph, *parsed.cursor, "cost", {"tests/t.yaml": TESTS})
    mine = [(edit.path, edit.span, edit.new_text) for edit in result.edits if edit.path == "tests/t.yaml"]
    after = edited({"tests/t.yaml": TESTS}, mine)["tests/t.yaml"]
    kept = "    shop.other: [{price: 1}]"
    query = '    shop.base: {query: "SELECT 1 AS id, 2.0 AS price"}'
    assert after == TESTS.replace('"price"', "price").replace("price", "cost").replace(
        kept.replace("price", "cost"), kept
    ).replace(query.replace("price", "cost"), query)
    assert [said for said in result.left_alone if "test_by_query takes its rows" in said]


def test_unit_tests_follow_a_model() -> None:
    text = BASE.replace("shop.base", "shop.ba$0se")
    graph, parsed = opened(text)
    result = rename(graph, *parsed.cursor, "root", {"tests/t.yaml": TESTS})
    mine = [(edit.path, edit.span, edit.new_text) for edit in result.edits if edit.path == "tests/t.yaml"]
    assert edited({"tests/t.yaml": TESTS}, mine)["tests/t.yaml"] == TESTS.replace("shop.base", "shop.root")


YAML = "- name: raw.rides\n  columns:\n    id: INTEGER\n    city: VARCHAR\n"
OVER_YAML = "MODEL (name shop.rides);\nSELECT id, city FROM raw.rides WHERE city <> ''\n"


def over_yaml() -> Graph:
    graph = Graph()
    graph.set_config(Config(dialect="duckdb"))
    declared = read_external_models("external_models.yaml", YAML, Config(dialect="duckdb"))
    graph.set_declared("external_models.yaml", declared)
    graph.set_file("external_models.yaml", YAML)
    graph.set_file("models/rides.sql", OVER_YAML)
    graph.stabilise()
    return graph


@pytest.mark.parametrize(("path", "word"), [("external_models.yaml", "city"), ("models/rides.sql", "city <>")])
def test_a_source_tables_column_with_its_entry(path: str, word: str) -> None:
    files = {"external_models.yaml": YAML, "models/rides.sql": OVER_YAML}
    result = rename(over_yaml(), path, files[path].index(word) + 1, "town")
    after = edited(files, [(edit.path, edit.span, edit.new_text) for edit in result.edits])
    assert after["external_models.yaml"] == YAML.replace("city", "town")
    assert after["models/rides.sql"] == OVER_YAML.replace("city", "town")
    assert "raw.rides is not made in this workspace" in result.left_alone[0]


def test_a_clash_in_a_source_table() -> None:
    with pytest.raises(RefusedError, match="has a column named id already"):
        rename(over_yaml(), "external_models.yaml", YAML.index("city") + 1, "id")


def test_audits_that_say_the_word_are_left_and_named() -> None:
    text = BASE.replace("grain id", "grain id, audits (dear)").replace("price", "pri$0ce") + (
        "--- audits/dear.sql\nAUDIT (name dear);\nSELECT * FROM @this_model WHERE price > 10\n"
    )
    graph, parsed = opened(text)
    result = rename(graph, *parsed.cursor, "cost")
    assert [
        said for said in result.left_alone if said.startswith("audits/dear.sql: this audit of shop.base says price")
    ]


@pytest.mark.parametrize(
    "prop",
    [
        "grain price",
        "grain (id, price)",
        "references (price)",
        "kind INCREMENTAL_BY_UNIQUE_KEY (unique_key price)",
        "kind INCREMENTAL_BY_UNIQUE_KEY (unique_key (id, price))",
        "kind INCREMENTAL_BY_TIME_RANGE (time_column price)",
        "kind INCREMENTAL_BY_TIME_RANGE (time_column (price, '%Y'))",
        "kind SCD_TYPE_2_BY_COLUMN (unique_key id, columns [price])",
        "partitioned_by price",
        "clustered_by (price)",
        "columns (id INT, price DOUBLE)",
        "column_descriptions (price = 'What it costs')",
        "audits (not_null(columns := (price)), accepted_range(column := price, min_v := 0))",
    ],
)
def test_header_properties_name_the_column_too(prop: str) -> None:
    graph, parsed = opened(f"--- models/base.sql\nMODEL (name shop.base, {prop});\nSELECT 1 AS id, 2.0 AS pri$0ce\n")
    result = rename(graph, *parsed.cursor, "cost")
    after = edited(parsed.files, [(edit.path, edit.span, edit.new_text) for edit in result.edits])["models/base.sql"]
    assert after == parsed.files["models/base.sql"].replace("price", "cost")


def in_query(query: str, new_name: str) -> str:
    """The query after the rename at `$0`; `shop.base` is another file."""
    text = f"{BASE}--- models/q.sql\nMODEL (name shop.q, kind FULL);\n{query}\n"
    return renamed(text, new_name).partition("kind FULL);\n")[2].strip()


def refused_in_query(query: str, new_name: str) -> str:
    return refusal(f"{BASE}--- models/q.sql\nMODEL (name shop.q, kind FULL);\n{query}\n", new_name)


@pytest.mark.parametrize(
    ("query", "after"),
    [
        (
            "SELECT id, price * 2 AS twice FROM shop.base ORDER BY twi$0ce",
            "SELECT id, price * 2 AS cost FROM shop.base ORDER BY cost",
        ),
        ("SELECT ba$0se.id FROM shop.base", "SELECT cost.id FROM shop.base AS cost"),
        (
            "WITH x AS (SELECT 1 AS id) SELECT x$0.id FROM x",
            "WITH cost AS (SELECT 1 AS id) SELECT cost.id FROM cost",
        ),
        (
            "WITH a AS (SELECT cost.id FROM shop.base AS cost) SELECT b.id FROM a AS b$0",
            "WITH a AS (SELECT cost.id FROM shop.base AS cost) SELECT cost.id FROM a AS cost",
        ),
        (
            "WITH x AS (SELECT 1 AS a$0, 2 AS b) SELECT * EXCLUDE (a) FROM x",
            "WITH x AS (SELECT 1 AS cost, 2 AS b) SELECT * EXCLUDE (cost) FROM x",
        ),
        (
            "WITH x AS (SELECT 1 AS a$0), y AS (SELECT * FROM x) SELECT y.a AS b FROM x JOIN y USING (a)",
            "WITH x AS (SELECT 1 AS cost), y AS (SELECT * FROM x) SELECT y.cost AS b FROM x JOIN y USING (cost)",
        ),
        (
            "WITH x AS (SELECT 1 AS a$0) SELECT 1 AS one FROM x WHERE x.a = (SELECT MAX(a) FROM x)",
            "WITH x AS (SELECT 1 AS cost) SELECT 1 AS one FROM x WHERE x.cost = (SELECT MAX(cost) FROM x)",
        ),
    ],
)
def test_what_one_query_sees(query: str, after: str) -> None:
    assert in_query(query, "cost") == after


@pytest.mark.parametrize(
    ("query", "why"),
    [
        ("WITH x AS (SELECT 1 AS id$0) SELECT 1 AS one FROM x JOIN shop.base AS b USING (id)", "join by name"),
        ("WITH x AS (SELECT 1 AS id$0) SELECT 1 AS one FROM x NATURAL JOIN shop.base AS b", "join by name"),
        ("SELECT u.v FROM (SELECT 1 AS a$0, 2 AS b) UNPIVOT (v FOR what IN (a, b)) AS u", "makes data of the name a"),
        ("WITH x AS (SELECT 1 AS a$0, 2 AS b) SELECT * REPLACE (a + 1 AS a) FROM x", "REPLACEs a"),
        ("WITH x AS (SELECT 1 AS a$0) SELECT cost FROM x JOIN (SELECT 2 AS cost) AS y ON true", "cost means another"),
        (
            "WITH x AS (SELECT 1 AS a$0) SELECT 1 AS b FROM x, shop.base AS cost WHERE EXISTS (SELECT 1 WHERE cost.id > 0)",
            "would become the column",
        ),
        ("WITH a AS (SELECT 1 AS id), x$0 AS (SELECT * FROM a) SELECT 1 FROM x JOIN a AS cost ON true", "table alias"),
        (
            "WITH x$0 AS (SELECT 1 AS id) SELECT (SELECT MAX(cost) FROM (SELECT 1 AS cost) WHERE x.id > 0) FROM x",
            "outside",
        ),
        (
            "SELECT b.id FROM shop.base AS b$0 WHERE EXISTS (SELECT 1 FROM shop.base AS cost WHERE b.id > 0)",
            "table alias",
        ),
    ],
)
def test_a_name_that_would_begin_to_mean_something_else_is_refused(query: str, why: str) -> None:
    assert why in refused_in_query(query, "cost")


def test_a_file_of_blueprints_is_edited_once_and_keeps_its_name() -> None:
    text = f"""{BASE}--- models/p.sql
MODEL (name @name, kind FULL, blueprints ((name := shop.p1), (name := shop.p2)));
SELECT b.id FROM shop.base AS b
"""
    graph, parsed = opened(text.replace("AS price", "AS pr$0ice").replace("b.id", "b.price AS p"))
    edits = rename(graph, *parsed.cursor, "cost").edits
    assert [edit.path for edit in edits] == ["models/base.sql", "models/p.sql"]
    assert "made by `@name`" in refusal(text.replace("@name,", "@na$0me,"), "shop.other")


def test_a_column_that_the_kind_makes_is_refused() -> None:
    text = """--- models/base.sql
MODEL (name shop.base, kind SCD_TYPE_2_BY_TIME (unique_key id));
SELECT 1 AS id, now() AS updated_at
--- models/q.sql
MODEL (name shop.q, kind FULL);
SELECT id FROM shop.base WHERE valid$0_to IS NULL
"""
    assert "made by the kind SCD_TYPE_2" in refusal(text, "ended_at")


def test_a_models_new_name_that_is_another_tables_there_leaves_the_old_one_as_alias() -> None:
    text = f"""{BASE}--- models/other.sql
MODEL (name raw.sales, kind FULL);
SELECT 1 AS id
--- models/q.sql
MODEL (name shop.q, kind FULL);
SELECT base.id FROM shop.ba$0se JOIN raw.sales ON sales.id = base.id
"""
    assert "SELECT base.id FROM shop.sales AS base JOIN raw.sales ON sales.id = base.id" in renamed(text, "shop.sales")


def test_a_model_that_is_named_after_its_file_is_renamed_there() -> None:
    graph = Graph()
    graph.set_config(Config(dialect="duckdb", infer_names=True))
    graph.set_file("models/shop/base.sql", "SELECT 1 AS id")
    graph.set_file("models/shop/q.sql", "SELECT id FROM shop.base")
    graph.stabilise()
    with pytest.raises(RefusedError, match=r"rename models/shop/base\.sql"):
        rename(graph, "models/shop/q.sql", 22, "shop.other")


def test_a_column_that_python_makes_is_refused_with_its_file() -> None:
    graph = graph_of({"models/q.sql": "MODEL (name shop.q, kind FULL);\nSELECT b.id FROM shop.py AS b WHERE b.id > 0"})
    columns = (Column("id", "INTEGER"),)
    declared = Declared(
        (Model("shop.py", "models/py.py", columns=columns, opaque="a Python model"),), {"shop.py": Span(0, 0)}
    )
    graph.set_declared("models/py.py", declared)
    graph.stabilise()
    with pytest.raises(RefusedError, match=r"made in models/py\.py, which is no SQL"):
        rename(graph, "models/q.sql", 70, "key")


def test_the_header_is_renamed_where_it_names_the_column_and_nowhere_else() -> None:
    text = """\
--- models/a.sql
MODEL (name s.a, columns (date DATE), partitioned_by date(date), audits (not_null(columns := (date$0))));
SELECT DATE '2026-01-01' AS date
"""
    assert (
        renamed(text, "day")
        == """\
--- models/a.sql
MODEL (name s.a, columns (day DATE), partitioned_by date(day), audits (not_null(columns := (day))));
SELECT DATE '2026-01-01' AS day
"""
    )


def test_a_name_under_which_a_subquery_names_the_table_around_it() -> None:
    """In the subquery `c.id` would be a field of the column `c`, were there one."""
    text = BASE.replace("AS price", "AS pri$0ce") + (
        "--- models/q.sql\nMODEL (name shop.q, kind FULL);\nSELECT c.id,"
        " (SELECT MAX(b.price) FROM shop.base AS b WHERE b.id = c.id) AS top FROM shop.other AS c\n"
        "--- models/other.sql\nMODEL (name shop.other, kind FULL);\nSELECT 1 AS id\n"
    )
    assert "a subquery names the table c" in refusal(text, "c")
    assert "MAX(b.cost)" in renamed(text, "cost")
