"""The models of a workspace as they are compared: one `Side` for each, made when somebody asks, where an earlier session knew it.

Plain values: another thread may read them while the graph goes on.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, MutableMapping, Set

from lsp_server.analysis import beside
from lsp_server.analysis.fingerprints import Meaning
from lsp_server.analysis.kept_columns import kept_columns
from lsp_server.analysis.meanings import meaning, statements
from lsp_server.analysis.reasons import Side
from lsp_server.analysis.standings import Standing, Stands, as_they_were
from lsp_server.graph import queries
from lsp_server.graph.graph import Graph
from lsp_server.graph.model import Model
from lsp_server.graph.past import Past


class Sides(MutableMapping[str, Side]):
    """Sides by name.  `audits` are the definitions of all audits.  Those of `packed` models are made of what `past` holds, and the files' `texts`."""

    def __init__(
        self,
        made: dict[str, Side],
        packed: Mapping[str, Standing],
        past: Past | None,
        texts: Mapping[str, str],
        audits: Mapping[str, str],
    ) -> None:
        self._made = made
        self._packed = packed
        self._past = past
        self._texts = texts
        self.audits = audits

    def standing(self, name: str) -> Stands | None:
        """How a model stands: enough to tell whether it is as it was."""
        side = self._made.get(name)
        return side.meaning if side is not None else self._packed.get(name)

    def text(self, name: str) -> str:
        """The text of a model's file."""
        side = self._made.get(name)
        return side.text if side is not None else self._texts.get(self._packed[name].path, "")

    def packed_columns(self, name: str, of: str) -> Collection[str] | None:
        """The columns of the model `of` that a model reads, where that is known without unpacking it."""
        if name in self._made or name not in self._packed or self._past is None:
            return None
        return kept_columns(self._past, of).get(name)

    def but(self, names: Set[str], others: Mapping[str, Side]) -> Sides:
        """The same without `names`, and with `others`."""
        made = {name: side for name, side in self._made.items() if name not in names} | dict(others)
        packed = {name: known for name, known in self._packed.items() if name not in names and name not in made}
        return Sides(made, packed, self._past, self._texts, self.audits)

    def __getitem__(self, name: str) -> Side:
        found = self._made.get(name)
        if found is None:
            found = self._made[name] = self._make(name, self._packed[name])
        return found

    def _make(self, name: str, known: Standing) -> Side:
        past = self._past
        assert past is not None, "where there is no past nothing is packed"
        model, whole = past.look(queries.model, name), past.look(meaning, name)
        assert model is not None and whole is not None, "of others no standing is kept"
        return Side(
            model=model,
            meaning=whole,
            facts=past.look(queries.facts, name),
            text=self._texts.get(known.path, ""),
            beside=past.look(statements, known.path) if known.path.endswith(".sql") else (),
            audits=beside.audits_of(model, self.audits) if model.audits else {},
        )

    def __setitem__(self, name: str, side: Side) -> None:
        self._made[name] = side

    def __delitem__(self, name: str) -> None:
        raise TypeError("models are left out by `but`")

    def __contains__(self, name: object) -> bool:
        return name in self._made or name in self._packed

    def __iter__(self) -> Iterator[str]:
        yield from self._made
        yield from (name for name in self._packed if name not in self._made)

    def __len__(self) -> int:
        return sum(1 for _ in self)


def sides_of(graph: Graph, names: Iterable[str], audits: Mapping[str, str] | None = None) -> Sides:
    """What the graph (up to date) says of some of its models; source tables are left out.

    `audits`: the definitions of all audits, where the graph does not hold the whole workspace.
    """
    audits = beside.audit_texts(graph) if audits is None else audits
    known, names = as_they_were(graph), set(names)
    packed = {name: known[name] for name in sorted(names & known.keys())}
    cells = graph.engine.cells(queries.TEXT)
    texts = {path: cells.get(path) or "" for path in {each.path for each in packed.values()}}
    made = {}
    for name in sorted(names - known.keys()):
        model, whole = graph.model(name), graph.get(meaning, name)
        if model is not None and whole is not None:
            made[name] = side_of(graph, model, whole, audits)
    return Sides(made, packed, graph.engine.past, texts, audits)


def side_of(graph: Graph, model: Model, known: Meaning, audits: Mapping[str, str]) -> Side:
    """One model as the graph has it."""
    return Side(
        model=model,
        meaning=known,
        facts=graph.facts(model.name),
        text=graph.text(model.path) or "",
        beside=graph.get(statements, model.path) if model.path.endswith(".sql") else (),
        audits=beside.audits_of(model, audits) if model.audits else {},
    )


def standing_in(sides: Mapping[str, Side], name: str) -> Stands | None:
    """How a model stands among sides of either kind."""
    if isinstance(sides, Sides):
        return sides.standing(name)
    side = sides.get(name)
    return side.meaning if side is not None else None
