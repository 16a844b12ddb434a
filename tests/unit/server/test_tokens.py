"""Differences between two answers of semantic tokens: what a client makes of them is the new answer."""

import random

import pytest
from lsprotocol import types

from lsp_server.server.handlers.tokens import _difference


def applied(old: list[int], edits: list[types.SemanticTokensEdit]) -> list[int]:
    for edit in edits:
        old = [*old[: edit.start], *(edit.data or ()), *old[edit.start + edit.delete_count :]]
    return old


def random_tokens(dice: random.Random) -> list[int]:
    return [dice.randrange(2) for _ in range(5 * dice.randrange(6))]


@pytest.mark.parametrize("seed", range(200))
def test_a_difference_is_of_whole_tokens_and_leads_to_the_new_ones(seed: int) -> None:
    dice = random.Random(seed)
    old, new = random_tokens(dice), random_tokens(dice)
    edits = _difference(old, new)
    assert applied(old, edits) == new
    assert all(edit.start % 5 == edit.delete_count % 5 == len(edit.data or ()) % 5 == 0 for edit in edits)


def test_nothing_changed_is_no_edit() -> None:
    assert _difference([0, 1, 2, 3, 4], [0, 1, 2, 3, 4]) == []
