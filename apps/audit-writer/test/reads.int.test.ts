import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { text } from 'node:stream/consumers';
import { AuditedExchange, AuditRead, FullUrls } from '@ssp/contracts';
import { connectKafka, startPublisher } from '@ssp/kafka';
import { createService } from '@ssp/service';
import { startStubIssuer } from '@ssp/testing';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { auditMetrics } from '../src/metrics.ts';
import { startSearchApi } from '../src/search/search-api.ts';
import { exchangeEvents, fullUrl } from './events.ts';
import { auditRig, tokens } from './rig.ts';

const patience = { timeout: 100_000 };
const Events = z.object({ events: z.array(AuditRead.schema) });

function ask(url: string, body: object, { token = tokens.auditor, user = 'ada' } = {}): Promise<Response> {
  return fetch(url, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${token}`,
      'content-type': 'application/json',
      ...(user !== '' && { 'x-ssp-user': user }),
    },
    body: JSON.stringify(body),
  });
}

/** The reads that the audit holds with this ground. */
async function readsFor(api: string, why: string) {
  const response = await fetch(`${api}/v1/events?kind=audit.read`, {
    headers: { authorization: `Bearer ${tokens.auditor}` },
  });
  const { events } = Events.parse(await response.json());
  return events.filter(({ data }) => data.why === why);
}

/** Exchanges from a consumer that no other test has. */
async function stored(resources: AsyncDisposableStack, count = 1) {
  const from = String(randomInt(1e11, 1e12));
  const rig = await auditRig(resources);
  const { api } = await rig.start(resources);
  const exchanges = Array.from({ length: count }, () =>
    exchangeEvents({ received: { from }, completed: { from } }),
  );
  await rig.publish(exchanges.flatMap(({ records }) => records));
  const ids = exchanges.map(({ internalId }) => internalId);
  await expect
    .poll(() => rig.countRows(ids), patience)
    .toEqual({ rows: count * 2, events: count * 2, urls: count });
  return { rig, api, from, exchanges, ids };
}

test('an auditor reads a full URL, and the audit holds who read whose and why', async () => {
  await using resources = new AsyncDisposableStack();
  const { api, exchanges, ids } = await stored(resources, 2);
  const [one, other] = exchanges;
  const why = `complaint ${ids[0]}`;
  const byTrace = await ask(`${api}/v1/full-urls`, { traceId: one?.traceId, why });
  expect(byTrace.status).toBe(200);
  const answer = FullUrls.parse(await byTrace.json());
  expect(answer.urls).toEqual([
    { internalId: one?.internalId, receivedAt: expect.any(String), url: fullUrl },
  ]);
  const byIds = await ask(`${api}/v1/full-urls`, { internalIds: [other?.internalId], why });
  expect(FullUrls.parse(await byIds.json()).urls).toMatchObject([{ internalId: other?.internalId }]);

  await expect.poll(() => readsFor(api, why), patience).toHaveLength(2);
  const told = await readsFor(api, why);
  expect(told.find(({ id }) => id === answer.readId)?.data).toEqual({
    kind: 'full-urls',
    who: 'auditor:ada',
    why,
    asked: { traceId: one?.traceId },
    internalIds: [one?.internalId],
  });
});

test.for([
  { asked: 'by an operator', change: {}, as: { token: tokens.operator }, status: 403 },
  { asked: 'by authz', change: {}, as: { token: tokens.authz }, status: 403 },
  { asked: 'by nobody in particular', change: {}, as: { user: '' }, status: 400 },
  { asked: 'without a ground', change: { why: ' ' }, as: {}, status: 400 },
  { asked: 'for two things', change: { internalIds: [crypto.randomUUID()] }, as: {}, status: 400 },
])('full URLs asked for $asked are answered $status', async ({ change, as, status }) => {
  await using resources = new AsyncDisposableStack();
  const rig = await auditRig(resources);
  const { api } = await rig.start(resources);
  const body = { traceId: crypto.randomUUID(), why: 'a', ...change };
  expect((await ask(`${api}/v1/full-urls`, body, as)).status).toBe(status);
});

test('what cannot be audited is not read', async () => {
  await using resources = new AsyncDisposableStack();
  const { rig, exchanges } = await stored(resources);
  const service = createService('audit', resources);
  const nowhere = connectKafka({ ...rig.config.kafka, brokers: ['127.0.0.1:1'] }, service.log);
  const settings = { publishTimeoutMs: 200, flushTimeoutMs: 10 };
  const publisher = startPublisher(nowhere, settings, service.log, service.metrics, resources);
  const metrics = auditMetrics(service.metrics);
  const address = await startSearchApi(rig.config, { pool: rig.pool, publisher, metrics }, service);
  const api = `http://${address.host}:${address.port}`;
  for (const [path, body] of [
    ['full-urls', { traceId: exchanges[0]?.traceId, why: 'a' }],
    ['exports', { format: 'csv', why: 'a' }],
  ] as const) {
    const response = await ask(`${api}/v1/${path}`, body);
    expect(response.status).toBe(503);
    expect(await response.text()).not.toContain('provider.example');
  }
});

