-- Bodies lie beside their row as they are: compressing each by itself, as Postgres would above 2 kB, takes more time than all
-- else that a row costs, and saves a third of its space.
create or replace function audit.ensure_month(at timestamptz) returns boolean language plpgsql as $$
declare
  since timestamptz := date_trunc('month', at, 'UTC');
  name text;
  parent text;
begin
  perform pg_advisory_xact_lock(hashtext('audit.ensure_month'));
  foreach parent in array array['event', 'full_url'] loop
    name := parent || '_' || to_char(since at time zone 'UTC', 'YYYYMM');
    continue when to_regclass('audit.' || name) is not null;
    execute format('create table audit.%I partition of audit.%I for values from (%L) to (%L) with (toast_tuple_target = 8160)',
      name, parent, since, date_trunc('month', since + interval '32 days', 'UTC'));
    perform audit.forbid_truncate(('audit.' || quote_ident(name))::regclass);
  end loop;
  return true;
exception
  when check_violation then return false;
end
$$;

do $$
declare
  part regclass;
begin
  for part in select inhrelid::regclass from pg_inherits where inhparent in ('audit.event'::regclass, 'audit.full_url'::regclass) loop
    execute format('alter table %s set (toast_tuple_target = 8160)', part);
  end loop;
end
$$;
