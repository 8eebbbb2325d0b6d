-- The hours that were held against the audit, and what they came to.
create table billing.reconciled_hour (
  hour timestamptz primary key,
  -- Raised with whatever is counted for the hour after this row was made; what was reconciled is what had been counted by `as_of`.
  changes bigint not null default 0,
  as_of bigint not null default -1,
  -- Null until it was first reconciled.
  at timestamptz,
  is_balanced boolean not null default false,
  told bigint not null default 0,
  audited bigint not null default 0,
  entered bigint not null default 0,
  requests bigint not null default 0,
  billable bigint not null default 0,
  request_bytes bigint not null default 0,
  response_bytes bigint not null default 0,
  closed bigint not null default 0,
  -- Beside late ones, however many are named below.
  differences bigint not null default 0,
  -- How far the audit had come with each partition of the topic: what lies beyond came late.
  written jsonb not null default '[]'
);

-- Few among all: those to be looked at again.
create index reconciled_hour_open on billing.reconciled_hour (hour) where not is_balanced or changes <> as_of;

-- What differed, by exchange where there is one. Those of an hour are replaced when it is reconciled again, but for late ones.
create table billing.difference (
  id bigint generated always as identity primary key,
  hour timestamptz not null references billing.reconciled_hour on delete cascade,
  kind text not null check (kind in ('lost', 'doubled', 'altered', 'missing', 'surplus', 'late', 'retired')),
  internal_id uuid,
  trace_id text,
  about text not null
);

create index difference_hour on billing.difference (hour, id);
