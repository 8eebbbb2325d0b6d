-- What was in force at a version, as a relation for each table: `authz.agreement_at(7)`. Plain enough for the planner to take
-- apart, so that a condition on it is a condition on the table and on its history.
do $$
declare
  kept text;
begin
  foreach kept in array array[
    'accredited_system', 'message_handler', 'organisation', 'certificate_name', 'interaction_alias', 'agreement',
    'capability_interaction', 'interaction_policy'
  ] loop
    execute format($function$
      create function authz.%1$I(at_version bigint) returns setof authz.%3$I language sql stable as $body$
        select held.*, null::bigint from authz.%2$I as held where held.since_version <= at_version
        union all
        select past.* from authz.%3$I as past
        where past.since_version <= at_version and past.until_version > at_version
      $body$
    $function$, kept || '_at', kept, kept || '_history');
  end loop;
end $$;

create index accredited_system_party on authz.accredited_system (party_key_lower);
create index accredited_system_history_party on authz.accredited_system_history (party_key_lower);
create index message_handler_history_fqdn on authz.message_handler_history (lower(fqdn));
create index change_at on authz.change (at);
