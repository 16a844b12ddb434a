"""A deterministic workspace of any size: layers, fan-out, joins, CTEs, windows, in SQLMesh's format.

`python -m tests.bench.generate FOLDER --models 1000` writes it.  The same arguments give the same files on every machine.
A model has some 50 to 60 lines and reads one to three models of the layers before it, mostly of the one just before,
as grown warehouses do.  `hub.root` is read by as many models as `--readers` says: the root whose edit reaches far;
`hub.second` by 200 (or a tenth).
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

SOURCES = 40
LAYERS = 8
SECOND = 200
CONFIG = """gateways:
  local:
    connection:
      type: duckdb
      database: bench.duckdb
default_gateway: local
model_defaults:
  dialect: duckdb
  start: 2024-01-01
"""
MEASURES = ("amount", "quantity", "discount", "tax")


@dataclass(frozen=True)
class Shape:
    """What is generated: `models` in all, of which `readers` read `hub.root` (at most half of them)."""

    models: int
    readers: int
    seed: int = 1


def workspace(shape: Shape) -> Iterator[tuple[str, str]]:
    """(relative path, text) of every file."""
    yield "config.yaml", CONFIG
    yield "external_models.yaml", _external_models()
    rng = random.Random(shape.seed)
    yield "models/hub/root.sql", _root("root")
    yield "models/hub/second.sql", _root("second")
    yield "models/probe/typed.sql", PROBE
    layers = _layers(shape.models - 3)
    reading_root = _chosen(layers, min(shape.readers, shape.models // 2), rng)
    reading_second = _chosen(layers, min(SECOND, shape.models // 10), random.Random(shape.seed + 1))
    below: list[list[str]] = [["hub.root"]]
    for depth, size in enumerate(layers):
        names = [f"layer_{depth}.model_{depth}_{i}" for i in range(size)]
        for i, name in enumerate(names):
            parents = ["hub.root"] if (depth, i) in reading_root else []
            parents += _parents(below, rng, 2 if parents else rng.choice((1, 2, 2, 3)))
            parents += ["hub.second"] if (depth, i) in reading_second else []
            yield f"models/{name.replace('.', '/')}.sql", _model(name, parents, rng)
        below.append(names)


def _layers(models: int) -> list[int]:
    """Sizes of the layers, wide at the bottom: each some 80 % of the one before."""
    weights = [0.8**depth for depth in range(LAYERS)]
    sizes = [int(models * w / sum(weights)) for w in weights]
    sizes[0] += models - sum(sizes)
    return sizes


def _chosen(layers: list[int], count: int, rng: random.Random) -> set[tuple[int, int]]:
    everyone = [(depth, i) for depth, size in enumerate(layers) for i in range(size)]
    return set(rng.sample(everyone, count))


def _parents(below: list[list[str]], rng: random.Random, count: int) -> list[str]:
    """`raw.source_<n>` for the first layer; later mostly models of the layer just below."""
    if len(below) == 1:
        return [f"raw.source_{rng.randrange(SOURCES)}" for _ in range(count)]
    near, further = below[-1], [name for layer in below[1:-1] for name in layer] or below[-1]
    return [rng.choice(near if rng.random() < 0.8 else further) for _ in range(count)]


def _external_models() -> str:
    columns = "\n".join(
        ["    id: BIGINT", "    customer_id: BIGINT", "    status: TEXT", "    happened_at: TIMESTAMP"]
        + [f"    {m}: DECIMAL(18,2)" for m in MEASURES]
    )
    return "".join(f"- name: raw.source_{i}\n  columns:\n{columns}\n" for i in range(SOURCES))


def _root(name: str) -> str:
    measures = ",\n".join(f"  CAST(s.{m} AS DECIMAL(18,2)) AS {m}" for m in MEASURES)
    return f"""MODEL (
  name hub.{name},
  kind FULL,
  grain id
);

