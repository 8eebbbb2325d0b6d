import { randomUUID } from 'node:crypto';
import {
  AuditRead,
  changeEvent,
  ExchangeCompleted,
  LimitsChanged,
  PersonActed,
  personActed,
  RulesChanged,
} from '@ssp/contracts';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { tableSource } from '../src/verify/table-source.ts';
import { verifyAudit } from '../src/verify/verify-audit.ts';
import { exchangeEvents } from './events.ts';
import { auditRig, tokens } from './rig.ts';

const Found = z.object({
  events: z.array(z.union([RulesChanged.schema, LimitsChanged.schema, AuditRead.schema, PersonActed.schema])),
});

function rulesChanged(why: string): RulesChanged {
  return changeEvent(
    RulesChanged.type,
    { source: '/ssp/authz', at: new Date() },
    {
      version: '7',
      kind: 'rules',
      who: 'operator:ada',
      why,
      tables: { agreement: { added: 1, removed: 0, changed: 0 } },
      rows: [{ table: 'agreement', before: null, after: { rule_id: 'a' } }],
      rowsLeftOut: 0,
    },
  );
}

function limitsChanged(why: string): LimitsChanged {
  return changeEvent(
    LimitsChanged.type,
    { source: '/ssp/throttle', at: new Date() },
    {
      version: '7',
      kind: 'operator',
      who: 'operator:ada',
      why,
      counts: { added: 0, changed: 1, removed: 0 },
      changes: [
        {
          section: 'limits',
          key: ['consumers'],
          change: 'changed',
          fields: [{ field: 'burst', from: '1000', to: '2000' }],
        },
      ],
      changesLeftOut: 0,
    },
  );
}

function auditRead(why: string): AuditRead {
  return {
    specversion: '1.0',
    id: 'audit.read.7',
    source: '/ssp/audit-writer',
    type: AuditRead.type,
    time: new Date().toISOString(),
    datacontenttype: 'application/json',
    data: {
      kind: 'full-urls',
      who: 'auditor:ada',
      why,
      asked: { traceId: randomUUID() },
      internalIds: [randomUUID()],
    },
  };
}

function tariffsLoaded(why: string): PersonActed {
  return personActed(
    { id: randomUUID(), source: '/ssp/billing', at: new Date() },
    {
      action: 'tariffs-loaded',
      who: { role: 'billing', name: 'Ada Lovelace', subject: 'ada', supplier: null },
      what: { version: '7', tariffs: 3 },
      why,
    },
  );
}

test.for([
  { deed: 'a change of the rules', changed: rulesChanged },
  { deed: 'a change of the limits', changed: limitsChanged },
  { deed: 'a read of full URLs', changed: auditRead },
  { deed: 'a load of tariffs', changed: tariffsLoaded },
])('$deed is kept once however often it is told, found, and holds in the chain', async ({ changed }) => {
  await using resources = new AsyncDisposableStack();
  const rig = await auditRig(resources);
  const { api } = await rig.start(resources);
  const why = randomUUID();
  const event = changed(why);
  const record = { topic: ExchangeCompleted.topic, value: JSON.stringify(event) };
  const { internalId, records } = exchangeEvents();
  await rig.publish([record, record]);
  await rig.publish([record, ...records]);
  await rig.publish([record]);
  await expect
    .poll(() => rig.countRows([internalId]), { timeout: 100_000 })
    .toEqual({ rows: 2, events: 2, urls: 1 });
  const repeats = async () =>
    (
      await rig.pool.query(
        `select count(*)::int as count from audit.quarantine where convert_from(bytes, 'utf8') like $1`,
        [`%${why}%`],
      )
    ).rows;
  await expect.poll(repeats, { timeout: 100_000 }).toEqual([{ count: 3 }]);

  const found = await fetch(`${api}/v1/events?kind=${event.type}&from=${event.time}&limit=500`, {
    headers: { authorization: `Bearer ${tokens.auditor}` },
  });
  expect(found.status).toBe(200);
  const { events } = Found.parse(await found.json());
  expect(events.filter(({ data }) => data.why === why)).toEqual([event]);
  expect(await verifyAudit(tableSource(rig.pool), null)).toMatchObject({ faults: [] });
});

test('only what people did is found by their kind', async () => {
  await using resources = new AsyncDisposableStack();
  const rig = await auditRig(resources);
  const { api } = await rig.start(resources);
  const answer = await fetch(`${api}/v1/events?kind=received`, {
    headers: { authorization: `Bearer ${tokens.auditor}` },
  });
  expect(answer.status).toBe(400);
});
