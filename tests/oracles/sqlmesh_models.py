"""Run by SQLMesh's own interpreter: what it makes of a project's models, as JSON on stdout, upstream models first.

python sqlmesh_models.py PROJECT [--plain | FOLDER ...]

--plain: a bare DuckDB configuration in the place of the project's own.  FOLDER: the project is several repositories, these.

For each model its name, dialect, the upstream columns of each column, its `columns` with DuckDB's types as SQLMesh knows them, and
(not for seeds, Python and external tables) its `query` with macros run and in DuckDB's SQL.
"""

import json
import sys
import types
from typing import Any

for name in ("faker", "faker.providers"):
    # An example's Python models import it; they are loaded, never run.
    module = types.ModuleType(name)
    module.Faker = object  # type: ignore[attr-defined]
    sys.modules[name] = module

from sqlmesh import Context  # noqa: E402  after the module above  # type: ignore[import-not-found]
from sqlmesh.core.config import (  # noqa: E402  # type: ignore[import-not-found]
    Config,
    DuckDBConnectionConfig,
    GatewayConfig,
    ModelDefaultsConfig,
)
from sqlmesh.core.lineage import column_dependencies  # noqa: E402  # type: ignore[import-not-found]


def plain() -> Any:
    return Config(
        gateways={"local": GatewayConfig(connection=DuckDBConnectionConfig())},
        model_defaults=ModelDefaultsConfig(dialect="duckdb"),
        variables={"top_waiters:limit": 10},
    )


def described(context: Any, name: str, model: Any) -> dict[str, Any]:
    known = model.columns_to_types or {}
    columns = {column: kind.sql("duckdb") for column, kind in known.items()}
    found: dict[str, Any] = {"name": name, "dialect": model.dialect, "columns": columns, "lineage": {}}
    if model.is_sql:
        found["lineage"] = {
            column: {
                upstream: sorted(columns) for upstream, columns in column_dependencies(context, name, column).items()
            }
            for column in known
        }
    query = model.render_query() if model.is_sql else None
    if query is not None:
        found["query"] = query.sql("duckdb")
    return found


def main() -> None:
    project, *rest = sys.argv[1:]
    flags = [word for word in rest if word.startswith("--")]
    folders = [f"{project}/{word}" for word in rest if word not in flags]
    context = Context(paths=folders or [project], config=plain() if "--plain" in flags else None)
    json.dump(
        [described(context, name, context.models[name]) for name in context.dag.sorted if name in context.models],
        sys.stdout,
    )


main()