SELECT
  s.id,
  s.customer_id,
  UPPER(s.status) AS status,
  s.happened_at,
{measures}
FROM raw.source_0 AS s
WHERE s.status <> 'void'
"""


def _model(name: str, parents: list[str], rng: random.Random) -> str:
    """Some 50 lines: a CTE a parent, a join of them, a window over it, an aggregate at the end of half of them."""
    ctes = ",\n".join(_cte(i, parent, rng) for i, parent in enumerate(parents))
    joins = "\n".join(f"  LEFT JOIN part_{i} AS p{i}\n    ON p{i}.id = p0.id" for i in range(1, len(parents)))
    summed = ",\n".join(
        f"    COALESCE(p0.{m}, 0) * {rng.randint(1, 9)}{''.join(f' + COALESCE(p{i}.{m}, 0)' for i in range(1, len(parents)))} AS {m}"
        for m in MEASURES
    )
    totals = ",\n".join(f"  r.{m}" for m in MEASURES)
    return f"""MODEL (
  name {name},
  kind {rng.choice(("FULL", "VIEW"))},
  owner team_{rng.randrange(12)},
  description 'Generated model {name}'
);

WITH {ctes},
joined AS (
  SELECT
    p0.id,
    p0.customer_id,
    p0.status,
    p0.happened_at,
{summed}
  FROM part_0 AS p0
{joins}
),
ranked AS (
  SELECT
    j.*,
    ROW_NUMBER() OVER (PARTITION BY j.customer_id ORDER BY j.happened_at, j.id) AS position_in_customer
  FROM joined AS j
)
SELECT
  r.id,
  r.customer_id,
  CASE WHEN r.status IN ('open', 'OPEN') THEN 'open' ELSE r.status END AS status,
  r.happened_at,
{totals}
FROM ranked AS r
WHERE r.position_in_customer <= {rng.randint(5, 500)}
  AND r.amount >= {rng.randint(0, 100)}
"""


def _cte(i: int, parent: str, rng: random.Random) -> str:
    columns = ",\n".join(f"    t.{m}" for m in MEASURES)
    return f"""part_{i} AS (
  SELECT
    t.id,
    t.customer_id,
    t.status,
    t.happened_at,
{columns}
  FROM {parent} AS t
  WHERE t.quantity > {rng.randint(0, 50)}
)"""


PROBE = """MODEL (
  name probe.typed,
  kind FULL,
  description 'The model that the benchmark types into'
);

WITH orders AS (
  SELECT
    t.id,
    t.customer_id,
    t.status,
    t.happened_at,
    t.amount,
    t.quantity,
    t.discount,
    t.tax
  FROM hub.root AS t
  WHERE t.quantity > 0
),
customers AS (
  SELECT
    s.customer_id,
    COUNT(*) AS orders,
    SUM(s.amount) AS lifetime_amount,
    MIN(s.happened_at) AS first_order_at
  FROM raw.source_1 AS s
  GROUP BY
    s.customer_id
),
enriched AS (
  SELECT
    o.id,
    o.customer_id,
    o.status,
    o.happened_at,
    o.amount * o.quantity - COALESCE(o.discount, 0) AS net,
    o.tax,
    c.orders,
    c.lifetime_amount,
    ROW_NUMBER() OVER (PARTITION BY o.customer_id ORDER BY o.happened_at, o.id) AS position_in_customer
  FROM orders AS o
  LEFT JOIN customers AS c
    ON c.customer_id = o.customer_id
)
SELECT
  e.id,
  e.customer_id,
  CASE WHEN e.status = 'OPEN' THEN 'open' ELSE LOWER(e.status) END AS status,
  e.happened_at,
  e.net,
  e.tax,
  e.net + e.tax AS gross,
  e.orders,
  e.lifetime_amount,
  e.position_in_customer = 1 AS is_first
FROM enriched AS e
WHERE e.net > 0
  AND e.position_in_customer <= 1000
"""


def write(folder: Path, shape: Shape) -> None:
    """All files of the workspace below `folder`."""
    for path, text in workspace(shape):
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--models", type=int, default=1000)
    parser.add_argument(
        "--readers", type=int, default=None, help="readers of hub.root (default: a fifth of the models)"
    )
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    readers = args.models // 5 if args.readers is None else args.readers
    write(args.folder, Shape(args.models, readers, args.seed))


if __name__ == "__main__":
    main()
