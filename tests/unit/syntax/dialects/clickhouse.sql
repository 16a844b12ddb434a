-- Valid clickhouse: each statement must read without an error.
SELECT `a`, toDate(b), a.1, arrayMap(x -> x + 1, c) FROM db.t FINAL;
SELECT a FROM t SAMPLE 0.1 PREWHERE b WHERE c;
SELECT a FROM t ARRAY JOIN b AS x;
SELECT countIf(a), uniq(b), quantile(0.5)(c) FROM t;
SELECT a FROM t LIMIT 3 BY b;
SELECT a, b FROM t GROUP BY a WITH TOTALS;
SELECT * FROM t ANY LEFT JOIN u USING (a);
SELECT a FROM t ORDER BY b WITH FILL;
SELECT a ? b : c FROM t;
SELECT * FROM numbers(10) SETTINGS max_threads = 1;
WITH 1 AS x SELECT x;
SELECT * EXCEPT (a) FROM t;
SELECT {p: UInt32};
SELECT COLUMNS('a') FROM t;
SELECT a::Nullable(String), [1,2,3][1], (1, 'a') FROM t;
