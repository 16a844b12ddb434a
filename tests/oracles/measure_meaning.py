"""How long the meaning of one model takes (it is on the way of a keystroke).

python -m tests.oracles.measure_meaning
"""

from __future__ import annotations

import time

from lsp_server.analysis import fingerprints
from tests.oracles.soundness.verdicts import SOURCES, bound

MODEL = """
WITH recent AS (
  SELECT x.a, x.b, x.c, x.s, CASE WHEN x.b > 1 THEN 'many' WHEN x.b = 1 THEN 'one' ELSE 'none' END AS size
  FROM t1 x WHERE x.a IS NOT NULL AND x.b BETWEEN 0 AND 9 AND x.c IN (1, 2, 3)
), totals AS (
  SELECT r.a, r.size, sum(r.b) AS b, count(*) AS n, max(r.c) AS c, avg(r.b) AS m, min(r.s) AS first_name
  FROM recent r GROUP BY r.a, r.size HAVING count(*) > 1
), joined AS (
  SELECT t.a, t.size, t.b, t.n, t.c, y.d, y.r, coalesce(y.d, 0) + t.b AS total, round(t.m * 2, 1) AS mm
  FROM totals t JOIN t2 y ON t.a = y.a LEFT JOIN (SELECT k, max(b) AS top FROM t3 GROUP BY k) z ON z.k = t.a
  WHERE y.d > 0 AND NOT (y.r = 'x' OR t.n < 2)
), ranked AS (
  SELECT j.*, row_number() OVER (PARTITION BY j.a ORDER BY j.total DESC, j.d) AS rn, sum(j.total) OVER (PARTITION BY j.size) AS all_of_size
  FROM joined j
)
SELECT a, size, b, n, c, d, r, total, mm, rn, all_of_size, total / nullif(all_of_size, 0) AS share,
  upper(r) || '-' || size AS label, (SELECT max(e) FROM t3 WHERE t3.k = ranked.a) AS top_e
FROM ranked WHERE rn <= 3 AND total > 1
UNION ALL
SELECT a, 'all', b, 0, c, NULL, s, b + c, 0, 0, 0, 0, s, NULL FROM t1 WHERE a = 0
"""


def main() -> None:
    _, query = bound(MODEL, SOURCES)
    times = []
    for _ in range(300):
        start = time.process_time()
        fingerprints.meaning(query, lambda _name: None)
        times.append(time.process_time() - start)
    times.sort()
    print(
        f"meaning of a model of {len(query.scopes)} scopes: {times[150] * 1000:.2f} ms (median), {times[285] * 1000:.2f} ms (p95)"
    )


if __name__ == "__main__":
    main()
