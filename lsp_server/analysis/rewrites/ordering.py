"""Orders: when sort keys decide everything, and what an order is built from."""

from __future__ import annotations

from collections.abc import Callable

from lsp_server.analysis.hashing import cat
from lsp_server.semantics import ir


def is_total(sorted_by: set[bytes], unique: set[bytes] | frozenset[bytes] | None) -> bool:
    """The sort keys hold expressions of which no two rows agree: no ties are left for the input's order to decide.

    `unique` are the keys of a plain GROUP BY or the columns of a DISTINCT, None where nothing is known to be unique.
    """
    return bool(sorted_by) and unique is not None and set(unique) <= sorted_by


def skips_nothing(offset: ir.Expr | None) -> bool:
    """OFFSET 0 is no OFFSET.  Always; but of rows in no order an engine may take others for it."""
    return offset is None or (isinstance(offset, ir.Lit) and offset.text == "0")


_ROWS_ONLY = "limit_options=limitoptions(rows=True)"


def beside_limit(extra: str) -> str:
    """`FETCH FIRST n ROWS ONLY` is `LIMIT n`.  Always; PERCENT and WITH TIES are not."""
    return "" if extra == _ROWS_ONLY else extra


def order_of(keys: list[bytes], total: bool, under: Callable[[], bytes]) -> Callable[[], bytes]:
    """The order after ORDER BY `keys`: ties keep the order `under` it."""
    if not keys:
        return under
    if total:
        return lambda: cat(b"sorted", *keys)
    return lambda: cat(b"sorted", *keys, under())
