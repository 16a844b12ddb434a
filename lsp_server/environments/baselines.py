"""What the workspace is compared with: an environment as its state has it, a git revision, a folder, the files as saved.

The state keeps the source text of every model of an environment, and the fingerprints it was built with: the texts give the
reasons, the fingerprints the verdict.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import msgspec

from lsp_server.analysis.impact import Baseline
from lsp_server.analysis.reasons import Side
from lsp_server.environments.audits.definitions import calls_of, definitions_of
from lsp_server.environments.commands import find, read_world
from lsp_server.environments.errors import EnvironmentProblem, Locked, NoDatabase, NotFound, StateCorrupt, Unusable
from lsp_server.environments.site import engine_of
from lsp_server.graph.graph import Graph
from lsp_server.graph.queries import context
from lsp_server.plan.names import PROD
from lsp_server.plan.states import World
from lsp_server.plan.versions import ModelVersion
from lsp_server.project.baselines import BaselineError, former, is_in_git, was, whole
from lsp_server.project.files import Disk, Files
from lsp_server.project.present import Present

SAVED = "saved"
_IS_THERE = (Locked, Unusable, StateCorrupt)
"""The database is there, and what it holds is not known; any other problem means that it holds no environments."""


def baseline_of(now: Present, spec: str = "", *, or_next_best: bool = False) -> Baseline:
    """The baseline that `spec` names: `env:NAME`, `git:REV`, a folder, "saved"; "" takes the default.

    The default is `env:prod` where it is built, else `git:HEAD`, else the files as last saved.  Raises BaselineError, also where
    the database is there and cannot be read (a lock held elsewhere): whether prod is built is not known then, and another
    baseline would say "0 models touched" of any edit that is saved.  `or_next_best` takes it all the same: for an editor, which names
    the baseline beside each verdict.
    """
    if not spec:
        return _default(now, or_next_best)
    if not spec.startswith("env:"):
        return former(now, spec)
    try:
        world = _world(now)
        environment = find(world, spec.removeprefix("env:"))
    except EnvironmentProblem as error:
        raise BaselineError(
            f"the baseline {spec} cannot be read: {error}", failed=not isinstance(error, NotFound)
        ) from None
    return _of_environment(now, spec, world.models_of(environment))


def _default(now: Present, or_next_best: bool) -> Baseline:
    try:
        world = _world(now)
    except EnvironmentProblem as error:
        if isinstance(error, _IS_THERE) and not isinstance(error, NoDatabase) and not or_next_best:
            raise BaselineError(
                f"whether env:{PROD} is there to compare with cannot be read: {error} "
                "Or name another baseline: --against git:HEAD.",
                failed=True,
            ) from None
        world = World()
    if PROD in world.environments:
        return _of_environment(now, f"env:{PROD}", world.models_of(world.environments[PROD]))
    try:
        return former(now, "git:HEAD")
    except BaselineError:
        if is_in_git(now.root):
            raise
        return former(now, SAVED)


def _world(now: Present) -> World:
    return read_world(engine_of(now.config, now.root))


def _of_environment(now: Present, spec: str, versions: Mapping[str, ModelVersion]) -> Baseline:
    texts = {version.path: version.text for version in versions.values() if version.path}
    models = {path for path, names in now.defined.items() if names and path.endswith(".sql")}
    files = _Overlay(Disk(now.root), models, texts)
    found = was(now, spec, files)
    sides = {name: _as_built(side, versions[name]) for name, side in found.sides.items() if name in versions}
    if any(side.audits for side in sides.values()):
        sides |= _audited_otherwise(whole(now, files), sides, versions)
    return Baseline(spec, sides, {name: versions[name].fingerprint for name in sides})


def _as_built(side: Side, version: ModelVersion) -> Side:
    """The side with the fingerprints that the environment was built with (a seed's file may have changed since).

    Those of another release are not taken: the texts then tell all that can be told.
    """
    built = version.meaning
    meaning = side.meaning
    if (
        built.version != meaning.version
        or not built.columns
        or (meaning.rows, meaning.columns) == (built.rows, built.columns)
    ):
        return side
    changed = msgspec.structs.replace(meaning, rows=built.rows, order=built.order, columns=built.columns)
    return msgspec.structs.replace(side, meaning=changed)


def _audited_otherwise(
    graph: Graph, sides: Mapping[str, Side], versions: Mapping[str, ModelVersion]
) -> dict[str, Side]:
    """The sides of models whose audits were other ones when they were built: the state keeps an audit's query, not its file."""
    definitions = definitions_of(graph) if any(side.audits for side in sides.values()) else {}
    found = {}
    for name, side in sides.items():
        model, file = graph.model(name), graph.file(side.path)
        if side.audits and model is not None:
            calls, _ = calls_of(model, file.header if file else None, definitions, context(graph.engine, model))
            built = {call.name.lower(): call.fingerprint for call in versions[name].audits}
            now = {call.name.lower(): call.fingerprint for call in calls}
            audits = {
                each: text if built.get(each) == now.get(each) else "as built" for each, text in side.audits.items()
            }
            found[name] = msgspec.structs.replace(side, audits=audits)
    return found


class _Overlay:
    """The workspace's files, the models' own replaced by the texts that the environment was built from."""

    seeds_as_now = True

    def __init__(self, files: Files, hidden: set[str], texts: Mapping[str, str]) -> None:
        self._files, self._hidden, self._texts = files, hidden, texts

    def paths(self, folder: str = "") -> Iterator[str]:
        """See `Files`."""
        yield from (path for path in self._texts if path.startswith(folder))
        there = self._files.paths(folder)
        yield from (path for path in there if path not in self._hidden and path not in self._texts)

    def read(self, path: str) -> bytes | None:
        """See `Files`."""
        text = self._texts.get(path)
        if text is not None:
            return text.encode("utf-8", "surrogatepass")
        return None if path in self._hidden else self._files.read(path)

    def holds(self, path: str, text: str) -> bool:
        """See `Former`."""
        return self._texts.get(path) == text

    def unreadable(self) -> dict[str, str]:
        """See `Files`."""
        return self._files.unreadable()
