-- The query API, which may act as this role, makes the sums.
grant insert, delete on billing.usage_rollup, billing.usage_rollup_sketch, billing.rolled_period to ssp_billing_books;
grant insert on billing.rollup_key to ssp_billing_books;
grant delete on billing.stale_hour to ssp_billing_books;
