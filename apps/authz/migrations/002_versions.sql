-- Nothing that a decision depended on is lost: what a change replaces or removes is kept beside its table, with the versions
-- between which it was in force, and each version says who made it, when, why.

create table authz.change (
  version bigint primary key,
  at timestamptz not null,
  -- What changed: the directory, the rules, or a row by hand.
  kind text not null,
  who text not null,
  why text not null,
  -- Once the audit has been told.
  published_at timestamptz
);
create index change_unpublished on authz.change (version) where published_at is null;

-- The version that this transaction makes; the first call makes it, so that a transaction is one version and one notification.
-- The writer says who and why by set_config('authz.who' | 'authz.why' | 'authz.kind', …, true).
create function authz.begin_change() returns bigint language plpgsql as $$
declare
  made text := current_setting('authz.version', true);
begin
  if made is not null and made <> '' then return made::bigint; end if;
  -- One writer at a time: the next waits here.
  update authz.rules_version set version = version + 1, changed_at = clock_timestamp() returning version into made;
  perform set_config('authz.version', made, true);
  insert into authz.change (version, at, kind, who, why) values (
    made::bigint, clock_timestamp(),
    coalesce(nullif(current_setting('authz.kind', true), ''), 'by-hand'),
    coalesce(nullif(current_setting('authz.who', true), ''), session_user),
    coalesce(nullif(current_setting('authz.why', true), ''), 'not stated')
  );
  perform pg_notify('authz_rules_version', made);
  return made::bigint;
end $$;

create function authz.keep_history() returns trigger language plpgsql as $$
declare
  version bigint := authz.begin_change();
begin
  if tg_op <> 'INSERT' and old.since_version <> version then
    execute format('insert into authz.%I select ($1).*, $2', tg_table_name || '_history') using old, version;
  end if;
  if tg_op = 'DELETE' then return old; end if;
  new.since_version := version;
  return new;
end $$;

create function authz.refuse_truncate() returns trigger language plpgsql as $$
begin
  raise exception 'authz.% keeps its history: delete its rows instead', tg_table_name;
end $$;

drop trigger certificate_name_changed on authz.certificate_name;
drop trigger interaction_alias_changed on authz.interaction_alias;
drop function authz.bump_rules_version_on_change();
drop function authz.bump_rules_version();

-- Data sharing rules: the matching rule of the lowest priority decides. A null selector matches anything.
alter table authz.agreement add column rule_id text;
update authz.agreement set rule_id = 'rule-' || ordinal;
alter table authz.agreement drop constraint agreement_pkey;
alter table authz.agreement drop column ordinal;
alter table authz.agreement alter column rule_id set not null;
alter table authz.agreement add primary key (rule_id);
alter table authz.agreement add column capability text;
alter table authz.agreement add check (interaction is null or capability is null);
alter table authz.agreement add column note text;

-- Interactions that are agreed upon together.
create table authz.capability_interaction (
  capability text not null,
  interaction text not null,
  primary key (capability, interaction)
);

-- What holds for one interaction where it differs from the service's own settings.
create table authz.interaction_policy (
  interaction text primary key,
  -- Where no data sharing rule matches; null leaves it to the service. With 'exempt' no rule is asked for.
  agreement text check (agreement in ('allow', 'deny', 'exempt')),
  -- Whether it may come over the internet at all.
  internet boolean not null default true
);

do $$
declare
  kept text;
begin
  foreach kept in array array[
    'accredited_system', 'message_handler', 'organisation', 'certificate_name', 'interaction_alias', 'agreement',
    'capability_interaction', 'interaction_policy'
  ] loop
    execute format('alter table authz.%I add column since_version bigint not null default 0', kept);
    execute format('create index %I on authz.%I (since_version)', kept || '_since', kept);
    execute format('create table authz.%I (like authz.%I, until_version bigint not null)', kept || '_history', kept);
    execute format('create index %I on authz.%I (until_version)', kept || '_until', kept || '_history');
    execute format(
      'create trigger keep_history before insert or update or delete on authz.%I
         for each row execute function authz.keep_history()', kept);
    execute format(
      'create trigger refuse_truncate before truncate on authz.%I
         for each statement execute function authz.refuse_truncate()', kept);
  end loop;
end $$;

create index accredited_system_history_asid on authz.accredited_system_history (asid);
create index message_handler_history_party on authz.message_handler_history (party_key_lower);
create index message_handler_party on authz.message_handler (party_key_lower);
create index message_handler_fqdn on authz.message_handler (lower(fqdn));
create index accredited_system_ods on authz.accredited_system (ods);
