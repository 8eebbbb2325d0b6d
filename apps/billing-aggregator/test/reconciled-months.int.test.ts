import { expect, test } from 'vitest';
import { adjust } from '../src/books/adjust.ts';
import { readReconciledMonths, reconcileMonth, wholeMonths } from '../src/reconcile/reconcile-month.ts';
import { ada, booksRig, exchanges, graduated, inMay } from './books-rig.ts';

const supplierB = { supplier: 'Supplier B' };

/** March and April closed; of March three came late in time for the statements of April, two since then, and a line was corrected. */
async function closedMonths(resources: AsyncDisposableStack) {
  const books = await booksRig(resources);
  await books.load(graduated);
  await books.count([...exchanges(9), ...exchanges(3, supplierB), ...exchanges(2, { isBillable: false })]);
  await books.close('2026-03');
  await books.count([...exchanges(3), ...exchanges(4, {}, '2026-04')]);
  const wanted = { number: 'SSP-2026-03-0001', line: 1, amount: '-0.01', reason: 'ticket 9' };
  await adjust(books.pool, wanted, ada, inMay);
  await books.close('2026-04');
  await books.count(exchanges(2));
  return books;
}

test('the lines of a closed month are its usage, late ones on later statements or to come', async () => {
  await using resources = new AsyncDisposableStack();
  const { pool } = await closedMonths(resources);
  expect(await reconcileMonth(pool, '2026-05')).toBeNull();
  const none = { state: 'waiting', at: null, stated: 0, counted: 0 };
  expect(await readReconciledMonths(pool, ['2026-03'])).toMatchObject([none]);
  const march = { month: '2026-03', state: 'balanced', stated: 15, counted: 17, toBeStated: 2, named: [] };
  expect(await reconcileMonth(pool, '2026-03')).toMatchObject(march);
  expect(await reconcileMonth(pool, '2026-04')).toMatchObject({ state: 'balanced', stated: 4, counted: 4 });
  const both = wholeMonths({ from: new Date('2026-02-27T00:00Z'), to: new Date('2026-05-01T00:00Z') });
  expect(both).toEqual(['2026-03', '2026-04']);
  expect(await readReconciledMonths(pool, both)).toMatchObject([march, { month: '2026-04' }]);
});

const ofLines = `from billing.statement where statement.serial = statement_line.serial and number = 'SSP-2026-03-0001'`;

test.for([
  {
    what: 'a line with more than was counted',
    change: `update billing.statement_line set quantity = quantity + 1 ${ofLines} and line = 1`,
    named: { kind: 'doubled', about: /Supplier A have 10 and 3 late .*counted are 9 and 3 late/ },
  },
  {
    what: 'a late line that is gone',
    change: `delete from billing.statement_line where kind = 'late'`,
    named: { kind: 'lost', about: /Supplier A have 9 and 0 late .*counted are 9 and 3 late/ },
  },
  {
    what: 'a line of another outcome',
    change: `update billing.statement_line set outcome = '5xx' ${ofLines} and line = 1`,
    named: { kind: 'doubled', about: /Supplier A have 5 and 0 late .*5xx; counted are 0 and 0 late/ },
  },
  {
    what: 'usage that was raised after the closing',
    change: `update billing.usage_hour set billable = billable + 1 where ctid = (
      select ctid from billing.usage_hour where billable > 0 order by hour, key limit 1)`,
    named: { kind: 'lost', about: /counted are \d+ and \d late/ },
  },
  {
    what: 'usage that is gone',
    change: `delete from billing.usage_hour where key in (select key from billing.usage_key where supplier = 'Supplier B')`,
    named: { kind: 'doubled', about: /Supplier B have 3 and 0 late .*counted are 0 and 0 late/ },
  },
  {
    what: 'a correction of another amount',
    change: `update billing.statement_line set amount_pence = -100 where kind = 'adjustment'`,
    named: { kind: 'altered', about: /states -100 pence of correction 1; ordered were -1 for Supplier A/ },
  },
])('$what is named', async ({ change, named }) => {
  await using resources = new AsyncDisposableStack();
  const { pool } = await closedMonths(resources);
  await pool.query('alter table billing.statement_line disable trigger no_change');
  await pool.query(change);
  const found = await reconcileMonth(pool, '2026-03');
  expect(found?.state).toBe('unbalanced');
  expect(found?.named).toContainEqual({ kind: named.kind, about: expect.stringMatching(named.about) });
});

test('an hour of a closed month that is no longer what was held against the audit is named', async () => {
  await using resources = new AsyncDisposableStack();
  const { pool } = await closedMonths(resources);
  await pool.query(
    `insert into billing.reconciled_hour (hour, as_of, at, is_balanced, requests, billable)
     select hour, 0, now(), true, sum(requests), sum(billable) from billing.usage_hour group by hour`,
  );
  expect(await reconcileMonth(pool, '2026-03')).toMatchObject({ state: 'balanced' });
  await pool.query(`update billing.usage_hour set requests = requests + 1 where hour = '2026-03-01T10:00Z'`);
  expect(await reconcileMonth(pool, '2026-03')).toMatchObject({
    differences: 1,
    named: [
      {
        kind: 'doubled',
        about: expect.stringMatching(/^the usage of 2026-03-01T10:00:00.000Z has \d+ requests/),
      },
    ],
  });
});
