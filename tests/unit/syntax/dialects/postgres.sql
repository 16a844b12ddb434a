-- Valid postgres: each statement must read without an error.
SELECT "A", a::int, a->>'x', b#>'{a}', c @> d FROM s.t;
SELECT DISTINCT ON (a) * FROM t ORDER BY a, b;
SELECT * FROM t, LATERAL (SELECT 1) x;
SELECT generate_series(1, 3);
SELECT * FROM unnest(ARRAY[1,2]) WITH ORDINALITY AS u(a, n);
SELECT a FROM t WHERE b ~* 'x' AND c SIMILAR TO 'y';
SELECT $$it's$$, E'a\n';
SELECT count(*) FILTER (WHERE a) FROM t;
SELECT '1 day'::interval, now() AT TIME ZONE 'utc';
SELECT ROW(1,2), (r).a FROM t r;
SELECT a FROM ONLY t;
SELECT * FROM t FOR UPDATE;
SELECT string_agg(a, ',' ORDER BY b) FROM t;
SELECT a FROM t FETCH FIRST 3 ROWS ONLY;
SELECT jsonb_array_elements(a) FROM t;
SELECT x FROM t TABLESAMPLE BERNOULLI (10);
