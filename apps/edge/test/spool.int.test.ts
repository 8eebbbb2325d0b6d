import { mkdtempDisposable } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { takeAddress } from '@ssp/service';
import { expect, test, vi } from 'vitest';
import { createConsumer } from './consumer.ts';
import { type EdgeProcess, startEdgeProcess } from './edge-process.ts';
import { edgeRig, ownHeaders, targetPath } from './rig.ts';

const path = `${targetPath}/Patient`;
const soon = { timeout: 30_000 };
/** Nobody listens there. */
const noKafka = { KAFKA_BROKERS: '127.0.0.1:9' };

async function spoolFolder(resources: AsyncDisposableStack): Promise<Readonly<Record<string, string>>> {
  const folder = resources.use(await mkdtempDisposable(join(tmpdir(), 'edge-spool-')));
  return { EDGE_SPOOL_DIR: folder.path };
}

async function metric(edge: EdgeProcess, name: string): Promise<number> {
  const text = await (await fetch(`${edge.admin}/metrics`)).text();
  return Number(new RegExp(`^${name} (.*)$`, 'm').exec(text)?.[1]);
}

const senderAlone = () => ({ 'Ssp-From': ownHeaders()['Ssp-From'] ?? '' });

type Consumer = ReturnType<typeof createConsumer>;

/** Sends until an exchange is refused, and tells how many were not. */
async function sendUntilRefused(consumer: Consumer): Promise<number> {
  for (let forwarded = 0; ; forwarded += 1) {
    // Ever longer, so that it is not by chance always the completed event, for which nobody waits, that finds no room.
    const longer = `${path}?family=${'a'.repeat(forwarded * 32)}`;
    const answer = await consumer.send({
      path: longer,
      headers: { ...ownHeaders(), Accept: 'application/json' },
    });
    if (answer.status === 200) continue;
    expect(answer.status).toBe(503);
    expect(answer.body.toString()).toContain('AUDIT_SPOOL_UNAVAILABLE');
    expect(answer.headers['retry-after']).toBe('1');
    return forwarded;
  }
}

test('an edge without Kafka forwards, is killed, and its successor delivers every pair of events', async () => {
  await using resources = new AsyncDisposableStack();
  const { environment, events, pki } = await edgeRig(resources);
  const spooling = { ...environment, ...(await spoolFolder(resources)) };
  const alone = await startEdgeProcess({ ...spooling, ...noKafka }, resources);
  const consumer = createConsumer({ port: alone.port, caFile: pki.ca }, pki.consumers.good, resources);
  const sent = Array.from({ length: 40 }, ownHeaders);
  const answers = await Promise.all(sent.map((headers) => consumer.send({ path, headers })));
  expect(answers.map(({ status }) => status)).toEqual(sent.map(() => 200));
  await vi.waitFor(async () => expect(await metric(alone, 'ssp_spool_appended_events_total')).toBe(80), soon);
  expect(await metric(alone, 'ssp_spool_events')).toBe(80);
  expect(await metric(alone, 'ssp_kafka_spooling')).toBe(1);
  await alone.kill();

  const successor = await startEdgeProcess(spooling, resources);
  for (const { 'Ssp-From': from } of sent)
    expect(await events.completedFrom(from)).toMatchObject({ outcome: 'forwarded', status: 200 });
  const received = new Set([...events.received.values()].map(({ data }) => data.from));
  expect(sent.filter(({ 'Ssp-From': from }) => !received.has(from ?? ''))).toEqual([]);
  const froms = new Set(sent.map(({ 'Ssp-From': from }) => from));
  for (const told of [events.received, events.completed]) {
    const own = [...told.values()].filter(({ data }) => froms.has(data.from ?? ''));
    expect(new Set(own.map(({ source }) => source)).size).toBe(1);
    const numbers = own.map(({ sequence }) => Number(sequence)).toSorted((a, b) => a - b);
    expect(numbers).toEqual(sent.map((_, before) => before + 1));
  }
  await vi.waitFor(async () => expect(await metric(successor, 'ssp_spool_events')).toBe(0), soon);
});

