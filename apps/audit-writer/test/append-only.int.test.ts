import { expect, test } from 'vitest';
import { exchangeEvents } from './events.ts';
import { auditRig } from './rig.ts';

test('a row once written can be neither changed nor removed', async () => {
  await using resources = new AsyncDisposableStack();
  const rig = await auditRig(resources);
  await rig.start(resources);
  const { internalId, records } = exchangeEvents();
  await rig.publish(records);
  await expect
    .poll(() => rig.countRows([internalId]), { timeout: 100_000 })
    .toEqual({ rows: 2, events: 2, urls: 1 });
  const { rows } = await rig.pool.query<{ table: string }>(
    'select distinct tableoid::regclass::text as table from audit.event where internal_id = $1',
    [internalId],
  );
  const month = rows[0]?.table ?? '';
  expect(month).toMatch(/^audit\.event_\d{6}$/);

  for (const statement of [
    "update audit.event set outcome = 'forwarded'",
    'delete from audit.event',
    'truncate audit.event',
    `update ${month} set status = 200`,
    `delete from ${month}`,
    `truncate ${month}`,
    "update audit.full_url set url = ''",
    'delete from audit.full_url',
    'truncate audit.full_url',
  ]) {
    await expect(rig.pool.query(statement)).rejects.toThrow('audit rows are never changed');
  }
});

test('only auditors, the writer for them, and who verifies what is dropped may read full URLs', async () => {
  await using resources = new AsyncDisposableStack();
  const rig = await auditRig(resources);
  const { rows } = await rig.pool.query(
    `select rolname from pg_roles
     where not rolsuper and not rolname like 'pg\\_%' and has_table_privilege(oid, 'audit.full_url', 'select')
     order by rolname`,
  );
  expect(rows).toEqual([
    { rolname: 'ssp_audit_retire' },
    { rolname: 'ssp_audit_writer' },
    { rolname: 'ssp_auditor' },
  ]);
});
