"""Macros, expanded in the text before sqlglot parses it, with a map back to what was typed.

Compiled sqlglot's parser cannot be extended, and SQLMesh's way (macros as nodes of the tree) loses positions: so a
statement's tokens are rewritten into a new text, piece by piece, and every piece remembers its place (`ropes.py`).
The macros themselves are functions in `macro_functions.py`.

Python macros are never run: where one stands, its call becomes `__hw_opaque('text', arguments...)`.
A variable that is known only at run time becomes `__hw_var('name')` in "analysis" mode, its value in "render" mode.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping

from sqlglot.tokens import Token

from lsp_server.syntax import kinds, macro_functions
from lsp_server.syntax.macro_types import (
    MAX_CALLS,
    MAX_DEPTH,
    MAX_OUTPUT,
    NOTHING,
    OPAQUE_CALL,
    OPAQUE_KINDS,
    RUNTIME_VARIABLES,
    STAGE,
    VAR_CALL,
    Call,
    Expansion,
    Lambda,
    LimitError,
    MacroCall,
    MacroContext,
    MacroError,
    Result,
    Scope,
)
from lsp_server.syntax.model_file import Statement
from lsp_server.syntax.parsing import MISSING, faults_in
from lsp_server.syntax.ropes import Rope, Sql, as_identifier, concat, join, literal, raw
from lsp_server.syntax.tokens import adjoin, closing, kinds_of, known_tokens, scan, split_commas
from lsp_server.text.problems import Problem
from lsp_server.text.spans import Span

__all__ = [
    "OPAQUE_CALL",
    "RUNTIME_VARIABLES",
    "VAR_CALL",
    "Call",
    "Expander",
    "Expansion",
    "MacroCall",
    "MacroContext",
    "MacroError",
    "Sql",
    "expand",
    "has_macros",
    "literal",
]


def has_macros(tokens: list[Token]) -> bool:
    """Whether any token begins a macro."""
    found = set(kinds_of(tokens))
    if kinds.PARAMETER in found and any(t.token_type is kinds.PARAMETER and t.text == "@" for t in tokens):
        return True
    return kinds.IDENTIFIER in found and any(t.token_type is kinds.IDENTIFIER and "@" in t.text for t in tokens)


def expand(text: str, tokens: list[Token], context: MacroContext) -> Expansion:
    """Expand the macros of a statement whose `tokens` are given; `text` is the whole file.  Never raises.

    >>> text = "SELECT @EACH([a, b], x -> SUM(x) AS sum_@x) FROM t WHERE ds = @start_ds"
    >>> expand(text, scan(text, "duckdb").tokens, MacroContext("duckdb")).text
    "SELECT SUM(a) AS sum_a, SUM(b) AS sum_b FROM t WHERE ds = __hw_var('start_ds')"
    """
    expander = Expander(context)
    expander.define(context.definitions)
    rope = expander.statement(text, tokens)
    return Expansion(rope.text, rope.source_map(), tuple(expander.macros), tuple(expander.problems), rope)


class Expander:
    """Expands statements of one file: knows the variables, the definitions and how much work is left."""

    def __init__(self, context: MacroContext) -> None:
        self.context = context
        self.dialect = context.dialect
        self.macros: list[MacroCall] = []
        self.problems: list[Problem] = []
        self.variables: dict[str, Rope] = {}
        self.lambdas: dict[str, Lambda] = {}
        self._calls = 0
        self._output = 0
        self._depth = 0
        self._unclosed = False

    # Statements

    def define(self, definitions: tuple[Statement, ...]) -> None:
        """Take in the file's `@DEF(name, value)`."""
        for statement in definitions:
            found = self._call_at(statement.source, statement.tokens, 0, Scope())
            if found is not None and len(found[0].args) == 2:
                self._define(found[0])

    def _define(self, call: Call) -> None:
        name = "".join(token.text for token in call.args[0]).lower()
        function = self.lambda_of(call, call.args[1])
        if function is not None:
            self.lambdas[name] = function
            return
        try:
            self.variables[name] = self.expand(call.text, call.args[1], call.scope).strip()
        except (MacroError, LimitError) as error:
            self.report("macro", str(error) or "This definition has no end.", call.span)

    def statement(self, text: str, tokens: list[Token]) -> Rope:
        """A whole statement expanded."""
        if not tokens:
            return Rope()
        whole = self._call_at(text, tokens, 0, Scope())
        rope = self.expand(text, tokens, Scope())
        if whole is not None and whole[1] == len(tokens) and rope.text.startswith(OPAQUE_CALL):
            # The query is one macro that is not executed: some relation.
            return Rope.made("SELECT * FROM ", whole[0].span) + rope
        return rope

    # Text

    def expand(self, text: str, tokens: list[Token], scope: Scope) -> Rope:
        """The text of some tokens with every macro in it expanded."""
        if not tokens:
            return Rope()
        parts: list[Rope] = []
        index, position = 0, tokens[0].start
        for mark in _marks(tokens, scope.args):
            if mark < index:
                continue  # inside what is expanded already
            after, result = self._at(text, tokens, mark, scope)
            if after == mark:
                continue
            token = tokens[mark]
            begin = _join_words_before(tokens, mark) if result is NOTHING else mark
            parts.append(Rope.copied(text, position, tokens[begin].start))
            position = tokens[after - 1].end + 1
            index = after
            if isinstance(result, list):
                result = join(", ", result, Span(token.start, position)) if result else None
            if result is not None:
                parts.append(result)
            elif index < len(tokens) and tokens[index].token_type is kinds.COMMA:
                position = tokens[index].end + 1
                index += 1
            else:
                _drop_comma(parts)
        parts.append(Rope.copied(text, position, tokens[-1].end + 1))
        return self._counted(concat(parts))

    def _counted(self, rope: Rope) -> Rope:
        self._output += len(rope.text)
        if self._output > MAX_OUTPUT * 3 or len(rope.text) > MAX_OUTPUT:
            raise LimitError
        return rope

    def _at(self, text: str, tokens: list[Token], index: int, scope: Scope) -> tuple[int, Result]:
        """(index after, what it stands for) of the macro or argument at `index`; the same index when there is none."""
        token = tokens[index]
        kind = token.token_type
        if kind is kinds.PARAMETER:
            return self._macro(text, tokens, index, scope) if token.text == "@" else (index, None)
        if kind is kinds.IDENTIFIER and "@" in token.text:
            quote = text[token.start]
            return index + 1, Rope.made(
                f"{quote}{self.template(token.text, scope)}{quote}", _span(tokens, index, index + 1)
            )
        if scope.args and kind is not kinds.STRING and token.text.lower() in scope.args:
            return index + 1, scope.args[token.text.lower()]
        return index, None

    # Macros

    def _macro(self, text: str, tokens: list[Token], index: int, scope: Scope) -> tuple[int, Result]:
        if index + 1 >= len(tokens):
            return index, None
        name = tokens[index + 1]
        if name.token_type is kinds.STRING or (
            name.token_type is kinds.IDENTIFIER and name.start == tokens[index].end + 1
        ):
            span = _span(tokens, index, index + 2)
            return index + 2, Rope.made(literal(self.template(name.text, scope)), span)
        found = self._call_at(text, tokens, index, scope)
        if found is not None:
            call, after = found
            return self._run(call, text, tokens, index, after)
        if _is_unclosed(tokens, index):
            self._unclosed = True
            return index + 2, Rope.made(OPAQUE_CALL, _span(tokens, index, index + 2))
        return self._variable(tokens, index, scope)

    def _call_at(self, text: str, tokens: list[Token], index: int, scope: Scope) -> tuple[Call, int] | None:
        """The macro call at `index` and the index after it."""
        if index + 2 >= len(tokens) or tokens[index].token_type is not kinds.PARAMETER or tokens[index].text != "@":
            return None
        if tokens[index + 2].token_type is not kinds.L_PAREN or tokens[index + 2].start != tokens[index + 1].end + 1:
            return None
        end = closing(tokens, index + 2)
        if end == -1:
            return None
        args: list[list[Token]] = []
        kwargs: dict[str, list[Token]] = {}
        for part in split_commas(tokens[index + 3 : end]):
            if len(part) > 2 and part[1].token_type is kinds.COLON_EQ:
                kwargs[part[0].text.lower()] = part[2:]
            elif part:
                args.append(part)
        return Call(tokens[index + 1].text.lower(), _span(tokens, index, end + 1), args, kwargs, text, scope), end + 1

    def _run(self, call: Call, text: str, tokens: list[Token], index: int, after: int) -> tuple[int, Result]:
        """Expand a call; what goes wrong is reported at it, and it stays opaque."""
        self._calls += 1
        self._depth += 1
        outermost = self._depth == 1
        try:
            if self._calls > MAX_CALLS or self._depth > MAX_DEPTH:
                raise LimitError
            result, kind, after = self._result(call, tokens, after)
        except MacroError as error:
            self.report("macro", f"@{call.name}: {error}", call.span)
            result, kind = self.opaque(call), "unknown"
        except LimitError:
            if not outermost:
                raise
            self.report(
                "macro-limit", f"@{call.name} does not end, or makes too much text: it is not expanded.", call.span
            )
            self._calls = self._output = 0
            result, kind = Rope.made(f"{OPAQUE_CALL}('@{call.name}')", call.span), "unknown"
        finally:
            self._depth -= 1
        if outermost:
            name = tokens[index + 1]
            self.macros.append(MacroCall(call.name, call.span, Span(name.start, name.end + 1), kind, _shown(result)))
        return after, result

    def _result(self, call: Call, tokens: list[Token], after: int) -> tuple[Result, str, int]:
        """(what a call makes, its kind, the index after it: a clause that is left out takes more than the call)"""
        if call.name in self.lambdas:
            return self.apply(self.lambdas[call.name], self.values(call)), "macro", after
        if call.name in self.context.python_macros:
            message = f"`@{call.name}` is a Python macro: it is not executed, what it returns is unknown."
            self.report("python-macro", message, call.span, "information")
            return self.opaque(call), "opaque", after
        if call.name in macro_functions.CLAUSES:
            return macro_functions.clause(self, call, tokens, after)
        function = macro_functions.FUNCTIONS.get(call.name)
        if function is not None:
            return function(self, call), "macro", after
        severity = "warning" if self.context.complete else "information"
        self.report("unknown-macro", f"There is no macro `@{call.name}` that is known here.", call.span, severity)
        return self.opaque(call), "unknown", after

    def opaque(self, call: Call) -> Rope:
        """A call that is not expanded: its normalised text, and its arguments as far as they are expressions."""
        normal = " ".join(call.text[call.span.start : call.span.end].split())
        parts = [Rope.made(f"{OPAQUE_CALL}({literal(normal)}", call.span)]
        for tokens in [*call.args, *call.kwargs.values()]:
            rope = (
                self.expand(call.text, tokens, call.scope).strip() if self.lambda_of(call, tokens) is None else Rope()
            )
            if rope and _is_expression(rope.text, self.dialect):
                parts += [Rope.made(", ", call.span), rope]
        return concat([*parts, Rope.made(")", call.span)])

    # Variables

    def _variable(self, tokens: list[Token], index: int, scope: Scope) -> tuple[int, Result]:
        name, after = tokens[index + 1], index + 2
        braced = name.token_type is kinds.L_BRACE
        if braced:
            if index + 3 >= len(tokens) or tokens[index + 3].token_type is not kinds.R_BRACE:
                return index, None
            name, after = tokens[index + 2], index + 4
        if not (name.text[:1].isalpha() or name.text[:1] == "_"):
            return index, None
        key, span = name.text.lower(), _span(tokens, index, after)
        if self.dialect == "snowflake" and not braced and _is_stage(tokens, index) and not self.knows(key, scope):
            return index, None
        value, kind = self.value(key, scope, span)
        if self._depth == 0:
            self.macros.append(MacroCall(key, span, Span(name.start, name.end + 1), kind, _shown(value)))
        touches = index > 0 and adjoin(tokens[index - 1], tokens[index])
        if (braced or touches) and isinstance(value, Rope) and kind != "runtime":
            bare = raw(value.text)
            if bare != value.text:
                alone = (
                    braced and not touches and not (after < len(tokens) and adjoin(tokens[after], tokens[after - 1]))
                )
                value = Rope.made(as_identifier(bare, self.dialect) if alone and " " in bare else bare, span)
        return after, value

    def knows(self, key: str, scope: Scope) -> bool:
        """Whether a variable has a value, now or at run time."""
        context = self.context
        places = (scope.args, self.variables, context.values, context.blueprint, context.variables, RUNTIME_VARIABLES)
        return any(key in place for place in places)

    def value(self, key: str, scope: Scope, span: Span) -> tuple[Result, str]:
        """What a variable stands for, and of what kind it is."""
        if key in scope.args:
            return scope.args[key], "variable"
        if key in self.variables:
            return self.variables[key].moved(span), "variable"
        for values in (self.context.values, self.context.blueprint, self.context.variables):
            if key in values:
                return _result_of(values[key], span), "runtime" if key in RUNTIME_VARIABLES else "variable"
        if key == "runtime_stage":
            return Rope.made(literal(STAGE), span), "variable"
        if key in RUNTIME_VARIABLES:
            return Rope.made(f"{VAR_CALL}('{key}')", span), "runtime"
        if key in ("gateway", "default_catalog"):
            return Rope.made("NULL", span), "variable"
        if self._unclosed:  # it may be the argument of a lambda that is not finished
            return Rope.made(MISSING, span), "variable"
        if self.context.parameters:
            return Rope.made(f"{OPAQUE_CALL}('@{key}')", span), "parameter"
        severity = "error" if self.context.complete else "information"
        self.report("unknown-variable", f"There is no variable `@{key}` that is known here.", span, severity)
        return Rope.made(f"{OPAQUE_CALL}('@{key}')", span), "unknown"

    def template(self, text: str, scope: Scope) -> str:
        """`a_@{x}_@y` with its variables replaced; what is not known stays."""
        return _TEMPLATE.sub(lambda match: self._raw_value(match, scope), text)

    def _raw_value(self, match: re.Match[str], scope: Scope) -> str:
        key = (match.group(1) or match.group(2)).lower()
        before = len(self.problems)
        value, kind = self.value(key, scope, Span(0, 0))
        if kind in OPAQUE_KINDS:
            del self.problems[before:]
            return match.group()
        return raw(value.text) if isinstance(value, Rope) else match.group()

    # For macro functions

    def lambda_of(self, call: Call, tokens: list[Token]) -> Lambda | None:
        """`x -> ...` or `(x, y) -> ...`, or None when the argument is something else."""
        arrow = next((index for index in range(min(len(tokens), 12)) if tokens[index].token_type is kinds.ARROW), -1)
        if arrow < 1:
            return None
        names = [token.text.lower() for token in tokens[:arrow] if token.text not in ("(", ")", ",", "@")]
        return Lambda(tuple(names), tokens[arrow + 1 :], call.text, call.scope)

    def apply(self, function: Lambda, values: list[Rope]) -> Rope:
        """A lambda's body with its arguments."""
        args = dict(function.scope.args)
        args.update(zip(function.names, (value.strip() for value in values), strict=False))
        self._calls += 1
        if self._calls > MAX_CALLS:
            raise LimitError
        return self.expand(function.text, function.body, Scope(args)).strip()

    def items(self, call: Call, args: list[list[Token]]) -> list[Rope]:
        """The items of one list argument (`[a, b]`, `(a, b)`, `@names`, a macro that gives several), or of several arguments."""
        if len(args) != 1:
            return [self.expand(call.text, part, call.scope).strip() for part in args]
        after, result = self._at(call.text, args[0], 0, call.scope)
        if after == len(args[0]) and isinstance(result, list):
            return [item.strip() for item in result]
        rope = (
            result
            if after == len(args[0]) and isinstance(result, Rope)
            else self.expand(call.text, args[0], call.scope)
        )
        return self.split(rope.strip())

    def values(self, call: Call) -> list[Rope]:
        """The positional arguments; one that is a macro of several items counts as several: `@AND(@EACH(...))`."""
        found: list[Rope] = []
        for part in call.args:
            after, result = self._at(call.text, part, 0, call.scope)
            if after == len(part) and isinstance(result, list):
                found += [item.strip() for item in result]
            elif after == len(part):
                found.append(result.strip() if isinstance(result, Rope) else Rope())
            else:
                found.append(self.expand(call.text, part, call.scope).strip())
        return found

    def split(self, rope: Rope) -> list[Rope]:
        """The items of a rope that is an array or a tuple; a rope that is none is its own item."""
        text = rope.text
        if text[:5].upper() == "ARRAY" and text[5:6] == "(":
            rope, text = rope.cut(5, len(text)), text[5:]
        if not text or text[0] not in "([":
            return [rope] if text else []
        tokens = known_tokens(text, self.dialect)
        if not tokens or closing(tokens, 0) != len(tokens) - 1:
            return [rope]
        return [rope.cut(part[0].start, part[-1].end + 1) for part in split_commas(tokens[1:-1]) if part]

    def argument(self, call: Call, position: int, name: str, default: str = "") -> Rope:
        """An argument by name or place."""
        tokens = call.kwargs.get(name) or (call.args[position] if position < len(call.args) else None)
        return self.expand(call.text, tokens, call.scope).strip() if tokens else Rope.made(default, call.span)

    def report(self, code: str, message: str, span: Span, severity: str = "error") -> None:
        """A problem at a call, once."""
        problem = Problem(code, message, span, severity)
        if problem not in self.problems:
            self.problems.append(problem)


