"""Operators whose operands may stand in any order."""

from __future__ import annotations

from lsp_server.analysis.rewrites import conditions
from lsp_server.semantics import ir

_ALWAYS = frozenset(["and", "or", "eq", "neq", "nullsafeeq", "nullsafeneq"])
_NUMERIC = frozenset(["add", "mul"])


def commutes(op: ir.Op) -> bool:
    """The operands of AND, OR, `=`, `<>` and IS [NOT] DISTINCT FROM; two of `+` and `*` if both are known to be numbers.

    Lists and some dialects' texts do not commute under `+`.  Nothing is ever reassociated: doubles round otherwise, small
    integers overflow one way only.  A volatile operand could run a different number of times: its canon holds the whole
    query, so a model in which it moved has another fingerprint anyway.
    """
    if op.name in _ALWAYS:
        return True
    return op.name in _NUMERIC and len(op.args) == 2 and all(conditions.is_number(arg) for arg in op.args)
