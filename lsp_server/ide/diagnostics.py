"""Diagnostics of one file: what reading, binding, the rules and the impact of the edits have to say, put together."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import msgspec

from lsp_server.text.problems import Problem


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
    return tuple(sorted(found.values(), key=lambda problem: (problem.span, problem.code, problem.message)))
