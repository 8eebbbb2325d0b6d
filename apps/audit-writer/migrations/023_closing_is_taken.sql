-- A writer that closes exchanges of a partition has it to itself until then, without a transaction that lasts while it tells Kafka.
-- Null, or past: anybody may take it. A writer from before this column knows no such time; what both tell is kept once.
alter table audit.closing add column taken_until timestamptz;
