"""The demo's own eyes: readers by a plain search, the shown difference, positions."""

from lsp_server.cli.demo.editor import position_of
from lsp_server.cli.demo.walk import difference, model_texts, readers_by_text
from lsp_server.project import demo


def test_readers_are_found_through_models_in_between() -> None:
    models = {"a.a": "", "b.b": "SELECT 1 FROM a.a AS x", "c.c": "FROM z JOIN b.b AS y", "d.d": "FROM a.ab"}
    assert readers_by_text(models, "a.a") == {"b.b", "c.c"}


def test_the_demo_has_thirty_models_of_all_layers() -> None:
    models = model_texts(demo.source())
    assert len(models) == 30
    assert {name.partition(".")[0] for name in models} == {"raw", "staging", "intermediate", "marts"}
    assert len(readers_by_text(models, "staging.rides")) == 12


def test_a_difference_shows_one_line_around() -> None:
    assert difference("a\nb\nc\nd", "a\nb\nX\nd") == (2, [(" ", "b"), ("-", "c"), ("+", "X"), (" ", "d")])
    assert difference("a\nb", "a\nnew\nb") == (1, [(" ", "a"), ("+", "new"), (" ", "b")])


def test_positions_count_utf16() -> None:
    assert position_of("a\n🚲x", 3) == {"line": 1, "character": 2}
