import { randomUUID } from 'node:crypto';
import { throttleUsePath } from '@ssp/contracts';
import { pino } from 'pino';
import { expect, test } from 'vitest';
import { ask, metadata, onlyBurst, otherProvider, repeated, slots, startRig } from './throttle-rig.ts';

test('a refusal by one limit uses up no other', async () => {
  await using resources = new AsyncDisposableStack();
  const { admit } = await startRig(resources, [
    { per: 'consumer', ...onlyBurst(10) },
    { per: 'provider', ...onlyBurst(3) },
    { id: 'roomy', per: 'provider', provider: { asid: otherProvider }, ...onlyBurst(1_000) },
  ]);
  const first = await admit(repeated(7));
  expect(first.filter(({ admission }) => admission === 'admit')).toHaveLength(3);
  expect(first[6]).toMatchObject({ admission: 'refuse', scope: 'provider', limit: 3, remaining: 0 });
  expect(await admit([{ ...ask, to: otherProvider }])).toMatchObject([
    { admission: 'admit', rule: 'consumer', limit: 10, remaining: 6 },
  ]);
});

test.for([
  'consumer',
  'consumer-interaction',
  'consumer-provider',
  'provider',
  'provider-interaction',
  'supplier',
  'global',
] as const)('a limit per %s is kept, and told', async (per) => {
  await using resources = new AsyncDisposableStack();
  const { admit } = await startRig(resources, [
    { id: 'wide', per: per === 'global' ? 'consumer' : 'global', ...onlyBurst(1_000) },
    { id: 'the-rule', per, ...onlyBurst(2) },
  ]);
  const asked = { ...ask, supplier: 'YGM01' };
  const told = { rule: 'the-rule', scope: per, version: 'file', counters: 'shared', limit: 2 };
  expect(await admit([asked, asked, asked])).toEqual([
    { admission: 'admit', ...told, remaining: 1, resetSeconds: 1_000 },
    { admission: 'admit', ...told, remaining: 0, resetSeconds: 2_000 },
    {
      admission: 'refuse',
      ...told,
      remaining: 0,
      resetSeconds: 2_000,
      windowSeconds: 2_000,
      retryAfterSeconds: 1_000,
    },
  ]);
});

test('a limit on one interaction leaves the others alone', async () => {
  await using resources = new AsyncDisposableStack();
  const { admit } = await startRig(resources, [
    { per: 'consumer-interaction', interaction: metadata, ...onlyBurst(1) },
  ]);
  const answers = await admit([ask, ask, { ...ask, interactionId: slots }]);
  expect(answers).toMatchObject([
    { admission: 'admit' },
    { admission: 'refuse' },
    { admission: 'admit', rule: 'unlimited' },
  ]);
});

test('a dear interaction takes its cost', async () => {
  await using resources = new AsyncDisposableStack();
  const { admit } = await startRig(resources, [{ per: 'consumer', ...onlyBurst(10) }], {
    costs: { [slots]: 4 },
  });
  const dear = { ...ask, interactionId: slots };
  expect(await admit([dear, ask, dear, dear, ask])).toMatchObject([
    { admission: 'admit', remaining: 6 },
    { admission: 'admit', remaining: 5 },
    { admission: 'admit', remaining: 1 },
    { admission: 'refuse', remaining: 1, retryAfterSeconds: 3_000 },
    { admission: 'admit', remaining: 0 },
  ]);
});

test('a limit in shadow mode refuses nobody, and is named and counted', async () => {
  await using resources = new AsyncDisposableStack();
  const { admit, service } = await startRig(resources, [
    { id: 'tried', per: 'consumer', mode: 'shadow', ...onlyBurst(1) },
    { per: 'global', ...onlyBurst(5) },
  ]);
  const answers = await admit(repeated(3));
  expect(answers).toMatchObject([
    { admission: 'admit', rule: 'global', remaining: 4 },
    { admission: 'admit', rule: 'global', remaining: 3, shadowed: ['tried'] },
    { admission: 'admit', rule: 'global', remaining: 2, shadowed: ['tried'] },
  ]);
  expect(answers[0]).not.toHaveProperty('shadowed');
  expect(await service.metrics.metrics()).toMatch(/ssp_throttle_shadow_refusals_total\{rule="tried"\} 2/);
});

test('a bad ask spoils only itself, and answers keep the order of the asks', async () => {
  await using resources = new AsyncDisposableStack();
  const { admit } = await startRig(resources, [{ per: 'consumer', ...onlyBurst(1) }]);
  const answers = await admit([{ from: 'nobody' }, ask, null, ask, { ...ask, from: '200000000360' }]);
  expect(answers.map(({ admission }) => admission)).toEqual([
    'unreadable',
    'admit',
    'unreadable',
    'refuse',
    'admit',
  ]);
});

