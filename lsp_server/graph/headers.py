"""From a file's header to its models: defaults applied, blueprints multiplied, names folded.

Pure functions of values; nothing here knows of the engine.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable

from sqlglot import exp
from sqlglot.errors import SqlglotError

from lsp_server.graph.config import Config
from lsp_server.graph.model import Call, KindSpec, Model
from lsp_server.semantics.datatypes import written_type
from lsp_server.semantics.facts import Column
from lsp_server.semantics.ir import UNKNOWN
from lsp_server.syntax.header import Call as WrittenCall
from lsp_server.syntax.header import Header
from lsp_server.syntax.model_file import ModelFile
from lsp_server.syntax.names import model_name

_FIELDS = {
    "name", "kind", "dialect", "description", "owner", "tags", "cron", "start", "grain", "grains", "audits", "columns",
    "blueprints",
}  # fmt: skip
_MACRO = re.compile(r"@(?:\{(\w+)\}|(?:VAR|BLUEPRINT_VAR)\(\s*'(\w+)'\s*\)|(\w+))", re.IGNORECASE)


def models_of(path: str, file: ModelFile, config: Config) -> tuple[Model, ...]:
    """The models that a file defines: one, one for each blueprint, or none."""
    header = file.header
    if header is None:
        return _headless(path, file, config)
    if header.keyword != "MODEL" or header.value("enabled") is False:
        return ()
    found = [_model(path, file, header, config, values) for values in blueprints(header)]
    return tuple({model.name: model for model in found if model.name}.values())


def _headless(path: str, file: ModelFile, config: Config) -> tuple[Model, ...]:
    """A plain query is a view named after its place, where the configuration says so."""
    if not config.infer_names or file.query is None:
        return ()
    name = model_name(inferred_name(path, config), file.dialect)
    return (Model(name, path, _default_kind(config), file.dialect),)


def inferred_name(path: str, config: Config) -> str:
    """`models/shop/orders.sql` is `shop.orders`, as SQLMesh's `model_naming: infer_names` has it."""
    parts = path[len(config.prefix) :].removesuffix(".sql").split("/")[1:]
    return ".".join(parts[-3:])


def blueprints(header: Header) -> list[dict[str, object]]:
    """The values of each blueprint; one empty set when the header has none that can be read."""
    written = header.value("blueprints")
    if isinstance(written, dict):
        written = [written]
    if not isinstance(written, list):
        return [{}]
    return [{str(k).lower(): plain(v) for k, v in item.items()} for item in written if isinstance(item, dict)] or [{}]


def fill(text: str, values: dict[str, object]) -> str:
    """`@{x}`, `@x` and `@VAR('x')` replaced by values; what has none stays.

    >>> fill("shop.@{region}_orders", {"region": "eu"})
    'shop.eu_orders'
    """

    def value(match: re.Match[str]) -> str:
        key = next(group for group in match.groups() if group).lower()
        return str(values[key]) if key in values else match.group()

    return _MACRO.sub(value, text) if "@" in text else text


def _model(path: str, file: ModelFile, header: Header, config: Config, blueprint: dict[str, object]) -> Model:
    values = {**config.variables, **blueprint}
    read = {item.name: _filled(plain(item.value), values) for item in header.properties}
    name = fill(header.name, values) or (inferred_name(path, config) if config.infer_names else "")
    seen = {**{k: plain(v) for k, v in config.defaults.items()}, **read}
    kind = _kind(header, config, values)
    return Model(
        name=without_catalog(model_name(name, file.dialect), config),
        path=path,
        kind=kind,
        dialect=file.dialect,
        description=fill(header.description, values),
        owner=_text(seen.get("owner")),
        tags=_texts(read.get("tags")),
        cron=_text(seen.get("cron")) or "@daily",
        start=_text(seen.get("start")),
        grain=_texts(read.get("grain") or read.get("grains")),
        audits=tuple(_calls(seen.get("audits"))),
        columns=_columns(header, file.dialect),
        properties={key: value for key, value in seen.items() if key not in _FIELDS},
        blueprint=blueprint,
        seed=seed_path(path, _text(kind.properties.get("path")), config) if kind.name == "SEED" else "",
        upstreams=tuple(model_name(text, file.dialect) for text in _texts(read.get("depends_on"))),
        kinded=header.get("kind") is not None,
    )


