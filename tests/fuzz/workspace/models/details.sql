MODEL (name marts.details, kind FULL);
SELECT r.*, b.model, CASE WHEN r.minutes > @VAR('least') THEN 'long' ELSE 'short' END AS length
FROM staging.everything AS r
LEFT JOIN staging.bikes AS b USING (bike_id)
