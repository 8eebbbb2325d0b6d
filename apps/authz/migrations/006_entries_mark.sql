-- Another value after every load that writes directory_entry: by it a loader sees whether what it remembers of the entries still holds.
alter table authz.directory_load add column entries_mark uuid not null default gen_random_uuid();
