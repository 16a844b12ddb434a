MODEL (
  name intermediate.ride_details,
  kind INCREMENTAL_BY_TIME_RANGE (
    time_column ride_date
  ),
  description 'One row a ride: who, on what, from where to where, how far, in which weather',
  grain ride_id,
  audits (
    not_null(columns := (ride_id, ride_date, start_zone)),
    unique_values(columns := (ride_id))
  )
);

@DEF(
  kilometres,
  (lat_a, lon_a, lat_b, lon_b) -> 12742 * ASIN(
    SQRT(
      POWER(SIN(RADIANS(lat_b - lat_a) / 2), 2)
      + COS(RADIANS(lat_a)) * COS(RADIANS(lat_b)) * POWER(SIN(RADIANS(lon_b - lon_a) / 2), 2)
    )
  )
);

SELECT
  r.ride_id,
  r.started_at::DATE AS ride_date,
  r.operator,
  r.bike_id,
  b.bike_type,
  b.is_electric,
  r.rider_id,
  COALESCE(p.plan_id, 'walk_up') AS plan_id, -- Riders without an account pay as they go
  r.start_station_id,
  a.district_name AS start_district,
  a.zone AS start_zone,
  r.end_station_id,
  z.district_name AS end_district,
  z.zone AS end_zone,
  r.started_at,
  DATE_DIFF('second', r.started_at, r.ended_at) AS duration_seconds,
  ROUND(1000 * @kilometres(a.latitude, a.longitude, z.latitude, z.longitude))::INTEGER AS distance_m, -- As the crow flies; 0 for a round trip
  w.conditions AS weather
FROM intermediate.all_rides AS r
INNER JOIN staging.stations AS a
  ON a.station_id = r.start_station_id
INNER JOIN staging.stations AS z
  ON z.station_id = r.end_station_id
INNER JOIN staging.bikes AS b
  ON b.bike_id = r.bike_id
LEFT JOIN staging.riders AS p
  ON p.rider_id = r.rider_id
LEFT JOIN staging.weather AS w
  ON w.day = r.started_at::DATE
WHERE
  r.started_at::DATE BETWEEN @start_date AND @end_date
