"""The configuration of a workspace as a value: read from disk by `project/config.py`, an input of the graph.

Holds what several layers need; what only one of them reads stays in `settings`, as written in the file.
"""

from __future__ import annotations

import msgspec

MODEL, AUDIT, MACRO, SEED, TEST, OTHER = "model", "audit", "macro", "seed", "test", "other"
_FOLDERS = {"models": MODEL, "audits": AUDIT, "macros": MACRO, "seeds": SEED, "tests": TEST}


class Config(msgspec.Struct, frozen=True):
    """One project.  A workspace of several repositories is a Config with `projects`, one for each folder.

    `format`     "headwater", "sqlmesh", "dbt" (recognised, not supported yet), "" (no configuration file)
    `path`       the configuration file, relative to the workspace
    `prefix`     the project's folder, relative to the workspace, with a slash at its end; "" for the workspace itself
    `variables`  names in lower case
    `defaults`   properties of a model that its header does not give (`model_defaults`)
    `connection` the engine's connection, `{"type": "duckdb", "database": "local.db", ...}`; paths as written
    `gateway`    name of the connection that is used
    """

    format: str = ""
    path: str = ""
    prefix: str = ""
    project: str = ""
    dialect: str = "duckdb"
    variables: dict[str, object] = {}
    defaults: dict[str, object] = {}
    connection: dict[str, object] = {}
    gateway: str = ""
    default_catalog: str = ""
    infer_names: bool = False
    ignore: tuple[str, ...] = ()
    settings: dict[str, object] = {}
    projects: tuple[Config, ...] = ()

    @property
    def database(self) -> str:
        """The database file, relative to the workspace (or absolute); "" when there is none."""
        found = self.connection.get("database")
        if not isinstance(found, str) or found in ("", ":memory:"):
            return ""
        return found if found.startswith("/") else self.prefix + found

    def for_path(self, path: str) -> Config:
        """The project that a file belongs to."""
        if not self.projects:
            return self
        inside = [project for project in self.projects if path.startswith(project.prefix)]
        return max(inside, key=lambda project: len(project.prefix), default=self)

    def folders(self, role: str) -> list[str]:
        """The folders whose files have that role, with a slash at their ends."""
        names = [name for name, known in _FOLDERS.items() if known == role]
        return [f"{project.prefix}{name}/" for project in (self, *self.projects) for name in names]

    def role(self, path: str) -> str:
        """What a file is for, by its folder."""
        prefix = self.for_path(path).prefix if self.projects else self.prefix
        return _FOLDERS.get(path[len(prefix) :].partition("/")[0], OTHER)
