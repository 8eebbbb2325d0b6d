import { randomBytes, randomInt, randomUUID } from 'node:crypto';
import {
  AuditedDecisions,
  closeEvent,
  type DecisionGroup,
  ExchangeReceived,
  GroupedDecisionsLine,
} from '@ssp/contracts';
import { expect, test } from 'vitest';
import { exchangeEvents } from './events.ts';
import { auditRig, tokens } from './rig.ts';

const authz = { headers: { authorization: `Bearer ${tokens.authz}` } };
const patience = { timeout: 100_000 };

const connection = {
  remoteAddress: '192.0.2.1',
  tlsProtocol: 'TLSv1.2',
  tlsCipher: null,
  certificateSerial: '01',
  certificateDn: 'CN=consumer.example',
  certificateNames: ['consumer.example', 'other.example'],
};
// Topics are everybody's, so the sender is a test's own.
const newSender = () => `2000${randomInt(10_000_000, 99_999_999)}`;
const nasty = { state: 'read', alg: 'none', claims: { x: '\0' } };

test('authz finds what its own decision rested on, and nothing else of the exchange', async () => {
  await using resources = new AsyncDisposableStack();
  const rig = await auditRig(resources);
  const { api } = await rig.start(resources);
  const decisionId = `test.${randomUUID()}`;
  const redactedUrl = '/https://provider.example/fhir/Patient?birthdate=1980-01-01';
  const w3cTraceId = randomBytes(16).toString('hex');
  const traceparent = `00-${w3cTraceId}-00f067aa0ba902b7-01`;
  const admission = {
    answer: 'refuse',
    rule: 'bulk',
    scope: 'consumer',
    limit: 60,
    remaining: 0,
    version: '12',
    counters: 'shared',
    shadowed: [],
  };
  const both = { connection, redactedUrl, traceparent, bearer: nasty };
  const { internalId, traceId, records } = exchangeEvents({
    received: both,
    completed: {
      ...both,
      decisionId,
      rulesVersion: '7',
      network: 'private',
      outcome: 'refused',
      refusal: 'no-agreement',
      admission,
    },
  });
  await rig.publish(records);
  await expect.poll(() => rig.countRows([internalId]), patience).toMatchObject({ rows: 2 });

  const ids = { decisionId, traceId, w3cTraceId: w3cTraceId.toUpperCase(), internalId };
  for (const query of Object.entries(ids).map(([name, id]) => `${name}=${id}`)) {
    const response = await fetch(`${api}/v1/decisions?${query}`, authz);
    const text = await response.text();
    expect(text).not.toContain('192.0.2.1');
    expect(text).not.toContain('birthdate');
    expect(AuditedDecisions.parse(JSON.parse(text))).toEqual({
      decisions: [
        expect.objectContaining({
          internalId,
          traceId,
          decisionId,
          rulesVersion: '7',
          refusal: 'no-agreement',
          certificateNames: ['consumer.example', 'other.example'],
          network: 'private',
          admission,
          requestTarget: '/https://provider.example/fhir/Patient',
        }),
      ],
    });
  }
  const search = await fetch(`${api}/v1/exchanges?decisionId=${decisionId}`, {
    headers: { authorization: `Bearer ${tokens.auditor}` },
  });
  expect(await search.json()).toMatchObject({ exchanges: [{ internalId, decisionId }] });
});

test('an exchange that was closed for want of an end is told as abandoned', async () => {
  await using resources = new AsyncDisposableStack();
  const rig = await auditRig(resources);
  const { api } = await rig.start(resources);
  const { internalId, records } = exchangeEvents();
  const [begun, ended] = records;
  if (begun === undefined || ended === undefined) throw new Error('an exchange has two events');
  const { time, source, data } = ExchangeReceived.decode(begun.value);
  const { remoteAddress } = data.connection;
  const open = { ...data, remoteAddress, edge: source, receivedAt: new Date(time) };
  await rig.publish([begun, { ...ended, value: JSON.stringify(closeEvent(open, new Date())) }]);
  await expect.poll(() => rig.countRows([internalId]), patience).toMatchObject({ rows: 2 });
  const found = async () => {
    const response = await fetch(`${api}/v1/decisions?internalId=${internalId}`, authz);
    return AuditedDecisions.parse(await response.json()).decisions;
  };
  expect(await found()).toMatchObject([{ outcome: 'abandoned', completedAt: null, status: null }]);
  await rig.publish([ended]);
  await expect.poll(found, patience).toMatchObject([{ outcome: 'forwarded', status: 200 }]);
});

async function grouped(api: string, query: string): Promise<readonly GroupedDecisionsLine[]> {
  const response = await fetch(`${api}/v1/decisions/grouped?${query}`, authz);
  const lines = (await response.text()).trimEnd().split('\n');
  return lines.map((line) => GroupedDecisionsLine.parse(JSON.parse(line)));
}

