MODEL (
  name raw.plans,
  kind SEED (
    path '../../seeds/plans.csv'
  ),
  columns (
    plan_id TEXT,
    name TEXT,
    fee_cents INTEGER,
    included_minutes INTEGER,
    unlock_cents INTEGER,
    minute_cents INTEGER
  ),
  grain plan_id
);
