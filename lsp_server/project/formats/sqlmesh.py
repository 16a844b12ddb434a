"""SQLMesh's `config.yaml` (and what `config.py` says in plain literals) as a `Config`.

Wrong values are problems at their place, and leave the default.  `config.py` is never run.
"""

from __future__ import annotations

import ast
import difflib
import os
import re
from collections.abc import Callable

import yaml

from lsp_server.graph.config import Config
from lsp_server.project.formats.python_models import is_known, literal
from lsp_server.syntax.tokens import is_dialect
from lsp_server.syntax.yamls import compose, items_of, span_of, value_of
from lsp_server.text.lines import LineIndex
from lsp_server.text.problems import Problem
from lsp_server.text.spans import Span

KEYS = frozenset(
    [
        "after_all",
        "allow_prompts",
        "before_all",
        "cache_dir",
        "cicd_bot",
        "concurrent_tasks",
        "console_log_level",
        "dbt",
        "default_connection",
        "default_gateway",
        "default_scheduler",
        "default_sql_type",
        "default_target_environment",
        "default_test_connection",
        "disable_anonymized_analytics",
        "enable_prompts",
        "environment_catalog_mapping",
        "environment_suffix_target",
        "environment_ttl",
        "format",
        "gateway_managed_virtual_layer",
        "gateways",
        "ignore_patterns",
        "include_unmodified",
        "infer_python_dependencies",
        "janitor",
        "linter",
        "loader",
        "loader_kwargs",
        "log_limit",
        "migration",
        "model_defaults",
        "model_naming",
        "notification_targets",
        "physical_schema_mapping",
        "physical_schema_override",
        "physical_table_naming_convention",
        "pinned_environments",
        "plan",
        "project",
        "python_dependencies",
        "run",
        "scheduler",
        "snapshot_ttl",
        "test",
        "test_connection",
        "time_column_format",
        "ui",
        "username",
        "users",
        "variables",
        "virtual_environment_mode",
    ]
)
_ENGINES = ("duckdb", "motherduck")
_ENV_VAR = re.compile(r"\{\{\s*env_var\(\s*(['\"])(\w+)\1\s*(?:,\s*(['\"])(.*?)\3\s*)?\)\s*\}\}")


def read_yaml(path: str, text: str, prefix: str = "") -> tuple[Config, list[Problem]]:
    """The configuration that `config.yaml` gives."""
    reader = _Reader(path, text, prefix)
    reader.read()
    return reader.config(), reader.problems


