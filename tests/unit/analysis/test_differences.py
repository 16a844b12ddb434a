"""What differs is found without saying what is the same."""

from __future__ import annotations

from itertools import permutations

import pytest

from lsp_server.analysis import differences as module
from lsp_server.analysis.differences import differences
from lsp_server.analysis.wording import Words
from lsp_server.semantics import ir
from tests.unit.ide.workspace import graph_of

TABLES = {
    "models/a.sql": "MODEL (name s.a);\nSELECT 1 AS id, 2 AS x, 3 AS y, 'k' AS kind",
    "models/b.sql": "MODEL (name s.b);\nSELECT 1 AS id, 2 AS z",
}
BASE = (
    "WITH c AS (SELECT a.id, a.x + 1 AS x, a.y FROM s.a AS a WHERE a.kind = 'k' AND a.x > 0) "
    "SELECT c.id, SUM(c.x * b.z) AS total, MAX(c.y) AS y FROM c JOIN s.b AS b ON b.id = c.id GROUP BY c.id HAVING COUNT(*) > 1"
)
VERSIONS = [
    BASE,
    BASE.replace("a.id, a.x", "a.id, a.y * 2 AS twice, a.x"),
    BASE.replace("a.kind = 'k' AND ", ""),
    BASE.replace("s.a AS a", "s.b AS o CROSS JOIN s.a AS a"),
    BASE.replace("b.z", "c.y"),
    BASE.replace("JOIN s.b AS b ON b.id = c.id", "JOIN s.b AS b0 ON b0.id = c.id JOIN s.b AS b ON b.id = c.id"),
    BASE.replace("c.id GROUP", "c.id AND b.z IN (SELECT x FROM s.a) GROUP"),
    BASE.replace("c.id GROUP", "c.id AND b.z IN (SELECT y FROM s.a) GROUP"),
    BASE.replace("s.b", "s.other"),
    BASE.replace("> 1", "> 2 LIMIT 5"),
    f"{BASE} UNION ALL SELECT id, z, z FROM s.b",
]


def query(text: str) -> ir.Query:
    found = graph_of({**TABLES, "models/m.sql": f"MODEL (name s.m);\n{text}"}).query("s.m")
    assert found is not None
    return found


def test_the_same_as_by_saying_everything(monkeypatch: pytest.MonkeyPatch) -> None:
    pairs = list(permutations([query(text) for text in VERSIONS], 2))
    found = [differences(old, new) for old, new in pairs]
    assert sum(map(bool, found)) > len(pairs) / 2
    monkeypatch.setattr(module._Pair, "_is_same", lambda *_: False)
    assert [differences(old, new) for old, new in pairs] == found


def test_what_is_the_same_is_not_said(monkeypatch: pytest.MonkeyPatch) -> None:
    old, new = query(BASE), query(BASE.replace("MAX(c.y)", "MIN(c.y)"))
    said: list[ir.Expr | None] = []
    say = Words.say

    def counted(words: Words, expr: ir.Expr | None) -> str:
        said.append(expr)
        return say(words, expr)

    monkeypatch.setattr(Words, "say", counted)
    assert [found.column for found in differences(old, new)] == ["y"]
    assert not any(isinstance(expr, ir.Op) for expr in said), "filters, joins and the other columns read the same"
