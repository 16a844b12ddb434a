"""The sandbox that Jinja templates are rendered in: what they may call, and when they are stopped.

Rounds of loops, calls of macros and characters of text are counted; Python's own attributes and the methods that make text
without end are out of reach.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from jinja2 import Template, TemplateError, TemplateSyntaxError, Undefined, nodes
from jinja2.exceptions import SecurityError
from jinja2.ext import Extension
from jinja2.sandbox import SandboxedEnvironment

from lsp_server.syntax.macro_types import OPAQUE_CALL, RUNTIME_VARIABLES, STAGE, MacroContext
from lsp_server.syntax.ropes import Sql, literal

MAX_ROUNDS = 50_000
MAX_OUTPUT = 500_000

_WIDE = re.compile(r"\d{5,}|\{[^}]*\{")


class LimitError(TemplateError):
    """Too many rounds, or too much text."""


class _Unknown(Undefined):
    """A name that is not known here: it can be called and asked for anything, and prints as an opaque expression."""

    __slots__ = ()

    def _text(self) -> str:
        return str(self._undefined_name or "?")

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return _Unknown(name=f"{self._text()}.{name}")

    def __getitem__(self, key: object) -> Any:
        return _Unknown(name=f"{self._text()}[{key!r}]")

    def __call__(self, *args: object, **kwargs: object) -> Any:
        return _Unknown(name=f"{self._text()}(...)")

    def __str__(self) -> str:
        return f"{OPAQUE_CALL}({literal('{{ ' + self._text() + ' }}')})"

    def __iter__(self) -> Iterator[Any]:
        return iter(())

    def __len__(self) -> int:
        return 0

    def __bool__(self) -> bool:
        return False


class _Sandbox(SandboxedEnvironment):
    """No attribute of Python's own, no operator that multiplies text, no method that pads it without end."""

    intercepted_binops = frozenset({"*", "**", "+", "%"})

    def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:
        if operator in ("*", "**") and not (isinstance(left, int | float) and isinstance(right, int | float)):
            raise SecurityError(f"`{operator}` is for numbers only")
        if operator == "**" and (abs(left) > 10**6 or abs(right) > 100):
            raise SecurityError("this power is too large")
        if operator == "%" and isinstance(left, str) and _WIDE.search(left):
            raise SecurityError("this format is too wide")
        result = super().call_binop(context, operator, left, right)
        if isinstance(result, str | list | tuple) and len(result) > MAX_OUTPUT:
            raise LimitError
        return result

    def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:
        if isinstance(obj, str) and attr in ("center", "ljust", "rjust", "zfill", "expandtabs", "format", "format_map"):
            return False
        return super().is_safe_attribute(obj, attr, value)


class DbtBlocks(Extension):
    """dbt's `{% test %}`, `{% snapshot %}`, `{% materialization %}` and `{% docs %}`: read over, they make no text."""

    tags = {"test", "snapshot", "materialization", "docs"}  # noqa: RUF012 - Jinja's own way

    def parse(self, parser: Any) -> Any:
        """Skip to the end of the block."""
        word = next(parser.stream).value
        while parser.stream.current.type != "block_end":
            next(parser.stream)
        parser.parse_statements((f"name:end{word}",), drop_needle=True)
        return []


@functools.cache
def environment() -> _Sandbox:
    sandbox = _Sandbox(undefined=_Unknown, extensions=["jinja2.ext.do", DbtBlocks])
    for name in ("center", "indent", "wordwrap", "format", "random", "pprint", "batch", "slice"):
        sandbox.filters.pop(name, None)
    sandbox.filters["replace"] = _replace
    for name, function in list(sandbox.filters.items()):
        sandbox.filters[name] = _bounded(function)
    return sandbox


def _bounded(function: Callable[..., Any]) -> Callable[..., Any]:
    """A filter whose result may not be endless."""

    @functools.wraps(function)
    def checked(*args: Any, **kwargs: Any) -> Any:
        result = function(*args, **kwargs)
        if isinstance(result, str | list | tuple) and len(result) > MAX_OUTPUT:
            raise LimitError
        return result

    return checked


def _replace(text: object, old: object, new: object, count: int = -1) -> str:
    """Jinja's filter, refused before it would make too much."""
    whole, before, after = str(text), str(old), str(new)
    if len(whole) + (whole.count(before) if before else len(whole) + 1) * len(after) > MAX_OUTPUT:
        raise LimitError
    return whole.replace(before, after, count)


