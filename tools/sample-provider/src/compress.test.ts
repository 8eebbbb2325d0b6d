import { gunzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { acceptsGzip, createCompress } from './compress.ts';

test.for([
  { header: undefined, expected: false },
  { header: 'gzip', expected: true },
  { header: 'deflate, GZIP;q=0.5, br', expected: true },
  { header: 'gzip;q=0', expected: false },
  { header: 'gzip; q=0.0, br', expected: false },
  { header: 'identity', expected: false },
])('Accept-Encoding $header takes gzip: $expected', ({ header, expected }) => {
  expect(acceptsGzip(header)).toBe(expected);
});

test('a body over 1 kB is compressed once, a smaller one never', () => {
  const compress = createCompress();
  const body = Buffer.alloc(2_000, 'sample');
  const zipped = compress(body);
  expect(gunzipSync(zipped ?? '')).toEqual(body);
  expect(compress(body)).toBe(zipped);
  expect(compress(Buffer.alloc(1024))).toBeUndefined();
});
