-- Valid trino: each statement must read without an error.
SELECT "a", TRY_CAST(a AS bigint), element_at(m, 'k') FROM cat.s.t;
SELECT x FROM t CROSS JOIN UNNEST(a) WITH ORDINALITY AS u(x, n);
SELECT transform(a, x -> x + 1), approx_distinct(b) FROM t;
SELECT a FROM t FETCH FIRST 3 ROWS WITH TIES;
SELECT ROW(1, 'a'), CAST(ROW(1) AS ROW(x int)) FROM t;
SELECT * FROM t FOR VERSION AS OF 3;
SELECT date '2024-01-01' + interval '1' day;
SELECT * FROM TABLE(sequence(1, 3));
SELECT a, grouping(a) FROM t GROUP BY CUBE (a, b);
SELECT json_value(a, 'lax $.x') FROM t;
SELECT a FROM t TABLESAMPLE BERNOULLI (10);
