MODEL (name marts.report, kind FULL, audits (not_null(columns := (city))));
SELECT
  d.city,
  COUNT(*) AS rides,
  SUM(d.minutes) AS minutes,
  MAX(d.model) AS model
FROM marts.details AS d
WHERE d.length = 'long'
GROUP BY d.city
ORDER BY rides DESC
LIMIT 10
