-- What people accept of hours that do not balance and that nobody can mend, so that their month can be closed all the same.
create table billing.acceptance (
  id bigint generated always as identity primary key,
  from_hour timestamptz not null,
  -- Excluded.
  to_hour timestamptz not null check (to_hour > from_hour),
  -- One difference of an hour, as it was named. Where they are null it is all hours of the stretch whose audit or ledger is not there whole.
  kind text,
  internal_id uuid,
  about text,
  who text not null,
  why text not null,
  accepted_at timestamptz(3) not null,
  check ((kind is null) = (about is null) and (kind is not null or internal_id is null)),
  check (kind is null or to_hour = from_hour + interval '1 hour')
);

-- The same is accepted once.
create unique index acceptance_of_difference on billing.acceptance (from_hour, kind, internal_id, md5(about)) nulls not distinct
where kind is not null;
create index acceptance_of_stretch on billing.acceptance (from_hour, to_hour) where kind is null;

create trigger no_change before update or delete on billing.acceptance for each row execute function billing.refuse_change();
create trigger no_truncate before truncate on billing.acceptance execute function billing.refuse_change();
grant insert on billing.acceptance to ssp_billing_books;

-- What a month was closed with: why without the audit, null where it was held against it; and what had been accepted of its hours, by whom.
alter table billing.period add column unreconciled text;
alter table billing.period add column accepted jsonb not null default '[]';
