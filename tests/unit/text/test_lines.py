"""Positions: against Python's own encoders, on texts with every width of character and every line end."""

from __future__ import annotations

import doctest

from hypothesis import given
from hypothesis import strategies as st

from lsp_server.text import lines
from lsp_server.text.lines import LineIndex

CHARACTERS = "aé漢😀\ud800\r\n\t"
ENCODERS = {"utf-8": ("utf-8", 1), "utf-16": ("utf-16-le", 2), "utf-32": ("utf-32-le", 4)}


def units(text: str, encoding: str) -> int:
    """Code units of `text`, by Python's own encoder."""
    name, width = ENCODERS[encoding]
    return len(text.encode(name, "surrogatepass")) // width


@given(st.text(alphabet=CHARACTERS, max_size=30), st.sampled_from(sorted(ENCODERS)))
def test_position_counts_code_units_and_offset_is_its_inverse(text: str, encoding: str) -> None:
    index = LineIndex(text)
    for offset in range(len(text) + 1):
        line, character = index.position(offset, encoding)
        before = text[index.line_start(line) : offset]
        between = text[offset - 1 : offset + 1] == "\r\n"
        if not between:
            assert character == units(before, encoding)
            assert index.offset(line, character, encoding) == offset


@given(st.text(alphabet=CHARACTERS, max_size=20), st.integers(-3, 40), st.integers(-3, 40))
def test_positions_that_do_not_exist_are_clamped(text: str, line: int, character: int) -> None:
    index = LineIndex(text)
    for encoding in ENCODERS:
        assert 0 <= index.offset(line, character, encoding) <= len(text)


def test_a_position_inside_a_wide_character_is_its_beginning() -> None:
    assert LineIndex("😀x").offset(0, 1, "utf-16") == 0
    assert LineIndex("漢x").offset(0, 2, "utf-8") == 0


def test_line_ends() -> None:
    index = LineIndex("a\r\nb\rc\nd")
    assert [index.line_text(n) for n in range(len(index))] == ["a", "b", "c", "d"]


def test_examples_in_the_documentation() -> None:
    assert doctest.testmod(lines).failed == 0
