import { expect, test } from 'vitest';
import { agedAudit } from './aged-audit.ts';

const denied = /permission denied|must be owner|audit rows are never changed/;

test.for([
  {
    role: 'ssp_audit_writer',
    may: ["select audit.ensure_month('2030-01-01')"],
    mayNot: [
      'drop table audit.event_202511',
      'alter table audit.event detach partition audit.event_202511',
      'truncate audit.event_202511',
      'delete from audit.event',
      'update audit.event set digest = digest',
      'delete from audit.checkpoint',
      'alter table audit.event disable trigger all',
      'set session_replication_role = replica',
      "select audit.drop_months('{2025-11-01}', 'told')",
      "insert into audit.retirement (topic) values ('ssp.exchange.received')",
      'insert into audit.key_change select * from audit.key_change',
    ],
  },
  {
    role: 'ssp_audit_retire',
    may: ['select count(*) from audit.full_url', 'select count(*) from audit.checkpoint'],
    mayNot: [
      'drop table audit.event_202511',
      'delete from audit.event',
      'insert into audit.event select * from audit.event',
      'update audit.retirement set rows = 1',
      'alter table audit.event disable trigger all',
      "select audit.ensure_month('2030-01-01')",
    ],
  },
])('$role may do what it is for, and can change or take away nothing else', async ({ role, may, mayNot }) => {
  await using resources = new AsyncDisposableStack();
  const { pool } = await agedAudit(resources);
  const client = await pool.connect();
  resources.defer(() => client.release(true));
  await client.query(`set role ${role}`);
  for (const statement of may) await client.query(statement);
  for (const statement of mayNot) await expect(client.query(statement)).rejects.toThrow(denied);
});

test('who may drop months cannot drop rows of which no statement tells', async () => {
  await using resources = new AsyncDisposableStack();
  const { pool } = await agedAudit(resources);
  const client = await pool.connect();
  resources.defer(() => client.release(true));
  await client.query('set role ssp_audit_retire');
  const dropping = client.query("select audit.drop_months('{2025-11-01}', 'told')");
  await expect(dropping).rejects.toThrow('holds other rows of these months than were verified');
});
