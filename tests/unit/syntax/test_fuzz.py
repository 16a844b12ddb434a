"""Whatever is typed: no exception, spans inside the text, a bounded time.  `N=5000 SEED=...` for a long run."""

from __future__ import annotations

import os
import random

from lsp_server.syntax.model_file import read_model
from lsp_server.syntax.query import parse_query
from lsp_server.syntax.tokens import scan

MODEL = """/* Orders, one row each. */
MODEL (
  name shop.orders, kind INCREMENTAL_BY_TIME_RANGE (time_column ds, batch_size 3), dialect duckdb,
  columns (id INT, total DOUBLE), audits (not_null(columns := (id, total)), forall(criteria := (id > 0))),
);
SET x = 1;
@DEF(limit_, 10);
WITH recent AS (
  SELECT o.id, SUM(i.price * i.qty) FILTER (WHERE i.qty > 0) AS total, -- the sum
    CASE WHEN o.kind = 'a' THEN 1 ELSE 'it''s' END AS kind, @EACH([a, b], x -> o.@x AS @{x}_col)
  FROM raw.orders AS o LEFT JOIN raw.items AS i ON o.id = i.order_id AND i.ds BETWEEN @start_ds AND @end_ds
  WHERE o.id IN (SELECT id FROM raw.ids WHERE "a b" IS NOT NULL) GROUP BY ALL
)
SELECT r.id, r.total::DECIMAL(10, 2), ROW_NUMBER() OVER (PARTITION BY r.kind ORDER BY r.total DESC) AS n
FROM recent AS r @WHERE(TRUE) r.id > @limit_
UNION ALL SELECT 1, {'a': 2}.a, [3][1] FROM (VALUES (1)) AS v(x);
DROP TABLE IF EXISTS y;
JINJA_STATEMENT_BEGIN; {% for x in [1] %} SELECT {{ x }}; {% endfor %} JINJA_END;
ON_VIRTUAL_UPDATE_BEGIN; GRANT SELECT ON VIEW @this_model TO ROLE r; ON_VIRTUAL_UPDATE_END;
AUDIT (name a); SELECT * FROM @this_model WHERE id < 0;
"""
TOKENS = scan(MODEL, "duckdb").tokens
SCRAPS = [
    "(",
    ")",
    "'",
    '"',
    ",",
    ".",
    "@",
    "{",
    "}",
    "{{",
    "{%",
    "SELECT",
    "FROM",
    "CASE",
    "END",
    "WITH",
    "--",
    "/*",
    "\0",
    "é",
    ";",
    "`",
    "$$",
    "\ud800",
]


def check(text: str) -> None:
    """Nothing raises, and every span lies inside the text."""
    file = read_model(text, "duckdb")
    parsed = [parse_query(statement) for statement in file.statements]
    parsed.append(parse_query(file))
    for problem in (*file.problems, *(problem for query in parsed for problem in query.problems)):
        assert 0 <= problem.span.start <= problem.span.end <= len(text), problem
        assert problem.message
    for query in parsed:
        for table in query.tables:
            assert 0 <= table.span.start <= table.span.end <= len(text)


def damaged(rng: random.Random) -> str:
    """The model cut, with tokens deleted, doubled or replaced by scraps."""
    tokens = list(TOKENS)
    text = MODEL
    for _ in range(rng.randint(1, 4)):
        token = rng.choice(tokens)
        action = rng.random()
        if action < 0.4:
            text = text.replace(MODEL[token.start : token.end + 1], "", 1)
        elif action < 0.7:
            at = rng.randrange(len(text) + 1)
            text = text[:at] + rng.choice(SCRAPS) + text[at:]
        elif action < 0.85:
            text = text[: rng.randrange(len(text) + 1)]
        else:
            at = rng.randrange(len(text) + 1)
            text = text[:at] + "".join(chr(rng.randrange(1, 0x250)) for _ in range(5)) + text[at:]
    return text


def test_the_model_itself_is_fine() -> None:
    assert read_model(MODEL, "duckdb").problems == ()


def test_cut_at_tokens() -> None:
    step = 1 if os.environ.get("N") else 13
    for token in TOKENS[::step]:
        check(MODEL[: token.start])
        check(MODEL[: token.end])


def test_random_damage() -> None:
    seed = int(os.environ.get("SEED", "11"))
    rng = random.Random(seed)
    for number in range(int(os.environ.get("N", "35"))):
        text = damaged(rng)
        try:
            check(text)
        except Exception:
            print(f"seed {seed}, text number {number}:\n{text!r}")
            raise
