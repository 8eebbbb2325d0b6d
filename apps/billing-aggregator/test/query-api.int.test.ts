import { randomUUID } from 'node:crypto';
import { UsageReport } from '@ssp/contracts';
import { expect, test } from 'vitest';
import { type Usage } from '../src/usage-of.ts';
import { billingRig, tokens } from './rig.ts';
import { storeUsage, usage as usual } from './store-usage.ts';

function usage(changes: Partial<Usage>): Usage {
  const internalId = randomUUID();
  return usual({ internalId, requestBytes: 10, responseBytes: 100, providerUs: 2_000, ...changes });
}

const april = '2026-04-01T00:00:00.000Z';

const usages = [
  usage({}),
  usage({ supplier: 'Supplier B', providerOds: 'C83001', providerAsid: '918999000001', hour: april }),
  usage({
    supplier: 'Supplier B',
    providerOds: 'C83001',
    providerAsid: '918999000001',
    hour: april,
    providerUs: 5_000,
  }),
  usage({
    supplier: 'Supplier, "C"',
    consumerAsid: '200000000360',
    hour: april,
    outcome: '5xx',
    isBillable: false,
    providerUs: null,
  }),
];

async function apiRig(resources: AsyncDisposableStack, stored: readonly Usage[] = usages) {
  const billing = await billingRig(resources);
  await storeUsage(billing.pool, stored);
  const api = await billing.startApi();
  const ask = (path: string, headers: Record<string, string> = {}) =>
    fetch(`${api}${path}`, { headers: { authorization: `Bearer ${tokens.billing}`, ...headers } });
  const count = (more: readonly Usage[]) => storeUsage(billing.pool, more);
  return { ask, count, report: async (path: string) => UsageReport.parse(await (await ask(path)).json()) };
}

test('the figures are those of the table, by any grouping, period and filter', async () => {
  await using resources = new AsyncDisposableStack();
  const { report } = await apiRig(resources);

  expect(await report('/v1/usage?month=2026-04&groupBy=supplier')).toEqual({
    period: { from: april, to: '2026-05-01T00:00:00.000Z' },
    groupBy: ['supplier'],
    granularity: 'total',
    next: null,
    rows: [
      {
        supplier: 'Supplier B',
        requests: 2,
        billable: 2,
        errors: 0,
        requestBytes: 20,
        responseBytes: 200,
        providerMsMean: 3.5,
        providerMsMax: 5,
        ownMsMean: 11.75,
      },
      {
        supplier: 'Supplier, "C"',
        requests: 1,
        billable: 0,
        errors: 1,
        requestBytes: 10,
        responseBytes: 100,
        providerMsMean: null,
        providerMsMax: null,
        ownMsMean: null,
      },
    ],
    totals: {
      requests: 3,
      billable: 2,
      errors: 1,
      requestBytes: 30,
      responseBytes: 300,
      providerMsMean: 3.5,
      providerMsMax: 5,
      ownMsMean: 11.75,
    },
  });
  const all = await report('/v1/usage?from=2026-03-01T00:00Z&to=2026-05-01T00:00Z&groupBy=provider,consumer');
  expect(all.rows.map((row) => [row.providerOds, row.providerAsid, row.consumerAsid, row.requests])).toEqual([
    ['B82617', '918999198738', '200000000359', 1],
    ['B82617', '918999198738', '200000000360', 1],
    ['C83001', '918999000001', '200000000359', 2],
  ]);
  expect((await report('/v1/usage?month=2026-03')).rows).toMatchObject([{ requests: 1 }]);
  expect((await report('/v1/usage?month=2026-04&provider=C83001')).totals.requests).toBe(2);
  expect((await report('/v1/usage?month=2026-04&consumer=200000000360')).totals.requests).toBe(1);
  expect(
    (await report(`/v1/usage?month=2026-04&supplier=${encodeURIComponent("' or 1=1 --")}`)).rows,
  ).toEqual([]);
});

test('CSV comes by the Accept header and by format', async () => {
  await using resources = new AsyncDisposableStack();
  const { ask } = await apiRig(resources);
  const expected =
    'supplier,requests,billable,errors,requestBytes,responseBytes,providerMsMean,providerMsMax,ownMsMean\r\n' +
    'Supplier B,2,2,0,20,200,3.5,5,11.75\r\n"Supplier, ""C""",1,0,1,10,100,,,\r\n';
  const byHeader = await ask('/v1/usage?month=2026-04&groupBy=supplier', { accept: 'text/csv' });
  expect(byHeader.headers.get('content-type')).toBe('text/csv; charset=utf-8');
  expect(await byHeader.text()).toBe(expected);
  const byFormat = await ask('/v1/usage?month=2026-04&groupBy=supplier&format=csv');
  expect(await byFormat.text()).toBe(expected);
  expect(byFormat.headers.get('content-disposition')).toContain('usage-2026-04-01T00-2026-05-01T00.csv');
});

test('months with usage are listed, newest first', async () => {
  await using resources = new AsyncDisposableStack();
  const { ask } = await apiRig(resources, [...usages, usage({ hour: '2025-12-31T23:00:00.000Z' })]);
  expect(await (await ask('/v1/months')).json()).toEqual({ months: ['2026-04', '2026-03', '2025-12'] });
});

