MODEL (
  name intermediate.station_hours,
  kind FULL,
  description 'Bikes taken from and brought to each station, by hour of the day and kind of day',
  grain (station_id, is_weekend, hour)
);

WITH movements AS (
  SELECT
    start_station_id AS station_id,
    started_at AS moved_at,
    -1 AS change
  FROM intermediate.all_rides
  UNION ALL
  SELECT
    end_station_id AS station_id,
    ended_at AS moved_at,
    1 AS change
  FROM intermediate.all_rides
)
SELECT
  station_id,
  ISODOW(moved_at) >= 6 AS is_weekend,
  HOUR(moved_at) AS hour,
  COUNT(*) FILTER (WHERE change < 0) AS departures,
  COUNT(*) FILTER (WHERE change > 0) AS arrivals,
  SUM(change)::INTEGER AS net_change
FROM movements
GROUP BY
  station_id,
  ISODOW(moved_at) >= 6,
  HOUR(moved_at)