def _marks(tokens: list[Token], args: Mapping[str, Rope]) -> list[int]:
    """Indexes of the tokens at which a macro may begin, and of a lambda's arguments."""
    parameter, identifier, string = kinds.PARAMETER, kinds.IDENTIFIER, kinds.STRING
    found = kinds_of(tokens)
    if args:
        return [
            index
            for index, kind in enumerate(found)
            if kind is parameter or kind is identifier or (kind is not string and tokens[index].text.lower() in args)
        ]
    if parameter not in found and identifier not in found:
        return []
    return [index for index, kind in enumerate(found) if kind is parameter or kind is identifier]


_TEMPLATE = re.compile(r"@(?:\{(\w+)\}|([A-Za-z_]\w*))")
_MAX_SHOWN = 2_000


@functools.lru_cache(4096)
def _is_expression(text: str, dialect: str) -> bool:
    query = f"SELECT f({text})"
    return not faults_in(query, scan(query, dialect).tokens, dialect)


def _drop_comma(parts: list[Rope]) -> None:
    """Take back the comma that was copied before an expansion that gave nothing."""
    for index in reversed(range(len(parts))):
        text = parts[index].text.rstrip()
        if text.endswith(","):
            parts[index] = parts[index].cut(0, len(text) - 1)
            return
        if text:
            return


