-- The books: what is paid for usage. Rows are written once and never changed: what was wrong is corrected by a row of its own.

create function billing.refuse_change() returns trigger language plpgsql as $$
begin
  raise exception 'the books are never changed: % of %', tg_op, tg_table_name using errcode = 'insufficient_privilege';
end
$$;

-- Every version of the tariffs, whole.
create table billing.tariff (
  version bigint primary key,
  loaded_at timestamptz(3) not null,
  who text not null,
  why text not null,
  -- Canonical JSON, and its SHA-256, which statements name.
  content text not null,
  hash bytea not null
);

-- The months that are closed. What is counted for one afterwards is late.
create table billing.period (
  month text primary key check (month ~ '^20\d\d-(0[1-9]|1[0-2])$'),
  closed_at timestamptz(3) not null,
  who text not null,
  why text not null,
  -- Null where nothing was to be paid.
  tariff_version bigint references billing.tariff (version),
  -- How many statements it was closed with.
  statements int not null,
  -- Its usage as it was closed, paid for or not.
  requests bigint not null,
  billable bigint not null,
  -- Late exchanges up to this number are on statements, of this month or earlier ones.
  late_through bigint not null
);

-- Exchanges that were counted after their month was closed.
create table billing.late_exchange (
  id bigint generated always as identity primary key,
  hour timestamptz not null,
  internal_id uuid not null,
  key bigint not null,
  billable boolean not null,
  counted_at timestamptz(3) not null default now(),
  unique (hour, internal_id)
);

create table billing.statement (
  -- The place among all of them, without gaps: each is chained to the one before.
  serial bigint primary key,
  number text not null unique,
  month text not null references billing.period (month),
  supplier text not null,
  closed_at timestamptz(3) not null,
  who text not null,
  why text not null,
  tariff_version bigint not null references billing.tariff (version),
  tariff_hash bytea not null,
  requests bigint not null,
  billable bigint not null,
  total_pence bigint not null,
  previous_hash bytea not null,
  hash bytea not null unique,
  key_id bytea not null,
  signature bytea not null,
  unique (month, supplier)
);

-- Corrections that people ordered, each of a line of a statement. It is pending until a line states it.
create table billing.adjustment (
  id bigint primary key,
  supplier text not null,
  serial bigint not null,
  line int not null,
  amount_pence bigint not null check (amount_pence <> 0),
  reason text not null,
  who text not null,
  made_at timestamptz(3) not null
);

create table billing.statement_line (
  serial bigint not null references billing.statement (serial),
  line int not null,
  kind text not null check (kind in ('usage', 'minimum', 'late', 'late-minimum', 'adjustment')),
  month text not null,
  interaction text,
  outcome text,
  price_id text,
  tier int,
  quantity bigint,
  -- Millionths of a pound.
  price bigint,
  -- Requests of the same kind on lines before this one.
  after bigint,
  amount_pence bigint not null,
  adjustment bigint unique references billing.adjustment (id),
  refers_to text,
  reason text,
  primary key (serial, line)
);

alter table billing.adjustment add foreign key (serial, line) references billing.statement_line (serial, line);
create index on billing.statement (supplier, serial);
create index on billing.adjustment (supplier, id);

-- Deeds that are committed and that the audit is told of; the only thing that changes is that it was.
create table billing.deed (
  id bigint generated always as identity primary key,
  event_id uuid not null default gen_random_uuid(),
  done_at timestamptz(3) not null,
  data jsonb not null,
  told_at timestamptz(3)
);
create index on billing.deed (id) where told_at is null;

do $$
declare
  kept text;
begin
  foreach kept in array array['tariff', 'period', 'late_exchange', 'statement', 'statement_line', 'adjustment'] loop
    execute format('create trigger no_change before update or delete on billing.%I
      for each row execute function billing.refuse_change()', kept);
    execute format('create trigger no_truncate before truncate on billing.%I
      execute function billing.refuse_change()', kept);
  end loop;
end
$$;

-- Who may do what: one role that reads, one that keeps the books. Nobody but the owner of the schema can do more.
do $$
declare
  wanted text;
begin
  foreach wanted in array array['ssp_billing_read', 'ssp_billing_books'] loop
    continue when exists (select from pg_roles where rolname = wanted);
    begin
      execute format('create role %I nologin', wanted);
    exception
      -- Another database of the same server made it meanwhile.
      when duplicate_object or unique_violation then null;
      when insufficient_privilege then
        raise exception '% may not create the role %', current_user, wanted
          using hint = 'Have an administrator run: create role ssp_billing_read nologin; create role ssp_billing_books nologin; then migrate again.';
    end;
  end loop;
end
$$;

grant usage on schema billing to ssp_billing_read, ssp_billing_books;
grant select on all tables in schema billing to ssp_billing_read, ssp_billing_books;
alter default privileges in schema billing grant select on tables to ssp_billing_read, ssp_billing_books;
grant insert on billing.tariff, billing.period, billing.statement, billing.statement_line, billing.adjustment, billing.deed
  to ssp_billing_books;
grant update (told_at) on billing.deed to ssp_billing_books;
