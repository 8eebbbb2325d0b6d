import { randomUUID } from 'node:crypto';
import {
  CountedPlace,
  countedPlacePath,
  AdjustmentList,
  LineExchanges,
  MonthClosing,
  MonthState,
  MonthStates,
  Statement,
  StatementList,
  TariffDifference,
  TariffText,
} from '@ssp/contracts';
import { expect, test } from 'vitest';
import { booksApi } from './books-api.ts';
import { exchanges, graduated } from './books-rig.ts';
import { tokens } from './rig.ts';

test('tariffs are loaded, a month is tried and closed, and a line corrected, each by a person', async () => {
  await using resources = new AsyncDisposableStack();
  const { ask, person, count, verify, pool } = await booksApi(resources);
  const ada = person('billing');
  await count([...exchanges(8), ...exchanges(3, { supplier: 'Supplier B' })]);

  const faulty = await ask('/v1/tariffs/diff', ada, { text: 'prices: [{ id: a }]\nminimums: []\n' });
  expect(faulty.status).toBe(422);
  expect(await faulty.json()).toMatchObject({
    faultCount: 4,
    faults: expect.arrayContaining([expect.objectContaining({ line: 1, path: 'prices[0].from' })]),
  });
  const diff = TariffDifference.parse(await (await ask('/v1/tariffs/diff', ada, { text: graduated })).json());
  expect(diff).toMatchObject({
    version: '0',
    counts: { added: 3, changed: 0, removed: 0 },
    closedMonths: [],
  });
  const load = { text: graduated, version: diff.version, why: 'CHG-12' };
  expect((await ask('/v1/tariffs', ada, load)).status).toBe(200);
  expect((await ask('/v1/tariffs', ada, { ...load, text: `${graduated}#\n` })).status).toBe(412);
  const held = TariffText.parse(await (await ask('/v1/tariffs/export', ada)).json());
  expect(held).toMatchObject({
    prices: [
      {
        id: 'standard',
        until: null,
        tiers: [
          { upTo: 5, price: '0.0125' },
          { upTo: null, price: '0.01' },
        ],
      },
      { id: 'b-reads', tiers: [{ upTo: null, price: '0.02' }] },
    ],
    minimums: [{ id: 'least-b', amount: '0.10' }],
  });
  const same = TariffDifference.parse(await (await ask('/v1/tariffs/diff', ada, { text: held.text })).json());
  expect(same).toMatchObject({ version: '1', changes: [] });
  expect(await (await ask('/v1/tariffs', ada)).json()).toMatchObject({
    versions: [{ version: '1', why: 'CHG-12' }],
  });

  const close = '/v1/months/2026-03/close';
  const unreconciled = 'no audit in this test';
  const alone = await ask(close, ada, { why: 'approved' });
  expect({ status: alone.status, told: await alone.text() }).toEqual({
    status: 409,
    told: expect.stringContaining('AUDIT_API_URL'),
  });
  expect((await ask(close, ada, {})).status).toBe(400);
  const trial = MonthClosing.parse(await (await ask(close, ada, { dryRun: true })).json());
  expect(trial).toMatchObject({ closed: false, reasons: [] });
  const state = async () => MonthState.parse(await (await ask('/v1/months/2026-03', ada)).json());
  expect(await state()).toMatchObject({ state: 'open', closing: null });
  const closing = MonthClosing.parse(await (await ask(close, ada, { why: 'approved', unreconciled })).json());
  expect(closing).toEqual({ ...trial, closed: true });
  await count(exchanges(2));
  expect(await state()).toMatchObject({
    state: 'closed',
    closing: { who: 'billing:Ada Lovelace', statements: 2, requests: 11, unreconciled, accepted: [] },
    late: 2,
    lateBillable: 2,
  });
  await count(exchanges(3, {}, '2026-04'));
  const states = MonthStates.parse(await (await ask('/v1/month-states', ada)).json());
  expect(states.months).toEqual([
    { month: '2026-04', state: 'open', closing: null, late: 0, lateBillable: 0 },
    await state(),
  ]);
  const last = MonthStates.parse(await (await ask('/v1/month-states?limit=1', ada)).json());
  expect(last.months).toMatchObject([{ month: '2026-04' }]);
  const again = await ask(close, ada, { why: 'approved', unreconciled });
  expect(again.status).toBe(409);
  expect(await again.json()).toMatchObject({ reasons: ['it is closed already'] });
  const past = await ask('/v1/tariffs/diff', ada, { text: graduated.replace('0.0125', '0.0126') });
  expect(await past.json()).toMatchObject({ closedMonths: ['2026-03'] });

  const correction = { number: 'SSP-2026-03-0001', line: 1, amount: '-0.01', reason: 'a test call' };
  for (const [change, status] of [
    [{ amount: '-0.015' }, 400],
    [{ amount: '0.00' }, 400],
    [{ line: 7 }, 404],
    [{}, 200],
  ] as const) {
    expect((await ask('/v1/adjustments', ada, { ...correction, ...change })).status).toBe(status);
  }
  const { adjustments } = AdjustmentList.parse(await (await ask('/v1/adjustments', ada)).json());
  expect(adjustments).toMatchObject([{ id: 1, refersTo: 'SSP-2026-03-0001/1', statedOn: null }]);
  expect(await verify()).toMatchObject({ faults: [] });

  await expect
    .poll(async () => (await pool.query('select id from billing.deed where told_at is null')).rowCount)
    .toBe(0);
});

