"""Names in eleven dialects: what two spellings of one name fold to, how a name is split into parts, quoted and joined.

Knows no workspace: whether a name exists is decided above.
"""

from __future__ import annotations

import functools

from sqlglot import exp
from sqlglot.dialects.dialect import NormalizationStrategy

from lsp_server.syntax import kinds
from lsp_server.syntax.duckdb_words import RESERVED
from lsp_server.syntax.tokens import scan, sql_dialect

_LOWER, _UPPER, _NEVER, _ALWAYS = "lower", "upper", "never", "always"


@functools.cache
def _strategy(dialect: str) -> str:
    """How names fold: unquoted to lower case, unquoted to upper case, not at all, or always (quoted too)."""
    strategy = sql_dialect(dialect).normalization_strategy
    return {
        NormalizationStrategy.LOWERCASE: _LOWER,
        NormalizationStrategy.UPPERCASE: _UPPER,
        NormalizationStrategy.CASE_SENSITIVE: _NEVER,
        NormalizationStrategy.CASE_INSENSITIVE: _ALWAYS,
        NormalizationStrategy.CASE_INSENSITIVE_UPPERCASE: _ALWAYS,
    }.get(strategy, _LOWER)


def fold(name: str, quoted: bool = False, dialect: str = "", table: bool = False) -> str:
    """The form under which two spellings of one name are equal.

    `table`: the name of a relation or schema, not of a column (BigQuery folds only columns, MySQL too).

    >>> fold("Orders", False, "duckdb"), fold("Orders", True, "duckdb"), fold("Orders", True, "postgres"), fold("Orders", False, "snowflake")
    ('orders', 'orders', 'Orders', 'ORDERS')
    """
    if dialect in ("bigquery", "mysql"):
        return name if table else name.lower()
    strategy = _strategy(dialect)
    if strategy == _ALWAYS:
        return name.lower()
    if strategy == _NEVER or quoted:
        return name
    return name.upper() if strategy == _UPPER else name.lower()


def split_name(text: str, dialect: str = "") -> tuple[tuple[str, bool], ...]:
    """(part, quoted) of a dotted name as written.

    >>> split_name('shop."Big Orders"', "postgres")
    (('shop', False), ('Big Orders', True))
    """
    if '"' not in text and "`" not in text and "[" not in text:
        return tuple((part.strip(), False) for part in text.split(".") if part.strip())
    parts: list[tuple[str, bool]] = []
    for token in scan(text, dialect).tokens:
        if token.token_type is kinds.DOT:
            continue
        quoted = token.token_type in (kinds.IDENTIFIER, kinds.STRING)
        if quoted and dialect == "bigquery" and "." in token.text:
            parts += [(part, True) for part in token.text.split(".")]
        else:
            parts.append((token.text, quoted))
    return tuple(parts)


def model_name(text: str, dialect: str = "") -> str:
    """The name under which a model is known everywhere: parts folded and joined with dots.

    >>> model_name("Shop.Orders", "duckdb"), model_name("shop.orders", "snowflake")
    ('shop.orders', 'SHOP.ORDERS')
    """
    return join_name(*(fold(part, quoted, dialect, table=True) for part, quoted in split_name(text, dialect)))


def table_key(parts: tuple[str, ...], quoted: tuple[bool, ...] = (), dialect: str = "") -> str:
    """`model_name` of a relation that a query names, given its parts."""
    flags = quoted or (False,) * len(parts)
    names: list[str] = []
    for part, flag in zip(parts, flags, strict=True):
        # BigQuery quotes a whole path at once: `project.dataset.table`.
        pieces = part.split(".") if flag and dialect == "bigquery" else [part]
        names += [fold(piece, flag, dialect, table=True) for piece in pieces]
    return join_name(*names)


def join_name(*parts: str) -> str:
    """Folded parts to one name."""
    return ".".join(part for part in parts if part)


def quote(name: str, dialect: str = "", always: bool = True) -> str:
    """The name as the dialect writes it; `always` False quotes only what needs it.

    >>> quote('a"b', "duckdb"), quote("a", "bigquery"), quote("a", "duckdb", always=False)
    ('"a""b"', '`a`', 'a')
    """
    if not always and not needs_quotes(name, dialect):
        return name
    return _quoted(name, dialect)


@functools.lru_cache(maxsize=4096)
def _quoted(name: str, dialect: str) -> str:
    """By sqlglot's generator, which takes longer for one name than all else that is done with it."""
    return str(exp.to_identifier(name, quoted=True).sql(dialect=dialect if dialect else None))


def quote_path(name: str, dialect: str = "") -> str:
    """Every part of a dotted name quoted."""
    return ".".join(quote(part, dialect) for part in name.split("."))


@functools.lru_cache(maxsize=4096)
def needs_quotes(name: str, dialect: str = "") -> bool:
    """Whether the name, unquoted, would be read as something else.

    >>> [name for name in ("orders", "order", "to", "date", "cube") if needs_quotes(name, "duckdb")]
    ['order', 'to', 'cube']
    """
    if not name.isidentifier() or not name.isascii() or name.startswith("@"):
        return True
    if fold(name, False, dialect) != fold(name, True, dialect):
        return True
    if name.lower() in _reserved(dialect):
        return True
    if dialect in ("duckdb", "") and name in _ORDINARY:
        return False
    tokens = scan(name, dialect).tokens
    return len(tokens) != 1 or tokens[0].token_type not in (kinds.VAR, kinds.IDENTIFIER)


_WORDS = """
comment database date datetime first index json next object operator percent range ref rows schema sequence session text
time timestamp unknown uuid view
"""
_ORDINARY = frozenset(_WORDS.split())
"""Words of the grammar that people call columns: DuckDB and the parser take them as they are."""


@functools.cache
def _reserved(dialect: str) -> frozenset[str]:
    """Words that name nothing without quotes: sqlglot knows them for some dialects, DuckDB's are most others' too; `if` is taken for a call."""
    return RESERVED | {"if"} | {word.lower() for word in sql_dialect(dialect).generator_class.RESERVED_KEYWORDS}
