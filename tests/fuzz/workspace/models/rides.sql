MODEL (
  name staging.rides,
  kind FULL,
  grain ride_id,
  description 'One row a ride 🚲, 中文'
);

WITH numbered AS (
  SELECT *, ROW_NUMBER() OVER (PARTITION BY ride_id ORDER BY ended_at) AS delivery
  FROM raw.rides
)
SELECT
  n.ride_id,
  n.bike_id,
  DATE_DIFF('minute', n.started_at, n.ended_at) AS minutes, -- é 😀
  UPPER(n.city) AS city
FROM numbered AS n
WHERE n.delivery = 1 AND n.ended_at > n.started_at
