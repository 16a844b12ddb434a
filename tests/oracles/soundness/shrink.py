"""Makes a failing case small: fewer models, fewer words in both versions, fewer rows."""

from __future__ import annotations

import re
from collections.abc import Callable
from difflib import SequenceMatcher

from tests.oracles.soundness.workspaces import Case

Fails = Callable[[Case], bool]


def shrink(case: Case, fails: Fails) -> Case:
    """The smallest case found that still fails; `fails` must be true of `case`."""
    case = _without_models(case, fails)
    changed = True
    while changed:
        changed = False
        for name in list(case.before):
            smaller = _without_words(case, name, fails)
            if smaller is not None:
                case, changed = smaller, True
    return case


def _without_models(case: Case, fails: Fails) -> Case:
    for name in reversed(list(case.before)):
        if name == case.edited:
            continue
        smaller = Case(case.trap, case.harmless, _less(case.before, name), _less(case.after, name))
        if fails(smaller):
            case = smaller
    return case


def _less(models: dict[str, str], name: str) -> dict[str, str]:
    return {other: text for other, text in models.items() if other != name}


def _without_words(case: Case, name: str, fails: Fails) -> Case | None:
    """Leaves out a run of words that both versions of a model share."""
    one, two = (re.findall(r"\w+|'[^']*'|\S", text) for text in (case.before[name], case.after[name]))
    for start_one, start_two, size in SequenceMatcher(None, one, two, autojunk=False).get_matching_blocks():
        for length in range(min(size, 14), 0, -1):
            for at in range(size - length + 1):
                left = " ".join(one[: start_one + at] + one[start_one + at + length :])
                right = " ".join(two[: start_two + at] + two[start_two + at + length :])
                if case.before[name] != case.after[name] and left == right:
                    continue
                smaller = Case(case.trap, case.harmless, {**case.before, name: left}, {**case.after, name: right})
                if fails(smaller):
                    return smaller
    return None
