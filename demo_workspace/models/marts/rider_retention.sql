MODEL (
  name marts.rider_retention,
  kind FULL,
  owner marketing,
  description 'Of the riders who joined in a month, how many still ride so many months later',
  grain (cohort_month, months_since_joining)
);

WITH active_months AS (
  SELECT DISTINCT
    rider_id,
    DATE_TRUNC('month', ride_date)::DATE AS active_month
  FROM intermediate.ride_details
  WHERE
    rider_id IS NOT NULL
), cohorts AS (
  SELECT
    cohort_month,
    COUNT(*) AS members
  FROM staging.riders
  GROUP BY
    cohort_month
), activity AS (
  SELECT
    r.cohort_month,
    DATE_DIFF('month', r.cohort_month, m.active_month) AS months_since_joining,
    COUNT(DISTINCT m.rider_id) AS active_members
  FROM active_months AS m
  INNER JOIN staging.riders AS r
    ON r.rider_id = m.rider_id
  WHERE
    m.active_month >= r.cohort_month
  GROUP BY
    r.cohort_month,
    DATE_DIFF('month', r.cohort_month, m.active_month)
)
SELECT
  a.cohort_month,
  a.months_since_joining,
  c.members,
  a.active_members,
  ROUND(100.0 * a.active_members / c.members, 1) AS active_percent,
  a.active_members - LAG(a.active_members) OVER (
    PARTITION BY a.cohort_month ORDER BY a.months_since_joining
  ) AS change_from_month_before
FROM activity AS a
INNER JOIN cohorts AS c
  ON c.cohort_month = a.cohort_month
