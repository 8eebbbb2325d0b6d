-- What the chains of a partition came to at a time, signed with a key that the database does not know: whoever can
-- rewrite the tables, digests and all, cannot rewrite these.
create table audit.checkpoint (
  topic text not null,
  partition int not null,
  next_offset bigint not null,
  at timestamptz(3) not null,
  event_digest bytea not null,
  url_digest bytea not null,
  signature bytea not null,
  primary key (topic, partition, next_offset)
);

create trigger no_change before update or delete on audit.checkpoint
  for each row execute function audit.refuse_change();

select audit.forbid_truncate('audit.checkpoint');

revoke all on audit.checkpoint from public;
grant select on audit.checkpoint, audit.chain_head, audit.consumer_offset, audit.quarantine to ssp_auditor;
