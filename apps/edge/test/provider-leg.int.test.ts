import { once } from 'node:events';
import { copyFile, mkdtempDisposable } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { backingServices } from '@ssp/testing/vitest';
import { afterAll, beforeEach, expect, test } from 'vitest';
import { type RawConnection, soundAnswer, startRawProvider } from './raw-provider.ts';
import { allow, edgeRig, ownHeaders, targetPath } from './rig.ts';

const resources = new AsyncDisposableStack();
const { pki } = backingServices();
const provider = await startRawProvider(pki, resources);
const files = resources.use(await mkdtempDisposable(join(tmpdir(), 'provider-leg-')));
const certFile = join(files.path, 'cert.pem');
await copyFile(pki.edgeClient.cert, certFile);
const settings = {
  EDGE_CONNECT_TO: `orange.testlab.nhs.uk:443:${provider.address}`,
  EDGE_PROVIDER_CERT_FILE: certFile,
  EDGE_PROVIDER_CONNECTIONS: '2',
  EDGE_PROVIDER_QUEUE_MAX: '1',
  EDGE_TIMEOUT_STATUS: '599',
  // Longer than any test that is not about them.
  EDGE_PROVIDER_FIRST_BYTE_TIMEOUT_MS: '600000',
  EDGE_PROVIDER_IDLE_TIMEOUT_MS: '600000',
};
const rig = await edgeRig(resources, settings);
const impatient = await edgeRig(resources, {
  ...settings,
  EDGE_PROVIDER_FIRST_BYTE_TIMEOUT_MS: '1000',
  EDGE_PROVIDER_IDLE_TIMEOUT_MS: '1000',
});
afterAll(() => resources.disposeAsync());
beforeEach(() => {
  rig.authz.answer = allow;
  for (const { socket } of provider.connections.splice(0)) socket.destroy();
});

const path = `${targetPath}/Patient`;
const get = () => rig.good.send({ path, headers: ownHeaders() });
const first = () => {
  const [connection] = provider.connections;
  if (connection === undefined) throw new Error('no connection yet');
  return connection;
};
const { completedFrom } = rig.events;
/** Answers the first head of each connection soundly, and does what it is told with the second. */
const dieAt = (nth: number, die: (connection: RawConnection) => void) =>
  provider.answerWith((connection, count) => {
    if (count >= nth) die(connection);
    else connection.socket.write(soundAnswer(`${count}`));
  });

test.for([
  { ending: 'cleanly', die: ({ socket }: RawConnection) => void socket.end() },
  { ending: 'without a goodbye', die: ({ socket }: RawConnection) => void socket.destroy() },
  { ending: 'with a reset', die: ({ reset }: RawConnection) => reset() },
])('a GET on a resting connection that dies $ending is sent again; a POST is not', async ({ die }) => {
  dieAt(2, die);
  expect((await get()).status).toBe(200);
  expect((await get()).status).toBe(200);
  expect(provider.connections).toHaveLength(2);
  const before = provider.connections.length;
  const answer = await rig.good.send({ path, headers: ownHeaders(), method: 'POST', body: 'abc' });
  expect(answer.status).toBe(502);
  expect(provider.connections).toHaveLength(before);
});

test('a GET is not sent again on a fresh connection, nor once a byte of the answer has come', async () => {
  dieAt(1, ({ socket }) => void socket.destroy());
  expect((await get()).status).toBe(502);
  expect(provider.connections).toHaveLength(1);
  dieAt(2, ({ socket }) => void socket.end('HTTP'));
  expect((await get()).status).toBe(200);
  expect((await get()).status).toBe(502);
  expect(provider.connections).toHaveLength(2);
});

const silence = () => provider.answerWith(() => undefined);

test('a provider that begins no answer is a 599, its connection closed', async () => {
  silence();
  const answer = await impatient.good.send({ path, headers: ownHeaders() });
  expect(answer.status).toBe(599);
  expect(answer.body.toString()).toContain('SERVER_AT_TARGET_URL_TIMED_OUT_https://orange.testlab.nhs.uk/');
  await first().closed;
});

