-- How far each partition has been applied; stored in the transaction of the effect.
create table billing.consumer_offset (
  topic text not null,
  partition int not null,
  next_offset bigint not null,
  primary key (topic, partition)
);

-- Usage by hour of the event (UTC). Times are whole microseconds, so that sums do not depend on the order of adding.
create table billing.usage_hour (
  hour timestamptz not null,
  supplier text not null,
  provider_ods text not null,
  provider_asid text not null,
  consumer_ods text not null,
  consumer_asid text not null,
  interaction text not null,
  outcome text not null,
  requests bigint not null,
  billable bigint not null,
  request_bytes bigint not null,
  response_bytes bigint not null,
  -- Requests whose provider time is known, and that time's sum and maximum.
  provider_timed bigint not null,
  provider_us bigint not null,
  provider_us_max bigint not null,
  total_us bigint not null,
  primary key (hour, supplier, provider_ods, provider_asid, consumer_ods, consumer_asid, interaction, outcome)
)
-- The current hour's rows are updated by every batch: room in the page keeps those updates out of the index.
with (fillfactor = 70);

-- Exchanges counted lately, so that an event published twice counts once. The hour is first in the key: a repeat has
-- the same time, and what grows old lies together.
create table billing.seen_exchange (
  hour timestamptz not null,
  internal_id uuid not null,
  primary key (hour, internal_id)
);

-- Records that could not be counted, kept as they came.
create table billing.quarantine (
  topic text not null,
  partition int not null,
  record_offset bigint not null,
  reason text not null,
  value bytea not null,
  quarantined_at timestamptz not null default now(),
  primary key (topic, partition, record_offset)
);
