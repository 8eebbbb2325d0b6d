import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { setImmediate as turn } from 'node:timers/promises';
import { connect as tlsConnect } from 'node:tls';
import { afterAll, expect, test, vi } from 'vitest';
import { createConsumer } from './consumer.ts';
import { edgeRig, ownHeaders, targetPath } from './rig.ts';

const resources = new AsyncDisposableStack();
// Longer than any test: what ends a provider leg here is never a timeout of ours.
const rig = await edgeRig(resources, {
  EDGE_PROVIDER_FIRST_BYTE_TIMEOUT_MS: '600000',
  EDGE_PROVIDER_IDLE_TIMEOUT_MS: '600000',
});
afterAll(() => resources.disposeAsync());

const { completedFrom } = rig.events;

test('a provider that dies within its body ends the consumer abruptly, never with a clean end', async () => {
  const die = Promise.withResolvers<void>();
  rig.provider.answerWith((_req, res) => {
    res.writeHead(200, { 'content-length': '1000000' });
    res.write('a part of it');
    void die.promise.then(() => res.destroy());
  });
  const headers = ownHeaders();
  const outgoing = rig.good.open({ path: `${targetPath}/Binary`, headers });
  outgoing.end();
  const [response] = await once(outgoing, 'response');
  const came = text(response);
  die.resolve();
  await expect(came).rejects.toThrow(/aborted|hang up|reset/);
  expect(await completedFrom(headers['Ssp-From'])).toMatchObject({
    outcome: 'failed',
    refusal: 'provider-unreachable',
    status: 200,
  });
});

test('a consumer that hangs up aborts the provider leg and is audited as 499', async () => {
  const gone = Promise.withResolvers<void>();
  const arrived = Promise.withResolvers<void>();
  rig.provider.answerWith((_req, res) => {
    arrived.resolve();
    res.once('close', () => gone.resolve());
  });
  const headers = ownHeaders();
  const outgoing = rig.good.open({ path: `${targetPath}/Patient`, headers });
  outgoing.on('error', () => undefined);
  outgoing.end();
  await arrived.promise;
  outgoing.destroy();
  await gone.promise;
  expect(await completedFrom(headers['Ssp-From'])).toMatchObject({ outcome: 'abandoned', status: 499 });
});

test('a consumer that hangs up within the answer aborts the provider leg', async () => {
  const gone = Promise.withResolvers<void>();
  rig.provider.answerWith((_req, res) => {
    res.writeHead(200);
    res.write('the beginning');
    res.once('close', () => gone.resolve());
  });
  const headers = ownHeaders();
  const outgoing = rig.good.open({ path: `${targetPath}/Binary`, headers });
  outgoing.on('error', () => undefined);
  outgoing.end();
  await once(outgoing, 'response');
  outgoing.destroy();
  await gone.promise;
  expect(await completedFrom(headers['Ssp-From'])).toMatchObject({
    outcome: 'abandoned',
    status: 499,
    providerStatus: 200,
  });
});

test('a slow reader holds the provider back instead of filling the memory', async () => {
  let sent = 0;
  rig.provider.answerWith((_req, res) => {
    const chunk = Buffer.alloc(64 * 1_024);
    const pump = () => {
      while (sent < 200 * 1_024 * 1_024) {
        sent += chunk.length;
        if (!res.write(chunk)) return res.once('drain', pump);
      }
      return res.end();
    };
    pump();
  });
  const outgoing = rig.good.open({ path: `${targetPath}/Binary`, headers: ownHeaders() });
  outgoing.on('error', () => undefined);
  outgoing.end();
  const [response] = await once(outgoing, 'response');
  response.pause();
  // Nothing is read any more: what is sent must come to rest far below the whole.
  let last = -1;
  await vi.waitFor(
    () => {
      const unchanged = sent === last;
      last = sent;
      if (!unchanged) throw new Error('still sending');
    },
    { timeout: 60_000, interval: 300 },
  );
  expect(sent).toBeLessThan(50 * 1_024 * 1_024);
  outgoing.destroy();
});

/** Resolves once nothing new is accepted. */
const refusing = ({ port }: { readonly port: number }) =>
  vi.waitFor(
    async () => {
      const probe = connect(port, '127.0.0.1');
      probe.on('connect', () => probe.destroy());
      await expect(once(probe, 'close')).rejects.toThrow('ECONNREFUSED');
    },
    { timeout: 30_000 },
  );

