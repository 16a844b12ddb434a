"""Types in other dialects than DuckDB, where they are beyond doubt: literals, arithmetic, common aggregates and functions.

A type stays as the text or the source spells it; `class_of` says what it is, a dialect's `Spelling` how a computed one is written.
There is no engine here to ask, so each rule is one that the dialect's own manual states without conditions; everything else is UNKNOWN.
A computed text has the dialect's word for texts; how long it may be is not told.
ClickHouse has but a few: there a type says whether it may be NULL, which a query's text does not tell.
"""

from __future__ import annotations

import re
from functools import lru_cache

import msgspec

from lsp_server.semantics import ir

UNKNOWN = ir.UNKNOWN
TINY, SMALL, INT, BIG = "tiny", "small", "int", "big"
REAL, DOUBLE, DECIMAL = "real", "double", "decimal"
TEXT, BOOL, DATE, STAMP, ZONED = "text", "bool", "date", "timestamp", "timestamptz"

_INTEGERS = (TINY, SMALL, INT, BIG)
_NUMBERS = (*_INTEGERS, DECIMAL, REAL, DOUBLE)


def _words(names: str, kind: str) -> dict[str, str]:
    return dict.fromkeys(names.split(), kind)


_CLASSES = {
    **_words("TINYINT BYTEINT", TINY), **_words("SMALLINT", SMALL), **_words("INT INTEGER MEDIUMINT", INT), **_words("BIGINT INT64 LONG", BIG),
    **_words("DECIMAL NUMERIC NUMBER", DECIMAL), **_words("REAL FLOAT4", REAL),
    **_words("DOUBLE FLOAT64 FLOAT8", DOUBLE), "DOUBLE PRECISION": DOUBLE,
    **_words("VARCHAR TEXT STRING CHAR BPCHAR", TEXT), **_words("BOOLEAN BOOL", BOOL), "DATE": DATE,
    **_words("TIMESTAMP DATETIME DATETIME2 TIMESTAMP_NTZ", STAMP), **_words("TIMESTAMPTZ TIMESTAMP_TZ DATETIMEOFFSET", ZONED),
    "TIMESTAMP WITH TIME ZONE": ZONED,
}  # fmt: skip
_PARENTHESES = re.compile(r"\s*\([^()]*\)")


class Spelling(msgspec.Struct, frozen=True):
    """How a dialect writes computed types, and which of them its operators and functions yield; None: not certain."""

    names: dict[str, str]
    """Class to type."""
    integer_division: str | None = None
    """Class of `int / int`; "same" for that of its operands."""
    sums: dict[str, str] = {}
    """Class of sum(x) by the class of x."""
    averages: dict[str, str] = {}
    count: str = BIG
    ranks: str = BIG
    """row_number, rank, dense_rank."""
    length: str | None = INT
    float_word: str = REAL
    """What FLOAT means."""
    one_integer: bool = False
    """All integers are one type."""
    fraction: str | None = None
    """Class of the literal 1.5; None for a DECIMAL of its own digits."""


_ANSI = {TINY: "TINYINT", SMALL: "SMALLINT", INT: "INT", BIG: "BIGINT", REAL: "REAL", DOUBLE: "DOUBLE", TEXT: "VARCHAR", BOOL: "BOOLEAN",
         DATE: "DATE", STAMP: "TIMESTAMP", ZONED: "TIMESTAMPTZ"}  # fmt: skip
_INTS_TO_BIG = {TINY: BIG, SMALL: BIG, INT: BIG, BIG: BIG}
_HALVES = {REAL: DOUBLE, DOUBLE: DOUBLE}
_SPARK = Spelling(
    {**_ANSI, REAL: "FLOAT", TEXT: "STRING", ZONED: "TIMESTAMP"},
    integer_division=DOUBLE,
    sums={**_INTS_TO_BIG, **_HALVES},
    averages={**dict.fromkeys(_INTEGERS, DOUBLE), **_HALVES},
    ranks=INT,
)