test('alike asks of a period are counted together, and the others are told of', async () => {
  await using resources = new AsyncDisposableStack();
  const rig = await auditRig(resources);
  const { api } = await rig.start(resources);
  const from = newSender();
  const event = (redactedUrl: string, more: object = {}) => {
    const both = { connection, redactedUrl, from };
    return exchangeEvents({
      received: both,
      completed: { ...both, decisionId: `test.${randomUUID()}`, rulesVersion: '7', ...more },
    });
  };
  const raw = '/https://p.example/B1/fhir/Patient/1/a?x=1';
  const exchanges = [
    event(raw),
    event('/https://p.example/B1/fhir/Patient/2/b'),
    event('/https://p.example/B1/fhir/Slot'),
    event('/https%3A%2F%2Fp.example%2FB1%2Ffhir%2FPatient%2F3%3Fx%3D1'),
    event('/https:/p.example/B1/fhir/Patient/4'),
    event(raw, { outcome: 'refused', status: 403, refusal: 'no-agreement' }),
    event(raw, { outcome: 'refused', status: 429, refusal: 'consumer-limit' }),
    event(raw, { decisionId: null, outcome: 'refused', status: 400, refusal: 'invalid-target' }),
  ];
  await rig.publish(exchanges.flatMap(({ records }) => records));
  const ids = exchanges.map(({ internalId }) => internalId);
  await expect.poll(() => rig.countRows(ids), patience).toMatchObject({ rows: 16 });

  const since = new Date(Date.now() - 2 * 3_600_000).toISOString();
  const until = new Date(Date.now() + 60_000).toISOString();
  const lines = await grouped(api, `since=${since}&until=${until}&segments=3`);
  const counts = new Map<string, number>();
  const groups = lines.flatMap((line): DecisionGroup[] => ('group' in line ? [line.group] : []));
  for (const { requestTarget, refusal, count } of groups.filter((group) => group.from === from)) {
    const key = `${requestTarget} ${refusal}`;
    counts.set(key, (counts.get(key) ?? 0) + count);
  }
  expect(Object.fromEntries(counts)).toEqual({
    '/https://p.example/B1/fhir/Patient null': 3,
    '/https://p.example/B1/fhir/Slot null': 1,
    '/https%3A%2F%2Fp.example%2FB1%2Ffhir%2FPatient null': 1,
    '/https:/p.example/B1/fhir/Patient null': 1,
    '/https://p.example/B1/fhir/Patient no-agreement': 1,
  });
  expect(lines.at(-1)).toEqual({ end: true });
  const undecided = lines.flatMap((line) => ('reached' in line ? [line.undecided] : []));
  expect(undecided.length).toBeGreaterThanOrEqual(3);
  expect(undecided.reduce((sum, each) => sum + each, 0)).toBeGreaterThanOrEqual(1);
});

test('a period has its first moment and not its last, and each exchange is counted in one of its slices', async () => {
  await using resources = new AsyncDisposableStack();
  const rig = await auditRig(resources);
  const { api } = await rig.start(resources);
  const from = newSender();
  // In a minute of its own, long past.
  const sinceMs = Date.now() - randomInt(1_000, 1_000_000) * 60_000;
  // In two slices.
  const middleMs = sinceMs + 10 * 60_000;
  const untilMs = sinceMs + 30 * 60_000;
  const decided = { decisionId: `test.${randomUUID()}`, rulesVersion: '7' };
  const exchanges = [
    { atMs: sinceMs - 1, decided },
    { atMs: sinceMs, decided },
    { atMs: middleMs, decided },
    { atMs: untilMs - 1, decided },
    { atMs: untilMs, decided },
    { atMs: sinceMs, decided: { decisionId: null } },
    { atMs: middleMs, decided: { decisionId: null } },
    { atMs: untilMs, decided: { decisionId: null } },
  ].map((exchange) => {
    const both = { connection, from, redactedUrl: '/https://p.example/B1/fhir' };
    const completed = { ...both, ...exchange.decided };
    return exchangeEvents({ time: new Date(exchange.atMs), received: both, completed });
  });
  await rig.publish(exchanges.flatMap(({ records }) => records));
  const ids = exchanges.map(({ internalId }) => internalId);
  await expect.poll(() => rig.countRows(ids), patience).toMatchObject({ rows: 16 });

  const period = `since=${new Date(sinceMs).toISOString()}&until=${new Date(untilMs).toISOString()}`;
  const lines = await grouped(api, `${period}&segments=3`);
  const counts = lines.flatMap((line) =>
    'group' in line && line.group.from === from ? [line.group.count] : [],
  );
  const undecided = lines.flatMap((line) => ('reached' in line ? [line.undecided] : []));
  expect({ counts, undecided }).toEqual({ counts: [1, 2], undecided: [1, 1] });
});
