"""What a header says of a MERGE: key expressions of one side, `when_matched` clauses, `merge_filter` conditions.

As in SQLMesh the new rows are `source` and the table is `target`.  Texts are parsed and made anew in the engine's dialect, so
that nothing but the clauses that are meant gets into the statement.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise

from sqlglot import exp
from sqlglot.errors import SqlglotError
from sqlglot.tokens import TokenType

from lsp_server.syntax.execution import RenderError, one_expression, valued
from lsp_server.syntax.macro_types import RUNTIME_VARIABLES, VAR_CALL
from lsp_server.syntax.tokens import scan, sql_dialect
from lsp_server.text.spans import Span, TextEdit, apply_edits


def key_of(text: str, dialect: str, engine_dialect: str, alias: str) -> str:
    """A key's expression over the columns of `alias`.

    >>> key_of("COALESCE(a, '')", "duckdb", "duckdb", "n")
    "COALESCE(n.a, '')"
    """
    tree = one_expression(text, dialect)
    for column in tree.find_all(exp.Column):
        if not column.table:
            column.set("table", exp.to_identifier(alias))
    return str(tree.sql(dialect=engine_dialect, comments=False))


def clauses(text: str, dialect: str, engine_dialect: str, variables: Mapping[str, str] | None = None) -> str:
    """The WHEN MATCHED clauses; anything else is refused.  Without `variables` run-time values stand as calls.

    >>> clauses("(WHEN MATCHED THEN UPDATE SET target.n = source.n + target.n)", "duckdb", "duckdb")
    'WHEN MATCHED THEN UPDATE SET n = source.n + target.n'
    """
    written = _run_time(_bare(text), dialect)
    try:
        trees = sql_dialect(dialect).parse(f"MERGE INTO t AS target USING s AS source ON TRUE {written}")
    except SqlglotError as error:
        raise RenderError(f"`{text}` cannot be parsed: {str(error).splitlines()[0]}") from None
    merge = trees[0] if len(trees) == 1 else None
    whens = merge.args.get("whens") if isinstance(merge, exp.Merge) else None
    if not isinstance(whens, exp.Whens):
        raise RenderError(f"`{text}` is no WHEN MATCHED clause")
    for when in whens.expressions:
        _check(when, text)
    return _valued(str(whens.sql(dialect=engine_dialect, comments=False)), engine_dialect, variables)


def condition(text: str, dialect: str, engine_dialect: str, variables: Mapping[str, str] | None = None) -> str:
    """A condition over `source` and `target`.

    >>> condition("target.day > @start_date", "duckdb", "duckdb", {"start_date": "DATE '2024-01-01'"})
    "target.day > DATE '2024-01-01'"
    """
    tree = one_expression(_run_time(text, dialect), dialect)
    return _valued(str(tree.sql(dialect=engine_dialect, comments=False)), engine_dialect, variables)


def _bare(text: str) -> str:
    """Without the parentheses around all of it."""
    text = text.strip()
    return text[1:-1] if text.startswith("(") and text.endswith(")") else text


def _check(when: exp.Expression, text: str) -> None:
    """A row that is there is updated or deleted; which rows are new is the key's matter."""
    then = when.args.get("then")
    if not when.args.get("matched") or when.args.get("source"):
        raise RenderError(f"`{text}` may hold WHEN MATCHED clauses only: rows that are new are inserted")
    if isinstance(then, exp.Update):
        for assignment in then.expressions:
            if isinstance(assignment, exp.EQ) and isinstance(assignment.this, exp.Column):
                assignment.this.set("table", None)
    elif not (isinstance(then, exp.Var) and then.name.upper() in ("DELETE", "DO NOTHING")):
        raise RenderError(f"`{text}` may UPDATE or DELETE, and nothing else")


def _run_time(text: str, dialect: str) -> str:
    """`@start_ds` and its like as calls; other macros are refused."""
    tokens = scan(text, dialect).tokens
    edits = []
    for at, name in pairwise(tokens):
        if at.token_type is not TokenType.PARAMETER or name.start != at.end + 1:
            continue
        if name.text.lower() not in RUNTIME_VARIABLES:
            raise RenderError(f"`@{name.text}` in `{text}` is not executed")
        edits.append(TextEdit(Span(at.start, name.end + 1), f"{VAR_CALL}('{name.text.lower()}')"))
    return apply_edits(text, edits)


def _valued(sql: str, dialect: str, variables: Mapping[str, str] | None) -> str:
    return sql if variables is None else valued(sql, dialect, variables)
