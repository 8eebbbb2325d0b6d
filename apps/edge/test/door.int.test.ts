import { readFileSync } from 'node:fs';
import { once } from 'node:events';
import { connect } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { connect as tlsConnect } from 'node:tls';
import { readWire } from '@ssp/testing';
import { afterAll, describe, expect, test, vi } from 'vitest';
import { type Attack, attackRig, expected, observe, request, statusOf } from './attack-rig.ts';
import { ownHeaders, targetPath } from './rig.ts';

const resources = new AsyncDisposableStack();
const rig = await attackRig(resources, {
  EDGE_REQUESTS_PER_CONNECTION_MAX: '5',
  EDGE_PIPELINED_MAX: '2',
});
// For those alone that are about waiting: a machine that has much else to do keeps the others waiting, too.
const impatient = await attackRig(resources, {
  EDGE_SILENT_TIMEOUT_MS: '500',
  EDGE_HANDSHAKE_TIMEOUT_MS: '1500',
  EDGE_HEADERS_TIMEOUT_MS: '800',
  EDGE_REQUEST_TIMEOUT_MS: '1200',
  EDGE_TIMEOUT_CHECK_MS: '50',
  EDGE_KEEP_ALIVE_TIMEOUT_MS: '300',
});
afterAll(() => resources.disposeAsync());

/** Sends bytes to the TLS port as they are, without TLS. */
async function sendPlainly(bytes: string) {
  const socket = connect(rig.edge.port, '127.0.0.1');
  socket.write(bytes);
  const answer = await buffer(socket);
  return { ...readWire(answer, 'response', true), text: answer.toString() };
}

const metric = async (name: string, of = rig) => {
  const values = (await of.service.metrics.getSingleMetric(name)?.get())?.values ?? [];
  return Object.fromEntries(values.map(({ labels, value }) => [Object.values(labels).join(), value]));
};
const failed = async (reason: string) => (await metric('ssp_edge_handshakes_failed_total'))[reason];

describe('plain HTTP on the TLS port', () => {
  test('is answered 497 in our form, with HSTS, closed and audited', async () => {
    const { 'Ssp-From': from = '' } = ownHeaders();
    const { messages, text } = await sendPlainly(
      `GET ${targetPath}/Patient HTTP/1.1\r\nHost: a\r\nSsp-From: ${from}\r\nAccept: application/fhir+json\r\n\r\n`,
    );
    expect(messages.map(statusOf)).toEqual([497]);
    expect(text).toMatch(/^HTTP\/1\.1 497 HTTP Request Sent to HTTPS Port\r\n/);
    expect(text).toContain('Strict-Transport-Security: max-age=');
    expect(text).toContain('Connection: close');
    const id = /X-Ssp-InternalID: (\S+)/.exec(text)?.[1] ?? '';
    expect(JSON.parse(messages[0]?.body.toString() ?? '')).toMatchObject({
      id,
      resourceType: 'OperationOutcome',
    });
    expect(await rig.events.completedOf(id)).toMatchObject({
      from,
      status: 497,
      outcome: 'refused',
      refusal: 'plain-http-on-tls-port',
      connection: {
        tlsProtocol: null,
        certificateDn: null,
        remoteAddress: expect.stringContaining('127.0.0.1'),
      },
    });
  });

  test.for([
    { what: 'a body', bytes: 'POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc', status: 497 },
    { what: 'CONNECT', bytes: 'CONNECT a:443 HTTP/1.1\r\nHost: a\r\n\r\n', status: 497 },
    { what: 'an unknown method', bytes: 'FOO / HTTP/1.1\r\nHost: a\r\n\r\n', status: 497 },
    { what: 'bytes that are no HTTP', bytes: 'SSH-2.0-x\r\n', status: 400 },
  ])('with $what is answered $status', async ({ bytes, status }) => {
    const { messages, fault } = await sendPlainly(bytes);
    expect({ fault, statuses: messages.map(statusOf) }).toEqual({ fault: null, statuses: [status] });
  });
});

