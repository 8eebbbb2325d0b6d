import { afterAll, describe, expect, test } from 'vitest';
import { type Attack, attackRig, expected, observe, request, smuggled } from './attack-rig.ts';

const resources = new AsyncDisposableStack();
// What is behind a broken body is nobody's, and need not be waited for.
const rig = await attackRig(resources, { EDGE_LINGER_MS: '50' });
afterAll(() => resources.disposeAsync());

const chunked = 'Transfer-Encoding: chunked';
const length = (text: string) => `Content-Length: ${text.length}`;

/** A head with these framing lines before a chunked body, an attacker's request behind it. */
const framed = (name: string, ...lines: readonly string[]): Attack => ({
  name,
  bytes: request({ lines, body: `0\r\n\r\n${smuggled}` }),
  statuses: [400],
  forwarded: 0,
});

/** Whatever is done to the body, it is done on a sound head. */
const inBody = (name: string, body: string): Attack => ({
  name,
  bytes: request({ lines: [chunked], body }),
  statuses: [400],
  forwarded: 0,
});

describe('two framings', () => {
  test.for<Attack>([
    framed('CL.TE', length(`0\r\n\r\n${smuggled}`), chunked),
    framed('TE.CL', chunked, 'Content-Length: 4'),
    framed('CL.TE, the length zero', 'Content-Length: 0', chunked),
    framed('the coding in another case', 'Content-Length: 5', 'tRANSFER-eNCODING: CHUNKED'),
    framed('a length and identity', 'Content-Length: 5', 'Transfer-Encoding: identity'),
    framed('a length and an empty coding', 'Content-Length: 5', 'Transfer-Encoding:'),
    framed('two lengths that differ', 'Content-Length: 5', 'Content-Length: 6'),
    framed('two lengths that agree', 'Content-Length: 5', 'Content-Length: 5'),
    framed('two lengths in one line', 'Content-Length: 5, 5'),
    framed('the coding twice', chunked, chunked),
    framed('the coding twice, the second another', chunked, 'Transfer-Encoding: identity'),
  ])('$name', async (it) => {
    expect(await observe(rig, it)).toEqual(expected(it));
  });
});

describe('an obscured coding', () => {
  test.for<Attack>(
    [
      ',chunked',
      'chunked,',
      'chunked, identity',
      'identity, chunked',
      'gzip, chunked',
      'xchunked',
      'chunkedx',
      '"chunked"',
      "'chunked'",
      'chunked;q=1',
      'chunked\x0b',
      'chunked \t ',
      '\x0bchunked',
      '\x0cchunked',
      'chun\x00ked',
      'chunked\x00',
      'chunked\xa0',
      '\xa0chunked',
      '\x85chunked',
      'chunked\x7f',
      'chu nked',
      '[chunked]',
      'cow',
      '',
      'chunked\n x: y',
      'chunked\r x: y',
      'chunked\r\n\tx',
      'x\r\n chunked',
    ].map((coding) => framed(JSON.stringify(coding), `Transfer-Encoding: ${coding}`)),
  )('Transfer-Encoding: $name', async (it) => {
    expect(await observe(rig, it)).toEqual(expected(it));
  });

  test.for<Attack>([
    framed('a blank before the colon', 'Transfer-Encoding : chunked'),
    framed('a tab before the colon', 'Transfer-Encoding\t: chunked'),
    framed('a vertical tab before the colon', 'Transfer-Encoding\x0b: chunked'),
    framed('a blank before the name', ' Transfer-Encoding: chunked'),
    framed('a NUL in the name', 'Transfer\x00-Encoding: chunked'),
    framed('an underscore in the name', 'Transfer_Encoding: chunked', 'Content-Length: 3'),
    framed('a bare LF before it', 'X: y\nTransfer-Encoding: chunked'),
    framed('a bare CR before it', 'X: y\rTransfer-Encoding: chunked'),
    framed('folded', 'X: y\r\n Transfer-Encoding: chunked'),
    framed('no colon', 'Transfer-Encoding chunked'),
    framed('an empty name', ': chunked'),
  ])('$name', async (it) => {
    expect(await observe(rig, it)).toEqual(expected(it));
  });

  test.for<Attack>(
    [
      { name: 'blanks round it', lines: 'Transfer-Encoding:  \t chunked' },
      { name: 'none before it', lines: 'Transfer-Encoding:Chunked' },
    ].map(({ name, lines }) => ({
      name,
      bytes: request({ lines: [lines, 'Connection: close'], body: '3\r\nabc\r\n0\r\n\r\n' }),
      statuses: [200],
      forwarded: 1,
    })),
  )('$name harm nobody', async (it) => {
    expect(await observe(rig, it)).toEqual(expected(it));
  });
});

