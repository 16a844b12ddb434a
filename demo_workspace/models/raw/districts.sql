MODEL (
  name raw.districts,
  kind SEED (
    path '../../seeds/districts.csv'
  ),
  columns (
    district_id TEXT,
    name TEXT,
    zone TEXT,
    population INTEGER
  ),
  column_descriptions (
    zone = 'Ring of the city: centre, north, east or south',
    population = 'Residents at the last census'
  ),
  grain district_id
);
