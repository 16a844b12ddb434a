MODEL (
  name intermediate.all_rides,
  kind FULL,
  description 'Every ride in the city, ours and those of the operator before us',
  grain ride_id,
  audits (
    unique_values(columns := (ride_id)),
    number_of_rows(threshold := 1000)
  )
);

SELECT
  ride_id,
  bike_id,
  rider_id,
  start_station_id,
  end_station_id,
  started_at,
  ended_at,
  'own' AS operator
FROM staging.rides
UNION ALL
SELECT
  ride_id,
  bike_id,
  rider_id,
  start_station_id,
  end_station_id,
  started_at,
  ended_at,
  'former' AS operator
FROM staging.legacy_rides
