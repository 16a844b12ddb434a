-- Valid redshift: each statement must read without an error.
SELECT "a", a::int, GETDATE(), NVL(b, 0) FROM db.s.t;
SELECT LISTAGG(a, ',') WITHIN GROUP (ORDER BY b) FROM t;
SELECT a.b[0].c FROM t AS a;
SELECT TOP 5 a FROM t;
SELECT * FROM t, t.items AS i;
SELECT DATEADD(day, 1, d), DATEDIFF(day, a, b) FROM t;
SELECT a FROM t QUALIFY ROW_NUMBER() OVER (PARTITION BY b ORDER BY c) = 1;
SELECT * EXCLUDE (a) FROM t;
SELECT a FROM t WHERE b ILIKE 'x%';
