"""A project's baseline, its environments as last read, and the impact of the edits against them.

The baseline is read on the database lane (`read`), everything else belongs to the analysis lane.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable

import msgspec

from lsp_server.analysis.comparison import Comparison
from lsp_server.analysis.impact import Baseline, Impact
from lsp_server.analysis.meanings import meaning
from lsp_server.environments.baselines import baseline_of
from lsp_server.environments.commands import read_world
from lsp_server.environments.errors import EnvironmentProblem
from lsp_server.environments.site import engine_of
from lsp_server.graph.graph import Graph
from lsp_server.ide import verdicts
from lsp_server.plan.states import World as Environments
from lsp_server.project.baselines import BaselineError
from lsp_server.project.present import Present
from lsp_server.text.problems import Problem

log = logging.getLogger(__name__)


class Wish(msgspec.Struct, frozen=True):
    """What is needed to read a baseline away from the graph's thread: values only."""

    now: Present
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
        environments = read_world(engine_of(wish.now.config, wish.now.root))
    except EnvironmentProblem as error:
        problem = str(error)
    try:
        found = baseline_of(wish.now, wish.spec, or_next_best=True)
    except BaselineError as error:
        problem = str(error)
    return Reading(found, environments, problem)


class Impacts:
    """The verdict of one project, kept in step with its graph."""

    def __init__(self) -> None:
        self.reading = Reading(None, Environments())
        self.found: Impact | None = None
        self.problems: dict[str, tuple[Problem, ...]] = {}
        self._comparison: Comparison | None = None

    def take(self, reading: Reading) -> None:
        """A baseline was read; the next `update` compares with it."""
        self.reading = reading
        self._comparison = None
        if reading.problem:
            log.info("%s", reading.problem)

    def update(self, graph: Graph, stop: Callable[[], bool]) -> set[str] | None:
        """Compare the (stable) graph with the baseline; the paths whose problems changed.  None when stopped: the next call goes on."""
        if self.reading.baseline is None:
            self.found, problems = None, {}
        else:
            self._comparison = self._comparison or Comparison(graph, self.reading.baseline)
            graph.stabilise()  # meanings are kept up to date from the first comparison on
            found = self._comparison.update_until(stop)
            if found is None:
                return None
            self.found = found
            problems = verdicts.problems(self.found, graph)
        changed = {path for path in {*problems, *self.problems} if problems.get(path) != self.problems.get(path)}
        self.problems = problems
        return changed

    def glance(self, graph: Graph, path: str) -> None:
        """The verdict of one settled file before the rest is up to date; how many tables are rebuilt follows with `update`."""
        if self._comparison is None or self.found is None:
            return
        models, names = dict(self.found.models), graph.names.defined.get(path, ())
        for name, touched in self._comparison.glance(names).items():
            if touched is None:
                models.pop(name, None)
            else:
                models[name] = touched
        if models.keys() - self.found.models.keys():  # thousands may be touched, and mostly are in order
            models = dict(sorted(models.items()))
        self.found = msgspec.structs.replace(self.found, models=models)
        self.problems[path] = verdicts.problems(self.found, graph, names).get(path, ())

    @property
    def is_begun(self) -> bool:
        """Whether there is a comparison to be kept in step: the first one costs what the workspace holds."""
        return self._comparison is not None

    def states(self, graph: Graph, models: Iterable[str]) -> dict[str, dict[str, str]]:
        """Environment to model to its state in words, for these models."""
        environments = self.reading.environments
        tables = {name: self._table(graph, name) for name in models} if environments.environments else {}
        found = {}
        for name, environment in environments.environments.items():
            versions = {model: environments.version_of(environment, model) for model in tables}
            found[name] = {model: _state(versions[model], table) for model, table in tables.items() if table}
        return found

    def _table(self, graph: Graph, name: str) -> str:
        if self._comparison is not None:
            return self._comparison.table(name)
        found = graph.get(meaning, name)
        return found.table if found is not None else ""


def _state(version: object, table: str) -> str:
    if version is None:
        return "not there yet"
    return "current" if getattr(version, "fingerprint", "") == table else "behind the file"
