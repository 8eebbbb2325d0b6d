import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { listenOnLoopback } from '@ssp/testing';
import { backingServices } from '@ssp/testing/vitest';
import { afterAll, beforeEach, expect, test } from 'vitest';
import { type RawConnection, soundAnswer, startRawProvider } from './raw-provider.ts';
import { allow, edgeRig, ownHeaders, targetPath } from './rig.ts';

const resources = new AsyncDisposableStack();
const { pki } = backingServices();
const provider = await startRawProvider(pki, resources);
const silent = await startSilentListener();
const rig = await edgeRig(resources, {
  EDGE_CONNECT_TO: `orange.testlab.nhs.uk:443:${provider.address},silent.testlab.nhs.uk:443:${silent.address}`,
  EDGE_PROVIDER_CONNECTIONS: '1',
  // Longer than any test: what ends an exchange here is never a timeout of ours.
  EDGE_PROVIDER_CONNECT_TIMEOUT_MS: '600000',
  EDGE_PROVIDER_FIRST_BYTE_TIMEOUT_MS: '600000',
  EDGE_PROVIDER_IDLE_TIMEOUT_MS: '600000',
});
afterAll(() => resources.disposeAsync());
beforeEach(() => {
  rig.authz.answer = allow;
  for (const { socket } of provider.connections.splice(0)) socket.destroy();
});

/** Takes TCP connections and never answers the handshake. */
async function startSilentListener() {
  const sockets: Socket[] = [];
  const server = createServer((socket) => {
    sockets.push(socket.on('error', () => undefined).resume());
  });
  const port = await listenOnLoopback(server);
  resources.defer(() => {
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  return { address: `127.0.0.1:${port}`, sockets };
}

/** A consumer's request that is on its way, and who sends it. */
function openRequest(asked: { readonly path?: string; readonly announcedBytes?: number }) {
  const { path = `${targetPath}/Patient`, announcedBytes } = asked;
  const headers = {
    ...ownHeaders(),
    ...(announcedBytes !== undefined && { 'Content-Length': String(announcedBytes) }),
  };
  const method = announcedBytes === undefined ? 'GET' : 'POST';
  const outgoing = rig.good.open({ path, method, headers });
  outgoing.on('error', () => undefined);
  return { outgoing, from: String(new Map(Object.entries(headers)).get('Ssp-From')) };
}

const gauge = async (name: string, state?: string) => {
  const values = (await rig.service.metrics.getSingleMetric(name)?.get())?.values ?? [];
  return values.find(({ labels }) => state === undefined || labels['state'] === state)?.value;
};
const waiting = () => gauge('ssp_edge_provider_waiting');
const dialling = () => gauge('ssp_edge_provider_connections', 'dialling');
/** The gauges are looked at once in a second. */
const soon = { timeout: 30_000, interval: 50 };

test('who hangs up while waiting for a connection leaves the queue, and the provider never hears of it', async () => {
  const arrived = Promise.withResolvers<RawConnection>();
  provider.answerWith((connection, nth) => {
    if (nth === 1) arrived.resolve(connection);
    else connection.socket.write(soundAnswer('at once'));
  });
  const first = rig.good.send({ path: `${targetPath}/Patient`, headers: ownHeaders() });
  const { socket } = await arrived.promise;
  const { outgoing, from } = openRequest({});
  outgoing.end();
  await expect.poll(waiting, soon).toBe(1);
  outgoing.destroy();
  await expect.poll(waiting, soon).toBe(0);
  expect(await rig.events.completedFrom(from)).toMatchObject({
    outcome: 'abandoned',
    status: 499,
    providerStatus: null,
    providerAddress: null,
    requestBytes: 0,
    responseBytes: 0,
  });
  socket.write(soundAnswer('held'));
  expect((await first).status).toBe(200);
  // Whoever still waited would have had the connection before this one.
  expect((await rig.good.send({ path: `${targetPath}/Patient`, headers: ownHeaders() })).status).toBe(200);
  const received = provider.connections.map((connection) => connection.received()).join('');
  expect(received.split('\r\n\r\n')).toHaveLength(3);
  expect(received).not.toContain(from);
});

test('who hangs up while the connection is being made has it broken off at once', async () => {
  rig.authz.answer = () => {
    const answer = allow();
    if (answer.decision !== 'allow') return answer;
    return { ...answer, endpoint: 'https://silent.testlab.nhs.uk/fhir', providerFqdn: null };
  };
  const { outgoing, from } = openRequest({ path: '/https://silent.testlab.nhs.uk/fhir/Patient' });
  outgoing.end();
  await expect.poll(dialling, soon).toBe(1);
  await expect.poll(waiting, soon).toBe(1);
  await expect.poll(() => silent.sockets, soon).toHaveLength(1);
  const [dialled] = silent.sockets;
  expect(dialled?.destroyed).toBe(false);
  outgoing.destroy();
  await expect.poll(() => dialled?.destroyed, soon).toBe(true);
  await expect.poll(async () => [await dialling(), await waiting()], soon).toEqual([0, 0]);
  expect(silent.sockets).toHaveLength(1);
  expect(await rig.events.completedFrom(from)).toMatchObject({
    outcome: 'abandoned',
    status: 499,
    providerStatus: null,
  });
});

test('of an answer that its consumer left, what had come is counted', async () => {
  const cameBytes = 300_000;
  provider.answerWith(({ socket }) => {
    socket.write('HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n');
    socket.write(Buffer.alloc(cameBytes, 'a'));
  });
  const { outgoing, from } = openRequest({});
  outgoing.end();
  const [response] = await once(outgoing, 'response');
  let got = 0;
  for await (const chunk of response) {
    got += chunk.length;
    if (got === cameBytes) break;
  }
  outgoing.destroy();
  expect(await rig.events.completedFrom(from)).toMatchObject({
    outcome: 'abandoned',
    status: 499,
    providerStatus: 200,
    requestBytes: 0,
    responseBytes: cameBytes,
  });
});

test('of an answer that its consumer left while it flowed, between what was read and what was sent is counted', async () => {
  let sent = 0;
  provider.answerWith(({ socket }) => {
    const block = Buffer.alloc(65_536, 'a');
    socket.write('HTTP/1.1 200 OK\r\nContent-Length: 1000000000\r\n\r\n');
    const pump = () => {
      do sent += block.length;
      while (socket.write(block));
    };
    socket.on('drain', pump);
    pump();
  });
  const { outgoing, from } = openRequest({});
  outgoing.end();
  const [response] = await once(outgoing, 'response');
  let got = 0;
  for await (const chunk of response) {
    got += chunk.length;
    if (got > 2_000_000) break;
  }
  outgoing.destroy();
  const { status, responseBytes } = await rig.events.completedFrom(from);
  expect(status).toBe(499);
  expect(responseBytes).toBeGreaterThanOrEqual(got);
  expect(responseBytes).toBeLessThanOrEqual(sent);
});

test('of a body that its consumer broke off, what had gone to the provider is counted', async () => {
  const sentBytes = 200_000;
  const { outgoing, from } = openRequest({ announcedBytes: 1_000_000 });
  outgoing.write(Buffer.alloc(sentBytes, 'b'));
  const arrived = () => {
    const [, body = ''] = provider.connections[0]?.received().split('\r\n\r\n') ?? [];
    return body.length;
  };
  provider.answerWith(() => undefined);
  await expect.poll(arrived, soon).toBe(sentBytes);
  outgoing.destroy();
  expect(await rig.events.completedFrom(from)).toMatchObject({
    outcome: 'abandoned',
    status: 499,
    requestBytes: sentBytes,
    responseBytes: 0,
  });
});
