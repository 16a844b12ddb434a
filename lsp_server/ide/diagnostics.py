"""Diagnostics of one file: what reading, binding, the rules and the impact of the edits have to say, put together."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import msgspec

from lsp_server.text.problems import Problem
from lsp_server.text.spans import Span

MAX_SHOWN = 500
"""Problems of one file that an editor is given."""
_GRAVITY = {"error": 0, "warning": 1, "information": 2, "hint": 3}


def assemble(
    problems: Iterable[Problem], severity: Mapping[str, str], impact: Iterable[Problem] = ()
) -> tuple[Problem, ...]:
    """All problems in order of place, each once, with the severities that were set ("off" removes a rule)."""
    found: dict[tuple[object, ...], Problem] = {}
    for problem in (*problems, *impact):
        level = severity.get(problem.code, problem.severity)
        if level == "off":
            continue
        if level != problem.severity:
            problem = msgspec.structs.replace(problem, severity=level)
        found.setdefault((problem.span, problem.code, problem.message), problem)
    return tuple(sorted(found.values(), key=_place))


def capped(problems: tuple[Problem, ...]) -> tuple[Problem, ...]:
    """So many that a person can read them: the gravest ones, and where the first of the others stands a note how many those are."""
    if len(problems) <= MAX_SHOWN:
        return problems
    ranked = sorted(problems, key=lambda problem: _GRAVITY.get(problem.severity, 0))
    hidden = len(problems) - MAX_SHOWN
    place = min(problem.span for problem in ranked[MAX_SHOWN:])
    message = f"{hidden:,} more problems of this file are not shown: `headwater check` tells them all."
    return tuple(sorted((*ranked[:MAX_SHOWN], Problem("more-problems", message, place, "information")), key=_place))


def _place(problem: Problem) -> tuple[Span, str, str]:
    return (problem.span, problem.code, problem.message)
