import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { backingServices } from '@ssp/testing/vitest';
import { afterAll, expect, test } from 'vitest';
import { startRawProvider } from './raw-provider.ts';
import { edgeRig, ownHeaders, targetPath } from './rig.ts';

const resources = new AsyncDisposableStack();
const provider = await startRawProvider(backingServices().pki, resources);
const rig = await edgeRig(resources, {
  EDGE_CONNECT_TO: `orange.testlab.nhs.uk:443:${provider.address}`,
  EDGE_PROVIDER_HEAD_BYTES_MAX: '4000',
  EDGE_PROVIDER_HEADERS_MAX: '20',
});
afterAll(() => resources.disposeAsync());

const ok = 'HTTP/1.1 200 OK\r\n';
const get = () => rig.good.send({ path: `${targetPath}/Patient?a=secret`, headers: ownHeaders() });
const answerOnce = (bytes: string) => provider.answerWith(({ socket }) => void socket.write(bytes, 'latin1'));

test.for([
  { what: 'HTTP/2.0', bytes: 'HTTP/2.0 200 OK\r\nContent-Length: 0\r\n\r\n' },
  { what: 'HTTP/1.2', bytes: 'HTTP/1.2 200 OK\r\nContent-Length: 0\r\n\r\n' },
  { what: 'no HTTP', bytes: '<html>' },
  { what: 'a status of 600', bytes: 'HTTP/1.1 600 Odd\r\nContent-Length: 0\r\n\r\n' },
  { what: 'both framings', bytes: `${ok}Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n` },
  { what: 'two lengths', bytes: `${ok}Content-Length: 3\r\nContent-Length: 4\r\n\r\nabcd` },
  { what: 'the same length twice', bytes: `${ok}Content-Length: 3\r\nContent-Length: 3\r\n\r\nabc` },
  { what: 'a signed length', bytes: `${ok}Content-Length: +3\r\n\r\nabc` },
  { what: 'a length beyond 2^64', bytes: `${ok}Content-Length: 18446744073709551619\r\n\r\nabc` },
  { what: ',chunked', bytes: `${ok}Transfer-Encoding: ,chunked\r\n\r\n0\r\n\r\n` },
  { what: 'chunked, chunked', bytes: `${ok}Transfer-Encoding: chunked, chunked\r\n\r\n0\r\n\r\n` },
  { what: 'gzip, chunked', bytes: `${ok}Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n` },
  { what: 'identity', bytes: `${ok}Transfer-Encoding: identity\r\n\r\nabc` },
  { what: 'a folded line', bytes: `${ok}X: a\r\n b\r\nContent-Length: 0\r\n\r\n` },
  { what: 'a bare LF', bytes: 'HTTP/1.1 200 OK\nContent-Length: 0\n\n' },
  { what: 'a bare CR', bytes: `${ok}X: a\rSet-Cookie: b\r\nContent-Length: 0\r\n\r\n` },
  { what: 'a NUL', bytes: `${ok}X: a\0b\r\nContent-Length: 0\r\n\r\n` },
  { what: 'a blank before the colon', bytes: `${ok}Content-Length : 0\r\n\r\n` },
  { what: 'a head that is too long', bytes: `${ok}X: ${'a'.repeat(4_000)}` },
  { what: 'too many fields', bytes: `${ok}${'A: b\r\n'.repeat(21)}Content-Length: 0\r\n\r\n` },
  {
    what: 'an unasked 101',
    bytes: 'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n',
  },
  { what: 'a bare 101', bytes: 'HTTP/1.1 101 Switching Protocols\r\n\r\n' },
  { what: 'a flood of interim answers', bytes: 'HTTP/1.1 102 Processing\r\n\r\n'.repeat(20) },
  { what: 'no length and no chunks', bytes: `${ok}\r\nabc` },
  { what: 'chunks in HTTP/1.0', bytes: 'HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n' },
])('an answer with $what is a 502, and its connection is closed', async ({ bytes }) => {
  answerOnce(bytes);
  const answer = await get();
  expect(answer.status).toBe(502);
  expect(answer.body.toString()).toContain(
    'ERROR_COMMUNICATING_TO_ENDPOINT_URL_https://orange.testlab.nhs.uk/B82617/STU3/1/gpconnect/fhir/Patient"',
  );
  await provider.connections.at(-1)?.closed;
});

test.for([
  {
    what: 'a chunk size that is no number',
    bytes: `${ok}Transfer-Encoding: chunked\r\n\r\n1\r\na\r\nxyz\r\n`,
  },
  {
    what: 'a chunk size beyond 2^64',
    bytes: `${ok}Transfer-Encoding: chunked\r\n\r\n1\r\na\r\n10000000000000001\r\n`,
  },
  { what: 'a chunk without its CRLF', bytes: `${ok}Transfer-Encoding: chunked\r\n\r\n1\r\nab\r\n0\r\n\r\n` },
])('$what in a body ends the consumer abruptly, and the connection', async ({ bytes }) => {
  answerOnce(bytes);
  await expect(get()).rejects.toThrow(/aborted|hang up|reset/);
  await provider.connections.at(-1)?.closed;
});

test.for([
  { framing: 'a length', bytes: `${ok}Content-Length: 9\r\n\r\nabc` },
  { framing: 'chunks', bytes: `${ok}Transfer-Encoding: chunked\r\n\r\n9\r\nabc` },
])('a body with $framing that is cut off cleanly still ends the consumer abruptly', async ({ bytes }) => {
  provider.answerWith(({ socket }) => void socket.end(bytes));
  await expect(get()).rejects.toThrow(/aborted|hang up|reset/);
});