@functools.lru_cache(maxsize=256)
def compiled(source: str) -> Any:
    """The template's code, with a count in every loop and macro and around every concatenation."""
    sandbox = environment()
    tree = sandbox.parse(source)
    for loop in list(tree.find_all(nodes.For)):
        loop.iter = _call("__hw_rounds", loop.iter)
    for macro in list(tree.find_all(nodes.Macro)):
        macro.body.insert(0, nodes.ExprStmt(_call("__hw_round")))
    for node in list(tree.find_all(nodes.Output)):
        node.nodes = [_concat_counted(child) for child in node.nodes]
    for assignment in list(tree.find_all(nodes.Assign)):
        assignment.node = _concat_counted(assignment.node)
    tree.set_environment(sandbox)
    return sandbox.compile(tree, filename="<template>")


def _call(name: str, *args: Any) -> Any:
    return nodes.Call(nodes.Name(name, "load"), list(args), [], None, None)


def _concat_counted(node: Any) -> Any:
    """`a ~ b` as a function that counts."""
    return _call("__hw_join", *node.nodes) if isinstance(node, nodes.Concat) else node


class Run:
    """One rendering: what the template may call, and how much it has used."""

    def __init__(self, context: MacroContext) -> None:
        self.context = context
        self.rounds = 0
        self.size = 0
        self.unknown: list[str] = []

    def render(self, source: str) -> tuple[str, BaseException | None]:
        """The output, as far as it came, and what stopped it."""
        names = self._names()
        chunks: list[str] = []
        try:
            for text in self.context.sql_macros:
                names |= self._macros(text, names)
            template = Template.from_code(environment(), compiled(source), names)
            for made in template.generate():
                chunk = str(made)  # a `{% call %}` of what is not known here yields the unknown itself
                self.size += len(chunk)
                if self.size > MAX_OUTPUT * 2:
                    raise LimitError
                chunks.append(chunk)
        except TemplateSyntaxError:
            raise
        except (
            TemplateError,
            RecursionError,
            TypeError,
            ValueError,
            LookupError,
            AttributeError,
            ArithmeticError,
        ) as error:
            return "".join(chunks), error
        return "".join(chunks), None

    def _macros(self, text: str, names: dict[str, Any]) -> dict[str, Any]:
        """Macros of `macros/*.sql`; a file with an error in it is reported in that file, not here."""
        try:
            module = Template.from_code(environment(), compiled(text), names).make_module(names)
        except (TemplateError, RecursionError, TypeError, ValueError, LookupError, AttributeError):
            return {}
        return {name: value for name, value in vars(module).items() if not name.startswith("_")}

    def _names(self) -> dict[str, Any]:
        context = self.context
        names: dict[str, Any] = {
            **environment().globals,
            "__hw_rounds": self._counted,
            "__hw_round": self._round,
            "__hw_join": self._join,
            "var": self._var,
            "blueprint_var": lambda name, default=None: context.blueprint.get(str(name).lower(), default),
            "ref": self._ref,
            "source": lambda schema, name: Sql(f"{schema}.{name}"),
            "config": lambda *_args, **_kwargs: "",
            "is_incremental": lambda: False,
            "env_var": lambda name, default=None: (
                default if default is not None else _Unknown(name=f"env_var('{name}')")
            ),
            "log": lambda *_args, **_kwargs: "",
            "statement": lambda *_args, **_kwargs: "",
            "return": lambda value=None: value,
            "execute": False,
            "runtime_stage": STAGE,
            "this_model": _runtime("this_model"),
            "this": _runtime("this_model"),
        }
        names |= {name: _runtime(name) for name in RUNTIME_VARIABLES}
        names |= {
            name: _plain(value) for name, value in {**context.variables, **context.blueprint, **context.values}.items()
        }
        return names

    def _round(self) -> str:
        self.rounds += 1
        if self.rounds > MAX_ROUNDS:
            raise LimitError
        return ""

    def _counted(self, items: Iterable[Any]) -> Iterator[Any]:
        for item in items:
            self._round()
            yield item

    def _join(self, *parts: object) -> str:
        text = "".join(str(part) for part in parts)
        self.size += len(text)
        if self.size > MAX_OUTPUT * 2:
            raise LimitError
        return text

    def _var(self, name: object, default: object = None) -> object:
        return _plain(self.context.variables.get(str(name).lower(), default))

    def _ref(self, *parts: object, **_options: object) -> Sql:
        return Sql(".".join(str(part) for part in parts))


def _runtime(name: str) -> str:
    return f"\ue002{name}\ue003"


def _plain(value: object) -> object:
    return list(value) if isinstance(value, tuple) else value
