MODEL (
  name raw.repairs,
  kind SEED (
    path '../../seeds/repairs.csv'
  ),
  columns (
    repair_id TEXT,
    bike_id TEXT,
    fault TEXT,
    reported_at TIMESTAMP,
    closed_at TIMESTAMP,
    cost_cents INTEGER
  ),
  grain repair_id
);
