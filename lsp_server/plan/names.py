"""What schemas, tables and views are called in the database, and which names are refused.

Physical: schema `headwater__<schema>`, table `<schema>__<model>__<snapshot>`. Virtual: `prod` has `<schema>.<model>`, every
other environment `<schema>__<environment>.<model>`. A physical name over the engine's limit keeps its beginning and ends in
a hash of the whole.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

import msgspec

from lsp_server.plan.versions import ModelVersion, digest

PROD = "prod"
STATE_SCHEMA = "_headwater"
PHYSICAL_PREFIX = "headwater__"
_ENVIRONMENT = re.compile(r"[a-z][a-z0-9_]*\Z")
_LONGEST_ENVIRONMENT = 60
_RESERVED_SCHEMAS = ("information_schema", "pg_catalog", STATE_SCHEMA)


class Relation(msgspec.Struct, frozen=True, order=True):
    """A table or view: plain names, never quoted, never joined with dots."""

    schema: str
    name: str

    @property
    def key(self) -> tuple[str, str]:
        """Equal for names that the engine takes for one (DuckDB folds quoted names too)."""
        return (self.schema.casefold(), self.name.casefold())

    def __str__(self) -> str:
        return f"{self.schema}.{self.name}"


def environment_problem(name: str) -> str | None:
    """Why this cannot be an environment's name; None if it can."""
    if not _ENVIRONMENT.match(name) or "__" in name or name.endswith("_"):
        shown = name if len(name) <= 40 else name[:40] + "..."
        return (
            f"{shown!r} cannot be an environment's name: use small letters, digits and single underscores, "
            "starting with a letter (for example dev_pricing)"
        )
    if len(name) > _LONGEST_ENVIRONMENT:
        return f"the environment's name has {len(name)} characters; at most {_LONGEST_ENVIRONMENT} are allowed"
    return None


def environment_name_from(branch: str) -> str:
    """An environment's name for a git branch.

    >>> environment_name_from("feature/Pricing--v2")
    'feature_pricing_v2'
    """
    name = re.sub(r"[^a-z0-9]+", "_", branch.lower()).strip("_")[:_LONGEST_ENVIRONMENT].strip("_")
    if not name or not name[0].isalpha():
        name = f"dev_{name}".strip("_")
    return "dev_prod" if name == PROD else name


def shorten(name: str, limit: int) -> str:
    """`name`, or its beginning and a hash of the whole when it is longer than `limit` (in UTF-8 bytes; 0: no limit)."""
    data = name.encode("utf-8", "surrogatepass")
    if not limit or len(data) <= limit:
        return name
    tail = "__" + digest(name)[:16]
    return data[: limit - len(tail)].decode("utf-8", "ignore") + tail


def physical_table(model: ModelVersion, snapshot: str, limit: int) -> Relation:
    """The table of one snapshot."""
    return Relation(
        shorten(PHYSICAL_PREFIX + model.schema, limit),
        shorten(f"{model.schema}__{model.table}__{snapshot}", limit),
    )


def virtual_view(model: ModelVersion, environment: str, limit: int) -> Relation:
    """The view by which an environment shows a model."""
    schema = model.schema if environment == PROD else shorten(f"{model.schema}__{environment}", limit)
    return Relation(schema, model.table)


def name_problems(models: Iterable[ModelVersion], limit: int) -> tuple[str, ...]:
    """Why these models cannot live in one database: reserved schemas, names the engine takes for one, two catalogs."""
    problems: list[str] = []
    seen: dict[tuple[str, str], str] = {}
    catalogs: dict[str, str] = {}
    for model in models:
        if model.kind.name == "EXTERNAL":
            continue
        relation = Relation(model.schema, model.table)
        folded = model.schema.casefold()
        if folded in _RESERVED_SCHEMAS or folded.startswith(PHYSICAL_PREFIX):
            problems.append(f"model {model.name}: schema {model.schema!r} is reserved")
        if (other := seen.setdefault(relation.key, model.name)) != model.name:
            problems.append(f"models {other} and {model.name} are one name to the engine, which folds quoted names too")
        if limit and max(len(model.schema.encode()), len(model.table.encode())) > limit:
            problems.append(f"model {model.name[:60]}...: a name may have at most {limit} bytes")
        if "\0" in model.schema + model.table:
            problems.append(f"model {model.name!r}: a name cannot hold a NUL character")
        if model.catalog:
            catalogs.setdefault(model.catalog.casefold(), model.name)
    if len(catalogs) > 1:
        named = ", ".join(f"{catalog} ({model})" for catalog, model in sorted(catalogs.items()))
        problems.append(f"models live in {len(catalogs)} catalogs: {named}; one environment lives in one database")
    return tuple(problems)
