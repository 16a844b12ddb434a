"""What may be typed where, in text that is not finished: `|` is the cursor."""

import pytest

from lsp_server.syntax.cursor import Call, Cursor, context_at


def at(text: str) -> Cursor:
    return context_at(text.replace("|", "", 1), text.index("|"), "duckdb")


@pytest.mark.parametrize(
    ("text", "kind", "clause"),
    [
        ("SELECT | FROM t", "expression", "SELECT"),
        ("SELECT a FROM t WHERE |", "expression", "WHERE"),
        ("SELECT a FROM t ORDER BY |", "expression", "ORDER BY"),
        ("SELECT a FROM t WHERE a IS NOT DISTINCT FROM |", "expression", "WHERE"),
        ("SELECT a FROM t JOIN u ON |", "expression", "ON"),
        ("SELECT a FROM |", "table", "FROM"),
        ("SELECT a FROM t, |", "table", "FROM"),
        ("SELECT a FROM (|", "table", "FROM"),
        ("SELECT a FROM t |", "after_table", "FROM"),
        ("SELECT a FROM t JOIN u USING (|", "using", "USING"),
        ("SELECT a FROM t WHERE x IN (|", "statement", ""),
        ("WITH x AS (|", "statement", ""),
        ("MODEL (name a); SEL|", "statement", ""),
        ("", "statement", ""),
        ("SELECT sum(a) AS |", "none", "SELECT"),
        ("WITH |", "none", "WITH"),
        ("SELECT 'a| '", "none", ""),
        ("-- hello |", "none", ""),
        ("SELECT /* a | */ b", "none", ""),
        ("SELECT @|", "macro", ""),
    ],
)
def test_contexts_of_a_query(text: str, kind: str, clause: str) -> None:
    cursor = at(text or "|")
    assert (cursor.kind, cursor.clause) == (kind, clause)


def test_a_qualifier_is_all_its_parts() -> None:
    assert at("SELECT o.| FROM o").qualifier == ("o",)
    assert at("SELECT shop.orders.to|tal FROM shop.orders").qualifier == ("shop", "orders")
    assert at("SELECT a FROM shop.|").kind == "table"


def test_the_word_around_the_cursor_is_replaced() -> None:
    cursor = at("SELECT o.to|tal FROM o")
    assert (cursor.prefix, cursor.replace) == ("to", (9, 14))


def test_calls_for_signature_help() -> None:
    assert at("SELECT coalesce(a, |) FROM t").call == Call("coalesce", 1)
    assert at("SELECT f(g(a, b), (c, d), |").call == Call("f", 2)
    assert at("SELECT (a, |").call is None


@pytest.mark.parametrize(
    ("text", "kind", "property_", "kind_name"),
    [
        ("MODEL (|", "property", "", ""),
        ("MODEL (name a, ki|", "property", "", ""),
        ("MODEL (name a, kind |", "kind", "kind", ""),
        ("MODEL (kind INCREMENTAL_BY_TIME_RANGE (|", "kind_property", "", "INCREMENTAL_BY_TIME_RANGE"),
        ("MODEL (kind INCREMENTAL_BY_TIME_RANGE (time_column |", "value", "time_column", "INCREMENTAL_BY_TIME_RANGE"),
        ("MODEL (name a, cron |)", "value", "cron", ""),
    ],
)
def test_contexts_of_a_header(text: str, kind: str, property_: str, kind_name: str) -> None:
    cursor = at(text)
    assert (cursor.kind, cursor.property, cursor.kind_name) == (kind, property_, kind_name)


def test_any_place_of_any_text_has_a_context() -> None:
    text = "MODEL (name a.b, kind FULL (x (y)));\nWITH q AS (SELECT 'é', \"x\".y FROM t -- c\n) SELECT q.*, f(1, 2) FROM q)))"
    for offset in range(len(text) + 1):
        for cut in (text, text[:offset]):
            cursor = context_at(cut, offset, "duckdb")
            assert cursor.replace.start <= offset <= cursor.replace.end
