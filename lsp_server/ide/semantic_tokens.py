"""Semantic tokens: what each name is, which an editor's grammar cannot know.

Models, CTEs, aliases, columns, functions and macros have types of the protocol's own legend, so that every theme colours them.
A column that the edit changed carries `modification`; one that is gone for its readers, `deprecated`.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator

import msgspec

from lsp_server.graph.graph import Graph
from lsp_server.ide.functions import functions
from lsp_server.ide.symbols import key_of
from lsp_server.semantics.facts import Places, Reference
from lsp_server.text.spans import Span

TYPES = ("class", "struct", "variable", "property", "function", "macro")
MODIFIERS = ("declaration", "modification", "deprecated", "readonly")
_TYPE_OF = {
    "model": "class",
    "cte": "struct",
    "alias": "variable",
    "column": "property",
    "function": "function",
    "macro": "macro",
    "variable": "macro",
}

_NO_FUNCTIONS = {"and", "or", "not", "exists"}

ColumnChange = Callable[[str, str], str]
"""(model, folded column) to "changed", "removed" or ""."""


class SemanticToken(msgspec.Struct, frozen=True, order=True):
    """A span of one line, its type and its modifiers."""

    span: Span
    type: str
    modifiers: tuple[str, ...] = ()


def _unchanged(_model: str, _column: str) -> str:
    return ""


def semantic_tokens(
    graph: Graph, path: str, within: Span | None = None, change: ColumnChange = _unchanged
) -> list[SemanticToken]:
    """Tokens of the file (of the range `within`), in order, none overlapping another."""
    found: dict[int, SemanticToken] = {}
    text = graph.text(path) or ""
    for model in graph.models_in(path):
        span = graph.name_span(model.name)
        if span.end > span.start:
            _keep(found, text, SemanticToken(span, "class", ("declaration",)))
        bound = graph.bound(model.name)
        for token in _tokens(bound.places, model.name, change) if bound is not None else ():
            _keep(found, text, token)
    for token in _calls(graph, path):
        _keep(found, text, token)
    kept = _without_overlaps(sorted(found.values()))
    return [token for token in kept if within is None or within.covers(token.span)]


def _tokens(places: Places, model: str, change: ColumnChange) -> Iterator[SemanticToken]:
    for reference in places.references:
        token = _token(places, model, reference, change)
        if token is not None:
            yield token


def _calls(graph: Graph, path: str) -> Iterator[SemanticToken]:
    """Calls as they are written: what has syntax of its own (`MAX(`, `CAST(`, `EXTRACT(`) is no name to the parser."""
    file = graph.file(path)
    if file is None:
        return
    for statement in file.statements:
        for token, following in itertools.pairwise(statement.tokens):
            if following.text == "(" and following.start == token.end + 1 and _is_function(token.text, file.dialect):
                yield SemanticToken(Span(token.start, token.end + 1), "function")


def _is_function(word: str, dialect: str) -> bool:
    name = word.lower()
    return name not in _NO_FUNCTIONS and name in functions(dialect)


def _token(places: Places, model: str, reference: Reference, change: ColumnChange) -> SemanticToken | None:
    type_ = _TYPE_OF.get(reference.target.kind)
    if type_ is None:
        return None
    modifiers = ["declaration"] if reference.declares else []
    key = key_of(places, model, reference) if reference.target.kind == "column" else None
    if key is not None and key.kind == "column":
        state = change(key.model, key.name)
        modifiers += ["modification"] if state == "changed" else ["deprecated"] if state == "removed" else []
    return SemanticToken(reference.span, type_, tuple(modifiers))


def _keep(found: dict[int, SemanticToken], text: str, token: SemanticToken) -> None:
    """One token a place; what a macro produced spans a call of several names, and several lines cannot be sent."""
    if token.span.end > token.span.start and "\n" not in text[slice(*token.span)]:
        known = found.get(token.span.start)
        if known is None or known.span.end > token.span.end:
            found[token.span.start] = token


def _without_overlaps(tokens: list[SemanticToken]) -> list[SemanticToken]:
    kept: list[SemanticToken] = []
    for token in tokens:
        if not kept or kept[-1].span.end <= token.span.start:
            kept.append(token)
    return kept
