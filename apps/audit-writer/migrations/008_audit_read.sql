-- What people take out of the audit is kept as what operators change is. Any further kind of the sort needs its index alone.
alter table audit.event drop constraint event_kind_check;
alter table audit.event add constraint event_kind_check check (kind in ('received', 'completed') or kind like '%.%');
alter table audit.event drop constraint event_of_exchange;
alter table audit.event add constraint event_of_exchange check (
  kind like '%.%'
  or (internal_id is not null and method is not null and redacted_url is not null and remote_address is not null)
);

-- They are told at least once, and kept once.
create unique index event_audit_read on audit.event (event_id, occurred_at) where kind = 'audit.read';
