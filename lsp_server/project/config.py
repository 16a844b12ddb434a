"""A workspace's configuration, from whichever files it has; several projects in one folder (SQLMesh's multi-repo).

Order: `headwater.toml` on top of `config.yaml` (or what `config.py` says in literals) on top of the defaults.
"""

from __future__ import annotations

import msgspec

from lsp_server.graph.config import Config
from lsp_server.project.files import Files, UnreadableError, decode
from lsp_server.project.formats import headwater, sqlmesh
from lsp_server.project.roots import DBT, HEADWATER, PYTHON, YAMLS
from lsp_server.text.problems import Problem
from lsp_server.text.spans import Span

NAMES = (HEADWATER, *YAMLS, PYTHON, DBT)

Problems = dict[str, list[Problem]]


def is_config(path: str) -> bool:
    """Whether a change of this file may change the configuration."""
    return path.rsplit("/", 1)[-1] in NAMES and path.count("/") <= 1


def read_config(files: Files, texts: dict[str, str] | None = None) -> tuple[Config, Problems]:
    """The configuration, and each file's problems.  `texts` are versions that an editor holds."""
    reader = _Reader(files, texts or {})
    root = reader.project("")
    if root.format:
        return root, reader.problems
    folders = {path.split("/")[0] for path in files.paths() if path.count("/") == 1 and is_config(path)}
    projects = [reader.project(folder + "/") for folder in sorted(folders)]
    projects = [project for project in projects if project.format]
    if not projects:
        return root, reader.problems
    first = projects[0]
    whole = msgspec.structs.replace(first, prefix="", project="", ignore=(), projects=tuple(projects))
    database = first.database
    return msgspec.structs.replace(
        whole, connection={**first.connection, "database": database} if database else first.connection
    ), reader.problems


class _Reader:
    def __init__(self, files: Files, texts: dict[str, str]) -> None:
        self.files = files
        self.texts = texts
        self.problems: Problems = {}

    def project(self, prefix: str) -> Config:
        """The configuration of the project in one folder; `format` is "" when it has none."""
        config = Config(prefix=prefix)
        for name in YAMLS:
            if not config.format and (text := self._text(prefix + name)) is not None:
                config, found = sqlmesh.read_yaml(prefix + name, text, prefix)
                self._add(prefix + name, found)
        if not config.format and (text := self._text(prefix + PYTHON)) is not None and "sqlmesh" in text:
            config, found = sqlmesh.read_python(prefix + PYTHON, text, prefix)
            self._add(prefix + PYTHON, found)
        if (text := self._text(prefix + HEADWATER)) is not None:
            config, found = headwater.read_toml(prefix + HEADWATER, text, config)
            self._add(prefix + HEADWATER, found)
        if not config.format and self._text(prefix + DBT) is not None:
            config = Config(format="dbt", path=prefix + DBT, prefix=prefix)
            message = "This is a dbt project. Headwater does not read dbt projects yet."
            self._add(prefix + DBT, [Problem("dbt-not-supported", message, Span(0, 0), "warning")])
        return config

    def _text(self, path: str) -> str | None:
        if path in self.texts:
            return self.texts[path]
        try:
            data = self.files.read(path)
        except UnreadableError as error:
            self._add(path, [Problem("unreadable-file", f"This file cannot be read: {error}.", Span(0, 0))])
            return None
        if data is None:
            return None
        text, problem = decode(data)
        self._add(path, [problem] if problem else [])
        return text

    def _add(self, path: str, found: list[Problem]) -> None:
        self.problems.setdefault(path, []).extend(found)
