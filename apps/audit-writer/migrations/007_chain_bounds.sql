-- Where a partition's chains begin, so that a first row taken away is missed; and up to where events may lack the columns of
-- decisions, so that nobody can empty those of later events unseen.
alter table audit.chain_head add column first_offset bigint;
alter table audit.chain_head add column columns_since bigint not null default 0;

update audit.chain_head set
  first_offset = (
    select least(
      (select min("offset") from audit.event
       where event.topic = chain_head.topic and event.partition = chain_head.partition),
      (select min("offset") from audit.quarantine
       where quarantine.topic = chain_head.topic and quarantine.partition = chain_head.partition)
    )
  ),
  columns_since = coalesce((
    select next_offset from audit.consumer_offset
    where consumer_offset.topic = chain_head.topic and consumer_offset.partition = chain_head.partition
  ), 0);
