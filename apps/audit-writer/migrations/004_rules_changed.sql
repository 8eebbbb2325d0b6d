-- Changes of the rules are kept beside the exchanges, in the same chains; they have no request to tell of.
alter table audit.event drop constraint event_kind_check;
alter table audit.event add constraint event_kind_check check (kind in ('received', 'completed', 'rules.changed'));
alter table audit.event alter column internal_id drop not null;
alter table audit.event alter column method drop not null;
alter table audit.event alter column redacted_url drop not null;
alter table audit.event alter column remote_address drop not null;
alter table audit.event add constraint event_of_exchange check (
  kind = 'rules.changed'
  or (internal_id is not null and method is not null and redacted_url is not null and remote_address is not null)
);

-- They are told at least once, and kept once.
create unique index event_rules_changed on audit.event (event_id, occurred_at) where kind = 'rules.changed';
