MODEL (
  name raw.legacy_rides,
  kind SEED (
    path '../../seeds/legacy_rides.csv'
  ),
  description 'Rides of the operator that ran the scheme until February, in the layout of its export',
  columns (
    trip_ref TEXT,
    bike_no INTEGER,
    member_no INTEGER,
    from_stop INTEGER,
    to_stop INTEGER,
    start_epoch BIGINT,
    duration_s INTEGER
  )
);
