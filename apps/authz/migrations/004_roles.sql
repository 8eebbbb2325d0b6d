-- Who may do what: the decision process only reads, the loader of the directory and the operator API write, and nobody but the owner of
-- the schema can drop or rewrite what was.

do $$
declare
  wanted text;
begin
  foreach wanted in array array['ssp_authz_read', 'ssp_authz_write'] loop
    continue when exists (select from pg_roles where rolname = wanted);
    begin
      execute format('create role %I nologin', wanted);
    exception
      -- Another database of the same server made it meanwhile.
      when duplicate_object or unique_violation then null;
      when insufficient_privilege then
        raise exception '% may not create the role %', current_user, wanted
          using hint = 'Have an administrator run: create role ssp_authz_read nologin; create role ssp_authz_write nologin; then migrate again.';
    end;
  end loop;
end $$;

-- Which transaction made the version that is held: what a session says of itself is not believed.
alter table authz.rules_version add column made_by xid8;

create or replace function authz.begin_change() returns bigint
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  made bigint;
begin
  select version into made from authz.rules_version where made_by = pg_current_xact_id();
  if found then return made; end if;
  -- One writer at a time: the next waits here.
  update authz.rules_version set version = version + 1, changed_at = clock_timestamp(), made_by = pg_current_xact_id()
    returning version into made;
  insert into authz.change (version, at, kind, who, why) values (
    made, clock_timestamp(),
    coalesce(nullif(current_setting('authz.kind', true), ''), 'by-hand'),
    coalesce(nullif(current_setting('authz.who', true), ''), session_user),
    coalesce(nullif(current_setting('authz.why', true), ''), 'not stated')
  );
  perform pg_notify('authz_rules_version', made::text);
  return made;
end $$;

create or replace function authz.keep_history() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  version bigint;
begin
  -- For each row: cheaper than the call.
  select held.version into version from authz.rules_version held where made_by = pg_current_xact_id();
  if not found then version := authz.begin_change(); end if;
  if tg_op <> 'INSERT' and old.since_version <> version then
    execute format('insert into authz.%I select ($1).*, $2', tg_table_name || '_history') using old, version;
  end if;
  if tg_op = 'DELETE' then return old; end if;
  new.since_version := version;
  return new;
end $$;

-- The one thing of a change that is written later: that the audit has been told.
create function authz.mark_published(told bigint[]) returns void
language sql security definer set search_path = pg_catalog, pg_temp as $$
  update authz.change set published_at = clock_timestamp() where version = any(told) and published_at is null
$$;

revoke execute on all functions in schema authz from public;
revoke all on all tables in schema authz from public;
grant usage on schema authz to ssp_authz_read, ssp_authz_write;
grant select on all tables in schema authz to ssp_authz_read, ssp_authz_write;

do $$
declare
  writable text;
begin
  for writable in
    select format('authz.%I', tablename) from pg_tables
    where schemaname = 'authz' and tablename not in ('change', 'rules_version', 'migration')
      and tablename not like '%\_history'
  loop
    execute format('grant insert, update, delete on %s to ssp_authz_write', writable);
  end loop;
end $$;
-- Enough to lock the row: this column can hold only what it holds.
grant update (only_row) on authz.rules_version to ssp_authz_write;
grant execute on function authz.begin_change(), authz.mark_published(bigint[]) to ssp_authz_write;

-- What only reads may be called by who reads: it has no more rights than its caller.
do $$
declare
  reading regprocedure;
begin
  for reading in
    select oid from pg_proc
    where pronamespace = 'authz'::regnamespace and provolatile <> 'v' and not prosecdef
  loop
    execute format('grant execute on function %s to ssp_authz_read, ssp_authz_write', reading);
  end loop;
end $$;

-- For the tables of later migrations; one that keeps history takes its writing back.
alter default privileges in schema authz grant select on tables to ssp_authz_read, ssp_authz_write;
alter default privileges in schema authz grant insert, update, delete on tables to ssp_authz_write;