class _Reader:
    def __init__(self, path: str, text: str, prefix: str) -> None:
        self.path = path
        self.prefix = prefix
        self.lines = LineIndex(text)
        self.root, self.problems = compose(text)
        self.data: dict[str, object] = {}

    def read(self) -> None:
        """Check the file key by key, and keep what is right."""
        if self.root is None:
            return
        if not isinstance(self.root, yaml.MappingNode):
            self._wrong(self.root, "A configuration is a mapping: `model_defaults:`, `gateways:`, ...")
            return
        checks: dict[str, Callable[[yaml.Node, str], bool]] = {
            "model_defaults": self._check_defaults,
            "variables": self._mapping,
            "gateways": self._check_gateways,
            "default_connection": self._check_connection,
            "project": self._text,
            "default_gateway": self._text,
            "ignore_patterns": self._sequence,
            "model_naming": self._mapping,
        }
        for key, key_node, value in items_of(self.root):
            if key not in KEYS:
                self._unknown(key, key_node)
            elif key not in checks or checks[key](value, key):
                self.data[key] = _with_environment(value_of(value))
        self._check_default_gateway()

    def config(self) -> Config:
        """What was read."""
        defaults = _dict(self.data.get("model_defaults"))
        gateways = _dict(self.data.get("gateways"))
        gateway = str(self.data.get("default_gateway") or next(iter(gateways), ""))
        chosen = _dict(gateways.get(gateway))
        connection = _dict(chosen.get("connection")) or _dict(self.data.get("default_connection"))
        variables = {**_dict(self.data.get("variables")), **_dict(chosen.get("variables"))}
        naming = _dict(self.data.get("model_naming"))
        return Config(
            format="sqlmesh",
            path=self.path,
            prefix=self.prefix,
            project=str(self.data.get("project") or ""),
            dialect=str(defaults.get("dialect") or connection.get("type") or "duckdb").lower(),
            variables={key.lower(): value for key, value in variables.items()},
            defaults={key: value for key, value in defaults.items() if key != "dialect"},
            connection=connection,
            gateway=gateway,
            default_catalog=catalog_of(connection),
            infer_names=naming.get("infer_names") is True,
            ignore=tuple(str(item) for item in _list(self.data.get("ignore_patterns"))),
            settings=_kept(self.data),
        )

    def _wrong(self, node: yaml.Node, message: str) -> bool:
        self.problems.append(Problem("config-value", message, span_of(self.lines, node)))
        return False

    def _unknown(self, key: str, node: yaml.Node) -> None:
        close = difflib.get_close_matches(key, sorted(KEYS), 1)
        hint = f" Did you mean `{close[0]}`?" if close else ""
        data: dict[str, str | list[str]] = {"replacement": close[0]} if close else {}
        message = f"`{key}` is no setting that SQLMesh knows.{hint}"
        self.problems.append(Problem("config-key", message, span_of(self.lines, node), "warning", data))

    def _mapping(self, node: yaml.Node, key: str) -> bool:
        return isinstance(node, yaml.MappingNode) or self._wrong(node, f"`{key}` is a mapping of names to values.")

    def _sequence(self, node: yaml.Node, key: str) -> bool:
        return isinstance(node, yaml.SequenceNode) or self._wrong(node, f"`{key}` is a list.")

    def _text(self, node: yaml.Node, key: str) -> bool:
        return isinstance(node, yaml.ScalarNode) or self._wrong(node, f"`{key}` is one name.")

    def _check_defaults(self, node: yaml.Node, key: str) -> bool:
        if not self._mapping(node, key):
            return False
        for name, _, value in items_of(node):
            written = value_of(value)
            if name == "dialect" and not (isinstance(written, str) and is_dialect(written.split(",")[0].lower())):
                return self._wrong(value, f"`{written}` is no SQL dialect.{_similar_dialect(str(written))}")
        return True

    def _check_gateways(self, node: yaml.Node, key: str) -> bool:
        if not self._mapping(node, key):
            return False
        for name, key_node, gateway in items_of(node):
            if not isinstance(gateway, yaml.MappingNode):
                self._wrong(gateway, f"Gateway `{name}` is a mapping with `connection:`.")
                continue
            for part, _, connection in items_of(gateway):
                if part == "connection":
                    self._check_connection(connection, f"connection of gateway {name}")
            _ = key_node
        return True

    def _check_connection(self, node: yaml.Node, key: str) -> bool:
        if not isinstance(node, yaml.MappingNode):
            return self._wrong(node, f"`{key}` is a mapping with `type:`.")
        parts = {name: value for name, _, value in items_of(node)}
        if "type" not in parts:
            return self._wrong(node, f"`{key}` has no `type`.")
        database = parts.get("database")
        if database is not None and not isinstance(database, yaml.ScalarNode):
            return self._wrong(database, "`database` is the path of one file.")
        return True

    def _check_default_gateway(self) -> None:
        gateways, chosen = _dict(self.data.get("gateways")), self.data.get("default_gateway")
        if gateways and chosen is not None and str(chosen) not in gateways:
            node = next(value for key, _, value in items_of(self.root) if key == "default_gateway")
            self._wrong(node, f"There is no gateway `{chosen}`; there are: {', '.join(sorted(gateways))}.")
            del self.data["default_gateway"]


def catalog_of(connection: dict[str, object]) -> str:
    """The catalog that DuckDB gives a database file: its name without the suffix."""
    database = connection.get("database")
    if connection.get("type") not in _ENGINES or not isinstance(database, str) or database in ("", ":memory:"):
        return "memory" if connection.get("type") in _ENGINES else ""
    return database.rsplit("/", 1)[-1].rsplit(".", 1)[0].lower()


