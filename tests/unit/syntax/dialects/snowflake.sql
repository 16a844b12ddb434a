-- Valid snowflake: each statement must read without an error.
SELECT "a", a:b.c::string, $1 FROM db.s.t;
SELECT * FROM t, LATERAL FLATTEN(input => a) f;
SELECT * EXCLUDE (a) RENAME (b AS c) FROM t;
SELECT a FROM t QUALIFY ROW_NUMBER() OVER (PARTITION BY b ORDER BY c) = 1;
SELECT * FROM @stage/x (FILE_FORMAT => 'f');
SELECT * FROM TABLE(GENERATOR(ROWCOUNT => 3));
SELECT IFF(a, 1, 2), TRY_TO_NUMBER(b), a ILIKE ANY ('x', 'y') FROM t;
SELECT * FROM t PIVOT(SUM(a) FOR b IN ('x', 'y'));
SELECT * FROM t AT(TIMESTAMP => '2024-01-01'::timestamp);
SELECT OBJECT_CONSTRUCT('a', 1), ARRAY_CONSTRUCT(1);
SELECT t.* FROM t SAMPLE (10);
SELECT a FROM t MINUS SELECT b FROM u;
SELECT $$x$$;
SELECT a FROM t ASOF JOIN u MATCH_CONDITION (t.a >= u.a) ON t.b = u.b;
