import { createServer } from 'node:net';
import { mkdtempDisposable } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { takeAddress } from '@ssp/service';
import { expect, test, vi } from 'vitest';
import { createConsumer } from './consumer.ts';
import { type EdgeProcess, startEdgeProcess } from './edge-process.ts';
import { edgeRig, ownHeaders, targetPath } from './rig.ts';

const path = `${targetPath}/Patient`;

/** A rig on the real Kafka, and edges as processes of their own that share one folder for a spool. */
async function spoolRig(resources: AsyncDisposableStack) {
  const rig = await edgeRig(resources);
  const { path: directory } = resources.use(await mkdtempDisposable(join(tmpdir(), 'edge-spool-')));
  return {
    ...rig,
    /** `fileBlocks` is the size beyond which the system lets it write no file. */
    start: (environment: Readonly<Record<string, string>>, fileBlocks = 'unlimited') =>
      startEdgeProcess(
        { ...rig.environment, EDGE_SPOOL_DIR: directory, ...environment },
        resources,
        undefined,
        ['/bin/sh', '-c', `ulimit -f ${fileBlocks}; exec "$0" "$@"`, process.execPath],
      ),
    consumerOf: ({ port }: EdgeProcess) =>
      createConsumer({ port, caFile: rig.pki.ca }, rig.pki.consumers.good, resources),
  };
}

async function readiness(edge: EdgeProcess) {
  const answer = await fetch(`${edge.admin}/readyz`);
  return { status: answer.status, text: await answer.text() };
}

async function metric(edge: EdgeProcess, name: string): Promise<number> {
  const text = await (await fetch(`${edge.admin}/metrics`)).text();
  return Number(new RegExp(`^${name} (.*)$`, 'm').exec(text)?.[1]);
}

test('an edge without Kafka forwards, is killed, and its successor delivers every pair of events', async () => {
  await using resources = new AsyncDisposableStack();
  const { start, consumerOf, events } = await spoolRig(resources);
  const alone = await start({ KAFKA_BROKERS: '127.0.0.1:9' });
  const consumer = consumerOf(alone);
  const sent = Array.from({ length: 40 }, ownHeaders);
  const answers = await Promise.all(sent.map((headers) => consumer.send({ path, headers })));
  expect(answers.map(({ status }) => status)).toEqual(sent.map(() => 200));
  await vi.waitFor(async () => expect(await metric(alone, 'ssp_spool_appended_events_total')).toBe(80));
  expect(await metric(alone, 'ssp_spool_events')).toBe(80);
  expect(await metric(alone, 'ssp_kafka_spooling')).toBe(1);
  expect(await readiness(alone)).toMatchObject({
    status: 200,
    text: expect.stringContaining('events go to the spool'),
  });
  process.kill(alone.pid, 'SIGKILL');

  const successor = await vi.waitFor(() => start({}), { timeout: 10_000 });
  for (const { 'Ssp-From': from } of sent)
    expect(await events.completedFrom(from)).toMatchObject({ outcome: 'forwarded', status: 200 });
  const held = new Set([...events.received.values()].map(({ data }) => data.from));
  expect(sent.filter(({ 'Ssp-From': from }) => !held.has(from ?? ''))).toEqual([]);
  await vi.waitFor(async () => expect(await metric(successor, 'ssp_spool_events')).toBe(0), 10_000);
});

test('a Kafka that takes connections and says nothing holds no request up for long', async () => {
  await using resources = new AsyncDisposableStack();
  const hung = createServer(() => undefined);
  resources.defer(() => void hung.close());
  const { port } = await takeAddress(hung, { host: '127.0.0.1', port: 0 });
  const { start, consumerOf } = await spoolRig(resources);
  const edge = await start({
    KAFKA_BROKERS: `127.0.0.1:${port}`,
    EDGE_SPOOL_AFTER_MS: '100',
  });
  const consumer = consumerOf(edge);
  for (let request = 0; request < 3; request += 1)
    expect(await consumer.send({ path, headers: ownHeaders() })).toMatchObject({ status: 200 });
  expect(await metric(edge, 'ssp_kafka_spills_total')).toBe(1);
});

test.for([
  {
    disk: 'at its bound',
    environment: { EDGE_SPOOL_BYTES_MAX: '6000' },
    fileBlocks: 'unlimited',
    ready: [503],
  },
  { disk: 'whose disk takes no more bytes', environment: {}, fileBlocks: '16', ready: [200, 503] },
])(
  'with a spool $disk an exchange is refused by a code of its own, and not forwarded',
  async ({ environment, fileBlocks, ready }) => {
    await using resources = new AsyncDisposableStack();
    const { start, consumerOf, provider } = await spoolRig(resources);
    const edge = await start({ KAFKA_BROKERS: '127.0.0.1:9', ...environment }, fileBlocks);
    const consumer = consumerOf(edge);
    let forwarded = 0;
    for (;;) {
      const answer = await consumer.send({ path, headers: { ...ownHeaders(), Accept: 'application/json' } });
      if (answer.status === 200) {
        forwarded += 1;
        continue;
      }
      expect(answer.status).toBe(503);
      expect(answer.body.toString()).toContain('AUDIT_SPOOL_UNAVAILABLE');
      expect(answer.headers['retry-after']).toBe('1');
      break;
    }
    expect(forwarded).toBeGreaterThan(0);
    expect(provider.requests.length).toBe(forwarded);
    // What failed at one file is tried again in another; a bound stands.
    expect(ready).toContain((await readiness(edge)).status);
  },
);
