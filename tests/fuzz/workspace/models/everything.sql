MODEL (name staging.everything, kind VIEW);
SELECT * FROM staging.rides
UNION ALL
SELECT ride_id, bike_id, 0 AS minutes, 'nowhere' AS city FROM raw.rides
