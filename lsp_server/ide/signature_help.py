"""Signature help: the parameters of the function around the cursor, and which of them is being typed."""

from __future__ import annotations

import msgspec

from lsp_server.graph.graph import Graph
from lsp_server.ide.functions import Function, functions
from lsp_server.syntax.cursor import context_at


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
    function = functions(dialect).get(call[0]) if call is not None else None
    if call is None or function is None:
        return None
    fits = (i for i, parameters in enumerate(function.parameters) if len(parameters) > call[1])
    signature = next(fits, max(len(function.signatures) - 1, 0))
    last = len(function.parameters[signature]) - 1 if function.signatures else 0
    return SignatureHelp(function, signature, min(call[1], max(last, 0)))
