"""Macros, expanded in the text before sqlglot parses it, with a map back to what was typed.

Compiled sqlglot's parser cannot be extended, and SQLMesh's way (macros as nodes of the tree) loses positions: so a
statement's tokens are rewritten into a new text, piece by piece, and every piece remembers its place.
Python macros are never run: where one stands, its call becomes `__hw_opaque('text', arguments...)`.
A variable that is known only at run time becomes `__hw_var('name')` in "analysis" mode, its value in "render" mode.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import msgspec
from sqlglot.tokens import Token

from lsp_server.syntax import kinds
from lsp_server.syntax.source_map import Segment, SourceMap
from lsp_server.syntax.tokens import closing, kinds_of
from lsp_server.text.problems import Problem
from lsp_server.text.spans import Span

VAR_CALL = "__hw_var"
OPAQUE_CALL = "__hw_opaque"


class MacroContext(msgspec.Struct, frozen=True):
    """What macros may ask for.  Names of variables and macros in lower case."""

    dialect: str = ""
    variables: Mapping[str, object] = msgspec.field(default_factory=dict)
    blueprint: Mapping[str, object] = msgspec.field(default_factory=dict)
    sql_macros: tuple[str, ...] = ()
    """Texts of `macros/*.sql`: Jinja macros."""
    python_macros: frozenset[str] = frozenset()
    columns: Callable[[str], tuple[str, ...] | None] = lambda _name: None
    """Column names of a model, None when nobody knows them."""
    mode: str = "analysis"
    values: Mapping[str, object] = msgspec.field(default_factory=dict)
    """In "render" mode: the values of run-time variables (`start_ds`, ...)."""
    this_model: str = ""


class MacroCall(msgspec.Struct, frozen=True):
    """One use of a macro or variable in the file."""

    name: str
    """As SQLMesh knows it, in lower case."""
    span: Span
    name_span: Span
    kind: str
    """"variable", "runtime" (value known at run time), "macro" (expanded), "opaque" (not executed), "unknown"."""
    value: str = ""
    """What it stands for here."""


class Expansion(msgspec.Struct, frozen=True):
    """An expanded statement."""

    text: str
    source_map: SourceMap
    macros: tuple[MacroCall, ...] = ()
    problems: tuple[Problem, ...] = ()


RUNTIME_PREFIXES = ("start", "end", "execution", "latest")
RUNTIME_SUFFIXES = ("dt", "dtntz", "date", "ds", "ts", "tstz", "epoch", "millis", "hour")
RUNTIME_VARIABLES = frozenset(
    {f"{prefix}_{suffix}" for prefix in RUNTIME_PREFIXES for suffix in RUNTIME_SUFFIXES}
    | {"this_model", "runtime_stage", "gateway", "this_env", "schemas", "views", "model_kind_name", "default_catalog"}
)


def has_macros(tokens: list[Token]) -> bool:
    """Whether any token begins a macro."""
    if kinds.PARAMETER not in kinds_of(tokens):
        return False
    return any(token.token_type is kinds.PARAMETER and token.text == "@" for token in tokens)


def expand(text: str, tokens: list[Token], context: MacroContext) -> Expansion:
    """Expand the macros of a statement whose `tokens` are given; `text` is the whole file."""
    return _Expander(text, tokens, context).run()


class _Expander:
    def __init__(self, text: str, tokens: list[Token], context: MacroContext) -> None:
        self.text = text
        self.tokens = tokens
        self.context = context
        self.parts: list[str] = []
        self.length = 0
        self.segments: list[Segment] = []
        self.macros: list[MacroCall] = []
        self.problems: list[Problem] = []

    def run(self) -> Expansion:
        position = self.tokens[0].start if self.tokens else 0
        index = 0
        while index < len(self.tokens):
            token = self.tokens[index]
            if token.token_type is kinds.PARAMETER and token.text == "@" and index + 1 < len(self.tokens):
                self._copy(position, token.start)
                index = self._macro(index)
                position = self.tokens[index - 1].end + 1
            else:
                index += 1
        if self.tokens:
            self._copy(position, self.tokens[-1].end + 1)
        return Expansion("".join(self.parts), SourceMap(tuple(self.segments)), tuple(self.macros), tuple(self.problems))

    def _copy(self, start: int, end: int) -> None:
        if end > start:
            self._write(self.text[start:end], Span(start, end), True)

    def _write(self, new: str, origin: Span, verbatim: bool) -> None:
        if new:
            self.segments.append(Segment(self.length, self.length + len(new), origin.start, origin.end, verbatim))
            self.parts.append(new)
            self.length += len(new)

    def _macro(self, index: int) -> int:
        """Expand the macro at `index` (its `@`); give the index after it."""
        name = self.tokens[index + 1]
        after = index + 2
        if name.token_type is kinds.L_BRACE:
            end = closing(self.tokens, index + 1)
            if end == -1:
                end = min(index + 3, len(self.tokens) - 1)
            name, after = self.tokens[min(index + 2, len(self.tokens) - 1)], end + 1
        if after < len(self.tokens) and self.tokens[after].token_type is kinds.L_PAREN:
            end = closing(self.tokens, after)
            if end != -1:
                after = end + 1
                return self._call(index, name, after)
        self._variable(index, name, after)
        return after

    def _variable(self, index: int, name: Token, after: int) -> None:
        span = Span(self.tokens[index].start, self.tokens[after - 1].end + 1)
        key = name.text.lower()
        value, kind = self._value(key)
        self.macros.append(MacroCall(key, span, Span(name.start, name.end + 1), kind, value))
        self._write(value, span, False)

    def _value(self, key: str) -> tuple[str, str]:
        for values in (self.context.blueprint, self.context.variables, self.context.values):
            if key in values:
                return literal(values[key]), "variable"
        if key in RUNTIME_VARIABLES:
            return f"{VAR_CALL}('{key}')", "runtime"
        return f"{OPAQUE_CALL}('@{key}')", "unknown"

    def _call(self, index: int, name: Token, after: int) -> int:
        span = Span(self.tokens[index].start, self.tokens[after - 1].end + 1)
        normal = " ".join(self.text[span.start : span.end].split())
        value = f"{OPAQUE_CALL}({literal(normal)})"
        self.macros.append(MacroCall(name.text.lower(), span, Span(name.start, name.end + 1), "opaque", value))
        self._write(value, span, False)
        return after


def literal(value: object) -> str:
    """A plain value as SQL.

    >>> literal("it's"), literal(3), literal(None), literal([1, "a"])
    ("'it''s'", '3', 'NULL', "(1, 'a')")
    """
    if value is None:
        return "NULL"
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, int | float):
        return str(value)
    if isinstance(value, list | tuple):
        return f"({', '.join(literal(item) for item in value)})"
    return "'" + str(value).replace("'", "''") + "'"
