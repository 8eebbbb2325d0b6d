import { setTimeout as pause } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { startBalancer } from './balancer.ts';
import { createConsumer } from './consumer.ts';
import { startEdgeProcess } from './edge-process.ts';
import { edgeRig, ownHeaders, targetPath } from './rig.ts';

type Rig = Awaited<ReturnType<typeof edgeRig>>;

/** Consumers that send until they are stopped, some on kept connections and some each time on a new one. */
function startLoad(rig: Rig, port: number, resources: AsyncDisposableStack) {
  const over = new AbortController();
  const failures: unknown[] = [];
  let answered = 0;
  const edge = { port, caFile: rig.pki.ca };
  const consume = async (at: number) => {
    const consumer = createConsumer(edge, rig.pki.consumers.good, resources);
    const headers = { ...ownHeaders(), ...(at % 4 === 0 && { Connection: 'close' }) };
    while (!over.signal.aborted) {
      const body = at % 4 === 1 ? Buffer.alloc(10_000) : undefined;
      await consumer
        .send({
          path: `${targetPath}/Patient`,
          headers: { ...headers, ...(body !== undefined && { 'Content-Length': String(body.length) }) },
          method: body === undefined ? 'GET' : 'POST',
          ...(body !== undefined && { body }),
        })
        .then(
          ({ status }) => (status === 200 ? (answered += 1) : failures.push(status)),
          (error: unknown) => failures.push(error),
        );
      // A consumer that thinks between its requests, so that connections are idle now and then.
      if (at % 4 === 2) await pause(at * 10);
    }
  };
  const all = Promise.all(Array.from({ length: 8 }, (_, at) => consume(at)));
  return {
    answered: () => answered,
    stop: async () => {
      over.abort();
      await all;
      return failures;
    },
  };
}

/** Within the grace it is noticed that an edge is not ready any more, also on a machine that has much else to do. */
const grace = { EDGE_DRAIN_GRACE_MS: '4000', LOG_LEVEL: 'info' };

test('SIGTERM under load fails no request: not ready first, then every answer the last on its connection', async () => {
  await using resources = new AsyncDisposableStack();
  const rig = await edgeRig(resources);
  const edge = await startEdgeProcess({ ...rig.environment, ...grace }, resources);
  const load = startLoad(rig, edge.port, resources);
  await expect.poll(load.answered, { timeout: 60_000 }).toBeGreaterThan(60);
  const exited = edge.stop();
  await expect.poll(async () => (await fetch(`${edge.admin}/readyz`)).status, { interval: 10 }).toBe(503);
  const consumer = createConsumer({ port: edge.port, caFile: rig.pki.ca }, rig.pki.consumers.good, resources);
  const late = await consumer.send({ path: `${targetPath}/Patient`, headers: ownHeaders() });
  expect({ status: late.status, connection: late.headers['connection'] }).toEqual({
    status: 200,
    connection: 'close',
  });
  // As a load balancer would, that has noticed.
  expect(await load.stop()).toEqual([]);
  expect(await exited).toBe(0);
});

test('two edges behind one address are replaced one after the other without a failed request', async () => {
  await using resources = new AsyncDisposableStack();
  const rig = await edgeRig(resources);
  const balancer = await startBalancer(resources);
  const start = async () => {
    const edge = await startEdgeProcess({ ...rig.environment, ...grace }, resources);
    balancer.add(edge);
    await expect.poll(() => balancer.isReady(edge), { timeout: 60_000 }).toBe(true);
    return edge;
  };
  const [first, second] = await Promise.all([start(), start()]);
  const load = startLoad(rig, balancer.port, resources);
  await expect.poll(load.answered, { timeout: 60_000 }).toBeGreaterThan(60);
  for (const old of [first, second]) {
    expect(await old.stop()).toBe(0);
    balancer.remove(old);
    await start();
  }
  const before = load.answered();
  await expect.poll(load.answered, { timeout: 60_000 }).toBeGreaterThan(before + 50);
  expect(await load.stop()).toEqual([]);
}, 180_000);
