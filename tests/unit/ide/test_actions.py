"""Quick fixes and refactorings: the text after each, and DuckDB's word that a refactoring changed no data."""

from __future__ import annotations

import re

import duckdb
import pytest

from lsp_server.graph.graph import Graph
from lsp_server.ide.actions import Action
from lsp_server.ide.fixes import fix_all, quick_fixes
from lsp_server.ide.refactorings import refactorings
from lsp_server.text.problems import Problem
from lsp_server.text.spans import Span, TextEdit, apply_edits
from tests.unit import fixture
from tests.unit.ide.workspace import graph_of, opened

_HEADER = re.compile(r"\A\s*MODEL \(.*?\);", re.DOTALL)


def applied(files: dict[str, str], action: Action) -> dict[str, str]:
    after = {**files, **dict.fromkeys(action.creates, "")}
    for path in {edit.path for edit in action.edits}:
        edits = [TextEdit(edit.span, edit.text) for edit in action.edits if edit.path == path]
        after[path] = apply_edits(after[path], edits)
    return after


def rows(files: dict[str, str], model: str) -> list[tuple[object, ...]]:
    """What DuckDB answers for a model, the others being views under their names."""
    graph, connection = graph_of(files), duckdb.connect()
    waiting = sorted(graph.models())
    connection.execute("CREATE SCHEMA shop")
    while waiting:
        name = next(n for n in waiting if not set(graph.upstreams(n)) & set(waiting))
        waiting.remove(name)
        query = _HEADER.sub("", files[graph.model(name).path])
        connection.execute(f"CREATE VIEW {name} AS {query}")
    found = connection.execute(f"SELECT * FROM {model}")
    return [tuple(d[0] for d in found.description), *sorted(found.fetchall(), key=str)]


def refactored(text: str, title: str) -> dict[str, str]:
    """The files after the refactoring of that title at `$0`; the model's data must be the same."""
    graph, parsed = opened(text)
    path, offset = parsed.cursor
    offers = {action.title: action for action in refactorings(graph, path, Span(offset, offset))}
    assert title in offers, f"only {sorted(offers)}"
    after = applied(parsed.files, offers[title])
    for model in graph.models():
        assert rows(parsed.files, model) == rows(after, model)
    return after


def offered(text: str) -> list[str]:
    graph, parsed = opened(text)
    return [a.title for a in refactorings(graph, parsed.cursor[0], Span(parsed.offset, parsed.offset))]


BASE = """\
--- models/base.sql
MODEL (name shop.base);
SELECT * FROM (VALUES (1, 2.0, 'x'), (2, 3.0, 'y'), (2, 3.0, NULL)) AS t(id, price, note)
--- models/other.sql
MODEL (name shop.other);
SELECT 1 AS id, 'n' AS name
--- models/main.sql
MODEL (name shop.main);
"""
MAIN = "models/main.sql"


def test_a_star_is_expanded_with_its_qualifier() -> None:
    after = refactored(BASE + "SELECT b.*$0, 1 AS one FROM shop.base AS b\n", "Expand `b.*` to its 3 columns")
    assert "SELECT b.id, b.price, b.note, 1 AS one FROM" in after[MAIN]


def test_a_star_over_a_join_names_the_sources() -> None:
    query = "SELECT *$0 FROM shop.base AS b JOIN shop.other AS o ON b.id = o.id\n"
    after = refactored(BASE + query, "Expand `*` to its 5 columns")
    assert "SELECT b.id, b.price, b.note, o.id, o.name FROM" in after[MAIN]


@pytest.mark.parametrize(
    "query",
    ["SELECT *$0 EXCLUDE (id) FROM shop.base", "SELECT *$0 FROM raw.unknown", "SELECT count(*$0) FROM shop.base"],
)
def test_stars_that_a_list_cannot_replace_are_left(query: str) -> None:
    assert [title for title in offered(BASE + query + "\n") if title.startswith("Expand")] == []


def test_a_column_is_qualified() -> None:
    query = "SELECT pri$0ce FROM shop.base AS b JOIN shop.other AS o ON b.id = o.id\n"
    assert "SELECT b.price FROM" in refactored(BASE + query, "Qualify as `b.price`")[MAIN]


