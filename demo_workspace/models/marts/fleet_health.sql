MODEL (
  name marts.fleet_health,
  kind FULL,
  owner workshop,
  description 'Each bike with its use, its repairs and what both cost by the kilometre',
  grain bike_id,
  audits (
    unique_values(columns := (bike_id))
  )
);

WITH use AS (
  SELECT
    bike_id,
    COUNT(*) AS rides,
    SUM(distance_m)::BIGINT AS distance_m
  FROM intermediate.ride_details
  GROUP BY
    bike_id
)
SELECT
  b.bike_id,
  b.bike_type,
  COALESCE(u.rides, 0) AS rides,
  COALESCE(ROUND(u.distance_m / 1000, 3), 0) AS distance_km,
  COALESCE(c.repairs, 0) AS repairs,
  c.last_fault,
  COALESCE(c.in_workshop, FALSE) AS in_workshop,
  ROUND(1000 * c.repair_cents / NULLIF(u.distance_m, 0), 1) AS repair_cents_per_km, -- NULL for a bike that never moved
  NTILE(4) OVER (PARTITION BY b.bike_type ORDER BY COALESCE(c.repair_cents, 0), b.bike_id) AS cost_quartile
FROM staging.bikes AS b
LEFT JOIN use AS u
  ON u.bike_id = b.bike_id
LEFT JOIN intermediate.bike_condition AS c
  ON c.bike_id = b.bike_id
WHERE
  b.retired_on IS NULL