test('a month without usage, and a database without any, have empty answers', async () => {
  await using resources = new AsyncDisposableStack();
  const { ask, report } = await apiRig(resources, []);
  expect(await report('/v1/usage?month=2026-04&groupBy=supplier')).toMatchObject({
    rows: [],
    totals: { requests: 0, providerMsMean: null },
  });
  expect(await (await ask('/v1/months')).json()).toEqual({ months: [] });
});

test('every role of billing staff may read, and no one else', async () => {
  await using resources = new AsyncDisposableStack();
  const { ask } = await apiRig(resources, []);
  const statusFor = async (authorization: string) =>
    (await ask('/v1/usage?month=2026-04', { authorization })).status;
  expect(await statusFor(`Bearer ${tokens.billing}`)).toBe(200);
  expect(await statusFor(`Bearer ${tokens.operator}`)).toBe(200);
  expect(await statusFor(`Bearer ${tokens.auditor}`)).toBe(200);
  expect(await statusFor(`Bearer ${tokens.consumer}`)).toBe(403);
  expect(await statusFor(`Bearer ${tokens.billing}x`)).toBe(401);
  expect(await statusFor('')).toBe(401);
});

test('a refused query says why in a problem', async () => {
  await using resources = new AsyncDisposableStack();
  const { ask } = await apiRig(resources, []);
  const cases = [
    { path: '/v1/usage?month=2026-04', authorization: '', status: 401 },
    { path: '/other', authorization: 'Bearer wrong', status: 401 },
    { path: '/v1/usage?month=2026-04', authorization: `Bearer ${tokens.consumer}`, status: 403 },
    { path: '/v1/usage', authorization: `Bearer ${tokens.billing}`, status: 400 },
    {
      path: '/v1/usage?month=2026-04&groupBy=hour;drop',
      authorization: `Bearer ${tokens.billing}`,
      status: 400,
    },
    { path: '/other', authorization: `Bearer ${tokens.billing}`, status: 404 },
  ];
  for (const { path, authorization, status } of cases) {
    const answer = await ask(path, { authorization });
    expect(answer.status).toBe(status);
    expect(answer.headers.get('www-authenticate')).toBe(status === 401 ? 'Bearer' : null);
    expect(answer.headers.get('content-type')).toMatch('application/problem+json');
    expect(await answer.json()).toEqual({
      type: 'about:blank',
      title: expect.stringMatching(/./),
      status,
      detail: expect.stringMatching(/./),
    });
  }
});

test('an answer that the caller has already is not sent again', async () => {
  await using resources = new AsyncDisposableStack();
  const { ask, count } = await apiRig(resources);
  const path = '/v1/usage?month=2026-04&groupBy=supplier';
  const first = await ask(path);
  const etag = first.headers.get('etag') ?? '';
  expect(first.headers.get('cache-control')).toBe('private, no-cache');
  const again = await ask(path, { 'if-none-match': `"other", W/${etag}` });
  expect([again.status, await again.text()]).toEqual([304, '']);
  // A CSV of the same is another answer.
  expect((await ask(`${path}&format=csv`, { 'if-none-match': etag })).status).toBe(200);
  await count([usage({ hour: april })]);
  expect((await ask(path, { 'if-none-match': etag })).status).toBe(200);
});

test('cells that a spreadsheet would take for formulas are made harmless', async () => {
  await using resources = new AsyncDisposableStack();
  const names = ['=1+1', '+1', '-1', '@sum'];
  const { ask } = await apiRig(
    resources,
    names.map((supplier) => usage({ supplier, hour: april })),
  );
  const csv = await (await ask('/v1/usage?month=2026-04&groupBy=supplier&format=csv')).text();
  expect(csv.match(/^'[^,]+/gm)?.toSorted()).toEqual(names.map((name) => `'${name}`).toSorted());
});

test('pages hold every group once, also while others grow', async () => {
  await using resources = new AsyncDisposableStack();
  const suppliers = Array.from({ length: 25 }, (_, at) => `Supplier ${String(at).padStart(2, '0')}`);
  const { report, count } = await apiRig(
    resources,
    suppliers.map((supplier) => usage({ supplier, hour: april })),
  );
  for (const order of ['name', '-requests', 'requests', '-providerMsMean']) {
    const seen: string[] = [];
    const path = `/v1/usage?month=2026-04&groupBy=supplier&limit=10&order=${order}`;
    for (let cursor: string | null = ''; cursor !== null;) {
      const page = await report(cursor === '' ? path : `${path}&cursor=${cursor}`);
      seen.push(...page.rows.map(({ supplier = '' }) => supplier));
      cursor = page.next;
      expect(page.totals.requests).toBeGreaterThanOrEqual(25);
      // Those that were there before stay where they are.
      await count([usage({ supplier: 'Supplier 99', hour: april })]);
    }
    expect(seen.filter((it) => it !== 'Supplier 99').toSorted()).toEqual(suppliers);
  }
});
