-- The closed months whose statement lines were held against what was counted, and what that came to.
create table billing.reconciled_month (
  month text primary key references billing.period (month),
  at timestamptz not null,
  -- Billable requests: on lines, counted, and counted late and to be stated by the next statement.
  stated bigint not null,
  counted bigint not null,
  to_be_stated bigint not null,
  -- However many are named.
  differences bigint not null,
  named jsonb not null
);