test.for([{ body: { asks: 'none' } }, { body: [] }, { body: { asks: repeated(257) } }])(
  'what is no batch is answered 400 (%#)',
  async ({ body }) => {
    await using resources = new AsyncDisposableStack();
    const { post } = await startRig(resources, []);
    expect((await post(body)).status).toBe(400);
  },
);

/** Time goes on between the batches of a test. */
const about = (seconds: number) =>
  expect.toSatisfy((told: number) => told <= seconds && told > seconds - 120);

test('a consumer is told its limits, its use and its last refusals, and pays nothing for it', async () => {
  await using resources = new AsyncDisposableStack();
  const { admit, use, post } = await startRig(
    resources,
    [
      { id: 'all', per: 'consumer', ...onlyBurst(5) },
      { id: 'slots', per: 'consumer-interaction', interaction: slots, ...onlyBurst(2) },
      { id: 'each', per: 'consumer-provider', mode: 'shadow', ...onlyBurst(3) },
      { per: 'provider', ...onlyBurst(50) },
    ],
    { costs: {} },
  );
  const slotAsk = { ...ask, interactionId: slots };
  await admit([slotAsk, slotAsk, slotAsk, slotAsk]);
  await admit([ask, ask, ask, ask]);
  const refusal = { to: ask.to, times: 1, retryAfterSeconds: about(1_000) };
  // Refusals are kept beside the answer.
  await expect
    .poll(async () => (await use(ask.from)).consumers[0]?.refusals, { timeout: 30_000 })
    .toMatchObject([
      { rule: 'all', scope: 'consumer', interactionId: metadata, ...refusal },
      { rule: 'slots', scope: 'consumer-interaction', interactionId: slots, ...refusal, times: 2 },
    ]);
  const kept = { limit: 5, windowSeconds: 5_000, perSecond: 0.001, mode: 'enforce' };
  expect(await use(ask.from, '200000000360')).toMatchObject({
    version: 'file',
    consumers: [
      {
        asid: ask.from,
        limits: [
          { rule: 'all', ...kept, use: { remaining: 0, resetSeconds: about(5_000) } },
          { rule: 'slots', interactionId: slots, use: { remaining: 0, resetSeconds: about(2_000) } },
          { rule: 'each', scope: 'consumer-provider', provider: null, mode: 'shadow', use: null },
        ],
      },
      { asid: '200000000360', limits: [{ use: { remaining: 5, resetSeconds: 0 } }, {}, {}], refusals: [] },
    ],
  });
  expect((await post({ asids: ['nobody'] }, throttleUsePath)).status).toBe(400);
});

test('a consumer is told its use of a limit as it is now, and not of what it was before', async () => {
  await using resources = new AsyncDisposableStack();
  const before = await startRig(resources, [{ per: 'consumer', perSecond: 100, burst: 100 }]);
  await before.admit([ask]);
  const { hashTag } = before;
  const now = await startRig(resources, [{ per: 'consumer', ...onlyBurst(2) }], { hashTag });
  await now.admit(repeated(2));
  expect((await now.use(ask.from)).consumers[0]?.limits).toMatchObject([{ use: { remaining: 0 } }]);
  expect((await before.use(ask.from)).consumers[0]?.limits).toMatchObject([
    { use: { remaining: expect.toSatisfy((left: number) => left >= 99) } },
  ]);
});

const towards = (nth: number) => ({ ...ask, to: String(918_000_000_000 + nth) });

test('no more than the last twenty refusals are kept', async () => {
  await using resources = new AsyncDisposableStack();
  const { admit, use } = await startRig(resources, [{ per: 'consumer', ...onlyBurst(1) }]);
  await admit([ask, ...Array.from({ length: 30 }, (_, nth) => towards(nth))]);
  await expect
    .poll(async () => (await use(ask.from)).consumers[0]?.refusals.length, { timeout: 30_000 })
    .toBe(20);
  await admit([towards(99)]);
  await expect
    .poll(async () => (await use(ask.from)).consumers[0]?.refusals.map(({ to }) => to), { timeout: 30_000 })
    .toEqual([99, ...Array.from({ length: 19 }, (_, nth) => 29 - nth)].map((nth) => towards(nth).to));
});

test('what is not admitted is found in the log by the ids of its exchange', async () => {
  await using resources = new AsyncDisposableStack();
  const lines: string[] = [];
  const log = pino({ base: null, timestamp: false }, { write: (line: string) => void lines.push(line) });
  const { admit } = await startRig(resources, [{ per: 'consumer', ...onlyBurst(1) }], { log });
  const trace = {
    traceId: randomUUID(),
    traceparent: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01',
  };
  const answers = await admit([
    { ...ask, traceId: randomUUID() },
    { ...ask, ...trace },
  ]);
  expect(answers).toMatchObject([{ admission: 'admit' }, { admission: 'refuse' }]);
  const told = lines.map((line): object => JSON.parse(line)).filter((line) => 'traceId' in line);
  expect(told).toMatchObject([{ ...trace, rule: 'consumer', answer: 'refuse', msg: 'not admitted' }]);
});
