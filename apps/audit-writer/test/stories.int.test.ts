import { randomBytes } from 'node:crypto';
import { AuditedExchanges, AuditedStories } from '@ssp/contracts';
import { expect, test } from 'vitest';
import { exchangeEvents } from './events.ts';
import { auditRig, tokens } from './rig.ts';

const bearer = {
  state: 'read' as const,
  alg: 'none',
  claims: { sub: 'clinician', requested_record: { identifier: [{ value: '9476719931' }] } },
};

async function stories(api: string, query: string, token: string): Promise<AuditedStories> {
  const response = await fetch(`${api}/v1/stories?${query}`, {
    headers: { authorization: `Bearer ${token}` },
  });
  expect(response.status).toBe(200);
  return AuditedStories.parse(await response.json());
}

test('a trace tells the story of each of its exchanges in the order of their arrival', async () => {
  await using resources = new AsyncDisposableStack();
  const rig = await auditRig(resources);
  const { api } = await rig.start(resources);
  const first = exchangeEvents({
    time: new Date(Date.now() - 5_000),
    received: { bearer, clockOffsetMs: -3 },
    completed: {
      bearer,
      clockOffsetMs: -4,
      outcome: 'refused',
      status: 403,
      refusal: 'no-agreement',
      decisionId: 'd.1',
      rulesVersion: '7',
      parties: { senderOds: 'R1A14', receiverOds: 'B82617', supplier: 'TPP' },
    },
  });
  const { traceId } = first;
  const second = exchangeEvents({ traceId, received: { bearer, clockOffsetMs: 7 } });
  await rig.publish([...first.records, ...second.records.slice(0, 1)]);
  const ids = [first.internalId, second.internalId];
  await expect.poll(() => rig.countRows(ids), { timeout: 100_000 }).toEqual({ rows: 3, events: 3, urls: 2 });

  const told = await stories(api, `traceId=${traceId}`, tokens.auditor);
  expect(told).toMatchObject({
    more: false,
    stories: [
      {
        exchange: { internalId: first.internalId, outcome: 'refused', senderOds: 'R1A14' },
        edge: '/ssp/edge/test',
        clockOffsetMs: -4,
        bearer: { claims: { sub: 'clinician', requested_record: { identifier: [{ value: '**********' }] } } },
        end: { rulesVersion: '7', supplier: 'TPP', timings: { totalMs: 12.5, providerFirstByteMs: 8 } },
      },
      {
        exchange: { internalId: second.internalId, outcome: null, completedAt: null },
        clockOffsetMs: 7,
        end: null,
      },
    ],
  });

  const one = await stories(api, `internalId=${second.internalId}`, tokens.operator);
  expect(one.stories).toHaveLength(1);
  const toOperator = await stories(api, `traceId=${traceId}`, tokens.operator);
  expect(toOperator.stories.map((story) => story.bearer)).toEqual([null, null]);
  expect(JSON.stringify([told, toOperator])).not.toContain('9476719931');
});

test('a request is found by the trace of the consumer’s own, in either case, and one that tells of none by no such', async () => {
  await using resources = new AsyncDisposableStack();
  const rig = await auditRig(resources);
  const { api } = await rig.start(resources);
  const w3cTraceId = randomBytes(16).toString('hex');
  const traceparent = `00-${w3cTraceId}-00f067aa0ba902b7-01`;
  const traced = exchangeEvents({ received: { traceparent }, completed: { traceparent } });
  const others = [
    exchangeEvents(),
    exchangeEvents({ received: { traceparent: null }, completed: { traceparent: `${traceparent}0` } }),
  ];
  await rig.publish([traced, ...others].flatMap(({ records }) => records));
  const ids = [traced, ...others].map(({ internalId }) => internalId);
  await expect.poll(() => rig.countRows(ids), { timeout: 100_000 }).toEqual({ rows: 6, events: 6, urls: 3 });

  const { internalId } = traced;
  for (const asked of [w3cTraceId, w3cTraceId.toUpperCase()]) {
    const told = await stories(api, `w3cTraceId=${asked}`, tokens.operator);
    expect(told).toMatchObject({ stories: [{ exchange: { internalId, w3cTraceId }, traceparent }] });
  }
  const other = await stories(api, `internalId=${others[0]?.internalId ?? ''}`, tokens.operator);
  expect(other).toMatchObject({ stories: [{ exchange: { w3cTraceId: null }, traceparent: null }] });

  for (const query of [`w3cTraceId=${w3cTraceId}`, `w3cTraceId=${w3cTraceId}&outcome=forwarded`]) {
    const response = await fetch(`${api}/v1/exchanges?${query}`, {
      headers: { authorization: `Bearer ${tokens.operator}` },
    });
    const { exchanges } = AuditedExchanges.parse(await response.json());
    expect(exchanges.map((one) => one.internalId)).toEqual([internalId]);
  }
});
