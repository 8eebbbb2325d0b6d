-- Rows of no month's table lie here, and an archive looks whether there are any. Auditors may read them already, as those of the whole.
grant select on audit.event_default to ssp_auditor;