SPELLINGS = {
    "postgres": Spelling(
        {**_ANSI, DOUBLE: "DOUBLE PRECISION", TEXT: "TEXT", DECIMAL: "DECIMAL"},
        integer_division="same",
        sums={SMALL: BIG, INT: BIG, BIG: DECIMAL, DECIMAL: DECIMAL, REAL: REAL, DOUBLE: DOUBLE},
        averages={**dict.fromkeys((SMALL, INT, BIG, DECIMAL), DECIMAL), **_HALVES},
    ),
    "redshift": Spelling(
        {**_ANSI, INT: "INTEGER", DOUBLE: "DOUBLE PRECISION"},
        integer_division="same",
        sums={SMALL: BIG, INT: BIG, **_HALVES},
        averages={SMALL: BIG, INT: BIG, BIG: BIG, **_HALVES},
    ),
    "bigquery": Spelling(
        {**dict.fromkeys(_INTEGERS, "INT64"), **dict.fromkeys((REAL, DOUBLE), "FLOAT64"), TEXT: "STRING", BOOL: "BOOL", DATE: "DATE",
         STAMP: "DATETIME", ZONED: "TIMESTAMP", DECIMAL: "NUMERIC"},
        integer_division=DOUBLE,
        sums={BIG: BIG, INT: BIG, DECIMAL: DECIMAL, DOUBLE: DOUBLE},
        averages={BIG: DOUBLE, INT: DOUBLE, DECIMAL: DECIMAL, DOUBLE: DOUBLE},
        length=BIG,
        one_integer=True,
        float_word=DOUBLE,
        fraction=DOUBLE,
    ),
    "snowflake": Spelling(
        {**dict.fromkeys(_INTEGERS, "DECIMAL(38, 0)"), REAL: "FLOAT", DOUBLE: "FLOAT", TEXT: "VARCHAR", BOOL: "BOOLEAN", DATE: "DATE",
         STAMP: "TIMESTAMPNTZ", ZONED: "TIMESTAMPTZ"},
        sums={**dict.fromkeys(_INTEGERS, BIG), **_HALVES},
        averages=_HALVES,
        length=None,
        one_integer=True,
        float_word=DOUBLE,
    ),
    "databricks": _SPARK,
    "spark": _SPARK,
    "hive": _SPARK,
    "trino": Spelling(
        {**_ANSI, INT: "INTEGER", ZONED: "TIMESTAMP WITH TIME ZONE"},
        integer_division="same",
        sums={**_INTS_TO_BIG, REAL: REAL, DOUBLE: DOUBLE},
        averages={**dict.fromkeys(_INTEGERS, DOUBLE), REAL: REAL, DOUBLE: DOUBLE},
        length=BIG,
    ),
    "tsql": Spelling(
        {**_ANSI, INT: "INTEGER", DOUBLE: "FLOAT", BOOL: "BIT"},
        integer_division="same",
        sums={TINY: INT, SMALL: INT, INT: INT, BIG: BIG, REAL: DOUBLE, DOUBLE: DOUBLE},
        averages={TINY: INT, SMALL: INT, INT: INT, BIG: BIG, REAL: DOUBLE, DOUBLE: DOUBLE},
        count=INT,
        length=None,
        float_word=DOUBLE,
    ),
    "mysql": Spelling(
        {**_ANSI, DOUBLE: "DOUBLE", BOOL: "INT"},
        sums=_HALVES,
        averages=_HALVES,
        ranks="",
        length=None,
    ),
    "clickhouse": Spelling({BOOL: "UInt8"}, count="", ranks="", length=None),
}  # fmt: skip
"""By dialect."""


@lru_cache(2048)
def class_of(kind: str, dialect: str) -> str:
    """What a type is; "" for one of which nothing is computed."""
    head = _PARENTHESES.sub("", kind).upper()
    if head == "FLOAT":
        return SPELLINGS[dialect].float_word if dialect in SPELLINGS else REAL
    if dialect == "bigquery" and head == "TIMESTAMP":
        return ZONED
    return _CLASSES.get(head, "")


