"""Join conditions that are likely meant: from declared grain and references, from lineage, from names.

Two columns that are made of the same source column by identity alone hold the same keys, whatever they are called.
"""

from __future__ import annotations

from lsp_server.graph.graph import Graph
from lsp_server.semantics.facts import IDENTITY, ScopeSource

MAX_CONDITIONS = 5
_DEPTH = 8


def join_conditions(graph: Graph, sources: tuple[ScopeSource, ...]) -> list[str]:
    """Conditions between the last source and those before it, the likeliest first."""
    if len(sources) < 2:
        return []
    *earlier, last = sources
    scored: dict[str, int] = {}
    for other in earlier:
        for mine in last.interface.columns:
            for theirs in other.interface.columns:
                score = _score(graph, (last, mine.name), (other, theirs.name))
                if score and mine.type == theirs.type:
                    scored[f"{other.name}.{theirs.name} = {last.name}.{mine.name}"] = score
    return sorted(scored, key=lambda condition: (-scored[condition], condition))[:MAX_CONDITIONS]


def _score(graph: Graph, mine: tuple[ScopeSource, str], theirs: tuple[ScopeSource, str]) -> int:
    """0: no reason to join these."""
    (source, column), (other, column_there) = mine, theirs
    same = column.lower() == column_there.lower()
    keys = _is_key(graph, source, column) + _is_key(graph, other, column_there)
    origin = keys > 0 and _origin(graph, source, column) & _origin(graph, other, column_there)
    named = column_there.lower() in _foreign_names(source, column) or column.lower() in _foreign_names(
        other, column_there
    )
    role = _plays(source, column, column_there, graph) or _plays(other, column_there, column, graph)
    score = 4 * bool(origin) + 3 * (same and keys > 0) + 2 * ((named or role) and keys > 0)
    return score + (1 if same and column.lower().endswith(("_id", "_key", "_code")) else 0)


def _is_key(graph: Graph, source: ScopeSource, column: str) -> int:
    model = graph.model(source.model) if source.model else None
    return 0 if model is None else int(column.lower() in {name.lower() for name in model.grain})


def _plays(source: ScopeSource, key: str, column: str, graph: Graph) -> bool:
    """`start_station_id` beside a table whose key is `station_id` (a bare `id` says too little)."""
    return "_" in key and column.lower().endswith(f"_{key.lower()}") and _is_key(graph, source, key) > 0


def _foreign_names(source: ScopeSource, column: str) -> set[str]:
    """`id` of `orders` is called `order_id` elsewhere."""
    base = source.model.rpartition(".")[2].lower().rstrip("s")
    words = base.split("_")
    return {f"{'_'.join(words[at:])}_{column.lower()}" for at in range(len(words))}


def _origin(graph: Graph, source: ScopeSource, column: str) -> set[tuple[str, str]]:
    """The column's identities upstream, itself included."""
    found = {(source.model, column.lower())} if source.model else set()
    waiting = list(found)
    for _ in range(_DEPTH):
        waiting = [end for model, name in waiting for end in _identities(graph, model, name) if end not in found]
        found |= set(waiting)
    return found


def _identities(graph: Graph, model: str, column: str) -> list[tuple[str, str]]:
    facts = graph.facts(model)
    for index, known in enumerate(facts.interface.columns if facts is not None else ()):
        if facts is not None and known.name.lower() == column:
            return [(edge.model, edge.column.lower()) for edge in facts.edges[index] if edge.subtype == IDENTITY]
    return []
