MODEL (
  name staging.bikes,
  kind VIEW,
  description 'The fleet, retired bikes included',
  grain bike_id,
  audits (
    unique_values(columns := (bike_id)),
    accepted_values(column := bike_type, is_in := ('classic', 'electric', 'cargo'))
  )
);

SELECT
  bike_id,
  bike_type,
  bike_type = 'electric' AS is_electric, -- Electric bikes pay a surcharge by the minute
  purchased_on,
  price_cents,
  retired_on
FROM raw.bikes
