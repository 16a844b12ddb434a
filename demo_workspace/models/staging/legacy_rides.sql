MODEL (
  name staging.legacy_rides,
  kind VIEW,
  description 'Rides of the former operator, in our own layout'
);

SELECT
  trip_ref AS ride_id,
  'B' || LPAD(bike_no::TEXT, 4, '0') AS bike_id,
  'R' || LPAD(member_no::TEXT, 5, '0') AS rider_id,
  'S' || LPAD(from_stop::TEXT, 3, '0') AS start_station_id,
  'S' || LPAD(to_stop::TEXT, 3, '0') AS end_station_id,
  MAKE_TIMESTAMP(start_epoch * 1000000) AS started_at,
  MAKE_TIMESTAMP((start_epoch + duration_s) * 1000000) AS ended_at
FROM raw.legacy_rides
WHERE duration_s >= @VAR('minimum_ride_seconds')
