-- What edges count of each hour is kept beside the exchanges, in the same chains: told again after a send of unknown end, and kept once.
create unique index event_edge_tally on audit.event (event_id, occurred_at) where kind = 'edge.tally';
-- To be found by their hour.
create index event_tally_hour on audit.event (occurred_at) where kind = 'edge.tally';
