import { randomInt, randomUUID } from 'node:crypto';
import { AuditedExchanges } from '@ssp/contracts';
import { expect, test } from 'vitest';
import { exchangeEvents } from './events.ts';
import { auditRig, tokens } from './rig.ts';

const patience = { timeout: 100_000 };
const asid = () => String(randomInt(1e11, 1e12));

async function page(api: string, query: Readonly<Record<string, string>>): Promise<AuditedExchanges> {
  const response = await fetch(`${api}/v1/exchanges?${new URLSearchParams(query).toString()}`, {
    headers: { authorization: `Bearer ${tokens.operator}` },
  });
  expect(response.status).toBe(200);
  return AuditedExchanges.parse(await response.json());
}

test('each filter finds what it names and nothing else', async () => {
  await using resources = new AsyncDisposableStack();
  const rig = await auditRig(resources);
  const { api } = await rig.start(resources);
  const from = asid();
  const metadata = 'urn:nhs:names:services:gpconnect:fhir:rest:read:metadata-1';
  const well = exchangeEvents({
    received: { from },
    completed: {
      from,
      decisionId: 'd.1',
      parties: { senderOds: 'R1A14', receiverOds: 'B82617', supplier: null },
    },
  });
  const refused = exchangeEvents({
    received: { from, interactionId: metadata },
    completed: {
      from,
      interactionId: metadata,
      outcome: 'refused',
      status: 403,
      refusal: 'no-agreement',
      decisionId: 'd.2',
      parties: { senderOds: 'R1A14', receiverOds: 'A83003', supplier: null },
    },
  });
  const open = exchangeEvents({ received: { from } });
  const lateStart = exchangeEvents({ completed: { from, outcome: 'abandoned', status: 499 } });
  await rig.publish([
    ...well.records,
    ...refused.records,
    ...open.records.slice(0, 1),
    ...lateStart.records.slice(1),
  ]);
  const ids = [well, refused, open, lateStart].map(({ internalId }) => internalId);
  await expect.poll(() => rig.countRows(ids), patience).toEqual({ rows: 6, events: 6, urls: 3 });

  const found = async (query: Readonly<Record<string, string>>) =>
    (await page(api, { fromAsid: from, ...query })).exchanges.map(({ internalId }) => internalId).toSorted();
  expect(await found({})).toEqual(ids.toSorted());
  expect(await found({ interactionId: metadata })).toEqual([refused.internalId]);
  expect(await found({ organisation: 'R1A14' })).toEqual([well.internalId, refused.internalId].toSorted());
  expect(await found({ organisation: 'B82617' })).toEqual([well.internalId]);
  expect(await found({ outcome: 'refused' })).toEqual([refused.internalId]);
  expect(await found({ outcome: 'abandoned' })).toEqual([lateStart.internalId]);
  expect(await found({ refusal: 'no-agreement' })).toEqual([refused.internalId]);
  expect(await found({ refusal: 'no-agreement', organisation: 'B82617' })).toEqual([]);
  expect(await found({ decisionId: 'd.1' })).toEqual([well.internalId]);
  expect(await found({ toAsid: asid() })).toEqual([]);
  expect(await found({ traceId: open.traceId })).toEqual([open.internalId]);

  const { exchanges } = await page(api, { fromAsid: from });
  expect(exchanges.find(({ internalId }) => internalId === open.internalId)).toMatchObject({
    receivedAt: expect.any(String),
    completedAt: null,
    outcome: null,
    status: null,
  });
  expect(exchanges.find(({ internalId }) => internalId === lateStart.internalId)).toMatchObject({
    receivedAt: null,
    completedAt: expect.any(String),
    outcome: 'abandoned',
  });
  expect(exchanges.find(({ internalId }) => internalId === well.internalId)).toMatchObject({
    senderOds: 'R1A14',
    receiverOds: 'B82617',
    decisionId: 'd.1',
  });
});

test.for([
  { by: 'by their beginnings', more: {} },
  { by: 'by their ends', more: { outcome: 'forwarded' } },
])('pages $by show each exchange once, the newest first, though many are of one moment', async ({ more }) => {
  await using resources = new AsyncDisposableStack();
  const rig = await auditRig(resources);
  const { api } = await rig.start(resources);
  const from = asid();
  const nowMs = Date.now() - 60_000;
  const exchanges = Array.from({ length: 57 }, (_, index) =>
    exchangeEvents({
      time: new Date(nowMs + Math.floor(index / 10)),
      received: { from },
      completed: { from },
      traceId: randomUUID(),
    }),
  );
  const ids = exchanges.map(({ internalId }) => internalId);
  await rig.publish(exchanges.flatMap(({ records }) => records));
  await expect.poll(() => rig.countRows(ids), patience).toEqual({ rows: 114, events: 114, urls: 57 });

  const seen: string[] = [];
  const times: string[] = [];
  let cursor: string | null = null;
  let pages = 0;
  do {
    const { exchanges: shown, next }: AuditedExchanges = await page(api, {
      fromAsid: from,
      limit: '8',
      ...more,
      ...(cursor !== null && { cursor }),
    });
    seen.push(...shown.map(({ internalId }) => internalId));
    times.push(...shown.map(({ receivedAt }) => receivedAt ?? ''));
    cursor = next;
    pages += 1;
  } while (cursor !== null);
  expect(pages).toBe(8);
  expect(seen.toSorted()).toEqual(ids.toSorted());
  expect(times).toEqual(times.toSorted().toReversed());
});
