MODEL (
  name staging.bikes,
  kind SEED (path '../seeds/bikes.csv'),
  columns (bike_id INTEGER, model VARCHAR)
);
