import { expect, test } from 'vitest';
import { crc32c } from './crc32c.ts';

const sequence = Buffer.from(Array.from({ length: 32 }, (_, index) => index));

test.for([
  { what: 'nothing', bytes: Buffer.alloc(0), expected: 0 },
  { what: 'the check value of the algorithm', bytes: Buffer.from('123456789'), expected: 0xe3069283 },
  { what: '32 bytes of zeros (RFC 3720 B.4)', bytes: Buffer.alloc(32), expected: 0x8a9136aa },
  { what: '32 bytes of ones (RFC 3720 B.4)', bytes: Buffer.alloc(32, 0xff), expected: 0x62a8ab43 },
  { what: '32 incrementing bytes (RFC 3720 B.4)', bytes: sequence, expected: 0x46dd794e },
])('$what', ({ bytes, expected }) => {
  expect(crc32c(bytes, 0, bytes.length)).toBe(expected);
});

test('a part in the middle, at any place and length', () => {
  const bytes = Buffer.alloc(100, 'some bytes that do not repeat in step');
  for (let start = 0; start < 20; start += 1) {
    for (let end = start; end < 60; end += 1) {
      const alone = Buffer.from(bytes.subarray(start, end));
      expect(crc32c(bytes, start, end)).toBe(crc32c(alone, 0, alone.length));
    }
  }
});
