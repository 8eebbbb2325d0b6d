import { expect, test } from 'vitest';
import { readFault } from './fault.ts';

test.for([
  { wish: undefined, expected: {} },
  { wish: '', expected: {} },
  { wish: 'delay=250', expected: { delayMs: 250 } },
  { wish: 'delay=0, drip=2000', expected: { delayMs: 0, dripMs: 2000 } },
  { wish: 'status=503', expected: { status: 503 } },
  { wish: 'delay=10,reset', expected: { delayMs: 10, ending: 'reset' } },
  { wish: 'die', expected: { ending: 'die' } },
  { wish: 'hang', expected: { ending: 'hang' } },
])('the wish $wish is read as $expected', ({ wish, expected }) => {
  expect(readFault(wish)).toEqual(expected);
});

test.for(['delay', 'delay=-1', 'delay=1e3', 'delay=600001', 'status=200', 'status=600', 'explode', 'die,,'])(
  'the wish %s is refused, not ignored',
  (wish) => {
    expect(() => readFault(wish)).toThrow(expect.objectContaining({ code: 'BAD_REQUEST' }));
  },
);
