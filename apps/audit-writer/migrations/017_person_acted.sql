-- Sign-ins and deeds of people; told at least once, and kept once.
create unique index event_person_acted on audit.event (event_id, occurred_at) where kind = 'person.acted';
