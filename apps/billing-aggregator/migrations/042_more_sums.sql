-- By which names a period is summed up. Those that were before this have the first six; whoever does not say it, a process of the version
-- before, must not sum up any more, since it would leave what else there is as it was.
alter table billing.rolled_period add column cubes text[] not null
  default array['total', 'supplier', 'kind', 'provider', 'consumer', 'all'];
alter table billing.rolled_period alter column cubes drop default;
grant update (cubes) on billing.rolled_period to ssp_billing_books;

-- A hash of supplier, interaction and outcome: an hour is added up by them without a look at its names. Null for what was counted before.
alter table billing.usage_hour add column kind bigint;
create statistics billing.usage_hour_of_kind on coalesce(kind, key) from billing.usage_hour;

-- The names of one cube, and one party's.
create index rollup_key_by_cube on billing.rollup_key (cube);
create index rollup_key_by_provider_asid on billing.rollup_key (provider_asid);
create index rollup_key_by_provider_ods on billing.rollup_key (provider_ods);
create index rollup_key_by_consumer_asid on billing.rollup_key (consumer_asid);
create index rollup_key_by_consumer_ods on billing.rollup_key (consumer_ods);

-- Most rows are of long cubes and short periods: without this, months of short ones would be thought to be many.
create statistics billing.usage_rollup_of_cube (mcv, dependencies) on cube, grain from billing.usage_rollup;
create statistics billing.usage_rollup_sketch_of_cube (mcv, dependencies) on cube, grain from billing.usage_rollup_sketch;

-- The exchanges of few keys. Ledgers that are made from here on have it; for those that are there it would hold up whoever counts.
create index counted_exchange_by_key on only billing.counted_exchange (hour, key);
do $$
declare
  ledger text;
begin
  for ledger in
    select 'counted_exchange_' || to_char(month, 'YYYYMM') from billing.ledger_month
    where dropped_at is null and month > now() at time zone 'UTC'
  loop
    execute format('create index %I on billing.%I (hour, key)', ledger || '_by_key', ledger);
    execute format('alter index billing.counted_exchange_by_key attach partition billing.%I', ledger || '_by_key');
  end loop;
end
$$;
