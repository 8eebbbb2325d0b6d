import { once } from 'node:events';
import { connect as tlsConnect } from 'node:tls';
import { afterAll, expect, test } from 'vitest';
import { attackRig, request } from './attack-rig.ts';
import { createConsumer } from './consumer.ts';
import { ownHeaders, targetPath } from './rig.ts';

const resources = new AsyncDisposableStack();
const rig = await attackRig(resources);
afterAll(() => resources.disposeAsync());

const gauge = async (name: string) =>
  (await rig.service.metrics.getSingleMetric(name)?.get())?.values[0]?.value;

const open = (session?: Buffer) =>
  tlsConnect({
    port: rig.edge.port,
    secureContext: rig.context,
    rejectUnauthorized: false,
    ...(session !== undefined && { session }),
  });

const leftOpen = async () => ({
  exchanges: await gauge('ssp_edge_exchanges_in_flight'),
  connections: await gauge('ssp_edge_connections'),
  toProvider: rig.wire.readings().filter(({ isOpen, rest }) => isOpen && rest.length > 0).length,
});

test('a refusal is read whole, although the consumer is still sending a large body', async () => {
  const consumer = createConsumer(rig.edge, rig.pki.consumers.good, resources);
  const headers = Object.fromEntries(Object.entries(ownHeaders()).filter(([name]) => name !== 'Ssp-To'));
  const body = Buffer.alloc(20_000_000);
  for (let count = 0; count < 5; count++) {
    const answer = await consumer.send({
      path: `${targetPath}/Binary`,
      method: 'POST',
      headers: { ...headers, 'Content-Length': String(body.length) },
      body,
    });
    expect(answer.status).toBe(400);
    expect(answer.body.toString()).toContain('MISSING_OR_INVALID_HEADER');
  }
});

test('hundreds of consumers that hang up leave nothing behind', async () => {
  const first = open();
  // The cheaper handshake of a session that goes on.
  const [session] = await once(first, 'session');
  first.destroy();
  const whole = request({ lines: ['Content-Length: 10'], body: 'abc' });
  for (let round = 0; round < 8; round++) {
    await Promise.all(
      Array.from({ length: 50 }, async (_, at) => {
        const socket = open(session);
        socket.on('error', () => undefined);
        await new Promise((done) => void socket.once('secureConnect', done).once('close', done));
        // Within the head, behind it, and within the exchange.
        socket.write(whole.slice(0, at % 3 === 0 ? 100 : undefined));
        if (at % 3 === 2) await new Promise((done) => void setImmediate(done));
        socket.destroy();
      }),
    );
  }
  await expect
    .poll(leftOpen, { timeout: 60_000, interval: 100 })
    .toEqual({ exchanges: 0, connections: 0, toProvider: 0 });
});