test('a provider that falls silent within its answer ends the consumer abruptly, audited with the reason', async () => {
  provider.answerWith(({ socket }) => void socket.write('HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc'));
  const headers = ownHeaders();
  await expect(impatient.good.send({ path, headers })).rejects.toThrow(/aborted|hang up|reset/);
  expect(await completedFrom(headers['Ssp-From'])).toMatchObject({
    outcome: 'failed',
    refusalDetail: 'idle-timeout',
  });
});

test('a provider that drips its answer is cut off when its whole time is over', async () => {
  await using own = new AsyncDisposableStack();
  const { good } = await edgeRig(own, { ...settings, EDGE_PROVIDER_TOTAL_TIMEOUT_MS: '2000' });
  provider.answerWith(({ socket }) => {
    socket.write('HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\n');
    const drip = setInterval(() => socket.write('a'), 200);
    socket.on('close', () => clearInterval(drip));
  });
  const headers = ownHeaders();
  await expect(good.send({ path, headers })).rejects.toThrow(/aborted|hang up|reset/);
  expect(await completedFrom(headers['Ssp-From'])).toMatchObject({ refusalDetail: 'total-timeout' });
});

test('a consumer that stops within its body is answered 408', async () => {
  silence();
  const outgoing = impatient.good.open({
    path,
    method: 'POST',
    headers: { ...ownHeaders(), 'Content-Length': '9' },
  });
  outgoing.on('error', () => undefined);
  outgoing.write('abc');
  const [response] = await once(outgoing, 'response');
  expect(response.statusCode).toBe(408);
  await first().closed;
});

test('who finds no connection free is refused at once when the queue is full, and after a while when it is not', async () => {
  await using own = new AsyncDisposableStack();
  const { good } = await edgeRig(own, { ...settings, EDGE_PROVIDER_CONNECT_TIMEOUT_MS: '2000' });
  const ask = () => good.send({ path, headers: ownHeaders() });
  silence();
  const serving = [ask(), ask()];
  await expect.poll(() => provider.connections).toHaveLength(2);
  await expect.poll(() => provider.connections.every((it) => it.received() !== '')).toBe(true);
  const refusals = await Promise.all([ask(), ask()]);
  expect(refusals.map(({ status, headers }) => [status, headers['retry-after']])).toEqual([
    [503, '1'],
    [503, '1'],
  ]);
  for (const { socket } of provider.connections) socket.write(soundAnswer('at last'));
  expect((await Promise.all(serving)).map(({ status }) => status)).toEqual([200, 200]);
});

test.for([
  { when: 'before an answer', answer: '', body: undefined },
  { when: 'within an answer', answer: 'HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc', body: undefined },
  { when: 'within its own body', answer: '', body: 'abc' },
])(
  'a consumer that hangs up $when takes the connection to the provider with it at once',
  async ({ answer, body }) => {
    const arrived = Promise.withResolvers<void>();
    provider.answerWith(({ socket }) => {
      if (answer !== '') socket.write(answer);
      arrived.resolve();
    });
    const headers = ownHeaders();
    const outgoing = rig.good.open({
      path,
      headers: { ...headers, ...(body !== undefined && { 'Content-Length': '9' }) },
      method: body === undefined ? 'GET' : 'POST',
    });
    outgoing.on('error', () => undefined);
    const answered = answer === '' ? null : once(outgoing, 'response');
    if (body === undefined) outgoing.end();
    else outgoing.write(body);
    await arrived.promise;
    await answered;
    outgoing.destroy();
    // Without the news it is its silence that would end it, long after the test.
    await first().closed;
    expect(await completedFrom(headers['Ssp-From'])).toMatchObject({ outcome: 'abandoned', status: 499 });
  },
);

