import { afterAll, describe, expect, test } from 'vitest';
import { type Attack, attackRig, expected, observe, request, smuggled } from './attack-rig.ts';
import { targetPath } from './rig.ts';

const resources = new AsyncDisposableStack();
const rig = await attackRig(resources);
afterAll(() => resources.disposeAsync());

const get = (parts: Parameters<typeof request>[0]) => request({ method: 'GET', ...parts });
const ending = get({ lines: ['Connection: close'] });
const post = (lines: readonly string[], body: string) => request({ lines, body });

describe('a framing header in a trailer breaks the request off', () => {
  test.for<Attack>(
    ['Content-Length: 5', 'Transfer-Encoding: chunked'].map((trailer) => ({
      name: trailer,
      bytes: post(['Transfer-Encoding: chunked'], `3\r\nabc\r\n0\r\n${trailer}\r\n\r\n`),
      statuses: [400],
      forwarded: 0,
    })),
  )('$name', async (it) => {
    expect(await observe(rig, it)).toEqual(expected(it));
  });
});

describe('a pending answer is never replaced', () => {
  test.for<Attack>([
    {
      name: 'two requests in one piece',
      bytes: get({ target: `${targetPath}/1` }) + ending,
      statuses: [200, 200],
      forwarded: 2,
    },
    {
      name: 'nine requests in one piece',
      bytes: get({}).repeat(8) + ending,
      statuses: Array<number>(9).fill(200),
      forwarded: 9,
    },
    {
      name: 'garbage behind a request',
      bytes: `${get({})}GARBAGE\r\n\r\n`,
      statuses: [200, 400],
      forwarded: 1,
    },
    {
      name: 'garbage behind a request with a body',
      bytes: `${post(['Content-Length: 3'], 'abc')}\x00\x01\x02`,
      statuses: [200, 400],
      forwarded: 1,
    },
    {
      name: 'a second request that is wrong',
      bytes: get({}) + get({ lines: ['Content-Length: x'] }),
      statuses: [200, 400],
      forwarded: 1,
    },
    {
      name: 'a second request with both framings',
      bytes: get({}) + post(['Content-Length: 3', 'Transfer-Encoding: chunked'], `0\r\n\r\n${smuggled}`),
      statuses: [200, 400],
      forwarded: 1,
    },
    {
      name: 'a third request behind a wrong second',
      bytes: get({}) + get({ host: 'X: y' }) + smuggled,
      statuses: [200, 400],
      forwarded: 1,
    },
    { name: 'a request behind the last', bytes: ending + smuggled, statuses: [200], forwarded: 1 },
    { name: 'garbage behind the last request', bytes: `${ending}GARBAGE`, statuses: [200], forwarded: 1 },
    {
      name: 'garbage in a piece of its own',
      bytes: [get({}), 'GARBAGE\r\n\r\n', 'GARBAGE\r\n\r\n'],
      statuses: [200, 400],
      forwarded: 1,
    },
    {
      name: 'CONNECT behind a request',
      bytes: `${get({})}CONNECT a:443 HTTP/1.1\r\nHost: a\r\n\r\n`,
      statuses: [200, 405],
      forwarded: 1,
    },
    {
      name: 'a broken chunk behind a request',
      bytes: get({}) + post(['Transfer-Encoding: chunked'], 'x\r\n'),
      statuses: [200, 400],
      forwarded: 1,
    },
    {
      name: 'Connection: close in a trailer',
      bytes:
        post(
          ['Transfer-Encoding: chunked', 'Trailer: Connection'],
          '3\r\nabc\r\n0\r\nConnection: close\r\n\r\n',
        ) + smuggled,
      statuses: [200, 400],
      forwarded: 1,
    },
  ])('$name', async (it) => {
    expect(await observe(rig, it)).toEqual(expected(it));
  });

  test.for(['Host: a', 'Ssp-From: 100000000012', 'Authorization: Bearer y', 'Connection: close'])(
    'the trailer %s tells the provider nothing',
    async (trailer) => {
      const bytes = post(['Transfer-Encoding: chunked'], `3\r\nabc\r\n0\r\n${trailer}\r\n\r\n`);
      const it: Attack = { name: trailer, bytes, statuses: [200], forwarded: 1, staysOpen: true };
      expect(await observe(rig, it)).toEqual(expected(it));
      const [seen] = rig.wire.readings().flatMap(({ messages }) => messages);
      expect(seen?.trailers).toEqual([]);
      expect(seen?.headers.join().toLowerCase()).not.toContain('100000000012');
    },
  );
});
