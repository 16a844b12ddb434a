MODEL (
  name raw.weather,
  kind SEED (
    path '../../seeds/weather.csv'
  ),
  columns (
    day DATE,
    temperature_c DOUBLE,
    rain_mm DOUBLE,
    wind_kmh DOUBLE
  ),
  grain day
);
