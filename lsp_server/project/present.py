"""A settled workspace as values: what another thread may read while the graph goes on.

Nothing is copied but references, so that a baseline that mostly says the same (the files as saved, git's HEAD, production)
shares what the graph holds anyway: see `baselines.py`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from pathlib import Path

import msgspec

from lsp_server.analysis.beside import audit_texts
from lsp_server.analysis.sides import Sides, sides_of
from lsp_server.graph import queries
from lsp_server.graph.config import AUDIT, MODEL, Config
from lsp_server.graph.graph import Graph
from lsp_server.graph.model import Declared, Model, SeedFile
from lsp_server.project.worker import Known, KnownModels
from lsp_server.project.workspace import Project


class Present(msgspec.Struct, frozen=True):
    """One moment of a workspace.

    `texts`      those of the models' SQL files
    `edited`     files that an editor holds: the disk may say otherwise
    `damaged`    files whose models' facts may be those of an earlier text
    `readers`    model -> who names it
    `known`      what a reader asks of each model
    `sides`      the models as they are compared
    `seeded`     the models of kind SEED
    `beside`     texts of the files that hold audits
    `audits`     the definitions of all audits, by name
    """

    root: Path
    config: Config
    macros: queries.Macros
    declared: dict[str, Declared]
    seeds: dict[str, SeedFile]
    texts: dict[str, str]
    edited: frozenset[str]
    damaged: frozenset[str]
    defined: dict[str, tuple[str, ...]]
    upstreams: dict[str, tuple[str, ...]]
    known: Mapping[str, Known]
    sides: Sides
    seeded: tuple[Model, ...]
    beside: dict[str, str]
    audits: Mapping[str, str]

    def owners(self) -> dict[str, list[str]]:
        """Model -> the files that define it."""
        found: dict[str, list[str]] = {}
        for path, names in self.defined.items():
            for name in names:
                found.setdefault(name, []).append(path)
        return found

    def with_readers(self, names: Iterable[str]) -> set[str]:
        """These models, and all that read them, directly or not."""
        readers: dict[str, list[str]] = {}
        for reader, ups in self.upstreams.items():
            for up in ups:
                readers.setdefault(up, []).append(reader)
        found = set(names)
        stack = list(found)
        while stack:
            for reader in readers.get(stack.pop(), ()):
                if reader not in found:
                    found.add(reader)
                    stack.append(reader)
        return found


def present(project: Project) -> Present:
    """This moment of a project that is up to date; belongs to the thread that owns its graph."""
    graph = project.graph
    db, config, names = graph.engine, graph.config(), list(graph.names.names())
    texts = {
        path: text
        for path, text in sorted(db.cells(queries.TEXT).items())
        if text is not None and path.endswith(".sql") and config.role(path) == MODEL
    }
    audits = audit_texts(graph)
    # The sides first: they compute the meanings, where nobody keeps them up to date, and what is known of a model has its meaning.
    sides = sides_of(graph, names, audits)
    return Present(
        root=project.root,
        config=config,
        macros=graph.macros(),
        declared=graph.declared(),
        seeds={model.seed: seed for model in graph.seed_models() if (seed := graph.seed(model.seed)) is not None},
        texts=texts,
        edited=project.edited,
        damaged=_damaged(project, texts),
        defined=dict(graph.names.defined),
        upstreams=dict(graph.names.upstreams),
        known=KnownModels(graph, names),
        sides=sides,
        seeded=tuple(graph.seed_models()),
        beside=beside_models(graph),
        audits=audits,
    )


def beside_models(graph: Graph) -> dict[str, str]:
    """The texts of the files that hold audits."""
    config = graph.config()
    found = ((path, graph.text(path)) for path in graph.paths() if config.role(path) == AUDIT)
    return {path: text for path, text in found if text is not None}


def _damaged(project: Project, paths: Collection[str]) -> frozenset[str]:
    """The files whose models' facts may be those of an earlier text."""
    db, defined = project.graph.engine, project.graph.names.defined
    # What is damaged is not kept from one session to the next.
    outlines, facts = db.packed_keys(queries.outline), db.packed_keys(queries.facts)
    left = (path for path in paths if path not in outlines or not facts.issuperset(defined.get(path, ())))
    return frozenset(path for path in left if _is_damaged(project, path))


def _is_damaged(project: Project, path: str) -> bool:
    db = project.graph.engine
    shape = db.peek(queries.outline, path)
    if shape is None or shape.damaged:
        return True
    results = (db.peek(queries.result, model.name) for model in shape.models)
    return any(result is not None and result.damaged for result in results)
