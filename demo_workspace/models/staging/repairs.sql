MODEL (
  name staging.repairs,
  kind FULL,
  description 'Repairs, open ones included',
  grain repair_id,
  audits (
    unique_values(columns := (repair_id)),
    forall(criteria := (cost_cents >= 0))
  )
);

SELECT
  repair_id,
  bike_id,
  fault,
  reported_at,
  closed_at,
  closed_at IS NULL AS is_open,
  DATE_DIFF('minute', reported_at, closed_at) AS minutes_out_of_service, -- NULL while the repair is open
  cost_cents
FROM raw.repairs
