-- Usage summed up beforehand, by hour, day and month (UTC), for the combinations of names that are asked for most ("cubes").
-- All of it follows from usage_hour and can be made anew from there.

-- The names of each cube; null where it does not tell them apart. Of the cube of all names they are those of usage_key.
create table billing.rollup_key (
  -- A hash of the cube and its names.
  key bigint primary key,
  cube text not null,
  supplier text,
  provider_ods text,
  provider_asid text,
  consumer_ods text,
  consumer_asid text,
  interaction text,
  outcome text
);

create table billing.usage_rollup (
  cube text not null,
  grain text not null check (grain in ('hour', 'day', 'month')),
  start timestamptz not null,
  key bigint not null,
  requests bigint not null,
  billable bigint not null,
  errors bigint not null,
  request_bytes bigint not null,
  response_bytes bigint not null,
  provider_timed bigint not null,
  provider_us bigint not null,
  provider_us_max bigint not null,
  own_us bigint not null,
  total_us bigint not null,
  primary key (cube, grain, start, key)
);
-- One system's figures among all names.
create index usage_rollup_by_key on billing.usage_rollup (key, grain, start) where cube = 'all';

-- Apart from the sums, which are read far oftener and would lie further from one another.
create table billing.usage_rollup_sketch (
  cube text not null,
  grain text not null,
  start timestamptz not null,
  key bigint not null,
  provider_sketch bytea not null,
  own_sketch bytea not null,
  primary key (cube, grain, start, key)
);
alter table billing.usage_rollup_sketch alter column provider_sketch set storage external;
alter table billing.usage_rollup_sketch alter column own_sketch set storage external;

-- The hours, days and months that are summed up whole.
create table billing.rolled_period (
  grain text not null check (grain in ('hour', 'day', 'month')),
  start timestamptz not null,
  primary key (grain, start)
);

-- Hours whose usage has changed since they were summed up: sums of a period that holds one are not to be used. Rows are only added by
-- whoever counts, so that nobody waits for anybody.
create table billing.stale_hour (
  hour timestamptz not null,
  mark bigint generated always as identity,
  primary key (hour, mark)
);

-- Whoever counts shares a lock of the hour until the end of the transaction, and whoever sums the hour up takes it alone: so either the
-- sums hold what was counted, or the mark is there.
create function billing.mark_stale_hours() returns trigger language plpgsql as $$
declare
  touched_hour timestamptz;
begin
  for touched_hour in select distinct hour from touched order by hour loop
    perform pg_advisory_xact_lock_shared(hashtext('billing.usage_rollup'), (extract(epoch from touched_hour) / 3600)::int);
    insert into billing.stale_hour (hour)
    select touched_hour where exists (select from billing.rolled_period where grain = 'hour' and start = touched_hour);
  end loop;
  return null;
end
$$;

create trigger mark_stale_hours_made after insert on billing.usage_hour
referencing new table as touched for each statement execute function billing.mark_stale_hours();
create trigger mark_stale_hours_added after update on billing.usage_hour
referencing new table as touched for each statement execute function billing.mark_stale_hours();
create trigger mark_stale_hours_taken after delete on billing.usage_hour
referencing old table as touched for each statement execute function billing.mark_stale_hours();

-- Keys of one system.
create index usage_key_by_provider_asid on billing.usage_key (provider_asid);
create index usage_key_by_provider_ods on billing.usage_key (provider_ods);
create index usage_key_by_consumer_asid on billing.usage_key (consumer_asid);
create index usage_key_by_consumer_ods on billing.usage_key (consumer_ods);
