import { expect, test } from 'vitest';
import { idsIn } from './ids-in.ts';

const ids = {
  internalId: '0190a0a5-7f3f-7c3e-8d52-0f2a3f0f6a11',
  traceId: '09A01679-2564-0fb4-5129-aecc81ea2706',
};

test.for([
  {
    what: 'an event that is cut off',
    value: JSON.stringify({ id: 'x', data: { ...ids, from: '1' } }).slice(0, -4),
    found: ids,
  },
  {
    what: 'one that did not say its trace',
    value: JSON.stringify({ data: { ...ids, traceId: null } }),
    found: { internalId: ids.internalId },
  },
  {
    what: 'what are no ids',
    value: '{"internalId":"9690937278","traceId":"identifier=9690937278"}',
    found: {},
  },
  { what: 'bytes', value: '\0\xff', found: {} },
  { what: 'nothing', value: '', found: {} },
])('in $what it finds $found', ({ value, found }) => {
  expect(idsIn(Buffer.from(value, 'latin1'))).toEqual(found);
});
