MODEL (
  name staging.rides,
  kind FULL,
  owner operations,
  tags (rides, core),
  description 'Rides of our own scheme: each once, ended, and longer than a false start',
  grain ride_id,
  audits (
    not_null(columns := (ride_id, bike_id, started_at, ended_at)),
    unique_values(columns := (ride_id)),
    rides_end_after_they_start
  )
);

WITH deduplicated AS (
  -- The app sends a ride again when it has lost the answer
  SELECT
    *,
    ROW_NUMBER() OVER (PARTITION BY ride_id ORDER BY started_at) AS delivery
  FROM raw.rides
)
SELECT
  ride_id,
  bike_id,
  rider_id, -- Empty for walk-up riders
  start_station_id,
  end_station_id,
  started_at,
  ended_at
FROM deduplicated
WHERE
  delivery = 1
  AND ended_at IS NOT NULL
  AND ended_at >= started_at + INTERVAL 60 SECONDS
