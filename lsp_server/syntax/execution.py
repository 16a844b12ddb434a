"""An expanded query to SQL that an engine runs: models to tables, models without data to CTEs, run-time variables to values.

Environments keep queries with their macros expanded and with `__hw_var('start_ds')` where a run-time value stands
(`ParsedQuery.text` of "analysis" mode), so that they can be run without the files they came from. Where the dialect is the
engine's own the text is kept as it was written; only names and variables are replaced in it, by position.
A model without data is put in as `NOT MATERIALIZED`: each of its uses is its own evaluation, as with a view.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec
from sqlglot import exp
from sqlglot.errors import SqlglotError
from sqlglot.tokens import Token, TokenType

from lsp_server.syntax.circles import take_apart
from lsp_server.syntax.expansion import OPAQUE_CALL, VAR_CALL
from lsp_server.syntax.names import quote, table_key
from lsp_server.syntax.tables import outer_tables
from lsp_server.syntax.tokens import scan, sql_dialect
from lsp_server.text.spans import Span, TextEdit, apply_edits

__all__ = [
    "Inlined",
    "RenderError",
    "cte_query",
    "data_type",
    "executable",
    "expression",
    "frozen",
    "one_expression",
    "quoted_path",
    "valued",
]


class RenderError(ValueError):
    """The query cannot be run as it is; the message says why, for people."""


class Inlined(msgspec.Struct, frozen=True):
    """A common table expression put in front of a query: its (unique) name, and SQL that `executable` has made."""

    name: str
    sql: str


def executable(
    sql: str,
    dialect: str,
    engine_dialect: str,
    tables: Mapping[str, tuple[str, ...]],
    variables: Mapping[str, str],
    inlined: Sequence[Inlined] = (),
) -> str:
    """SQL in the engine's dialect.

    `tables` maps a model's name to the parts of the relation that stands for it (for an inlined model, its CTE's name);
    other names stay. `variables` maps names to SQL text in the engine's dialect. Raises `RenderError` with a sentence.

    >>> executable("SELECT o.id FROM shop.orders o WHERE d = __hw_var('end_ds')", "duckdb", "duckdb",
    ...            {"shop.orders": ("p", "t")}, {"end_ds": "'2024-01-01'"})
    'SELECT o.id FROM "p"."t" o WHERE d = \\'2024-01-01\\''
    >>> executable("SELECT list_transform(a, x -> x + 1), j -> '$.k' FROM t", "duckdb", "duckdb", {}, {})
    "SELECT list_transform(a, lambda x: x + 1), j -> '$.k' FROM t"
    """
    text = _named(sql, dialect, engine_dialect, tables)
    return _with_ctes(valued(text, engine_dialect, variables), engine_dialect, inlined)


def quoted_path(parts: Sequence[str], dialect: str) -> str:
    """A relation's name, every part quoted."""
    return ".".join(quote(part, dialect) for part in parts)


def expression(text: str, dialect: str, engine_dialect: str) -> str:
    """One scalar expression that a header gives (a key, a condition), in the engine's dialect; anything else is refused.

    >>> expression("COALESCE(a, '')", "duckdb", "duckdb")
    "COALESCE(a, '')"
    """
    return str(one_expression(text, dialect).sql(dialect=engine_dialect, comments=False))


def one_expression(text: str, dialect: str) -> exp.Expression:
    """The tree of one scalar expression; anything else is refused."""
    tree = _parse(f"SELECT {text}", dialect)
    used = {name for name, value in tree.args.items() if value} if isinstance(tree, exp.Select) else set()
    if used - {"expressions", "kind"} or len(tree.expressions) != 1:
        raise RenderError(f"`{text}` is not one expression")
    return tree.expressions[0]


def data_type(text: str, dialect: str, engine_dialect: str) -> str:
    """A type that a header declares, in the engine's dialect.

    >>> data_type("string", "bigquery", "duckdb")
    'TEXT'
    """
    try:
        built = exp.DataType.build(text, dialect=dialect, udt=True)
    except (SqlglotError, ValueError) as error:
        raise RenderError(f"`{text}` is no type: {str(error).splitlines()[0]}") from None
    return str(built.sql(dialect=engine_dialect))


def cte_query(sql: str, dialect: str, name: str) -> str:
    """The rows of one of a query's CTEs.

    >>> cte_query("WITH a AS (SELECT 1 AS x), b AS (SELECT * FROM a) SELECT * FROM b", "duckdb", "a")
    'WITH a AS (SELECT 1 AS x) SELECT * FROM a'
    """
    tree = _parse(sql, dialect)
    clause = tree.args.get("with_")
    ctes = clause.expressions if isinstance(clause, exp.With) else []
    index = next((i for i, cte in enumerate(ctes) if cte.alias.lower() == name.lower()), None)
    if index is None or not isinstance(clause, exp.With):
        raise RenderError(f"there is no CTE {name}")
    kept = exp.With(expressions=[cte.copy() for cte in ctes[: index + 1]], recursive=clause.args.get("recursive"))
    query = exp.select("*").from_(exp.Table(this=exp.to_identifier(ctes[index].alias)))
    query.set("with_", kept)
    return str(query.sql(dialect=dialect))


