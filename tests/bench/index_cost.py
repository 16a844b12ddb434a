"""The cost of analysing a whole workspace by sqlglot alone, in one process: what a cold index is measured against.

`parse + qualify + types + lineage` of every model, in the order of its layers, with the interfaces of what it reads known.
Measured on a sample and multiplied, since 5,000 models take most of a minute.
"""

from __future__ import annotations

import gc
import time
from pathlib import Path

import sqlglot
from sqlglot import exp
from sqlglot.lineage import lineage
from sqlglot.optimizer.annotate_types import annotate_types
from sqlglot.optimizer.qualify import qualify
from sqlglot.schema import MappingSchema

from tests.bench.generate import MEASURES

COLUMNS = {
    **dict.fromkeys(("id", "customer_id"), "BIGINT"),
    "status": "TEXT",
    "happened_at": "TIMESTAMP",
    **dict.fromkeys(MEASURES, "DECIMAL(18,2)"),
}


def single_process_seconds(workspace: Path, sample: int = 300) -> float:
    """Estimated seconds for all models of the workspace."""
    files = sorted((workspace / "models").rglob("layer_*/*.sql"))
    chosen = files[:: max(1, len(files) // sample)]
    gc.collect()
    start = time.perf_counter()
    for path in chosen:
        _analyse(path.read_text().split(");\n", 1)[1])
    return (time.perf_counter() - start) * len(files) / len(chosen)


def _analyse(query: str) -> None:
    tree = sqlglot.parse_one(query, dialect="duckdb")
    schema: dict[str, dict[str, dict[str, str]]] = {}
    for table in tree.find_all(exp.Table):
        if table.db:
            schema.setdefault(table.db, {})[table.name] = COLUMNS
    qualified = annotate_types(qualify(tree, schema=MappingSchema(schema, dialect="duckdb"), dialect="duckdb"))
    lineage(None, qualified, schema=schema, dialect="duckdb", trim_selects=False)