def test_a_cte_that_is_read_once_is_inlined() -> None:
    query = "WITH a AS (SELECT id FROM shop.base), c AS (SELECT 5 AS five) SELECT a.id, c.five FROM a$0, c\n"
    after = refactored(BASE + query, "Write CTE `a` into the query that reads it")
    assert "WITH c AS (SELECT 5 AS five) SELECT a.id, c.five FROM (SELECT id FROM shop.base) AS a, c" in after[MAIN]


def test_the_only_cte_takes_its_with_along() -> None:
    query = "WITH $0a AS (\n  SELECT id FROM shop.base\n)\nSELECT x.id FROM a AS x\n"
    after = refactored(BASE + query, "Write CTE `a` into the query that reads it")
    assert "\nSELECT x.id FROM (\n  SELECT id FROM shop.base\n) AS x\n" in after[MAIN]


def test_a_cte_that_is_read_twice_stays() -> None:
    assert "Write CTE" not in str(offered(BASE + "WITH $0a AS (SELECT random() AS r) SELECT * FROM a, a AS b\n"))


def test_a_cte_becomes_a_model() -> None:
    query = "WITH cheap$0 AS (\n    SELECT id\n    FROM shop.base\n), b AS (SELECT 1) SELECT cheap.id FROM cheap, b\n"
    after = refactored(BASE + query, "Make CTE `cheap` a model `shop.cheap`")
    assert after["models/cheap.sql"] == "MODEL (\n  name shop.cheap,\n  kind VIEW\n);\n\nSELECT id\nFROM shop.base\n"
    assert "WITH b AS (SELECT 1) SELECT cheap.id FROM shop.cheap AS cheap, b" in after[MAIN]


def test_a_subquery_becomes_a_cte() -> None:
    query = "SELECT s.id FROM (SELECT id$0 FROM shop.base) AS s WHERE s.id > 1\n"
    after = refactored(BASE + query, "Make the subquery a CTE `s`")
    assert "WITH s AS (\n  SELECT id FROM shop.base\n)\nSELECT s.id FROM s WHERE s.id > 1" in after[MAIN]
    query = "WITH a AS (SELECT 1 AS one) SELECT s.id FROM (SELECT id$0 FROM shop.base) s, a\n"
    after = refactored(BASE + query, "Make the subquery a CTE `s`")
    assert "WITH a AS (SELECT 1 AS one),\ns AS (\n  SELECT id FROM shop.base\n) SELECT s.id FROM s, a" in after[MAIN]


def test_a_correlated_subquery_stays() -> None:
    query = "SELECT s.x FROM shop.base AS b, LATERAL (SELECT b.id$0 AS x) AS s\n"
    assert "Make the subquery" not in str(offered(BASE + query))


# Quick fixes


def fixed(text: str, title: str) -> dict[str, str]:
    graph, parsed = opened(text)
    path, offset = parsed.cursor
    offers = {a.title: a for a in quick_fixes(graph, path, problems_of(graph, path), Span(offset, offset))}
    assert title in offers, f"only {sorted(offers)}"
    return applied(parsed.files, offers[title])


def problems_of(graph: Graph, path: str) -> tuple[Problem, ...]:
    return graph.problems(path)


def test_did_you_mean() -> None:
    after = fixed(BASE + "SELECT pric$0 FROM shop.base\n", "Change to `price`")
    assert "SELECT price FROM" in after[MAIN]


def test_did_you_mean_a_column_of_two_tables_names_the_table_too() -> None:
    query = BASE + "SELECT idd$0 FROM shop.base AS b JOIN shop.other AS o ON b.id = o.id\n"
    assert "SELECT o.id FROM" in fixed(query, "Change to `o.id`")[MAIN]
    assert "SELECT b.id FROM" in fixed(query, "Change to `b.id`")[MAIN]
    assert "SELECT id FROM" in fixed(query.replace("ON b.id = o.id", "USING (id)"), "Change to `id`")[MAIN]


def test_did_you_mean_a_table_that_has_the_column() -> None:
    query = BASE + "SELECT bas$0.note FROM shop.base AS basa JOIN shop.other AS base ON basa.id = base.id\n"
    graph, parsed = opened(query)
    path, offset = parsed.cursor
    titles = [a.title for a in quick_fixes(graph, path, problems_of(graph, path), Span(offset, offset))]
    assert titles == ["Change to `basa`"]


