import { randomUUID } from 'node:crypto';
import { StatementList } from '@ssp/contracts';
import { expect, test } from 'vitest';
import { booksApi } from './books-api.ts';
import { exchanges, graduated } from './books-rig.ts';
import { tokens } from './rig.ts';
import { toldDeeds } from './told-deeds.ts';

test('the audit is told of each deed once it is done, and by whom', async () => {
  await using resources = new AsyncDisposableStack();
  const { ask } = await booksApi(resources);
  const why = `CHG-${randomUUID()}`;
  const told = await toldDeeds(why, resources);
  const load = { text: graduated, version: '0', why };
  expect((await ask('/v1/tariffs', tokens.billing, load, { 'x-ssp-user': 'grace' })).status).toBe(200);
  await expect.poll(() => told, { timeout: 120_000 }).toHaveLength(1);
  expect(told).toMatchObject([
    { action: 'tariffs-loaded', who: { role: 'billing', name: 'grace', subject: null }, why },
  ]);
});

test('the audit is told of each file that is taken out, once, and of no page', async () => {
  await using resources = new AsyncDisposableStack();
  const { ask, person, load, count, close } = await booksApi(resources);
  const supplier = `Supplier ${randomUUID()}`;
  const told = await toldDeeds(supplier, resources);
  await load(graduated);
  await count([...exchanges(3, { supplier }), ...exchanges(3)]);
  await close('2026-03');
  const theirs = person('supplier', supplier);
  const list = StatementList.parse(await (await ask('/v1/statements', theirs)).json());
  const path = `/v1/statements/${list.statements[0]?.number}`;
  const others = ['0001', '0002'].map((end) => `/v1/statements/SSP-2026-03-${end}`);
  const other = others.find((it) => it !== path);

  expect((await ask(path, theirs)).status).toBe(200);
  expect((await ask('/v1/usage?month=2026-03&groupBy=supplier', theirs)).status).toBe(200);
  expect((await ask(`${other}?format=csv`, theirs)).status).toBe(404);
  const usage = '/v1/usage?month=2026-03&groupBy=outcome,supplier';
  for (const file of [`${path}?format=csv`, `${path}?format=json`, `${path}?format=html`])
    expect([file, (await ask(file, theirs)).status]).toEqual([file, 200]);
  expect((await ask(usage, theirs, undefined, { accept: 'text/csv' })).status).toBe(200);
  const machine = { 'x-ssp-user': 'grace' };
  const itsUsage = `${usage}&format=csv&supplier=${encodeURIComponent(supplier)}`;
  expect((await ask(itsUsage, tokens.auditor, undefined, machine)).status).toBe(200);

  const statement = { file: 'statement', number: path.slice(-16), month: '2026-03', supplier };
  const figures = {
    file: 'usage',
    format: 'csv',
    from: '2026-03-01T00:00:00.000Z',
    to: '2026-04-01T00:00:00.000Z',
    granularity: 'total',
    groupBy: 'supplier,outcome',
    supplier,
  };
  const ada = { role: 'supplier', name: 'Ada Lovelace', subject: 'ada', supplier };
  const grace = { role: 'auditor', name: 'grace', subject: null, supplier: null };
  await expect
    .poll(() => told.filter(({ action }) => action === 'exported'), { timeout: 120_000 })
    .toHaveLength(5);
  expect(told).toEqual(
    expect.arrayContaining([
      ...['csv', 'json', 'html'].map((format) => exported(ada, { ...statement, format })),
      exported(ada, figures),
      exported(grace, figures),
    ]),
  );
});

const exported = (who: object, what: object) => ({ action: 'exported', who, what, why: null });
