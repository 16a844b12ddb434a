"""What readers of an environment are told that they will notice."""

from __future__ import annotations

import msgspec

from lsp_server.plan.notices import notices
from lsp_server.plan.versions import Meaning, ModelVersion
from lsp_server.semantics.facts import Column
from tests.versions import model


def meaning(rows: str, **columns: str) -> Meaning:
    return Meaning(rows=rows, columns=tuple(columns.items()))


def offered(of: ModelVersion, meant: Meaning, **types: str) -> ModelVersion:
    columns = tuple(Column(name, type_) for name, type_ in types.items())
    return msgspec.structs.replace(of, meaning=meant, columns=columns)


A = offered(model("s.a", "SELECT 1"), meaning("r1", i="i1", k="k1"), i="INTEGER", k="INTEGER")


def told(before: list[ModelVersion], after: list[ModelVersion]) -> dict[str, str]:
    found = notices({m.name: m for m in before}, {m.name: m for m in after})
    return {notice.model: notice.what for notice in found}


def test_rows_columns_and_types() -> None:
    other = offered(A, meaning("r2", i="i2", n="n1"), i="BIGINT", n="INTEGER")
    assert told([A], [other]) == {"s.a": "breaking: rows change, +n, -k; another type: i"}


def test_what_is_the_same_and_what_was_never_seen_is_not_told() -> None:
    assert told([A], [msgspec.structs.replace(A, text="SELECT 1 -- the same")]) == {}
    assert told([], [A]) == {}
    hidden = msgspec.structs.replace(model("s.h", "SELECT 1", "EMBEDDED"))
    assert told([A, hidden], [A]) == {}


def test_views_that_come_and_go() -> None:
    new = model("s.new", "SELECT 2")
    assert told([A], [new]) == {"s.a": "the view goes", "s.new": "a new view"}
