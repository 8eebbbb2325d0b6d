import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { Duplex } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { AnswerReader } from './answer-reader.ts';
import { BadAnswer } from './bad-answer.ts';

const limits = { headBytesMax: 2_000, headersMax: 20, closeDelimited: true };

/** What a sink is told of `pieces`, and how the reader ended: by its last state, or by what was wrong. */
function read(pieces: readonly Buffer[], own = limits) {
  const reader = new AnswerReader(own);
  const body: Buffer[] = [];
  let status = 0;
  let headers: readonly string[] = [];
  const sink = {
    head: (head: { readonly status: number; readonly headers: readonly string[] }) => {
      ({ status, headers } = head);
    },
    data: (chunk: Buffer) => void body.push(Buffer.from(chunk)),
  };
  let state = 'more';
  try {
    for (const [index, piece] of pieces.entries()) {
      state = reader.read(piece, sink);
      // What a connection does with bytes behind the end.
      if (state === 'ended' && pieces.slice(index + 1).some((rest) => rest.length > 0)) state = 'overrun';
      if (state !== 'more') break;
    }
  } catch (error) {
    if (!(error instanceof BadAnswer)) throw error;
    // Whether a fault is seen at once or after the head was passed on depends on the cut; that it is seen does not.
    return { state: 'bad', status: 0, headers: [], body: '', trailers: [] };
  }
  return { state, status, headers, body: Buffer.concat(body).toString('latin1'), trailers: reader.trailers };
}

const readText = (text: string, own = limits) => read([Buffer.from(text, 'latin1')], own);

test.for([
  {
    what: 'interim answers are swallowed',
    text: 'HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\na',
    state: 'ended',
    status: 200,
  },
  {
    what: 'too many of them are not',
    text: `${'HTTP/1.1 102 Processing\r\n\r\n'.repeat(17)}HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n`,
    state: 'bad',
    status: 0,
  },
  {
    what: 'an unasked 101 is refused',
    text: 'HTTP/1.1 101 Switching Protocols\r\nUpgrade: h2c\r\nConnection: Upgrade\r\n\r\n',
    state: 'bad',
    status: 0,
  },
  {
    what: 'a second answer is an overrun',
    text: 'HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\naHTTP/1.1 200 OK\r\n',
    state: 'overrun',
    status: 200,
  },
  {
    what: 'a byte behind the last chunk too',
    text: 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nx',
    state: 'overrun',
    status: 200,
  },
  {
    what: 'a byte behind a 304 too',
    text: 'HTTP/1.1 304 Not Modified\r\nContent-Length: 1\r\n\r\nx',
    state: 'overrun',
    status: 304,
  },
  { what: 'what is no HTTP is refused before it ends', text: '<html>', state: 'bad', status: 0 },
  { what: 'another version is refused before it ends', text: 'HTTP/2', state: 'bad', status: 0 },
  {
    what: 'a bare LF is refused before the head ends',
    text: 'HTTP/1.1 200 OK\nContent-Length: 0\n\n',
    state: 'bad',
    status: 0,
  },
  {
    what: 'a bare CR is refused before the head ends',
    text: 'HTTP/1.1 200 OK\rContent-Length: 0',
    state: 'bad',
    status: 0,
  },
  {
    what: 'a head that never ends is refused',
    text: `HTTP/1.1 200 OK\r\nX: ${'a'.repeat(2_000)}`,
    state: 'bad',
    status: 0,
  },
  { what: 'half a head is waited for', text: 'HTTP/1.1 200 OK\r\nContent-Le', state: 'more', status: 0 },
])('$what', ({ text, state, status }) => {
  expect(readText(text)).toMatchObject({ state, status });
});

test('an answer that does not tell its length is refused unless that is allowed, and then never ends by itself', () => {
  const text = 'HTTP/1.1 200 OK\r\n\r\nabc';
  expect(readText(text, { ...limits, closeDelimited: false }).state).toBe('bad');
  expect(readText(text)).toMatchObject({ state: 'more', body: 'abc' });
});

const token = fc
  .stringMatching(/^[A-Za-z][A-Za-z0-9-]{0,8}$/)
  .filter((name) => !/^(content|transfer|connection|date|keep|set|trailer|upgrade)/i.test(name));