def _similar_dialect(name: str) -> str:
    known = ("athena", "bigquery", "clickhouse", "databricks", "duckdb", "hive", "mysql", "postgres", "presto",
             "redshift", "snowflake", "spark", "sqlite", "starrocks", "trino", "tsql")  # fmt: skip
    close = difflib.get_close_matches(name.lower(), known, 1)
    return f" Did you mean `{close[0]}`?" if close else ""


def _with_environment(value: object) -> object:
    """`{{ env_var('NAME', 'default') }}` replaced, as SQLMesh renders its configuration."""
    if isinstance(value, str) and "env_var" in value:
        return _ENV_VAR.sub(lambda match: os.environ.get(match.group(2), match.group(4) or ""), value)
    if isinstance(value, dict):
        return {key: _with_environment(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_with_environment(item) for item in value]
    return value


def _kept(data: dict[str, object]) -> dict[str, object]:
    """What only the environments ask for."""
    return {key: data[key] for key in ("before_all", "after_all", "virtual_environment_mode") if key in data}


def _dict(value: object) -> dict[str, object]:
    return value if isinstance(value, dict) else {}


def _list(value: object) -> list[object]:
    return value if isinstance(value, list) else []


def read_python(path: str, text: str, prefix: str = "") -> tuple[Config, list[Problem]]:
    """What `config.py` tells without being run: the literals in the call that makes `config`."""
    message = "`config.py` is not run: only what it says in plain literals counts. A `config.yaml` is read whole."
    note = Problem("config-not-run", message, Span(0, text.find("\n") if "\n" in text else len(text)), "information")
    try:
        module = ast.parse(text)
    except (SyntaxError, ValueError) as error:
        return Config(format="sqlmesh", path=path, prefix=prefix), [
            note, Problem("python-syntax", f"This Python file cannot be read: {error}.", Span(0, 0))
        ]  # fmt: skip
    found = _python_values(module)
    defaults = _dict(found.get("model_defaults"))
    gateways = _dict(found.get("gateways"))
    gateway = str(found.get("default_gateway") or next(iter(gateways), ""))
    connection = _dict(_dict(gateways.get(gateway)).get("connection")) or _dict(found.get("default_connection"))
    return (
        Config(
            format="sqlmesh",
            path=path,
            prefix=prefix,
            project=str(found.get("project") or ""),
            dialect=str(defaults.get("dialect") or "duckdb").lower(),
            variables={str(key).lower(): value for key, value in _dict(found.get("variables")).items()},
            defaults={str(key): value for key, value in defaults.items() if key != "dialect"},
            connection=connection,
            gateway=gateway,
            default_catalog=catalog_of(connection),
            settings=_kept(found),
        ),
        [note],
    )


def _python_values(module: ast.Module) -> dict[str, object]:
    """The keyword arguments of the module's `config = Config(...)`."""
    names: dict[str, object] = {}
    for node in module.body:
        if isinstance(node, ast.Assign) and len(node.targets) == 1 and isinstance(node.targets[0], ast.Name):
            value = _python_value(node.value, names)
            if is_known(value):
                names[node.targets[0].id] = value
    return _dict(names.get("config"))


def _python_value(node: ast.expr, names: dict[str, object]) -> object:
    """A literal; of a call of a `...Config` class its keyword arguments."""
    if isinstance(node, ast.Call):
        found: dict[str, object] = {}
        for keyword in node.keywords:
            value = _python_value(keyword.value, names)
            if keyword.arg is None:
                found.update(_dict(value))
            elif is_known(value):
                found[keyword.arg] = value
        called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        if called == "DuckDBConnectionConfig":
            found.setdefault("type", "duckdb")
        return found
    if isinstance(node, ast.Dict):
        pairs = zip(node.keys, node.values, strict=True)
        return {str(literal(key, names)): _python_value(value, names) for key, value in pairs if key is not None}
    return literal(node, names)