test('a statement has the same figures as JSON, as CSV and as a page', async () => {
  await using resources = new AsyncDisposableStack();
  const { ask, load, count, close } = await booksApi(resources);
  const supplier = 'Supplier <B> & "Sons", =1';
  await load(graduated.replaceAll('Supplier B', JSON.stringify(supplier)));
  await count(exchanges(1_203, { supplier, outcome: '4xx' }));
  await count(exchanges(1, { supplier }));
  await close('2026-03');
  const path = '/v1/statements/SSP-2026-03-0001';
  const statement = Statement.parse(await (await ask(path, tokens.auditor)).json());
  expect(statement).toMatchObject({ supplier, total: '12.06' });

  const csv = await ask(path, tokens.auditor, undefined, { accept: 'text/csv' });
  expect(csv.headers.get('content-type')).toMatch('text/csv');
  const rows = (await csv.text())
    .trim()
    .split('\r\n')
    .map((row) => row.split(/,(?=(?:[^"]*"[^"]*")*[^"]*$)/));
  const column = (heading: string) => rows.slice(1).map((row) => row[rows[0]?.indexOf(heading) ?? -1]);
  expect(column('amount')).toEqual([...statement.lines.map(({ amount }) => amount), statement.total]);
  expect(column('price')).toEqual([...statement.lines.map(({ price }) => price ?? ''), '']);
  expect(column('quantity')).toEqual([...statement.lines.map(({ quantity }) => String(quantity ?? '')), '']);

  const page = await ask(`${path}?format=html`, tokens.auditor);
  expect(page.headers.get('content-type')).toMatch('text/html');
  expect(page.headers.get('content-security-policy')).toMatch(/^default-src 'none'; style-src 'sha256-/);
  const html = await page.text();
  const figures = [...html.matchAll(/<td class="figure">([^<]*)<\/td>/g)].map(([, figure = '']) =>
    figure.replaceAll(/[£,]/g, ''),
  );
  expect(figures).toEqual([
    ...statement.lines.flatMap(({ quantity, price, amount }) => [
      String(quantity ?? ''),
      price ?? '',
      amount,
    ]),
    statement.total,
  ]);
  expect(html).toContain('Supplier &lt;B&gt; &amp; &quot;Sons&quot;, =1');
  expect(html).toContain('1,198');
  expect(html).toContain('March 2026');
});

test('each line leads to its exchanges, every exchange that is paid for to one line', async () => {
  await using resources = new AsyncDisposableStack();
  const { ask, load, count, close, pool } = await booksApi(resources);
  await load(graduated);
  await count([
    ...exchanges(40),
    ...exchanges(7, { outcome: '4xx' }),
    ...exchanges(4, { outcome: '5xx', isBillable: false }),
    ...exchanges(9, { supplier: 'Supplier B' }),
  ]);
  await close('2026-03');
  // Late ones lie between those that came in time.
  await count([
    ...exchanges(11),
    ...exchanges(5, { supplier: 'Supplier B' }),
    ...exchanges(6, {}, '2026-04'),
  ]);
  await close('2026-04');
  await count(exchanges(3));

  const placeOf = async (internalId: string, hour: string) => {
    const path = `${countedPlacePath(internalId)}?hour=${hour}`;
    return CountedPlace.parse(await (await ask(path, tokens.billing)).json());
  };
  const found: string[] = [];
  const { statements } = StatementList.parse(await (await ask('/v1/statements', tokens.billing)).json());
  for (const { number } of statements) {
    const { lines } = Statement.parse(await (await ask(`/v1/statements/${number}`, tokens.billing)).json());
    for (const { line, quantity } of lines) {
      const path = `/v1/statements/${number}/lines/${line}/exchanges`;
      if (quantity === null) continue;
      const own: string[] = [];
      let cursor: string | null = '0';
      while (cursor !== null) {
        const answer = await ask(`${path}?limit=4&cursor=${cursor}`, tokens.billing);
        const page: LineExchanges = LineExchanges.parse(await answer.json());
        own.push(...page.exchanges.map(({ internalId }) => internalId));
        for (const { internalId, hour } of page.exchanges) {
          const place = await placeOf(internalId, hour);
          expect(place).toMatchObject({ exchange: { internalId, isBillable: true }, line: { number, line } });
        }
        cursor = page.next;
      }
      expect(own).toHaveLength(quantity);
      found.push(...own);
    }
  }
  const paid = await pool.query<{ id: string }>(
    `select internal_id as id from billing.counted_exchange as counted where billable and not exists (
       select from billing.late_exchange as late where late.internal_id = counted.internal_id
       and late.id > (select max(late_through) from billing.period))`,
  );
  expect(found.toSorted()).toEqual(paid.rows.map(({ id }) => id).toSorted());

  const unstated = await pool.query<{ id: string; hour: Date; billable: boolean }>(
    `select internal_id as id, hour, billable from billing.counted_exchange where not internal_id = any($1::uuid[])`,
    [found],
  );
  expect(unstated.rows).toHaveLength(7);
  for (const { id, hour, billable } of unstated.rows) {
    const place = await placeOf(id, hour.toISOString());
    expect(place).toMatchObject({ isClosed: true, isLate: billable, line: null });
  }
  const another = await placeOf(found[0] ?? '', '2026-05-01T10:00:00.000Z');
  expect(another).toEqual({ exchange: null, month: '2026-05', isClosed: false, isLate: false, line: null });
});

test('each role may do what it may, and a supplier sees its own alone', async () => {
  await using resources = new AsyncDisposableStack();
  const { ask, person, load, count, close } = await booksApi(resources);
  await load(graduated);
  await count([...exchanges(2), ...exchanges(3, { supplier: 'Supplier B' })]);
  await close('2026-03');
  const supplierB = person('supplier', 'Supplier B');
  const list = StatementList.parse(await (await ask('/v1/statements', supplierB)).json());
  expect(list.statements.map(({ supplier }) => supplier)).toEqual(['Supplier B']);

  const closeApril = { path: '/v1/months/2026-04/close', body: { dryRun: true } };
  const diff = { path: '/v1/tariffs/diff', body: { text: graduated } };
  const adjust = {
    path: '/v1/adjustments',
    body: { number: 'SSP-2026-03-0001', line: 1, amount: '1.00', reason: 'x' },
  };
  const cases = [
    { token: supplierB, path: '/v1/statements/SSP-2026-03-0002', status: 200 },
    { token: supplierB, path: '/v1/statements/SSP-2026-03-0002/lines/1/exchanges', status: 200 },
    { token: supplierB, path: '/v1/statements/SSP-2026-03-0001', status: 404 },
    { token: supplierB, path: '/v1/statements/SSP-2026-03-0001?format=csv', status: 404 },
    { token: supplierB, path: '/v1/statements/SSP-2026-03-0001/lines/1/exchanges', status: 404 },
    { token: supplierB, path: '/v1/statements?supplier=Supplier%20A', status: 403 },
    { token: supplierB, path: '/v1/adjustments', status: 200 },
    { token: supplierB, path: '/v1/tariffs', status: 403 },
    { token: supplierB, path: '/v1/months/2026-03', status: 403 },
    { token: supplierB, ...adjust, status: 403 },
    { token: person('auditor'), ...closeApril, status: 403 },
    { token: person('auditor'), ...diff, status: 200 },
    { token: person('operator'), ...adjust, status: 403 },
    { token: tokens.consumer, path: '/v1/statements', status: 403 },
    { token: randomUUID(), path: '/v1/statements', status: 401 },
    { token: tokens.billing, path: '/v1/statements/SSP-2026-03-0009', status: 404 },
    { token: tokens.billing, path: '/v1/statements/SSP-2026-03-0001/lines/9/exchanges', status: 404 },
    { token: tokens.billing, path: '/v1/statements/other', status: 400 },
    { token: tokens.billing, path: '/v1/months/2026-13', status: 400 },
    { token: tokens.billing, path: '/v1/statements/SSP-2026-03-0001?format=xml', status: 400 },
  ];
  for (const { token, path, status, ...rest } of cases) {
    const answer = await ask(path, token, 'body' in rest ? rest.body : undefined);
    expect({ path, status: answer.status }).toEqual({ path, status });
  }
  expect((await ask('/v1/statements?supplier=%00', tokens.auditor)).status).toBe(400);
});
