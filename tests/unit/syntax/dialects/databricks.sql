-- Valid databricks: each statement must read without an error.
SELECT `a b`, a:b.c, c::int FROM cat.s.t;
SELECT explode(a) FROM t LATERAL VIEW explode(b) x AS y;
SELECT * EXCEPT (a) FROM t;
SELECT * FROM t VERSION AS OF 3;
SELECT transform(a, x -> x + 1), named_struct('a', 1) FROM t;
SELECT * FROM delta.`/x/y`;
SELECT a FROM t QUALIFY row_number() OVER (ORDER BY a) = 1;
SELECT * FROM read_files('x');
