import { randomInt } from 'node:crypto';
import { AuditedAsksLine } from '@ssp/contracts';
import { expect, test } from 'vitest';
import { exchangeEvents } from './events.ts';
import { auditRig, tokens } from './rig.ts';

const patience = { timeout: 100_000 };
// Topics are everybody's, so the period is this run's own.
const sinceMs = Date.parse('2026-01-01T12:00:00Z') + randomInt(100_000) * 60_000;
const at = (seconds: number) => new Date(sinceMs + seconds * 1_000).toISOString();
const timings = {
  totalMs: 250,
  announceMs: 1,
  authoriseMs: 1,
  admitMs: 1,
  providerFirstByteMs: 8,
  providerMs: 9,
};
const admission = {
  answer: 'refuse',
  rule: 'consumers',
  scope: 'consumer',
  limit: 5,
  remaining: 0,
  version: '3',
  counters: 'shared',
  shadowed: ['trial'],
};

/** An exchange that arrived so many seconds into the period, and ended after so many. */
function exchange(arrived: number, seconds: number, completed: object = {}) {
  const events = exchangeEvents({ completed });
  const [received, ended] = events.records.map(({ topic, value }, index) => ({
    topic,
    value: JSON.stringify({ ...JSON.parse(value), time: at(index === 0 ? arrived : arrived + seconds) }),
  }));
  if (received === undefined || ended === undefined) throw new Error('two events were expected');
  return { ...events, received, ended };
}

test('what throttle was asked in a period is told in the order of arrival, and the rest is counted', async () => {
  await using resources = new AsyncDisposableStack();
  const rig = await auditRig(resources);
  const { api } = await rig.start(resources);
  const slow = exchange(1, 30, { parties: { senderOds: null, receiverOds: null, supplier: 'YGA' } });
  const quick = exchange(2, 1, { outcome: 'refused', status: 429, refusal: 'consumer-limit', admission });
  const notAsked = exchange(3, 1, { timings: { ...timings, admitMs: null }, refusal: 'no-agreement' });
  const open = exchange(4, 1);
  const later = exchange(100, 1);
  await rig.publish([
    quick.received,
    quick.ended,
    slow.received,
    slow.ended,
    notAsked.received,
    notAsked.ended,
    open.received,
    later.received,
    later.ended,
  ]);
  const ids = [slow, quick, notAsked, open, later].map(({ internalId }) => internalId);
  await expect.poll(() => rig.countRows(ids), patience).toMatchObject({ rows: 9 });

  const ask = (role: keyof typeof tokens) =>
    fetch(`${api}/v1/asks?since=${at(0)}&until=${at(60)}`, {
      headers: { authorization: `Bearer ${tokens[role]}` },
    });
  expect((await ask('authz')).status).toBe(403);
  const text = await (await ask('throttle')).text();
  expect(text).not.toContain('192.0.2.1');
  const lines = text
    .trimEnd()
    .split('\n')
    .map((line) => AuditedAsksLine.parse(JSON.parse(line)));
  const who = { edge: '/ssp/edge/test', from: '200000000359', to: '918999198738' };
  expect(lines).toEqual([
    {
      ask: expect.objectContaining({
        ...who,
        traceId: slow.traceId,
        supplier: 'YGA',
        receivedAt: at(1),
        durationMs: 12.5,
        outcome: 'forwarded',
        admission: null,
      }),
    },
    {
      ask: expect.objectContaining({
        ...who,
        traceId: quick.traceId,
        supplier: null,
        receivedAt: at(2),
        refusal: 'consumer-limit',
        admission,
      }),
    },
    { reached: at(60), notAsked: 1, unended: 1 },
    { end: true },
  ]);
});

test.for([
  { query: 'since=yesterday&until=2026-03-01T12:00:00Z', said: 'since' },
  { query: 'since=2026-03-02T12:00:00Z&until=2026-03-01T12:00:00Z', said: 'must be before until' },
  { query: 'since=2025-03-02T12:00:00Z&until=2026-03-01T12:00:00Z', said: 'at most 92 days' },
])('$query is refused: $said', async ({ query, said }) => {
  await using resources = new AsyncDisposableStack();
  const rig = await auditRig(resources);
  const { api } = await rig.start(resources);
  const answer = await fetch(`${api}/v1/asks?${query}`, {
    headers: { authorization: `Bearer ${tokens.throttle}` },
  });
  expect(answer.status).toBe(400);
  expect(await answer.text()).toContain(said);
});
