"""The part of the lineage around one model: what the lineage panel draws.  Only the neighbourhood ever leaves the server."""

from __future__ import annotations

import msgspec

from lsp_server.graph.graph import Graph
from lsp_server.semantics.facts import Edge


class Card(msgspec.Struct, frozen=True):
    """One model, `depth` steps from the focus (negative upstream), and whether there are models beyond."""

    model: str
    depth: int
    more_up: bool
    more_down: bool


class Flow(msgspec.Struct, frozen=True, order=True):
    """`edge` leads into column `column` of `model`, or into its rows (`column` "")."""

    model: str
    column: str
    edge: Edge


class Neighbourhood(msgspec.Struct, frozen=True):
    """Cards, edges between them, and whether some were left out for their number."""

    cards: tuple[Card, ...]
    columns: tuple[Flow, ...]
    rows: tuple[Flow, ...]
    row_sets: tuple[tuple[str, str], ...]
    """(from, to): the rows of `from` flow into `to`."""
    truncated: bool


def neighbourhood(graph: Graph, focus: str, up: int, down: int, limit: int) -> Neighbourhood:
    """The models within `up` steps above and `down` steps below `focus`, the nearest first, at most `limit`."""
    depths: dict[str, int] = {focus: 0}
    truncated = _walk(graph, depths, focus, up, -1, limit) | _walk(graph, depths, focus, down, 1, limit)
    columns: list[Flow] = []
    rows: list[Flow] = []
    row_sets: list[tuple[str, str]] = []
    for model in depths:
        facts = graph.facts(model)
        if facts is None:
            continue
        for made, edges in zip(facts.interface.columns, facts.edges, strict=False):
            columns += [Flow(model, made.name, edge) for edge in edges if edge.model in depths]
        rows += [Flow(model, "", edge) for edge in facts.rows if edge.model in depths]
        row_sets += [(source, model) for source in facts.rows_from if source in depths]
    cards = tuple(
        _card(graph, model, depth, depths) for model, depth in sorted(depths.items(), key=lambda i: (i[1], i[0]))
    )
    return Neighbourhood(cards, tuple(sorted(columns)), tuple(sorted(rows)), tuple(sorted(row_sets)), truncated)


def _walk(graph: Graph, depths: dict[str, int], focus: str, steps: int, direction: int, limit: int) -> bool:
    """Take in the models of one direction, level by level; whether some were left out."""
    level = [focus]
    for step in range(1, steps + 1):
        found = sorted({name for model in level for name in _next(graph, model, direction) if name not in depths})
        room = limit - len(depths)
        for name in found[:room]:
            depths[name] = step * direction
        if len(found) > room:
            return True
        level = found
    return False


def _next(graph: Graph, model: str, direction: int) -> tuple[str, ...]:
    return graph.upstreams(model) if direction < 0 else graph.readers(model)


def _card(graph: Graph, model: str, depth: int, depths: dict[str, int]) -> Card:
    more_up = depth <= 0 and any(name not in depths for name in graph.upstreams(model))
    more_down = depth >= 0 and any(name not in depths for name in graph.readers(model))
    return Card(model, depth, more_up, more_down)
