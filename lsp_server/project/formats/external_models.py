"""`external_models.yaml` and `external_models/*.yaml`: source tables that nobody here builds, with their columns."""

from __future__ import annotations

import yaml

from lsp_server.graph.config import Config
from lsp_server.graph.headers import declared_type, without_catalog
from lsp_server.graph.model import Declared, KindSpec, Model
from lsp_server.semantics.facts import Column
from lsp_server.syntax.names import model_name
from lsp_server.syntax.yamls import compose, items_of, span_of, value_of
from lsp_server.text.lines import LineIndex
from lsp_server.text.problems import Problem
from lsp_server.text.spans import Span


def is_external_models(path: str, config: Config) -> bool:
    """Whether a file declares source tables."""
    inside = path[len(config.prefix) :]
    named = inside in ("external_models.yaml", "external_models.yml")
    return named or (inside.startswith("external_models/") and inside.endswith((".yaml", ".yml")))


def read_external_models(path: str, text: str, config: Config) -> Declared:
    """The declared tables, and what is wrong with the file."""
    root, problems = compose(text)
    lines = LineIndex(text)
    models: dict[str, Model] = {}
    spans: dict[str, Span] = {}
    if root is not None and not isinstance(root, yaml.SequenceNode):
        message = "A list of tables is expected here: `- name: schema.table`, then `columns:`."
        problems.append(Problem("external-models", message, span_of(lines, root)))
    for item in root.value if isinstance(root, yaml.SequenceNode) else ():
        parts = {key: (node, value) for key, node, value in items_of(item)}
        if "name" not in parts:
            problems.append(Problem("external-models", "This table has no `name`.", span_of(lines, item)))
            continue
        if not _is_for_gateway(value_of(item), config):
            continue
        model = _table(path, value_of(item), config)
        span = span_of(lines, parts["name"][1])
        if model.name in models:
            message = f"`{model.name}` is declared twice in this file."
            problems.append(Problem("duplicate-model", message, span))
        if "columns" in parts and not isinstance(parts["columns"][1], yaml.MappingNode):
            message = "Columns are a mapping of names to types."
            problems.append(Problem("external-models", message, span_of(lines, parts["columns"][0])))
        models.setdefault(model.name, model)
        spans.setdefault(model.name, span)
    return Declared(tuple(models.values()), spans, tuple(problems))


def _is_for_gateway(item: object, config: Config) -> bool:
    gateway = item.get("gateway") if isinstance(item, dict) else None
    return gateway is None or not config.gateway or str(gateway) == config.gateway


def _table(path: str, item: object, config: Config) -> Model:
    data = item if isinstance(item, dict) else {}
    dialect = str(data.get("dialect") or config.dialect)
    columns = data.get("columns")
    return Model(
        name=without_catalog(model_name(str(data.get("name")), dialect), config),
        path=path,
        kind=KindSpec("EXTERNAL"),
        dialect=dialect,
        description=str(data.get("description") or ""),
        owner=str(data.get("owner") or ""),
        columns=tuple(_column(name, kind, dialect) for name, kind in columns.items())
        if isinstance(columns, dict)
        else (),
        external=True,
        kinded=True,
    )


def _column(name: str, kind: object, dialect: str) -> Column:
    if isinstance(kind, dict):
        return Column(name, declared_type(str(kind.get("type")), dialect), str(kind.get("description") or ""))
    return Column(name, declared_type(str(kind), dialect))
