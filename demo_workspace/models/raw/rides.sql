MODEL (
  name raw.rides,
  kind SEED (
    path '../../seeds/rides.csv'
  ),
  description 'Rides as the docks and the app report them: some never end, some arrive twice',
  columns (
    ride_id TEXT,
    bike_id TEXT,
    rider_id TEXT,
    start_station_id TEXT,
    end_station_id TEXT,
    started_at TIMESTAMP,
    ended_at TIMESTAMP
  )
);
