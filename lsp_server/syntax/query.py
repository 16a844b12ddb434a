"""One statement to a tree, with everything a reader of the tree needs to find its way back to the file.

Offsets in the tree (`meta["start"]`, inclusive `meta["end"]`) are offsets of `ParsedQuery.text`; `source_map` takes them to
the file.  Never raises; what cannot be parsed is a problem at its place, and the tree holds what could be.
"""

from __future__ import annotations

import msgspec
from sqlglot import exp
from sqlglot.tokens import Token

from lsp_server.syntax.expansion import MacroCall, MacroContext, expand, has_macros
from lsp_server.syntax.model_file import ModelFile, Statement
from lsp_server.syntax.parsing import Attempt, attempt
from lsp_server.syntax.recovery import parse_damaged, suspicious
from lsp_server.syntax.source_map import SourceMap
from lsp_server.syntax.tables import TableName, table_names
from lsp_server.syntax.tokens import scan
from lsp_server.text.problems import Problem
from lsp_server.text.spans import Span

__all__ = ["ParsedQuery", "TableName", "parse_query"]


class ParsedQuery(msgspec.Struct, frozen=True):
    """A statement, parsed.

    `text` is what was parsed (macros expanded), `tree` refers to it.  `tables` are the relations that it names and does not
    define itself, with spans in the file.  `damaged`: there are errors, so facts of the last good version may be better.
    """

    tree: exp.Expression | None
    source_map: SourceMap
    tables: tuple[TableName, ...] = ()
    problems: tuple[Problem, ...] = ()
    damaged: bool = False
    macros: tuple[MacroCall, ...] = ()
    text: str = ""
    dialect: str = ""
    extent: tuple[int, int] = (0, 0)
    """Where the statement stands in `text`."""
    tokens: list[Token] = msgspec.field(default_factory=list)
    """Of `text`."""

    def span_of(self, node: exp.Expression) -> Span | None:
        """Where in the file `node` stands: from the first to the last position known inside it."""
        found = extent_of(node)
        return self.source_map.to_file(*found) if found else None


def parse_query(source: ModelFile | Statement, context: MacroContext | None = None) -> ParsedQuery:
    """Parse a statement (of a file: its query).

    >>> from lsp_server.syntax.model_file import read_model
    >>> parsed = parse_query(read_model("SELECT id FROM shop.orders"))
    >>> parsed.tables[0].parts, parsed.problems
    (('shop', 'orders'), ())
    """
    context = context or MacroContext()
    damaged = False
    if isinstance(source, ModelFile):
        if source.query is None:
            return ParsedQuery(None, SourceMap(), dialect=source.dialect)
        context = msgspec.structs.replace(context, dialect=source.dialect)
        damaged = source.damaged
        source = source.query
    text, tokens, source_map = source.source, source.tokens, SourceMap()
    macros: tuple[MacroCall, ...] = ()
    problems: tuple[Problem, ...] = ()
    if has_macros(tokens):
        expansion = expand(text, tokens, context)
        text, source_map, macros, problems = expansion.text, expansion.source_map, expansion.macros, expansion.problems
        tokens = scan(text, context.dialect).tokens
    tree, errors = _parse(text, tokens, context.dialect)
    found = tuple(msgspec.structs.replace(error, span=source_map.to_file(*error.span)) for error in errors)
    return ParsedQuery(
        tree,
        source_map,
        table_names(tree, source_map) if tree is not None else (),
        (*problems, *found),
        damaged or bool(found),
        macros,
        text,
        context.dialect,
        (tokens[0].start, tokens[-1].end + 1) if tokens else (0, 0),
        tokens,
    )


def _parse(text: str, tokens: list[Token], dialect: str) -> Attempt:
    """The tree and its errors, with spans in `text`; a damaged query is taken apart."""
    first = attempt(text, tokens, dialect)
    if any(problem.code == "too-large" for problem in first.problems):
        return first
    if first.problems or suspicious(tokens):
        return parse_damaged(text, tokens, dialect, first)
    return first


def extent_of(node: exp.Expression) -> tuple[int, int] | None:
    """(start, end) in the parsed text of everything in `node` that has a position; the end is exclusive."""
    start, end = None, 0
    for part in node.walk():
        meta = part.meta
        if "start" in meta:
            start = meta["start"] if start is None else min(start, meta["start"])
            end = max(end, meta["end"] + 1)
    return None if start is None else (start, end)
