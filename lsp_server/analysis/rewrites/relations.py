"""Relations: which joins may be reordered, which subqueries merged, which LEFT JOINs leave the row set as it is."""

from __future__ import annotations

from itertools import chain, groupby, permutations, product
from math import factorial, prod

from lsp_server.analysis.relations import Frame, Relation
from lsp_server.analysis.rewrites import conditions
from lsp_server.semantics import ir

INNER = frozenset(["from", "cross", "inner"])
_KEEPS_LEFT_ROWS = INNER | {"left", "semi", "anti"}


def is_reorderable(joins: tuple[ir.Join, ...], dependent: frozenset[int]) -> bool:
    """Inner and cross joins may be numbered by what they join, and ON counts as WHERE.

    Only if FROM holds nothing but them, and no item reads the columns of another (LATERAL, UNNEST of a column).
    NATURAL and USING are equalities here; their merged output columns are expressions of their own.
    """
    return all(join.kind in INNER and not join.extra and join.source not in dependent for join in joins)


Atom = tuple[Relation, int, Frame]
_MOST_NUMBERINGS = 24


def numberings(atoms: list[Atom]) -> list[tuple[Atom, ...]]:
    """The ways to number the items of an inner join, sorted by what they are: instances of one relation may change places.

    Any of them is sound, since row set and columns use the same; of all, the caller takes the one with the least
    conditions, so that a self-join written the other way round is the same.  Too many: source order alone.
    """
    runs = [tuple(run) for _, run in groupby(atoms, key=lambda atom: atom[0].rows)]
    if prod(factorial(len(run)) for run in runs) > _MOST_NUMBERINGS:
        return [tuple(atoms)]
    return [tuple(chain.from_iterable(picked)) for picked in product(*(permutations(run) for run in runs))]


def is_mergeable(scope: ir.Scope, dialect: str) -> bool:
    """A subquery or CTE that only filters, joins and computes may be written into the query that reads it.

    Only if nothing in it decides rows beyond that: no groups, DISTINCT, LIMIT, windows, set-returning calls.  (Volatile
    calls are salted with the whole query: a merged text never equals the nested one.)
    """
    if not isinstance(scope, ir.Select) or scope.open_star:
        return False
    if scope.grouped or scope.distinct or scope.qualify is not None or scope.limit_extra or scope.others:
        return False
    if scope.limit is not None or scope.offset is not None:
        return False
    return not any(
        _is_computed_over_rows(node, dialect) for column in scope.columns for node in conditions.walk(column.expr)
    )


def _is_computed_over_rows(node: ir.Expr, dialect: str) -> bool:
    return isinstance(node, ir.Win | ir.Agg) or conditions.may_make_rows(node, dialect)


def keys_of(scope: ir.Scope, dialect: str) -> tuple[frozenset[int], ...]:
    """Sets of output columns of which no two rows agree: the keys of a plain GROUP BY, all columns of a DISTINCT."""
    if (
        not isinstance(scope, ir.Select)
        or scope.open_star
        or not (scope.grouped or scope.distinct == "all")
        or any(_makes_rows(column.expr, dialect) for column in scope.columns)
    ):
        return ()
    found = []
    outputs = [column.expr for column in scope.columns]
    if scope.grouped and not scope.group_sets and all(key in outputs for key in scope.group):
        found.append(frozenset(outputs.index(key) for key in scope.group))
    if scope.distinct == "all":
        found.append(frozenset(range(len(outputs))))
    return tuple(found)


def _makes_rows(expr: ir.Expr, dialect: str) -> bool:
    return any(conditions.may_make_rows(node, dialect) for node in conditions.walk(expr))


def is_lookup(join: ir.Join, later: tuple[ir.Join, ...], keys: tuple[frozenset[int], ...]) -> bool:
    """A LEFT JOIN that finds at most one row for each row: it leaves the row set as it is, whether its columns are read or not.

    Only if every key of a plain GROUP BY or DISTINCT (`keys_of`) is equated, with one type and collation on both sides,
    and nothing after it brings in rows from the right.  Declared grain and audits do not count: data may break them.
    """
    if join.kind != "left" or join.extra or not keys or any(other.kind not in _KEEPS_LEFT_ROWS for other in later):
        return False
    equated = {index for term in conditions.conjuncts(join.on) if (index := _equated(term, join.source)) is not None}
    return any(key <= equated for key in keys)


def _equated(term: ir.Expr, source: int) -> int | None:
    """The column of `source` that `term` sets equal to something outside it, if values are compared as they are grouped."""
    if not isinstance(term, ir.Op) or term.name != "eq" or len(term.args) != 2:
        return None
    for mine, other in (term.args, term.args[::-1]):
        if isinstance(mine, ir.Col) and mine.source == source and not conditions.reads(other, source):
            kind = conditions.type_of(mine)
            same = kind == conditions.type_of(other) and conditions.is_exact(kind)
            return mine.index if same and not conditions.is_drawn_anew(other) else None
    return None


def is_repeated_distinct(keys: list[bytes], columns: list[bytes]) -> bool:
    """DISTINCT over groups whose keys all stand among the columns: the rows differ already.  Not for GROUPING SETS."""
    return set(keys) <= set(columns)
