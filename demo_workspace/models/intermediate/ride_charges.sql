MODEL (
  name intermediate.ride_charges,
  kind FULL,
  description 'What each ride costs its rider, in cents, by the price list of the plan',
  grain ride_id,
  audits (
    forall(criteria := (charge_cents >= 0))
  )
);

WITH billed AS (
  SELECT
    d.ride_id,
    d.ride_date,
    d.plan_id,
    d.is_electric,
    p.unlock_cents,
    p.minute_cents,
    CEIL(d.duration_seconds / 60.0)::INTEGER AS minutes,
    p.included_minutes
  FROM intermediate.ride_details AS d
  INNER JOIN staging.plans AS p
    ON p.plan_id = d.plan_id
), extra AS (
  SELECT
    *,
    GREATEST(minutes - included_minutes, 0) AS billed_minutes
  FROM billed
)
SELECT
  ride_id,
  ride_date,
  plan_id,
  minutes,
  billed_minutes,
  unlock_cents + billed_minutes * minute_cents AS base_cents,
  CASE WHEN is_electric THEN 10 * minutes ELSE 0 END AS surcharge_cents,
  unlock_cents + billed_minutes * minute_cents + CASE
    WHEN is_electric THEN 10 * minutes
    ELSE 0
  END AS charge_cents
FROM extra
