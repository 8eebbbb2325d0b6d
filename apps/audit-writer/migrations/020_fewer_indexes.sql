-- Each index of these tables is looked at for each row that is written, those of few rows too.

-- What is told at least once and kept once, of whichever kind, and found by its kind and time: one index instead of one for each kind.
create unique index event_deed on audit.event (kind, occurred_at, event_id) where kind <> 'received' and kind <> 'completed';

drop index audit.event_rules_changed, audit.event_limits_changed, audit.event_audit_read, audit.event_exchange_closed,
  audit.event_audit_retired, audit.event_person_acted, audit.event_edge_tally, audit.event_tally_hour;

-- A full URL is found by the place of its event, which is found by its exchange.
drop index audit.full_url_internal_id;
