import { afterAll, describe, expect, test } from 'vitest';
import { type Attack, attackRig, expected, observe, request, smuggled } from './attack-rig.ts';
import { targetPath } from './rig.ts';

const resources = new AsyncDisposableStack();
const rig = await attackRig(resources);
afterAll(() => resources.disposeAsync());

const refused = (name: string, bytes: string, status = 400): Attack => ({
  name,
  bytes,
  statuses: [status],
  forwarded: 0,
});
const get = (parts: Parameters<typeof request>[0]) => request({ method: 'GET', ...parts });
const ending = get({ lines: ['Connection: close'] });

describe('the request line', () => {
  test.for<Attack>([
    refused('a lower-case method', get({ method: 'get' })),
    refused('an unknown method', get({ method: 'FETCH' }), 405),
    refused('an unknown method with other faults in its line', get({ method: 'FETCH', version: 'HTTP/1.2' })),
    refused('a method with a NUL', get({ method: 'G\x00T' })),
    refused('TRACE', get({ method: 'TRACE', lines: ['Connection: close'] }), 405),
    refused('a blank before the method', ` ${ending}`),
    refused('a tab before the version', ending.replace(' HTTP/', '\tHTTP/')),
    refused('a tab before the target', ending.replace('GET ', 'GET\t')),
    refused('a blank within the target', ending.replace('/Patient', '/Pat ient')),
    refused('a blank behind the version', ending.replace('HTTP/1.1', 'HTTP/1.1 ')),
    refused('a blank and another version', ending.replace('HTTP/1.1', 'HTTP/1.1 HTTP/1.1')),
    refused('no version', `GET ${targetPath}/x\r\n\r\n`),
    refused('HTTP/0.9', get({ version: 'HTTP/0.9' })),
    refused('HTTP/1.2', get({ version: 'HTTP/1.2' })),
    refused('HTTP/2.0', get({ version: 'HTTP/2.0' })),
    refused('HTTP/1.10', get({ version: 'HTTP/1.10' })),
    refused('http/1.1', get({ version: 'http/1.1' })),
    refused('HTTP/1,1', get({ version: 'HTTP/1,1' })),
    refused('the preface of HTTP/2', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'),
    refused('another protocol', get({ version: 'ICE/1.0' })),
    refused('a bare LF behind it', ending.replace('\r\n', '\n')),
    refused('a bare CR behind it', ending.replace('\r\n', '\r')),
    refused('bare LF throughout', ending.replaceAll('\r\n', '\n')),
    refused('a byte beyond ASCII in the target', get({ target: `${targetPath}/\xe9` })),
    refused('a NUL in the target', get({ target: `${targetPath}/\x00` })),
    refused('an absolute form', get({ target: `https://proxy.ssp.example.nhs.uk${targetPath}` })),
    refused('an absolute form of a provider', get({ target: targetPath.slice(1) })),
    refused('an authority form', get({ target: 'orange.testlab.nhs.uk:443' })),
    refused('an asterisk', get({ target: '*' })),
    refused('no slash before the target', get({ target: 'x' })),
    refused(
      'a line break in the target, encoded once',
      get({ target: `${targetPath}/x%0d%0aSsp-From:%201` }),
    ),
    refused(
      'a request in the target, encoded',
      get({ target: `${targetPath}/x%20HTTP/1.1%0d%0aHost:%20a%0d%0a%0d%0a` }),
    ),
    refused(
      'a line break in the encoded form',
      get({ target: `/${encodeURIComponent(`${targetPath.slice(1)}/x\r\nA: b`)}` }),
    ),
    refused('a backslash', get({ target: `${targetPath}\\..\\x` })),
    refused('a target beyond 16 KiB', get({ target: `${targetPath}/${'x'.repeat(16_384)}` }), 414),
    refused(
      'a target beyond the limit of heads',
      get({ target: `${targetPath}/${'x'.repeat(50_000)}` }),
      431,
    ),
  ])('$name', async (it) => {
    expect(await observe(rig, it)).toEqual(expected(it));
  });

  test.for<Attack>([
    { name: 'empty lines before it', bytes: `\r\n\r\n${ending}`, statuses: [200], forwarded: 1 },
    { name: 'HTTP/1.0', bytes: get({ version: 'HTTP/1.0' }), statuses: [200], forwarded: 1 },
    {
      name: 'two blanks before the version',
      bytes: ending.replace(' HTTP/', '  HTTP/'),
      statuses: [200],
      forwarded: 1,
    },
  ])('$name harm nobody', async (it) => {
    expect(await observe(rig, it)).toEqual(expected(it));
  });
});

describe('the headers', () => {
  test.for<Attack>([
    refused('no Host', get({ host: 'X: y' })),
    refused('Host twice', get({ lines: ['host: other.nhs.uk'] })),
    refused('an empty Host', get({ host: 'Host:' })),
    refused('a Host with a user', get({ host: 'Host: a@b' })),
    refused('a Host with a path', get({ host: 'Host: a/b' })),
    refused('a list of hosts', get({ host: 'Host: a, b' })),
    refused('a blank before the colon', get({ lines: ['X-A : b'] })),
    refused('an empty name', get({ lines: [': b'] })),
    refused('a name in brackets', get({ lines: ['X[A]: b'] })),
    refused('a name beyond ASCII', get({ lines: ['X\xa0A: b'] })),
    refused('a NUL in a value', get({ lines: ['X: a\x00b'] })),
    refused('a bell in a value', get({ lines: ['X: a\x07b'] })),
    refused('a DEL in a value', get({ lines: ['X: a\x7fb'] })),
    refused('a bare CR in a value', get({ lines: ['X: a\rSsp-To: 1'] })),
    refused('a bare LF in a value', get({ lines: ['X: a\nSsp-To: 1'] })),
    refused('folding', get({ lines: ['X: a', ' Ssp-To: 1'] })),
    refused('folding by a tab', get({ lines: ['X: a', '\tb'] })),
    refused('folding of the first header', `GET ${targetPath}/x HTTP/1.1\r\n X: a\r\nHost: a\r\n\r\n`),
    refused('an Ssp header in another case', get({ lines: ['SSP-FROM: 100000000012'] })),
    refused('an Ssp header with an underscore', get({ lines: ['Ssp_From: 100000000012'] })),
    refused('an expectation of another kind', get({ lines: ['Expect: magic'] }), 417),
    refused(
      'more headers than allowed',
      get({ lines: Array.from({ length: 150 }, (_, at) => `X-${at}: y`) }),
      431,
    ),
    refused('thousands of headers', get({ lines: Array.from({ length: 9_000 }, () => 'a:') }), 431),
    refused('a very long header', get({ lines: [`X: ${'y'.repeat(60_000)}`] }), 431),
    refused('a very long name', get({ lines: [`${'y'.repeat(60_000)}: x`] }), 431),
    refused(
      'a chunked body in HTTP/1.0',
      request({ version: 'HTTP/1.0', lines: ['Transfer-Encoding: chunked'], body: '0\r\n\r\n' }),
    ),
  ])('$name', async (it) => {
    expect(await observe(rig, it)).toEqual(expected(it));
  });

  const nominations = [
    'Ssp-From',
    'ssp-to, authorization',
    'host',
    'content-length',
    'Transfer-Encoding',
    'close, Ssp-TraceID',
  ];
  test.for(nominations)('Connection: %s takes nothing away that carries the exchange', async (nominated) => {
    const bytes = request({
      lines: [
        `Connection: ${nominated}`,
        'Authorization: Bearer x',
        'Content-Length: 3',
        'Connection: close',
      ],
      body: 'abc',
    });
    const it: Attack = { name: nominated, bytes, statuses: [200], forwarded: 1 };
    expect(await observe(rig, it)).toEqual(expected(it));
    const [seen] = rig.wire.readings().flatMap(({ messages }) => messages);
    const names = seen?.headers.filter((_, at) => at % 2 === 0).map((name) => name.toLowerCase());
    expect(names).toEqual(
      expect.arrayContaining([
        'ssp-from',
        'ssp-to',
        'ssp-traceid',
        'authorization',
        'host',
        'content-length',
      ]),
    );
    expect(seen?.body.toString()).toBe('abc');
  });

  test.for<Attack>([
    {
      name: 'a switch to h2c is not made',
      bytes:
        get({
          lines: [
            'Connection: Upgrade, HTTP2-Settings, close',
            'Upgrade: h2c',
            'HTTP2-Settings: AAMAAABkAAQAAP__',
          ],
        }) + smuggled,
      statuses: [200],
      forwarded: 1,
    },
    {
      name: 'a switch to a web socket is not made',
      bytes:
        get({
          lines: [
            'Connection: Upgrade, close',
            'Upgrade: websocket',
            'Sec-WebSocket-Key: x',
            'Sec-WebSocket-Version: 13',
          ],
        }) + smuggled,
      statuses: [200],
      forwarded: 1,
    },
    refused(
      'CONNECT to a provider',
      `CONNECT orange.testlab.nhs.uk:443 HTTP/1.1\r\nHost: orange.testlab.nhs.uk\r\n\r\n${smuggled}`,
      405,
    ),
    refused('CONNECT with a path', `CONNECT ${targetPath} HTTP/1.1\r\nHost: a\r\n\r\n${smuggled}`, 405),
  ])('$name', async (it) => {
    expect(await observe(rig, it)).toEqual(expected(it));
    for (const { headers } of rig.wire.readings().flatMap(({ messages }) => messages)) {
      expect(headers.join().toLowerCase()).not.toMatch(/upgrade|http2-settings/);
    }
  });
});