describe('a method that the parser does not know', () => {
  const { good, revoked } = rig.pki.consumers;
  test.for([
    { whose: 'a good certificate', certificate: good, status: 405, refusal: 'method-not-allowed' },
    { whose: 'a revoked one', certificate: revoked, status: 495, refusal: 'certificate-revoked' },
    { whose: 'none', certificate: null, status: 496, refusal: 'certificate-missing' },
  ])('with $whose is answered $status, and audited', async ({ certificate, status, refusal }) => {
    const socket = tlsConnect({
      port: rig.edge.port,
      rejectUnauthorized: false,
      ...(certificate !== null && {
        cert: readFileSync(certificate.cert),
        key: readFileSync(certificate.key),
      }),
    });
    socket.write(`FOO ${targetPath}/Patient HTTP/1.1\r\nHost: a\r\n\r\n`);
    const { messages } = readWire(await buffer(socket), 'response', true);
    expect(messages.map(statusOf)).toEqual([status]);
    const headers = new Map(messages[0]?.headers.map((name, at, all) => [name.toLowerCase(), all[at + 1]]));
    expect(headers.get('connection')).toBe('close');
    expect(headers.get('allow')).toBe(status === 405 ? 'GET, POST, PUT, DELETE, PATCH' : undefined);
    expect(await rig.events.completedOf(String(headers.get('x-ssp-internalid')))).toMatchObject({
      status,
      outcome: 'refused',
      refusal,
      method: '-',
    });
  });
});

describe('a connection that keeps us waiting', () => {
  test('is closed when it sends nothing at all', async () => {
    const silent = async () => (await metric('ssp_edge_handshakes_failed_total', impatient))['silent'] ?? 0;
    const before = await silent();
    const socket = connect(impatient.edge.port, '127.0.0.1');
    expect(await buffer(socket)).toHaveLength(0);
    await expect.poll(silent).toBe(before + 1);
  });

  test('is closed when its handshake does not go on', async () => {
    const socket = connect(impatient.edge.port, '127.0.0.1');
    socket.write(Buffer.from([0x16, 3, 1]));
    await buffer(socket);
    await expect
      .poll(async () => (await metric('ssp_edge_handshakes_failed_total', impatient))['timeout'])
      .toBeGreaterThan(0);
  });

  test.for<Attack>([
    { name: 'sends no request', bytes: [], statuses: [], forwarded: 0 },
    { name: 'sends half a head', bytes: request({}).slice(0, 100), statuses: [408], forwarded: 0 },
    {
      name: 'sends half a body',
      bytes: request({ lines: ['Content-Length: 10'], body: 'abc' }),
      statuses: [408],
      forwarded: 0,
    },
    {
      name: 'sends half a head behind a whole request',
      bytes: request({ method: 'GET' }) + request({}).slice(0, 100),
      statuses: [200, 408],
      forwarded: 1,
    },
    { name: 'sends no further request', bytes: request({ method: 'GET' }), statuses: [200], forwarded: 1 },
  ])('is closed when it $name', async (it) => {
    expect(await observe(impatient, it)).toEqual(expected(it));
  });

  test('is closed when its head drips in', async () => {
    const socket = tlsConnect({
      port: impatient.edge.port,
      secureContext: impatient.context,
      rejectUnauthorized: false,
    });
    const drip = setInterval(() => socket.write('X'), 20);
    socket.write(`GET ${targetPath}/x HTTP/1.1\r\n`);
    const answer = await buffer(socket);
    clearInterval(drip);
    expect(readWire(answer, 'response', true).messages.map(statusOf)).toEqual([408]);
  });
});

