"""What cannot be beaten, measured in the same run as everything else.

`analysis_limit`: sqlglot's own tokenize, parse, qualify and annotate_types of one file in this process, nothing of ours in it.
`empty_server.py` beside this file is a pygls server whose didChange handler publishes an empty list: the protocol's own cost.
"""

from __future__ import annotations

import statistics
import time
from dataclasses import dataclass

import sqlglot
from sqlglot.optimizer.annotate_types import annotate_types
from sqlglot.optimizer.qualify import qualify
from sqlglot.schema import MappingSchema

SCHEMA = {
    "hub": {"root": dict.fromkeys(("id", "customer_id"), "BIGINT") | {"status": "TEXT", "happened_at": "TIMESTAMP"}},
    "raw": {
        "source_1": dict.fromkeys(("id", "customer_id"), "BIGINT") | {"status": "TEXT", "happened_at": "TIMESTAMP"}
    },
}
for _table in (SCHEMA["hub"]["root"], SCHEMA["raw"]["source_1"]):
    _table.update(dict.fromkeys(("amount", "quantity", "discount", "tax"), "DECIMAL(18,2)"))


WARM_UP = 5


@dataclass(frozen=True)
class Times:
    """Milliseconds over many runs."""

    p50: float
    p95: float
    worst: float

    @classmethod
    def of(cls, seconds: list[float]) -> Times:
        ordered = sorted(s * 1000 for s in seconds)
        return cls(statistics.median(ordered), ordered[int(len(ordered) * 0.95)], ordered[-1])


def analysis_limit(model_text: str, runs: int = 300) -> list[float]:
    """Seconds of sqlglot alone on the query of a model file (its header cut off, which sqlglot cannot read)."""
    query = model_text.split(");\n", 1)[1]
    dialect = sqlglot.Dialect.get_or_raise("duckdb")
    seconds = []
    for _ in range(runs + WARM_UP):
        start = time.perf_counter()
        schema = MappingSchema(SCHEMA, dialect="duckdb")
        tree = dialect.parser().parse(dialect.tokenize(query), query)[0]
        annotate_types(qualify(tree, schema=schema, dialect="duckdb"), schema=schema, dialect="duckdb")
        seconds.append(time.perf_counter() - start)
    return seconds[WARM_UP:]
