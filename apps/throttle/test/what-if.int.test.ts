import { randomInt, randomUUID } from 'node:crypto';
import { mkdtempDisposable, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ExchangeCompleted, ExchangeReceived, LimitsWhatIfReport } from '@ssp/contracts';
import { connectKafka, startPublisher } from '@ssp/kafka';
import { startAudit } from '@ssp/testing';
import { backingServices } from '@ssp/testing/vitest';
import { pino } from 'pino';
import { Registry } from 'prom-client';
import { expect, test, vi } from 'vitest';
import { createTables, limitsText, startAdmin, tokens } from './limits-rig.ts';
import { operatorAt } from './operator-at.ts';

// Topics are everybody's, so the consumer is this test's own.
const from = `30000${randomInt(1_000_000, 9_999_999)}`;
const to = '918999198738';
const asked = 8;

async function publish(resources: AsyncDisposableStack): Promise<readonly string[]> {
  const log = pino({ level: 'silent' });
  const { brokers } = backingServices().kafka;
  const connection = connectKafka({ brokers, clientId: 'throttle-test', tls: null }, log);
  // A busy Kafka may take its time.
  const settings = { publishTimeoutMs: 60_000 };
  const publisher = startPublisher(connection, settings, log, new Registry(), resources);
  const startMs = Date.now();
  const traces = Array.from({ length: asked }, () => randomUUID());
  const events = traces.flatMap((traceId, index) => eventsOf(traceId, startMs + index));
  await Promise.all(events.map((event) => publisher.publish(`ssp.${event.type}`, JSON.stringify(event))));
  return traces;
}

function eventsOf(traceId: string, atMs: number) {
  const internalId = randomUUID();
  const url = '/https://p.example/fhir/metadata';
  const both = {
    internalId,
    traceId,
    from,
    to,
    interactionId: 'urn:nhs:names:services:gpconnect:fhir:rest:read:metadata-1',
    method: 'GET',
    redactedUrl: url,
    contentType: null,
    connection: {
      remoteAddress: '192.0.2.1',
      tlsProtocol: null,
      tlsCipher: null,
      certificateSerial: null,
      certificateDn: null,
    },
    bearer: { state: 'absent', alg: null, claims: null },
  };
  const ended = {
    logReference: 'SSP0015',
    outcome: 'forwarded',
    status: 200,
    providerStatus: 200,
    refusal: null,
    decisionId: 'd',
    agreementId: null,
    rulesVersion: '1',
    parties: null,
    endpoint: null,
    requestBytes: 0,
    responseBytes: 0,
    timings: {
      totalMs: 100,
      announceMs: 1,
      authoriseMs: 1,
      admitMs: 1,
      providerFirstByteMs: 90,
      providerMs: 90,
    },
  };
  const event = (type: string, name: string, timeMs: number, data: object) => ({
    specversion: '1.0',
    id: `${internalId}.${name}`,
    source: '/ssp/edge/what-if',
    type,
    time: new Date(timeMs).toISOString(),
    datacontenttype: 'application/json',
    data: { ...both, ...data },
  });
  return [
    event(ExchangeReceived.type, 'received', atMs, { logReference: 'SSP0001', url }),
    event(ExchangeCompleted.type, 'completed', atMs + 100, ended),
  ];
}

test('proposed limits are judged by what was asked, beside those in force then, and nothing is changed', async () => {
  await using resources = new AsyncDisposableStack();
  const folder = resources.use(await mkdtempDisposable(join(tmpdir(), 'what-if-'))).path;
  const { environment, pool } = await createTables(resources);
  const brokers = backingServices().kafka.brokers.join(',');
  const withKafka = { ...environment, KAFKA_BROKERS: brokers };
  const audit = await startAudit({ environment: withKafka, role: 'throttle', folder }, resources);
  const { url } = await startAdmin({ ...environment, ...audit }, resources);
  const ssp = await operatorAt(url, tokens.operator, folder);
  const file = join(folder, 'limits.yaml');
  const since = new Date().toISOString();
  await writeFile(file, limitsText(5));
  expect(await ssp('load', file, '--why', 'the beginning', '--yes')).toMatchObject({ status: 0 });
  const traces = await publish(resources);

  async function judged(burst: number) {
    await writeFile(file, limitsText(burst));
    const told = await ssp('what-if', file, '--since', since, '--json');
    expect(told).toMatchObject({ status: 0 });
    const report = LimitsWhatIfReport.parse(JSON.parse(told.out));
    return { report, own: report.consumers.find(({ name }) => name === from) };
  }
  // All have been kept once a limit of one lets one through.
  await vi.waitFor(async () => expect((await judged(1)).own).toMatchObject({ proposed: asked - 1 }), {
    timeout: 150_000,
    interval: 500,
  });
  const fewer = await judged(2);
  expect(fewer.own).toMatchObject({ inForce: 3, proposed: 6, newlyRefused: 3, noLongerRefused: 0 });
  expect(fewer.own?.examples).toEqual(traces.slice(2, 5));
  expect(fewer.report).toMatchObject({ versions: ['0', '1'], differences: 1 });
  expect(fewer.report.rules).toMatchObject([{ name: 'consumers', scope: 'consumer' }]);
  expect((await judged(asked)).own).toMatchObject({ inForce: 3, proposed: 0, noLongerRefused: 3 });

  const text = await ssp('what-if', file, '--since', since);
  expect(text.out).toMatch(new RegExp(`\\n${from} +3 +0 +0 +3 +0 `));
  await writeFile(file, limitsText(0));
  const faulty = await ssp('what-if', file, '--since', since);
  expect(faulty).toMatchObject({ status: 1, out: '' });
  expect(faulty.err).toContain(`${file}:6:62: limits[0].burst: must be a whole number`);
  const { rows } = await pool.query('select version from throttle.limits_version');
  expect(rows).toHaveLength(1);
}, 240_000);

test('without the audit no past period is judged, and the operator is told why', async () => {
  await using resources = new AsyncDisposableStack();
  const { environment } = await createTables(resources);
  const admin = await startAdmin(environment, resources);
  const ask = { limits: limitsText(5), since: '2026-03-01T12:00:00Z', until: '2026-03-01T13:00:00Z' };
  expect(await admin('POST', '/v1/limits/what-if', ask)).toMatchObject({
    status: 503,
    body: { detail: expect.stringContaining('AUDIT_API_URL') },
  });
  const turned = await admin('POST', '/v1/limits/what-if', { ...ask, until: ask.since });
  expect(turned.status).toBe(400);
});
