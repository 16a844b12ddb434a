MODEL (
  name raw.bikes,
  kind SEED (
    path '../../seeds/bikes.csv'
  ),
  columns (
    bike_id TEXT,
    bike_type TEXT,
    purchased_on DATE,
    price_cents INTEGER,
    retired_on DATE
  ),
  grain bike_id
);
