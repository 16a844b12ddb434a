"""What macros know and what they make: contexts, calls, results.

Only values; the work is done in `expansion.py` and `macro_functions.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

import msgspec
from sqlglot.tokens import Token

from lsp_server.syntax.model_file import Statement
from lsp_server.syntax.ropes import Rope
from lsp_server.syntax.source_map import SourceMap
from lsp_server.text.problems import Problem
from lsp_server.text.spans import Span

VAR_CALL = "__hw_var"
OPAQUE_CALL = "__hw_opaque"

RUNTIME_PREFIXES = ("start", "end", "execution", "latest")
RUNTIME_SUFFIXES = ("dt", "dtntz", "date", "ds", "ts", "tstz", "epoch", "millis", "hour")
RUNTIME_VARIABLES = frozenset(
    {f"{prefix}_{suffix}" for prefix in RUNTIME_PREFIXES for suffix in RUNTIME_SUFFIXES}
    | {"this_model", "this_env", "schemas", "views", "model_kind_name", "snapshots"}
)
STAGE = "evaluating"
"""@runtime_stage, unless the context says otherwise: what a query is when it computes its model."""

OPAQUE_KINDS = ("opaque", "unknown", "parameter")
"""Kinds of uses whose text is not known."""

MAX_DEPTH = 40
MAX_CALLS = 5_000
MAX_OUTPUT = 400_000


class MacroContext(msgspec.Struct, frozen=True):
    """What macros may ask for.  Names of variables and macros in lower case; values are plain, or `Sql`."""

    dialect: str = ""
    variables: Mapping[str, object] = msgspec.field(default_factory=dict)
    blueprint: Mapping[str, object] = msgspec.field(default_factory=dict)
    sql_macros: tuple[str, ...] = ()
    """Texts of `macros/*.sql`: Jinja macros."""
    python_macros: frozenset[str] = frozenset()
    columns: Callable[[str], tuple[tuple[str, str], ...] | None] = lambda _name: None
    """(name, type) of a model's columns, None when nobody knows them; a type may be `UNKNOWN`."""
    mode: str = "analysis"
    values: Mapping[str, object] = msgspec.field(default_factory=dict)
    """In "render" mode: the values of run-time variables (`start_ds`, ...)."""
    this_model: str = ""
    definitions: tuple[Statement, ...] = ()
    """The `@DEF`s of the file."""
    parameters: bool = False
    """Variables that are not known here are parameters: whoever uses this statement (an audit) gives them."""
    complete: bool = False
    """All variables and macros of the workspace are known here: another one is an error."""


class MacroCall(msgspec.Struct, frozen=True):
    """One use of a macro or variable in the file."""

    name: str
    """As SQLMesh knows it, in lower case."""
    span: Span
    name_span: Span
    kind: str
    """"variable", "runtime" (value known at run time), "macro" (expanded), "opaque" (not executed), "parameter" (of an audit),
    "unknown"."""
    value: str = ""
    """What it stands for here."""


class Expansion(msgspec.Struct, frozen=True):
    """An expanded statement."""

    text: str
    source_map: SourceMap
    macros: tuple[MacroCall, ...] = ()
    problems: tuple[Problem, ...] = ()
    rope: Rope | None = None

    @property
    def is_opaque(self) -> bool:
        """Whether something in it is not known, so that a syntax error may come from that."""
        return any(macro.kind in OPAQUE_KINDS for macro in self.macros)


class MacroError(ValueError):
    """A macro was used wrongly; the message is for the person who wrote the call."""


class LimitError(Exception):
    """An expansion without end."""


class Lambda(NamedTuple):
    """`x -> x + 1`: names, the tokens of its body, the text they refer to, and the names known where it was written."""

    names: tuple[str, ...]
    body: list[Token]
    text: str
    scope: Scope


class Scope(NamedTuple):
    """Arguments of the lambdas around: a name to its rope."""

    args: Mapping[str, Rope] = {}


Result = Rope | list[Rope] | None
NOTHING = Rope()
"""A clause that is left out: no comma goes with it, but for a join the words before it do."""


class Call(NamedTuple):
    """A macro's call as its function sees it."""

    name: str
    span: Span
    args: list[list[Token]]
    kwargs: dict[str, list[Token]]
    text: str
    scope: Scope
