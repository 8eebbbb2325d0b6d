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

test('the audit is told of each file that is taken out, once, and of nothing that did not go out', async () => {
  await using resources = new AsyncDisposableStack();
  const { ask, askHead, person, load, count, close } = await booksApi(resources);
  const id = randomUUID();
  const supplier = `Supplier ${id}`;
  const told = await toldDeeds(id, resources);
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
  for (const file of [`${path}?format=csv`, `${usage}&format=csv`]) {
    const { headers } = await ask(file, theirs, undefined, { 'if-none-match': '*' });
    const held = { 'if-none-match': headers.get('etag') ?? 'none' };
    expect((await ask(file, theirs, undefined, held)).status).toBe(304);
    const head = await askHead(file, theirs);
    expect([head.status, head.headers.get('content-disposition')]).toEqual([200, expect.any(String)]);
  }
  const machine = { 'x-ssp-user': 'grace' };
  const itsUsage = `${usage}&format=csv&supplier=${encodeURIComponent(supplier)}`;
  expect((await ask(itsUsage, tokens.auditor, undefined, machine)).status).toBe(200);

  const keeper = { 'x-ssp-user': `keeper-${id}` };
  expect((await ask('/v1/tariffs/export', tokens.billing, undefined, keeper)).status).toBe(200);
  for (const format of ['yaml', 'json']) {
    const file = `/v1/tariffs/export?format=${format}`;
    expect((await ask(file, tokens.billing, undefined, keeper)).status).toBe(200);
  }

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
    .toHaveLength(7);
  expect(told).toEqual(
    expect.arrayContaining([
      ...['csv', 'json', 'html'].map((format) => exported(ada, { ...statement, format })),
      exported(ada, figures),
      exported(grace, figures),
      ...['yaml', 'json'].map((format) =>
        exported(
          { role: 'billing', name: keeper['x-ssp-user'], subject: null, supplier: null },
          { file: 'tariffs', format, version: '1' },
        ),
      ),
    ]),
  );
});

const exported = (who: object, what: object) => ({ action: 'exported', who, what, why: null });
