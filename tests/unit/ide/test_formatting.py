"""What is formatted of a document: all, a part, what was just finished."""

import pytest

from lsp_server.ide.formatting import format_file, format_typed
from lsp_server.syntax.model_file import read_model
from lsp_server.text.spans import Span, apply_edits

TEXT = "model (name shop.a);\nselect a,b from shop.b;\n"


def typed(text: str, character: str) -> str:
    """The text after `$0` was typed behind `character`."""
    cursor = text.index("$0")
    text = text.replace("$0", "")
    return apply_edits(text, format_typed(read_model(text, "duckdb"), cursor, character))


def test_a_range_touches_its_own_lines_only() -> None:
    file = read_model(TEXT, "duckdb")
    assert apply_edits(TEXT, list(format_file(file, Span(0, 5)).edits)).endswith("select a,b from shop.b;\n")


def test_a_semicolon_formats_the_statement_that_it_ends() -> None:
    header = "MODEL (\n  name shop.a\n);\n\n"
    assert typed(header + "select a,b from shop.b;$0\n", ";") == header + "SELECT\n  a,\n  b\nFROM shop.b;\n"
    assert typed("model (name shop.a);$0\nselect a,b from shop.b\n", ";").endswith("select a,b from shop.b\n")


def test_a_line_break_formats_the_line_before_and_leaves_the_cursors_own() -> None:
    after = typed("MODEL (\n  name shop.a\n);\n\nselect\n$0  a,\n  b\nfrom shop.b\n", "\n")
    assert after == "MODEL (\n  name shop.a\n);\n\nSELECT\n  a,\n  b\nfrom shop.b\n"
    assert typed("$0select 1", "\n") == "select 1"


def test_half_typed_text_is_left() -> None:
    assert typed("MODEL (name shop.a);\nselect a, (\n$0", "\n") == "MODEL (name shop.a);\nselect a, (\n"


MOVED = """\
MODEL (
  name shop.a,
  columns ( id INT,
    zone TEXT, people INT
  ),
  column_descriptions (
      zone = 'Where', people
= 'How many'
), grain id
);
"""
"""A line of it, `  ),`, stands in the formatted text too, but behind another property."""


@pytest.mark.parametrize("text", [MOVED, MOVED.replace("\n", "\r\n"), MOVED.replace("  ", "\t")])
def test_every_part_of_the_edits_leaves_all_that_is_written(text: str) -> None:
    file = read_model(text, "duckdb")
    edits = format_file(file).edits
    for first in range(len(edits)):
        for last in range(first, len(edits)):
            after = apply_edits(text, list(edits[first : last + 1]))
            assert "".join(after.split()) == "".join(text.split())
    assert format_file(read_model(apply_edits(text, list(edits)), "duckdb")).edits == ()
