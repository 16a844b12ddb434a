"""What a header or configuration asks for and nothing here carries out, by name: a plan refuses it rather than ignore it.

Left out on purpose is what changes no data on an embedded database: layout (`partitioned_by`, `clustered_by`, formats, physical
and virtual properties), how fast (`batch_concurrency`), who may read (`grants`), what SQLMesh's own commands ask
(`disable_restatement`, `optimize_query`, `validate_query`).  `tests/unit/environments/test_not_carried_out.py` holds that every
known property is on one side or the other.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from lsp_server.graph.config import Config
from lsp_server.graph.model import Model

CSV_SETTINGS = ("delimiter", "quotechar", "escapechar", "encoding", "na_values")
"""Settings of a seed's file that the engine's reader is given."""
_IN_HEADERS = (
    "signals",
    "session_properties",
    "physical_version",
    "pre_statements",
    "post_statements",
    "on_virtual_update",
)
_IN_KINDS = ("auto_restatement_cron", "materialized")
_IN_CONFIGURATIONS = ("before_all", "after_all")
_SCHEMA_CHANGES = ("error", "ignore")


def refused_words(model: Model, config: Config) -> tuple[str, ...]:
    """The words of a model's header, and of the defaults it takes, that would change data and are not carried out."""
    return (*_of_kind(model), *_of_header(model, config))


def refused_in(config: Config) -> tuple[str, ...]:
    """The same of a configuration: for the workspace as a whole."""
    return tuple(found for project in (config.projects or (config,)) for found in _of_configuration(project))


def _of_configuration(config: Config) -> Iterable[str]:
    yield from (f"{word} of {config.path}" for word in _IN_CONFIGURATIONS if config.settings.get(word))
    mode = str(config.settings.get("virtual_environment_mode") or "full").lower()
    if mode != "full":
        yield f"virtual_environment_mode {mode} of {config.path}"


def _of_kind(model: Model) -> Iterable[str]:
    given = model.kind.properties
    yield from (name for name in _IN_KINDS if given.get(name))
    if str(given.get("on_additive_change", model.properties.get("on_additive_change"))).lower() in _SCHEMA_CHANGES:
        yield "on_additive_change"
    if model.kind.name.startswith("SCD_TYPE_2") and given.get("batch_size"):
        yield "batch_size of a table that keeps history"
    dialect = str(given.get("dialect") or "")
    if dialect and dialect.casefold() != model.dialect.casefold():
        yield f"dialect {dialect} of the kind's expressions"
    settings = given.get("csv_settings")
    if model.kind.name == "SEED" and isinstance(settings, dict):
        yield from _of_csv(settings)


def _of_csv(settings: Mapping[str, object]) -> Iterable[str]:
    for name, value in settings.items():
        key = name.lower()
        as_it_is = (key == "doublequote" and value is True) or (key == "lineterminator" and value in ("\n", "\r\n"))
        by_column = key == "na_values" and isinstance(value, dict)
        if by_column or not (key in CSV_SETTINGS or as_it_is):
            yield f"csv_settings {name}{' by column' if by_column else ''}"


def _of_header(model: Model, config: Config) -> Iterable[str]:
    given = model.properties
    yield from (name for name in _IN_HEADERS if given.get(name))
    gateway = str(given.get("gateway") or "")
    if gateway and gateway.casefold() != config.gateway.casefold():
        here = f" (environments are on {config.gateway})" if config.gateway else ""
        yield f"gateway {gateway}{here}"
    catalog = str(given.get("default_catalog") or "")
    if catalog and catalog.casefold() != config.default_catalog.casefold():
        yield f"default_catalog {catalog}"
    if str(given.get("virtual_environment_mode") or "full").lower() != "full":
        yield f"virtual_environment_mode {given['virtual_environment_mode']}"