test('a stopping edge finishes what is under way', async () => {
  await using own = new AsyncDisposableStack();
  const stopping = await edgeRig(own);
  const arrived = Promise.withResolvers<void>();
  const answerNow = Promise.withResolvers<void>();
  stopping.provider.answerWith((_req, res) => {
    arrived.resolve();
    void answerNow.promise.then(() => res.end('whole'));
  });
  const headers = ownHeaders();
  const answer = stopping.good.send({ path: `${targetPath}/Patient`, headers });
  await arrived.promise;
  const idle = createConsumer(stopping.edge, stopping.pki.consumers.other, own);
  expect((await idle.send({ path: targetPath, method: 'HEAD' })).status).toBe(405);
  const connections = async () =>
    (await stopping.service.metrics.getSingleMetric('ssp_edge_connections')?.get())?.values[0]?.value;
  expect(await connections()).toBe(2);
  const stopped = stopping.service.resources.disposeAsync();
  await refusing(stopping.edge);
  // Once what is idle has been closed, all have been looked at.
  await expect.poll(connections).toBe(1);
  answerNow.resolve();
  expect((await answer).body.toString()).toBe('whole');
  await stopped;
  expect(await completedFrom(headers['Ssp-From'])).toMatchObject({ outcome: 'forwarded', status: 200 });
});

test('a stopping edge spares a connection that has not been idle for as long as its grace', async () => {
  await using own = new AsyncDisposableStack();
  // Half of it must be enough for a handshake, and the other half for a request, on a machine that has much else to do.
  const graceMs = 3_000;
  const stopping = await edgeRig(own, { EDGE_DRAIN_GRACE_MS: String(graceMs) });
  const connections = async () =>
    (await stopping.service.metrics.getSingleMetric('ssp_edge_connections')?.get())?.values[0]?.value;
  // Refused before the authorities are asked, which stop with the edge.
  const idle = createConsumer(stopping.edge, stopping.pki.consumers.other, own);
  expect((await idle.send({ path: targetPath, method: 'HEAD' })).status).toBe(405);
  const stoppedAtMs = performance.now();
  const stopped = stopping.service.resources.disposeAsync();
  await vi.waitUntil(() => performance.now() - stoppedAtMs > graceMs / 2, graceMs);
  const { cert, key } = stopping.pki.consumers.good;
  const late = tlsConnect({
    port: stopping.edge.port,
    cert: readFileSync(cert),
    key: readFileSync(key),
    ca: readFileSync(stopping.pki.ca),
  });
  await once(late, 'secureConnect');
  await expect.poll(connections, { interval: 10 }).toBe(2);
  await expect.poll(connections, { interval: 10 }).toBe(1);
  late.write(`HEAD ${targetPath} HTTP/1.1\r\nHost: a\r\n\r\n`);
  expect(await text(late)).toMatch(/^HTTP\/1\.1 405 .*\r\nConnection: close\r\n/s);
  await stopped;
});

test('a stopping edge still takes a request whose bytes are coming, however long its connection was idle', async () => {
  await using own = new AsyncDisposableStack();
  const stopping = await edgeRig(own, {
    EDGE_DRAIN_GRACE_MS: '100',
    EDGE_HEADER_BYTES_MAX: '1000000',
  });
  const { cert, key } = stopping.pki.consumers.good;
  const consumer = tlsConnect({
    port: stopping.edge.port,
    cert: readFileSync(cert),
    key: readFileSync(key),
    ca: readFileSync(stopping.pki.ca),
  });
  const said = text(consumer);
  await once(consumer, 'secureConnect');
  const stopped = stopping.service.resources.disposeAsync();
  consumer.write(`HEAD ${targetPath} HTTP/1.1\r\nHost: a\r\nX: `);
  let doneAtMs = Infinity;
  // Long enough for several looks at what is idle.
  const refused = refusing(stopping.edge).then(() => (doneAtMs = performance.now() + 200));
  // A byte in every turn of the loop, so that none of them finds the connection quiet.
  while (performance.now() < doneAtMs && consumer.writable) {
    consumer.write('x');
    await turn();
  }
  await refused;
  consumer.write('\r\n\r\n');
  expect(await said).toMatch(/^HTTP\/1\.1 405 .*\r\nConnection: close\r\n/s);
  await stopped;
});

test('without Kafka nothing is forwarded: 503, and the provider sees nothing', async () => {
  await using own = new AsyncDisposableStack();
  const alone = await edgeRig(own, { KAFKA_BROKERS: '127.0.0.1:9', EDGE_AUDIT_TIMEOUT_MS: '300' });
  const answer = await alone.good.send({
    path: `${targetPath}/Patient`,
    headers: { ...ownHeaders(), Accept: 'application/json' },
  });
  expect(answer.status).toBe(503);
  expect(answer.body.toString()).toContain('AUDIT_UNAVAILABLE');
  expect(answer.headers['retry-after']).toBe('1');
  expect(alone.provider.requests).toEqual([]);
  expect((await alone.service.health.report()).checks['kafka']).not.toBe('ok');
});
