-- Since when an hour waits to be summed up again. What was marked before is as if it had been marked just now.
alter table billing.stale_hour add column marked_at timestamptz not null default now();
