MODEL (
  name staging.weather,
  kind VIEW,
  description 'One row a day, from the station at the airport',
  grain day
);

SELECT
  day,
  temperature_c,
  rain_mm,
  wind_kmh,
  CASE WHEN rain_mm >= 3 THEN 'wet' WHEN temperature_c < 5 THEN 'cold' ELSE 'fair' END AS conditions
FROM raw.weather
