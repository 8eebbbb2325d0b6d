import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import { connect, type TLSSocket } from 'node:tls';
import { backingServices } from '@ssp/testing/vitest';
import { afterAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { isReset } from '../src/provider/is-reset.ts';
import { resetAndDestroy } from '../src/provider/reset-and-destroy.ts';
import { type RawConnection, soundAnswer, startRawProvider } from './raw-provider.ts';
import { edgeRig, ownHeaders, targetPath } from './rig.ts';

const mebibyte = 1_024 * 1_024;
/** More than the kernel takes for a provider that reads nothing. */
const readAheadBytes = 8 * mebibyte;

const resources = new AsyncDisposableStack();
const { pki } = backingServices();
const provider = await startRawProvider(pki, resources);
const rig = await edgeRig(resources, {
  EDGE_CONNECT_TO: `orange.testlab.nhs.uk:443:${provider.address}`,
  EDGE_PROVIDER_CONNECTIONS: '1',
  EDGE_READ_AHEAD_BYTES_MAX: String(readAheadBytes),
  EDGE_READ_AHEAD_TOTAL_BYTES_MAX: String(readAheadBytes),
  // Longer than any test: what ends an exchange here is never a timeout of ours.
  EDGE_PROVIDER_CONNECT_TIMEOUT_MS: '600000',
  EDGE_PROVIDER_FIRST_BYTE_TIMEOUT_MS: '600000',
  EDGE_PROVIDER_IDLE_TIMEOUT_MS: '600000',
});
afterAll(() => resources.disposeAsync());
beforeEach(async () => {
  for (const { socket } of provider.connections.splice(0)) socket.destroy();
  // What the test before left there would pass for this one's.
  await vi.waitUntil(async () => (await gauge('ssp_edge_provider_waiting')) === 0, soon);
  await vi.waitUntil(async () => (await gauge('ssp_edge_read_ahead_bytes')) === 0, soon);
});

const gauge = async (name: string) =>
  (await rig.service.metrics.getSingleMetric(name)?.get())?.values[0]?.value;
/** The gauges are looked at once in a second. */
const soon = { timeout: 30_000, interval: 50 };

/** The provider reads the head of the next request and nothing more. */
function nextUnreadRequest(): Promise<RawConnection> {
  const { promise, resolve } = Promise.withResolvers<RawConnection>();
  provider.answerWith((connection) => {
    connection.socket.pause();
    resolve(connection);
  });
  return promise;
}

/** A consumer that has sent the head of a request with a body of a gigabyte. */
async function openUpload(): Promise<{ readonly socket: TLSSocket; readonly from: string }> {
  const { cert, key } = pki.consumers.good;
  const socket = connect({
    host: '127.0.0.1',
    port: rig.edge.port,
    ca: readFileSync(pki.ca),
    cert: readFileSync(cert),
    key: readFileSync(key),
  });
  resources.defer(() => void socket.destroy());
  socket.on('error', () => undefined);
  await once(socket, 'secureConnect');
  const headers = ownHeaders();
  const lines = Object.entries({ Host: 'proxy.example', ...headers, 'Content-Length': '1000000000' });
  const fields = lines.map(([name, value]) => `${name}: ${value}\r\n`).join('');
  socket.write(`POST ${targetPath}/Binary HTTP/1.1\r\n${fields}\r\n`);
  return { socket, from: String(headers['Ssp-From']) };
}

/** Waits until after `leave` the provider's side of a connection is gone: without the news the timeouts would end it, long after the test. */
async function expectReset({ socket }: RawConnection, leave: () => void): Promise<void> {
  expect(isReset(socket)).toBe(false);
  leave();
  await expect.poll(() => isReset(socket), { interval: 2 }).toBe(true);
}

const ways: readonly { readonly way: string; readonly leave: (socket: TLSSocket) => void }[] = [
  { way: 'closing', leave: (socket) => void socket.destroy() },
  { way: 'a reset', leave: resetAndDestroy },
];

describe('a provider that reads nothing is told at once', () => {
  test.for(ways)('of $way by a consumer whose body was read ahead', async ({ leave }) => {
    const arrival = nextUnreadRequest();
    const { socket, from } = await openUpload();
    const connection = await arrival;
    await new Promise((done) => socket.write(Buffer.alloc(readAheadBytes - mebibyte, 'a'), done));
    await expect.poll(() => gauge('ssp_edge_read_ahead_bytes'), soon).toBeGreaterThan(0);
    await expectReset(connection, () => leave(socket));
    expect(await rig.events.completedFrom(from)).toMatchObject({ outcome: 'abandoned', status: 499 });
  });

  test('of a reset by a consumer whose body is more than is read ahead', async () => {
    const arrival = nextUnreadRequest();
    const { socket, from } = await openUpload();
    const connection = await arrival;
    socket.write(Buffer.alloc(8 * readAheadBytes, 'a'));
    await expect.poll(() => gauge('ssp_edge_read_ahead_bytes'), soon).toBeGreaterThanOrEqual(readAheadBytes);
    await expectReset(connection, () => resetAndDestroy(socket));
    expect(await rig.events.completedFrom(from)).toMatchObject({ outcome: 'abandoned', status: 499 });
  });
});

describe('while its connection is being waited for', () => {
  test.for(ways)('$way by a consumer takes its upload out of the queue', async ({ leave }) => {
    const arrived = Promise.withResolvers<RawConnection>();
    provider.answerWith((connection) => arrived.resolve(connection));
    const first = rig.good.send({ path: `${targetPath}/Patient`, headers: ownHeaders() });
    const held = await arrived.promise;
    const { socket, from } = await openUpload();
    socket.write(Buffer.alloc(mebibyte, 'a'));
    await expect.poll(() => gauge('ssp_edge_provider_waiting'), soon).toBe(1);
    await expect.poll(() => gauge('ssp_edge_read_ahead_bytes'), soon).toBeGreaterThanOrEqual(mebibyte);
    leave(socket);
    expect(await rig.events.completedFrom(from)).toMatchObject({
      outcome: 'abandoned',
      status: 499,
      requestBytes: 0,
    });
    held.socket.write(soundAnswer('held'));
    expect((await first).status).toBe(200);
    expect(held.received()).not.toContain(from);
  });

  test.for([
    { body: 'a body of known length', bytes: 1_000, framing: 'Content-Length' },
    { body: 'one in chunks', bytes: 1_000, framing: 'Transfer-Encoding' },
    { body: 'one of more than is read ahead', bytes: 3 * readAheadBytes, framing: 'Content-Length' },
  ])('$body is kept whole', async ({ bytes, framing }) => {
    const arrived = Promise.withResolvers<RawConnection>();
    provider.answerWith((connection, nth) => {
      if (nth === 1) arrived.resolve(connection);
    });
    const first = rig.good.send({ path: `${targetPath}/Patient`, headers: ownHeaders() });
    const { socket } = await arrived.promise;
    const body = randomBytes(bytes / 2).toString('hex');
    const value = framing === 'Content-Length' ? String(bytes) : 'chunked';
    const outgoing = rig.good.open({
      path: `${targetPath}/Binary`,
      method: 'POST',
      headers: { ...ownHeaders(), [framing]: value },
    });
    outgoing.end(body);
    const answered = once(outgoing, 'response');
    await expect.poll(() => gauge('ssp_edge_provider_waiting'), soon).toBe(1);
    await expect.poll(() => gauge('ssp_edge_read_ahead_bytes'), soon).toBeGreaterThanOrEqual(bytes / 3);
    // The provider's own record looks for heads, which takes long in a big body.
    const came: Buffer[] = [];
    socket.removeAllListeners('data').on('data', (chunk: Buffer) => came.push(chunk));
    socket.write(soundAnswer('held'));
    expect((await first).status).toBe(200);
    const ending = framing === 'Content-Length' ? body : `\r\n${body}\r\n0\r\n\r\n`;
    // Whole bodies are compared once: of a big one that takes long.
    const hasEnded = () => Buffer.concat(came.slice(-8)).toString().endsWith(ending.slice(-32));
    await expect.poll(hasEnded, { ...soon, interval: 5 }).toBe(true);
    expect(Buffer.concat(came).toString().endsWith(ending)).toBe(true);
    socket.write(soundAnswer('taken'));
    const [response] = await answered;
    expect(await text(response)).toBe('taken');
  });

  test('one that was not read, because others had read ahead all that may be, goes on when it is its turn', async () => {
    const arrival = nextUnreadRequest();
    const { socket } = await openUpload();
    await arrival;
    socket.write(Buffer.alloc(8 * readAheadBytes, 'a'));
    await expect.poll(() => gauge('ssp_edge_read_ahead_bytes'), soon).toBeGreaterThanOrEqual(readAheadBytes);
    provider.answerWith(({ socket: taken, received }) => {
      taken.on('data', () => {
        if (received().endsWith('b\r\n0\r\n\r\n')) taken.write(soundAnswer('taken'));
      });
    });
    const outgoing = rig.good.open({
      path: `${targetPath}/Binary`,
      method: 'POST',
      headers: { ...ownHeaders(), 'Transfer-Encoding': 'chunked' },
    });
    const answered = once(outgoing, 'response');
    // Too little to block the connection that it will have.
    outgoing.write(Buffer.alloc(1_000, 'b'));
    await expect.poll(() => gauge('ssp_edge_provider_waiting'), soon).toBe(1);
    outgoing.end(Buffer.alloc(200_000, 'b'));
    resetAndDestroy(socket);
    const [response] = await answered;
    expect(await text(response)).toBe('taken');
  });
});
