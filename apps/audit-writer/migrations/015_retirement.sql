-- What of the chains has been dropped, being beyond its retention: a run of rows of one chain and month that followed each other, with the digests at
-- its edges, signed. Without the statement of a run its rows are missing.
create table audit.retirement (
  number bigint generated always as identity,
  topic text not null,
  partition int not null,
  chain text not null check (chain in ('event', 'url')),
  first_offset bigint not null,
  next_offset bigint not null check (next_offset > first_offset),
  rows bigint not null check (rows > 0),
  digest_before bytea not null,
  digest_after bytea not null,
  month text not null,
  at timestamptz(3) not null,
  -- The event that has told of it, and says who and why.
  event_id text not null,
  key_id bytea not null,
  signature bytea not null,
  primary key (topic, partition, chain, first_offset)
);

create unique index retirement_number on audit.retirement (number);

-- Digests of dropped rows that share a tree with rows that are kept, which could not be proved without. Nobody need believe them: a wrong
-- one does not lead to the root that is signed.
create table audit.retired_digest (
  topic text not null,
  partition int not null,
  chain text not null check (chain in ('event', 'url')),
  "offset" bigint not null,
  digest bytea not null,
  primary key (topic, partition, chain, "offset")
);

create trigger no_change before update or delete on audit.retirement
  for each row execute function audit.refuse_change();
create trigger no_change before update or delete on audit.retired_digest
  for each row execute function audit.refuse_change();
select audit.forbid_truncate('audit.retirement');
select audit.forbid_truncate('audit.retired_digest');

-- They are told at least once, and kept once.
create unique index event_audit_retired on audit.event (event_id, occurred_at) where kind = 'audit.retired';

-- Drops the tables of whole months, given by their first days, whose rows are exactly as many as the retirements of that event say. Writers and
-- readers wait for a third of a second at most each time that the lock is tried for.
create function audit.drop_months(months date[], told_by text) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  parent text;
  leaf regclass;
  leaves text[] := '{}';
  of_parent text[];
  month date;
  differs boolean;
  tries int := 0;
begin
  perform set_config('lock_timeout', '10s', true);
  foreach parent in array array['event', 'full_url'] loop
    of_parent := '{}';
    foreach month in array months loop
      leaf := to_regclass('audit.' || parent || '_' || to_char(month, 'YYYYMM'));
      if leaf is null then
        raise exception 'there is no table audit.%_%', parent, to_char(month, 'YYYYMM') using errcode = 'undefined_table';
      end if;
      -- Nothing is written to it any more, while all can still be read and the other months be written.
      execute format('lock table %s in share mode', leaf);
      of_parent := of_parent || format('select topic, partition from %s', leaf);
      leaves := leaves || leaf::text;
    end loop;
    execute format(
      'select exists (
         select from (select topic, partition, count(*) as rows from (%s) as old group by 1, 2) as held
         full join (
           select topic, partition, sum(rows) as rows from audit.retirement
           where event_id = $1 and chain = $2 group by 1, 2
         ) as said using (topic, partition)
         where held.rows is distinct from said.rows)',
      array_to_string(of_parent, ' union all '))
    into differs using told_by, case parent when 'event' then 'event' else 'url' end;
    if differs then
      raise exception 'audit.% holds other rows of these months than were verified and signed', parent
        using errcode = 'object_not_in_prerequisite_state';
    end if;
  end loop;
  loop
    begin
      perform set_config('lock_timeout', '300ms', true);
      execute format('lock table only audit.event, only audit.full_url, %s in access exclusive mode',
        array_to_string(leaves, ', '));
      exit;
    exception when lock_not_available then
      tries := tries + 1;
      if tries = 120 then raise; end if;
      perform pg_sleep(0.2 + random() * 0.6);
    end;
  end loop;
  execute 'drop table ' || array_to_string(leaves, ', ');
end
$$;

-- Roles to act as (POSTGRES_ROLE), so that neither the writer nor the command that drops months needs to own the tables.
do $$
declare
  name text;
begin
  foreach name in array array['ssp_audit_writer', 'ssp_audit_retire'] loop
    begin
      if not exists (select from pg_roles where rolname = name) then
        execute format('create role %I nologin', name);
      end if;
    exception
      -- Another database of the same server made it meanwhile.
      when duplicate_object or unique_violation then null;
    end;
  end loop;
end
$$;

-- It makes tables, which its caller need not own.
alter function audit.ensure_month(timestamptz) security definer set search_path = pg_catalog, pg_temp;
revoke execute on function audit.ensure_month(timestamptz), audit.drop_months(date[], text) from public;
revoke all on audit.retirement, audit.retired_digest from public;

grant usage on schema audit to ssp_audit_writer, ssp_audit_retire;
grant select on all tables in schema audit to ssp_audit_retire;
grant insert on audit.retirement, audit.retired_digest to ssp_audit_retire;
grant execute on function audit.drop_months(date[], text) to ssp_audit_retire;

grant select on audit.event, audit.full_url, audit.exchange, audit.quarantine, audit.consumer_offset, audit.chain_head,
  audit.checkpoint, audit.key_change, audit.closing, audit.retirement, audit.retired_digest to ssp_audit_writer;
grant insert on audit.event, audit.full_url, audit.quarantine, audit.consumer_offset, audit.chain_head, audit.checkpoint,
  audit.closing to ssp_audit_writer;
grant update on audit.consumer_offset, audit.chain_head, audit.closing to ssp_audit_writer;
grant execute on function audit.ensure_month(timestamptz) to ssp_audit_writer;

grant select on audit.retirement, audit.retired_digest to ssp_auditor;
