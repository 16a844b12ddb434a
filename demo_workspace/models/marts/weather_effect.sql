MODEL (
  name marts.weather_effect,
  kind FULL,
  description 'Rides and distance a day, by weather',
  grain conditions
);

WITH daily AS (
  SELECT
    w.day,
    w.conditions,
    COUNT(d.ride_id) AS rides,
    COALESCE(SUM(d.duration_seconds), 0) AS seconds
  FROM staging.weather AS w
  LEFT JOIN intermediate.ride_details AS d
    ON d.ride_date = w.day
  GROUP BY
    w.day,
    w.conditions
)
SELECT
  conditions,
  COUNT(*) AS days,
  ROUND(AVG(rides), 1) AS rides_a_day,
  ROUND(SUM(seconds) / 60.0 / NULLIF(SUM(rides), 0), 1) AS minutes_a_ride,
  ROUND(AVG(rides) - AVG(AVG(rides)) OVER (), 1) AS against_average
FROM daily
GROUP BY
  conditions
