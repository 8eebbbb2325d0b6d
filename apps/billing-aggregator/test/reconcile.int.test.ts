import { Reconciliations, reconciliationsPath } from '@ssp/contracts';
import { runOurs } from '@ssp/testing';
import { expect, test } from 'vitest';
import { reconcile, reconcileRig, TestEdge } from './reconcile-rig.ts';
import { tokens } from './rig.ts';

const patient = { timeout: 120_000, interval: 200 };
const ofUsage = (kind: string) => ({
  kind,
  traceId: null,
  about: expect.stringContaining('the usage of Supplier A'),
});
const day = (text: string) => (hour: number) => `${text}T${String(hour).padStart(2, '0')}:00:00.000Z`;

test('an hour balances under repeats, disorder and a killed aggregator, and is reconciled anew when an exchange comes late', async () => {
  await using resources = new AsyncDisposableStack();
  const at = day('2025-03-30');
  const rig = await reconcileRig(resources);
  const api = await rig.startApi();
  const edge = new TestEdge(at(1));
  const ended = Array.from({ length: 120 }, (_, place) =>
    edge.end(place % 5 === 0 ? { outcome: 'refused', endpoint: null, refusal: 'no-agreement' } : {}),
  );
  ended.push(edge.end({ outcome: 'failed', providerStatus: 200 }), edge.end({ outcome: 'answered' }));
  const texts = [...ended, edge.tally()].map((event) => JSON.stringify(event));
  const kill = rig.spawnAggregator();
  await rig.publish(texts.slice(60).toReversed());
  await rig.publish([...texts.slice(0, 60), ...texts.slice(30, 90)]);
  await expect.poll(() => rig.countEntered(at(0)), patient).toBeGreaterThan(0);
  await kill();
  await rig.startAggregator(resources);
  await expect.poll(() => rig.countAudited(at(0)), patient).toBe(ended.length + 1);
  const bytes = ended.reduce((sum, { data }) => sum + data.responseBytes, 0);
  await expect
    .poll(async () => (await reconcile(api, at(1), at(2))).hours[0]?.hour, patient)
    .toMatchObject({
      state: 'balanced',
      told: 122,
      audited: 122,
      entered: 122,
      requests: 122,
      billable: 96,
      responseBytes: bytes,
      differences: 0,
    });

  const late = edge.end();
  await rig.publish([JSON.stringify(late)]);
  await expect.poll(() => rig.countEntered(at(0)), patient).toBe(123);
  const ask = async () => {
    const answer = await fetch(`${api}${reconciliationsPath}?from=${at(1)}&to=${at(2)}`, {
      headers: { authorization: `Bearer ${tokens.auditor}` },
    });
    return Reconciliations.parse(await answer.json());
  };
  expect(await ask()).toMatchObject({ isBalanced: false, hours: [{ state: 'waiting' }] });
  await expect.poll(() => rig.countAudited(at(0)), patient).toBe(ended.length + 2);
  const again = await reconcile(api, at(1), at(2));
  expect(again.end).toMatchObject({ hours: 1, unbalanced: 0, waiting: 0, notRipe: null });
  expect(again.hours[0]?.differences).toEqual([
    expect.objectContaining({ kind: 'late', traceId: late.data.traceId, internalId: late.data.internalId }),
  ]);
  expect(await ask()).toMatchObject({ isBalanced: true, hours: [{ state: 'balanced', requests: 123 }] });
});

