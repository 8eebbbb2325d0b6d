-- Whose systems the parties are, so that an organisation's exchanges can be found. Null in rows from before these columns, and
-- where authz was not asked.
alter table audit.event add column sender_ods text;
alter table audit.event add column receiver_ods text;

-- The newest first of one system, organisation or interaction, and of what did not simply go well, without looking at the rest.
create index event_from_asid on audit.event (from_asid, occurred_at) where from_asid is not null;
create index event_to_asid on audit.event (to_asid, occurred_at) where to_asid is not null;
create index event_interaction_id on audit.event (interaction_id, occurred_at) where interaction_id is not null;
create index event_sender_ods on audit.event (sender_ods, occurred_at) where sender_ods is not null;
create index event_receiver_ods on audit.event (receiver_ods, occurred_at) where receiver_ods is not null;
create index event_refusal on audit.event (refusal, occurred_at) where refusal is not null;
create index event_outcome on audit.event (outcome, occurred_at) where outcome <> 'forwarded';
