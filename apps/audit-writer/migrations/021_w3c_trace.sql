-- The trace that a consumer's own system knows the request by (W3C Trace Context), where it told one. No row from before this column
-- is of an event that tells of any.
alter table audit.event add column w3c_trace_id text;

-- Only of rows that have one: most have none, and cost nothing by it.
create index event_w3c_trace_id on audit.event (w3c_trace_id) where w3c_trace_id is not null;