test('an export holds what a search finds, in either format, and is audited', async () => {
  await using resources = new AsyncDisposableStack();
  const { api, from, exchanges, ids } = await stored(resources, 30);
  const why = `extract ${ids[0]}`;
  const traceId = exchanges[0]?.traceId;
  const lines = await ask(
    `${api}/v1/exports`,
    { format: 'ndjson', why, fromAsid: from },
    { token: tokens.operator, user: 'bob' },
  );
  expect(lines.headers.get('content-type')).toBe('application/x-ndjson');
  const found = (await lines.text())
    .trimEnd()
    .split('\n')
    .map((line) => AuditedExchange.parse(JSON.parse(line)));
  expect(found.map(({ internalId }) => internalId).toSorted()).toEqual(ids.toSorted());

  const csv = await ask(`${api}/v1/exports`, { format: 'csv', why, traceId });
  const rows = (await csv.text()).split('\r\n');
  expect(rows).toEqual([
    expect.stringMatching(/^internalId,receivedAt,completedAt,traceId,/),
    expect.stringContaining(`${exchanges[0]?.internalId},`),
    '',
  ]);
  expect(rows[1]).toContain('identifier=**********');

  await expect.poll(() => readsFor(api, why), patience).toHaveLength(2);
  expect((await readsFor(api, why)).map(({ data }) => data)).toEqual(
    expect.arrayContaining([
      {
        kind: 'export',
        who: 'operator:bob',
        why,
        asked: {
          format: 'ndjson',
          fromAsid: from,
          from: expect.any(String),
          to: expect.any(String),
        },
        internalIds: [],
      },
    ]),
  );
});

test('who takes an export out with a token of their own is named by it, whatever else they say', async () => {
  await using resources = new AsyncDisposableStack();
  const { issuer, audience, token: tokenOf } = await startStubIssuer(resources);
  const rig = await auditRig(resources);
  const callers = { ...rig.config.callers, openId: { issuer, audience, caFile: null } };
  const { api } = await rig.start(resources, { callers });
  const why = `extract ${crypto.randomUUID()}`;
  const take = (claims: object) =>
    ask(`${api}/v1/exports`, { format: 'csv', why }, { token: tokenOf(claims), user: 'somebody-else' });
  expect((await take({ ssp_role: 'billing' })).status).toBe(403);
  const taken = await take({ ssp_role: 'auditor' });
  expect([taken.status, taken.headers.get('content-type')]).toEqual([200, 'text/csv; charset=utf-8']);
  expect(await taken.text()).toMatch(/^internalId,/);
  await expect.poll(() => readsFor(api, why), patience).toHaveLength(1);
  expect((await readsFor(api, why)).map(({ data }) => data)).toMatchObject([
    { kind: 'export', who: 'auditor:Ada Lovelace (ada)', why, asked: { format: 'csv' } },
  ]);
});

const many = 40_000;

test('an export reads no more than its reader takes', async () => {
  await using resources = new AsyncDisposableStack();
  const rig = await auditRig(resources);
  const { api, service } = await rig.start(resources);
  await rig.pool.query(
    `insert into audit.event (topic, partition, "offset", event_id, kind, occurred_at, internal_id, trace_id, from_asid, method,
      redacted_url, remote_address, certificate_dn, body, digest)
    select 'generated', 0, nth, nth, 'received', now() - interval '1 hour', gen_random_uuid(), gen_random_uuid(), '900000000001', 'GET',
      repeat('/https://provider.example/', 40), '192.0.2.1', 'CN=a', '{}', sha256('')
    from generate_series(1, $1) as nth`,
    [many],
  );
  const exported = async () => {
    const metric = await service.metrics.getSingleMetric('ssp_audit_exported_exchanges_total')?.get();
    return metric?.values[0]?.value ?? 0;
  };
  const outgoing = request(`${api}/v1/exports`, {
    method: 'POST',
    headers: { authorization: `Bearer ${tokens.auditor}`, 'x-ssp-user': 'ada' },
  });
  outgoing.end(JSON.stringify({ format: 'ndjson', why: 'a', fromAsid: '900000000001' }));
  const [response]: IncomingMessage[] = await once(outgoing, 'response');
  let before = -1;
  // Nobody reads: it comes to rest once the sockets between are full.
  await expect
    .poll(
      async () => {
        const now = await exported();
        const rests = now === before && now > 0;
        before = now;
        return rests;
      },
      { timeout: 30_000, interval: 500 },
    )
    .toBe(true);
  expect(before).toBeLessThan(many / 2);
  const whole = response === undefined ? '' : await text(response);
  const ids = whole
    .trimEnd()
    .split('\n')
    .map((line) => AuditedExchange.parse(JSON.parse(line)).internalId);
  expect(new Set(ids).size).toBe(many);
});