def spelled(kind: str | None, dialect: str) -> str:
    """A class as the dialect writes it."""
    spelling = SPELLINGS.get(dialect)
    return spelling.names.get(kind, UNKNOWN) if spelling is not None and kind else UNKNOWN


def shown(expr: ir.Expr, dialect: str) -> str:
    """The type of an output column: literals and conditions carry the binder's own words inside a query."""
    if isinstance(expr, ir.Lit):
        return literal(expr, dialect)
    if expr.type == "BOOLEAN" and not isinstance(expr, ir.Col):
        return spelled(BOOL, dialect)
    return expr.type


def literal(lit: ir.Lit, dialect: str) -> str:
    """The type of a constant."""
    if lit.type == "NULL":
        return "NULL"
    if lit.type.startswith("DECIMAL"):
        return _fraction(lit.type, dialect)
    kind = class_of(lit.type, dialect)
    if dialect in ("snowflake", "clickhouse", "mysql") and kind in _INTEGERS:
        return UNKNOWN  # NUMBER(1,0), UInt8: as wide as it is written
    return spelled(kind, dialect)


def _fraction(kind: str, dialect: str) -> str:
    """`1.5`: a DECIMAL of its own digits, or the dialect's floating-point type."""
    spelling = SPELLINGS.get(dialect)
    if spelling is not None and spelling.fraction is not None:
        return spelled(spelling.fraction, dialect)
    if dialect == "postgres":
        return spelled(DECIMAL, dialect)
    return kind.replace(",", ", ") if dialect in ("spark", "databricks", "trino") else UNKNOWN


def arithmetic(operator: str, left: ir.Expr, right: ir.Expr, dialect: str) -> str:
    """`+`, `-`, `*`, `/` of numbers; `||` of texts."""
    spelling = SPELLINGS.get(dialect)
    a, b = class_of(left.type, dialect), class_of(right.type, dialect)
    if spelling is None or not a or not b:
        return UNKNOWN
    if operator == "dpipe":
        return spelled(TEXT, dialect) if (a, b) == (TEXT, TEXT) else UNKNOWN
    if operator == "sub" and (a, b) == (DATE, DATE) and dialect == "postgres":
        return spelled(INT, dialect)
    if a not in _NUMBERS or b not in _NUMBERS or (isinstance(left, ir.Lit) and isinstance(right, ir.Lit)):
        return UNKNOWN
    kind = _promoted(a, b, dialect)
    if kind == DECIMAL and spelling.fraction and {a, b} & set(_INTEGERS) and _has_fraction(left, right):
        kind = spelling.fraction
    if kind in _INTEGERS:
        if operator == "div":
            return spelled(kind if spelling.integer_division == "same" else spelling.integer_division, dialect)
        return spelled(kind, dialect) if kind not in (TINY, SMALL) and dialect != "mysql" else UNKNOWN
    return spelled(kind, dialect)


def _has_fraction(*exprs: ir.Expr) -> bool:
    return any(isinstance(e, ir.Lit) and e.type.startswith("DECIMAL") for e in exprs)


def _promoted(a: str, b: str, dialect: str) -> str | None:
    """The class in which two numbers meet; a DECIMAL is only told where it carries no digits."""
    if DOUBLE in (a, b):
        return DOUBLE
    if REAL in (a, b):
        return REAL if (a, b) == (REAL, REAL) and dialect != "mysql" else None
    if DECIMAL in (a, b):
        return DECIMAL if dialect in ("postgres", "bigquery") else None
    return _INTEGERS[max(_INTEGERS.index(a), _INTEGERS.index(b))]