test('whatever is lost, doubled, altered or never told is named', async () => {
  await using resources = new AsyncDisposableStack();
  const at = day('2025-03-31');
  const rig = await reconcileRig(resources);
  const api = await rig.startApi();
  const edges = Array.from({ length: 7 }, (_, hour) => new TestEdge(at(hour)));
  const ended = edges.map((edge) => [edge.end(), edge.end(), edge.end()]);
  const events = [...ended.flat(), ...edges.map((edge, hour) => edge.tally(hour === 5 ? 2 : 0))];
  await rig.publish(events.map((event) => JSON.stringify(event)));
  await rig.startAggregator(resources);
  await expect.poll(() => rig.countAudited(at(0)), patient).toBe(events.length);
  await expect.poll(() => rig.countEntered(at(0)), patient).toBe(ended.flat().length);

  const ids = ended.map((ofHour) => ofHour[0]?.data.internalId);
  const traces = ended.map((ofHour) => ofHour[0]?.data.traceId);
  const { pool } = rig;
  // Hour 0 stays as it is; hour 5 has a tally of two that nobody has heard of.
  await pool.query('delete from billing.counted_exchange where hour = $1 and internal_id = $2', [
    at(1),
    ids[1],
  ]);
  await pool.query('update billing.usage_hour set requests = requests + 1 where hour = $1', [at(2)]);
  await pool.query(
    'update billing.counted_exchange set response_bytes = response_bytes + 7 where hour = $1 and internal_id = $2',
    [at(3), ids[3]],
  );
  await pool.query(
    `insert into billing.counted_exchange (hour, internal_id, key, request_bytes, response_bytes, total_us, billable)
     select $1, gen_random_uuid(), key, 1, 2, 3, true from billing.usage_hour where hour = $1`,
    [at(4)],
  );
  await pool.query('alter table audit.event disable trigger no_change');
  await pool.query(
    'delete from audit.event where occurred_at >= $1 and occurred_at < $2 and internal_id = $3',
    [at(6), at(7), ids[6]],
  );

  const { hours, end } = await reconcile(api, at(0), at(7));
  const found = hours.map(({ differences }) =>
    differences.map(({ kind, traceId, about }) => ({ kind, traceId, about })),
  );
  expect(found).toEqual([
    [],
    expect.arrayContaining([
      { kind: 'lost', traceId: traces[1], about: 'the audit has it, the ledger has not' },
      ofUsage('doubled'),
    ]),
    [ofUsage('doubled')],
    expect.arrayContaining([
      { kind: 'altered', traceId: traces[3], about: 'responseBytes is 1008, should be 1001' },
      ofUsage('altered'),
    ]),
    expect.arrayContaining([
      { kind: 'doubled', traceId: null, about: 'the ledger has it, the audit has not' },
      ofUsage('lost'),
    ]),
    [{ kind: 'missing', traceId: null, about: `${edges[5]?.name}: it counted 5, the audit has 3` }],
    expect.arrayContaining([
      { kind: 'missing', traceId: null, about: `${edges[6]?.name}: it counted 3, the audit has 2` },
      { kind: 'doubled', traceId: null, about: 'the ledger has it, the audit has not' },
    ]),
  ]);
  expect(end).toMatchObject({ hours: 7, unbalanced: 6, waiting: 0 });

  const period = { RECONCILE_FROM: '2025-03-31T00:00Z', RECONCILE_TO: '2025-03-31T02:00Z' };
  const job = await runOurs('apps/billing-aggregator/src/reconcile.main.ts', [], {
    ...rig.environment,
    ...period,
  });
  expect({ status: job.status, err: job.err }).toEqual({ status: 3, err: '' });
  expect(job.out).toContain(traces[1]);
  await pool.query(
    `insert into billing.counted_exchange (hour, internal_id, key, request_bytes, response_bytes, provider_us, total_us, billable)
     select $1, $2, key, 1, 1001, 12346, 15250, true from billing.usage_hour where hour = $1`,
    [at(1), ids[1]],
  );
  const mended = await runOurs('apps/billing-aggregator/src/reconcile.main.ts', [], {
    ...rig.environment,
    ...period,
  });
  expect({ status: mended.status, err: mended.err }).toEqual({ status: 0, err: '' });
});

test('while billing lags behind all hours of a long period wait, after no longer than one of them would', async () => {
  await using resources = new AsyncDisposableStack();
  const at = day('2025-04-02');
  const rig = await reconcileRig(resources);
  const api = await rig.startApi();
  const edge = new TestEdge(at(1));
  await rig.publish([edge.end(), edge.tally()].map((event) => JSON.stringify(event)));
  await expect.poll(() => rig.countAudited(at(0)), patient).toBe(2);
  const days = await reconcile(api, at(0), day('2025-04-05')(0));
  expect(days.end).toMatchObject({ hours: 72, waiting: 72, unbalanced: 0 });
  await rig.startAggregator(resources);
  await expect.poll(() => rig.countEntered(at(0)), patient).toBe(1);
  const again = await reconcile(api, at(0), day('2025-04-05')(0));
  expect(again.end).toMatchObject({ hours: 72, waiting: 0, unbalanced: 0 });
  expect(again.hours[1]?.hour).toMatchObject({ told: 1, audited: 1, requests: 1 });
});
