"""The extractor of documented commands: what it finds and when an output matches."""

from pathlib import Path

from tests.docs.console import commands, matches


def test_commands_with_exit_codes_and_output(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(
        "Text\n\n```console\n$ headwater check  # exits 1\none\n...\n$ true\n```\n\n```sh\n$ not this\n```\n"
    )
    first, second = commands(page)
    assert (first.line, first.text, first.exits, first.output) == (4, "headwater check", 1, ("one", "..."))
    assert (second.text, second.exits, second.output) == ("true", 0, ())


def test_dots_stand_for_lines_and_for_parts_of_lines() -> None:
    assert matches(("a", "...", "z"), "a\nb\nc\nz\n")
    assert matches(("took ... ms",), "took 12 ms\n")
    assert not matches(("a", "z"), "a\nb\nz\n")
    assert not matches(("a",), "ab\n")
    assert matches((), "anything")
