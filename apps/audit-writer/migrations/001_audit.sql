-- Every event of every exchange, once. Partitioned by month, so that what is beyond its retention is dropped whole.
create table audit.event (
  topic text not null,
  partition int not null,
  "offset" bigint not null,
  event_id text not null,
  kind text not null check (kind in ('received', 'completed')),
  occurred_at timestamptz(3) not null,
  internal_id uuid not null,
  trace_id text,
  from_asid text,
  to_asid text,
  interaction_id text,
  method text not null,
  redacted_url text not null,
  status int,
  outcome text,
  refusal text,
  remote_address text not null,
  certificate_serial text,
  certificate_dn text,
  -- json rather than jsonb: it keeps the text that the digest was made of, and takes every escape a caller's token may hold.
  body json not null,
  -- sha256 over the digest of the partition's event before it, and this one.
  digest bytea not null,
  primary key (topic, partition, "offset", occurred_at)
) partition by range (occurred_at);

create index event_internal_id on audit.event (internal_id);
create index event_trace_id on audit.event (trace_id) where trace_id is not null;
create index event_occurred_at on audit.event (occurred_at);

-- The targets as asked for, NHS numbers visible.
create table audit.full_url (
  topic text not null,
  partition int not null,
  "offset" bigint not null,
  internal_id uuid not null,
  occurred_at timestamptz(3) not null,
  url text not null,
  digest bytea not null,
  primary key (topic, partition, "offset", occurred_at)
) partition by range (occurred_at);

create index full_url_internal_id on audit.full_url (internal_id);

-- Records that are no such event, or that the tables would not take.
create table audit.quarantine (
  topic text not null,
  partition int not null,
  "offset" bigint not null,
  bytes bytea not null,
  reason text not null,
  at timestamptz not null default now(),
  primary key (topic, partition, "offset")
);

create table audit.consumer_offset (
  topic text not null,
  partition int not null,
  next_offset bigint not null,
  primary key (topic, partition)
);

-- The digests that the next rows of a partition are chained to.
create table audit.chain_head (
  topic text not null,
  partition int not null,
  event_digest bytea not null,
  url_digest bytea not null,
  primary key (topic, partition)
);

create function audit.refuse_change() returns trigger language plpgsql as $$
begin
  raise exception 'audit rows are never changed: % of %', tg_op, tg_table_name using errcode = 'insufficient_privilege';
end
$$;

-- Row triggers reach every partition by themselves; triggers on truncate do not, so each table gets its own.
create function audit.forbid_truncate(target regclass) returns void language plpgsql as $$
begin
  execute format('create trigger no_truncate before truncate on %s execute function audit.refuse_change()', target);
end
$$;

create trigger no_change before update or delete on audit.event
  for each row execute function audit.refuse_change();
create trigger no_change before update or delete on audit.full_url
  for each row execute function audit.refuse_change();
create trigger no_change before update or delete on audit.quarantine
  for each row execute function audit.refuse_change();

-- Takes events of months that have no partition of their own, such as those of a clock gone wrong.
create table audit.event_default partition of audit.event default;
create table audit.full_url_default partition of audit.full_url default;

select audit.forbid_truncate(t) from unnest(array[
  'audit.event', 'audit.event_default', 'audit.full_url', 'audit.full_url_default', 'audit.quarantine'
]::regclass[]) as t;

-- Makes the partitions of the month that `at` lies in. Returns false when the default partition already holds rows
-- of that month: then they stay there.
create function audit.ensure_month(at timestamptz) returns boolean language plpgsql as $$
declare
  since timestamptz := date_trunc('month', at, 'UTC');
  name text;
  parent text;
begin
  perform pg_advisory_xact_lock(hashtext('audit.ensure_month'));
  foreach parent in array array['event', 'full_url'] loop
    name := parent || '_' || to_char(since at time zone 'UTC', 'YYYYMM');
    continue when to_regclass('audit.' || name) is not null;
    execute format('create table audit.%I partition of audit.%I for values from (%L) to (%L)',
      name, parent, since, date_trunc('month', since + interval '32 days', 'UTC'));
    perform audit.forbid_truncate(('audit.' || quote_ident(name))::regclass);
  end loop;
  return true;
exception
  when check_violation then return false;
end
$$;

-- One row per exchange. The second part finds those whose received event is missing, which should be none.
create view audit.exchange as
select
  received.internal_id,
  received.occurred_at,
  received.occurred_at as received_at,
  completed.occurred_at as completed_at,
  received.trace_id,
  received.from_asid,
  received.to_asid,
  received.interaction_id,
  received.method,
  received.redacted_url,
  completed.status,
  completed.outcome,
  completed.refusal,
  received.remote_address,
  received.certificate_serial,
  received.certificate_dn,
  received.body as received,
  completed.body as completed
from audit.event received
left join audit.event completed on completed.internal_id = received.internal_id and completed.kind = 'completed'
where received.kind = 'received'
union all
select
  completed.internal_id,
  completed.occurred_at,
  null,
  completed.occurred_at,
  completed.trace_id,
  completed.from_asid,
  completed.to_asid,
  completed.interaction_id,
  completed.method,
  completed.redacted_url,
  completed.status,
  completed.outcome,
  completed.refusal,
  completed.remote_address,
  completed.certificate_serial,
  completed.certificate_dn,
  null,
  completed.body
from audit.event completed
where completed.kind = 'completed'
  and not exists (
    select from audit.event received
    where received.internal_id = completed.internal_id and received.kind = 'received'
  );

do $$
begin
  if not exists (select from pg_roles where rolname = 'ssp_auditor') then
    create role ssp_auditor nologin;
  end if;
exception
  -- Another database of the same server made it meanwhile.
  when duplicate_object or unique_violation then null;
end
$$;

revoke all on all tables in schema audit from public;
grant usage on schema audit to ssp_auditor;
grant select on audit.event, audit.exchange, audit.full_url to ssp_auditor;
