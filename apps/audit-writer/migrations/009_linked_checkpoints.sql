-- Checkpoints of the second form: linked to one another, with trees over the rows since the one before, from which a single row is proved.
-- Null in those of the first form.
alter table audit.checkpoint add column since bigint;
alter table audit.checkpoint add column event_root bytea;
alter table audit.checkpoint add column url_root bytea;
alter table audit.checkpoint add column put_aside_root bytea;
alter table audit.checkpoint add column previous bytea;
alter table audit.checkpoint add column key_id bytea;

-- Of several writers that sign at once, one is the next link.
create unique index checkpoint_since on audit.checkpoint (topic, partition, since) where since is not null;

-- Which key followed which, said by the one that was followed.
create table audit.key_change (
  key_id bytea not null,
  public_key bytea not null,
  signed_by bytea not null,
  at timestamptz(3) not null,
  signature bytea not null,
  primary key (signed_by)
);

create trigger no_change before update or delete on audit.key_change
  for each row execute function audit.refuse_change();

select audit.forbid_truncate('audit.key_change');

revoke all on audit.key_change from public;
grant select on audit.key_change to ssp_auditor;
