-- The limits, every version of them: the last one is in force. Nothing that a refusal depended on is lost.
create table throttle.limits_version (
  version bigint primary key,
  at timestamptz not null,
  who text not null check (length(who) between 1 and 500),
  why text not null check (length(why) between 1 and 1000),
  -- 'file' for the load of a reviewed file, 'operator' for the operator API.
  kind text not null default 'by-hand',
  document jsonb not null,
  -- As it was written, with its comments.
  text text not null,
  -- Once the audit has been told.
  published_at timestamptz
);
create index limits_version_unpublished on throttle.limits_version (version) where published_at is null;

create function throttle.number_version() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  -- One writer at a time: versions rise in the order in which they are committed, without a gap.
  perform pg_advisory_xact_lock(hashtext('throttle.limits_version'));
  new.version := coalesce((select max(version) from throttle.limits_version), 0) + 1;
  new.at := clock_timestamp();
  new.published_at := null;
  perform pg_notify('throttle_limits_version', new.version::text);
  return new;
end $$;
create trigger number_version before insert on throttle.limits_version
  for each row execute function throttle.number_version();

create function throttle.refuse_change() returns trigger language plpgsql as $$
begin
  if tg_op = 'UPDATE' then
    -- The one thing of a version that is written later: that the audit has been told.
    if (to_jsonb(new) - 'published_at') = (to_jsonb(old) - 'published_at') and old.published_at is null then
      return new;
    end if;
  end if;
  raise exception 'throttle.limits_version keeps every version: add another one';
end $$;
create trigger refuse_change before update or delete on throttle.limits_version
  for each row execute function throttle.refuse_change();
create trigger refuse_truncate before truncate on throttle.limits_version
  for each statement execute function throttle.refuse_change();

create function throttle.mark_published(told bigint) returns void
language sql security definer set search_path = pg_catalog, pg_temp as $$
  update throttle.limits_version set published_at = clock_timestamp() where version = told and published_at is null
$$;

-- Roles of their own: throttle reads, the operator API and the load add versions, and nobody of them changes one.
-- The logins are the deployment's to make: grant ssp_throttle_read or ssp_throttle_write to each.
do $$
declare
  wanted text;
begin
  foreach wanted in array array['ssp_throttle_read', 'ssp_throttle_write'] loop
    continue when exists (select from pg_roles where rolname = wanted);
    begin
      execute format('create role %I nologin', wanted);
    exception
      -- Another database of the same server made it meanwhile.
      when duplicate_object or unique_violation then null;
      when insufficient_privilege then
        raise exception '% may not create the role %', current_user, wanted
          using hint = 'Have an administrator run: create role ssp_throttle_read nologin; create role ssp_throttle_write nologin; then migrate again.';
    end;
  end loop;
end $$;
revoke execute on all functions in schema throttle from public;
revoke all on all tables in schema throttle from public;
grant usage on schema throttle to ssp_throttle_read, ssp_throttle_write;
grant select on throttle.limits_version to ssp_throttle_read, ssp_throttle_write;
grant insert (who, why, kind, document, text) on throttle.limits_version to ssp_throttle_write;
grant execute on function throttle.mark_published(bigint) to ssp_throttle_write;