def common(exprs: list[ir.Expr], dialect: str) -> str:
    """CASE, COALESCE, a set operation's column: one type, or numbers that meet in one."""
    solid = {e.type for e in exprs if not isinstance(e, ir.Lit)}
    constants = [e for e in exprs if isinstance(e, ir.Lit) and e.type != "NULL"]
    if not solid:
        kinds = {literal(e, dialect) for e in constants}
        return kinds.pop() if len(kinds) == 1 else UNKNOWN
    classes = {class_of(kind, dialect) for kind in solid} | {class_of(e.type, dialect) for e in constants}
    if len(solid) == 1 and (
        not constants or (len(classes) == 1 and classes <= {INT, BIG, DOUBLE, TEXT, BOOL} and _fits(solid, dialect))
    ):
        return next(iter(solid))
    if "" in classes or not classes <= set(_NUMBERS):
        return UNKNOWN
    kind: str | None = classes.pop()
    for other in classes:
        kind = _promoted(kind, other, dialect) if kind else None
    return spelled(kind, dialect) if kind not in (TINY, SMALL) else UNKNOWN


def _fits(kinds: set[str], dialect: str) -> bool:
    """Whether a text literal leaves the type as it is: not where types have lengths."""
    kind = next(iter(kinds))
    return class_of(kind, dialect) != TEXT or kind == spelled(TEXT, dialect)


# -- calls

_TEXTS = frozenset(
    [
        "upper",
        "lower",
        "replace",
        "substring",
        "trim",
        "left",
        "right",
        "lpad",
        "rpad",
        "concat",
        "concatws",
        "initcap",
        "repeat",
        "reverse",
    ]
)
_SAME = frozenset("min max anyvalue first last lag lead firstvalue lastvalue nthvalue nullif abs".split())  # noqa: SIM905
_RANKS = frozenset({"rownumber", "rank", "denserank"})

_DIGITS = re.compile(r"(?:DECIMAL|NUMERIC|NUMBER)\((\d+)(?:,\s*(\d+))?\)", re.I)
_DECIMAL_SUMS = {"spark": 10, "databricks": 10, "hive": 10, "trino": 38, "tsql": 38, "snowflake": 38}
"""By how many digits the sum of a DECIMAL is wider."""


def call(name: str, args: tuple[ir.Expr, ...], dialect: str) -> str:
    """The type of a function or an aggregate, by sqlglot's key."""
    spelling = SPELLINGS.get(dialect)
    if spelling is None:
        return UNKNOWN
    if name == "count":
        return _counted(dialect)
    if name in _RANKS:
        return spelled(spelling.ranks, dialect) if dialect != "snowflake" else UNKNOWN
    if name == "currentdate":
        return spelled(DATE, dialect)
    if name == "length" and args and class_of(args[0].type, dialect) == TEXT:
        return spelled(spelling.length, dialect)
    if name in _TEXTS and args and class_of(args[0].type, dialect) == TEXT:
        return spelled(TEXT, dialect)
    if name in ("sum", "avg") and len(args) == 1:
        if name == "sum" and (size := _DIGITS.fullmatch(args[0].type)) and dialect in _DECIMAL_SUMS:
            return f"DECIMAL({min(38, int(size[1]) + _DECIMAL_SUMS[dialect])}, {size[2] or 0})"
        kinds = spelling.sums if name == "sum" else spelling.averages
        return spelled(kinds.get(class_of(args[0].type, dialect)), dialect)
    if name in ("coalesce", "greatest", "least", "ifnull"):
        return common(list(args), dialect)
    if name in _SAME and args and (dialect != "clickhouse" or name in ("min", "max")):
        return (
            shown(args[0], dialect)
            if name != "abs" or (class_of(args[0].type, dialect) in (INT, BIG, DOUBLE) and dialect != "mysql")
            else UNKNOWN
        )
    return UNKNOWN


def negated(kind: str, dialect: str) -> str:
    """`-x`."""
    return kind if class_of(kind, dialect) in _NUMBERS else UNKNOWN


def _counted(dialect: str) -> str:
    if dialect in ("snowflake", "clickhouse"):
        return {"snowflake": "DECIMAL(18, 0)", "clickhouse": "UInt64"}[dialect]
    return spelled(SPELLINGS[dialect].count, dialect)
