"""What an editor shows beside the text: lenses, hints, tokens, symbols, hierarchy; and when it shows nothing."""

from functools import partial

from lsp_server.analysis.impact import baseline, impact
from lsp_server.ide import hierarchy, inlay_hints, linked_editing, outline, semantic_tokens, verdicts
from lsp_server.text.spans import Span
from tests.unit.ide.workspace import graph_of, opened

SHOP = """\
--- models/base.sql
-- a comment above the header
MODEL (name shop.base, kind FULL);
SELECT 1 AS id, 2.5 AS price
--- models/orders.sql
MODEL (name shop.orders, kind FULL);
WITH x AS (SELECT * FROM shop.base)
SELECT x.id, x.price * 2 AS total FROM x
--- models/report.sql
MODEL (name shop.report);
SELECT SUM(o.total) AS revenue FROM shop.orders AS o
"""
WHOLE = Span(0, 10_000)


def test_lenses_stand_on_the_line_of_the_name_whatever_the_verdict() -> None:
    before, parsed = opened(SHOP)
    was = baseline(before, "saved")
    edits = [("price * 2", "price * 3"), ("x.price * 2 AS total", "x.price * 2 AS total, 1 AS one"), ("x.id, ", "")]
    for old, new in edits:
        after = graph_of({**parsed.files, "models/orders.sql": parsed.files["models/orders.sql"].replace(old, new)})
        lenses = verdicts.lenses(after, "models/orders.sql", impact(after, was), {"dev": {"shop.orders": "current"}})
        assert [lens.kind for lens in lenses] == ["impact", "readers", "environment"]
        assert {lens.span for lens in lenses} == {after.name_span("shop.orders")}
    assert {lens.span for lens in verdicts.lenses(before, "models/orders.sql", None, {})} == {lenses[0].span}


def test_no_hint_on_the_line_that_is_being_typed() -> None:
    graph, parsed = opened(SHOP)
    text = parsed.files["models/orders.sql"]
    line = Span(text.index("SELECT x.id"), len(text) - 1)
    shown = inlay_hints.inlay_hints(graph, "models/orders.sql", WHOLE)
    quiet = inlay_hints.inlay_hints(graph, "models/orders.sql", WHOLE, line)
    assert any(hint.offset in line for hint in shown)
    assert quiet == [hint for hint in shown if hint.offset not in line]
    assert all(not (text[hint.offset - 1].isalnum() and text[hint.offset].isalnum()) for hint in shown)


def test_changed_columns_carry_a_modifier_where_they_are_made_and_read() -> None:
    before, parsed = opened(SHOP)
    was = baseline(before, "saved")
    files = {**parsed.files, "models/orders.sql": parsed.files["models/orders.sql"].replace("* 2", "* 3")}
    after = graph_of(files)
    change = partial(verdicts.token_change, impact(after, was))
    for path, modifiers in (
        ("models/orders.sql", ("declaration", "modification")),
        ("models/report.sql", ("modification",)),
    ):
        tokens = semantic_tokens.semantic_tokens(after, path, change=change)
        marked = [(files[path][slice(*t.span)], t.modifiers) for t in tokens if "modification" in t.modifiers]
        assert ("total", modifiers) in marked
        assert not any(name == "id" for name, _ in marked)
    assert not any("modification" in t.modifiers for t in semantic_tokens.semantic_tokens(before, "models/orders.sql"))


def test_every_call_is_a_function_in_whatever_way_the_parser_reads_it() -> None:
    graph, parsed = opened(
        "SELECT MAX(a) AS m, CEIL(a), sum(a), CASE WHEN a IN (1) AND(a > 1) THEN 1 END FROM (SELECT 1 AS a)$0"
    )
    path, _ = parsed.cursor
    tokens = semantic_tokens.semantic_tokens(graph, path)
    called = [parsed.files[path][slice(*t.span)] for t in tokens if t.type == "function"]
    assert called == ["MAX", "CEIL", "sum"]


def test_tokens_of_a_range_are_those_of_the_whole_within_it() -> None:
    graph, parsed = opened(SHOP)
    path, text = "models/orders.sql", parsed.files["models/orders.sql"]
    part = Span(text.index("SELECT x.id"), len(text))
    whole = semantic_tokens.semantic_tokens(graph, path)
    assert semantic_tokens.semantic_tokens(graph, path, part) == [t for t in whole if part.covers(t.span)] != []


def test_symbols_are_found_by_letters_in_order() -> None:
    graph, _ = opened(SHOP)
    assert outline.workspace_symbols(graph, "sord")[0].name == "shop.orders"
    assert [(hit.kind, hit.container) for hit in outline.workspace_symbols(graph, "rvnue")] == [
        ("column", "shop.report")
    ]
    assert outline.workspace_symbols(graph, "zzz") == []


def test_models_above_and_below() -> None:
    graph, _ = opened(SHOP)
    assert [item.model for item in hierarchy.supertypes(graph, "shop.orders")] == ["shop.base"]
    assert [item.model for item in hierarchy.subtypes(graph, "shop.orders")] == ["shop.report"]


def test_an_alias_and_its_uses_are_edited_together() -> None:
    graph, parsed = opened(SHOP.replace("AS o\n", "AS $0o\n"))
    spans = linked_editing.linked_ranges(graph, *parsed.cursor)
    assert [parsed.files["models/report.sql"][slice(*span)] for span in spans] == ["o", "o"]
