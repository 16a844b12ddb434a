MODEL (
  name intermediate.bike_condition,
  kind INCREMENTAL_BY_UNIQUE_KEY (
    unique_key bike_id
  ),
  description 'State of each bike after its latest repair',
  grain bike_id
);

SELECT
  bike_id,
  reported_at AS last_reported_at,
  fault AS last_fault,
  is_open AS in_workshop,
  SUM(cost_cents) OVER (PARTITION BY bike_id)::BIGINT AS repair_cents,
  COUNT(*) OVER (PARTITION BY bike_id) AS repairs
FROM staging.repairs
QUALIFY
  ROW_NUMBER() OVER (PARTITION BY bike_id ORDER BY reported_at DESC, repair_id DESC) = 1
