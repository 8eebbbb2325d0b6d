-- What a decision rested on beside the exchange's own columns, so that it can be found, explained and judged again under other
-- rules. Null in rows from before these columns, whose bodies hold it all the same.
alter table audit.event add column decision_id text;
-- Host names, so a comma parts them.
alter table audit.event add column certificate_names text;
alter table audit.event add column network text;

create index event_decision_id on audit.event (decision_id) where decision_id is not null;