_JOIN_WORDS = {
    kinds.LEFT,
    kinds.RIGHT,
    kinds.FULL,
    kinds.INNER,
    kinds.CROSS,
    kinds.OUTER,
    kinds.NATURAL,
    kinds.SEMI,
    kinds.ANTI,
}


def _is_unclosed(tokens: list[Token], index: int) -> bool:
    """Whether a call begins here whose parenthesis is not closed yet: no variable, and the parser says what is missing."""
    if index + 2 >= len(tokens) or tokens[index + 2].token_type is not kinds.L_PAREN:
        return False
    return bool(tokens[index + 2].start == tokens[index + 1].end + 1)


def _join_words_before(tokens: list[Token], index: int) -> int:
    """`LEFT OUTER @JOIN(...)`: where the words begin that would be left alone."""
    while index > 0 and tokens[index - 1].token_type in _JOIN_WORDS:
        index -= 1
    return index


def _is_stage(tokens: list[Token], index: int) -> bool:
    """`FROM @stage/path`: Snowflake's own use of the sign."""
    return index > 0 and tokens[index - 1].token_type in (kinds.FROM, kinds.JOIN, kinds.COMMA)


def _result_of(value: object, span: Span) -> Result:
    if isinstance(value, list | tuple) and not isinstance(value, Sql):
        return [Rope.made(literal(item), span) for item in value]
    return Rope.made(literal(value), span)


def _span(tokens: list[Token], start: int, end: int) -> Span:
    return Span(tokens[start].start, tokens[end - 1].end + 1)


def _shown(result: Result) -> str:
    if isinstance(result, list):
        return ", ".join(item.text for item in result)[:_MAX_SHOWN]
    return result.text[:_MAX_SHOWN] if result is not None else ""
