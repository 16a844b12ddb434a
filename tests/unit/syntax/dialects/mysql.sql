-- Valid mysql: each statement must read without an error.
SELECT `a b`, 'x', "y" FROM db.t # comment;
SELECT a FROM t LIMIT 5, 10;
SELECT IFNULL(a, 0), GROUP_CONCAT(b ORDER BY c SEPARATOR ',') FROM t;
SELECT a FROM t STRAIGHT_JOIN u;
SELECT DATE_ADD(d, INTERVAL 1 DAY), a REGEXP 'x', a <=> b, a DIV 2, a MOD 3 FROM t;
SELECT a->'$.x', b->>'$.y' FROM t;
SELECT @v, @@session.x;
SELECT a FROM t USE INDEX (i);
SELECT a, count(*) FROM t GROUP BY a WITH ROLLUP;
SELECT a FROM t WHERE MATCH (a) AGAINST ('x');
SELECT SQL_CALC_FOUND_ROWS a FROM t;
SELECT * FROM JSON_TABLE('[1]', '$[*]' COLUMNS (a INT PATH '$')) j;
SELECT b'1', x'1F', _utf8'x';
