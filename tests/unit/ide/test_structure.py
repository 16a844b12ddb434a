"""Folding and selection ranges: read from tokens, so they hold in half-typed text too."""

import itertools

from lsp_server.ide.folding import Fold, folding_ranges
from lsp_server.ide.selection import selection_ranges
from lsp_server.syntax.model_file import read_model
from lsp_server.text.lines import LineIndex

TEXT = """\
MODEL (
  name shop.totals,
  kind FULL
);

-- one
-- two
WITH paid AS (
  SELECT
    o.id,
    CASE
      WHEN o.a THEN 1
      ELSE 2
    END AS c
  FROM shop.orders AS o
  WHERE o.x = 1 AND LOWER(o.status) = 'paid'
)
SELECT id, SUM(total * (1 + tax)) AS total FROM paid GROUP BY id
"""


def folds(text: str) -> list[Fold]:
    return folding_ranges(read_model(text, "duckdb"), LineIndex(text))


def grown(text: str) -> list[str]:
    """The selections, smallest first, at `$0`."""
    offset = text.index("$0")
    text = text.replace("$0", "")
    return [text[span.start : span.end] for span in selection_ranges(read_model(text, "duckdb"), offset)]


def test_header_comments_cte_and_case_fold():
    assert folds(TEXT) == [Fold(0, 2), Fold(5, 6, "comment"), Fold(7, 15), Fold(10, 12)]


def test_each_cte_and_the_query_behind_them_fold_by_themselves():
    """`), b AS (` ends one fold and begins the next: its line belongs to the second."""
    text = "WITH a AS (\n  SELECT 1\n), b AS (\n  SELECT 2\n)\nSELECT *\nFROM a\nUNION ALL\nSELECT *\nFROM b\n"
    assert folds(text) == [Fold(0, 1), Fold(2, 3), Fold(5, 6), Fold(8, 9)]


def test_brackets_in_the_header_fold():
    assert folds("MODEL (\n  name a.b,\n  columns (\n    id INT\n  )\n);\nSELECT 1\n") == [Fold(0, 4), Fold(2, 3)]


def test_open_brackets_fold_to_the_end_of_the_statement():
    assert folds("SELECT a\nFROM (\n  SELECT b\n  FROM t") == [Fold(0, 3), Fold(1, 3)]


def test_a_selection_grows_expression_by_expression():
    assert grown(TEXT.replace("(1 + tax)", "(1 + ta$0x)"))[:6] == [
        "tax",
        "1 + tax",
        "(1 + tax)",
        "total * (1 + tax)",
        "(total * (1 + tax))",
        "SUM(total * (1 + tax))",
    ]


def test_a_selection_grows_through_what_an_expression_is_made_of():
    steps = grown("SELECT CASE WHEN a BETWEEN 1 AND 2 OR t.b = 3 THEN x + y * 2::IN$0T ELSE 0 END AS q FROM t")
    assert steps[:6] == [
        "INT",
        "2::INT",
        "y * 2::INT",
        "x + y * 2::INT",
        "WHEN a BETWEEN 1 AND 2 OR t.b = 3 THEN x + y * 2::INT ELSE 0",
        "CASE WHEN a BETWEEN 1 AND 2 OR t.b = 3 THEN x + y * 2::INT ELSE 0 END",
    ]
    steps = grown("SELECT CASE WHEN a BETWEEN 1 AND 2 OR t.b$0 = 3 THEN x END AS q FROM t")
    assert steps[:4] == ["b", "t.b", "t.b = 3", "a BETWEEN 1 AND 2 OR t.b = 3"]
    assert grown("SELECT f(abc$0, d) AS q FROM t WHERE a AND b")[0] == "abc"
    assert grown("SELECT a FROM t WHERE x IS DISTINCT FROM b AND c$0")[1] == "x IS DISTINCT FROM b AND c"


def test_a_selection_grows_in_the_header():
    steps = grown("MODEL (name a.b, kind INCREMENTAL_BY_TIME_RANGE (time_column d$0s, batch_size 1));\nSELECT 1")
    assert steps[:3] == ["ds", "time_column ds", "time_column ds, batch_size 1"]
    assert "kind INCREMENTAL_BY_TIME_RANGE (time_column ds, batch_size 1)" in steps


def test_a_selection_grows_through_terms_and_clauses():
    steps = grown(TEXT.replace("'paid'", "'pa$0id'"))
    assert steps[:3] == [
        "'paid'",
        "LOWER(o.status) = 'paid'",
        "o.x = 1 AND LOWER(o.status) = 'paid'",
    ]
    assert steps[3].startswith("WHERE o.x") and steps[-1].startswith("MODEL")


def test_each_step_covers_the_one_before_at_every_offset():
    file = read_model(TEXT, "duckdb")
    for offset in range(len(TEXT) + 1):
        spans = selection_ranges(file, offset)
        assert all(outer.covers(inner) and outer != inner for inner, outer in itertools.pairwise(spans))
        assert spans[-1] == (0, len(TEXT))
