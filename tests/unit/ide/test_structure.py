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
    assert folds(TEXT) == [Fold(0, 3), Fold(5, 6, "comment"), Fold(7, 17), Fold(10, 13)]


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
