"""The fixture language itself."""

from lsp_server.text.spans import Span
from tests.unit.fixture import Mark, parse, render_marks

TWO = """
--- models/a.sql
SELECT 1 AS on$0e, 2 AS two
--          ^^^ first
--                      ^^^ second
--- models/b.sql
SELECT x
"""


def test_files_cursor_and_marks() -> None:
    fixture = parse(TWO)
    assert fixture.files == {"models/a.sql": "SELECT 1 AS one, 2 AS two\n", "models/b.sql": "SELECT x\n"}
    assert fixture.cursor == ("models/a.sql", 14)
    assert fixture.marks == (Mark("models/a.sql", Span(12, 15), "first"), Mark("models/a.sql", Span(22, 25), "second"))


def test_without_a_file_name_it_is_one_model() -> None:
    assert parse("SELECT $1a$2").files == {"models/main.sql": "SELECT a"}
    assert parse("SELECT $1a$2").selection == Span(7, 8)


def test_marks_are_drawn_as_they_are_read() -> None:
    fixture = parse(TWO)
    drawn = render_marks(TWO, [(mark.path, mark.span, mark.message) for mark in fixture.marks])
    assert parse(drawn).marks == fixture.marks
