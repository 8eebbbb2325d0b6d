import { Problem } from '@ssp/service';
import { expect, test } from 'vitest';
import { adjust } from '../src/books/adjust.ts';
import { previewClose } from '../src/books/close-month.ts';
import { ada, booksRig, exchanges, graduated, inMay } from './books-rig.ts';

const read = 'urn:nhs:names:services:gpconnect:fhir:rest:read:metadata-1';
const supplierB = { supplier: 'Supplier B' };

test('a month is closed with what its usage comes to, line by line', async () => {
  await using resources = new AsyncDisposableStack();
  const books = await booksRig(resources);
  await books.load(graduated);
  await books.count([
    ...exchanges(4, { interaction: read }),
    ...exchanges(4, { interaction: read, outcome: '4xx' }),
    ...exchanges(3, { interaction: read, outcome: '5xx', isBillable: false }),
    ...exchanges(3, supplierB),
  ]);

  await books.close('2026-03');
  const [first, second, ...more] = await books.statements();
  expect(more).toEqual([]);
  expect(first).toMatchObject({
    number: 'SSP-2026-03-0001',
    serial: 1,
    supplier: 'Supplier A',
    closedBy: 'billing:Ada Baker',
    why: 'month end',
    requests: 11,
    billable: 8,
    total: '0.09',
  });
  expect(first?.lines.map((it) => [it.kind, it.outcome, it.tier, it.after, it.quantity, it.amount])).toEqual([
    ['usage', '2xx', 1, 0, 4, '0.05'],
    // 1.25 p, 3 p.
    ['usage', '4xx', 1, 0, 1, '0.01'],
    ['usage', '4xx', 2, 1, 3, '0.03'],
  ]);
  expect(second).toMatchObject({
    number: 'SSP-2026-03-0002',
    serial: 2,
    supplier: 'Supplier B',
    total: '0.10',
  });
  expect(second?.lines.map((it) => [it.kind, it.priceId, it.quantity, it.amount])).toEqual([
    ['usage', 'b-reads', 3, '0.06'],
    ['minimum', 'least-b', null, '0.04'],
  ]);
  expect(second?.previousHash).toBe(first?.hash);
  expect(await books.verify()).toMatchObject({ statements: 2, faults: [], lastHash: second?.hash });
  const deeds = await books.pool.query<{ data: unknown }>('select data from billing.deed order by id');
  expect(deeds.rows.map(({ data }) => data)).toMatchObject([
    { action: 'tariffs-loaded', who: ada, why: 'review 12' },
    {
      action: 'month-closed',
      who: ada,
      what: { month: '2026-03', statements: '2', requests: '14', billable: '11', lastHash: second?.hash },
    },
  ]);
});

test('what is counted after the closing is stated by the next statement, priced as if it had come in time', async () => {
  await using resources = new AsyncDisposableStack();
  const books = await booksRig(resources);
  await books.load(graduated);
  await books.count([...exchanges(4), ...exchanges(3, supplierB)]);
  await books.close('2026-03');

  await books.count([
    ...exchanges(3),
    ...exchanges(1, supplierB),
    ...exchanges(1, { outcome: 'failed', isBillable: false }),
    ...exchanges(2, { supplier: 'Supplier C' }),
  ]);
  await books.count(exchanges(1, {}, '2026-04'));
  await books.close('2026-04');

  const april = (await books.statements()).filter(({ month }) => month === '2026-04');
  expect(
    april.map(({ supplier, lines }) => [
      supplier,
      ...lines.map((it) => [it.kind, it.month, it.tier, it.quantity, it.amount, it.refersTo].join(' ')),
    ]),
  ).toEqual([
    [
      'Supplier A',
      'usage 2026-04 1 1 0.01 ',
      'late 2026-03 1 1 0.01 SSP-2026-03-0001',
      'late 2026-03 2 2 0.02 SSP-2026-03-0001',
    ],
    [
      'Supplier B',
      'minimum 2026-04   0.10 ',
      'late 2026-03 1 1 0.02 SSP-2026-03-0002',
      // The minimum had covered it.
      'late-minimum 2026-03   -0.02 SSP-2026-03-0002',
    ],
    ['Supplier C', 'late 2026-03 1 2 0.02 '],
  ]);
  expect(await books.verify()).toMatchObject({ faults: [] });

  await books.count(exchanges(1, supplierB));
  await books.close('2026-05', new Date('2026-06-02T00:00:00Z'));
  const may = (await books.statements()).filter(({ month }) => month === '2026-05');
  expect(may.map(({ lines }) => lines.map((it) => `${it.kind} ${it.month} ${it.amount}`))).toEqual([
    ['minimum 2026-05 0.10', 'late 2026-03 0.02', 'late-minimum 2026-03 -0.02'],
  ]);
});

