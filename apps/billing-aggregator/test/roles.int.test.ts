import { expect, test } from 'vitest';
import { billingRig } from './rig.ts';

const usage = `insert into billing.usage_hour (
    hour, key, requests, billable, request_bytes, response_bytes, provider_timed, provider_us, provider_us_max, own_us, total_us)
  values (now(), 1, 1, 1, 1, 1, 0, 0, 0, 0, 1)`;
const statement = `insert into billing.tariff (version, loaded_at, who, why, content, hash) values (1, now(), 'x', 'x', '{}', '')`;

// That what they may is enough, the other tests show: the aggregator and the query API act by these roles in all of them.
test.for([
  {
    role: 'ssp_billing_aggregator',
    mayNot: [
      statement,
      'select from billing.statement',
      'select from billing.statement_line',
      'select from billing.tariff',
      'select from billing.deed',
      `insert into billing.period select * from billing.period`,
      'update billing.period set billable = 0',
      'insert into billing.acceptance (who) select who from billing.acceptance',
      'select from billing.difference',
      'update billing.reconciled_hour set is_balanced = true',
      'delete from billing.reconciled_hour',
      'delete from billing.usage_hour',
      'update billing.usage_key set supplier = supplier',
      'update billing.counted_exchange set billable = false',
      'delete from billing.counted_exchange',
      'update billing.late_exchange set billable = false',
      'delete from billing.quarantine',
      'delete from billing.stale_hour',
      'insert into billing.usage_rollup select * from billing.usage_rollup',
      'update billing.ledger_month set dropped_at = null',
      'truncate billing.usage_hour',
      'drop table billing.usage_hour',
      'alter table billing.usage_hour disable trigger all',
      'create table billing.mine ()',
    ],
  },
  {
    role: 'ssp_billing_books',
    mayNot: [
      usage,
      'update billing.usage_hour set requests = requests',
      'delete from billing.usage_hour',
      'insert into billing.usage_key select * from billing.usage_key',
      'insert into billing.counted_exchange select * from billing.counted_exchange',
      'delete from billing.counted_exchange',
      'insert into billing.late_exchange (hour, internal_id, key, billable) values (now(), gen_random_uuid(), 1, true)',
      'update billing.consumer_offset set next_offset = 0',
      'delete from billing.quarantine',
      "select billing.ensure_ledger_month('2030-01-01')",
      "select billing.drop_ledger_month('2030-01-01')",
      'delete from billing.statement',
      'update billing.statement set total_pence = 0',
      'update billing.period set billable = 0',
      'delete from billing.deed',
      "update billing.deed set data = '{}'",
      'truncate billing.statement cascade',
      'alter table billing.statement disable trigger all',
      'drop table billing.statement cascade',
    ],
  },
  {
    role: 'ssp_billing_read',
    mayNot: [usage, statement, 'delete from billing.deed', "select billing.drop_ledger_month('2030-01-01')"],
  },
])('$role can do nothing that is not its work', async ({ role, mayNot }) => {
  await using resources = new AsyncDisposableStack();
  const { pool } = await billingRig(resources);
  const client = await pool.connect();
  resources.defer(() => client.release(true));
  await client.query(`set role ${role}`);
  for (const deed of mayNot) {
    await expect(client.query(deed)).rejects.toThrow(/^(permission denied|must be owner)/);
  }
});

test('an aggregator that may not act as its role refuses to start', async () => {
  await using resources = new AsyncDisposableStack();
  const rig = await billingRig(resources);
  await expect(rig.startAggregator(resources, 'no_such_role')).rejects.toThrow(/no_such_role.*POSTGRES_ROLE/);
});