test('trailers and chunks pass both ways, and what they may not carry does not', async () => {
  provider.answerWith((connection, count) => {
    if (count !== 2) return;
    connection.socket.write(
      'HTTP/1.1 200 OK\r\nTrailer: X-Sum\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\nX-Sum: 7\r\nContent-Length: 5\r\n\r\n',
    );
  });
  const outgoing = rig.good.open({
    path,
    method: 'POST',
    headers: {
      ...ownHeaders(),
      Trailer: 'X-Digest',
      'Transfer-Encoding': 'chunked',
      'Content-Encoding': 'gzip',
    },
  });
  outgoing.addTrailers({ 'X-Digest': 'd', 'Ssp-To': '1' });
  outgoing.end('xyz');
  const [response] = await once(outgoing, 'response');
  response.resume();
  await once(response, 'end');
  expect(response.rawTrailers).toEqual(['X-Sum', '7']);
  const text = first().received();
  expect(text).toContain('Transfer-Encoding: chunked\r\n');
  expect(text).toContain('Content-Encoding: gzip\r\n');
  expect(text.endsWith('3\r\nxyz\r\n0\r\nX-Digest: d\r\n\r\n')).toBe(true);
  expect(text).not.toContain('Content-Length');
});

test('fields go out in their case, order and number; a nomination takes away nothing that matters', async () => {
  provider.answerWith(({ socket }) => void socket.write(soundAnswer('')));
  const { 'Ssp-From': from, ...others } = ownHeaders();
  await rig.good.send({
    path: `${path}?a=%7C&b=|`,
    method: 'POST',
    body: 'abc',
    headers: [
      'Host',
      'proxy',
      'X-b',
      '1',
      'Ssp-From',
      String(from),
      'x-B',
      '2',
      'Content-Length',
      '3',
      ...Object.entries(others).flat(),
      'Connection',
      'X-Hop, Ssp-From, Authorization, Host, Content-Length',
      'X-Hop',
      '1',
      'Authorization',
      'Bearer e30.e30.',
      'TE',
      'trailers',
      'Via',
      '1.0 first',
      'Forwarded',
      'for=a',
    ],
  });
  const lines = first().received().split('\r\n');
  expect(lines.slice(0, 6)).toEqual([
    'POST /B82617/STU3/1/gpconnect/fhir/Patient?a=%7C&b=| HTTP/1.1',
    'Host: orange.testlab.nhs.uk',
    'X-b: 1',
    `Ssp-From: ${from}`,
    'x-B: 2',
    'Content-Length: 3',
  ]);
  expect(lines).toEqual(
    expect.arrayContaining(['Authorization: Bearer e30.e30.', 'Via: 1.0 first', 'Forwarded: for=a']),
  );
  expect(lines.at(-3)).toBe('Via: 1.1 spine-secure-proxy');
  expect(lines.at(-4)).toMatch(
    /^Forwarded: for=127\.0\.0\.1;by=_spine-secure-proxy;host="proxy";proto=https$/,
  );
  expect(lines.join('\n')).not.toMatch(/^(X-Hop|TE|Connection):/m);
});

test('a provider that answers early and reads no more is heard, and its connection closed', async () => {
  provider.answerWith(({ socket }) => {
    socket.pause();
    socket.write('HTTP/1.1 413 Too Large\r\nContent-Length: 3\r\n\r\nbig');
  });
  const outgoing = rig.good.open({
    path,
    method: 'POST',
    headers: { ...ownHeaders(), 'Content-Length': '30000000' },
  });
  const written = new Promise((resolve) => outgoing.write(Buffer.alloc(20_000_000), resolve));
  const [response] = await once(outgoing, 'response');
  expect(response.statusCode).toBe(413);
  response.resume();
  await written;
  first().socket.resume();
  await first().closed;
  outgoing.on('error', () => undefined);
  outgoing.destroy();
});

test('a certificate that lacks the server name of the directory is a 502', async () => {
  provider.answerWith(({ socket }) => void socket.write(soundAnswer('x')));
  const answer = allow();
  rig.authz.answer = () =>
    answer.decision === 'allow' ? { ...answer, providerFqdn: 'another.testlab.nhs.uk' } : answer;
  expect((await get()).status).toBe(502);
  expect(provider.connections.every((connection) => connection.received() === '')).toBe(true);
});

test('a new client certificate is shown on the next connection, and the old connection retires', async () => {
  provider.answerWith(({ socket }) => void socket.write(soundAnswer('x')));
  await get();
  const old = first();
  await copyFile(pki.edgeClient.cert, `${certFile}.new`);
  await copyFile(`${certFile}.new`, certFile);
  await old.closed;
  expect((await get()).status).toBe(200);
  expect(provider.connections).toHaveLength(2);
});
