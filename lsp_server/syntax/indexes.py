"""Names of indexes in a model's own statements: unique for each table.

An engine's index names are one for a schema, and each version of a model has a table of its own in the same schema.  So an
index that a statement makes on the model's table gets that table's mark behind its name, wherever the model names it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlglot import exp
from sqlglot.errors import SqlglotError

from lsp_server.syntax.names import quote
from lsp_server.syntax.tokens import sql_dialect
from lsp_server.text.spans import Span, TextEdit, apply_edits


def marked(sql: str, dialect: str, table: Sequence[str], mark: str, made: Iterable[str]) -> str:
    """A statement that can run (names and variables replaced), its indexes of `table` with `mark` behind their names.

    `made`: the names that `made_on` finds in the model's statements; an index is dropped by its name alone.

    >>> marked('CREATE INDEX IF NOT EXISTS by_day ON "p"."t" (day)', "duckdb", ("p", "t"), "__1f", ())
    'CREATE INDEX IF NOT EXISTS "by_day__1f" ON "p"."t" (day)'
    >>> marked("DROP INDEX IF EXISTS by_day", "duckdb", ("p", "t"), "__1f", ["BY_DAY"])
    'DROP INDEX IF EXISTS "p"."by_day__1f"'
    >>> marked("DROP INDEX other.by_week", "duckdb", ("p", "t"), "__1f", ["by_day"])
    'DROP INDEX other.by_week'
    """
    tree = _index_statement(sql, dialect)
    if isinstance(tree, exp.Drop):
        named = [found for found in tree.args["tables"] if isinstance(found, exp.Table)]
        known = {name.casefold() for name in made}
        edits = [
            _edit(found.parts, (*table[:-1], found.name + mark), dialect)
            for found in named
            if found.name.casefold() in known
        ]
        return apply_edits(sql, edits)
    index = _index_on(tree, table)
    return sql if index is None else apply_edits(sql, [_edit([index], (index.name + mark,), dialect)])


def made_on(statements: Iterable[str], dialect: str, table: Sequence[str]) -> list[str]:
    """The names of indexes that these statements (which can run) make on the table."""
    found = (_index_on(_index_statement(sql, dialect), table) for sql in statements)
    return [index.name for index in found if index is not None]


def _index_statement(sql: str, dialect: str) -> exp.Expression | None:
    """The tree of a CREATE or DROP INDEX; None for any other statement, and for one that the engine alone can read."""
    if "index" not in sql.lower():
        return None
    try:
        tree = sql_dialect(dialect).parse(sql)[0]
    except SqlglotError:
        return None
    about_one = isinstance(tree, exp.Create | exp.Drop) and str(tree.args.get("kind")).upper() == "INDEX"
    return tree if about_one else None


def _index_on(tree: exp.Expression | None, table: Sequence[str]) -> exp.Identifier | None:
    """The name of the index that the statement makes on the table."""
    index = tree.this if isinstance(tree, exp.Create) else None
    if not isinstance(index, exp.Index) or not isinstance(index.this, exp.Identifier):
        return None
    on = index.args.get("table")
    if not isinstance(on, exp.Table):
        return None
    parts = [part.name.casefold() for part in on.parts]
    return index.this if parts == [part.casefold() for part in table] else None


def _edit(parts: Sequence[exp.Expression], new: Sequence[str], dialect: str) -> TextEdit:
    span = Span(parts[0].meta["start"], parts[-1].meta["end"] + 1)
    return TextEdit(span, ".".join(quote(part, dialect) for part in new))
