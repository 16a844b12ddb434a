MODEL (
  name marts.station_balance,
  kind FULL,
  owner operations,
  description 'Where the van must bring bikes and where it must fetch them, on a working day',
  grain station_id
);

WITH hourly AS (
  SELECT
    station_id,
    hour,
    departures + arrivals AS movements,
    SUM(net_change) OVER (PARTITION BY station_id ORDER BY hour) AS running_change
  FROM intermediate.station_hours
  WHERE
    NOT is_weekend
), extremes AS (
  SELECT
    station_id,
    SUM(movements)::BIGINT AS movements,
    MIN(running_change)::BIGINT AS lowest_change,
    MAX(running_change)::BIGINT AS highest_change,
    ARG_MIN(hour, (running_change, hour)) AS emptiest_hour
  FROM hourly
  GROUP BY
    station_id
)
SELECT
  s.station_id,
  s.station_name,
  s.district_name,
  s.docks,
  e.movements,
  e.lowest_change,
  e.highest_change,
  e.emptiest_hour,
  CASE
    WHEN e.lowest_change <= -s.docks THEN 'bring bikes'
    WHEN e.highest_change >= s.docks THEN 'fetch bikes'
    ELSE 'balanced'
  END AS van_order,
  RANK() OVER (ORDER BY e.movements DESC) AS busiest_rank
FROM staging.stations AS s
INNER JOIN extremes AS e
  ON e.station_id = s.station_id
