"""Who types in one clause of a damaged query must not have all others parsed anew: how often the parser runs, not how long."""

from __future__ import annotations

import pytest

from lsp_server.syntax import parsing, sound_parts
from lsp_server.syntax.model_file import read_model
from lsp_server.syntax.query import ParsedQuery, parse_query

QUERY = """WITH open AS (SELECT o.id, o.amount, o.placed_at FROM shop.orders AS o WHERE o.status = 'open'),
     late AS (SELECT id, amount * 2 AS doubled FROM open WHERE placed_at < DATE '2024-01-01')
SELECT l.id, l.doubled, {} AS typed, upper('x') AS x, CASE WHEN l.id > 1 THEN 2 ELSE 3 END AS c
FROM late AS l JOIN shop.customers AS k ON k.id = l.id WHERE k.name <> '' GROUP BY ALL"""


@pytest.fixture(autouse=True)
def _nothing_known(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sound_parts, "_known", type(sound_parts._known)())


def tokens_parsed(monkeypatch: pytest.MonkeyPatch, text: str) -> int:
    seen: list[int] = []
    run = parsing._run
    monkeypatch.setattr(
        parsing, "_run", lambda text, tokens, *more: (seen.append(len(tokens)), run(text, tokens, *more))[1]
    )
    read(text)
    monkeypatch.setattr(parsing, "_run", run)
    return sum(seen)


def read(text: str) -> ParsedQuery:
    return parse_query(read_model(text))


def test_the_next_keystroke_parses_what_is_damaged_and_the_whole_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    first = tokens_parsed(monkeypatch, QUERY.format("l.id + ("))
    second = tokens_parsed(monkeypatch, QUERY.format("l.id + (l"))
    whole = len(read_model(QUERY.format("l.id")).query.tokens)  # type: ignore[union-attr]
    assert second < first - whole
    assert second < 4 * whole


def test_what_is_known_does_not_depend_on_where_it_stands(monkeypatch: pytest.MonkeyPatch) -> None:
    tokens_parsed(monkeypatch, QUERY.format("l.id + ("))
    there = tokens_parsed(monkeypatch, QUERY.format("l.id + ("))
    assert tokens_parsed(monkeypatch, "\n\n  " + QUERY.format("l.id + (")) == there


def test_words_that_stand_apart_are_another_part() -> None:
    """`o. FROM t` lacks a name, `o.FROM` has one: the distance between tokens counts."""
    first, second = read("SELECT o.from, ) FROM t AS o"), read("SELECT o. from, ) FROM t AS o")
    assert [problem.message for problem in first.problems] != [problem.message for problem in second.problems]


def test_what_is_remembered_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sound_parts, "_MOST", 5)
    for number in range(20):
        read(f"SELECT a, b{number}, c{number}, ( FROM t{number} WHERE d = {number}")
    assert len(sound_parts._known) == 5


def test_the_same_is_said_whatever_is_known() -> None:
    texts = [QUERY.format(typed) for typed in ("l.id +", "(", "l.", "CASE WHEN", "sum(l.id) OVER (", "1, , 2")]
    cold = []
    for text in texts:
        sound_parts._known.clear()
        cold.append((read(text).problems, str(read(text).tree)))
    assert [(read(text).problems, str(read(text).tree)) for text in texts] == cold
