"""A document that is no file (`untitled:`): analysed over the models of an open workspace, and a model of nobody's.

It has a graph of its own, in which the workspace's models stand as tables with columns, so it can neither become one of them nor
touch them: no baseline knows it, no reader, no environment.  What it shows of a model comes from that model's file.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import msgspec

from lsp_server.graph.config import Config
from lsp_server.graph.graph import Graph
from lsp_server.graph.model import Declared, Model
from lsp_server.ide.places import Place
from lsp_server.project.workspace import Project as Workspace
from lsp_server.server.projects import Project
from lsp_server.text.problems import Problem

SCHEME = "untitled"
_ABOUT_FILES = frozenset(["header-missing", "several-queries"])
"""Problems that only a model's file can have."""


class Scratch(Project):
    """One such document, beside a project (or none: then only its own text is known)."""

    def __init__(self, uri: str, beside: Project | None) -> None:
        self.beside = beside
        config = beside.workspace.config if beside is not None else Config()
        config = msgspec.structs.replace(config.for_path(""), infer_names=True)
        workspace = Workspace(Path(beside.root if beside is not None else "/"), _FilesBeside(beside))
        workspace.config = config
        workspace.graph.set_config(config)
        super().__init__(workspace)
        name = re.sub(r"\W+", "_", uri.rpartition(":")[2]).strip("_").lower()
        self.path = f"{config.prefix}models/untitled/{name or 'query'}.sql"
        self._followed = -1
        self._declared: dict[str, Declared] = {}

    def settle_file(self, path: str, stop: Callable[[], bool]) -> bool:
        """With the workspace as far as it is known."""
        self._follow()
        return super().settle_file(path, stop)

    def settle(self, stop: Callable[[], bool]) -> bool:
        """After the workspace: a model that was not read yet is not an unknown one."""
        if self.beside is not None and not self.beside.settle(stop):
            return False
        self._follow()
        return super().settle(stop)

    def judge(self, path: str, stop: Callable[[], bool]) -> bool:
        """There is no verdict; what the query reads is settled first."""
        return self.settle(stop)

    def is_settled(self) -> bool:
        """Whether the workspace's last state is known here too."""
        followed = self.beside is None or self._followed == self.beside.generation
        return followed and super().is_settled()

    def problems(self, path: str) -> tuple[Problem, ...]:
        """What is wrong with the query."""
        return tuple(problem for problem in super().problems(path) if problem.code not in _ABOUT_FILES)

    def paths_with_problems(self) -> list[str]:
        """The document alone: the files beside it have their own project."""
        return [self.path]

    def take_changed(self, among: Iterable[str] | None = None) -> list[str]:
        """The same."""
        return [path for path in super().take_changed(among) if path == self.path]

    def home(self, place: Place) -> tuple[Project, Place]:
        """A model's place is in its own file."""
        if self.beside is None or place.path == self.path:
            return self, place
        models = self.beside.graph.models_in(place.path)
        span = self.beside.graph.name_span(models[0].name) if models else place.span
        return self.beside, Place(place.path, span)

    def _follow(self) -> None:
        """Take over the models of the workspace, if they may have changed."""
        if self.beside is None or self._followed == self.beside.generation or not self.beside.graph.is_stable():
            return
        self._followed = self.beside.generation
        declared = _declared(self.beside.graph)
        for path in {*declared, *self._declared}:
            if declared.get(path) != self._declared.get(path):
                self.graph.set_declared(path, declared.get(path))
        self._declared = declared


def _declared(graph: Graph) -> dict[str, Declared]:
    """The models of each file, with all their columns, as a file without SQL would declare them."""
    by_path: dict[str, list[Model]] = {}
    for name, model in graph.models().items():
        interface = graph.interface(name)
        notes = graph.descriptions(name)
        columns = tuple(
            msgspec.structs.replace(column, description=column.description or notes.get(column.name.lower(), ""))
            for column in (interface.columns if interface is not None else ())
        )
        complete = interface is not None and interface.complete
        table = msgspec.structs.replace(model, columns=columns, complete=complete, seed="", upstreams=())
        by_path.setdefault(model.path, []).append(table)
    return {path: Declared(tuple(models)) for path, models in by_path.items()}


class _FilesBeside:
    """The texts of the project beside, for whoever wants to look at a model's file."""

    def __init__(self, beside: Project | None) -> None:
        self._beside = beside

    def paths(self, folder: str = "") -> Iterator[str]:
        """None of them is read into the graph."""
        return iter(())

    def read(self, path: str) -> bytes | None:
        """See `Files`."""
        if self._beside is None:
            return None
        return self._beside.text(path).encode("utf-8", "surrogatepass")

    def unreadable(self) -> dict[str, str]:
        """See `Files`."""
        return {}
