"""Diagnostics: one rule a file, each a generator `find(db, model)` over the graph's queries.

`diagnostics` is what editor and command line show of a file: what reading and binding found, and what the rules find.
The rules first ask compact facts, and look at trees only where something is wrong, so that checking a workspace whose
facts are at hand costs next to nothing.  Each code has a page in `docs/rules/`.
"""

from __future__ import annotations

from lsp_server.analysis.checks import (
    audit_column,
    broken_reader,
    cycle,
    duplicate_model,
    missing_seed,
    self_reference,
    unknown_model,
)
from lsp_server.graph import digests, queries
from lsp_server.graph.engine import Engine, query
from lsp_server.graph.graph import Graph
from lsp_server.text.problems import Problem

RULES = (unknown_model, cycle, self_reference, missing_seed, broken_reader, audit_column)
"""What is asked of each model that counts; of one whose name an earlier file has, only `duplicate_model`."""


_NOTHING = digests.pack(())


@query()
def diagnostics(db: Engine, path: str) -> tuple[Problem, ...]:
    """All problems of a file, in order of place."""
    found: list[Problem] = []
    for model in queries.outline(db, path).models:
        counts = queries.model(db, model.name)
        rules = RULES if counts is not None and counts.path == path else (duplicate_model,)
        found += [problem for rule in rules for problem in rule.find(db, model)]
    replaced = {problem.span for problem in found if problem.code == broken_reader.CODE}
    # A broken reader says more than "unknown column" at the same place.
    known = [p for p in queries.problems(db, path) if not (p.code == "unknown-column" and p.span in replaced)]
    unique = {(problem.span, problem.code, problem.message): problem for problem in (*known, *found)}
    return tuple(unique[key] for key in sorted(unique))


def install(graph: Graph) -> None:
    """Keep every file's diagnostics up to date with the graph."""
    graph.observe(diagnostics, per="path")


def is_known_sound(graph: Graph, path: str) -> bool:
    """Whether an earlier session found nothing in a file, and nothing has changed since: no question that makes anybody unpack it."""
    packed = graph.engine.packed(diagnostics, path)
    return packed is not None and packed == _NOTHING


def check(graph: Graph, path: str) -> tuple[Problem, ...]:
    """A file's diagnostics."""
    return graph.get(diagnostics, path)
