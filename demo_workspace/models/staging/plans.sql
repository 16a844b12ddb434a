MODEL (
  name staging.plans,
  kind EMBEDDED,
  description 'Price list. Small, so it is written into the queries that read it'
);

SELECT
  plan_id,
  name AS plan_name,
  fee_cents,
  included_minutes,
  unlock_cents,
  minute_cents
FROM raw.plans