test('a correction is stated once, by the supplier’s next statement', async () => {
  await using resources = new AsyncDisposableStack();
  const books = await booksRig(resources);
  await books.load(graduated);
  await books.count([...exchanges(4), ...exchanges(4, {}, '2026-04')]);
  await books.close('2026-03');
  const wanted = { number: 'SSP-2026-03-0001', line: 1, amount: '-0.02', reason: 'two were tests' };
  expect(await adjust(books.pool, wanted, ada, inMay)).toBe(1);
  await expect(adjust(books.pool, { ...wanted, line: 9 }, ada, inMay)).rejects.toThrow(Problem);
  await expect(adjust(books.pool, wanted, ada, inMay)).rejects.toThrow(/waits for its statement/);
  await books.close('2026-04');
  await books.close('2026-05', new Date('2026-06-02T00:00:00Z'));

  const lines = (await books.statements()).flatMap(({ number, lines: all }) =>
    all.filter(({ kind }) => kind === 'adjustment').map((line) => ({ number, ...line })),
  );
  expect(lines).toMatchObject([
    {
      number: 'SSP-2026-04-0001',
      month: '2026-03',
      amount: '-0.02',
      adjustment: 1,
      refersTo: 'SSP-2026-03-0001/1',
      reason: 'two were tests',
    },
  ]);
  expect(await books.verify()).toMatchObject({ faults: [] });
});

test('a month is not closed while something stands against it, and everything that does is told', async () => {
  await using resources = new AsyncDisposableStack();
  const books = await booksRig(resources);
  await books.count([...exchanges(2), ...exchanges(2, {}, '2026-04')]);
  const reasonsOf = async (month: string, now = inMay) =>
    (await previewClose(books.pool, books.balance, month, now)).reasons;

  expect(await reasonsOf('2026-04')).toEqual([
    '2026-03 has usage and is still open',
    expect.stringMatching(/^no price fits 2 requests of Supplier A in 2026-04/),
  ]);
  await expect(books.close('2026-04')).rejects.toThrow(/2026-03 has usage and is still open/);
  await books.load(graduated);
  expect(await reasonsOf('2026-03', new Date('2026-03-31T23:59:59.999Z'))).toEqual([
    'it has not ended before 2026-04-01T00:00:00.000Z',
  ]);

  await books.pool.query('update billing.usage_hour set requests = requests + 1 where hour < $1', [
    '2026-03-02T00:00:00Z',
  ]);
  await expect(books.close('2026-03')).rejects.toThrow(
    /the hour 2026-03-01T10:00:00.000Z sums up 2 requests, and the ledger has 1/,
  );
  await books.pool.query('update billing.usage_hour set requests = requests - 1 where hour < $1', [
    '2026-03-02T00:00:00Z',
  ]);
  expect(await books.statements()).toEqual([]);

  await books.close('2026-03');
  await expect(books.close('2026-03')).rejects.toThrow(/closed already/);
  await books.close('2026-04');
  expect(await books.statements()).toHaveLength(4);
});

test('a trial writes nothing, and tells what the closing then writes', async () => {
  await using resources = new AsyncDisposableStack();
  const books = await booksRig(resources);
  await books.load(graduated);
  await books.count([...exchanges(9), ...exchanges(3, supplierB)]);
  const preview = await previewClose(books.pool, books.balance, '2026-03', inMay);
  expect(preview.reasons).toEqual([]);
  expect(await books.statements()).toEqual([]);
  expect(await books.close('2026-03')).toEqual(preview.statements);
});

test('tariffs cannot change what a closed month was paid by', async () => {
  await using resources = new AsyncDisposableStack();
  const books = await booksRig(resources);
  await books.load(graduated);
  await books.count(exchanges(2));
  await books.close('2026-03');

  await expect(books.load(graduated.replace('price: 0.02', 'price: 0.03'))).rejects.toMatchObject({
    status: 409,
    members: { closedMonths: ['2026-03'] },
  });
  await expect(books.load('prices: []\nminimums: []\n')).rejects.toMatchObject({ status: 409 });
  // The same from a month that is open, and an end to the old one, are changes of the future.
  const next = graduated
    .replace(
      'from: 2026-01, supplier: Supplier B, i',
      'from: 2026-01, until: 2026-03, supplier: Supplier B, i',
    )
    .replace(
      'minimums:',
      '  - { id: b-dearer, from: 2026-04, supplier: Supplier B, interaction: any, outcome: 2xx, price: 0.03 }\nminimums:',
    );
  expect(await books.load(next)).toMatchObject({ version: 2 });
  await expect(books.load(graduated, 1)).rejects.toMatchObject({ status: 412 });
  expect(await books.load(next, 2)).toEqual({ version: 2, changes: [] });
});
