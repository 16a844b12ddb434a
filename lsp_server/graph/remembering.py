"""A graph kept from one session to the next: the engine's nodes (`past.py`), and the indexes by name that stand beside them.

    for _ in remember(graph, file.write, beside): ...     # when all is up to date, a step at a time
    past = Past.of(memoryview(data))
    if indexes := indexes_of(graph, past):                # it stood in the same configuration
        recall(graph, past, indexes, texts)

What comes back differs in nothing from a graph that read the same texts anew.  So what a graph knows only because it was there
(the last good version of a text that is damaged now) is not kept.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Generator, Iterable, Mapping
from typing import Any

import msgspec

from lsp_server.graph import digests, queries
from lsp_server.graph.graph import Graph
from lsp_server.graph.model import Model
from lsp_server.graph.nodes import FRESH, Input, Node
from lsp_server.graph.past import NotKeptError, Past, Sink, restore, told_apart, write

Beside = Callable[[Graph], Generator[None, None, dict[str, bytes]]]
"""What other layers keep, by name; made a step at a time."""
_STEP = 300
_OUTSIDE = (queries.TABLE, queries.SAVED)
"""What a workspace's own files do not say: while there is any of it, nothing is kept."""


class Indexes(msgspec.Struct, frozen=True):
    """What the graph holds beside the engine.  `surroundings` tell two configurations apart, `texts` two versions of a file."""

    surroundings: bytes
    defined: dict[str, tuple[str, ...]]
    upstreams: dict[str, tuple[str, ...]]
    cycles: dict[str, tuple[str, ...]]
    seeds: dict[str, tuple[Model, ...]]
    paths: tuple[str, ...]
    texts: dict[str, bytes]


def remember(graph: Graph, sink: Sink, beside: Beside) -> Generator[None]:
    """Keep the (stable) graph, and what other layers keep `beside` it; raises NotKeptError when another session could not go on from here."""
    if not graph.is_stable() or any(value is not None for of in _OUTSIDE for value in graph.engine.cells(of).values()):
        raise NotKeptError("something is edited, or comes from elsewhere")
    yield
    extras = (yield from beside(graph)) | (yield from _extras(graph))
    yield from write(graph.engine, sink, lambda node: _is_of_the_moment(graph, node), extras)


def _extras(graph: Graph) -> Generator[None, None, dict[str, bytes]]:
    names, texts = graph.names, {}
    for count, (path, text) in enumerate(graph.engine.cells(queries.TEXT).items()):
        if count % _STEP == 0:
            yield
        if text is not None:
            texts[path] = told_apart(text)
    indexes = Indexes(
        _surroundings(graph), names.defined, names.upstreams, names.cycles, graph._seeds, graph.paths(), texts
    )
    return {"indexes": digests.pack(indexes)}


def _surroundings(graph: Graph) -> bytes:
    db = graph.engine
    return digests.digest(db.get(queries.CONFIG, None), db.get(queries.MACROS, None))


def _is_of_the_moment(graph: Graph, node: Node) -> bool:
    """Whether a value may be that of an earlier text (as it was before the damage)."""
    db = graph.engine
    if node.state != FRESH:
        return False
    if node.of is queries.outline:
        return bool(node.value.former or node.value.damaged)
    if node.of is queries.facts:
        latest = db.peek(queries.result, str(node.key))
        return latest is None or latest.damaged
    return False


def _forget_former(graph: Graph, path: str, names: Iterable[str]) -> None:
    """A text that is another now may be damaged: then what it said before would count, as it does while one types."""
    graph.engine.lose(queries.outline, path)
    for name in names:
        graph.engine.lose(queries.facts, name)


def indexes_of(graph: Graph, past: Past) -> Indexes | None:
    """The indexes of a past that stands in the same configuration; None for another one."""
    try:
        found = digests.unpack(past.extras["indexes"], Indexes)
    except (KeyError, msgspec.MsgspecError):
        return None
    return found if found.surroundings == _surroundings(graph) else None


def recall(graph: Graph, past: Past, indexes: Indexes, texts: Mapping[str, str], changed: Collection[str]) -> bool:
    """Make a graph (into which inputs were put, and nothing was asked yet) what it was, with the present inputs and `texts`.

    `changed` are those of the `texts` that are others than they were; new files are for the caller to set.
    What is another now waits to be recomputed, as after an edit.  False when the past cannot be used.
    """
    before = graph.engine.all_cells()
    graph.names.begin_with(indexes.defined, indexes.upstreams, indexes.cycles)
    owners, circles = graph.names.owners, indexes.cycles

    def present(of: Input[Any, Any], key: Any) -> tuple[Any, bool | None]:
        if of is queries.TEXT and key in texts:
            return texts[key], key not in changed
        if of is queries.OWNERS:
            return owners(key), True
        if of is queries.CYCLE:
            return circles.get(key, ()), True
        if of is queries.SCHEMA:
            return graph.names.schema(key), True
        return before.pop((of, key), of.default), None

    moved = restore(graph.engine, past, present)
    if moved is None:
        graph.names = type(graph.names)()
        return False
    graph._paths, graph._touched = set(indexes.paths), set()
    graph._was_stable = True
    for node in moved:
        if node.of is queries.TEXT or node.of is queries.DECLARED:
            path = str(node.key)
            graph._touch(path)
            _forget_former(graph, path, indexes.defined.get(path, ()))
    for (of, key), value in before.items():  # what there was no cell for
        graph.engine.set(of, key, value)
        if of is queries.TEXT or of is queries.DECLARED:
            graph._touch(str(key))
    graph._touched |= graph.engine.out_of_date(queries.outline)
    graph._seeds = dict(indexes.seeds)
    return True
