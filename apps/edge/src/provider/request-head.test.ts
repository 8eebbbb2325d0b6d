import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { requestHead } from './request-head.ts';

test('a head is its line and its fields, as they were given', () => {
  expect(requestHead('GET', '/a//b?c=%7C&d|', ['Host', 'a', 'x-B', '', 'X-b', '\xe9'])).toBe(
    'GET /a//b?c=%7C&d| HTTP/1.1\r\nHost: a\r\nx-B: \r\nX-b: \xe9\r\n\r\n',
  );
});

test.for([
  { what: 'a line feed in the path', path: '/a\nb', fields: [] },
  { what: 'a blank in the path', path: '/a HTTP/1.1', fields: [] },
  {
    what: 'a character in the path that latin1 would cut down to a line feed',
    path: '/a\u010ab',
    fields: [],
  },
  { what: 'CRLF in a value', path: '/', fields: ['A', 'b\r\nC: d'] },
  { what: 'a bare CR in a value', path: '/', fields: ['A', 'b\rc'] },
  { what: 'a NUL in a value', path: '/', fields: ['A', 'b\0'] },
  { what: 'a line feed in a name', path: '/', fields: ['A\nB', 'c'] },
])('$what is not written', ({ path, fields }) => {
  expect(() => requestHead('GET', path, fields)).toThrow(/character|break/);
});

test('what is written is one head with as many lines as fields, or nothing is', () => {
  const latin1 = fc.string({
    unit: fc.integer({ min: 0, max: 255 }).map((code) => String.fromCharCode(code)),
  });
  fc.assert(
    fc.property(fc.string(), fc.array(fc.tuple(latin1, latin1)), (path, pairs) => {
      let head: string;
      try {
        head = requestHead('GET', path, pairs.flat());
      } catch {
        return;
      }
      const bytes = Buffer.from(head, 'latin1').toString('latin1');
      expect(bytes.split('\r\n')).toHaveLength(pairs.length + 3);
      expect(bytes.replaceAll('\r\n', '')).not.toMatch(/[\r\n\0]/);
    }),
  );
});
