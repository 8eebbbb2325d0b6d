import { AuditedStories } from '@ssp/contracts';
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
