MODEL (
  name raw.riders,
  kind SEED (
    path '../../seeds/riders.csv'
  ),
  columns (
    rider_id TEXT,
    plan_id TEXT,
    joined_on DATE,
    birth_year INTEGER,
    district_id TEXT,
    newsletter BOOLEAN
  ),
  grain rider_id
);
