-- Who signs in to Postgres, and as what each may act (docs/accounts.md). An administrator runs it in the platform's database before the
-- first migration, and again with each version: what is there stays, and a login loses those roles of the platform that are not listed.
-- Passwords are set apart; what a role may do, migrations say.
do $$
declare
  -- Of people, and of what is run by hand: who has a login of their own is granted one.
  by_hand constant text[] := array['ssp_auditor', 'ssp_audit_retire', 'ssp_billing_read'];
  logins constant jsonb := '{
    "authz": ["ssp_authz_read"],
    "sync-sds": ["ssp_authz_write"],
    "authz-admin-api": ["ssp_authz_write"],
    "throttle": ["ssp_throttle_read"],
    "throttle-admin-api": ["ssp_throttle_write"],
    "audit-writer": ["ssp_audit_writer"],
    "billing-aggregator": ["ssp_billing_aggregator"],
    "query-api": ["ssp_billing_books"],
    "load": ["ssp_authz_write", "ssp_throttle_write", "ssp_billing_books"],
    "migrate": []
  }';
  database constant text := current_database();
  name text;
  role text;
begin
  for role in select unnest(by_hand) union select jsonb_array_elements_text(value) from jsonb_each(logins) order by 1 loop
    continue when exists (select from pg_roles where rolname = role);
    execute format('create role %I nologin', role);
  end loop;

  -- Nobody connects for being anybody.
  execute format('revoke all on database %I from public', database);
  for role in select unnest(by_hand) loop
    execute format('grant connect on database %I to %I', database, role);
  end loop;

  for name in select jsonb_object_keys(logins) loop
    if not exists (select from pg_roles where rolname = name) then
      execute format('create role %I login', name);
    end if;
    execute format('grant connect on database %I to %I', database, name);
    for role in select jsonb_array_elements_text(logins -> name) loop
      execute format('grant %I to %I', role, name);
    end loop;
    for role in
      select held.rolname
      from pg_auth_members as membership
      join pg_roles as held on held.oid = membership.roleid
      join pg_roles as holder on holder.oid = membership.member
      where holder.rolname = name and starts_with(held.rolname, 'ssp_') and not logins -> name ? held.rolname
    loop
      execute format('revoke %I from %I', role, name);
    end loop;
  end loop;

  -- Migrations make the schemas, which their login then owns.
  execute format('grant create on database %I to migrate', database);
  -- The directory is staged in temporary tables.
  execute format('grant temporary on database %I to ssp_authz_write', database);
end
$$;