def _kind(header: Header, config: Config, values: dict[str, object]) -> KindSpec:
    if header.get("kind") is None:
        return _default_kind(config)
    properties = {item.name: _filled(plain(item.value), values) for item in header.kind.properties}
    return KindSpec(fill(header.kind.name, values).upper(), properties)


def _default_kind(config: Config) -> KindSpec:
    default = config.defaults.get("kind", "VIEW")
    words = {str(key).lower(): plain(value) for key, value in default.items()} if isinstance(default, dict) else {}
    name = words.pop("name", "VIEW") if isinstance(default, dict) else default
    return KindSpec(str(name).upper(), words)


def without_catalog(name: str, config: Config) -> str:
    """A model is `schema.name`; the workspace's own catalog is not part of it."""
    first, dot, rest = name.partition(".")
    return rest if dot and "." in rest and first == config.default_catalog else name


def seed_path(path: str, written: str, config: Config) -> str:
    """The file of a seed, relative to the workspace: as written from the model's folder, or from `$root`.

    >>> seed_path("models/raw/plans.sql", "../../seeds/plans.csv", Config())
    'seeds/plans.csv'
    """
    if not written:
        return ""
    if written.startswith("$root/"):
        parts, written = config.prefix.rstrip("/").split("/"), written.removeprefix("$root/")
    else:
        parts = path.split("/")[:-1]
    for part in written.split("/"):
        if part == "..":
            parts = parts[:-1] if parts and parts[-1] != ".." else [*parts, ".."]
        elif part not in ("", "."):
            parts = [*parts, part]
    return "/".join(part for part in parts if part)


def plain(value: object) -> object:
    """A header's value without positions."""
    if isinstance(value, WrittenCall):
        kwargs = {str(key).lower(): plain(item) for key, item in value.kwargs.items()}
        return Call(value.name.lower(), tuple(plain(item) for item in value.args), kwargs)
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in value.items()}
    return value


def _filled(value: object, values: dict[str, object]) -> object:
    if isinstance(value, str):
        return fill(value, values)
    if isinstance(value, list):
        return [_filled(item, values) for item in value]
    if isinstance(value, dict):
        return {key: _filled(item, values) for key, item in value.items()}
    return value


def _text(value: object) -> str:
    return "" if value is None else str(value)


def _texts(value: object) -> tuple[str, ...]:
    if value is None:
        return ()
    items = value if isinstance(value, list) else [value]
    return tuple(
        text for item in items for text in (_texts(item) if isinstance(item, list) else (_text(item),)) if text
    )


def _calls(value: object) -> Iterable[Call]:
    """Audits, in a header or in the defaults: names and calls."""
    for item in value if isinstance(value, list) else [] if value is None else [value]:
        if isinstance(item, Call):
            yield item
        elif isinstance(item, str):
            yield Call(item.lower())


def _columns(header: Header, dialect: str) -> tuple[Column, ...]:
    notes = header.value("column_descriptions")
    notes = {str(k).lower(): str(v) for k, v in notes.items()} if isinstance(notes, dict) else {}
    return tuple(
        Column(item.name, declared_type(item.type, dialect), notes.get(item.name.lower(), ""))
        for item in header.columns
    )


@functools.lru_cache(maxsize=2048)
def declared_type(text: str, dialect: str = "duckdb") -> str:
    """A type as a declaration writes it, in the spelling that the binder uses.

    >>> declared_type("int"), declared_type("decimal(7, 2)"), declared_type("no such type")
    ('INTEGER', 'DECIMAL(7,2)', 'UNKNOWN')
    """
    try:
        return written_type(exp.DataType.build(text, dialect=dialect or None), dialect)
    except (SqlglotError, ValueError):
        return UNKNOWN
