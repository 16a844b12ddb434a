"""Quick fixes: one function a rule, reading the data that the problem carries and never its words."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator

from lsp_server.graph.graph import Graph
from lsp_server.ide.actions import Action, Edit
from lsp_server.ide.places import scope_at
from lsp_server.syntax.names import quote
from lsp_server.text.problems import Problem
from lsp_server.text.spans import Span

QUICK_FIX = "quickfix"
EXTERNAL = "external_models.yaml"
_HEADER_CODES = frozenset(["unknown-property", "unknown-kind", "header-value"])
"""Their names are words of the header, never quoted."""


def quick_fixes(graph: Graph, path: str, problems: Iterable[Problem], span: Span) -> list[Action]:
    """The fixes of the problems that touch `span`, in the problems' order."""
    found: list[Action] = []
    for problem in problems:
        if problem.span.start <= span.end and span.start <= problem.span.end:
            found += _candidates(graph, path, problem)
            for fix in _FIXES.get(problem.code, ()):
                found += fix(graph, path, problem)
    return found


def fix_all(graph: Graph, path: str, problems: Iterable[Problem]) -> Action | None:
    """Every problem that has exactly one candidate, mended at once."""
    edits = [
        edit
        for problem in problems
        for actions in [list(_candidates(graph, path, problem))]
        if len(actions) == 1
        for edit in actions[0].edits
    ]
    return Action("Fix all problems that have one fix", "source.fixAll", tuple(edits)) if edits else None


def _candidates(graph: Graph, path: str, problem: Problem) -> Iterator[Action]:
    """`Did you mean`: names that the writer may have meant, the closest first; for an ambiguous column, its owners."""
    names = problem.data.get("candidates", [])
    names = [names] if isinstance(names, str) else names
    for at, name in enumerate(names):
        spelled = name if problem.code in _HEADER_CODES else _spelled(name, _dialect(graph, path))
        edit = Edit(path, problem.span, spelled)
        title = f"Qualify as `{name}`" if problem.code == "ambiguous-column" else f"Change to `{name}`"
        preferred = at == 0 and problem.code != "ambiguous-column" and len(names) == 1
        yield Action(title, QUICK_FIX, (edit,), codes=(problem.code,), preferred=preferred, problem=problem.span)


def _spelled(name: str, dialect: str) -> str:
    """A name, dotted or not, as the dialect wants it written."""
    return ".".join(quote(part, dialect, always=False) for part in name.split("."))


def _describe_table(graph: Graph, path: str, problem: Problem) -> Iterator[Action]:
    """An entry for a source table, with the columns that queries read of it; types are left to the person."""
    name = problem.data.get("name")
    if not isinstance(name, str):
        return
    columns = _columns_read(graph, name)
    listed = "".join(f"    {column}: UNKNOWN\n" for column in columns)
    entry = f"- name: {name}\n" + (f"  columns:\n{listed}" if columns else "")
    prefix = graph.config().for_path(path).prefix
    target = f"{prefix}{EXTERNAL}"
    creates = () if target in graph.paths() else (target,)
    yield Action(
        f"Describe `{name}` in {EXTERNAL}",
        QUICK_FIX,
        (Edit(target, Span(0, 0), entry),),
        creates,
        codes=(problem.code,),
        problem=problem.span,
    )


def _columns_read(graph: Graph, table: str) -> list[str]:
    found: dict[str, None] = {}
    for reader in graph.readers(table):
        query = graph.query(reader)
        for source in query.sources if query is not None else ():
            if source.model == table:
                found.update(dict.fromkeys(source.columns))
    return sorted(found)


def _group_by(graph: Graph, path: str, problem: Problem) -> Iterator[Action]:
    """Add the column to GROUP BY, or take any value of it."""
    name, text = problem.data.get("name"), graph.text(path) or ""
    if not isinstance(name, str):
        return
    written = text[slice(*problem.span)]
    column = _without_alias(written)
    for model in graph.models_in(path):
        bound = graph.bound(model.name)
        scope = scope_at(bound.places, problem.span.start) if bound is not None else None
        span = bound.places.clauses.get((scope.index, "group")) if bound is not None and scope is not None else None
        if span is not None:
            edit = Edit(path, Span(span.end, span.end), f", {column}")
            title = f"Add `{column}` to GROUP BY"
            yield Action(title, QUICK_FIX, (edit,), codes=(problem.code,), preferred=True, problem=problem.span)
    alias = written[len(column) :] or f" AS {name}"
    edit = Edit(path, problem.span, f"ANY_VALUE({column}){alias}")
    yield Action(f"Take any value of `{column}`", QUICK_FIX, (edit,), codes=(problem.code,), problem=problem.span)


def _without_alias(projection: str) -> str:
    return re.sub(r"\s+AS\s+\S+\s*\Z", "", projection, flags=re.IGNORECASE)


def _dialect(graph: Graph, path: str) -> str:
    model = next(iter(graph.models_in(path)), None)
    return model.dialect if model is not None else graph.config().for_path(path).dialect


_FIXES: dict[str, tuple[Callable[[Graph, str, Problem], Iterator[Action]], ...]] = {
    "unknown-model": (_describe_table,),
    "not-grouped": (_group_by,),
}
