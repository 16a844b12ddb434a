"""Run by SQLMesh's own interpreter: its column lineage of a project, as JSON on stdout.

python sqlmesh_lineage.py PROJECT [--plain]      --plain: a bare DuckDB configuration in the place of the project's own
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


def main() -> None:
    context = Context(paths=[sys.argv[1]], config=plain() if "--plain" in sys.argv else None)
    found = {
        name: {
            column: {
                upstream: sorted(columns) for upstream, columns in column_dependencies(context, name, column).items()
            }
            for column in model.columns_to_types or {}
        }
        for name, model in context.models.items()
        if model.is_sql
    }
    json.dump(found, sys.stdout)


main()
