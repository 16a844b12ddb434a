"""One statement to a tree, with everything a reader of the tree needs to find its way back to the file.

Offsets in the tree (`meta["start"]`, inclusive `meta["end"]`) are offsets of `ParsedQuery.text`; `source_map` takes them to
the file.  Never raises; what cannot be parsed is a problem at its place, and the tree holds what could be.
"""

from __future__ import annotations

from bisect import bisect_right

import msgspec
from sqlglot import exp
from sqlglot.tokens import Token

from lsp_server.syntax.blueprints import with_names
from lsp_server.syntax.circles import take_apart
from lsp_server.syntax.earlier import Ctes
from lsp_server.syntax.expansion import expand, has_macros
from lsp_server.syntax.macro_types import OPAQUE_KINDS, Expansion, MacroCall, MacroContext
from lsp_server.syntax.model_file import ModelFile, Statement
from lsp_server.syntax.ropes import Rope, concat, rope_span, through
from lsp_server.syntax.source_map import SourceMap
from lsp_server.syntax.statements import parse_statement
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
    ctes: Ctes | None = None
    """Those of the tree, for the next text."""

    def expansion_of(self, span: Span) -> str:
        """What became of the macro call at `span` of the file."""
        found = self.source_map.from_file(span)
        return self.text[slice(*found)] if found is not None else ""

    def take_apart(self) -> None:
        """Nobody needs the tree any more."""
        take_apart(self.tree)

    def span_of(self, node: exp.Expression) -> Span | None:
        """Where in the file `node` stands: from the first to the last position known inside it."""
        found = extent_of(node)
        return self.source_map.to_file(*found) if found else None


def parse_query(
    source: ModelFile | Statement, context: MacroContext | None = None, earlier: ParsedQuery | None = None
) -> ParsedQuery:
    """Parse a statement (of a file: its query).  Of the tree of an `earlier` text what stands before the edit is in the new one.

    >>> from lsp_server.syntax.model_file import read_model
    >>> parsed = parse_query(read_model("SELECT id FROM shop.orders"))
    >>> parsed.tables[0].parts, parsed.problems
    (('shop', 'orders'), ())
    """
    expanded, expansion = _without_tree(source, context or MacroContext())
    if expansion is None:
        return expanded
    known = earlier.ctes if earlier is not None and earlier.dialect == expanded.dialect else None
    tree, errors, ctes = parse_statement(expanded.text, expanded.tokens, expanded.dialect, known)
    return msgspec.structs.replace(
        expanded,
        tree=tree,
        ctes=ctes,
        tables=table_names(tree, expansion.source_map) if tree is not None else (),
        problems=(*expansion.problems, *_in_file(errors, expansion)),
        damaged=expanded.damaged or bool(errors),
    )


def expand_query(source: ModelFile | Statement, context: MacroContext | None = None) -> ParsedQuery:
    """What `parse_query` gives, but for the tree and what is read off it: the text with its macros expanded, for half of the time."""
    return _without_tree(source, context or MacroContext())[0]


def _without_tree(source: ModelFile | Statement, context: MacroContext) -> tuple[ParsedQuery, Expansion | None]:
    """A statement as it will be parsed, and how its text came about; None for a file without a query."""
    damaged = False
    if isinstance(source, ModelFile):
        if source.query is None:
            return ParsedQuery(None, SourceMap(), dialect=source.dialect), None
        context = for_file(context, source)
        damaged = source.damaged
        source = source.query
    if source.role == "audit":
        context = msgspec.structs.replace(context, parameters=True)
    text, tokens, expansion = _expanded(source, context)
    expanded = ParsedQuery(
        None,
        expansion.source_map,
        (),
        expansion.problems,
        damaged or any(problem.severity == "error" for problem in expansion.problems),
        expansion.macros,
        text,
        context.dialect,
        (tokens[0].start, tokens[-1].end + 1) if tokens else (0, 0),
        tokens,
    )
    return expanded, expansion


