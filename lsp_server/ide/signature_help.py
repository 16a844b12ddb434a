"""Signature help: the parameters of the function or macro around the cursor, and which of them is being typed."""

from __future__ import annotations

import re

import msgspec

from lsp_server.graph.graph import Graph
from lsp_server.ide.functions import Function, functions
from lsp_server.ide.macros import MACROS
from lsp_server.syntax.cursor import Call, context_at

_NAME = re.compile(r"\w+")


class SignatureHelp(msgspec.Struct, frozen=True):
    """`function`, the index of the signature that fits, and of the parameter under the cursor."""

    function: Function
    signature: int
    parameter: int


def signature_help(graph: Graph, path: str, offset: int) -> SignatureHelp | None:
    """What is being called at the cursor; None outside of calls, and for functions that nobody knows."""
    text = graph.text(path)
    if text is None:
        return None
    model = next(iter(graph.models_in(path)), None)
    dialect = model.dialect if model is not None else graph.config().for_path(path).dialect
    call = context_at(text, offset, dialect).call
    function = _called(call, dialect) if call is not None else None
    if call is None or function is None:
        return None
    fits = (i for i, parameters in enumerate(function.parameters) if _takes(parameters, call))
    signature = next(fits, max(len(function.signatures) - 1, 0))
    return SignatureHelp(function, signature, _parameter(function.parameters[signature], call))


def _called(call: Call, dialect: str) -> Function | None:
    if call.name.startswith("@"):
        return MACROS.get(call.name[1:])
    return functions(dialect).get(call.name)


def _takes(parameters: tuple[str, ...], call: Call) -> bool:
    return len(parameters) > call.argument or any(_is_many(p) for p in parameters)


def _parameter(parameters: tuple[str, ...], call: Call) -> int:
    """The one of that name (`header = true`, `exclude := [a]`), else the one at that place; a `...` takes all places that are left."""
    names = [name.group().lower() if (name := _NAME.match(p)) else "" for p in parameters]
    if call.keyword and call.keyword in names:
        return names.index(call.keyword)
    many = next((i for i, p in enumerate(parameters) if _is_many(p)), None)
    place = call.argument if many is None else min(call.argument, many)
    return min(place, max(len(parameters) - 1, 0))


def _is_many(parameter: str) -> bool:
    return parameter.endswith("...")
