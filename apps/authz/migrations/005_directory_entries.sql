-- What the directory listed at the last load: which entry gave which row, in which revision, or why it gives none. By it a later
-- load tells what is new, changed or gone without reading all of it again. Not a fact that decisions rest on, so without a history.
create table authz.directory_entry (
  dn text primary key,
  kind text not null check (kind in ('system', 'handler', 'organisation')),
  -- Of the row it gives, or would give were it not a duplicate.
  id text,
  -- Why it is set aside; null where it gives a row.
  reason text,
  -- modifyTimestamp, as the directory writes it.
  modified text,
  -- entryCSN, or modifyTimestamp where the directory tells no sequence number.
  revision text
);
create index directory_entry_modified on authz.directory_entry (modified);
create index directory_entry_row on authz.directory_entry (kind, id);

-- What the directory holds that makes no sense, and why it was left out.
drop table authz.set_aside;
create view authz.set_aside as select dn, reason from authz.directory_entry where reason is not null;

-- loaded_at: when the tables were last known to equal the directory. The counts are those of the last whole load: what loads in
-- between may remove is measured by them.
alter table authz.directory_load
  drop column digest,
  add column whole_at timestamptz,
  add column systems int,
  add column handlers int;
