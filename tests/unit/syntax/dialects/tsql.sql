-- Valid tsql: each statement must read without an error.
SELECT [a b], "c", TOP_ = 1 FROM db.s.[T x];
SELECT TOP 5 a FROM t ORDER BY b;
SELECT a FROM t CROSS APPLY f(t.a) AS x;
SELECT a FROM t OUTER APPLY (SELECT TOP 1 b FROM u WHERE u.a = t.a) x;
SELECT CONVERT(varchar(10), a), ISNULL(b, 0), GETDATE() FROM t;
SELECT a FROM t WITH (NOLOCK);
SELECT a FROM t ORDER BY a OFFSET 5 ROWS FETCH NEXT 5 ROWS ONLY;
SELECT STRING_AGG(a, ',') WITHIN GROUP (ORDER BY b) FROM t;
SELECT IIF(a = 1, 2, 3), DATEADD(day, 1, d) FROM t;
SELECT * FROM OPENJSON(@x) WITH (a int '$.a');
SELECT a FROM #tmp;
SELECT N'x', a + 'b' FROM t;
SELECT a FROM t FOR XML PATH('');
SELECT TOP (5) WITH TIES a FROM t ORDER BY a;
SELECT a FROM t PIVOT (SUM(b) FOR c IN ([x], [y])) p;
