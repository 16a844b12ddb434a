MODEL (
  name raw.stations,
  kind SEED (
    path '../../seeds/stations.csv'
  ),
  columns (
    station_id TEXT,
    name TEXT,
    district_id TEXT,
    latitude DOUBLE,
    longitude DOUBLE,
    docks INTEGER,
    opened_on DATE
  ),
  grain station_id
);