def test_an_ambiguous_column_is_qualified_either_way() -> None:
    query = BASE + "SELECT $0id FROM shop.base AS b JOIN shop.other AS o ON b.id = o.id\n"
    assert "SELECT o.id FROM" in fixed(query, "Qualify as `o.id`")[MAIN]
    assert "SELECT b.id FROM" in fixed(query, "Qualify as `b.id`")[MAIN]


def test_a_column_is_added_to_the_groups_of_its_own_query() -> None:
    query = (
        BASE
        + "WITH c AS (SELECT id, note$0, SUM(price) AS s FROM shop.base GROUP BY id) SELECT MAX(s) FROM c GROUP BY id\n"
    )
    graph, parsed = opened(query)
    path, offset = parsed.cursor
    titles = [a.title for a in quick_fixes(graph, path, problems_of(graph, path), Span(offset, offset))]
    assert titles == ["Add `note` to GROUP BY", "Take any value of `note`"]
    assert "GROUP BY id, note) SELECT MAX(s) FROM c GROUP BY id\n" in fixed(query, titles[0])[MAIN]


def test_branches_of_a_union_below_a_broken_header_know_their_own_tables() -> None:
    query = "SELECT id FROM shop.base UNION ALL SELECT i$0d FROM shop.other\n"
    assert "Qualify as `other.id`" in offered(BASE + query)
    assert "Qualify as `other.id`" in offered(
        (BASE + query).replace(");\nSELECT id FROM shop.base", ";\nSELECT id FROM shop.base")
    )


def test_a_column_that_is_not_grouped() -> None:
    query = BASE + "SELECT id, note$0, SUM(price) AS s FROM shop.base GROUP BY id\n"
    assert "GROUP BY id, note" in fixed(query, "Add `note` to GROUP BY")[MAIN]
    assert "SELECT id, ANY_VALUE(note) AS note, SUM(price)" in fixed(query, "Take any value of `note`")[MAIN]


def test_a_source_table_is_described() -> None:
    parsed = fixture.parse(BASE + "SELECT r.b, r.a FROM raw.things AS r\n")
    graph = graph_of(parsed.files)
    problem = Problem("unknown-model", "", Span(0, 0), data={"name": "raw.things", "candidates": []})
    (action,) = quick_fixes(graph, MAIN, [problem], Span(0, 0))
    assert action.creates == ("external_models.yaml",)
    assert action.edits[0].text == "- name: raw.things\n  columns:\n    a: UNKNOWN\n    b: UNKNOWN\n"


def test_fix_all_takes_only_what_has_one_fix() -> None:
    graph, parsed = opened(BASE + "SELECT pric$0, notee, id FROM shop.base AS b, shop.other AS o\n")
    action = fix_all(graph, MAIN, graph.problems(MAIN))
    assert action is not None
    assert "SELECT price, note, id FROM" in applied(parsed.files, action)[MAIN]


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        ("knid FULL", "kind FULL"),
        ("kind FULLL", "kind FULL"),
        ("kind FULL, dialect ducdb", "kind FULL, dialect duckdb"),
    ],
)
def test_a_word_of_the_header_is_mended(wrong: str, right: str) -> None:
    text = f"MODEL (name shop.a, {wrong});\nSELECT 1 AS x"
    files = {"models/a.sql": text}
    graph = graph_of(files)
    problems = graph.problems("models/a.sql")
    [action] = quick_fixes(graph, "models/a.sql", problems, problems[0].span)
    assert applied(files, action)["models/a.sql"] == text.replace(wrong, right)


def test_a_column_is_cast_to_the_type_that_its_header_declares() -> None:
    text = "--- models/a.sql\nMODEL (name shop.a, columns (n BIGINT, t VARCHAR));\nSELECT 1$0 AS n, 'x' AS t\n"
    graph, parsed = opened(text)
    (cast,) = [a for a in refactorings(graph, "models/a.sql", Span(parsed.offset, parsed.offset)) if "Cast" in a.title]
    assert cast.title == "Cast `n` to BIGINT, as the header declares"
    after = applied(parsed.files, cast)
    assert "SELECT CAST(1 AS BIGINT) AS n, 'x' AS t" in after["models/a.sql"]
    again = graph_of(after)
    assert not [a for a in refactorings(again, "models/a.sql", Span(parsed.offset, parsed.offset)) if "Cast" in a.title]
