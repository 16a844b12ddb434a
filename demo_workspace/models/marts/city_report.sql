MODEL (
  name marts.city_report,
  kind FULL,
  owner city_council,
  description 'The table in the monthly report to the city council',
  grain (month, zone)
);

WITH rides AS (
  SELECT
    DATE_TRUNC('month', ride_date)::DATE AS month,
    start_zone AS zone,
    ride_id,
    rider_id,
    distance_m,
    start_zone <> end_zone AS crosses_zones
  FROM intermediate.ride_details
), population AS (
  SELECT
    zone,
    SUM(population)::BIGINT AS residents
  FROM raw.districts
  GROUP BY
    zone
), revenue AS (
  SELECT
    r.month,
    r.zone,
    SUM(c.charge_cents)::BIGINT AS gross_cents
  FROM rides AS r
  INNER JOIN intermediate.ride_charges AS c
    ON c.ride_id = r.ride_id
  GROUP BY
    r.month,
    r.zone
)
SELECT
  r.month,
  r.zone,
  COUNT(*) AS rides,
  COUNT(DISTINCT r.rider_id) AS known_riders,
  ROUND(SUM(r.distance_m) / 1000, 1) AS distance_km,
  ROUND(100.0 * COUNT(*) FILTER (WHERE r.crosses_zones) / COUNT(*), 1) AS crossing_percent,
  ROUND(1000.0 * COUNT(*) / MAX(p.residents), 2) AS rides_per_1000_residents,
  MAX(v.gross_cents) AS gross_cents
FROM rides AS r
INNER JOIN population AS p
  ON p.zone = r.zone
LEFT JOIN revenue AS v
  ON v.month = r.month AND v.zone = r.zone
GROUP BY
  r.month,
  r.zone
