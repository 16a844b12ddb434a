MODEL (
  name staging.stations,
  kind VIEW,
  description 'Stations with the district they stand in',
  grain station_id,
  audits (
    not_null(columns := (station_id, district_name)),
    unique_values(columns := (station_id))
  )
);

SELECT
  s.station_id, -- Printed on the dock, S001 and so on
  s.name AS station_name,
  s.district_id,
  d.name AS district_name,
  d.zone,
  d.population AS district_population,
  s.latitude,
  s.longitude,
  s.docks,
  s.opened_on
FROM raw.stations AS s
INNER JOIN raw.districts AS d
  ON d.district_id = s.district_id
