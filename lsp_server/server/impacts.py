"""A project's baseline, its environments as last read, and the impact of the edits against them.

The baseline is read on the database lane (`read`), everything else belongs to the analysis lane.
"""

from __future__ import annotations

import logging
from pathlib import Path

import msgspec

from lsp_server.analysis.fingerprints import identities
from lsp_server.analysis.impact import Baseline, Impact, impact
from lsp_server.analysis.meanings import meanings_of
from lsp_server.environments.baselines import baseline_of
from lsp_server.environments.commands import read_world
from lsp_server.environments.errors import EnvironmentProblem
from lsp_server.environments.site import engine_of
from lsp_server.graph.config import Config
from lsp_server.graph.graph import Graph
from lsp_server.ide import verdicts
from lsp_server.plan.states import World as Environments
from lsp_server.project.baselines import BaselineError
from lsp_server.project.files import Disk
from lsp_server.project.workspace import Project as Workspace
from lsp_server.text.problems import Problem

log = logging.getLogger(__name__)


class Wish(msgspec.Struct, frozen=True):
    """What is needed to read a baseline away from the graph's thread: values only."""

    root: Path
    config: Config
    defined: dict[str, tuple[str, ...]]
    spec: str


class Reading(msgspec.Struct, frozen=True):
    """What was read.  `problem` says why there is no baseline, or no environments."""

    baseline: Baseline | None
    environments: Environments
    problem: str = ""


def read(wish: Wish) -> Reading:
    """Read the environments and the baseline.  Runs on the database lane; opens the database for a moment."""
    problem, environments, found = "", Environments(), None
    try:
        environments = read_world(engine_of(wish.config, wish.root))
    except EnvironmentProblem as error:
        problem = str(error)
    was = Workspace(wish.root, Disk(wish.root))
    was.config = wish.config
    was.graph.names.defined = dict(wish.defined)
    try:
        found = baseline_of(was, wish.spec)
    except BaselineError as error:
        problem = str(error)
    return Reading(found, environments, problem)


class Impacts:
    """The verdict of one project, kept in step with its graph."""

    def __init__(self) -> None:
        self.reading = Reading(None, Environments())
        self.found: Impact | None = None
        self.problems: dict[str, tuple[Problem, ...]] = {}
        self.states: dict[str, dict[str, str]] = {}
        """Environment to model to its state in words."""

    def take(self, reading: Reading) -> None:
        """A baseline was read; the next `update` compares with it."""
        self.reading = reading
        if reading.problem:
            log.info("%s", reading.problem)

    def update(self, graph: Graph) -> set[str]:
        """Compare the (stable) graph with the baseline; the paths whose problems changed."""
        self._update_states(graph)
        if self.reading.baseline is None:
            self.found, problems = None, {}
        else:
            self.found = impact(graph, self.reading.baseline)
            problems = verdicts.problems(self.found)
        changed = {path for path in {*problems, *self.problems} if problems.get(path) != self.problems.get(path)}
        self.problems = problems
        return changed

    def _update_states(self, graph: Graph) -> None:
        environments = self.reading.environments
        tables = identities(meanings_of(graph)) if environments.environments else {}
        self.states = {}
        for name, environment in environments.environments.items():
            versions = environments.models_of(environment)
            self.states[name] = {model: _state(versions.get(model), table) for model, table in tables.items()}


def _state(version: object, table: str) -> str:
    if version is None:
        return "not there yet"
    return "current" if getattr(version, "fingerprint", "") == table else "behind the file"
