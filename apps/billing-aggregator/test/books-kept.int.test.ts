import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { ourProgram, runOurs } from '@ssp/testing';
import { expect, test } from 'vitest';
import { booksRig, exchanges, graduated } from './books-rig.ts';

/** What runs a job of the books as it runs in production. */
async function jobsRig(resources: AsyncDisposableStack) {
  const books = await booksRig(resources);
  await books.load(graduated);
  await books.count([...exchanges(8), ...exchanges(3, { supplier: 'Supplier B' })]);
  const environment = {
    POSTGRES_URL: books.postgres.url,
    POSTGRES_PASSWORD_FILE: books.postgres.passwordFile,
  };
  const close = {
    ...environment,
    BILLING_MONTH: '2026-03',
    BILLING_SIGNING_KEY_FILE: books.signingKeyFile,
    BILLING_UNRECONCILED: 'a test',
  };
  const verify = (env: Readonly<Record<string, string>> = {}) =>
    runOurs('apps/billing-aggregator/src/verify-statements.main.ts', [], {
      ...environment,
      POSTGRES_ROLE: 'ssp_billing_read',
      BILLING_VERIFYING_KEY_FILE: books.verifyingKeyFile,
      ...env,
    });
  return { ...books, close, verify };
}

const closeMonthMain = 'apps/billing-aggregator/src/close-month.main.ts';

test('of two that close a month at once one does, and the other is told that it is done', async () => {
  await using resources = new AsyncDisposableStack();
  const books = await jobsRig(resources);
  const ended = await Promise.all([
    runOurs(closeMonthMain, [], books.close),
    runOurs(closeMonthMain, [], books.close),
  ]);
  expect(ended.map(({ status }) => String(status)).toSorted()).toEqual(['0', '3']);
  expect(ended.find(({ status }) => status === 3)?.out).toContain('it is closed already');
  expect(await books.statements()).toHaveLength(2);
  expect(await books.verify()).toMatchObject({ status: 0, out: expect.stringContaining('"statements":2') });
});

test('a trial as a job writes nothing', async () => {
  await using resources = new AsyncDisposableStack();
  const books = await jobsRig(resources);
  const trial = await runOurs(closeMonthMain, [], { ...books.close, BILLING_DRY_RUN: 'true' });
  expect(trial).toMatchObject({ status: 0, out: expect.stringContaining('SSP-2026-03-0002') });
  expect(await books.statements()).toEqual([]);
});

test('a closing that is killed half-way leaves nothing, and can be done again', async () => {
  await using resources = new AsyncDisposableStack();
  const books = await jobsRig(resources);
  // Holds the closing up amid its transaction, once the first statement is written.
  const holder = await books.pool.connect();
  resources.defer(() => holder.release(true));
  await holder.query('begin');
  await holder.query('lock table billing.statement_line in share mode');
  const [program, entry] = ourProgram(closeMonthMain);
  const child = spawn(program, [entry], { stdio: 'ignore', env: books.close });
  const exit = once(child, 'exit');
  const waiting = async () => {
    const { rows } = await books.pool.query<{ waiting: number }>(
      `select count(*)::int as waiting from pg_locks where not granted and relation = 'billing.statement_line'::regclass`,
    );
    return rows[0]?.waiting;
  };
  await expect.poll(waiting).toBe(1);
  child.kill('SIGKILL');
  await exit;
  await holder.query('commit');

  expect(await books.statements()).toEqual([]);
  const { rows } = await books.pool.query('select month from billing.period');
  expect(rows).toEqual([]);
  expect(await runOurs(closeMonthMain, [], books.close)).toMatchObject({ status: 0 });
  expect((await books.statements()).map(({ number }) => number)).toEqual([
    'SSP-2026-03-0001',
    'SSP-2026-03-0002',
  ]);
});

test('what is being counted while a month is closed is in it or late, and nothing twice', async () => {
  await using resources = new AsyncDisposableStack();
  const books = await jobsRig(resources);
  const counting = new AbortController();
  let counted = 11;
  const writers = [1, 2].map(async () => {
    while (!counting.signal.aborted) {
      await books.count(exchanges(3));
      counted += 3;
    }
  });
  await expect.poll(() => counted).toBeGreaterThan(30);
  expect(await runOurs(closeMonthMain, [], books.close)).toMatchObject({ status: 0 });
  const atClosing = counted;
  await expect.poll(() => counted).toBeGreaterThan(atClosing + 10);
  counting.abort();
  await Promise.all(writers);

  const { rows } = await books.pool.query<{ late: number; stated: number }>(
    `select (select count(*)::int from billing.late_exchange) as late,
       (select sum(quantity)::int from billing.statement_line where kind = 'usage') as stated`,
  );
  expect(rows[0]?.late).toBeGreaterThan(0);
  expect((rows[0]?.late ?? 0) + (rows[0]?.stated ?? 0)).toBe(counted);
});

