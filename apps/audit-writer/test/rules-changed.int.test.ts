import { randomUUID } from 'node:crypto';
import { RulesChanged } from '@ssp/contracts';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { partitionRecords } from '../src/partition-record.ts';
import { verifyChain } from '../src/verify-chain.ts';
import { exchangeEvents } from './events.ts';
import { auditRig, tokens } from './rig.ts';

const RulesFound = z.object({ events: z.array(RulesChanged.schema) });

function rulesChanged() {
  const why = randomUUID();
  const event: RulesChanged = {
    specversion: '1.0',
    id: 'rules.changed.7',
    source: '/ssp/authz',
    type: RulesChanged.type,
    time: new Date().toISOString(),
    datacontenttype: 'application/json',
    data: {
      version: '7',
      kind: 'rules',
      who: 'operator:ada',
      why,
      tables: { agreement: { added: 1, removed: 0, changed: 0 } },
      rows: [{ table: 'agreement', before: null, after: { rule_id: 'a' } }],
      rowsLeftOut: 0,
    },
  };
  return { why, event, record: { topic: RulesChanged.topic, value: JSON.stringify(event) } };
}

test('a change of the rules is kept once however often it is told, found, and holds in the chain', async () => {
  await using resources = new AsyncDisposableStack();
  const rig = await auditRig(resources);
  const { api } = await rig.start(resources);
  const { why, event, record } = rulesChanged();
  const { internalId, records } = exchangeEvents();
  await rig.publish([record, record]);
  await rig.publish([record, ...records]);
  await rig.publish([record]);
  await expect
    .poll(() => rig.countRows([internalId]), { timeout: 40_000 })
    .toEqual({ rows: 2, events: 2, urls: 1 });
  const repeats = async () =>
    (
      await rig.pool.query(
        `select count(*)::int as count from audit.quarantine where convert_from(bytes, 'utf8') like $1`,
        [`%${why}%`],
      )
    ).rows;
  await expect.poll(repeats, { timeout: 20_000 }).toEqual([{ count: 3 }]);

  const found = await fetch(`${api}/v1/events?kind=rules.changed&from=${event.time}&limit=500`, {
    headers: { authorization: `Bearer ${tokens.auditor}` },
  });
  expect(found.status).toBe(200);
  const { events } = RulesFound.parse(await found.json());
  expect(events.filter(({ data }) => data.why === why)).toEqual([event]);
  for await (const partition of partitionRecords(rig.pool)) {
    expect(await verifyChain(rig.pool, partition, null)).toBeNull();
  }
});

test('only changes of the rules are found by their kind', async () => {
  await using resources = new AsyncDisposableStack();
  const rig = await auditRig(resources);
  const { api } = await rig.start(resources);
  const answer = await fetch(`${api}/v1/events?kind=received`, {
    headers: { authorization: `Bearer ${tokens.auditor}` },
  });
  expect(answer.status).toBe(400);
});
