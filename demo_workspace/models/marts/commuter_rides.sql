MODEL (
  name marts.commuter_rides,
  kind VIEW,
  description 'Rides of members on working days between 7 and 10 or 16 and 19'
);

SELECT
  *,
  CASE WHEN HOUR(started_at) < 12 THEN 'to work' ELSE 'from work' END AS direction
FROM marts.rides
WHERE
  plan_id IN ('monthly', 'annual', 'student')
  AND ISODOW(started_at) <= 5
  AND (
    HOUR(started_at) BETWEEN 7 AND 9 OR HOUR(started_at) BETWEEN 16 AND 18
  )
