"""Whether the rows of a query fit a table that is there: an engine casts what it inserts, and 1.75 becomes 2 without a word.

A value that does not fit must stop the run (the engine sees to that where a number is too large); one that would be another
value in the table is refused here, by the types.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from lsp_server.environments.errors import BuildFailed
from lsp_server.semantics.facts import Column

_SMALL = frozenset(["TINYINT", "UTINYINT", "SMALLINT", "USMALLINT", "INTEGER", "UINTEGER"])
_WHOLE = _SMALL | {"BIGINT", "UBIGINT", "HUGEINT", "UHUGEINT"}
_DECIMAL = re.compile(r"DECIMAL\((\d+),(\d+)\)")
_KEEPS = frozenset(
    [
        ("FLOAT", "DOUBLE"),
        ("DATE", "TIMESTAMP"),
        ("TIMESTAMP_S", "TIMESTAMP"),
        ("TIMESTAMP_MS", "TIMESTAMP"),
        ("BOOLEAN", "INTEGER"),
    ]
)
_NOTHING = frozenset(["NULL", '"NULL"'])


def check(model: str, new: Iterable[Column], table: Iterable[Column]) -> None:
    """Raise where a column of the query would have other values in the table."""
    there = {column.name.casefold(): column.type for column in table}
    for column in new:
        old = there.get(column.name.casefold(), column.type)
        if not fits(column.type, old):
            raise BuildFailed(
                f"{model}: {column.name} is {column.type} in the query and {old} in the table, where it would have other values",
                f"cast it to {old} in the query, or give its type in the header's columns",
                model,
            )


def check_kept(model: str, new: Iterable[Column], before: Iterable[Column]) -> None:
    """Raise where a table that was computed anew has lost a column: views over it name them one by one."""
    there = {column.name.casefold() for column in new}
    if lost := [column.name for column in before if column.name.casefold() not in there]:
        raise BuildFailed(
            f"{model}: its query no longer gives {', '.join(lost)}, which views show: a source has lost it",
            "bring it back in the source, or change the model and apply it; the table is as it was",
            model,
        )


def fits(new: str, old: str) -> bool:
    """Whether every value of type `new` is the same value as `old`, or no value of it at all.

    >>> fits("INTEGER", "BIGINT"), fits("HUGEINT", "BIGINT"), fits("DOUBLE", "BIGINT"), fits("TIMESTAMP", "DATE")
    (True, True, False, False)
    >>> fits("DECIMAL(18,2)", "DECIMAL(10,3)"), fits("DECIMAL(18,3)", "DECIMAL(18,2)"), fits("BIGINT", "DOUBLE")
    (True, False, False)
    """
    if new == old or old == "VARCHAR" or new in _NOTHING or (new, old) in _KEEPS:
        return True
    scale, kept = _DECIMAL.fullmatch(new), _DECIMAL.fullmatch(old)
    if new in _WHOLE:
        return old in _WHOLE or kept is not None or (old == "DOUBLE" and new in _SMALL)
    return scale is not None and kept is not None and int(scale[2]) <= int(kept[2])
