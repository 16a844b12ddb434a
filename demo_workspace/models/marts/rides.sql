MODEL (
  name marts.rides,
  kind VIEW,
  description 'The table that analysts start from: every ride with what it brought in'
);

SELECT
  d.*,
  c.minutes,
  c.charge_cents
FROM intermediate.ride_details AS d
INNER JOIN intermediate.ride_charges AS c
  ON c.ride_id = d.ride_id
