-- Changes of the limits are kept as those of the rules are.
alter table audit.event drop constraint event_kind_check;
alter table audit.event add constraint event_kind_check
  check (kind in ('received', 'completed', 'rules.changed', 'limits.changed'));
alter table audit.event drop constraint event_of_exchange;
alter table audit.event add constraint event_of_exchange check (
  kind in ('rules.changed', 'limits.changed')
  or (internal_id is not null and method is not null and redacted_url is not null and remote_address is not null)
);

-- They are told at least once, and kept once.
create unique index event_limits_changed on audit.event (event_id, occurred_at) where kind = 'limits.changed';