describe('a connection that asks for too much', () => {
  test('is told so with the last answer that it may have', async () => {
    const socket = tlsConnect({ port: rig.edge.port, secureContext: rig.context, rejectUnauthorized: false });
    const chunks: Buffer[] = [];
    socket.on('data', (chunk: Buffer) => void chunks.push(chunk));
    const closed = once(socket, 'close');
    const answers = () => readWire(Buffer.concat(chunks), 'response').messages;
    for (let count = 1; count <= 5; count++) {
      socket.write(request({ method: 'GET' }));
      await vi.waitFor(() => expect(answers()).toHaveLength(count), { timeout: 30_000, interval: 5 });
    }
    await closed;
    expect(answers().map(({ headers }) => headers.includes('close'))).toEqual([
      false,
      false,
      false,
      false,
      true,
    ]);
  });

  test('has no more requests read than may wait', async () => {
    const it: Attack = {
      name: 'two hundred at once',
      bytes: request({ method: 'GET' }).repeat(200),
      statuses: [200, 200, 200, 200],
      forwarded: 4,
    };
    expect(await observe(rig, it)).toEqual(expected(it));
  });
});

test.for([
  { where: 'a chunk', garbage: 'x' },
  { where: 'a trailer', garbage: '0\r\nX: \x00\r\n\r\n' },
  { where: 'the end of its chunk', garbage: '1\r\nab' },
])('a body that breaks in $where never completes at the provider', async ({ garbage }) => {
  rig.wire.forget();
  const socket = tlsConnect({ port: rig.edge.port, secureContext: rig.context, rejectUnauthorized: false });
  socket.write(request({ lines: ['Transfer-Encoding: chunked'], body: '3\r\nabc\r\n' }));
  const seen = () => rig.wire.readings();
  await vi.waitFor(() => expect(seen()[0]?.bytes.toString()).toContain('abc'), { timeout: 30_000 });
  socket.write(garbage);
  const answer = await buffer(socket);
  expect(readWire(answer, 'response', true).messages.map(statusOf)).toEqual([400]);
  expect(seen().flatMap(({ messages }) => messages)).toEqual([]);
  await expect.poll(() => seen().map(({ isOpen }) => isOpen)).toEqual([false]);
});

const negotiate = async (ciphers: string, maxVersion: 'TLSv1.2' | 'TLSv1.3' = 'TLSv1.2') => {
  const socket = tlsConnect({
    port: rig.edge.port,
    ca: readFileSync(rig.pki.ca),
    ciphers: `${ciphers}:@SECLEVEL=0`,
    maxVersion,
  });
  await once(socket, 'secureConnect');
  const { name } = socket.getCipher();
  socket.destroy();
  return name;
};

describe('the cipher list', () => {
  test.for([
    'ECDHE-RSA-AES256-GCM-SHA384',
    'ECDHE-RSA-AES128-GCM-SHA256',
    'DHE-RSA-AES256-GCM-SHA384',
    'DHE-RSA-AES128-GCM-SHA256',
    'ECDHE-RSA-AES256-SHA384',
    'DHE-RSA-AES256-SHA256',
    'DHE-RSA-AES256-SHA',
    'ECDHE-RSA-AES256-SHA',
  ])('%s is spoken', async (cipher) => {
    expect(await negotiate(cipher)).toBe(cipher);
  });

  test.for(['NULL-MD5', 'AES128-SHA256', 'AES256-SHA', 'ECDHE-RSA-AES128-SHA'])(
    '%s is not',
    async (cipher) => {
      await expect(negotiate(cipher)).rejects.toThrow(
        /handshake failure|no cipher match|no ciphers available/i,
      );
    },
  );

  test('the edge chooses, not the client', async () => {
    expect(await negotiate('ECDHE-RSA-AES256-SHA:ECDHE-RSA-AES256-GCM-SHA384')).toBe(
      'ECDHE-RSA-AES256-GCM-SHA384',
    );
  });

  test('a handshake without a common cipher or version is counted by its reason', async () => {
    await negotiate('AES128-SHA256').catch(() => undefined);
    const old = tlsConnect({
      port: rig.edge.port,
      minVersion: 'TLSv1.1',
      maxVersion: 'TLSv1.1',
      ciphers: 'ALL:@SECLEVEL=0',
    });
    await once(old, 'close').catch(() => undefined);
    await expect.poll(() => failed('no-common-cipher')).toBeGreaterThan(0);
    await expect.poll(() => failed('no-common-version')).toBeGreaterThan(0);
  });
});
