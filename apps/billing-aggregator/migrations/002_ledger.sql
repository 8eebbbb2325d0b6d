-- Who took part in what, with what outcome: the names of the figures, each combination once and for good.
create table billing.usage_key (
  -- A hash of the names, so that counting the same events anew gives the same rows.
  key bigint primary key,
  supplier text not null,
  provider_ods text not null,
  provider_asid text not null,
  consumer_ods text not null,
  consumer_asid text not null,
  interaction text not null,
  outcome text not null,
  unique (supplier, provider_ods, provider_asid, consumer_ods, consumer_asid, interaction, outcome)
);

-- The first eight bytes of SHA-256 of the names, a line each: no name holds a line break.
create function billing.usage_key_of(
  supplier text, provider_ods text, provider_asid text, consumer_ods text, consumer_asid text, interaction text, outcome text
) returns bigint immutable parallel safe language sql as $$
  select ('x' || encode(substr(sha256(convert_to(
    concat_ws(e'\n', supplier, provider_ods, provider_asid, consumer_ods, consumer_asid, interaction, outcome), 'UTF8'
  )), 1, 8), 'hex'))::bit(64)::bigint
$$;

alter table billing.usage_hour rename to usage_hour_by_name;
alter table billing.usage_hour_by_name rename constraint usage_hour_pkey to usage_hour_by_name_pkey;

-- What was counted, by hour of the event (UTC) and key. Times are whole microseconds, so that sums do not depend on the order of adding.
create table billing.usage_hour (
  hour timestamptz not null,
  key bigint not null,
  requests bigint not null,
  billable bigint not null,
  request_bytes bigint not null,
  response_bytes bigint not null,
  -- Requests whose provider time is known; of these the provider's time, its maximum, and what the proxy took beside it.
  provider_timed bigint not null,
  provider_us bigint not null,
  provider_us_max bigint not null,
  own_us bigint not null,
  total_us bigint not null,
  -- How these times are distributed (DDSketch); empty where nothing was timed, and for what was counted before sketches were kept.
  provider_sketch bytea not null default '',
  own_sketch bytea not null default '',
  primary key (hour, key)
)
-- The current hour's rows are updated by every batch: room in the page keeps those updates out of the index.
with (fillfactor = 70, toast_tuple_target = 4080);

-- Sketches are small and packed already.
alter table billing.usage_hour alter column provider_sketch set storage external;
alter table billing.usage_hour alter column own_sketch set storage external;

-- The ledger: one row for each exchange that was counted, so that each counts once and every figure can be traced to exchanges.
-- What lies between key and billable is null for those counted before the ledger was kept.
create table billing.counted_exchange (
  hour timestamptz not null,
  internal_id uuid not null,
  key bigint,
  request_bytes bigint,
  response_bytes bigint,
  -- Null where the provider's time was not measured.
  provider_us bigint,
  total_us bigint,
  billable boolean,
  -- The hour is first: a repeat has the same time, and what grows old lies together.
  primary key (hour, internal_id)
) partition by range (hour);

-- The months that the ledger has, or had.
create table billing.ledger_month (
  -- Its first day, UTC.
  month date primary key,
  -- False where exchanges were counted before the ledger was kept: then its rows are fewer than the requests.
  is_complete boolean not null default true,
  -- When its rows were dropped; what comes for it afterwards can no longer be told from a repeat.
  dropped_at timestamptz
);

-- Makes the ledger of the month that `at` lies in. Returns false where it was dropped before.
create function billing.ensure_ledger_month(at timestamptz) returns boolean language plpgsql as $$
declare
  since timestamptz := date_trunc('month', at, 'UTC');
  name text := 'counted_exchange_' || to_char(since at time zone 'UTC', 'YYYYMM');
  is_kept boolean;
begin
  select dropped_at is null into is_kept from billing.ledger_month where month = (since at time zone 'UTC')::date;
  if found then return is_kept; end if;
  perform pg_advisory_xact_lock(hashtext('billing.ledger_month'));
  insert into billing.ledger_month (month) values ((since at time zone 'UTC')::date) on conflict do nothing;
  if not found then return billing.ensure_ledger_month(at); end if;
  -- Attached, rather than made as a partition: nobody who counts need wait for that.
  execute format('create table billing.%I (like billing.counted_exchange including all)', name);
  execute format('alter table billing.counted_exchange attach partition billing.%I for values from (%L) to (%L)',
    name, since, date_trunc('month', since + interval '32 days', 'UTC'));
  return true;
end
$$;

-- Drops the ledger of the oldest month that ended before `at`, and returns that month; null where there is none.
-- It waits for nobody for long, since whoever counts would wait behind it.
create function billing.drop_ledger_month(at timestamptz) returns date language plpgsql set lock_timeout = '2s' as $$
declare
  oldest date;
begin
  perform pg_advisory_xact_lock(hashtext('billing.ledger_month'));
  select month into oldest from billing.ledger_month
  where dropped_at is null and month + interval '1 month' <= at at time zone 'UTC' order by month limit 1;
  if not found then return null; end if;
  execute format('drop table billing.%I', 'counted_exchange_' || to_char(oldest, 'YYYYMM'));
  update billing.ledger_month set dropped_at = now() where month = oldest;
  return oldest;
end
$$;

-- What was counted so far.
insert into billing.usage_key (
  key, supplier, provider_ods, provider_asid, consumer_ods, consumer_asid, interaction, outcome)
select billing.usage_key_of(
    supplier, provider_ods, provider_asid, consumer_ods, consumer_asid, interaction, outcome),
  supplier, provider_ods, provider_asid, consumer_ods, consumer_asid, interaction, outcome
from billing.usage_hour_by_name
group by supplier, provider_ods, provider_asid, consumer_ods, consumer_asid, interaction, outcome;

insert into billing.usage_hour (
  hour, key, requests, billable, request_bytes, response_bytes, provider_timed, provider_us, provider_us_max, own_us, total_us)
select hour, billing.usage_key_of(
    supplier, provider_ods, provider_asid, consumer_ods, consumer_asid, interaction, outcome),
  requests, billable, request_bytes, response_bytes, provider_timed, provider_us, provider_us_max,
  -- Where only some were timed nobody can say what the rest took.
  case when provider_timed = requests then greatest(total_us - provider_us, 0) else 0 end, total_us
from billing.usage_hour_by_name;

do $$
begin
  perform billing.ensure_ledger_month(month at time zone 'UTC')
  from (
    select date_trunc('month', hour at time zone 'UTC') as month from billing.usage_hour_by_name
    union
    select date_trunc('month', hour at time zone 'UTC') from billing.seen_exchange
  ) as counted;
end
$$;
update billing.ledger_month set is_complete = false;

insert into billing.counted_exchange (hour, internal_id) select hour, internal_id from billing.seen_exchange;

drop table billing.usage_hour_by_name;
drop table billing.seen_exchange;
