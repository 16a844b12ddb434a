"""Where a workspace's environments live: its database, and its models with their fingerprints."""

from __future__ import annotations

from pathlib import Path

from lsp_server.environments.engines.base import Engine
from lsp_server.environments.engines.duckdb import DuckDB
from lsp_server.environments.errors import NoDatabase, NotFound, Unusable
from lsp_server.graph.config import Config
from lsp_server.plan.names import environment_name_from
from lsp_server.plan.versions import WorkspaceVersion
from lsp_server.project.git import GitError, branch


def engine_of(config: Config, root: Path, patience: float = 10.0) -> Engine:
    """The engine of a workspace's configuration; `Unusable` where it names none that is supported."""
    kind = str(config.connection.get("type") or "duckdb").lower()
    where = config.path or "the configuration"
    if kind != "duckdb":
        raise Unusable(
            f"{where} names a connection of type {kind}, and environments are on DuckDB so far", "use type: duckdb"
        )
    if not config.database:
        raise NoDatabase(
            f"{where} names no database file, and an environment must outlive the process",
            "name one: gateways: local: connection: {type: duckdb, database: local.db}",
        )
    return DuckDB(root / config.database, patience)


def with_catalog(engine: Engine, version: WorkspaceVersion) -> Engine:
    """The engine, its database under the name by which the models' queries know it, if they do."""
    named = {model.catalog for model in version.models.values() if model.catalog}
    return engine.named(next(iter(named))) if len(named) == 1 else engine


def name_from_branch(root: Path) -> str:
    """The environment's name that the git branch stands for."""
    try:
        current = branch(root)
    except GitError as error:
        raise NotFound(f"no environment was named, and git does not name a branch: {error}", "give a name") from error
    if not current:
        raise NotFound("no environment was named, and no git branch is checked out", "give a name")
    return environment_name_from(current)