def frozen(sql: str, dialect: str, moment: str) -> str:
    """The query with the clock standing at `moment` ("2024-01-31 08:00:00", UTC).

    >>> frozen("SELECT CURRENT_DATE AS d", "duckdb", "2024-01-31 08:00:00")
    "SELECT CAST(CAST('2024-01-31 08:00:00' AS TIMESTAMP) AS DATE) AS d"
    """
    tree = _parse(sql, dialect)
    types = {exp.CurrentDate: "DATE", exp.CurrentTimestamp: "TIMESTAMPTZ", exp.CurrentTime: "TIME"}
    types |= {exp.CurrentDatetime: "TIMESTAMP"}

    def stop(node: exp.Expression) -> exp.Expression:
        wanted = types.get(type(node))
        if wanted is None and isinstance(node, exp.Anonymous) and node.name.lower() in ("now", "get_current_timestamp"):
            wanted = "TIMESTAMPTZ"
        return exp.cast(exp.cast(exp.Literal.string(moment), "TIMESTAMP"), wanted) if wanted else node

    return str(tree.transform(stop).sql(dialect=dialect))


def _parse(sql: str, dialect: str) -> exp.Expression:
    try:
        trees = [tree for tree in sql_dialect(dialect).parse(sql) if tree is not None]
    except SqlglotError as error:
        raise RenderError(f"The query cannot be parsed: {str(error).splitlines()[0]}") from None
    if len(trees) != 1:
        raise RenderError(f"One statement was expected, and there are {len(trees)}")
    return trees[0]


def _named(sql: str, dialect: str, engine_dialect: str, tables: Mapping[str, tuple[str, ...]]) -> str:
    """The SQL with its models' names replaced."""
    tree = _parse(sql, dialect)
    try:
        return _with_names(sql, tree, dialect, engine_dialect, tables)
    finally:
        take_apart(tree)


def _with_names(
    sql: str, tree: exp.Expression, dialect: str, engine_dialect: str, tables: Mapping[str, tuple[str, ...]]
) -> str:
    opaque = next((call for call in tree.find_all(exp.Anonymous) if str(call.this).lower() == OPAQUE_CALL), None)
    if opaque is not None:
        shown = opaque.expressions[0].name if opaque.expressions else "a macro"
        raise RenderError(f"`{shown}` is a Python macro or unknown: it is not executed")
    if dialect == engine_dialect:
        edits = [*_table_edits(sql, tree, dialect, tables), *_column_edits(tree, dialect, tables)]
        return apply_edits(sql, [*edits, *(_lambda_edits(sql, tree) if dialect == "duckdb" else ())])
    _rename(tree, dialect, tables)
    for found in tree.find_all(exp.Lambda) if engine_dialect == "duckdb" else ():
        found.set("colon", True)
    return str(tree.sql(dialect=engine_dialect))


def _identifiers(node: exp.Table | exp.Column) -> list[exp.Identifier]:
    return [part for part in node.parts if isinstance(part, exp.Identifier)]


def _key(parts: list[exp.Identifier], dialect: str) -> str:
    return table_key(tuple(part.name for part in parts), tuple(bool(part.quoted) for part in parts), dialect)


_WITHOUT_ALIAS = (
    exp.Alter,
    exp.Analyze,
    exp.Comment,
    exp.Copy,
    exp.Create,
    exp.Drop,
    exp.Grant,
    exp.Index,
    exp.Schema,
    exp.TruncateTable,
)
"""Statements that name a table where no alias can stand."""


def _table_edits(sql: str, tree: exp.Expression, dialect: str, tables: Mapping[str, tuple[str, ...]]) -> list[TextEdit]:
    edits = []
    for table in outer_tables(tree):
        parts = _identifiers(table)
        physical = tables.get(_key(parts, dialect))
        if physical is None:
            continue
        new = quoted_path(physical, dialect)
        if not table.alias and not isinstance(table.parent, _WITHOUT_ALIAS):
            last = parts[-1].meta
            new += f" AS {sql[last['start'] : last['end'] + 1]}"
        edits.append(TextEdit(Span(parts[0].meta["start"], parts[-1].meta["end"] + 1), new))
    return edits


