MODEL (
  name staging.riders,
  kind VIEW,
  description 'Riders with an account; walk-up riders have none',
  grain rider_id,
  audits (
    not_null(columns := (rider_id, plan_id)),
    unique_values(columns := (rider_id))
  )
);

SELECT
  rider_id,
  plan_id,
  joined_on,
  DATE_TRUNC('month', joined_on)::DATE AS cohort_month, -- Month of joining
  CASE
    WHEN birth_year >= 2001 THEN 'under 26'
    WHEN birth_year >= 1986 THEN '26 to 40'
    WHEN birth_year >= 1961 THEN '41 to 65'
    ELSE 'over 65'
  END AS age_group,
  COALESCE(district_id, 'unknown') AS home_district_id,
  newsletter
FROM raw.riders
