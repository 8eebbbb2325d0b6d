-- Producers that number their events on a topic, each start of one anew (CloudEvents source and sequence).
create table audit.producer (
  -- Bounded by the constraint below.
  no int generated always as identity primary key check (no < 8388608),
  topic text not null,
  source text not null,
  -- When its first event was written.
  since timestamptz not null default now(),
  unique (topic, source)
);

-- Which of a producer's numbers are kept, as runs without a hole, written with their events; runs that touch are joined later. What is
-- proved is proved from the events themselves: these are for noticing at once.
create table audit.number_run (
  producer_no int not null references audit.producer,
  first_number bigint not null check (first_number > 0),
  last_number bigint not null check (last_number < 1099511627776),
  -- When the first of it was written.
  at timestamptz not null default now(),
  check (first_number <= last_number),
  -- No number is kept twice, whichever writers write at once. Producers are parted by the high bits, for want of ranges of pairs.
  constraint number_once exclude using gist (
    int8range((producer_no::bigint << 40) + first_number, (producer_no::bigint << 40) + last_number, '[]') with &&
  )
);

-- Rows come and go with each batch.
alter table audit.number_run set (autovacuum_vacuum_scale_factor = 0.05, autovacuum_vacuum_threshold = 1000);

revoke all on audit.producer, audit.number_run from public;
grant select on audit.producer, audit.number_run to ssp_auditor;

grant select on audit.producer, audit.number_run to ssp_audit_retire;
grant select, insert on audit.producer to ssp_audit_writer;
grant select, insert, delete on audit.number_run to ssp_audit_writer;