def _lambda_edits(sql: str, tree: exp.Expression) -> list[TextEdit]:
    """`x -> x + 1` becomes `lambda x: x + 1`: DuckDB 2 refuses the arrow, all that have `lambda` (from 1.3 on) take that."""
    arrows = [node for node in tree.find_all(exp.Lambda) if not node.args.get("colon")]
    tokens = scan(sql, "duckdb").tokens if arrows else []
    starts = {token.start: at for at, token in enumerate(tokens)}
    edits = []
    for node in arrows:
        names = [name for name in node.expressions if "start" in name.meta]
        first, at = (starts.get(name.meta["start"]) for name in (names[0], names[-1])) if names else (None, None)
        if first is None or at is None or len(names) != len(node.expressions):
            continue
        bracketed = first > 0 and tokens[first - 1].text == "(" and tokens[at + 1].text == ")"
        arrow = tokens[at + 1 + bracketed]
        if arrow.text == "->":
            start = tokens[first - bracketed].start
            written = ", ".join(sql[name.meta["start"] : name.meta["end"] + 1] for name in names)
            edits.append(TextEdit(Span(start, arrow.end + 1), f"lambda {written}:"))
    return edits


def _column_edits(tree: exp.Expression, dialect: str, tables: Mapping[str, tuple[str, ...]]) -> list[TextEdit]:
    """`shop.orders.id` becomes `orders.id`: the table's alias is the model's short name."""
    edits = []
    for column in tree.find_all(exp.Column):
        parts = _identifiers(column)
        if len(parts) >= 3 and _key(parts[:-1], dialect) in tables and "start" in parts[-2].meta:
            edits.append(TextEdit(Span(parts[0].meta["start"], parts[-2].meta["start"]), ""))
    return edits


def _rename(tree: exp.Expression, dialect: str, tables: Mapping[str, tuple[str, ...]]) -> None:
    """The same in the tree, for a query that is written in another dialect than the engine's."""
    for table in outer_tables(tree):
        physical = tables.get(_key(_identifiers(table), dialect))
        if physical is None:
            continue
        own = None if isinstance(table.parent, _WITHOUT_ALIAS) else exp.TableAlias(this=table.this.copy())
        alias = table.args.get("alias") or own
        names = [exp.to_identifier(part, quoted=True) for part in physical]
        table.set("this", names[-1])
        table.set("db", names[-2] if len(names) > 1 else None)
        table.set("catalog", names[-3] if len(names) > 2 else None)
        table.set("alias", alias)
    for column in tree.find_all(exp.Column):
        parts = _identifiers(column)
        if len(parts) >= 3 and _key(parts[:-1], dialect) in tables:
            column.set("db", None)
            column.set("catalog", None)


def valued(sql: str, dialect: str, variables: Mapping[str, str]) -> str:
    """The SQL in the engine's dialect with every `__hw_var('name')` replaced by its value."""
    if VAR_CALL not in sql.lower():
        return sql
    tokens = scan(sql, dialect).tokens
    edits = []
    for index, token in enumerate(tokens[:-3]):
        if token.text.lower() != VAR_CALL or token.token_type is TokenType.STRING:
            continue
        name = tokens[index + 2].text.lower()
        if name not in variables:
            raise RenderError(f"`@{name}` has no value here")
        edits.append(TextEdit(Span(token.start, tokens[index + 3].end + 1), variables[name]))
    return apply_edits(sql, edits)


def _with_ctes(sql: str, dialect: str, inlined: Sequence[Inlined]) -> str:
    """The statement with the common table expressions that it names, and those that these name, before its query."""
    needed = _needed(sql, inlined)
    if not needed:
        return sql
    ctes = ", ".join(f"{quote(cte.name, dialect)} AS NOT MATERIALIZED ({cte.sql}\n)" for cte in needed)
    head = _before_query(scan(sql, dialect).tokens)
    before, query = sql[:head], sql[head:]
    at = _after_with(scan(query, dialect).tokens)
    return (
        f"{before} WITH {ctes} {query}".lstrip()
        if at is None
        else f"{before}{query[:at]} {ctes}, {query[at:].lstrip()}"
    )


def _needed(sql: str, inlined: Sequence[Inlined]) -> list[Inlined]:
    """Names of inlined queries are hashes, so that text which holds one names it."""
    found: list[Inlined] = []
    texts = [sql]
    for cte in reversed(inlined):
        if any(cte.name in text for text in texts):
            found.insert(0, cte)
            texts.append(cte.sql)
    return found


def _before_query(tokens: list[Token]) -> int:
    """Where the query of a statement begins: behind the AS of a CREATE, in the parenthesis of a COPY; else at its start."""
    kind = tokens[0].text.upper() if tokens else ""
    if kind == "COPY" and len(tokens) > 1 and tokens[1].token_type is TokenType.L_PAREN:
        return int(tokens[1].end) + 1
    if kind != "CREATE":
        return 0
    depth = 0
    for token in tokens:
        depth += (token.token_type is TokenType.L_PAREN) - (token.token_type is TokenType.R_PAREN)
        if not depth and token.text.upper() == "AS":
            return int(token.end) + 1
    return 0


def _after_with(tokens: list[Token]) -> int | None:
    """Where the query's own first CTE begins, when it starts with a WITH clause."""
    if not tokens or tokens[0].token_type is not TokenType.WITH:
        return None
    recursive = len(tokens) > 1 and tokens[1].token_type is TokenType.RECURSIVE
    return int(tokens[1 if recursive else 0].end) + 1