test('the books refuse to be changed, also by their owner', async () => {
  await using resources = new AsyncDisposableStack();
  const { pool, ...books } = await jobsRig(resources);
  await runOurs(closeMonthMain, [], books.close);
  const tables = ['tariff', 'period', 'late_exchange', 'statement', 'statement_line', 'adjustment'];
  await books.count(exchanges(1));
  for (const table of ['tariff', 'period', 'late_exchange', 'statement', 'statement_line']) {
    const column = table === 'late_exchange' ? 'counted_at' : table === 'statement_line' ? 'kind' : 'who';
    await expect(pool.query(`update billing.${table} set ${column} = ${column}`)).rejects.toThrow(
      /never changed: UPDATE/,
    );
    await expect(pool.query(`delete from billing.${table}`)).rejects.toThrow(/never changed: DELETE/);
  }
  for (const table of tables) {
    await expect(pool.query(`truncate billing.${table} cascade`)).rejects.toThrow(/never changed: TRUNCATE/);
  }
});

test('the role that keeps the books can write them and change nothing; the one that reads can read', async () => {
  await using resources = new AsyncDisposableStack();
  const { pool, ...books } = await jobsRig(resources);
  const may = async (role: string, table: string, right: string) => {
    const { rows } = await pool.query<{ may: boolean }>('select has_table_privilege($1, $2, $3) as may', [
      role,
      `billing.${table}`,
      right,
    ]);
    return rows[0]?.may;
  };
  for (const table of ['tariff', 'period', 'statement', 'statement_line', 'adjustment']) {
    expect(await may('ssp_billing_books', table, 'insert')).toBe(true);
    expect(await may('ssp_billing_books', table, 'update, delete, truncate')).toBe(false);
    expect(await may('ssp_billing_read', table, 'select')).toBe(true);
    expect(await may('ssp_billing_read', table, 'insert, update, delete, truncate')).toBe(false);
  }
  const asKeeper = { ...books.close, POSTGRES_ROLE: 'ssp_billing_books' };
  expect(await runOurs(closeMonthMain, [], asKeeper)).toMatchObject({ status: 0 });
  expect(await books.verify({ POSTGRES_ROLE: 'ssp_billing_read' })).toMatchObject({ status: 0 });
});

/** Beside what is edited in one statement by itself, which is tried field by field where statements are proved. */
test.for([
  {
    name: 'an amount',
    sql: `update billing.statement_line set amount_pence = amount_pence + 1 where line = 1`,
  },
  {
    name: 'a quantity',
    sql: `update billing.statement_line set quantity = quantity + 1 where serial = 1 and line = 1`,
  },
  { name: 'a line removed', sql: `delete from billing.statement_line where serial = 2 and line = 2` },
  {
    name: 'a line added',
    sql: `insert into billing.statement_line (serial, line, kind, month, amount_pence) values (1, 99, 'minimum', '2026-03', 0)`,
  },
  { name: 'the supplier', sql: `update billing.statement set supplier = 'Supplier X' where serial = 1` },
  {
    name: 'the total and a line alike',
    sql: `update billing.statement set total_pence = total_pence + 1 where serial = 2; update billing.statement_line set amount_pence = amount_pence + 1 where serial = 2 and line = 2`,
  },
  { name: 'the signature', sql: `update billing.statement set signature = decode(repeat('00', 64), 'hex')` },
  {
    name: 'the time',
    sql: `update billing.statement set closed_at = closed_at + interval '1 second'; update billing.period set closed_at = closed_at + interval '1 second'`,
  },
  {
    name: 'the last statement removed',
    sql: `delete from billing.statement_line where serial = 2; delete from billing.statement where serial = 2`,
  },
  {
    name: 'the first statement removed',
    sql: `delete from billing.statement_line where serial = 1; delete from billing.statement where serial = 1`,
  },
  { name: 'who closed the month', sql: `update billing.period set who = 'somebody'` },
  {
    name: 'a price of the tariffs',
    sql: `update billing.tariff set content = replace(content, '0.0125', '0.0126')`,
  },
])('an edit of $name is found', async ({ sql }) => {
  await using resources = new AsyncDisposableStack();
  const books = await jobsRig(resources);
  await runOurs(closeMonthMain, [], books.close);
  await books.pool.query(
    `set session_replication_role = replica; ${sql}; set session_replication_role = default`,
  );
  const { status, out } = await books.verify();
  expect(out).toContain('"fault":');
  expect(status).toBe(3);
});

test('a tail that was cut off with all that belongs to it is found by the hash that the audit has', async () => {
  await using resources = new AsyncDisposableStack();
  const books = await jobsRig(resources);
  await runOurs(closeMonthMain, [], books.close);
  const { rows } = await books.pool.query<{ hash: string }>(
    `select data->'what'->>'lastHash' as hash from billing.deed where data->>'action' = 'month-closed'`,
  );
  const wanted = { BILLING_LAST_HASH: rows[0]?.hash ?? '' };
  expect(await books.verify(wanted)).toMatchObject({ status: 0 });
  await books.pool.query(
    `set session_replication_role = replica; delete from billing.statement_line; delete from billing.statement;
     delete from billing.period; set session_replication_role = default`,
  );
  expect(await books.verify()).toMatchObject({ status: 0 });
  expect(await books.verify(wanted)).toMatchObject({ status: 3 });
});
