-- The version of everything a decision depends on. One row; whoever changes a table below bumps it.
create table authz.rules_version (
  only_row boolean primary key default true check (only_row),
  version bigint not null,
  changed_at timestamptz not null
);
insert into authz.rules_version (version, changed_at) values (0, now());

create function authz.bump_rules_version() returns bigint language plpgsql as $$
declare
  bumped bigint;
begin
  update authz.rules_version set version = version + 1, changed_at = now() returning version into bumped;
  perform pg_notify('authz_rules_version', bumped::text);
  return bumped;
end $$;

create function authz.bump_rules_version_on_change() returns trigger language plpgsql as $$
begin
  perform authz.bump_rules_version();
  return null;
end $$;

-- Accredited systems (nhsAs).
create table authz.accredited_system (
  asid text primary key,
  ods text not null,
  party_key text not null,
  -- Party keys are compared without case.
  party_key_lower text not null generated always as (lower(party_key)) stored,
  manufacturer_org text,
  product_name text,
  interactions text[] not null,
  category_bag text[] not null
);

-- Message handlers (nhsMhs): what a party receives, where, and under which certificate name.
create table authz.message_handler (
  handler_id text primary key,
  cpa_id text not null,
  party_key text not null,
  party_key_lower text not null generated always as (lower(party_key)) stored,
  ods text,
  interaction text,
  -- Verbatim: refusals show the directory's own value.
  endpoints text[] not null,
  fqdn text,
  manufacturer_org text
);

create table authz.organisation (
  ods text primary key,
  name text
);

-- What the directory holds that makes no sense, and why it was left out.
create table authz.set_aside (
  ordinal int primary key,
  dn text not null,
  reason text not null
);

-- One row: what the last load of the directory was.
create table authz.directory_load (
  only_row boolean primary key default true check (only_row),
  loaded_at timestamptz not null,
  digest text not null
);

-- Names that a system's certificate may bear beside those the directory knows.
create table authz.certificate_name (
  asid text not null,
  fqdn text not null,
  primary key (asid, fqdn)
);
create trigger certificate_name_changed
  after insert or update or delete or truncate on authz.certificate_name
  for each statement execute function authz.bump_rules_version_on_change();

-- Interactions that a provider registers under another name than consumers ask for.
create table authz.interaction_alias (
  requested text primary key,
  registered text not null
);
create trigger interaction_alias_changed
  after insert or update or delete or truncate on authz.interaction_alias
  for each statement execute function authz.bump_rules_version_on_change();
insert into authz.interaction_alias (requested, registered) values (
  'urn:nhs:names:services:nrl:DocumentReference.content.read',
  'urn:nhs:names:services:nrl:DocumentReference.content'
);

-- Data sharing rules: the matching rule of the lowest priority decides. A null selector matches anything.
create table authz.agreement (
  ordinal int primary key,
  agreement_id text not null,
  priority int not null,
  from_asid text,
  from_ods text,
  to_asid text,
  to_ods text,
  interaction text,
  effect text not null check (effect in ('allow', 'deny')),
  valid_from timestamptz,
  valid_to timestamptz,
  check (from_asid is null or from_ods is null),
  check (to_asid is null or to_ods is null)
);
