"""A look at rows: a model, a CTE or a selection as an environment would show it, with unsaved edits, and nothing stored.

Models that the environment has in the same version are read from its views; those that differ are computed on the fly as
common table expressions.
"""

from __future__ import annotations

import math
import time

import msgspec

from lsp_server.environments.commands import clock
from lsp_server.environments.engines.base import Engine, Session
from lsp_server.environments.engines.duckdb import in_memory
from lsp_server.environments.errors import BuildFailed
from lsp_server.environments.progress import Cancel
from lsp_server.environments.rendering import variables_for
from lsp_server.environments.state import State
from lsp_server.plan.names import virtual_view
from lsp_server.plan.states import World
from lsp_server.plan.versions import ModelVersion, WorkspaceVersion, digest
from lsp_server.semantics.facts import Column
from lsp_server.syntax.execution import Inlined, RenderError, executable


class Look(msgspec.Struct, frozen=True):
    """Rows as JSON values, at most `limit`; `truncated`: there are more."""

    columns: tuple[Column, ...]
    rows: list[list[object]]
    truncated: bool
    sql: str
    milliseconds: float


def preview(
    engine: Engine,
    workspace: WorkspaceVersion,
    environment: str,
    query: str,
    dialect: str,
    upstreams: tuple[str, ...],
    limit: int,
    cancel: Cancel | None = None,
) -> Look:
    """The rows of `query` (macros expanded), which names the models `upstreams`."""
    began = time.perf_counter()
    opened = engine.session(write=False, cancel=cancel) if engine.exists() else in_memory(cancel or Cancel())
    with opened as session:
        world = State(session).world() if engine.exists() else World()
        view = _View(workspace, world, environment, session, engine.identifier_limit)
        view.take(upstreams)
        sql = _executable(query, dialect, view)
        columns = session.describe(sql)
        rows = session.rows(f"SELECT * FROM ({sql}\n) AS _preview LIMIT {limit + 1}")
    shown = [[plain(value) for value in row] for row in rows[:limit]]
    return Look(columns, shown, len(rows) > limit, sql, (time.perf_counter() - began) * 1000)


class _View:
    """What the names in a query stand for."""

    def __init__(
        self, workspace: WorkspaceVersion, world: World, environment: str, session: Session, limit: int
    ) -> None:
        self.models = workspace.models
        self.session = session
        self.variables = variables_for(session, clock())
        self.tables: dict[str, tuple[str, ...]] = {}
        self.inlined: list[Inlined] = []
        self._limit = limit
        self._environment = environment
        found = world.environments.get(environment)
        self._there = world.models_of(found) if found is not None else {}

    def take(self, names: tuple[str, ...]) -> None:
        """Settle what these names and all that they need stand for, upstream first (no recursion over chains)."""
        stack = [(name, False) for name in names]
        while stack:
            name, ready = stack.pop()
            model = self.models.get(name)
            if model is None or name in self.tables:
                continue
            there = self._there.get(name)
            shown = there is not None and there.kind.name != "EMBEDDED" and there.fingerprint == model.fingerprint
            if shown and there is not None:
                relation = virtual_view(there, self._environment, self._limit)
                self.tables[name] = (relation.schema, relation.name)
            elif ready:
                self._inline(name, model)
            else:
                stack.append((name, True))
                stack += [(up, False) for up in model.upstreams]

    def _inline(self, name: str, model: ModelVersion) -> None:
        if model.problems:
            raise BuildFailed(f"{name} cannot be computed: {model.problems[0]}", "mend it first", name)
        called = f"__hw_{digest(name)[:12]}"
        if model.kind.name == "SEED":
            columns = [(column.name, column.type) for column in model.columns]
            sql = self.session.read_csv(model.kind.seed_path, model.kind.seed_options, columns)
        else:
            sql = _executable(model.query, model.dialect, self, alone=True)
        self.inlined.append(Inlined(called, sql))
        self.tables[name] = (called,)


def _executable(query: str, dialect: str, view: _View, *, alone: bool = False) -> str:
    try:
        inlined = () if alone else tuple(view.inlined)
        return executable(query, dialect, view.session.dialect, view.tables, view.variables, inlined)
    except RenderError as error:
        raise BuildFailed(f"this cannot be run: {error}", "") from error


def plain(value: object) -> object:
    """A value as JSON has it: numbers, truth values, null; everything else as the engine prints it."""
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    if value is None or isinstance(value, bool | int | float | str):
        return value if not isinstance(value, int) or abs(value) < 2**53 else str(value)
    return str(value)
