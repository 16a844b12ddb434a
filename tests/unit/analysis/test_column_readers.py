"""Who reads a column: the same as by looking through all readers, and no reader is looked through twice."""

from __future__ import annotations

import pytest

from lsp_server.analysis import column_readers, kept_columns
from lsp_server.analysis.column_readers import ColumnReaders
from lsp_server.analysis.impact import baseline
from lsp_server.graph.graph import Graph
from lsp_server.semantics.facts import Facts
from tests.unit.ide.workspace import graph_of

ROOT = "models/root.sql"
COUNT = kept_columns.FEW + 10


def workspace(count: int) -> dict[str, str]:
    """A root and its readers: of `a` all, of `B` every second, of `c` the first, which makes nothing of it."""
    files = {ROOT: "MODEL (name s.root);\nSELECT 1 AS a, 2 AS B, 3 AS c"}
    for at in range(count):
        text = "SELECT a" + (", b" if at % 2 else "") + " FROM s.root"
        text += " WHERE TRUE OR c = 1" if at == 0 else ""
        files[f"models/r{at:03}.sql"] = f"MODEL (name s.r{at:03});\n{text}"
    return files


def names(numbers: range) -> tuple[str, ...]:
    return tuple(f"s.r{at:03}" for at in numbers)


@pytest.mark.parametrize("count", [4, COUNT])
def test_now_and_in_the_baseline(count: int) -> None:
    graph = graph_of(workspace(count))
    readers = ColumnReaders(graph, baseline(graph, "x").sides)
    for _ in range(2):
        assert readers.of("s.root", "A") == names(range(count))
        assert readers.of("s.root", "b") == readers.before("s.root", "b") == names(range(1, count, 2))
        assert readers.before("s.root", "c") == ("s.r000",)
    graph.set_file("models/r001.sql", "MODEL (name s.r001);\nSELECT a FROM s.root")
    graph.set_file("models/r003.sql", None)
    graph.stabilise()
    assert readers.of("s.root", "b") == names(range(5, count, 2))
    assert readers.before("s.root", "b") == names(range(1, 2)) + names(range(5, count, 2))


def test_readers_are_looked_through_once_and_again_when_their_facts_are_others(monkeypatch: pytest.MonkeyPatch) -> None:
    graph = graph_of(workspace(COUNT))
    readers = ColumnReaders(graph, baseline(graph, "x").sides)
    looked = _counted(monkeypatch)
    readers.of("s.root", "b")
    readers.before("s.root", "a")
    assert len(looked) == 2 * COUNT
    looked.clear()
    for _ in range(3):
        readers.of("s.root", "a")
        readers.before("s.root", "a")
    assert looked == []
    _edit(graph, "models/r002.sql", "SELECT a AS x FROM s.root")
    readers.of("s.root", "a")
    assert len(looked) == 1


def _counted(monkeypatch: pytest.MonkeyPatch) -> list[Facts]:
    looked: list[Facts] = []
    look = column_readers.columns_read

    def counted(facts: Facts, model: str) -> frozenset[str]:
        looked.append(facts)
        return look(facts, model)

    monkeypatch.setattr(column_readers, "columns_read", counted)
    return looked


def _edit(graph: Graph, path: str, query: str) -> None:
    graph.set_file(path, f"MODEL (name s.{path[7:-4]});\n{query}")
    graph.stabilise()
