"""Incremental synchronisation against a model that thinks in UTF-16 code units, as editors do."""

import random

import pytest

from lsp_server.server.documents import Change, Document, apply_changes, line_bounds

PIECES = ["a", "b", " ", "\n", "\r", "\r\n", "é", "表", "😀", "👩‍💻", "select", "\ud83d", "\ude00", ""]


def units(text: str) -> list[int]:
    data = text.encode("utf-16-le", "surrogatepass")
    return [int.from_bytes(data[i : i + 2], "little") for i in range(0, len(data), 2)]


def text_of(code_units: list[int]) -> str:
    return b"".join(unit.to_bytes(2, "little") for unit in code_units).decode("utf-16-le", "surrogatepass")


def model_offset(code_units: list[int], line: int, character: int) -> int:
    """Where an editor's (line, character) is in its array of code units."""
    at = 0
    for _ in range(line):
        while at < len(code_units) and code_units[at] not in (10, 13):
            at += 1
        if at >= len(code_units):
            return len(code_units)
        at += 2 if code_units[at : at + 2] == [13, 10] else 1
    end = at
    while end < len(code_units) and code_units[end] not in (10, 13):
        end += 1
    return min(at + character, end)


def model_apply(code_units: list[int], change: Change) -> list[int]:
    if change.start is None:
        return units(change.text)
    start, end = sorted([change.start, change.end])
    first, last = model_offset(code_units, *start), model_offset(code_units, *end)
    return code_units[:first] + units(change.text) + code_units[last:]


@pytest.mark.parametrize("seed", range(300))
def test_random_edits_agree_with_an_editor(seed: int) -> None:
    random_ = random.Random(seed)
    model = units("".join(random_.choices(PIECES, k=random_.randrange(30))))
    text = text_of(model)
    for _ in range(30):
        spots = [(random_.randrange(8), random_.randrange(12)) for _ in range(2)]
        change = Change(*spots, "".join(random_.choices(PIECES, k=random_.randrange(4))))
        text, model = apply_changes(text, [change], "utf-16"), model_apply(model, change)
        assert text == text_of(model)


def test_half_an_emoji_typed_then_the_other_half_is_an_emoji() -> None:
    text = apply_changes("x", [Change((0, 1), (0, 1), "\ud83d"), Change((0, 2), (0, 2), "\ude00")], "utf-16")
    assert text == "x😀"


def test_deleting_half_an_emoji_leaves_the_other_half() -> None:
    text = apply_changes("😀!", [Change((0, 0), (0, 1), "")], "utf-16")
    assert text == "\ude00!"
    assert Document("file:///a.sql", 1, text).analysed == "\N{REPLACEMENT CHARACTER}!"


def test_a_position_beyond_its_line_is_the_end_of_the_line_before_its_break() -> None:
    assert apply_changes("a\r\nb", [Change((0, 99), (0, 99), "!")], "utf-16") == "a!\r\nb"
    assert apply_changes("a\r\nb", [Change((9, 0), (9, 9), "!")], "utf-16") == "a\r\nb!"


def test_reversed_ranges_are_put_in_order() -> None:
    assert apply_changes("abc", [Change((0, 2), (0, 1), "")], "utf-16") == "ac"


@pytest.mark.parametrize(("encoding", "character"), [("utf-8", 7), ("utf-16", 3), ("utf-32", 2)])
def test_each_encoding_counts_its_own_units(encoding: str, character: int) -> None:
    assert apply_changes("表😀x", [Change((0, character), (0, character), "|")], encoding) == "表😀|x"


def test_utf8_positions_inside_a_character_are_its_beginning() -> None:
    assert apply_changes("表x", [Change((0, 2), (0, 3), "")], "utf-8") == "x"


def test_lines_end_in_three_ways() -> None:
    assert line_bounds("a\rb\r\nc\n") == [(0, 1), (2, 3), (5, 6), (7, 7)]
