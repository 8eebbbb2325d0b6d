-- Who counts has a role of its own (POSTGRES_ROLE): it adds to usage and its ledger, and cannot touch what is paid for it.
do $$
begin
  if not exists (select from pg_roles where rolname = 'ssp_billing_aggregator') then
    create role ssp_billing_aggregator nologin;
  end if;
exception
  -- Another database of the same server made it meanwhile.
  when duplicate_object or unique_violation then null;
  when insufficient_privilege then
    raise exception '% may not create the role ssp_billing_aggregator', current_user
      using hint = 'Have an administrator run: create role ssp_billing_aggregator nologin; then migrate again.';
end
$$;

grant usage on schema billing to ssp_billing_aggregator;
grant select, insert, update on billing.usage_hour, billing.consumer_offset to ssp_billing_aggregator;
grant select, insert on billing.usage_key, billing.counted_exchange, billing.late_exchange, billing.quarantine to ssp_billing_aggregator;
-- Which months are closed, and what else it only looks up.
grant select on billing.period, billing.ledger_month to ssp_billing_aggregator;
-- It marks what is to be summed up and reconciled anew.
grant select on billing.rolled_period to ssp_billing_aggregator;
grant select, insert on billing.stale_hour to ssp_billing_aggregator;
grant select (hour, changes), insert (hour, changes), update (changes) on billing.reconciled_hour to ssp_billing_aggregator;

-- They make and drop tables, which their caller need not own.
alter function billing.ensure_ledger_month(timestamptz) security definer set search_path = pg_catalog, pg_temp;
alter function billing.drop_ledger_month(timestamptz) security definer set search_path = pg_catalog, pg_temp;
revoke execute on function billing.ensure_ledger_month(timestamptz), billing.drop_ledger_month(timestamptz) from public;
grant execute on function billing.ensure_ledger_month(timestamptz), billing.drop_ledger_month(timestamptz)
  to ssp_billing_aggregator;

-- Whatever else there is belongs to its owner alone.
revoke all on all tables in schema billing from public;