test('a Kafka that takes connections and says nothing makes the edge use its spool, and say so', async () => {
  await using resources = new AsyncDisposableStack();
  const hung = createServer(() => undefined);
  resources.defer(() => void hung.close());
  const { port } = await takeAddress(hung, { host: '127.0.0.1', port: 0 });
  const rig = await edgeRig(resources, {
    ...(await spoolFolder(resources)),
    KAFKA_BROKERS: `127.0.0.1:${port}`,
  });
  for (let request = 0; request < 3; request += 1)
    expect(await rig.good.send({ path, headers: ownHeaders() })).toMatchObject({ status: 200 });
  expect(await rig.service.metrics.metrics()).toContain('\nssp_kafka_spills_total 1\n');
  rig.service.health.started();
  expect(await rig.service.health.report()).toMatchObject({
    ready: true,
    checks: { kafka: expect.stringContaining('events go to the spool'), spool: 'ok' },
  });
});

test('with a spool at its bound an exchange is refused by a code of its own, and the edge is not ready', async () => {
  await using resources = new AsyncDisposableStack();
  const folder = await spoolFolder(resources);
  const rig = await edgeRig(resources, { ...folder, ...noKafka, EDGE_SPOOL_BYTES_MAX: '6000' });
  rig.service.health.started();
  const forwarded = await sendUntilRefused(rig.good);
  expect(forwarded).toBeGreaterThan(0);
  expect(rig.provider.requests.length).toBe(forwarded);
  // Small events may still find room.
  await vi.waitFor(async () => {
    await sendUntilRefused(rig.good);
    expect(await rig.service.health.report()).toMatchObject({ ready: false });
  }, soon);
});

test('with a disk that takes no more an exchange is refused by the same code, and not forwarded', async () => {
  await using resources = new AsyncDisposableStack();
  const { environment, pki, provider } = await edgeRig(resources);
  const spooling = { ...environment, ...(await spoolFolder(resources)), ...noKafka };
  // No file may be larger than 16 blocks.
  const bounded = ['/bin/sh', '-c', 'ulimit -f 16; exec "$0" "$@"', process.execPath] as const;
  const edge = await startEdgeProcess(spooling, resources, undefined, bounded);
  const consumer = createConsumer({ port: edge.port, caFile: pki.ca }, pki.consumers.good, resources);
  const forwarded = await sendUntilRefused(consumer);
  expect(forwarded).toBeGreaterThan(0);
  expect(provider.requests.length).toBe(forwarded);
});

test('an edge without Kafka that is killed as it answers by itself leaves the received event of every answer', async () => {
  await using resources = new AsyncDisposableStack();
  const { environment, events, pki, authz } = await edgeRig(resources);
  authz.answer = () => ({
    decision: 'refuse',
    refusal: 'no-agreement',
    decisionId: 'decision-2',
    rulesVersion: '7',
    parties: { senderOds: null, receiverOds: null, supplier: null },
  });
  const spooling = {
    ...environment,
    ...(await spoolFolder(resources)),
    EDGE_CORS_ORIGINS: 'https://page.nhs.uk',
  };
  const alone = await startEdgeProcess({ ...spooling, ...noKafka }, resources);
  const consumer = createConsumer({ port: alone.port, caFile: pki.ca }, pki.consumers.good, resources);
  const asked = [
    { status: 403, path, method: 'GET', headers: ownHeaders() },
    { status: 400, path, method: 'GET', headers: senderAlone() },
    { status: 405, path, method: 'TRACE', headers: ownHeaders() },
    { status: 200, path, method: 'OPTIONS', headers: senderAlone() },
  ];
  for (const { status, ...request } of asked) expect(await consumer.send(request)).toMatchObject({ status });
  await alone.kill();

  await startEdgeProcess(spooling, resources);
  const received = () => [...events.received.values()].map(({ data }) => data.from);
  await expect
    .poll(received)
    .toEqual(expect.arrayContaining(asked.map(({ headers }) => headers['Ssp-From'])));
});