def for_file(context: MacroContext, file: ModelFile) -> MacroContext:
    """The context for statements of one file: its dialect, its `@DEF`s, its blueprint's names that are no strings."""
    changes: dict[str, object] = {"dialect": file.dialect, "definitions": file.with_role("def")}
    if file.header is not None and file.header.keyword == "AUDIT":
        changes["parameters"] = True
    if context.blueprint and file.header is not None:
        changes["blueprint"] = with_names(file.header, context.blueprint, file.dialect)
    return msgspec.structs.replace(context, **changes)


def _expanded(source: Statement, context: MacroContext) -> tuple[str, list[Token], Expansion]:
    """Templates rendered, macros expanded: the text to parse, its tokens, and the way back to the file."""
    if not source.jinja:
        if not has_macros(source.tokens):
            return source.source, source.tokens, Expansion(source.source, SourceMap())
        return _spliced(source, expand(source.source, source.tokens, context), context.dialect)
    from lsp_server.syntax.jinja import (
        render_template,  # most projects have no Jinja, and a start should not wait for it
    )

    rendered = render_template(source.text, source.span.start, context)
    scanned = scan(rendered.rope.text, context.dialect)
    inner = expand(rendered.rope.text, scanned.tokens, context)
    rope = through(inner.rope or rendered.rope, rendered.rope)
    macros = tuple(
        msgspec.structs.replace(
            call, span=rope_span(rendered.rope, call.span), name_span=rope_span(rendered.rope, call.name_span)
        )
        for call in inner.macros
    )
    problems = tuple(
        msgspec.structs.replace(problem, span=rope_span(rendered.rope, problem.span))
        for problem in (*scanned.problems, *inner.problems)
    )
    whole = Expansion(rope.text, rope.source_map(), (*rendered.macros, *macros), (*rendered.problems, *problems))
    return rope.text, scan(rope.text, context.dialect).tokens, whole


def _spliced(source: Statement, expansion: Expansion, dialect: str) -> tuple[str, list[Token], Expansion]:
    """The file up to the statement's end, expanded.  The tokens before the first macro are the file's own: only the rest is new."""
    rope = concat([Rope.copied(source.source, 0, source.span.start), expansion.rope or Rope()])
    expansion = msgspec.structs.replace(expansion, text=rope.text, source_map=rope.source_map())
    kept = _untouched(source, rope)
    start = source.tokens[kept].start
    # Lines stand for characters here: cheap to skip, and no line is the same as one of the tokens that are kept.
    tail = scan("\n" * start + rope.text[start:], dialect).tokens
    return rope.text, [*source.tokens[:kept], *tail], expansion


def _untouched(source: Statement, rope: Rope) -> int:
    """How many of the statement's tokens stand before all that macros made, each with space behind it.

    One fewer: the last word may become a part of what follows (`GROUP`, `BY`).
    """
    end = rope.unchanged()
    tokens, text = source.tokens, source.source
    count = bisect_right(tokens, end, key=lambda token: token.end + 1) - 1
    while count > 0 and not text[tokens[count - 1].end + 1 : tokens[count].start].isspace():
        count -= 1
    return max(count, 0)


def _in_file(errors: list[Problem], expansion: Expansion) -> tuple[Problem, ...]:
    """The errors at their places in the file; beside something unknown a syntax error is no certain one."""
    if any(problem.code in ("jinja", "jinja-limit") for problem in expansion.problems):
        return ()  # what was rendered is only a part: its errors are no news
    found = [msgspec.structs.replace(error, span=expansion.source_map.to_file(*error.span)) for error in errors]
    if not expansion.is_opaque or not found:
        return tuple(found)
    call = next(macro for macro in expansion.macros if macro.kind in OPAQUE_KINDS)
    message = f"This query cannot be understood as a whole: what `{call.name}` makes is not known."
    return (Problem("opaque-macro", message, call.span, "information"),)


def extent_of(node: exp.Expression) -> tuple[int, int] | None:
    """(start, end) in the parsed text of everything in `node` that has a position; the end is exclusive."""
    start, end = None, 0
    for part in node.walk():
        meta = part.meta
        if "start" in meta:
            start = meta["start"] if start is None else min(start, meta["start"])
            end = max(end, meta["end"] + 1)
    return None if start is None else (start, end)