test.for([
  {
    what: 'bytes behind it',
    bytes: `${ok}Content-Length: 3\r\n\r\nabcHTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nxyz`,
    status: 200,
    body: 'abc',
  },
  {
    what: 'bytes behind its last chunk',
    bytes: `${ok}Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\nxyz`,
    status: 200,
    body: 'abc',
  },
  {
    what: 'a body behind 204',
    bytes: 'HTTP/1.1 204 No Content\r\nContent-Length: 3\r\n\r\nabc',
    status: 204,
    body: '',
  },
  {
    what: 'HTTP/1.0 and a length',
    bytes: 'HTTP/1.0 200 OK\r\nContent-Length: 3\r\n\r\nabc',
    status: 200,
    body: 'abc',
  },
])(
  'an answer with $what is passed on, and its connection never used again',
  async ({ bytes, status, body }) => {
    answerOnce(bytes);
    const answer = await get();
    expect({ status: answer.status, body: answer.body.toString() }).toEqual({ status, body });
    await provider.connections.at(-1)?.closed;
  },
);

test('a second answer that comes while the connection rests is nobody’s', async () => {
  provider.answerWith(({ socket }) => {
    socket.write(`${ok}Content-Length: 3\r\n\r\nabc`);
    setTimeout(() => socket.write(`${ok}Content-Length: 6\r\n\r\nforged`), 50);
  });
  expect((await get()).body.toString()).toBe('abc');
  await provider.connections.at(-1)?.closed;
  expect((await get()).body.toString()).toBe('abc');
  // What it sends behind this one must find no later exchange there.
  await provider.connections.at(-1)?.closed;
});

test.for([
  { what: '200', bytes: `${ok}<provider's>Content-Length: 1\r\n\r\nx`, status: 200 },
  { what: '204', bytes: "HTTP/1.1 204 No Content\r\n<provider's>\r\n", status: 204 },
  {
    what: '304',
    bytes: "HTTP/1.1 304 Not Modified\r\n<provider's>ETag: a\r\nContent-Length: 9\r\n\r\n",
    status: 304,
  },
  {
    what: '429 of its own, after an interim answer',
    bytes:
      "HTTP/1.1 103 Early Hints\r\n<provider's>\r\nHTTP/1.1 429 Slow Down\r\n<provider's>Retry-After: 7\r\nContent-Length: 0\r\n\r\n",
    status: 429,
  },
])("the rate headers of a provider's $what are the edge's alone", async ({ bytes, status }) => {
  const own = 'X-Rate-Limit-Limit: 7\r\nx-rate-limit-remaining: 6\r\nX-Rate-Limit-Reset: 5\r\n';
  answerOnce(bytes.replaceAll("<provider's>", own));
  const answer = await get();
  expect(answer.status).toBe(status);
  expect(answer.headers).toMatchObject({
    'x-rate-limit-limit': '100',
    'x-rate-limit-remaining': '41',
    'x-rate-limit-reset': '3',
  });
  expect(answer.headers['retry-after']).toBe(status === 429 ? '7' : undefined);
});

test('interim answers stay between provider and edge', async () => {
  answerOnce(
    `HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: a\r\n\r\n${ok}Content-Length: 1\r\n\r\nx`,
  );
  const answer = await get();
  expect(answer.status).toBe(200);
  expect(answer.headers['link']).toBeUndefined();
});

test('a Trailer field beside a length harms nobody', async () => {
  answerOnce(`${ok}Trailer: X-Sum\r\nContent-Length: 3\r\n\r\nabc`);
  expect((await get()).body.toString()).toBe('abc');
});

test('fields come back in their case, order and number; what concerns one hop does not, nominated or not', async () => {
  answerOnce(
    `${ok}X-b: 1\r\nSet-Cookie: a\r\nx-B: 2\r\nConnection: X-Hop, ETag\r\nX-Hop: 1\r\nETag: 2\r\nVia: 1.1 theirs\r\n` +
      'Upgrade: h2\r\nSet-Cookie: c\r\nOdd: \xe9\r\nContent-Length: 0\r\n\r\n',
  );
  const { rawHeaders } = await get();
  expect(rawHeaders.slice(0, 14)).toEqual([
    'X-b',
    '1',
    'Set-Cookie',
    'a',
    'x-B',
    '2',
    'Via',
    '1.1 theirs',
    'Set-Cookie',
    'c',
    'Odd',
    '\xe9',
    'Content-Length',
    '0',
  ]);
  const names = rawHeaders.filter((_, index) => index % 2 === 0);
  expect(names).toEqual(
    expect.arrayContaining(['Strict-Transport-Security', 'X-Ssp-InternalID', 'X-Rate-Limit-Limit']),
  );
  expect(names).not.toContain('X-Hop');
  expect(rawHeaders.join('\n')).toContain('Via\n1.1 spine-secure-proxy');
});

test('an answer without a length is passed on where that is asked for, and a cut still shows', async () => {
  await using own = new AsyncDisposableStack();
  const relaying = await edgeRig(own, {
    EDGE_CONNECT_TO: `orange.testlab.nhs.uk:443:${provider.address}`,
    EDGE_PROVIDER_CLOSE_DELIMITED: 'relay',
  });
  provider.answerWith(({ socket }) => void socket.end(`${ok}\r\nabc`));
  const answer = await relaying.good.send({ path: `${targetPath}/Patient`, headers: ownHeaders() });
  expect(answer.body.toString()).toBe('abc');
  provider.answerWith(({ socket }) => void socket.write(`${ok}\r\nabc`));
  const outgoing = relaying.good.open({ path: `${targetPath}/Patient`, headers: ownHeaders() });
  outgoing.end();
  const [response] = await once(outgoing, 'response');
  const came = text(response);
  provider.connections.at(-1)?.reset();
  await expect(came).rejects.toThrow(/aborted|hang up|reset/);
});
