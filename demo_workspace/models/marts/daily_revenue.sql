MODEL (
  name marts.daily_revenue,
  kind INCREMENTAL_BY_TIME_RANGE (
    time_column ride_date
  ),
  owner finance,
  description 'Revenue from rides, by day and plan; fees of the plans themselves are booked elsewhere',
  grain (ride_date, plan_id),
  audits (
    unique_combination_of_columns(columns := (ride_date, plan_id))
  )
);

SELECT
  ride_date,
  plan_id,
  COUNT(*) AS rides,
  SUM(charge_cents)::BIGINT AS gross_cents,
  ROUND(SUM(charge_cents) * 100.0 / (100 + @vat_percent))::BIGINT AS net_cents, -- Without value-added tax
  SUM(surcharge_cents)::BIGINT AS electric_cents
FROM intermediate.ride_charges
WHERE
  ride_date BETWEEN @start_date AND @end_date
GROUP BY
  ride_date,
  plan_id
