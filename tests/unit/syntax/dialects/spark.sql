-- Valid spark: each statement must read without an error.
SELECT `a`, explode(map('a', 1)) FROM t LATERAL VIEW OUTER posexplode(b) x AS y, z;
SELECT /*+ BROADCAST(u) */ a FROM t JOIN u USING (a);
SELECT a, count(*) FROM t GROUP BY a WITH ROLLUP;
SELECT * FROM t LEFT SEMI JOIN u ON t.a = u.a;
SELECT date_add(d, 1), cast(a AS string) FROM t DISTRIBUTE BY a SORT BY b;
SELECT * FROM VALUES (1, 2) AS v(a, b);
SELECT a RLIKE 'x', a <=> b, b DIV 2 FROM t;
SELECT array(1,2)[0], m['k'] FROM t TABLESAMPLE (10 PERCENT);