const value = fc.stringMatching(/^[!-~]([ -~]{0,12}[!-~])?$/);
const fields = fc.array(fc.tuple(token, value), { maxLength: 5 });
const payload = fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes).toString('latin1'));
const lines = (list: readonly (readonly string[])[]) =>
  list.map(([name, text]) => `${name}: ${text}\r\n`).join('');

/** Sound answers of every framing. */
const answer = fc
  .record({
    status: fc.integer({ min: 200, max: 599 }),
    fields,
    chunks: fc.array(payload, { maxLength: 4 }),
    trailers: fields,
    chunked: fc.boolean(),
  })
  .map(({ status, fields: own, chunks, trailers, chunked }) => {
    const bodiless = status === 204 || status === 304;
    const body = bodiless ? '' : chunks.join('');
    const sized = chunks
      .filter((chunk) => chunk !== '')
      .map((chunk) => `${chunk.length.toString(16)}\r\n${chunk}\r\n`);
    const framing = bodiless
      ? ''
      : chunked
        ? 'Transfer-Encoding: chunked\r\n'
        : `Content-Length: ${body.length}\r\n`;
    const rest = bodiless || !chunked ? body : `${sized.join('')}0\r\n${lines(trailers)}\r\n`;
    return `HTTP/1.1 ${status} Some reason\r\n${lines(own)}${framing}\r\n${rest}`;
  });

/** The same with one byte changed, added or taken away anywhere. */
const harmed = fc
  .tuple(
    answer,
    fc.nat(),
    fc.constantFrom('\r', '\n', '\0', ' ', ':', ';', ',', '0', 'f', '\xff', ''),
    fc.boolean(),
  )
  .map(([text, at, byte, replaces]) => {
    const place = at % (text.length + 1);
    return text.slice(0, place) + byte + text.slice(place + (replaces ? 1 : 0));
  });

const cut = (text: string, places: readonly number[]) => {
  const bytes = Buffer.from(text, 'latin1');
  const ends = places.map((place) => place % (bytes.length + 1)).toSorted((a, b) => a - b);
  return [0, ...ends].map((start, index) => bytes.subarray(start, ends[index] ?? bytes.length));
};

test('however the bytes of an answer are cut, sound or harmed, the same is read', () => {
  fc.assert(
    fc.property(fc.oneof(answer, harmed), fc.array(fc.nat(), { maxLength: 12 }), (text, places) => {
      const whole = readText(text);
      const parts = read(cut(text, places));
      expect(parts).toEqual(whole);
    }),
    { numRuns: 1_000 },
  );
});

/** What Node's own client makes of the bytes. */
async function readByNode(text: string) {
  const socket = new Duplex({ read: () => undefined, write: (_chunk, _encoding, done) => done() });
  const asking = request({ createConnection: () => socket, method: 'GET' });
  asking.end();
  socket.push(Buffer.from(text, 'latin1'));
  const [res]: IncomingMessage[] = await once(asking, 'response');
  if (res === undefined) throw new Error('no answer');
  const body = (await buffer(res)).toString('latin1');
  const seen = { status: res.statusCode, headers: res.rawHeaders, body, trailers: res.rawTrailers };
  socket.destroy();
  return seen;
}

test("a sound answer is read as Node's own client reads it", async () => {
  await fc.assert(
    fc.asyncProperty(answer, async (text) => {
      const { state, ...own } = readText(text);
      expect(state).toBe('ended');
      expect(own).toEqual(await readByNode(text));
    }),
    { numRuns: 300 },
  );
});

test('what was read may be overwritten, wherever the answer was cut', () => {
  const bytes = Buffer.from(
    'HTTP/1.1 103 Early Hints\r\n\r\nHTTP/1.1 200 OK\r\nX-A: b\r\nContent-Length: 3\r\n\r\nabc',
  );
  const landing = Buffer.alloc(bytes.length);
  for (let at = 1; at < bytes.length; at += 1) {
    const reader = new AnswerReader(limits);
    let body = '';
    const sink = { head: () => undefined, data: (chunk: Buffer) => void (body += chunk.toString()) };
    for (const piece of [bytes.subarray(0, at), bytes.subarray(at)]) {
      piece.copy(landing);
      reader.read(landing.subarray(0, piece.length), sink);
      landing.fill('?');
    }
    expect({ body, headers: reader.head?.headers }).toMatchObject({
      body: 'abc',
      headers: ['X-A', 'b', 'Content-Length', '3'],
    });
  }
});
