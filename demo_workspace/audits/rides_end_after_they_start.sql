AUDIT (
  name rides_end_after_they_start,
  dialect duckdb
);

SELECT
  *
FROM @this_model
WHERE
  ended_at <= started_at
