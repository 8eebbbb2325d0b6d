-- Exchanges that nobody ended are closed by an event of the audit's own, told at least once and kept once.
create unique index event_exchange_closed on audit.event (event_id, occurred_at) where kind = 'exchange.closed';

-- How far the received events of a partition have been looked through for such exchanges: all below `settled_below` have an end or
-- are closed; those up to `arrived_below` had arrived at `arrived_by`, and are next once that is long enough ago.
create table audit.closing (
  topic text not null,
  partition int not null,
  settled_below bigint not null,
  arrived_below bigint not null,
  arrived_by timestamptz not null,
  primary key (topic, partition)
);

revoke all on audit.closing from public;

-- As before; an end that comes after the closing takes its place.
create or replace view audit.exchange as
select
  received.internal_id,
  received.occurred_at,
  received.occurred_at as received_at,
  completed.occurred_at as completed_at,
  received.trace_id,
  received.from_asid,
  received.to_asid,
  received.interaction_id,
  received.method,
  received.redacted_url,
  completed.status,
  coalesce(completed.outcome, closed.outcome) as outcome,
  completed.refusal,
  received.remote_address,
  received.certificate_serial,
  received.certificate_dn,
  received.body as received,
  completed.body as completed,
  case when completed.internal_id is null then (closed.body->'data'->>'closedAt')::timestamptz end as closed_at
from audit.event received
left join audit.event completed on completed.internal_id = received.internal_id and completed.kind = 'completed'
left join audit.event closed on closed.internal_id = received.internal_id and closed.kind = 'exchange.closed'
where received.kind = 'received'
union all
select
  completed.internal_id,
  completed.occurred_at,
  null,
  completed.occurred_at,
  completed.trace_id,
  completed.from_asid,
  completed.to_asid,
  completed.interaction_id,
  completed.method,
  completed.redacted_url,
  completed.status,
  completed.outcome,
  completed.refusal,
  completed.remote_address,
  completed.certificate_serial,
  completed.certificate_dn,
  null,
  completed.body,
  null
from audit.event completed
where completed.kind = 'completed'
  and not exists (
    select from audit.event received
    where received.internal_id = completed.internal_id and received.kind = 'received'
  );
