"""The functions that sqlglot knows of a dialect, with the names of their parameters."""

from __future__ import annotations

import functools

from sqlglot import exp

from lsp_server.syntax.tokens import sql_dialect


@functools.cache
def known_functions(dialect: str) -> dict[str, tuple[str, ...]]:
    """Lower-case name to parameter names (those in brackets may be left out).

    >>> known_functions("snowflake")["date_trunc"]
    ('unit', 'this', '[zone]', '[input_type_preserved]')
    """
    names = {name.lower() for name in sql_dialect(dialect).parser_class.FUNCTIONS}
    classes = {name.lower(): found for name, found in exp.FUNCTION_BY_NAME.items()}
    return {
        name: _parameters(classes[name]) if name in classes else () for name in sorted(names) if name.isidentifier()
    }


def _parameters(of: type[exp.Func]) -> tuple[str, ...]:
    return tuple(name if required else f"[{name}]" for name, required in of.arg_types.items())
