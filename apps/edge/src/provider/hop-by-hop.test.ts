import { expect, test } from 'vitest';
import { endToEndTrailers, nominatedFields } from './hop-by-hop.ts';

test.for([
  { connection: undefined, nominated: [] },
  { connection: 'close', nominated: [] },
  { connection: 'Keep-Alive', nominated: [] },
  { connection: 'X-One, x-TWO ,,', nominated: ['x-one', 'x-two'] },
  { connection: 'Ssp-From, SSP-TraceID, ssp-anything', nominated: [] },
  { connection: 'Authorization, Host, Content-Length, Content-Type, Content-Encoding', nominated: [] },
  { connection: 'Forwarded, Via, Cookie, Set-Cookie, x-mine', nominated: ['x-mine'] },
])('Connection: $connection takes away $nominated', ({ connection, nominated }) => {
  expect([...(nominatedFields(connection) ?? [])]).toEqual(nominated);
});

test('trailers cannot bring what belongs to a head', () => {
  const raw = [
    'X-Sum',
    '1',
    'Content-Length',
    '5',
    'Ssp-From',
    '1',
    'Authorization',
    'b',
    'Connection',
    'close',
    'x-sum',
    '2',
  ];
  expect(
    endToEndTrailers([
      ...raw,
      'X-Rate-Limit-Remaining',
      '9',
      'Transfer-Encoding',
      'chunked',
      'Host',
      'h',
      'Trailer',
      'x',
    ]),
  ).toEqual(['X-Sum', '1', 'x-sum', '2']);
});
