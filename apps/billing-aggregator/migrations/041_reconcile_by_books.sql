-- The query API and whoever closes a month, which may act as this role, reconcile first.
grant insert, update on billing.reconciled_hour, billing.reconciled_month to ssp_billing_books;
grant insert, delete on billing.difference to ssp_billing_books;