describe('an obscured length', () => {
  test.for<Attack>(
    [
      '005',
      '00',
      '0200',
      '+5',
      '-5',
      '-0',
      '0x5',
      '5.0',
      '5e0',
      '5 5',
      '5;',
      '"5"',
      '5\x0b',
      '\xa05',
      '',
      'x',
      '5\x00',
      '9007199254740993',
      '18446744073709551621',
      '99999999999999999999999',
    ].map((text) => framed(JSON.stringify(text), `Content-Length: ${text}`)),
  )('Content-Length: $name', async (it) => {
    expect(await observe(rig, it)).toEqual(expected(it));
  });

  test.for<Attack>([
    framed('a blank before the colon', 'Content-Length : 5'),
    framed('an underscore in the name', 'Content_Length: 5'),
    framed('folded', 'Content-Length:\r\n 5'),
    {
      name: 'CL.0: a whole request in the body stays a body',
      bytes: request({ lines: [length(smuggled), 'Connection: close'], body: smuggled }),
      statuses: [200],
      forwarded: 1,
    },
    {
      name: 'CL.0 with GET',
      bytes: request({ method: 'GET', lines: [length(smuggled), 'Connection: close'], body: smuggled }),
      statuses: [200],
      forwarded: 1,
    },
    {
      name: '0.CL: bytes behind a request without a length',
      bytes: `${request({ method: 'GET' })}x${smuggled}`,
      statuses: [200, 400],
      forwarded: 1,
    },
    {
      name: '0.CL: bytes that make another method of the next request',
      bytes: `${request({ method: 'GET' })}X${smuggled}`,
      statuses: [200, 405],
      forwarded: 1,
    },
    {
      name: 'a length beyond what comes',
      bytes: [request({ lines: ['Content-Length: 10', 'Expect: 200-ok'], body: 'abc' })],
      statuses: [417],
      forwarded: 0,
    },
  ])('$name', async (it) => {
    expect(await observe(rig, it)).toEqual(expected(it));
  });
});

describe('a broken chunk', () => {
  test.for<Attack>([
    inBody('no size', `\r\n${smuggled}`),
    inBody('a size that is no number', `x\r\n${smuggled}`),
    inBody('a size with 0x', `0x3\r\nabc\r\n0\r\n\r\n`),
    inBody('a negative size', `-1\r\nabc\r\n0\r\n\r\n`),
    inBody('a signed size', `+3\r\nabc\r\n0\r\n\r\n`),
    inBody('a size beyond 64 bits', `10000000000000003\r\nabc\r\n0\r\n\r\n`),
    inBody('a size with a blank before it', ` 3\r\nabc\r\n0\r\n\r\n`),
    inBody('a size with an underscore', `1_0\r\nabc\r\n0\r\n\r\n`),
    inBody('a size ended by a bare LF', `3\nabc\r\n0\r\n\r\n`),
    inBody('a size ended by a bare CR', `3\rabc\r\n0\r\n\r\n`),
    inBody('more bytes than announced', `3\r\nabcd\r\n0\r\n\r\n`),
    inBody('a chunk ended by a bare LF', `3\r\nabc\n0\r\n\r\n`),
    inBody('an extension with a bare CR', `3;a=\rb\r\nabc\r\n0\r\n\r\n`),
    inBody('an extension with a bare LF', `3;a=\nb\r\nabc\r\n0\r\n\r\n`),
    inBody('an extension with a NUL', `3;a=\x00\r\nabc\r\n0\r\n\r\n`),
    inBody('a very long extension', `3;a=${'b'.repeat(20_000)}\r\nabc\r\n0\r\n\r\n`),
    inBody('a last chunk ended by a bare LF', `3\r\nabc\r\n0\r\n\n${smuggled}`),
    inBody('a folded trailer', `3\r\nabc\r\n0\r\nX: a\r\n b\r\n\r\n${smuggled}`),
    inBody('a trailer with a bare LF', `3\r\nabc\r\n0\r\nX: a\nContent-Length: 5\r\n\r\n`),
    inBody('a trailer without a colon', `3\r\nabc\r\n0\r\nX\r\n\r\n`),
  ])('$name', async (it) => {
    expect(await observe(rig, it)).toEqual(expected(it));
  });
});
